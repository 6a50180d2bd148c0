//! Which source is it? Told by content and not by name: a file that was moved, rotated or packed is still the same
//! source, and a file that was replaced under its old name is another one (docs/adr/0006-source-keys.md).

use std::collections::{BTreeMap, BTreeSet};

use schema::SourceKey;

use crate::store::SourceState;

/// The first bytes that identify a source. The first 4,096 of a Windows event log are a header that many small logs
/// have alike; behind it come the checksums of its records.
pub(crate) const FINGERPRINT_BYTES: usize = 8_192;

/// The bytes before the position that must be there again for reading to go on.
pub(crate) const TAIL_BYTES: usize = 4_096;

/// BLAKE3 as hex, cut to 128 bits: identity, not a signature.
pub(crate) fn digest_hex(bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex();
    hash.chars().take(32).collect()
}

/// The key of a source that is new: from its first bytes and how many other sources already begin with them.
pub(crate) fn new_key(fingerprint: &str, n_same: usize) -> SourceKey {
    let mut hasher = blake3::Hasher::new();
    hasher.update(fingerprint.as_bytes());
    hasher.update(&n_same.to_le_bytes());
    let mut key = [0; 8];
    hasher.finalize_xof().fill(&mut key);
    SourceKey(u64::from_be_bytes(key))
}

/// The sources that have been read before, by their first bytes.
#[derive(Debug, Default)]
pub(crate) struct Known {
    by_fingerprint: BTreeMap<(u64, String), Vec<SourceState>>,
    lengths: BTreeSet<u64>,
    by_path: BTreeMap<String, (u64, String, SourceKey)>,
}

impl Known {
    pub(crate) fn new(states: Vec<SourceState>) -> Self {
        let mut known = Self::default();
        for state in states {
            known.remember(state);
        }
        known
    }

    /// Adds a source, or puts its newer state in the place of the older.
    pub(crate) fn remember(&mut self, state: SourceState) {
        self.lengths.insert(state.fingerprint_bytes);
        self.by_path.insert(state.path.clone(), (state.fingerprint_bytes, state.fingerprint.clone(), state.key));
        let same = self.by_fingerprint.entry((state.fingerprint_bytes, state.fingerprint.clone())).or_default();
        same.retain(|other| other.key != state.key);
        same.push(state);
    }

    /// Sources that begin as `head` does, those read furthest first. Whether one of them really is this source is
    /// told by its tail.
    pub(crate) fn beginning_like(&self, head: &[u8]) -> Vec<&SourceState> {
        let mut found: Vec<&SourceState> = self
            .lengths
            .iter()
            .filter_map(|&length| {
                let start = head.get(..usize::try_from(length).ok()?)?;
                self.by_fingerprint.get(&(length, digest_hex(start)))
            })
            .flatten()
            .collect();
        found.sort_by_key(|state| std::cmp::Reverse(state.position));
        found
    }

    /// The source that was last read under this name.
    pub(crate) fn at_path(&self, path: &str) -> Option<&SourceState> {
        self.by_path.get(path).and_then(|(length, fingerprint, key)| {
            self.by_fingerprint.get(&(*length, fingerprint.clone()))?.iter().find(|state| state.key == *key)
        })
    }

    /// How many sources have exactly this fingerprint.
    pub(crate) fn count(&self, length: u64, fingerprint: &str) -> usize {
        self.by_fingerprint.get(&(length, fingerprint.to_owned())).map_or(0, Vec::len)
    }
}
