//! Which source is it? Told by content and not by name: a file that was moved, rotated or packed is still the same
//! source, and a file that was replaced under its old name is another one (docs/adr/0006-source-keys.md).

use std::collections::{BTreeMap, BTreeSet};

use ingest::{Block, RawBatch};
use schema::SourceKey;

use crate::store::SourceState;

/// The first bytes that identify a source. The first 4,096 of a Windows event log are a header that many small logs
/// have alike; behind it come the checksums of its records.
pub(crate) const FINGERPRINT_BYTES: usize = 8_192;

/// The bytes before the position that must be there again for reading to go on.
pub(crate) const TAIL_BYTES: usize = 4_096;

/// BLAKE3 as hex, cut to 128 bits: identity, not a signature.
pub(crate) fn digest_hex(bytes: &[u8]) -> String {
    shortened(&blake3::hash(bytes))
}

fn shortened(hash: &blake3::Hash) -> String {
    hash.to_hex().chars().take(32).collect()
}

/// The key of a source that is new: from its first bytes and how many other sources already begin with them.
fn new_key(fingerprint: &str, n_same: usize) -> SourceKey {
    let mut hasher = blake3::Hasher::new();
    hasher.update(fingerprint.as_bytes());
    hasher.update(&n_same.to_le_bytes());
    let mut key = [0; 8];
    hasher.finalize_xof().fill(&mut key);
    SourceKey(u64::from_be_bytes(key))
}

/// How fingerprints of blocks begin: they are not those of first bytes.
const BLOCK: &str = "block-";

/// Digits of a mark, which has 24 bits.
const MARK_DIGITS: usize = 6;

/// A file that is made of blocks, or of files: what is in it has positions. Its name, size and time tell whether there may
/// be something new in it.
pub(crate) fn file_without_position(path: String, format: &str, dataset: &str) -> SourceState {
    let fingerprint = format!("file-{}", digest_hex(path.as_bytes()));
    unread(path, format, dataset, (0, fingerprint), 0)
}

/// A source of which nothing was read yet: `fingerprint` is of its first bytes, whose number stands before it, and `n_same`
/// other sources begin with them.
fn unread(
    path: String,
    format: &str,
    dataset: &str,
    (fingerprint_bytes, fingerprint): (u64, String),
    n_same: usize,
) -> SourceState {
    SourceState {
        key: new_key(&fingerprint, n_same),
        path,
        format: format.to_owned(),
        dataset: dataset.to_owned(),
        fingerprint_bytes,
        fingerprint,
        position: 0,
        tail_bytes: 0,
        tail: digest_hex(&[]),
        size_bytes: None,
        modified_at: None,
        finished: false,
    }
}

/// A block is known by its place and its first record; its tail is the list of its marks.
fn block_state(file: &SourceState, raw: &RawBatch, block: &Block) -> SourceState {
    let start = raw.position.saturating_add(block.start as u64);
    let first = raw.bytes.get(block.first.start..block.first.end).unwrap_or_default();
    let mut identity = start.to_le_bytes().to_vec();
    identity.extend_from_slice(first);
    let tail: String = block.marks.iter().map(|mark| format!("{mark:0MARK_DIGITS$x}")).collect();
    SourceState {
        fingerprint: format!("{BLOCK}{}", digest_hex(&identity)),
        tail_bytes: tail.len() as u64,
        tail,
        ..file.clone()
    }
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
        let is_of_first_bytes = state.fingerprint_bytes > 0;
        if is_of_first_bytes {
            self.lengths.insert(state.fingerprint_bytes);
        }
        if !state.fingerprint.starts_with(BLOCK) {
            self.by_path.insert(state.path.clone(), (state.fingerprint_bytes, state.fingerprint.clone(), state.key));
        }
        let same = self.by_fingerprint.entry((state.fingerprint_bytes, state.fingerprint.clone())).or_default();
        same.retain(|other| other.key != state.key);
        same.push(state);
    }

    /// Sources that begin as `head` does, those read furthest first. Whether one of them really is this source is
    /// told by its tail.
    pub(crate) fn beginning_like(&self, head: &[u8]) -> Vec<&SourceState> {
        // Of many small files each has a length of its own: the digest is carried on from one to the next.
        let mut digest = blake3::Hasher::new();
        let mut found: Vec<&SourceState> = Vec::new();
        for &length in &self.lengths {
            let (Ok(end), Ok(begin)) = (usize::try_from(length), usize::try_from(digest.count())) else { break };
            let Some(more) = head.get(begin..end) else { break };
            digest.update(more);
            found.extend(self.by_fingerprint.get(&(length, shortened(&digest.finalize()))).into_iter().flatten());
        }
        found.sort_by_key(|state| std::cmp::Reverse(state.position));
        found
    }

    /// The source that was last read under this name.
    pub(crate) fn at_path(&self, path: &str) -> Option<&SourceState> {
        self.by_path.get(path).and_then(|(length, fingerprint, key)| {
            self.by_fingerprint.get(&(*length, fingerprint.clone()))?.iter().find(|state| state.key == *key)
        })
    }

    /// The block of a file that `raw` has: as it is after this batch, and the position up to which it was read before.
    /// `None` where all of it was read.
    ///
    /// It is one that was read before if all that both have is the same. What has grown differently from the same
    /// beginning, as after a machine was set back, is another block.
    pub(crate) fn block(&mut self, file: &SourceState, raw: &RawBatch, block: &Block) -> Option<(SourceState, u64)> {
        let new = block_state(file, raw, block);
        let end = raw.position.saturating_add(block.end as u64);
        let alike = self.by_fingerprint.get(&(0, new.fingerprint.clone())).map(Vec::as_slice).unwrap_or_default();
        let is_same = |state: &&SourceState| state.tail.starts_with(&new.tail) || new.tail.starts_with(&state.tail);
        let (key, read_before) = match alike.iter().filter(is_same).max_by_key(|state| state.tail.len()) {
            Some(same) if same.position >= end => return None,
            Some(same) => (same.key, same.position),
            None => (new_key(&new.fingerprint, alike.len()), 0),
        };
        let state = SourceState { key, position: end, finished: true, ..new };
        self.remember(state.clone());
        Some((state, read_before))
    }

    /// A source that nobody has met before, by its first bytes; it is known from now on.
    pub(crate) fn begin(&mut self, head: &[u8], path: String, format: &str, dataset: &str) -> SourceState {
        let start = head.get(..FINGERPRINT_BYTES.min(head.len())).unwrap_or_default();
        let fingerprint = (start.len() as u64, digest_hex(start));
        let n_same = self.by_fingerprint.get(&fingerprint).map_or(0, Vec::len);
        let state = unread(path, format, dataset, fingerprint, n_same);
        self.remember(state.clone());
        state
    }
}
