//! How surprising the day of each entity is: the days of the past give the law, and the window is held against it.
//!
//! `record` says what was new for whom on each day, `chances` how often such days show as much.

use ahash::{HashMap, HashMapExt};
use arrow_array::RecordBatch;
use schema::Evidence;
use science::PValue;

pub(crate) use super::record::Basis;
use super::{
    HOUR,
    chances::{Chances, DAYS_MIN, Own, PEERS_MIN, POOLED_MAX, Weighed},
    record::{EntityDay, New, Record},
    sightings::{Pool, Question, Sighting, Sightings},
};
use crate::{
    Day, Error,
    telemetry::{
        Names,
        groups::{self, Grouped},
    },
};

/// Days before the first one that counts: until then everything is new to everybody.
const WARM_UP_DAYS: usize = 2;

/// Other sides that are named.
const NAMED_MAX: usize = 5;

/// One entity in the window.
#[derive(Debug)]
pub(crate) struct Surprise {
    pub(crate) dataset: String,
    pub(crate) entity: String,
    pub(crate) score: f64,
    pub(crate) p_value: PValue,
    pub(crate) basis: Basis,
    /// Days that it was held against.
    pub(crate) n_compared: usize,
    /// Days of the past on which the entity was seen.
    pub(crate) days_known: u32,
    /// What is new or rare, the most surprising first.
    pub(crate) novelties: Vec<Novelty>,
    /// New things that name the other side.
    pub(crate) named: Vec<Novelty>,
}

impl Surprise {
    /// Whether there is a past that it can be held against. Where there is none nothing is tested, and no error spent.
    pub(crate) fn is_tested(&self) -> bool {
        self.basis != Basis::Peers && self.n_compared > 0
    }
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
pub(crate) fn surprises(
    question: &'static Question,
    window: &RecordBatch,
    past: &[Day],
) -> Result<Vec<Surprise>, Error> {
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
        let mut surprises: Vec<Surprise> =
            scored.into_iter().map(|scored| scored.told(question, &rows, &names, dataset)).collect();
        surprises.sort_by(|a, b| a.entity.cmp(&b.entity));
        all.extend(surprises);
    }
    Ok(all)
}

/// The window's hours as one digest.
pub(crate) fn window(hours: &[RecordBatch]) -> Result<RecordBatch, Error> {
    groups::merge(&HOUR, hours)
}

fn score_dataset(question: &'static Question, past: &[&[Sighting]], today: &[Sighting]) -> Vec<Scored> {
    let mut record = Record::default();
    let before: Vec<Vec<EntityDay>> = past.iter().map(|day| record.take(day)).collect();
    let today = record.take(today);
    if past.len() <= WARM_UP_DAYS {
        return among_peers(question, today);
    }
    let mut by_basis: HashMap<Basis, Vec<&EntityDay>> = HashMap::new();
    for day in before.iter().skip(WARM_UP_DAYS).flatten() {
        by_basis.entry(day.basis).or_default().push(day);
    }
    let laws: HashMap<Basis, Chances> = by_basis
        .into_iter()
        .filter_map(|(basis, days)| Some((basis, Chances::learn(question, &days, DAYS_MIN)?)))
        .collect();
    let mut own_days: HashMap<u32, Vec<&EntityDay>> = HashMap::new();
    for day in before.iter().flatten().filter(|day| day.basis != Basis::FirstDay) {
        own_days.entry(day.entity).or_default().push(day);
    }
    let own = |law: &Chances, entity: u32| law.own(own_days.get(&entity).into_iter().flatten());
    today
        .into_iter()
        .map(|day| match laws.get(&day.basis) {
            Some(law) if !day.novelties.is_empty() => {
                Scored::new(law.weigh(&day, &own(law, day.entity)), day, Some(law))
            }
            law => Scored::new(Weighed::nothing(law), day, law),
        })
        .collect()
}

/// Ranks each among all of the day, itself left out: there is no past, so that all count as new.
fn among_peers(question: &'static Question, today: Vec<EntityDay>) -> Vec<Scored> {
    let days: Vec<&EntityDay> = today.iter().collect();
    let Some(law) = Chances::learn(question, &days, PEERS_MIN) else {
        return today
            .into_iter()
            .map(|day| Scored::new(Weighed::nothing(None), day, None))
            .map(Scored::among_peers)
            .collect();
    };
    let weighed: Vec<Weighed> = today.iter().map(|day| law.weigh(day, &Own::default())).collect();
    let mut totals: Vec<f64> = weighed.iter().map(|day| day.total).collect();
    totals.sort_by(f64::total_cmp);
    let rank = |total: f64| {
        let at_least = totals.len() - totals.partition_point(|known| *known < total);
        PValue::clamped(at_least as f64 / totals.len().max(1) as f64)
    };
    let ranked = weighed.into_iter().map(|day| Weighed { p_value: rank(day.total), ..day });
    ranked.zip(today).map(|(weighed, day)| Scored::new(weighed, day, Some(&law)).among_peers()).collect()
}

/// A day of the window, judged.
struct Scored {
    day: EntityDay,
    weighed: Weighed,
    /// With their surprise, the highest first.
    novelties: Vec<(f64, New)>,
}

impl Scored {
    fn new(weighed: Weighed, mut day: EntityDay, law: Option<&Chances>) -> Self {
        let surprise = |new: New| (law.map_or(0.0, |law| law.surprise(&new)), new);
        let mut novelties: Vec<(f64, New)> = std::mem::take(&mut day.novelties).into_iter().map(surprise).collect();
        // Among equals what nobody else has comes first.
        novelties.sort_by(|(a, new_a), (b, new_b)| {
            let by_surprise = b.total_cmp(a).then(new_a.share().total_cmp(&new_b.share()));
            by_surprise.then(new_a.sighting.row.cmp(&new_b.sighting.row))
        });
        Self { day, weighed, novelties }
    }

    fn among_peers(mut self) -> Self {
        self.day.basis = Basis::Peers;
        self
    }

    fn told(self, question: &Question, rows: &Grouped<'_>, names: &Names, dataset: u32) -> Surprise {
        let is_named = |new: &New| question.pool(new.sighting.family) == Some(Pool::Named);
        let (named, novelties): (Vec<_>, Vec<_>) = self.novelties.iter().partition(|(_, new)| is_named(new));
        let novelty = |(surprise, new): &(f64, New)| Novelty {
            aspect: new.sighting.thing.0,
            item: names.text(new.sighting.thing.1).to_owned(),
            surprise: *surprise,
            n_others: new.n_others,
            n_entities: new.n_entities,
            n_records: rows.count(0, new.sighting.row),
            first: rows.first(new.sighting.row),
            last: rows.last(new.sighting.row),
            evidence: rows.evidence(new.sighting.row),
        };
        Surprise {
            dataset: names.text(dataset).to_owned(),
            entity: names.text(self.day.entity).to_owned(),
            score: self.weighed.total,
            p_value: self.weighed.p_value,
            basis: self.day.basis,
            n_compared: self.weighed.n_compared,
            days_known: self.day.days_known,
            novelties: novelties.into_iter().take(POOLED_MAX).map(novelty).collect(),
            named: named.into_iter().take(NAMED_MAX).map(novelty).collect(),
        }
    }
}
