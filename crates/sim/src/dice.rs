//! Randomness from a seed: one ChaCha stream per entity, and the few distributions that the world needs.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// One entity's stream of random numbers. Streams of different entities are independent, so that one more host
/// does not change what the others do.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn of(seed: u64, entity: &str, index: u64) -> Self {
        let mut key = [0u8; 32];
        for (slot, word) in key.chunks_exact_mut(8).zip(0u64..) {
            slot.copy_from_slice(&mix(mix(seed, hash(entity)), mix(index, word)).to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Uniform in `0..n`; 0 where `n` is 0. The bias of the multiplication is below 2⁻³² for every `n` used here.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// Uniform in `from..to`.
    pub(crate) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// Uniform in `from..to`, in whole units.
    pub(crate) fn span(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(to.saturating_sub(from).max(0).unsigned_abs()) as i64
    }

    /// Normal, by Box and Muller.
    pub(crate) fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        mean + deviation * radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Log-normal with this median; `sigma` is the deviation of the logarithm.
    pub(crate) fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * self.normal(0.0, sigma).exp()
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Uniform on the logarithm: every order of magnitude is as likely.
    pub(crate) fn log_uniform(&mut self, from: f64, to: f64) -> f64 {
        (self.between(from.ln(), to.ln())).exp()
    }

    /// Rank `0..n` with probability nearly proportional to 1/(rank + 1): Zipf's law with exponent one, inverted
    /// from its continuous form.
    pub(crate) fn zipf(&mut self, n: usize) -> usize {
        let rank = (self.unit() * (n as f64 + 1.0).ln()).exp() - 1.0;
        (rank as usize).min(n.saturating_sub(1))
    }

    /// One of a list that is never empty.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

/// Mixes two words into one (splitmix64's finisher): a stateless source of fixed properties.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.rotate_left(31) ^ b.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a of a text, finished by [`mix`].
pub(crate) fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    mix(fnv, 0)
}

/// `digits` hexadecimal digits that belong to `what` for ever: fingerprints, hashes, serial numbers.
pub(crate) fn hex(what: u64, digits: usize) -> String {
    let mut text = String::with_capacity(digits + 16);
    for word in 0.. {
        if text.len() >= digits {
            break;
        }
        text.push_str(&format!("{:016x}", mix(what, word)));
    }
    text.truncate(digits);
    text
}
