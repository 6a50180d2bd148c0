//! Intervals by drawing cases again (Efron 1979).

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use crate::{describe::Sorted, hypothesis::below};

/// An interval of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub low: f64,
    pub high: f64,
}

/// The percentile interval of any statistic of the cases, at a level such as 0.95.
///
/// Each of `rounds` samples draws as many cases as there are, with replacement. **Draw what is independent:** hosts,
/// families or days rather than single records, or the interval is too narrow. Samples in which the statistic does not
/// exist are left out; `None` where there is no case or it exists in none. The same seed gives the same answer.
pub fn bootstrap<T: Clone>(
    cases: &[T],
    rounds: usize,
    level: f64,
    seed: u64,
    statistic: impl Fn(&[T]) -> Option<f64>,
) -> Option<Bounds> {
    if cases.is_empty() {
        return None;
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut sample = Vec::with_capacity(cases.len());
    let mut values = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        sample.clear();
        sample.extend((0..cases.len()).filter_map(|_| cases.get(below(cases.len(), &mut random)).cloned()));
        values.extend(statistic(&sample));
    }
    let values = Sorted::new(values)?;
    let tail = (1.0 - level.clamp(0.0, 1.0)) / 2.0;
    Some(Bounds { low: values.quantile(tail), high: values.quantile(1.0 - tail) })
}
