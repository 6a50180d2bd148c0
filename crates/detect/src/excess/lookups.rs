//! What each source asked of each registered name in an hour, for digests over look-ups; and who asks for others.

use std::collections::{BTreeMap, BTreeSet};

use ahash::{HashMap, HashSet};
use arrow_array::RecordBatch;

use super::{
    Amount, Key, Measure, N_NUMBERS, Table, encode,
    table::{each, joined},
};
use crate::{
    Day, Error,
    telemetry::{Hosts, Names, Sample, Seen, ids::Id},
};

/// Pairs of one hour; what comes after them is not summed up.
const PAIRS_MAX: usize = 2_000_000;

/// Sources of an hour that whoever they ask is known to serve; one or two could ask a machine to hide it.
const CLIENTS_MIN: usize = 3;

/// Number of the row that says that a source was there: whether it answered others.
const SERVES: usize = N_NUMBERS - 1;

#[derive(Debug, Default)]
pub(crate) struct Lookups {
    datasets: Names,
    hosts: Hosts,
    objects: Names,
    sources: HashSet<Source>,
    /// Some of those that asked each host.
    clients: HashMap<Source, Vec<u32>>,
    pairs: HashMap<(Source, u32), Pair>,
}

/// Dataset and host, by their numbers.
type Source = (u32, u32);

#[derive(Debug, Default)]
pub(crate) struct Pair {
    pub(crate) numbers: [f64; N_NUMBERS],
    pub(crate) sample: Sample,
    /// The smallest name that was asked for.
    name: Box<str>,
    seen: Seen,
}

impl Lookups {
    /// Notes that the source of a row was there; `None` where it is no address.
    pub(crate) fn source(&mut self, dataset: &str, src: &str) -> Option<Source> {
        let source = (self.datasets.index(dataset), self.hosts.host(src)?.index);
        self.sources.insert(source);
        Some(source)
    }

    /// Notes whom a source asked.
    pub(crate) fn resolver(&mut self, source: Source, resolver: Option<&str>) {
        let Some(resolver) = resolver.and_then(|text| self.hosts.host(text)) else { return };
        let key = (source.0, resolver.index);
        if self.clients.len() >= PAIRS_MAX && !self.clients.contains_key(&key) {
            return;
        }
        let clients = self.clients.entry(key).or_default();
        if clients.len() < CLIENTS_MIN && !clients.contains(&source.1) && resolver.index != source.1 {
            clients.push(source.1);
        }
    }

    /// The pair of a source and a registered name, with this row counted in; `None` where the hour is full.
    pub(crate) fn pair(&mut self, source: Source, object: &str, name: &str, id: Id<'_>) -> Option<&mut Pair> {
        let key = (source, self.objects.index(object));
        if self.pairs.len() >= PAIRS_MAX && !self.pairs.contains_key(&key) {
            return None;
        }
        let pair = self.pairs.entry(key).or_default();
        if pair.name.is_empty() || name < pair.name.as_ref() {
            pair.name = name.into();
        }
        pair.seen.take(id.at, id.record_id);
        Some(pair)
    }

    /// All sources, and the pairs that are worth a row as `worth` leaves them.
    pub(crate) fn into_table(self, worth: impl Fn(&mut Amount) -> bool) -> Table {
        let Self { datasets, hosts, objects, sources, clients, pairs } = self;
        let key = |(dataset, source): Source, object: &str| Key {
            dataset: datasets.text(dataset).to_owned(),
            subject: hosts.text(source).to_owned(),
            object: object.to_owned(),
        };
        let present = sources.into_iter().map(|source| {
            let mut amount = Amount::default();
            let serves = clients.get(&source).is_some_and(|clients| clients.len() >= CLIENTS_MIN);
            amount.numbers[SERVES] = f64::from(u8::from(serves));
            (key(source, ""), amount)
        });
        let pairs = pairs.into_iter().filter_map(|((source, object), pair)| {
            let Pair { numbers, sample, name, seen } = pair;
            let mut amount = Amount { numbers, sample, detail: name.into(), seen };
            worth(&mut amount).then(|| (key(source, objects.text(object)), amount))
        });
        present.chain(pairs).collect()
    }
}

/// Digests of hours without the hosts that answer others in any of them: what a resolver asks, it asks for its clients,
/// whose own questions are there to be judged.
pub(crate) fn without_resolvers(hours: &[RecordBatch], measure: &Measure) -> Result<Vec<RecordBatch>, Error> {
    let mut resolvers: BTreeSet<(String, String)> = BTreeSet::new();
    for hour in hours {
        each(hour, |key, amount| {
            if key.object.is_empty() && amount.numbers[SERVES] > 0.0 {
                resolvers.insert((key.dataset, key.subject));
            }
        })?;
    }
    if resolvers.is_empty() {
        return Ok(hours.to_vec());
    }
    let of_clients = |hour: &RecordBatch| {
        let mut table = joined([hour], measure)?;
        table.retain(|key, _| !resolvers.contains(&(key.dataset.clone(), key.subject.clone())));
        encode(&table)
    };
    hours.iter().map(of_clients).collect()
}

/// Digests of hours without the objects to which somebody gave at least `share` as much on a day before as anybody does
/// now: what is known is no news, whoever it is new to.
pub(crate) fn without_precedent(
    hours: &[RecordBatch],
    past: &[Day],
    share: f64,
    measure: &Measure,
) -> Result<Vec<RecordBatch>, Error> {
    let highest = |digests: &[&RecordBatch]| -> Result<BTreeMap<(String, String), f64>, Error> {
        let mut highest: BTreeMap<(String, String), f64> = BTreeMap::new();
        for (key, amount) in
            joined(digests.iter().copied(), measure)?.into_iter().filter(|(key, _)| !key.object.is_empty())
        {
            let known = highest.entry((key.dataset, key.object)).or_default();
            *known = known.max((measure.value)(&amount));
        }
        Ok(highest)
    };
    let today = highest(&hours.iter().collect::<Vec<_>>())?;
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    for day in past {
        let before = highest(&[&day.digest])?;
        let precedents =
            before.into_iter().filter(|(key, value)| today.get(key).is_some_and(|now| *value >= share * now));
        known.extend(precedents.map(|(key, _)| key));
    }
    let of_hour = |hour: &RecordBatch| {
        let mut table = joined([hour], measure)?;
        table.retain(|key, _| !known.contains(&(key.dataset.clone(), key.object.clone())));
        encode(&table)
    };
    if known.is_empty() { Ok(hours.to_vec()) } else { hours.iter().map(of_hour).collect() }
}
