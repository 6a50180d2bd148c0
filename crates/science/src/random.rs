//! Numbers from a seeded stream: the same seed, the same answer.

use rand_chacha::{ChaCha8Rng, rand_core::Rng as _};

/// From 0 to 1, without 1: 53 random bits.
pub(crate) fn unit(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 * 2.0_f64.powi(-53)
}

/// Between both, without `high` unless they are equal.
pub(crate) fn between(low: f64, high: f64, random: &mut ChaCha8Rng) -> f64 {
    // Each part alone, so that the width of the interval does not overflow.
    let share = unit(random);
    let value = low * (1.0 - share) + high * share;
    if value < high { value.max(low) } else { low }
}
