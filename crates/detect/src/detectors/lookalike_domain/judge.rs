//! How much each new name looks like a brand's, and how many new names of days before looked as much like one.

use super::{
    brands::{Known, Today},
    memory::Memory,
    met::{Aspect, Brief, Day, Folded},
    report,
};
use crate::{
    Case, Error, Judged,
    habits::Tail,
    models::lookalike_domain::{self, Resembles},
};
use science::PValue;

/// The organization's own name is what those imitate who mean it and nobody else.
const OWN: f64 = 2.0;

/// A link in mail that somebody followed on the same day, and something sent there: what a lure is for. Each is rarer
/// among innocent new names by about this much, in nats.
const FOLLOWED: f64 = 1.0;
const POSTED: f64 = 1.0;

/// Evidence that it is the brand's own: as much as a look-alike letter says against it.
const AFFILIATE: f64 = -4.0;

/// The lightest tail that is believed of the scores of innocent names, as a scale. Scores are log odds: were they right,
/// P(score ≥ s) would fall by e with each nat, as a likelihood ratio does under the null.
const SCALE_MIN: f64 = 1.0;

/// Findings with larger p-values are no lead by any measure.
const TOLD_MAX: f64 = 0.05;

/// Scores of the past below which its tail cannot be told: then those of the model's list stand beside them.
const SCORES_MIN: usize = 30;

/// What a name was held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// New names of the organization's days before, of the same kind.
    Own,
    /// Beside them, the list of ordinary names that the model was calibrated on.
    List,
}

/// A new name that resembles a brand.
#[derive(Debug, Clone)]
pub(super) struct Resemblance<'a> {
    /// The full name that resembles most.
    pub(super) name: String,
    pub(super) found: Resembles<'a>,
    pub(super) is_own: bool,
    pub(super) is_affiliate: bool,
    pub(super) score: f64,
}

/// How unusual it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Verdict {
    pub(super) p_value: PValue,
    pub(super) basis: Basis,
    /// New names that it was held against, and those of them that resemble a brand.
    pub(super) n_compared: usize,
    pub(super) n_resembling: usize,
    pub(super) n_days: usize,
    /// Names that were new today, of this kind.
    pub(super) n_new: usize,
}

pub(super) fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let day = Day::of(case.hours)?;
    let past = case.past.iter().map(|day| Folded::of(&day.digest)).collect::<Result<Vec<_>, _>>()?;
    let mut judged = Judged::default();
    for dataset in day.datasets() {
        let today: Vec<_> = day
            .domains
            .iter()
            .filter(|(key, _)| key.dataset == dataset)
            .map(|(key, met)| (key, met, met.brief()))
            .collect();
        judge_dataset(case, dataset, &past, &today, &mut judged);
    }
    Ok(judged)
}

fn judge_dataset(case: &Case<'_>, dataset: &str, past: &[Folded<'_>], today: &Today<'_>, judged: &mut Judged) {
    let warm_up = case.params.get("days_before_min").max(1.0) as usize;
    let memory = Memory::of(past, dataset);
    let known = Known::of(&memory, today, case.params.own(), case.params.get("popular_share"), warm_up);
    let mut usual = [Usual::default(), Usual::default()];
    for (domain, habit) in memory.habits() {
        let brief = memory.first_met(habit);
        // A name of the brands' own is judged nowhere.
        if habit.first >= warm_up && brief.is_met() && !known.brands.owns(domain) {
            usual[usize::from(brief.is_of_mail())].take(resemblance(domain, &brief, &known));
        }
    }
    let is_new = |domain: &str, brief: &Brief| brief.is_met() && !memory.knows(domain) && !known.brands.owns(domain);
    let new: Vec<_> = today.iter().filter(|(key, _, brief)| is_new(&key.domain, brief)).collect();
    let n_of_mail = new.iter().filter(|(.., brief)| brief.is_of_mail()).count();
    let n_new = [new.len() - n_of_mail, n_of_mail];
    let names_min = case.params.get("names_min").max(0.0);
    let usual = usual.map(|usual| usual.settled(names_min));
    for (key, met, brief) in &new {
        let kind = usize::from(brief.is_of_mail());
        let Some(found) = resemblance(&key.domain, brief, &known) else {
            judged.test(dataset, PValue::ONE);
            continue;
        };
        let Some(usual) = usual.get(kind) else { continue };
        let verdict = usual.verdict(&found, memory.n_days(), n_new[kind]);
        judged.test(dataset, verdict.p_value);
        if verdict.p_value.get() <= TOLD_MAX {
            judged.findings.push(report::finding(case.window, key, met, &found, &verdict));
        }
    }
}

/// The most telling of a domain's names. Everything that the score looks at is known of days of the past as well.
fn resemblance<'k>(domain: &str, brief: &Brief, known: &'k Known) -> Option<Resemblance<'k>> {
    let names = std::iter::once(domain).chain(brief.names.iter().map(String::as_str));
    let looked = names.filter_map(|name| Some((name, lookalike_domain::score(name, &known.brands)?)));
    let (name, found) = looked.max_by(|a, b| a.1.score.total_cmp(&b.1.score).then(b.0.cmp(a.0)))?;
    let is_own = known.is_own(found.brand);
    let is_affiliate = known.is_affiliate(brief, found.brand);
    let went = brief.was(Aspect::Visited) || brief.was(Aspect::Asked) || brief.was(Aspect::Posted);
    let weights = [
        (is_own, OWN),
        (brief.was(Aspect::Linked) && went, FOLLOWED),
        (brief.was(Aspect::Posted), POSTED),
        (is_affiliate, AFFILIATE),
    ];
    let beside: f64 = weights.iter().filter(|(holds, _)| *holds).map(|(_, weight)| weight).sum();
    Some(Resemblance { name: name.to_owned(), score: found.score + beside, found, is_own, is_affiliate })
}

/// New names of the past, of one kind.
///
/// The p-value of a name is P(a new name resembles a brand) · P(it scores as high | it does). Where ranks alone speak this
/// is the rank among all new names: (1 + those at least as high) / (1 + n).
#[derive(Debug, Default)]
struct Usual {
    n: usize,
    /// Scores of those that resemble a brand.
    scores: Vec<f64>,
}

impl Usual {
    fn take(&mut self, found: Option<Resemblance<'_>>) {
        self.n += 1;
        self.scores.extend(found.map(|found| found.score));
    }

    fn settled(self, names_min: f64) -> Settled {
        let (n, n_resembling) = (self.n as f64, self.scores.len() as f64);
        // Where little is known, the list stands for the names that are missing.
        let n_lent = (names_min - n).max(0.0);
        let lent = n_lent * lookalike_domain::N_ORDINARY_RESEMBLING / lookalike_domain::N_ORDINARY;
        let share = (n_resembling + lent + 1.0) / (n + n_lent + 1.0);
        let is_enough = self.scores.len() >= SCORES_MIN;
        let tail = is_enough.then(|| Tail::new(self.scores.clone(), SCALE_MIN)).flatten();
        Settled { usual: self, share, tail }
    }
}

#[derive(Debug)]
struct Settled {
    usual: Usual,
    /// Of new names, those that resemble a brand.
    share: f64,
    tail: Option<Tail>,
}

impl Settled {
    fn verdict(&self, found: &Resemblance<'_>, n_days: usize, n_new: usize) -> Verdict {
        let (basis, among) = match &self.tail {
            Some(tail) => (Basis::Own, tail.p_value(found.score).get()),
            None => (Basis::List, self.among_all(found)),
        };
        Verdict {
            p_value: PValue::clamped(self.share * among),
            basis,
            n_compared: self.usual.n,
            n_resembling: self.usual.scores.len(),
            n_days,
            n_new,
        }
    }

    /// The rank among the scores of the past and those of the list's names that resemble a brand, put together. Of the
    /// list's, all that score as high are counted, also those that resemble none: there are no fewer.
    fn among_all(&self, found: &Resemblance<'_>) -> f64 {
        let scores = &self.usual.scores;
        let of_past = scores.iter().filter(|score| **score >= found.score).count() as f64;
        let of_list = (found.found.p_value.get() * (lookalike_domain::N_ORDINARY + 1.0) - 1.0).max(0.0);
        let n = scores.len() as f64 + lookalike_domain::N_ORDINARY_RESEMBLING;
        ((of_past + of_list + 1.0) / (n + 1.0)).min(1.0)
    }
}
