//! What is measured of a registered name: how its label resembles a brand, what lures stand in it, and how it is spelled.

use super::{
    brands::Brands,
    registered::Registered,
    resemble::{Likeness, N_WAYS, is_lure, likeness},
    skeleton::Skeleton,
    suffixes::Suffixes,
};
use crate::models::{
    generated_domains::features::{self as spelling, Symbols},
    grams::Grams,
    language::Language,
};

const N_SPELLING: usize = spelling::N_FEATURES;
const N_LIKENESS: usize = 9;
pub(super) const N_FEATURES: usize = N_SPELLING + N_WAYS + N_LIKENESS;

/// A label seen in both ways, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) symbols: Symbols,
    skeleton: Skeleton,
    suffix: u32,
    pub(super) likeness: Option<Likeness>,
}

impl Seen {
    pub(super) fn of(registered: Registered<'_>, brands: &Brands) -> Self {
        let label = registered.label;
        let skeleton = Skeleton::of(label);
        let symbols = match std::str::from_utf8(skeleton.as_slice()) {
            // Encoded letters are judged as they are read: their code is no spelling.
            Ok(read) if skeleton.n_disguised > 0 => Symbols::of(read),
            _ => Symbols::of(label),
        };
        Self { symbols, skeleton, suffix: registered.suffix_hash(), likeness: likeness(&skeleton, brands) }
    }
}

pub(super) fn features(seen: &Seen, language: &Language, grams: &Grams, suffixes: &Suffixes) -> [f32; N_FEATURES] {
    let mut out = [0.0; N_FEATURES];
    let (spelled, rest) = out.split_at_mut(N_SPELLING);
    spelled.copy_from_slice(&spelling::of(&seen.symbols, language, grams));
    let (ways, likeness) = rest.split_at_mut(N_WAYS);
    let letters = seen.skeleton.as_slice();
    if let Some(slot) = seen.likeness.and_then(|likeness| ways.get_mut(likeness.how as usize)) {
        *slot = 1.0;
    }
    let n_parts = letters.split(|byte| *byte == b'-').count();
    let n_lures = letters.split(|byte| *byte == b'-').filter(|part| is_lure(part)).count();
    let length = letters.len().max(1) as f32;
    let of = |value: fn(&Likeness) -> f32| seen.likeness.as_ref().map_or(0.0, value);
    let found = [
        of(|likeness| likeness.n_covered as f32) / length,
        of(|likeness| likeness.n_covered as f32),
        of(|likeness| f32::from(u8::from(likeness.is_at_start))),
        of(|likeness| f32::from(u8::from(likeness.is_whole_part))),
        (seen.skeleton.n_disguised as f32).min(5.0),
        n_lures as f32,
        f32::from(u8::from(n_lures > 0 && seen.likeness.is_some())),
        n_parts as f32,
        suffixes.log_odds(seen.suffix),
    ];
    likeness.iter_mut().zip(found).for_each(|(slot, value)| *slot = value);
    out
}
