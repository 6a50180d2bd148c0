//! Text becomes numbers without a dictionary: hashed n-grams of bytes and of words, for `models`.

mod ngrams;

#[cfg(test)]
mod tests;

pub use ngrams::{Ngrams, Unit};
