//! Groups of things that lie close together, and what belongs to none.

mod condense;
mod hdbscan;
mod linkage;

#[cfg(test)]
mod tests;

pub use hdbscan::{Density, hdbscan, hdbscan_by};
