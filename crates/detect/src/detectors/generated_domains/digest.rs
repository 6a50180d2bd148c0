//! The names of one hour that do not exist, by the host that asked. One hash look-up a row; a name is judged once.

use std::collections::{BTreeMap, BTreeSet};

use ahash::HashMap;
use arrow_array::RecordBatch;

use crate::{
    Digest, Error,
    models::generated_domains,
    sheet::Sheet,
    telemetry::{Hosts, Ids, Names, Seen, Text, hash::stable_hash},
};

/// Names of one host in one hour that are kept: those with the smallest hashes, a fair sample of all.
pub(super) const NAMES_MAX: usize = 512;

/// Distinct names of one hour whose spelling is remembered; what comes after them is judged again each time.
const SPELLINGS_MAX: usize = 1_000_000;

/// Hosts of one hour; what others ask is not summed up.
const HOSTS_MAX: usize = 500_000;

/// Names that are shown of a host: the oddest.
pub(super) const EXAMPLES_MAX: usize = 6;

/// P-values are kept in millionths.
pub(super) const PARTS: f64 = 1e6;

/// The answer that a name does not exist.
const UNKNOWN: &str = "NXDOMAIN";

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    hosts: Hosts,
    /// Registered name and p-value in millionths, by the hash of the name; `None` where it is not judged.
    spellings: HashMap<u64, Option<i64>>,
    by_host: HashMap<(u32, u32), HostHour>,
}

#[derive(Debug, Default)]
struct HostHour {
    /// P-values of registered names that do not exist, by their hash.
    unknown: BTreeMap<i64, i64>,
    /// The oddest of them.
    examples: BTreeSet<(i64, Box<str>)>,
    /// The oddest that exist: where one of them answers, somebody may be waiting.
    answered: BTreeSet<(i64, Box<str>)>,
    seen: Seen,
    /// It answered somebody: a resolver, which asks for others.
    serves: bool,
}

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        if table != "dns_queries" {
            return Err(Error::new(format!("generated_domains does not read table \"{table}\"")));
        }
        let ids = Ids::of(rows)?;
        let (src, query) = (Text::of(rows, "src_ip")?, Text::of(rows, "query")?);
        let (code, dst) = (Text::of(rows, "response_code")?, Text::of(rows, "dst_ip")?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(name)) = (ids.at(row), src.get(row), query.get(row)) else { continue };
            let Some(src) = self.hosts.host(src) else { continue };
            self.note_resolver(id.dataset, dst.get(row));
            let Some((registered, odd)) = self.spelling(name) else { continue };
            let key = (self.datasets.index(id.dataset), src.index);
            if self.by_host.len() >= HOSTS_MAX && !self.by_host.contains_key(&key) {
                continue;
            }
            let host = self.by_host.entry(key).or_default();
            match code.get(row) {
                Some(UNKNOWN) => {
                    // What is spelled as usual proves nothing.
                    if odd <= (super::ODD[0] * PARTS) as i64 {
                        host.seen.take(id.at, id.record_id);
                    }
                    host.add_unknown(registered, odd);
                }
                Some("NOERROR") if odd <= (super::ODD[1] * PARTS) as i64 && is_bought(registered) => {
                    keep(&mut host.answered, odd, registered);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        let mut rows: Vec<(&str, &str, &HostHour)> = Vec::new();
        for ((dataset, host), hour) in self.by_host.iter().filter(|(_, hour)| hour.serves || !hour.unknown.is_empty()) {
            rows.push((self.datasets.text(*dataset), self.hosts.text(*host), hour));
        }
        rows.sort_by_key(|(dataset, host, _)| (*dataset, *host));
        let hashes: Vec<Vec<i64>> = rows.iter().map(|(.., hour)| hour.unknown.keys().copied().collect()).collect();
        let p_values: Vec<Vec<i64>> = rows.iter().map(|(.., hour)| hour.unknown.values().copied().collect()).collect();
        let examples: Vec<Vec<&str>> = rows.iter().map(|(.., hour)| texts(&hour.examples)).collect();
        let answered: Vec<Vec<&str>> = rows.iter().map(|(.., hour)| texts(&hour.answered)).collect();
        let sheet = Sheet::default()
            .text("dataset", rows.iter().map(|(dataset, ..)| *dataset))
            .text("host", rows.iter().map(|(_, host, _)| *host))
            .int("serves", rows.iter().map(|(.., hour)| i64::from(hour.serves)))
            .ints("names", hashes.iter().map(Vec::as_slice))
            .ints("p_values", p_values.iter().map(Vec::as_slice))
            .texts("examples", examples.iter().map(Vec::as_slice))
            .texts("answered", answered.iter().map(Vec::as_slice));
        let seen: Vec<&Seen> = rows.iter().map(|(.., hour)| &hour.seen).collect();
        Seen::write(sheet, seen.into_iter()).finish()
    }
}

impl HourDigest {
    /// Of resolvers outside nobody is judged.
    fn note_resolver(&mut self, dataset: &str, resolver: Option<&str>) {
        let Some(host) = resolver.and_then(|text| self.hosts.host(text)).filter(|host| host.inside) else { return };
        let key = (self.datasets.index(dataset), host.index);
        if self.by_host.len() < HOSTS_MAX || self.by_host.contains_key(&key) {
            self.by_host.entry(key).or_default().serves = true;
        }
    }

    /// The registered name in `name`, and its p-value in millionths.
    fn spelling<'a>(&mut self, name: &'a str) -> Option<(&'a str, i64)> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let registered = psl::domain_str(name)?;
        let judge = || {
            generated_domains::label(registered)?;
            Some((generated_domains::score(registered).p_value.get() * PARTS) as i64)
        };
        let hash = stable_hash(registered);
        let odd = match self.spellings.get(&hash) {
            Some(known) => *known,
            None if self.spellings.len() >= SPELLINGS_MAX => judge(),
            None => *self.spellings.entry(hash).or_insert_with(judge),
        };
        Some((registered, odd?))
    }
}

impl HostHour {
    fn add_unknown(&mut self, registered: &str, odd: i64) {
        let hash = stable_hash(registered).cast_signed();
        let full = self.unknown.len() >= NAMES_MAX;
        let too_large = |(largest, _): (&i64, &i64)| hash > *largest;
        if full && self.unknown.last_key_value().is_some_and(too_large) {
            return;
        }
        if self.unknown.insert(hash, odd).is_none() {
            keep(&mut self.examples, odd, registered);
            if full {
                self.unknown.pop_last();
            }
        }
    }
}

/// Whether somebody has registered the name for himself: those of content networks, below a suffix of theirs, are
/// hashes by nature.
fn is_bought(registered: &str) -> bool {
    psl::suffix(registered.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Icann))
}

/// Keeps the oddest few names.
fn keep(known: &mut BTreeSet<(i64, Box<str>)>, odd: i64, name: &str) {
    let full = known.len() >= EXAMPLES_MAX;
    if full && known.last().is_some_and(|(least, last)| (odd, name) >= (*least, last.as_ref())) {
        return;
    }
    known.insert((odd, name.into()));
    if known.len() > EXAMPLES_MAX {
        known.pop_last();
    }
}

fn texts(names: &BTreeSet<(i64, Box<str>)>) -> Vec<&str> {
    names.iter().map(|(_, name)| name.as_ref()).collect()
}
