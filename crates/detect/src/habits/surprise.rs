//! How surprising the day of each entity is, for the window and, in the same way, for each day of the past.
//!
//! The days are gone through from the oldest on. An item is new for an entity that has not shown it on an earlier
//! day. Its surprise is −ln of two chances: that this entity shows something new in this aspect on a day (by its own
//! record or that of all, whichever is higher), and that it is this item (by the share of the others who have it). Where
//! others show it for the first time on the same day, as in a roll-out, their share is the chance if that is larger. Aspects
//! that change together are a family, of which the most surprising counts, or the sum of all as far as it is more than
//! this entity ever showed on a day; surprises of families are added up. That
//! these may still depend on one another does no harm: the sum is not read as a chance but ranked among such sums of
//! the past.

use ahash::{HashMap, HashMapExt, HashSet};
use arrow_array::RecordBatch;
use schema::Evidence;
use science::PValue;

use super::{
    HOUR,
    tail::{OF_SURPRISE, Tail},
};
use crate::{
    Day, Error,
    telemetry::{
        Names,
        groups::{self, Grouped},
    },
};

/// Days before the first one whose scores count: until then everything is new to everybody.
const WARM_UP_DAYS: usize = 3;

/// Days of its own that an entity needs before its record counts as settled.
const SETTLED_DAYS: u32 = 4;

/// Share of the others from which on a thing that they show for the first time on the same day comes from without: a
/// roll-out. It then surprises nobody, or all of them together would outweigh the control of false discoveries.
const ROLL_OUT_SHARE: f64 = 0.05;
const ROLL_OUT_MIN: u32 = 3;

/// Scores that a comparison needs at least.
const CALIBRATION_MIN: usize = 20;

/// New items of one aspect that are added up where they are, the most surprising ones.
const POOLED_MAX: usize = 32;

/// What is asked of a digest; aspects that no family names are not looked at.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) families: &'static [Family],
}

/// Aspects that change together: country, network and journey.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) aspects: &'static [&'static str],
    pub(crate) pool: Pool,
}

impl Question {
    /// Family and aspect of a name.
    fn find(&self, name: &str) -> Option<(usize, &'static str)> {
        let of_family = |(nth, family): (usize, &'static Family)| {
            Some((nth, *family.aspects.iter().find(|aspect| **aspect == name)?))
        };
        self.families.iter().enumerate().find_map(of_family)
    }
}

/// What the new items of one family are worth together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pool {
    /// As much as the most surprising one.
    Strongest,
    /// The sum: how many they are matters.
    Sum,
    /// The sum, as far as it is more than this entity ever showed on a day: for entities of which some show ever new
    /// things, as administrators reach new machines.
    BeyondOwn,
}

/// What a score is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Basis {
    /// Days of entities that were settled.
    Settled,
    /// Days of entities that were known for a few days only.
    Young,
    /// First days.
    FirstDay,
    /// The others of this very day: there is no past to speak of.
    Peers,
}

/// One entity in the window.
#[derive(Debug)]
pub(crate) struct Surprise {
    pub(crate) dataset: String,
    pub(crate) entity: String,
    pub(crate) score: f64,
    pub(crate) p_value: PValue,
    pub(crate) basis: Basis,
    /// Scores that it was ranked among.
    pub(crate) n_compared: usize,
    /// Days of the past on which the entity was seen.
    pub(crate) days_known: u32,
    /// What is new or rare, the most surprising first.
    pub(crate) novelties: Vec<Novelty>,
}

#[derive(Debug, Clone)]
pub(crate) struct Novelty {
    pub(crate) aspect: &'static str,
    pub(crate) item: String,
    pub(crate) surprise: f64,
    /// Other entities that have it, and how many others there are.
    pub(crate) n_others: u32,
    pub(crate) n_entities: u32,
    pub(crate) n_records: i64,
    /// Microseconds since 1970.
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) evidence: Vec<(i64, Evidence)>,
}

/// Every entity of the window, ordered by dataset and name. `window` is a digest of [`HOUR`].
pub(crate) fn surprises(question: &Question, window: &RecordBatch, past: &[Day]) -> Result<Vec<Surprise>, Error> {
    let mut names = Names::default();
    let days = past
        .iter()
        .map(|day| Ok(Sightings::read(question, &Grouped::of(&day.digest, &HOUR)?, &mut names)))
        .collect::<Result<Vec<_>, Error>>()?;
    let rows = Grouped::of(window, &HOUR)?;
    let today = Sightings::read(question, &rows, &mut names);
    let mut datasets: Vec<u32> = today.by_dataset.iter().map(|(dataset, _)| *dataset).collect();
    datasets.sort_by_key(|dataset| names.text(*dataset).to_owned());

    let mut all = Vec::new();
    for dataset in datasets {
        let past: Vec<&[Sighting]> = days.iter().map(|day| day.of(dataset)).filter(|day| !day.is_empty()).collect();
        let scored = score_dataset(question, &past, today.of(dataset));
        let of_entity = |scored: Scored| scored.into_surprise(&rows, &names, dataset);
        let mut surprises: Vec<Surprise> = scored.into_iter().map(of_entity).collect();
        surprises.sort_by(|a, b| a.entity.cmp(&b.entity));
        all.extend(surprises);
    }
    Ok(all)
}

/// An entity that showed an item on a day.
#[derive(Debug, Clone, Copy)]
struct Sighting {
    entity: u32,
    family: usize,
    /// Aspect and item.
    thing: (&'static str, u32),
    /// Of the digest.
    row: usize,
}

/// The sightings of a day by dataset; those of an entity stand together.
#[derive(Debug)]
struct Sightings {
    by_dataset: Vec<(u32, Vec<Sighting>)>,
}

impl Sightings {
    fn read(question: &Question, rows: &Grouped<'_>, names: &mut Names) -> Self {
        let mut by_dataset: Vec<(u32, Vec<Sighting>)> = Vec::new();
        for row in 0..rows.len() {
            let Some((family, aspect)) = question.find(rows.key(2, row)) else { continue };
            let dataset = names.index(rows.key(0, row));
            let (entity, thing) = (names.index(rows.key(1, row)), (aspect, names.index(rows.key(3, row))));
            let sighting = Sighting { entity, family, thing, row };
            match by_dataset.last_mut() {
                Some((last, sightings)) if *last == dataset => sightings.push(sighting),
                _ => by_dataset.push((dataset, vec![sighting])),
            }
        }
        Self { by_dataset }
    }

    fn of(&self, dataset: u32) -> &[Sighting] {
        self.by_dataset.iter().find(|(known, _)| *known == dataset).map_or(&[], |(_, sightings)| sightings)
    }
}

/// A day of an entity with its score.
#[derive(Debug)]
struct Scored {
    entity: u32,
    score: f64,
    basis: Basis,
    days_known: u32,
    p_value: PValue,
    n_compared: usize,
    novelties: Vec<Scoring>,
    /// Surprise of each family, whatever was shown before.
    of_families: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
struct Scoring {
    sighting: Sighting,
    surprise: f64,
    n_others: u32,
    n_entities: u32,
}

fn score_dataset(question: &Question, past: &[&[Sighting]], today: &[Sighting]) -> Vec<Scored> {
    let mut record = Record::default();
    let mut scores: HashMap<Basis, Vec<f64>> = HashMap::new();
    for (nth, day) in past.iter().enumerate() {
        let scored = record.score_day(question, day);
        if nth >= WARM_UP_DAYS {
            for entity in scored {
                scores.entry(entity.basis).or_default().push(entity.score);
            }
        }
    }
    if past.len() <= WARM_UP_DAYS {
        return among_peers(Record::default().score_day(question, today));
    }
    let tails: HashMap<Basis, Tail> =
        scores.into_iter().filter_map(|(basis, scores)| Some((basis, Tail::new(scores, OF_SURPRISE)?))).collect();
    let mut scored = record.score_day(question, today);
    for entity in &mut scored {
        let tail = tails.get(&entity.basis).filter(|tail| tail.size() >= CALIBRATION_MIN);
        entity.p_value = tail.map_or(PValue::ONE, |tail| tail.p_value(entity.score));
        entity.n_compared = tail.map_or(0, Tail::size);
    }
    scored
}

/// Ranks each among all of the day, itself left out.
fn among_peers(mut scored: Vec<Scored>) -> Vec<Scored> {
    let mut sorted: Vec<f64> = scored.iter().map(|entity| entity.score).collect();
    sorted.sort_by(f64::total_cmp);
    let n_peers = sorted.len().saturating_sub(1);
    for entity in &mut scored {
        let at_least = sorted.len() - sorted.partition_point(|score| *score < entity.score);
        entity.basis = Basis::Peers;
        entity.n_compared = n_peers;
        // Itself is among `at_least`.
        let enough = n_peers >= CALIBRATION_MIN;
        let rank = PValue::clamped(at_least as f64 / sorted.len().max(1) as f64);
        entity.p_value = if enough { rank } else { PValue::ONE };
    }
    scored
}

/// What is known of a dataset's entities before a day.
#[derive(Debug, Default)]
struct Record {
    shown: HashSet<(u32, (&'static str, u32))>,
    /// Entities that have shown an item.
    n_having: HashMap<(&'static str, u32), u32>,
    days_known: HashMap<u32, u32>,
    /// Days on which an entity showed something new in an aspect, its first day not counted.
    fresh_days: HashMap<(u32, &'static str), u32>,
    fresh_days_of_all: HashMap<&'static str, f64>,
    /// The most surprise that a family of an entity had on a day, its first one not counted.
    most_of_a_day: HashMap<(u32, usize), f64>,
    /// Days of entities, first ones not counted.
    entity_days: f64,
}

/// What a day brought to all.
#[derive(Debug)]
struct Today {
    /// Entities known, today's included.
    n_entities: u32,
    /// Entities seen today that were known before.
    n_back: u32,
    /// How many of those show a thing for the first time.
    n_taking_up: HashMap<(&'static str, u32), u32>,
    /// By aspect and in order: how many others have the rarest thing that an entity shows today.
    rarest: HashMap<&'static str, Vec<u32>>,
}

impl Today {
    /// Share of the others that show something as rare in this aspect: where each has a device of its own, that nobody
    /// else has it says nothing.
    fn share_as_rare(&self, aspect: &str, n_others: u32) -> f64 {
        let rarest = self.rarest.get(aspect).map_or(&[][..], Vec::as_slice);
        let as_rare = rarest.partition_point(|n| *n <= n_others).saturating_sub(1);
        as_rare as f64 / rarest.len().saturating_sub(1).max(1) as f64
    }
}

impl Record {
    /// Scores a day and learns it.
    fn score_day(&mut self, question: &Question, day: &[Sighting]) -> Vec<Scored> {
        let mut today = Today { n_entities: 0, n_back: 0, n_taking_up: HashMap::new(), rarest: HashMap::new() };
        let mut new = Vec::with_capacity(day.len());
        for of_entity in day.chunk_by(|a, b| a.entity == b.entity) {
            let entity = of_entity.first().map_or(0, |sighting| sighting.entity);
            let back = *self.days_known.entry(entity).or_default() > 0;
            today.n_back += u32::from(back);
            for sighting in of_entity {
                let is_new = self.shown.insert((entity, sighting.thing));
                new.push(is_new);
                if is_new {
                    *self.n_having.entry(sighting.thing).or_default() += 1;
                }
                if is_new && back {
                    *today.n_taking_up.entry(sighting.thing).or_default() += 1;
                }
            }
        }
        today.n_entities = self.days_known.len() as u32;
        today.rarest = self.rarest(day);
        let mut scored = Vec::new();
        let mut new = new.as_slice();
        for of_entity in day.chunk_by(|a, b| a.entity == b.entity) {
            let (own, rest) = new.split_at(of_entity.len().min(new.len()));
            new = rest;
            scored.extend(self.score_entity(question, of_entity, own, &today));
        }
        for entity in &scored {
            self.learn_day(entity);
        }
        scored
    }

    fn rarest(&self, day: &[Sighting]) -> HashMap<&'static str, Vec<u32>> {
        let mut rarest: HashMap<&str, Vec<u32>> = HashMap::new();
        let key = |sighting: &Sighting| (sighting.entity, sighting.thing.0);
        for of_aspect in day.chunk_by(|a, b| key(a) == key(b)) {
            let n_others = of_aspect.iter().map(|sighting| self.n_others(sighting.thing));
            if let (Some(sighting), Some(n)) = (of_aspect.first(), n_others.min()) {
                rarest.entry(sighting.thing.0).or_default().push(n);
            }
        }
        rarest.values_mut().for_each(|counts| counts.sort_unstable());
        rarest
    }

    fn n_others(&self, thing: (&'static str, u32)) -> u32 {
        self.n_having.get(&thing).copied().unwrap_or(1).saturating_sub(1)
    }

    fn score_entity(&self, question: &Question, sightings: &[Sighting], new: &[bool], today: &Today) -> Option<Scored> {
        let entity = sightings.first()?.entity;
        let days_known = self.days_known.get(&entity).copied().unwrap_or(0);
        let mut novelties: Vec<Scoring> = sightings
            .iter()
            .zip(new)
            .filter(|(_, new)| **new)
            .map(|(sighting, _)| self.score_item(*sighting, days_known, today))
            .collect();
        novelties.sort_by(|a, b| b.surprise.total_cmp(&a.surprise).then(a.sighting.row.cmp(&b.sighting.row)));
        let of_family = |(nth, family): (usize, &Family)| {
            let take = if family.pool == Pool::Strongest { 1 } else { POOLED_MAX };
            let own = novelties.iter().filter(|novelty| novelty.sighting.family == nth);
            own.take(take).map(|novelty| novelty.surprise).sum::<f64>()
        };
        let of_families: Vec<f64> = question.families.iter().enumerate().map(of_family).collect();
        let beyond_own = |(nth, (family, surprise)): (usize, (&Family, &f64))| match family.pool {
            Pool::BeyondOwn => (surprise - self.most_of_a_day.get(&(entity, nth)).copied().unwrap_or(0.0)).max(0.0),
            Pool::Strongest | Pool::Sum => *surprise,
        };
        let score = question.families.iter().zip(&of_families).enumerate().map(beyond_own).sum();
        let basis = match days_known {
            0 => Basis::FirstDay,
            1..SETTLED_DAYS => Basis::Young,
            _ => Basis::Settled,
        };
        Some(Scored { entity, score, basis, days_known, p_value: PValue::ONE, n_compared: 0, novelties, of_families })
    }

    fn score_item(&self, sighting: Sighting, days_known: u32, today: &Today) -> Scoring {
        let others_of = |n: u32| n.saturating_sub(1);
        let n_others = self.n_others(sighting.thing);
        let n_entities = others_of(today.n_entities);
        let popular = ((f64::from(n_others) + 0.5) / f64::from(n_entities + 1)).min(1.0);
        let chance = if days_known == 0 {
            popular.max(today.share_as_rare(sighting.thing.0, n_others)).min(1.0)
        } else {
            let n_taking_up = others_of(today.n_taking_up.get(&sighting.thing).copied().unwrap_or(1));
            let share = f64::from(n_taking_up) / f64::from(others_of(today.n_back).max(1));
            let is_roll_out = n_taking_up >= ROLL_OUT_MIN && share >= ROLL_OUT_SHARE;
            let rolled_out = if is_roll_out { 1.0 } else { share };
            (popular * self.fresh_chance(sighting, days_known)).max(rolled_out).min(1.0)
        };
        Scoring { sighting, surprise: -chance.ln(), n_others, n_entities }
    }

    /// The chance that this entity shows something new in this aspect on a day.
    fn fresh_chance(&self, sighting: Sighting, days_known: u32) -> f64 {
        let aspect = sighting.thing.0;
        let own = self.fresh_days.get(&(sighting.entity, aspect)).copied().unwrap_or(0);
        let of_all = self.fresh_days_of_all.get(aspect).copied().unwrap_or(0.0);
        let chance_of_all = (of_all + 0.5) / (self.entity_days + 1.0);
        // The first day showed nothing new by definition. That an entity has shown nothing new for long does not make
        // it more surprising: later days must be scored as earlier ones were.
        let own_days = f64::from(days_known.saturating_sub(1).max(1));
        (f64::from(own) / own_days).max(chance_of_all).min(1.0)
    }

    fn learn_day(&mut self, scored: &Scored) {
        if scored.days_known > 0 {
            self.entity_days += 1.0;
            for (family, surprise) in scored.of_families.iter().enumerate().filter(|(_, surprise)| **surprise > 0.0) {
                let most = self.most_of_a_day.entry((scored.entity, family)).or_default();
                *most = most.max(*surprise);
            }
            let mut aspects: Vec<&str> = scored.novelties.iter().map(|novelty| novelty.sighting.thing.0).collect();
            aspects.sort_unstable();
            aspects.dedup();
            for aspect in aspects {
                *self.fresh_days.entry((scored.entity, aspect)).or_default() += 1;
                *self.fresh_days_of_all.entry(aspect).or_default() += 1.0;
            }
        }
        *self.days_known.entry(scored.entity).or_default() += 1;
    }
}

impl Scored {
    fn into_surprise(self, rows: &Grouped<'_>, names: &Names, dataset: u32) -> Surprise {
        let novelty = |scoring: &Scoring| Novelty {
            aspect: scoring.sighting.thing.0,
            item: names.text(scoring.sighting.thing.1).to_owned(),
            surprise: scoring.surprise,
            n_others: scoring.n_others,
            n_entities: scoring.n_entities,
            n_records: rows.count(0, scoring.sighting.row),
            first: rows.first(scoring.sighting.row),
            last: rows.last(scoring.sighting.row),
            evidence: rows.evidence(scoring.sighting.row),
        };
        Surprise {
            dataset: names.text(dataset).to_owned(),
            entity: names.text(self.entity).to_owned(),
            score: self.score,
            p_value: self.p_value,
            basis: self.basis,
            n_compared: self.n_compared,
            days_known: self.days_known,
            novelties: self.novelties.iter().take(POOLED_MAX).map(novelty).collect(),
        }
    }
}

/// The window's hours as one digest.
pub(crate) fn window(hours: &[RecordBatch]) -> Result<RecordBatch, Error> {
    groups::merge(&HOUR, hours)
}
