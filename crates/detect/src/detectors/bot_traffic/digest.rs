//! Clients of one hour: what they read, loaded and signed in to, by client and by TLS stack.

use ahash::HashMap;
use arrow_array::RecordBatch;

use super::{
    looks::{Target, browser},
    table::{Key, Row, Table, Who, encode, note},
};
use crate::{
    Digest, Error,
    telemetry::{
        Names, Text,
        hash::stable_hash,
        requests::{Answer, Request, Requests},
    },
};

/// Clients and stacks of an hour that are told apart; what comes after them is not looked at.
const KEPT_MAX: usize = 500_000;

/// Clients of a sample of all, by which it is known what is usual.
const SAMPLED: usize = 2_000;

/// Others are kept where they did so much in the hour.
const PAGES_MIN: i64 = 3;
const SIGN_INS_MIN: i64 = 1;

/// A stack of fewer clients that sign in is told by them.
const CLIENTS_OF_STACK_MIN: f64 = 2.0;

/// Dataset, site and client or stack.
type Place = (u32, u32, u32);

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    sites: Names,
    clients: Names,
    stacks: Names,
    agents: HashMap<Box<str>, Option<&'static str>>,
    by_client: HashMap<Place, Row>,
    by_stack: HashMap<Place, Row>,
}

/// Names of programs that are remembered.
const AGENTS_MAX: usize = 100_000;

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        if table != "http_requests" {
            return Err(Error::new(format!("bot_traffic does not read table \"{table}\"")));
        }
        let requests = Requests::of(rows)?;
        let content_type = Text::of(rows, "content_type")?;
        for row in 0..rows.num_rows() {
            let Some(request) = requests.at(row) else { continue };
            let target =
                Target::of(requests.method.get(row).unwrap_or(""), request.path, content_type.get(row).unwrap_or(""));
            let browser = requests.agent.get(row).and_then(|agent| self.browser(agent));
            self.take(&request, target, browser, requests.fingerprint(row));
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        let zeros = self.zeros();
        let Self { datasets, sites, clients, stacks, by_client, by_stack, .. } = *self;
        let key = |dataset, site, who| Key {
            dataset: datasets.text(dataset).to_owned(),
            site: sites.text(site).to_owned(),
            who,
        };
        let mut table = Table::new();
        table.extend(by_client.into_iter().filter_map(|((dataset, site, client), row)| {
            let sampled = row.hash.leading_zeros() >= zeros;
            let kept = sampled || row.n_pages >= PAGES_MIN || row.n_sign_ins >= SIGN_INS_MIN;
            let who = Who::Client(clients.text(client).to_owned());
            kept.then(|| (key(dataset, site, who), Row { zeros: i64::from(zeros), ..row }))
        }));
        table.extend(by_stack.into_iter().filter_map(|((dataset, site, stack), row)| {
            let who = Who::Stack(stacks.text(stack).to_owned());
            (row.clients.n_distinct() >= CLIENTS_OF_STACK_MIN).then(|| (key(dataset, site, who), row))
        }));
        encode(&table)
    }
}

impl HourDigest {
    fn browser(&mut self, agent: &str) -> Option<&'static str> {
        if let Some(known) = self.agents.get(agent) {
            return *known;
        }
        let browser = browser(agent);
        if self.agents.len() < AGENTS_MAX {
            self.agents.insert(agent.into(), browser);
        }
        browser
    }

    fn take(&mut self, request: &Request<'_>, target: Target, browser: Option<&str>, stack: Option<&str>) {
        let full = self.sites.len().max(self.clients.len()).max(self.stacks.len()) >= KEPT_MAX;
        if full {
            return;
        }
        let (dataset, site) = (self.datasets.index(request.id.dataset), self.sites.index(request.site));
        let hash = stable_hash(request.client);
        let client = self.clients.index(request.client);
        let row = self.by_client.entry((dataset, site, client)).or_insert_with(|| Row { hash, ..Row::default() });
        count(row, request, target, browser);
        let Some(stack) = stack else { return };
        note(&mut row.stacks, stack);
        // Browsers' stacks are those of all visitors: only sign-ins say something of a stack.
        if target == Target::SignIn {
            let stack = self.stacks.index(stack);
            let row = self.by_stack.entry((dataset, site, stack)).or_default();
            row.clients.add(hash);
            count(row, request, target, browser);
        }
    }

    /// Leading zeros of the hashes of a sample of all clients that is as large as it may be.
    fn zeros(&self) -> u32 {
        let mut hashes: Vec<u64> = self.by_client.values().map(|row| row.hash).collect();
        hashes.sort_unstable();
        hashes.get(SAMPLED).map_or(0, |hash| hash.leading_zeros() + 1)
    }
}

fn count(row: &mut Row, request: &Request<'_>, target: Target, browser: Option<&str>) {
    row.n_requests += 1;
    if let Some(browser) = browser {
        row.n_as_browser += 1;
        note(&mut row.names, browser);
    }
    match target {
        Target::Page => {
            row.n_pages += 1;
            row.pages.add(stable_hash(request.path));
            row.seen.take(request.id.at, request.id.record_id);
        }
        Target::Asset => row.n_assets += 1,
        Target::SignIn => {
            row.n_sign_ins += 1;
            // As far as the status tells: pages that say so with 200 are not understood.
            row.n_failed += i64::from(request.answer == Answer::Refused);
            row.seen.take(request.id.at, request.id.record_id);
        }
        Target::Other => {}
    }
}
