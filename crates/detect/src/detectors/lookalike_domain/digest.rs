//! The registered domains of one hour, and how each was met: asked for, visited, posted to, written from, linked to.
//! A name is taken apart once; every further row costs one look-up.

use std::collections::BTreeSet;

use ahash::HashMap;
use arrow_array::{Array, ListArray, RecordBatch, cast::AsArray};

use super::met::{AFTER_TABLE, Aspect, Day, Key, Met, is_telling};
use crate::{
    Digest, Error,
    telemetry::{
        Ids, Names, Text,
        columns::{present, typed},
        hash::stable_hash,
        ids::Id,
        network,
        places::registered,
    },
};

/// Domains of one hour that are kept; beyond that those with the smallest hashes, and all that hold a brand's name.
const DOMAINS_MAX: usize = 300_000;

/// Distinct names of one hour whose domain is remembered; what comes after them is taken apart again each time.
const NAMES_MAX: usize = 1_000_000;

/// Items of a list of one message that are looked at.
const ITEMS_MAX: usize = 100;

/// The answer that a name does not exist: then nobody can have been lured by it.
const UNKNOWN: &str = "NXDOMAIN";

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    /// Where each name of a row leads, by dataset, aspect and hash of the name.
    places: HashMap<(u32, Aspect, u64), Option<usize>>,
    by_key: HashMap<(u32, Box<str>), usize>,
    entries: Vec<Entry>,
    /// Leading zeros that the hash of a domain needs to be kept.
    zeros: u32,
}

#[derive(Debug)]
struct Entry {
    dataset: u32,
    domain: Box<str>,
    is_telling: bool,
    met: Met,
}

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        match table {
            "dns_queries" => self.add_queries(rows),
            "tls_sessions" => self.add_sessions(rows),
            "http_requests" => self.add_requests(rows),
            "emails" => self.add_mail(rows),
            _ => Err(Error::new(format!("lookalike_domain does not read table \"{table}\""))),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<RecordBatch, Error> {
        self.thin_out(DOMAINS_MAX);
        let datasets = &self.datasets;
        let keyed = self.entries.into_iter().map(|entry| {
            let key = Key { dataset: datasets.text(entry.dataset).to_owned(), domain: entry.domain.into_string() };
            (key, entry.met)
        });
        Day { domains: keyed.collect() }.write()
    }
}

impl HourDigest {
    fn add_queries(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, query) = (Text::of(rows, "src_ip")?, Text::of(rows, "query")?);
        let (code, answers) = (Text::of(rows, "response_code")?, typed::<ListArray>(rows, "answers")?);
        let mut record = Record::of("dns_queries");
        for row in 0..rows.num_rows() {
            let (Some(id), Some(name)) = (ids.at(row), query.get(row)) else { continue };
            if code.get(row) == Some(UNKNOWN) {
                continue;
            }
            let Some(met) = self.met(id, name, Aspect::Asked) else { continue };
            met.take(Aspect::Asked, id.at, record.named(id));
            met.note(Aspect::Asked, id.at, src.get(row).unwrap_or_default());
            each_item(answers, row, |answer| network_of(answer).into_iter().for_each(|network| met.lie_in(network)));
        }
        Ok(())
    }

    fn add_sessions(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst, name) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?, Text::of(rows, "server_name")?);
        let (subject, issuer) = (Text::of(rows, "subject")?, Text::of(rows, "issuer")?);
        let mut record = Record::of("tls_sessions");
        for row in 0..rows.num_rows() {
            let (Some(id), Some(name)) = (ids.at(row), name.get(row)) else { continue };
            let Some(met) = self.met(id, name, Aspect::Visited) else { continue };
            met.take(Aspect::Visited, id.at, record.named(id));
            met.note(Aspect::Visited, id.at, src.get(row).unwrap_or_default());
            dst.get(row).and_then(network_of).into_iter().for_each(|network| met.lie_in(network));
            met.belong_to(subject.get(row).unwrap_or_default(), issuer.get(row).unwrap_or_default());
        }
        Ok(())
    }

    fn add_requests(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?);
        let (host, method) = (Text::of(rows, "host")?, Text::of(rows, "method")?);
        let mut record = Record::of("http_requests");
        for row in 0..rows.num_rows() {
            let (Some(id), Some(name)) = (ids.at(row), host.get(row)) else { continue };
            let aspect = if method.get(row) == Some("POST") { Aspect::Posted } else { Aspect::Visited };
            let Some(met) = self.met(id, name, aspect) else { continue };
            met.take(aspect, id.at, record.named(id));
            met.note(aspect, id.at, src.get(row).unwrap_or_default());
            dst.get(row).and_then(network_of).into_iter().for_each(|network| met.lie_in(network));
        }
        Ok(())
    }

    fn add_mail(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (from, direction) = (Text::of(rows, "from_domain")?, Text::of(rows, "direction")?);
        let (reply_to, to) = (Text::of(rows, "reply_to")?, typed::<ListArray>(rows, "to_addresses")?);
        let links = typed::<ListArray>(rows, "url_hosts")?;
        let mut record = Record::of("emails");
        for row in 0..rows.num_rows() {
            let (false, Some(id)) = (direction.get(row) == Some("outbound"), ids.at(row)) else { continue };
            let (to, links) = (items(to, row), items(links, row));
            let receivers: BTreeSet<&str> = to.iter().map(|address| host_of(address)).collect();
            let senders = from.get(row).into_iter().chain(reply_to.get(row).map(host_of));
            let named = receivers.into_iter().map(|name| (name, Aspect::Received));
            let named = named.chain(senders.map(|name| (name, Aspect::Sent)));
            for (name, aspect) in named.chain(links.iter().map(|link| (link.as_str(), Aspect::Linked))) {
                let Some(met) = self.met(id, name, aspect) else { continue };
                met.take(aspect, id.at, record.named(id));
                to.iter().for_each(|address| met.note(aspect, id.at, address));
            }
        }
        Ok(())
    }

    /// What is known of the domain of a name; `None` where it has none that anybody could register.
    fn met(&mut self, id: Id<'_>, name: &str, aspect: Aspect) -> Option<&mut Met> {
        let dataset = self.datasets.index(id.dataset);
        let key = (dataset, aspect, stable_hash(name));
        let place = match self.places.get(&key) {
            Some(known) => (*known)?,
            None => {
                let place = self.place(dataset, name);
                if self.places.len() < NAMES_MAX {
                    self.places.insert(key, place);
                }
                place?
            }
        };
        self.entries.get_mut(place).map(|entry| &mut entry.met)
    }

    fn place(&mut self, dataset: u32, name: &str) -> Option<usize> {
        let lower = name.trim_end_matches('.').to_ascii_lowercase();
        let domain = registered(&lower)?;
        let is_public = psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known());
        if !is_public || domain.ends_with(".arpa") {
            return None;
        }
        let tells = is_telling(&lower, domain);
        let hash = stable_hash(domain);
        if !tells && hash.leading_zeros() < self.zeros {
            return None;
        }
        let key = (dataset, Box::from(domain));
        let place = match self.by_key.get(&key) {
            Some(known) => *known,
            None => {
                if self.entries.len() >= DOMAINS_MAX.saturating_mul(2) {
                    self.thin_out(DOMAINS_MAX.saturating_mul(2));
                }
                self.by_key.insert(key.clone(), self.entries.len());
                let entry = Entry { dataset, domain: key.1, is_telling: false, met: Met::default() };
                self.entries.push(entry);
                self.entries.len().checked_sub(1)?
            }
        };
        let entry = self.entries.get_mut(place)?;
        entry.is_telling |= tells;
        entry.met.be_called(&lower, domain);
        Some(place)
    }

    /// Drops domains until at most so many are left: a sample by hash, so that the order of rows does not decide. Those
    /// that hold a brand's name come last.
    fn thin_out(&mut self, most: usize) {
        if self.entries.len() < most {
            return;
        }
        let is_kept =
            |entry: &Entry, zeros: u32| entry.is_telling || stable_hash(&entry.domain).leading_zeros() >= zeros;
        while self.zeros < u64::BITS && self.entries.len() >= most {
            self.zeros += 1;
            let zeros = self.zeros;
            self.entries.retain(|entry| is_kept(entry, zeros));
        }
        self.entries.sort_by(|a, b| a.domain.cmp(&b.domain));
        self.entries.truncate(most);
        self.places.clear();
        self.by_key.clear();
        for (place, entry) in self.entries.iter().enumerate() {
            self.by_key.insert((entry.dataset, entry.domain.clone()), place);
        }
    }
}

/// The name of a record with its table, written into the same text again and again.
struct Record {
    text: String,
    n_table: usize,
}

impl Record {
    fn of(table: &str) -> Self {
        Self { text: format!("{table}{AFTER_TABLE}"), n_table: table.len() + AFTER_TABLE.len_utf8() }
    }

    fn named(&mut self, id: Id<'_>) -> &str {
        self.text.truncate(self.n_table);
        self.text.push_str(id.record_id);
        &self.text
    }
}

fn host_of(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, host)| host).trim_end_matches('>')
}

/// A /24, or a /48 in IPv6, outside: what one tenant of a hosting company hardly has for himself, and one firm does.
fn network_of(address: &str) -> Option<i64> {
    let address: std::net::IpAddr = address.parse().ok().filter(|address| !network::inside(*address))?;
    Some(match address {
        std::net::IpAddr::V4(address) => i64::from(address.to_bits() >> 8),
        std::net::IpAddr::V6(address) => ((address.to_bits() >> 80) as u64 | 1 << 48).cast_signed(),
    })
}

/// The items of a row's list, whatever layout they have.
fn each_item(lists: &ListArray, row: usize, mut each: impl FnMut(&str)) {
    let bounds = (lists.value_offsets().get(row).copied(), lists.value_offsets().get(row + 1).copied());
    let (Some(start), Some(end)) = bounds else { return };
    let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else { return };
    if row >= lists.len() || lists.is_null(row) {
        return;
    }
    let items = lists.values();
    let (short, view, large) = (items.as_string_opt::<i32>(), items.as_string_view_opt(), items.as_string_opt::<i64>());
    for at in start..end.min(start.saturating_add(ITEMS_MAX)) {
        let text = short.and_then(|texts| present(texts, at));
        let text = text.or_else(|| view.and_then(|texts| present(texts, at)));
        text.or_else(|| large.and_then(|texts| present(texts, at))).into_iter().for_each(&mut each);
    }
}

fn items(lists: &ListArray, row: usize) -> Vec<String> {
    let mut items = Vec::new();
    each_item(lists, row, |item| items.push(item.to_owned()));
    items
}
