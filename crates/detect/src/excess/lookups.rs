//! What each source asked of each registered name in an hour, for digests over look-ups.

use ahash::{HashMap, HashSet};

use super::{Amount, Key, N_NUMBERS, Table};
use crate::telemetry::{Hosts, Names, Sample, Seen, ids::Id};

/// Pairs of one hour; what comes after them is not summed up.
const PAIRS_MAX: usize = 2_000_000;

#[derive(Debug, Default)]
pub(crate) struct Lookups {
    datasets: Names,
    hosts: Hosts,
    objects: Names,
    sources: HashSet<Source>,
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
        let Self { datasets, hosts, objects, sources, pairs } = self;
        let key = |(dataset, source): Source, object: &str| Key {
            dataset: datasets.text(dataset).to_owned(),
            subject: hosts.text(source).to_owned(),
            object: object.to_owned(),
        };
        let present = sources.into_iter().map(|source| (key(source, ""), Amount::default()));
        let pairs = pairs.into_iter().filter_map(|((source, object), pair)| {
            let Pair { numbers, sample, name, seen } = pair;
            let mut amount = Amount { numbers, sample, detail: name.into(), seen };
            worth(&mut amount).then(|| (key(source, objects.text(object)), amount))
        });
        present.chain(pairs).collect()
    }
}
