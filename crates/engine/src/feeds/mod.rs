//! Feeds: what is declared, fetching it with care, and its claims in the store.
//!
//! A fetch is conditional, bounded in size and time, and never reaches into our own network unless the configuration
//! says so ([`address`]). What came is held against the declaration and against what came the last time before any
//! claim is touched; what is not believed leaves the last good content in force, and says why.

mod address;
mod client;
mod declared;
mod draft;
mod load;
mod state;
mod zip;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use schema::Timestamp;
use share::feeds::{Feed, Form};

pub use declared::{BrokenFeed, Declared, DeclaredFeed};
pub use draft::draft_feed;
pub use load::ReadFeed;

pub(crate) use address::{Internal, check_address};
pub(crate) use client::{read_secret, resolver};

use client::{Client, Fetched, Request};
use state::State;

use crate::{Engine, Error, Result, Stop, clock, detection::Growth, pipeline::noted, store::Outcome};

/// Pages of one feed; a server that always names a next one is not followed for ever.
const PAGES_MAX: usize = 500;

/// Events of a MISP feed in one run; the rest comes with the next ones.
const EVENTS_MAX: usize = 500;

/// What to fetch.
#[derive(Debug, Clone, Default)]
pub struct FetchPlan {
    /// Names of feeds; those that are enabled and due where there are none.
    pub names: Vec<String>,
    /// Also what is not due, and what a server asked to wait for.
    pub force: bool,
    /// Take what would not be believed: a list that has shrunk suddenly.
    pub accept: bool,
    /// Take the content from this file instead of the network.
    pub from: Option<PathBuf>,
}

/// What came of it.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct FetchReport {
    pub feeds: Vec<FetchedFeed>,
    /// Claims in the store now.
    pub total: u64,
}

#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct FetchedFeed {
    pub name: String,
    pub outcome: FetchOutcome,
    pub bytes: u64,
    pub claims: u64,
    pub rejects: u64,
    /// Claims that no longer stand because a snapshot does not name them any more.
    pub retired: u64,
    /// The first rejects: where and why.
    pub told: Vec<String>,
    /// Why nothing was taken, or what is left for the next time.
    pub why: Option<String>,
    /// Before this it is not asked again.
    pub next_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchOutcome {
    /// New content is in force.
    Taken,
    /// The server says, or the content shows, that nothing has changed.
    #[default]
    Unchanged,
    NotDue,
    /// Something came and was not believed; what was there stays in force.
    Refused,
    /// Nothing came; what was there stays in force.
    Failed,
}

impl FetchOutcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Unchanged => "unchanged",
            Self::NotDue => "not due",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// What was brought from the network, or why not.
pub(super) enum Brought {
    /// Contents of all pages or events, unpacked.
    Contents(Vec<Vec<u8>>),
    Unchanged,
}

impl Engine {
    /// Fetches feeds and puts their claims in force. A feed that fails costs nobody else anything.
    pub async fn fetch_feeds(&self, plan: &FetchPlan, stop: &Stop) -> Result<FetchReport> {
        let run = self.store.begin_run("feeds fetch", clock::now()).await?;
        let result = self.fetch_all(plan, stop).await;
        noted(self, &run, result, |report| Outcome {
            received: Some(report.feeds.iter().map(|feed| feed.claims + feed.rejects).sum()),
            rows: Some(report.feeds.iter().map(|feed| feed.claims).sum()),
            rejects: Some(report.feeds.iter().map(|feed| feed.rejects).sum()),
            details: serde_json::to_value(report).unwrap_or_default(),
            ..Outcome::default()
        })
        .await
    }

    async fn fetch_all(&self, plan: &FetchPlan, stop: &Stop) -> Result<FetchReport> {
        let declared = self.feeds()?;
        let chosen = declared.choose(&plan.names)?;
        if plan.from.is_some() && chosen.len() != 1 {
            return Err(Error::usage("a file is the content of one feed").hint("name one feed with --from FILE"));
        }
        let client = Client::new(&self.config.feeds)?;
        let mut report = FetchReport::default();
        let mut growth = Growth::new(self.store.count_claims().await?);
        for feed in chosen {
            stop.check()?;
            report.feeds.push(self.fetch_one(feed, plan, &client, &mut growth).await?);
        }
        growth.save(self)?;
        report.total = self.store.count_claims().await?;
        Ok(report)
    }

    async fn fetch_one(
        &self,
        declared: &DeclaredFeed,
        plan: &FetchPlan,
        client: &Client,
        growth: &mut Growth,
    ) -> Result<FetchedFeed> {
        let feed = &declared.feed;
        let folder = self.home.fetched().join(&feed.name);
        let mut state = State::load(&folder);
        let mut fetched = FetchedFeed { name: feed.name.clone(), ..FetchedFeed::default() };
        let now = clock::now();
        let named = !plan.names.is_empty();
        let told_to_wait = state.not_before.filter(|at| *at > now && !plan.force && (!named || state.asked_to_wait));
        if let (Some(at), None) = (told_to_wait, &plan.from) {
            (fetched.outcome, fetched.next_at) = (FetchOutcome::NotDue, Some(at));
            return Ok(fetched);
        }
        if state.made_by != declared.digest {
            // Another declaration: what the server last said of its content says nothing of ours.
            state = State { made_by: declared.digest.clone(), claims: state.claims, ..State::default() };
        }
        let before = state.events.clone();
        let brought = match &plan.from {
            Some(path) => load::from_file(path).map(|content| Brought::Contents(vec![content])),
            None => bring(feed, client, &mut state).await,
        };
        state.checked_at = Some(now);
        match brought {
            Ok(Brought::Unchanged) => state.rest(feed, now),
            Ok(Brought::Contents(contents)) => {
                load::take(self, feed, plan, &folder, contents, &mut state, &mut fetched, growth).await?;
                if fetched.outcome == FetchOutcome::Refused {
                    state.events = before;
                }
                state.rest(feed, now);
            }
            Err(failure) => {
                fetched.outcome = FetchOutcome::Failed;
                fetched.why = Some(failure.why.clone());
                state.back_off(feed, now, &failure);
            }
        }
        state.last_error.clone_from(&fetched.why);
        fetched.next_at = state.not_before;
        state.save(&folder)?;
        Ok(fetched)
    }
}

/// Why nothing came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) why: String,
    /// The server asked to come back no sooner, in seconds.
    pub(super) retry_after: Option<u64>,
    /// It may well work in a moment.
    pub(super) passing: bool,
}

impl Failure {
    pub(super) fn lasting(why: impl Into<String>) -> Self {
        Self { why: why.into(), retry_after: None, passing: false }
    }

    pub(super) fn passing(why: impl Into<String>) -> Self {
        Self { why: why.into(), retry_after: None, passing: true }
    }
}

type Outcomes<T> = std::result::Result<T, Failure>;

async fn bring(feed: &Feed, client: &Client, state: &mut State) -> Outcomes<Brought> {
    let request = Request::of(feed)?;
    if feed.form == Form::MispFeed {
        return bring_events(&request, client, state).await;
    }
    let conditional = request.clone().unless(state.etag.clone(), state.last_modified.clone());
    let first = match client.get(&conditional).await? {
        Fetched::Unchanged => return Ok(Brought::Unchanged),
        Fetched::Content(content) => content,
    };
    (state.etag, state.last_modified) = (first.etag, first.last_modified);
    let mut contents = vec![load::unpack(first.bytes, client.unpacked_max())?];
    while let Some(next) = contents.last().and_then(|content| share::feeds::next_page(feed, content)) {
        if contents.len() >= PAGES_MAX {
            return Err(Failure::lasting(format!("more than {PAGES_MAX} pages")));
        }
        match client.get(&request.page(&next)?).await? {
            Fetched::Content(content) => contents.push(load::unpack(content.bytes, client.unpacked_max())?),
            Fetched::Unchanged => break,
        }
    }
    Ok(Brought::Contents(contents))
}

/// The events of a MISP feed that have changed since they were fetched last, the newest first.
async fn bring_events(request: &Request, client: &Client, state: &mut State) -> Outcomes<Brought> {
    let manifest = request.below("manifest.json")?.unless(state.etag.clone(), state.last_modified.clone());
    let content = match client.get(&manifest).await? {
        Fetched::Unchanged => return Ok(Brought::Unchanged),
        Fetched::Content(content) => content,
    };
    let manifest = load::unpack(content.bytes, client.unpacked_max())?;
    let listed = share::feeds::manifest(&manifest).map_err(|error| Failure::lasting(error.to_string()))?;
    let is_new = |listed: &&share::feeds::Listed| state.events.get(&listed.uuid) != Some(&listed.changed);
    let new: Vec<_> = listed.iter().filter(is_new).cloned().collect();
    let mut contents = Vec::new();
    for event in new.iter().take(EVENTS_MAX) {
        match client.get(&request.below(&format!("{}.json", event.uuid))?).await {
            Ok(Fetched::Content(content)) => {
                contents.push(load::unpack(content.bytes, client.unpacked_max())?);
                state.events.insert(event.uuid.clone(), event.changed);
            }
            Ok(Fetched::Unchanged) => {}
            // One event that is gone must not keep back the others; it is asked for again the next time.
            Err(failure) if !failure.passing && failure.retry_after.is_none() => {
                tracing::warn!(event = %event.uuid, why = %failure.why, "event of a feed was not fetched");
            }
            Err(failure) if contents.is_empty() => return Err(failure),
            Err(_) => break,
        }
    }
    if new.len() <= EVENTS_MAX {
        // Only a manifest that was worked through may answer "unchanged" the next time.
        (state.etag, state.last_modified) = (content.etag, content.last_modified);
    }
    Ok(if contents.is_empty() { Brought::Unchanged } else { Brought::Contents(contents) })
}
