//! How often entities of one class show something as rare: the chance of each new thing, of each family of aspects,
//! and of a whole day. Input: `record`; the law of several families is in `joint`.

use std::collections::BTreeMap;

use ahash::{HashMap, HashMapExt};
use science::PValue;

use super::{
    joint::{Atom, Atoms, Joint, lift},
    record::{EntityDay, New},
    sightings::{Family, Pool, Question},
    tail::{OF_SURPRISE, Tail},
};

/// Days that a law needs at least: with fewer, one that changes once a month is half of what is known.
pub(super) const DAYS_MIN: usize = 50;

/// Entities of one day that can be ranked among each other, as a lead.
pub(super) const PEERS_MIN: usize = 20;

/// New items of one family that are added up where they are, the most surprising ones.
pub(super) const POOLED_MAX: usize = 32;

/// No p-value is smaller than this share of the smallest rank: that families are nearly independent is not believed
/// any farther.
const BEYOND_RANKS: f64 = 1e-3;

/// What a count of days is given in addition, so that what never happened is not impossible: half of one, as Krichevsky
/// and Trofimov (1981) predict.
const NEVER: f64 = 0.5;

/// A day is taken for an attack and left out of the law where, held against all others, not one in three such pasts
/// would have a day like it; no more than one day in twenty is, or three.
const FOREIGN_IN_A_PAST: f64 = 0.3;
const FOREIGN_SHARE: f64 = 0.05;
const FOREIGN_MIN: usize = 3;

/// Days that are looked at for that, whatever the size of the past: each costs a law.
const FOREIGN_MAX: usize = 12;

/// Standard errors by which small p-values of the past may be too many before the law is corrected: its own noise, and
/// the few days of the past that were attacks.
const EXCUSED_ERRORS: f64 = 2.0;

/// The law of the days of one class of entities.
#[derive(Debug)]
pub(super) struct Chances {
    question: &'static Question,
    n_days: usize,
    /// By aspect: the share of others who have the rarest new thing of a day, ascending.
    rarest: HashMap<&'static str, Vec<f64>>,
    families: Vec<FamilyLaw>,
    joint: Joint,
    /// The strength of each family on each of the days.
    of_days: Vec<Vec<f64>>,
    /// How many times as often small p-values came about in the past as they should have.
    too_small: f64,
}

#[derive(Debug)]
struct FamilyLaw {
    /// Of the days that showed something new, ascending.
    strengths: Vec<f64>,
    /// Where the number of things matters, ranks are not the end.
    tail: Option<Tail>,
}

/// What an entity showed on earlier days, by family.
#[derive(Debug, Default)]
pub(super) struct Own {
    n_days: f64,
    strengths: Vec<Vec<f64>>,
}

impl Own {
    fn most(&self, family: usize) -> f64 {
        self.strengths.get(family).map_or(0.0, |known| known.iter().copied().fold(0.0, f64::max))
    }

    fn learn(&mut self, strengths: &[f64]) {
        self.n_days += 1.0;
        self.strengths.resize(strengths.len(), Vec::new());
        for (known, strength) in self.strengths.iter_mut().zip(strengths).filter(|(_, strength)| **strength > 0.0) {
            known.push(*strength);
        }
    }

    /// Share of the entity's own days that showed as much of a family.
    fn share(&self, family: usize, strength: f64) -> f64 {
        let as_strong = |known: &Vec<f64>| known.iter().filter(|own| **own >= strength).count() as f64;
        self.strengths.get(family).map_or(0.0, as_strong) / self.n_days.max(1.0)
    }
}

/// A day, judged.
#[derive(Debug)]
pub(super) struct Weighed {
    /// In nats.
    pub(super) total: f64,
    pub(super) p_value: PValue,
    pub(super) n_compared: usize,
}

impl Weighed {
    /// Nothing that surprises, or nothing to hold it against.
    pub(super) fn nothing(law: Option<&Chances>) -> Self {
        Self { total: 0.0, p_value: PValue::ONE, n_compared: law.map_or(0, |law| law.n_days) }
    }
}

impl Chances {
    /// The law of these days, oldest first, all of one class, without the few that it cannot explain; `None` where they
    /// are too few.
    pub(super) fn learn(question: &'static Question, days: &[&EntityDay], days_min: usize) -> Option<Self> {
        if days.len() < days_min {
            return None;
        }
        let mut days = days.to_vec();
        let mut law = Self::of(question, &days);
        let foreign_max = ((days.len() as f64 * FOREIGN_SHARE) as usize).clamp(FOREIGN_MIN, FOREIGN_MAX);
        for _ in 0..foreign_max.min(days.len() - days_min) {
            let Some(strangest) = law.strangest() else { break };
            let mut others = days.clone();
            let day = others.remove(strangest);
            let without = Self::of(question, &others);
            let p = without.weigh(day, &without.own(others.iter().filter(|other| other.entity == day.entity))).p_value;
            if p.get() * days.len() as f64 > FOREIGN_IN_A_PAST {
                break;
            }
            (days, law) = (others, without);
        }
        Some(law)
    }

    fn of(question: &'static Question, days: &[&EntityDay]) -> Self {
        let mut law = Self {
            question,
            n_days: days.len(),
            rarest: rarest(days),
            families: Vec::new(),
            joint: Joint::new(&[], 1.0),
            of_days: Vec::with_capacity(days.len()),
            too_small: 1.0,
        };
        let mut own: HashMap<u32, Own> = HashMap::new();
        for day in days {
            let strengths = law.strengths(&day.novelties);
            let known = own.entry(day.entity).or_default();
            let beyond = law.beyond_own(&strengths, known);
            law.of_days.push(beyond);
            known.learn(&strengths);
        }
        law.families = (0..question.families.len()).map(|nth| FamilyLaw::learn(question, nth, &law.of_days)).collect();
        let atoms: Vec<Atoms> = law.families.iter().map(|family| family.atoms(law.n_days)).collect();
        law.joint = Joint::new(&atoms, lift(&law.of_days, question.families.len()));
        law.too_small = law.check();
        law
    }

    /// What an entity showed on these days of its own.
    pub(super) fn own<'a>(&self, days: impl Iterator<Item = &'a &'a EntityDay>) -> Own {
        let mut own = Own::default();
        days.for_each(|day| own.learn(&self.strengths(&day.novelties)));
        own
    }

    /// The day that shows most, by its place; `None` where none shows anything.
    fn strangest(&self) -> Option<usize> {
        let totals = self.of_days.iter().map(|day| self.total_of(day)).enumerate();
        let most = totals.max_by(|(a, total_a), (b, total_b)| total_a.total_cmp(total_b).then(b.cmp(a)));
        most.filter(|(_, total)| *total > 0.0).map(|(place, _)| place)
    }

    /// What strengths of families come to.
    fn total_of(&self, strengths: &[f64]) -> f64 {
        let nats = |(family, strength): (&FamilyLaw, &f64)| -family.chance(*strength, self.n_days).ln();
        self.joint.total(self.families.iter().zip(strengths).map(nats))
    }

    /// −ln of the chance that a day shows a new thing of this aspect that is as rare.
    pub(super) fn surprise(&self, new: &New) -> f64 {
        let shares = self.rarest.get(new.sighting.thing.0).map_or(&[][..], Vec::as_slice);
        let n_as_rare = shares.partition_point(|share| *share <= new.share());
        -share_of(n_as_rare, self.n_days).ln()
    }

    /// How strong each family is on a day.
    pub(super) fn strengths(&self, novelties: &[New]) -> Vec<f64> {
        let of_family = |(nth, family): (usize, &Family)| {
            let mut nats: Vec<f64> =
                novelties.iter().filter(|new| new.sighting.family == nth).map(|new| self.surprise(new)).collect();
            nats.sort_by(|a, b| b.total_cmp(a));
            let take = match family.pool {
                Pool::Strongest => 1,
                Pool::Sum | Pool::BeyondOwn => POOLED_MAX,
                Pool::Named => 0,
            };
            nats.iter().take(take).sum::<f64>()
        };
        self.question.families.iter().enumerate().map(of_family).collect()
    }

    fn beyond_own(&self, strengths: &[f64], own: &Own) -> Vec<f64> {
        let beyond = |(nth, strength): (usize, &f64)| match self.question.pool(nth) {
            Some(Pool::BeyondOwn) => (strength - own.most(nth)).max(0.0),
            _ => *strength,
        };
        strengths.iter().enumerate().map(beyond).collect()
    }

    /// A day of an entity of which `own` days are known.
    pub(super) fn weigh(&self, day: &EntityDay, own: &Own) -> Weighed {
        let strengths = self.strengths(&day.novelties);
        let beyond = self.beyond_own(&strengths, own);
        let nats = |(nth, (beyond, strength)): (usize, (&f64, &f64))| {
            let chance = self.families.get(nth).map_or(1.0, |family| family.chance(*beyond, self.n_days));
            -chance.max(own.share(nth, *strength)).min(1.0).ln()
        };
        let total = self.joint.total(beyond.iter().zip(&strengths).enumerate().map(nats));
        let p = self.joint.at_least(total) * self.too_small;
        let least = BEYOND_RANKS / (self.n_days + 1) as f64;
        Weighed { total, p_value: PValue::clamped(p.max(least)), n_compared: self.n_days }
    }

    /// How far the law promised less than came about: the most that small p-values of the past were too many, beyond
    /// what luck and a few attacks excuse.
    fn check(&self) -> f64 {
        let mut p_values: Vec<f64> = self.of_days.iter().map(|day| self.joint.at_least(self.total_of(day))).collect();
        p_values.sort_by(f64::total_cmp);
        let too_many = |(nth, p): (usize, &f64)| {
            let n = (nth + 1) as f64;
            (n - EXCUSED_ERRORS * n.sqrt()) / (p * self.n_days as f64)
        };
        p_values.iter().enumerate().map(too_many).fold(1.0, f64::max)
    }
}

impl FamilyLaw {
    fn learn(question: &Question, nth: usize, of_days: &[Vec<f64>]) -> Self {
        let all = || of_days.iter().filter_map(move |day| day.get(nth)).copied();
        let mut strengths: Vec<f64> = all().filter(|strength| *strength > 0.0).collect();
        strengths.sort_by(f64::total_cmp);
        let adds_up = matches!(question.pool(nth), Some(Pool::Sum | Pool::BeyondOwn));
        let tail = if adds_up { Tail::new(all().collect(), OF_SURPRISE) } else { None };
        Self { strengths, tail }
    }

    /// P(a day shows at least as much of this family).
    fn chance(&self, strength: f64, n_days: usize) -> f64 {
        if strength <= 0.0 {
            return 1.0;
        }
        let n_as_strong = self.strengths.len() - self.strengths.partition_point(|known| *known < strength);
        let rank = share_of(n_as_strong, n_days);
        self.tail.as_ref().map_or(rank, |tail| tail.p_value(strength).get().min(rank))
    }

    /// What a further day may show: as much as one of the days before, or more than all.
    fn atoms(&self, n_days: usize) -> Atoms {
        let mut chances: Vec<f64> = self
            .strengths
            .chunk_by(|a, b| a == b)
            .filter_map(|same| same.first())
            .map(|s| self.chance(*s, n_days))
            .collect();
        let beyond = chances.last().copied().unwrap_or(1.0).min(share_of(0, n_days));
        chances.push(beyond);
        let between = |pair: &[f64]| match pair {
            [chance, next] => Some(Atom { nats: -chance.ln(), probability: (chance - next).max(0.0) }),
            _ => None,
        };
        let mut atoms: Vec<Atom> = chances.windows(2).filter_map(between).collect();
        atoms.extend(beyond_all(-beyond.ln(), self.tail.is_some()));
        Atoms(atoms)
    }
}

/// The chance of what happened on so many of these days.
fn share_of(n: usize, n_days: usize) -> f64 {
    (n as f64 + NEVER) / (n_days + 1) as f64
}

/// More than all: the smallest rank, or where a tail goes on, e-folds of it.
fn beyond_all(nats: f64, goes_on: bool) -> Vec<Atom> {
    const E_FOLDS: u32 = 8;
    if !goes_on {
        return vec![Atom { nats, probability: (-nats).exp() }];
    }
    let at = |fold: u32| {
        let from = nats + f64::from(fold);
        let to = if fold + 1 == E_FOLDS { 0.0 } else { (-from - 1.0).exp() };
        // A whole e-fold counts as its upper end, which makes p-values larger.
        Atom { nats: from + 1.0, probability: (-from).exp() - to }
    };
    (0..E_FOLDS).map(at).collect()
}

fn rarest(days: &[&EntityDay]) -> HashMap<&'static str, Vec<f64>> {
    let mut rarest: HashMap<&'static str, Vec<f64>> = HashMap::new();
    for day in days {
        let mut of_day: BTreeMap<&'static str, f64> = BTreeMap::new();
        for new in &day.novelties {
            let least = of_day.entry(new.sighting.thing.0).or_insert(f64::INFINITY);
            *least = least.min(new.share());
        }
        for (aspect, share) in of_day {
            rarest.entry(aspect).or_default().push(share);
        }
    }
    rarest.values_mut().for_each(|shares| shares.sort_by(f64::total_cmp));
    rarest
}

#[cfg(test)]
mod tests {
    use super::{super::record::Basis, *};
    use crate::habits::sightings::Sighting;

    static QUESTION: Question = Question {
        families: &[
            Family { aspects: &["place"], pool: Pool::Strongest },
            Family { aspects: &["device"], pool: Pool::Strongest },
            Family { aspects: &["client"], pool: Pool::Strongest },
            Family { aspects: &["way"], pool: Pool::BeyondOwn },
        ],
    };
    const ASPECTS: [&str; 4] = ["place", "device", "client", "way"];

    /// Numbers between 0 and 1, the same in every run.
    struct Dice(u64);

    impl Dice {
        fn unit(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    /// New things of these families, of which one in two is had by others.
    fn day(entity: u32, families: &[usize], dice: &mut Dice) -> EntityDay {
        let mut new = |family: &usize| New {
            sighting: Sighting { entity, family: *family, thing: (ASPECTS[*family], 0), row: 0 },
            n_others: if dice.unit() < 0.5 { 0 } else { (dice.unit() * 20.0) as u32 },
            n_entities: 50,
        };
        let novelties = families.iter().map(&mut new).collect();
        EntityDay { entity, basis: Basis::Settled, days_known: 5, novelties }
    }

    /// What is usual: something new on one day in thirty, device and client together as often as alone.
    fn usual(entity: u32, dice: &mut Dice) -> EntityDay {
        let mut families: Vec<usize> = (0..4).filter(|_| dice.unit() < 0.02).collect();
        if dice.unit() < 0.02 {
            families = vec![1, 2];
        }
        day(entity, &families, dice)
    }

    fn past(dice: &mut Dice) -> Vec<EntityDay> {
        (0..6).flat_map(|_| 0..50).map(|entity| usual(entity, dice)).collect()
    }

    fn law(days: &[EntityDay]) -> Chances {
        Chances::learn(&QUESTION, &days.iter().collect::<Vec<_>>(), DAYS_MIN).expect("enough days")
    }

    #[test]
    fn p_values_hold_where_aspects_go_together() {
        let mut dice = Dice(1);
        let mut p_values = Vec::new();
        for _ in 0..100 {
            let law = law(&past(&mut dice));
            p_values.extend((0..50).map(|entity| law.weigh(&usual(entity, &mut dice), &Own::default()).p_value.get()));
        }
        let n = p_values.len() as f64;
        for level in [0.05, 0.01, 1e-3, 1e-4] {
            let share = p_values.iter().filter(|p| **p <= level).count() as f64 / n;
            assert!(share <= level + 3.0 * (level / n).sqrt(), "{share} at {level}");
        }
    }

    #[test]
    fn several_new_aspects_are_far_beyond_the_ranks() {
        let mut dice = Dice(2);
        let law = law(&past(&mut dice));
        let p = |families: &[usize]| {
            let mut all = day(7, families, &mut Dice(3));
            all.novelties.iter_mut().for_each(|new| new.n_others = 0);
            law.weigh(&all, &Own::default()).p_value.get()
        };
        let (one, two, three) = (p(&[0]), p(&[0, 1]), p(&[0, 1, 3]));
        assert!(one >= 1.0 / 301.0 && two < one / 2.0, "{one} {two}: what often comes together says less");
        assert!(three < two / 5.0 && three < 1.0 / 301.0, "{two} {three}");
        assert!(p(&[0, 1, 2, 3]) >= BEYOND_RANKS / 301.0);
        assert_eq!(p(&[]), 1.0);
    }

    #[test]
    fn who_does_it_often_surprises_nobody() {
        let mut dice = Dice(4);
        let law = law(&past(&mut dice));
        let shown = day(7, &[0, 3], &mut dice);
        let mut own = Own::default();
        (0..6).for_each(|_| own.learn(&law.strengths(&shown.novelties)));
        assert!(law.weigh(&shown, &own).p_value.get() > 0.9);
    }

    #[test]
    fn too_few_days_are_no_law() {
        let days: Vec<EntityDay> = (0..49).map(|entity| day(entity, &[], &mut Dice(5))).collect();
        assert!(Chances::learn(&QUESTION, &days.iter().collect::<Vec<_>>(), DAYS_MIN).is_none());
    }
}
