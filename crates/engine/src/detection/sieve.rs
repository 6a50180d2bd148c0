//! The sieve of all indicators: kept as a file beside the store, so that a run need not read millions of claims.
//!
//! The store counts its changes of claims; the file says which count it was made at. A file that is missing, damaged
//! or older is made again from the store, so it can be deleted at any time.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use detect::indicators::{Sieve, SieveBuilder};
use schema::Claim;

use crate::{Engine, Result, error::io, store::CLAIMS_VERSION};

/// The sieve of every claim in the store.
pub(crate) async fn load(engine: &Engine) -> Result<Sieve> {
    let path = engine.home.sieve();
    let version = engine.store.mark(CLAIMS_VERSION).await?.unwrap_or(0);
    if let Some(sieve) = kept(&path, version) {
        return Ok(sieve);
    }
    let mut builder = SieveBuilder::new();
    engine.store.each_value(|kind, value| builder.push(kind, value)).await?;
    let sieve = finished(builder);
    keep(path, version, &sieve)?;
    Ok(sieve)
}

/// Gathers what is being loaded, so that the kept sieve grows by it instead of being made anew.
pub(crate) struct Growth {
    builder: SieveBuilder,
    /// Count of changes before the first and behind the last of ours; `None` where somebody came in between.
    versions: Option<(i64, i64)>,
    /// Nothing was listed before: what is loaded is all that there is.
    from_nothing: bool,
}

impl Growth {
    /// Begins to gather, in a store that has so many claims.
    pub(crate) fn new(n_claims: u64) -> Self {
        Self { builder: SieveBuilder::new(), versions: None, from_nothing: n_claims == 0 }
    }

    /// Notes claims that were saved as this change.
    pub(crate) fn note(&mut self, claims: &[Claim], version: i64) {
        claims.iter().for_each(|claim| self.list(claim));
        self.saved(version);
    }

    /// Notes a claim that will be saved.
    pub(crate) fn list(&mut self, claim: &Claim) {
        self.builder.push(claim.kind, &claim.value);
    }

    /// Notes that a part of what is listed was saved as this change.
    pub(crate) fn saved(&mut self, version: i64) {
        self.versions = match self.versions {
            None => Some((version - 1, version)),
            Some((first, last)) if last + 1 == version => Some((first, version)),
            // Never equal to a version: the next run makes the sieve from the store.
            Some((first, _)) => Some((first, i64::MIN)),
        };
    }

    /// Lets the kept sieve grow; where it is not of the state before, the next run makes it from the store.
    ///
    /// That no change was counted yet does not say that the store was empty: stores are older than the count.
    pub(crate) fn save(self, engine: &Engine) -> Result<()> {
        let Some((before, after)) = self.versions else { return Ok(()) };
        let path = engine.home.sieve();
        let grown = finished(self.builder);
        match kept(&path, before) {
            Some(sieve) if after != i64::MIN => keep(path, after, &sieve.merged(&grown)),
            None if after != i64::MIN && before == 0 && self.from_nothing => keep(path, after, &grown),
            _ => discard(&path),
        }
    }
}

fn finished(builder: SieveBuilder) -> Sieve {
    if builder.n_refused() > 0 {
        tracing::warn!(n_refused = builder.n_refused(), "indicators that would match too much are left out");
    }
    builder.finish()
}

/// Takes the file away: one of an earlier count could pass for that of a later one.
fn discard(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io("remove", path)(error)),
        _ => Ok(()),
    }
}

fn kept(path: &Path, version: i64) -> Option<Sieve> {
    let bytes = fs::read(path).ok()?;
    let (stamp, content) = bytes.split_first_chunk::<8>()?;
    if i64::from_le_bytes(*stamp) != version {
        return None;
    }
    Sieve::from_bytes(content)
        .inspect_err(|error| tracing::warn!(path = %path.display(), %error, "it is made again"))
        .ok()
}

/// A crash leaves the old file or the new one, never a half.
fn keep(path: PathBuf, version: i64, sieve: &Sieve) -> Result<()> {
    let mut bytes = version.to_le_bytes().to_vec();
    bytes.extend(sieve.to_bytes());
    let unfinished = path.with_extension(format!("{}.new", std::process::id()));
    fs::write(&unfinished, bytes).map_err(io("write", &unfinished))?;
    fs::rename(&unfinished, &path).map_err(io("write", &path))
}

#[cfg(test)]
mod tests {
    use detect::indicators::SieveBuilder;
    use schema::Observable;

    use super::load;
    use crate::{Config, Engine, Home, IntelPlan, store::CLAIMS_VERSION};

    async fn load_list(engine: &Engine, name: &str, domain: &str) {
        let path = engine.home.root().join(name);
        std::fs::write(&path, domain).expect("writes");
        let plan = IntelPlan { paths: vec![path], source: None, confidence: 50, tlp: schema::Tlp::Green };
        engine.load_intel(&plan).await.expect("loads");
    }

    /// Stores that were filled before changes were counted have claims and no count.
    #[tokio::test]
    async fn a_store_older_than_the_count_of_changes_keeps_all_its_claims_in_the_sieve() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::open(folder.path()).expect("a home");
        let engine = Engine::open(home, Config::default()).await.expect("opens");
        for left_over in [true, false] {
            load_list(&engine, "first.txt", "first.example\n").await;
            engine.store.remove_mark(CLAIMS_VERSION).await.expect("forgets");
            if !left_over {
                std::fs::remove_file(engine.home.sieve()).ok();
            }
            load_list(&engine, "second.txt", "second.example\n").await;

            let mut both = SieveBuilder::new();
            ["first.example", "second.example"].iter().for_each(|domain| both.push(Observable::Domain, domain));
            let sieve = load(&engine).await.expect("a sieve");
            assert_eq!(sieve.to_bytes(), both.finish().to_bytes());
        }
    }
}
