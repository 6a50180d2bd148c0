//! From the bytes of a feed to claims in force: unpacked, held against what is promised, saved, and the old retired.

use std::{
    collections::HashSet,
    fs,
    io::{BufReader, Cursor, Read},
    path::Path,
};

use schema::{Claim, Timestamp};
use share::feeds::{self, Feed, Form, Keeps};

use super::{Failure, FetchOutcome, FetchPlan, FetchedFeed, Outcomes, State, state};
use crate::{Engine, Error, Result, clock, detection::Growth, sources};

/// Claims of one transaction.
const CLAIMS_AT_ONCE: usize = 200_000;

/// Below this many claims a list may lose most of them without being doubted.
const FEW_CLAIMS: u64 = 20;

const REJECTS_TOLD: usize = 20;
const CLAIMS_SHOWN: usize = 10;

/// What a file may unpack to; a person named it.
const FILE_BYTES_MAX: u64 = 4 << 30;

pub(super) fn from_file(path: &Path) -> Outcomes<Vec<u8>> {
    let bytes = fs::read(path).map_err(|error| Failure::lasting(format!("{}: {error}", path.display())))?;
    unpack(bytes, FILE_BYTES_MAX)
}

/// The content within gzip, Zstandard or zip; of a bounded size, so that a bomb is a failure and not a full memory.
pub(super) fn unpack(bytes: Vec<u8>, most: u64) -> Outcomes<Vec<u8>> {
    if bytes.starts_with(b"PK\x03\x04") {
        return super::zip::only_file(&bytes, most).map_err(Failure::lasting);
    }
    let mut bytes = bytes;
    // A packed file may be packed once more on its way.
    for _ in 0..2 {
        if !bytes.starts_with(&[0x1f, 0x8b]) && !bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            break;
        }
        let broken = |error: std::io::Error| Failure::passing(format!("the content could not be unpacked: {error}"));
        let budget = sources::Budget::of(bytes.len() as u64);
        let (_, reader) = sources::unpack(BufReader::new(Cursor::new(bytes)), &budget).map_err(broken)?;
        let mut unpacked = Vec::new();
        reader.take(most + 1).read_to_end(&mut unpacked).map_err(broken)?;
        if unpacked.len() as u64 > most {
            return Err(Failure::lasting(format!("the content unpacks to more than {} MiB", most >> 20)));
        }
        bytes = unpacked;
    }
    Ok(bytes)
}

/// What a content would give; nothing is kept.
#[derive(Debug, Clone, Default)]
pub struct ReadFeed {
    pub seen: u64,
    pub claims: u64,
    pub rejects: u64,
    pub first: Vec<Claim>,
    pub told: Vec<String>,
}

impl Engine {
    /// Reads a file as the content of a feed, without keeping anything.
    pub fn read_feed(&self, feed: &Feed, path: &Path) -> Result<ReadFeed> {
        let could_not = || Error::input(format!("could not read {} as {}", path.display(), feed.name));
        let content = from_file(path).map_err(|failure| could_not().detail(failure.why))?;
        let mut read = ReadFeed::default();
        let decoded = feeds::decode(feed, &content, clock::now(), &mut |claim| {
            if read.first.len() < CLAIMS_SHOWN {
                read.first.push(claim);
            }
        })
        .map_err(|error| could_not().detail(error).hint("the declaration and the content do not fit together"))?;
        (read.seen, read.claims, read.rejects) = (decoded.n_seen, decoded.n_claims, decoded.n_rejected);
        let told = decoded.rejects.iter().take(REJECTS_TOLD);
        read.told = told.map(|reject| format!("{}: {}: {}", reject.place, reject.reason, reject.text)).collect();
        Ok(read)
    }
}

/// Puts contents in force, or leaves what was there and says why.
#[allow(clippy::too_many_arguments, reason = "one feed's fetch: what came, what was there, and where it goes")]
pub(super) async fn take(
    engine: &Engine,
    feed: &Feed,
    plan: &FetchPlan,
    folder: &Path,
    contents: Vec<Vec<u8>>,
    state: &mut State,
    fetched: &mut FetchedFeed,
    growth: &mut Growth,
) -> Result<()> {
    fetched.bytes = contents.iter().map(|content| content.len() as u64).sum();
    let digest = digest(&contents);
    if state.content.as_ref() == Some(&digest) && !plan.accept {
        fetched.outcome = FetchOutcome::Unchanged;
        return Ok(());
    }
    let now = clock::now();
    if let Err(why) = look(feed, plan, &contents, now, state, fetched) {
        fetched.outcome = FetchOutcome::Refused;
        fetched.why = Some(format!("{why}; what was there stays in force"));
        // The server must not answer "unchanged" about something that was not taken.
        (state.etag, state.last_modified) = (None, None);
        return Ok(());
    }
    let last_good = folder.join("content");
    let mut keys = HashSet::new();
    save_all(engine, feed, &contents, now, growth, |claim| feed.keeps == Keeps::Log || keys.insert(key(claim))).await?;
    if feed.keeps == Keeps::Snapshot {
        let before = last_good_contents(&last_good);
        fetched.retired = retire(engine, feed, &before, &keys, now, growth).await?;
        state::replace(&last_good, &packed(&contents)?)?;
    }
    fetched.outcome = FetchOutcome::Taken;
    state.content = Some(digest);
    state.taken_at = Some(now);
    state.claims = fetched.claims;
    Ok(())
}

/// Reads everything once without keeping it: what cannot be true must not touch a single claim.
fn look(
    feed: &Feed,
    plan: &FetchPlan,
    contents: &[Vec<u8>],
    now: Timestamp,
    state: &State,
    fetched: &mut FetchedFeed,
) -> std::result::Result<(), String> {
    let mut seen = 0;
    for content in contents {
        let decoded = feeds::decode(feed, content, now, &mut |_claim| {}).map_err(|error| error.to_string())?;
        seen += decoded.n_seen;
        fetched.claims += decoded.n_claims;
        fetched.rejects += decoded.n_rejected;
        let room = REJECTS_TOLD.saturating_sub(fetched.told.len());
        let told = decoded.rejects.iter().take(room);
        fetched.told.extend(told.map(|reject| format!("{}: {}: {}", reject.place, reject.reason, reject.text)));
    }
    if feed.form == Form::MispFeed {
        // Only what has changed comes, so nothing can be told from how much it is.
        return Ok(());
    }
    if seen > 0 && fetched.claims == 0 {
        return Err(format!("none of its {seen} records is a usable indicator"));
    }
    let comparable = state.claims >= FEW_CLAIMS && !plan.accept;
    let least = state.claims.saturating_mul(u64::from(feed.shrinks_to_percent)) / 100;
    if comparable && fetched.claims < least {
        return Err(format!(
            "it has shrunk from {} claims to {}, below {} percent (--accept takes it all the same)",
            state.claims, fetched.claims, feed.shrinks_to_percent
        ));
    }
    Ok(())
}

/// Saves the claims that `wanted` lets through, in batches.
async fn save_all(
    engine: &Engine,
    feed: &Feed,
    contents: &[Vec<u8>],
    now: Timestamp,
    growth: &mut Growth,
    mut wanted: impl FnMut(&Claim) -> bool,
) -> Result<()> {
    for content in contents {
        let mut claims = Vec::new();
        // A second reading cannot fail where the first has not.
        let _counted = feeds::decode(feed, content, now, &mut |claim| {
            if wanted(&claim) {
                claims.push(claim);
            }
        });
        let mut rest = claims;
        while !rest.is_empty() {
            let mut batch = rest.split_off(rest.len().saturating_sub(CLAIMS_AT_ONCE));
            engine.save_claims(&mut batch, growth).await?;
        }
    }
    Ok(())
}

/// Ends the claims of the content before that are in the new one no longer; gives their number.
async fn retire(
    engine: &Engine,
    feed: &Feed,
    before: &[Vec<u8>],
    keys: &HashSet<[u8; 16]>,
    now: Timestamp,
    growth: &mut Growth,
) -> Result<u64> {
    let mut gone = Vec::new();
    let mut told = HashSet::new();
    for content in before {
        let _counted = feeds::decode(feed, content, now, &mut |claim| {
            let key = key(&claim);
            if !keys.contains(&key) && told.insert(key) {
                gone.push(Claim { valid_until: Some(claim.valid_until.map_or(now, |until| until.min(now))), ..claim });
            }
        });
    }
    let n_gone = gone.len() as u64;
    engine.save_claims(&mut gone, growth).await?;
    Ok(n_gone)
}

/// A claim of this source: the same key is the same row.
fn key(claim: &Claim) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in [claim.kind.name(), &claim.value, &claim.source, claim.label().unwrap_or_default()] {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    let mut key = [0; 16];
    hasher.finalize_xof().fill(&mut key);
    key
}

fn digest(contents: &[Vec<u8>]) -> String {
    let mut hasher = blake3::Hasher::new();
    for content in contents {
        hasher.update(&(content.len() as u64).to_le_bytes()).update(content);
    }
    hasher.finalize().to_hex().to_string()
}

/// Contents behind one another, each behind its length, in one Zstandard frame.
fn packed(contents: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    for content in contents {
        plain.extend_from_slice(&(content.len() as u64).to_le_bytes());
        plain.extend_from_slice(content);
    }
    zstd::encode_all(plain.as_slice(), 3)
        .map_err(|error| Error::internal("could not pack the content of a feed").detail(error))
}

/// The content that is in force; none where the file is missing or damaged, and then nothing is retired.
fn last_good_contents(path: &Path) -> Vec<Vec<u8>> {
    let plain = fs::read(path).ok().and_then(|packed| zstd::decode_all(packed.as_slice()).ok()).unwrap_or_default();
    let mut rest = plain.as_slice();
    let mut contents = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<8>() {
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let Some((content, behind)) = behind.split_at_checked(length) else { break };
        contents.push(content.to_vec());
        rest = behind;
    }
    contents
}
