//! Requests of one hour: how many clients each endpoint has, what is odd, and who sent it. A payload is judged once.

use std::collections::BTreeMap;

use ahash::{HashMap, HashSet};
use arrow_array::RecordBatch;

use super::{
    payload::{self, AGENT, REFERRER},
    table::{Key, Row, Table, What, encode},
};
use crate::{
    Digest, Error,
    telemetry::{
        Names,
        hash::{stable_hash, stable_hash_of, stir},
        requests::{Answer, Request, Requests, endpoint},
    },
};

/// Payloads of an hour whose oddness is remembered; what comes after them is judged again each time.
const REMEMBERED_MAX: usize = 1_000_000;

/// Distinct payloads of clients of an hour that are counted, and sites and clients that are told apart.
const DISTINCT_MAX: usize = 4_000_000;
const NAMES_MAX: usize = 500_000;

/// Endpoints of an hour that are told apart; later ones count for the site as a whole. Attackers make up paths.
const ENDPOINTS_MAX: usize = 100_000;

/// Odd payloads of an hour that are kept: those with the smallest hashes, a fair sample of all.
const ODD_MAX: usize = 20_000;

/// Clients with odd payloads that are kept of an hour.
const CLIENTS_MAX: usize = 50_000;

/// Endpoints of one client that are told apart in an hour; what it sends to others counts for the site as a whole.
const ENDPOINTS_OF_CLIENT: usize = 64;

/// Bytes of an odd payload that people are shown.
const SHOWN_BYTES: usize = 200;

/// Dataset and site.
type Site = (u32, u32);

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    sites: Names,
    clients: Names,
    endpoints: Names,
    remembered: HashMap<u64, Judged>,
    /// Client, site and payload together, so that repeats count once.
    distinct: HashSet<u64>,
    at_endpoints: HashMap<(Site, u32), Row>,
    /// Distinct payloads by site, client and endpoint.
    sent: HashMap<(Site, u32, u32), i64>,
    odd: BTreeMap<(u64, Site), Row>,
    senders: HashMap<(Site, u32), Row>,
}

/// What is known of a payload.
#[derive(Debug, Clone, Copy)]
struct Judged {
    level: u8,
    endpoint: u32,
}

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        if table != "http_requests" {
            return Err(Error::new(format!("web_attack does not read table \"{table}\"")));
        }
        let requests = Requests::of(rows)?;
        let mut text = String::new();
        for row in 0..rows.num_rows() {
            let Some(request) = requests.at(row) else { continue };
            text.clear();
            text.push_str(request.path);
            if !request.query.is_empty() {
                text.push('?');
                text.push_str(request.query);
            }
            self.take(&request, &text, None);
            for (header, name) in [(requests.agent, AGENT), (requests.referrer, REFERRER)] {
                if let Some(header) = header.get(row).filter(|header| payload::is_strange_header(header)) {
                    self.take(&request, header, Some(name));
                }
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        let Self { datasets, sites, clients, endpoints, at_endpoints, sent, odd, mut senders, .. } = *self;
        sent.into_iter().for_each(|((site, client, endpoint), n)| {
            if let Some(row) = senders.get_mut(&(site, client)) {
                row.endpoints.insert(endpoints.text(endpoint).to_owned(), n);
            }
        });
        let key = |(dataset, site): Site, what: What| Key {
            dataset: datasets.text(dataset).to_owned(),
            site: sites.text(site).to_owned(),
            what,
        };
        let mut table = Table::new();
        table.extend(
            at_endpoints
                .into_iter()
                .map(|((site, endpoint), row)| (key(site, What::Endpoint(endpoints.text(endpoint).to_owned())), row)),
        );
        table.extend(odd.into_iter().map(|((hash, site), row)| (key(site, What::Payload(hash)), row)));
        table.extend(senders.into_iter().map(|((site, client), mut row)| {
            fold_endpoints(&mut row.endpoints);
            (key(site, What::Client(clients.text(client).to_owned())), row)
        }));
        encode(&table)
    }
}

/// Keeps the first endpoints by name; the rest counts under the empty name.
fn fold_endpoints(endpoints: &mut BTreeMap<String, i64>) {
    while endpoints.len() > ENDPOINTS_OF_CLIENT {
        let Some((_, n)) = endpoints.pop_last() else { break };
        *endpoints.entry(String::new()).or_default() += n;
    }
}

/// One payload of one client.
#[derive(Debug, Clone, Copy)]
struct Sent {
    site: Site,
    client: u32,
    client_hash: u64,
    hash: u64,
    judged: Judged,
}

impl HourDigest {
    /// Counts a payload: what an address holds, or a header under its `name`.
    fn take(&mut self, request: &Request<'_>, text: &str, name: Option<&str>) {
        if self.sites.len().max(self.clients.len()) >= NAMES_MAX {
            return;
        }
        let hash = stable_hash_of([name.unwrap_or(""), text].into_iter());
        let judged = self.judge(hash, request, text, name);
        let site = (self.datasets.index(request.id.dataset), self.sites.index(request.site));
        let client = self.clients.index(request.client);
        let sent = Sent { site, client, client_hash: stable_hash(request.client), hash, judged };
        self.count(&sent, request, name.is_some());
        if judged.level > 0 {
            self.keep(&sent, request, text);
        }
    }

    fn judge(&mut self, hash: u64, request: &Request<'_>, text: &str, name: Option<&str>) -> Judged {
        if let Some(known) = self.remembered.get(&hash) {
            return *known;
        }
        let full = self.endpoints.len() >= ENDPOINTS_MAX;
        let endpoint = match name {
            Some(name) => name.to_owned(),
            None if full => String::new(),
            None => endpoint(request.path, request.query),
        };
        let judged = Judged { level: payload::level(text), endpoint: self.endpoints.index(&endpoint) };
        if self.remembered.len() < REMEMBERED_MAX {
            self.remembered.insert(hash, judged);
        }
        judged
    }

    fn count(&mut self, sent: &Sent, request: &Request<'_>, is_header: bool) {
        let endpoint = sent.judged.endpoint;
        // Headers have no answer of their own, and their clients are counted by what they ask for.
        if !is_header || request.answer == Answer::Served {
            let at = self.at_endpoints.entry((sent.site, endpoint)).or_default();
            match request.answer {
                Answer::Served => {
                    at.clients.add(sent.client_hash);
                    at.n_served += 1;
                    // What attacks are answered with is no measure of what is usual.
                    if let Some(bytes) = request.bytes.filter(|_| sent.judged.level == 0) {
                        at.sizes.add(bytes);
                    }
                }
                Answer::Failed if sent.judged.level == 0 => at.n_failed += 1,
                _ => {}
            }
            at.n_requests += 1;
        }
        let site = (u64::from(sent.site.0) << 32) | u64::from(sent.site.1);
        let pair = stir(sent.hash ^ stir(sent.client_hash ^ stir(site)));
        if self.distinct.len() >= DISTINCT_MAX || !self.distinct.insert(pair) {
            return;
        }
        *self.sent.entry((sent.site, sent.client, endpoint)).or_default() += 1;
        let whole = self.endpoints.index("");
        self.at_endpoints.entry((sent.site, whole)).or_default().clients.add(sent.client_hash);
    }

    fn keep(&mut self, sent: &Sent, request: &Request<'_>, text: &str) {
        let (served, failed) = (request.answer == Answer::Served, request.answer == Answer::Failed);
        let key = (sent.hash, sent.site);
        let too_large = self.odd.len() >= ODD_MAX && self.odd.last_key_value().is_some_and(|(last, _)| key > *last);
        if !too_large {
            let row = self.odd.entry(key).or_insert_with(|| Row {
                level: i64::from(sent.judged.level),
                endpoint: self.endpoints.text(sent.judged.endpoint).to_owned(),
                text: shown(text),
                ..Row::default()
            });
            row.clients.add(sent.client_hash);
            row.n_requests += 1;
            row.n_served += i64::from(served);
            if self.odd.len() > ODD_MAX {
                self.odd.pop_last();
            }
        }
        let client = (sent.site, sent.client);
        if self.senders.len() >= CLIENTS_MAX && !self.senders.contains_key(&client) {
            return;
        }
        let row = self.senders.entry(client).or_default();
        row.odd.add(sent.hash);
        row.n_requests += 1;
        row.n_served += i64::from(served);
        row.n_failed += i64::from(failed);
        row.n_declared += i64::from(payload::is_declared(request.agent));
        if let Some(bytes) = request.bytes.filter(|_| served) {
            row.sizes.add(bytes);
            row.largest = row.largest.take().max(Some((bytes, request.id.record_id.to_owned())));
        }
        if failed {
            row.failure = row.failure.take().max(Some((1, request.id.record_id.to_owned())));
        }
        row.seen.take(request.id.at, request.id.record_id);
    }
}

fn shown(text: &str) -> String {
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= SHOWN_BYTES).last().unwrap_or(0);
    if text.len() <= SHOWN_BYTES { text.to_owned() } else { text.get(..end).unwrap_or("").to_owned() }
}
