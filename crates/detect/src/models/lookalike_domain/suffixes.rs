//! What follows the registered label: some suffixes are cheap, and lures are bought where that is so this year.

use std::collections::BTreeMap;

use super::registered::Registered;
use crate::models::bytes::{Reader, Writer};

/// Log odds of each suffix in steps of 1/16 nat.
const STEPS: f32 = 16.0;

/// Names of each suffix that are believed to be as elsewhere: a suffix that was met a few times says little.
const SHRUNK: f64 = 30.0;

/// Suffixes met less often are not kept.
const MET_MIN: f64 = 20.0;

/// Log odds of being a lure's, by the hash of the suffix; 0 for one that was hardly met.
#[derive(Debug, Clone, Default)]
pub(super) struct Suffixes {
    /// Ascending by hash.
    odds: Vec<(u32, i8)>,
}

impl Suffixes {
    /// Equal shares of both classes, whatever the sizes of the lists.
    pub(super) fn learn<'a>(
        imitating: impl Iterator<Item = Registered<'a>>,
        ordinary: impl Iterator<Item = Registered<'a>>,
    ) -> Self {
        let mut met: BTreeMap<u32, [f64; 2]> = BTreeMap::new();
        let mut all = [0.0; 2];
        imitating.for_each(|name| count(&mut met, &mut all, name.suffix_hash(), 0));
        ordinary.for_each(|name| count(&mut met, &mut all, name.suffix_hash(), 1));
        let share = |n: f64, of: f64, total: f64| (n + SHRUNK * total / (all[0] + all[1]).max(1.0)) / of.max(1.0);
        let odds = met.into_iter().filter(|(_, n)| n[0] + n[1] >= MET_MIN).map(|(hash, n)| {
            let (bad, good) = (share(n[0], all[0], all[0]), share(n[1], all[1], all[1]));
            // A float becomes the nearest value that a byte has.
            (hash, ((bad / good).ln() as f32 * STEPS).round() as i8)
        });
        Self { odds: odds.collect() }
    }

    pub(super) fn log_odds(&self, hash: u32) -> f32 {
        let at = self.odds.binary_search_by_key(&hash, |(known, _)| *known);
        at.ok().and_then(|at| self.odds.get(at)).map_or(0.0, |(_, steps)| f32::from(*steps) / STEPS)
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.count(self.odds.len() as u64);
        let mut before = 0;
        for (hash, steps) in &self.odds {
            out.count(u64::from(*hash - before));
            out.count(u64::from(steps.cast_unsigned()));
            before = *hash;
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let mut odds: Vec<(u32, i8)> = Vec::new();
        let mut at = 0_u32;
        for nth in 0..from.count()? {
            let step = u32::try_from(from.count()?).ok()?;
            if nth > 0 && step == 0 {
                return None;
            }
            at = at.checked_add(step)?;
            odds.push((at, u8::try_from(from.count()?).ok()?.cast_signed()));
        }
        Some(Self { odds })
    }
}

fn count(met: &mut BTreeMap<u32, [f64; 2]>, all: &mut [f64; 2], hash: u32, class: usize) {
    met.entry(hash).or_default()[class] += 1.0;
    all[class] += 1.0;
}
