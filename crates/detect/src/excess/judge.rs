//! Tests each subject: does it give any object more than it, and its like, usually give?

use std::collections::{BTreeMap, BTreeSet};

use schema::{Finding, Window};
use science::{PValue, describe::Sorted};

use super::{
    Measure,
    table::{Amount, Key, Table, joined},
    yardsticks::{Cases, Prior, spread_of, stands_out},
};
use crate::{
    Case, Error, Judged,
    yardstick::{PRECEDENT_SHARE, precedent},
};

/// Days of the past from which on a subject's own habits count.
const DAYS_MIN: usize = 5;

/// Subjects with such habits from which on they tell how days differ.
const SUBJECTS_MIN: usize = 8;

/// Past days on which an object got something from a subject, that make it a habit.
const HABIT_DAYS: usize = 3;

/// An object of so many subjects, or this share of them, is everyone's.
const SHARED_MIN: usize = 4;
const SHARED: f64 = 0.05;

/// Others below which a rank among them says nothing.
const OTHERS_MIN: usize = 10;

/// What an object is to a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// Neither usual for it nor for others: compared with the most that it, and others, give to any such object.
    Unusual,
    /// It gets something on most days: compared with what it got then.
    Habit,
    /// Many here give it something: compared with what they give.
    Shared,
}

/// The pair of a subject that stands out most.
#[derive(Debug, Clone)]
pub(crate) struct Excess {
    pub(crate) key: Key,
    pub(crate) amount: Amount,
    pub(crate) value: f64,
    pub(crate) basis: Basis,
    /// The subject's own median of the days before, where they are known.
    pub(crate) usual: Option<f64>,
    pub(crate) n_days: usize,
    /// Median of the others today.
    pub(crate) usual_of_others: f64,
    pub(crate) n_others: usize,
    /// Subjects of the dataset that gave the object anything, this one among them.
    pub(crate) n_subjects: usize,
    pub(crate) p_own: PValue,
    pub(crate) p_others: PValue,
    pub(crate) p_value: PValue,
    pub(crate) n_tested: usize,
}

/// Tests every subject that was there, also those that gave less than the floor and cannot stand out. `finding` says in
/// words what of the others is worth telling.
pub(crate) fn judge(
    case: &Case<'_>,
    measure: &Measure,
    finding: fn(Window, &Excess) -> Option<Finding>,
) -> Result<Judged, Error> {
    let today = joined(case.hours, measure)?;
    let past = case.past.iter().map(|day| joined([&day.digest], measure)).collect::<Result<Vec<_>, _>>()?;
    let world = World::of(&today, &past, measure);
    let mut judged = Judged::default();
    for subject in world.subjects.keys() {
        let strongest = world.strongest(subject);
        judged.test(subject.0, strongest.as_ref().map_or(PValue::ONE, |excess| excess.p_value));
        judged.findings.extend(strongest.and_then(|excess| finding(case.window, &excess)));
    }
    Ok(judged)
}

/// (dataset, name).
type Name<'a> = (&'a str, &'a str);

struct World<'a> {
    measure: &'a Measure,
    subjects: BTreeMap<Name<'a>, Subject<'a>>,
    /// Subjects of an object, today: with what each gave.
    objects: BTreeMap<Name<'a>, Vec<(&'a str, f64)>>,
    n_subjects: BTreeMap<&'a str, usize>,
    /// By how much a subject's days mostly differ, where enough subjects are known: of logarithms, over all datasets.
    spread_of_days: Option<f64>,
}

#[derive(Default)]
struct Subject<'a> {
    today: Vec<(&'a Key, &'a Amount, f64)>,
    /// Values of past days on which it was there, by object.
    past: BTreeMap<&'a str, Vec<f64>>,
    /// The largest value of each past day to an object that was neither a habit nor shared, oldest first.
    most_before: Vec<f64>,
    /// The same of today.
    most: f64,
}

impl<'a> World<'a> {
    fn of(today: &'a Table, past: &'a [Table], measure: &'a Measure) -> Self {
        let mut world = Self {
            measure,
            subjects: BTreeMap::new(),
            objects: BTreeMap::new(),
            n_subjects: BTreeMap::new(),
            spread_of_days: None,
        };
        for (key, amount) in today {
            let value = (measure.value)(amount);
            let subject = world.subjects.entry((&key.dataset, &key.subject)).or_insert_with(|| {
                *world.n_subjects.entry(&key.dataset).or_default() += 1;
                Subject::default()
            });
            if !key.object.is_empty() {
                subject.today.push((key, amount, value));
                world.objects.entry((&key.dataset, &key.object)).or_default().push((&key.subject, value));
            }
        }
        for (key, amount) in past.iter().flatten().filter(|(key, _)| !key.object.is_empty()) {
            if let Some(subject) = world.subjects.get_mut(&(key.dataset.as_str(), key.subject.as_str())) {
                subject.past.entry(&key.object).or_default().push((measure.value)(amount));
            }
        }
        world.find_most(past);
        world.spread_of_days = world.usual_spread_of_days();
        world
    }

    fn usual_spread_of_days(&self) -> Option<f64> {
        let known = self.subjects.values().filter(|subject| subject.most_before.len() >= DAYS_MIN);
        let spread = |subject: &Subject<'_>| {
            let logs = subject.most_before.iter().map(|value| self.measure.log(*value)).collect();
            Sorted::new(logs).map_or(0.0, |logs| spread_of(&logs))
        };
        let spreads: Vec<f64> = known.map(spread).collect();
        (spreads.len() >= SUBJECTS_MIN).then(|| median(&spreads))
    }

    fn find_most(&mut self, past: &'a [Table]) {
        let unusual: BTreeMap<Name<'a>, BTreeSet<&'a str>> = self
            .subjects
            .iter()
            .map(|(name, subject)| {
                let is_unusual = |object: &&str| self.basis(name.0, subject, object) == Basis::Unusual;
                let objects = subject.today.iter().map(|(key, ..)| key.object.as_str());
                (*name, objects.chain(subject.past.keys().copied()).filter(is_unusual).collect())
            })
            .collect();
        for day in past {
            let mut most: BTreeMap<Name<'a>, f64> = BTreeMap::new();
            for (key, amount) in day {
                let name = (key.dataset.as_str(), key.subject.as_str());
                let highest = most.entry(name).or_default();
                if unusual.get(&name).is_some_and(|objects| objects.contains(key.object.as_str())) {
                    *highest = highest.max((self.measure.value)(amount));
                }
            }
            for (name, highest) in most {
                if let Some(subject) = self.subjects.get_mut(&name) {
                    subject.most_before.push(highest);
                }
            }
        }
        for (name, subject) in &mut self.subjects {
            let own = unusual.get(name);
            let values =
                subject.today.iter().filter(|(key, ..)| own.is_some_and(|own| own.contains(key.object.as_str())));
            subject.most = values.map(|(.., value)| *value).fold(0.0, f64::max);
        }
    }

    fn basis(&self, dataset: &str, subject: &Subject<'_>, object: &str) -> Basis {
        let n_subjects = self.objects.get(&(dataset, object)).map_or(0, Vec::len);
        let all = self.n_subjects.get(dataset).copied().unwrap_or(0);
        if subject.past.get(object).is_some_and(|days| days.len() >= HABIT_DAYS) {
            Basis::Habit
        } else if n_subjects >= SHARED_MIN.max((SHARED * all as f64).ceil() as usize) {
            Basis::Shared
        } else {
            Basis::Unusual
        }
    }

    fn strongest(&self, name: &Name<'a>) -> Option<Excess> {
        let subject = self.subjects.get(name)?;
        let mut excesses: Vec<Excess> = Vec::new();
        let mut most: Option<(&Key, &Amount, f64)> = None;
        for &(key, amount, value) in subject.today.iter().filter(|(.., value)| *value >= self.measure.floor) {
            match self.basis(name.0, subject, &key.object) {
                Basis::Unusual if most.is_none_or(|(.., known)| value > known) => most = Some((key, amount, value)),
                Basis::Unusual => {}
                Basis::Habit => excesses.push(self.known_object(subject, (key, amount, value), Basis::Habit)),
                Basis::Shared => excesses.push(self.shared_object(subject, (key, amount, value))),
            }
        }
        excesses.extend(most.map(|pair| self.unusual_object(subject, pair)));
        let n_tested = excesses.len();
        let by_p =
            |a: &Excess, b: &Excess| a.p_value.get().total_cmp(&b.p_value.get()).then(b.value.total_cmp(&a.value));
        let strongest = excesses.into_iter().min_by(|a, b| by_p(a, b).then_with(|| a.key.cmp(&b.key)))?;
        Some(Excess { p_value: PValue::clamped(strongest.p_value.get() * n_tested as f64), n_tested, ..strongest })
    }

    /// A habit is held against itself, what is shared against the others, and a habit of many against both.
    fn known_object(&self, subject: &Subject<'_>, pair: (&Key, &Amount, f64), basis: Basis) -> Excess {
        let object = pair.0.object.as_str();
        let own = subject.past.get(object).map_or(&[][..], Vec::as_slice);
        let others = self.objects.get(&(pair.0.dataset.as_str(), object)).into_iter().flatten();
        let others: Vec<f64> = others.filter(|(name, _)| *name != pair.0.subject).map(|(_, value)| *value).collect();
        let (own_counts, others_count) = (own.len() >= HABIT_DAYS, others.len() + 1 >= SHARED_MIN);
        let own_p = if own_counts { self.against(pair.2, own, Cases::Own) } else { PValue::clamped(0.0) };
        let others_p = if others_count { self.against(pair.2, &others, Cases::Others) } else { PValue::clamped(0.0) };
        self.excess(pair, basis, (own, own_p), (&others, others_p))
    }

    /// What is shared and no habit has to stand out from what the others give it, and from what the subject gives at all.
    fn shared_object(&self, subject: &Subject<'_>, pair: (&Key, &Amount, f64)) -> Excess {
        let among_others = self.known_object(subject, pair, Basis::Shared);
        let for_itself = self.unusual_object(subject, pair);
        Excess {
            usual: for_itself.usual,
            n_days: for_itself.n_days,
            p_own: for_itself.p_value,
            p_value: among_others.p_value.and(for_itself.p_value),
            ..among_others
        }
    }

    /// The most that a subject gave is held against the most that it gave on other days, and its growth against that of
    /// the others; without days before, against the most that the others give.
    fn unusual_object(&self, subject: &Subject<'_>, pair: (&Key, &Amount, f64)) -> Excess {
        let (dataset, name, value) = (pair.0.dataset.as_str(), pair.0.subject.as_str(), pair.2);
        let others = || self.subjects.iter().filter(|((set, other), _)| *set == dataset && *other != name);
        let levels: Vec<f64> = others().map(|(_, other)| other.most).collect();
        if subject.most_before.len() < DAYS_MIN {
            let p_others = self.against(value, &levels, Cases::FirstDays).and(self.rank(value, &levels));
            let known = subject.past.get(pair.0.object.as_str()).map_or(&[][..], Vec::as_slice);
            let before = known.iter().any(|day| *day >= PRECEDENT_SHARE * value);
            // It was told when it was new; or it was there before anything was known.
            let p_own = if before { PValue::ONE } else { PValue::clamped(0.0) };
            return self.excess(pair, Basis::Unusual, (&[], p_own), (&levels, p_others));
        }
        let own = &subject.most_before;
        let growth = |days: &[f64], today: f64| self.measure.log(today) - self.measure.log(median(days));
        let known = others().filter(|(_, other)| other.most_before.len() >= DAYS_MIN);
        let growths: Vec<f64> = known.map(|(_, other)| growth(&other.most_before, other.most)).collect();
        let prior = Prior { median: 0.0, ..self.measure.prior() };
        let p_others = stands_out(growth(own, value), &growths, prior, Cases::Others);
        self.excess(pair, Basis::Unusual, (own, self.against(value, own, Cases::Own)), (&levels, p_others))
    }

    /// Conformal: the share of others that give nearly as much, where enough others are known and enough of them do.
    fn rank(&self, value: f64, others: &[f64]) -> PValue {
        let n_high = others.iter().filter(|other| **other >= PRECEDENT_SHARE * value).count();
        if others.len() >= OTHERS_MIN && n_high >= self.measure.excuse_min {
            PValue::clamped((n_high as f64 + 1.0) / (others.len() as f64 + 1.0))
        } else {
            PValue::clamped(0.0)
        }
    }

    fn against(&self, value: f64, usual: &[f64], cases: Cases) -> PValue {
        let logs: Vec<f64> = usual.iter().map(|value| self.measure.log(*value)).collect();
        let prior = self.measure.prior();
        let prior = if cases == Cases::Own {
            Prior { spread: self.spread_of_days.unwrap_or(prior.spread), ..prior }
        } else {
            prior
        };
        stands_out(self.measure.log(value), &logs, prior, cases)
    }

    fn excess(
        &self,
        (key, amount, value): (&Key, &Amount, f64),
        basis: Basis,
        (own, p_own): (&[f64], PValue),
        (others, p_others): (&[f64], PValue),
    ) -> Excess {
        let n_subjects = self.objects.get(&(key.dataset.as_str(), key.object.as_str())).map_or(0, Vec::len);
        Excess {
            key: key.clone(),
            amount: amount.clone(),
            value,
            basis,
            usual: (!own.is_empty()).then(|| median(own)),
            n_days: own.len(),
            usual_of_others: median(others),
            n_others: others.len(),
            n_subjects,
            p_own,
            p_others,
            p_value: p_own.and(p_others).and(precedent(value, own)),
            n_tested: 1,
        }
    }
}

fn median(values: &[f64]) -> f64 {
    Sorted::new(values.to_vec()).map_or(0.0, |sorted| sorted.median())
}
