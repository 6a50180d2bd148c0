//! What is known of a feed between fetches: how its server names the content, when to ask again, what went wrong. One
//! file a feed in the home folder, beside the last good content; both can be deleted, and are then fetched anew.

use std::{collections::BTreeMap, fs, path::Path};

use schema::Timestamp;
use share::feeds::Feed;

use super::{Failure, client};
use crate::{Result, error::io};

const MINUTE_SECONDS: u64 = 60;
const DAY_SECONDS: u64 = 86_400;

/// However often a feed has failed, it is tried once a day.
const BACK_OFF_MAX_SECONDS: u64 = DAY_SECONDS;

/// A server cannot send us away for longer.
const RETRY_AFTER_MAX_SECONDS: u64 = 7 * DAY_SECONDS;

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// Digest of the declaration that the content was read by.
    pub(super) made_by: String,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) checked_at: Option<Timestamp>,
    /// When the content that is in force was taken.
    pub(super) taken_at: Option<Timestamp>,
    /// Digest of the content that is in force.
    pub(super) content: Option<String>,
    pub(super) claims: u64,
    pub(super) failures: u32,
    pub(super) not_before: Option<Timestamp>,
    /// The server itself has named the time.
    pub(super) asked_to_wait: bool,
    pub(super) last_error: Option<String>,
    /// Events of a MISP feed that were taken, and when each had changed.
    pub(super) events: BTreeMap<String, i64>,
}

impl State {
    /// A file that is missing or damaged is as good as none.
    pub(super) fn load(folder: &Path) -> Self {
        let text = fs::read(folder.join("state.json")).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// A crash leaves the old file or the new one.
    pub(super) fn save(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        replace(&folder.join("state.json"), &text)
    }

    /// The server has answered: asked again when the feed is due.
    pub(super) fn rest(&mut self, feed: &Feed, now: Timestamp) {
        (self.failures, self.asked_to_wait) = (0, false);
        let wait = u64::from(feed.every_minutes) * MINUTE_SECONDS;
        // A tenth of spread, so that not all who started at the same moment come back at the same moment.
        self.not_before = after(now, wait - wait / 10 + client::jitter(&feed.name) % (wait / 5).max(1));
    }

    /// The server has failed: asked again later each time, or when it says.
    pub(super) fn back_off(&mut self, feed: &Feed, now: Timestamp, failure: &Failure) {
        self.failures = self.failures.saturating_add(1);
        self.asked_to_wait = failure.retry_after.is_some();
        let doubled = (u64::from(feed.every_minutes) * MINUTE_SECONDS).min(BACK_OFF_MAX_SECONDS)
            << self.failures.saturating_sub(1).min(8);
        let most = doubled.clamp(MINUTE_SECONDS, BACK_OFF_MAX_SECONDS);
        let wait = match failure.retry_after {
            Some(seconds) => seconds.min(RETRY_AFTER_MAX_SECONDS),
            None => most / 2 + client::jitter(&feed.name) % (most / 2).max(1),
        };
        self.not_before = after(now, wait);
    }
}

fn after(now: Timestamp, seconds: u64) -> Option<Timestamp> {
    Timestamp::from_seconds(now.seconds().saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX)))
}

/// Writes a file as a whole: a crash leaves the old one or the new one, never a half.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(io("make", folder))?;
    let unfinished = path.with_extension(format!("{}.new", std::process::id()));
    fs::write(&unfinished, bytes).map_err(io("write", &unfinished))?;
    fs::rename(&unfinished, path).map_err(io("write", path))
}
