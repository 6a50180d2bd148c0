//! Whether the null hypothesis of a detector describes this organization at all.
//!
//! Where it does, at most half of the p-values of a window are below one half, but for what really happens. Where an
//! organization has changed since the days that it is held against, or was never as the null hypothesis has it, most
//! are. One strange day proves nothing: hosts have it in common. A martingale bets window after window that too many
//! are small (Vovk, Nouretdinov and Gammerman 2003); its wealth says how far exchangeability is in doubt, at any time.

use std::collections::BTreeMap;

use science::{EValue, PValue, conformal::PowerMixture, hypothesis::binomial_at_least};

use crate::{Batch, Judged};

/// P-values up to this are counted. The middle says most about the null hypothesis and least about attacks.
pub(crate) const MIDDLE: f64 = 0.5;

/// Share of small p-values that is borne: if a fifth of everything tested were real, it would be this.
const SHARE_BORNE: f64 = 0.6;

/// No window counts for more than this: the p-values of one day depend on each other.
const P_MIN: f64 = 0.01;

/// Wealth from which on the null hypothesis is not believed: by Ville's inequality a true one comes there with a
/// chance of 1 % in a whole stream.
pub const DOUBTED: f64 = 100.0;

/// Windows of a stream at which an organization may begin to be another; each has an equal part of the stake.
const BEGINNINGS: usize = 28;

/// How much the windows of a stream speak against the null hypothesis itself, oldest first.
///
/// A bet that began with the stream has lost its stake where quiet windows came before the change. So a part of the
/// stake is kept for each beginning, and is worth itself until then: a mixture of martingales is one.
pub fn doubt<'a>(batches: impl IntoIterator<Item = &'a Batch>) -> EValue {
    let mut bets: Vec<PowerMixture> = Vec::new();
    for batch in batches {
        if bets.len() < BEGINNINGS {
            bets.push(PowerMixture::new());
        }
        let p = binomial_at_least(batch.n_small as u64, batch.n_tests as u64, SHARE_BORNE);
        let p = PValue::new(p.get().max(P_MIN)).unwrap_or(p);
        for bet in &mut bets {
            bet.bet(p);
        }
    }
    let waiting = (BEGINNINGS - bets.len()) as f64;
    let wealth = bets.iter().map(|bet| bet.wealth().get()).sum::<f64>() + waiting;
    EValue::new(wealth / BEGINNINGS as f64).unwrap_or(EValue::ONE)
}

impl Judged {
    /// How much this window and those before it speak against the null hypothesis, by dataset; those datasets only
    /// where it is not to be believed.
    pub fn doubts(&self, earlier: &BTreeMap<String, Vec<Batch>>) -> BTreeMap<String, EValue> {
        let doubts = self.batches().into_iter().map(|(dataset, batch)| {
            let before = earlier.get(&dataset).map_or(&[][..], Vec::as_slice);
            (dataset, doubt(before.iter().chain([&batch])))
        });
        doubts.filter(|(_, doubt)| doubt.get() >= DOUBTED).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(n_small: usize) -> Batch {
        Batch { n_tests: 100, n_small, smallest: Vec::new() }
    }

    #[test]
    fn a_strange_day_proves_nothing_and_many_do() {
        let quiet = vec![window(50); 28];
        assert!(doubt(&quiet).get() <= 1.0);
        let strange = [quiet[..10].to_vec(), vec![window(100)], quiet[..10].to_vec()].concat();
        assert!(doubt(&strange).get() < DOUBTED);
        let changed = [quiet[..10].to_vec(), vec![window(90); 6]].concat();
        assert!(doubt(&changed).get() >= DOUBTED, "{:?}", doubt(&changed));
    }

    #[test]
    fn what_really_happens_is_no_doubt() {
        // A tenth of all that is tested is an attack, every day.
        assert!(doubt(&vec![window(55); 28]).get() <= 1.0);
    }

    #[test]
    fn no_tests_say_nothing() {
        assert!(doubt(&vec![Batch { n_tests: 0, n_small: 0, smallest: Vec::new() }; 28]).get() <= 1.0);
    }
}
