//! Which feeds there are: those that come with Margay, and those in the folder `feeds` of the home folder, which take
//! the place of one that ships under the same name.

use std::{collections::BTreeMap, fs, path::PathBuf};

use share::feeds::{Feed, SHIPPED};

use super::state::State;
use crate::{Engine, Error, Result, error::io};

/// All declared feeds.
#[derive(Debug, Default)]
pub struct Declared {
    /// In the order of names.
    pub feeds: Vec<DeclaredFeed>,
    /// Files that are no declarations.
    pub broken: Vec<BrokenFeed>,
}

#[derive(Debug, Clone)]
pub struct DeclaredFeed {
    pub feed: Feed,
    /// The file; `None` for one that ships.
    pub path: Option<PathBuf>,
    /// Fetched without being named: the configuration lists it, or it is the person's own.
    pub enabled: bool,
    /// Tells one text of the declaration from another.
    pub(super) digest: String,
    /// What is known of it, as columns.
    pub status: FeedStatus,
}

/// How a feed is doing.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct FeedStatus {
    pub taken_at: Option<schema::Timestamp>,
    pub checked_at: Option<schema::Timestamp>,
    pub not_before: Option<schema::Timestamp>,
    pub claims: u64,
    pub failures: u32,
    pub last_error: Option<String>,
}

#[derive(Debug, Clone)]
pub struct BrokenFeed {
    pub path: PathBuf,
    pub why: String,
}

impl Declared {
    /// The feeds of these names, or the enabled ones where there are none.
    pub(super) fn choose(&self, names: &[String]) -> Result<Vec<&DeclaredFeed>> {
        if names.is_empty() {
            let enabled: Vec<_> = self.feeds.iter().filter(|feed| feed.enabled).collect();
            if enabled.is_empty() {
                return Err(Error::usage("no feed is enabled").hint(
                    "name some (margay feeds fetch urlhaus), or list them in margay.toml: [feeds] enabled = [\"urlhaus\"]",
                ));
            }
            return Ok(enabled);
        }
        names.iter().map(|name| self.find(name)).collect()
    }

    pub fn find(&self, name: &str) -> Result<&DeclaredFeed> {
        self.feeds.iter().find(|declared| declared.feed.name == name).ok_or_else(|| {
            let broken = self.broken.iter().find(|broken| broken.path.file_stem().is_some_and(|stem| stem == name));
            let error = Error::usage(format!("there is no feed \"{name}\""));
            match broken {
                Some(broken) => error.detail(&broken.why).hint(format!("mend {}", broken.path.display())),
                None => error.hint("`margay feeds list` shows all of them"),
            }
        })
    }
}

impl Engine {
    /// All feeds, with how each is doing.
    pub fn feeds(&self) -> Result<Declared> {
        let mut texts: BTreeMap<String, (Option<PathBuf>, String)> =
            SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), (None, (*text).to_owned()))).collect();
        let mut declared = Declared::default();
        for path in own_files(&self.home.feeds())? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match fs::read_to_string(&path) {
                Ok(text) => drop(texts.insert(name, (Some(path), text))),
                Err(error) => declared.broken.push(BrokenFeed { path, why: error.to_string() }),
            }
        }
        for (name, (path, text)) in texts {
            let feed = Feed::parse(&text).map_err(|problem| problem.to_string()).and_then(|feed| {
                let fits = feed.name == name;
                let other = || format!("`name` is \"{}\", and the file is called \"{name}.toml\"", feed.name);
                if fits { Ok(feed) } else { Err(other()) }
            });
            match feed {
                Ok(feed) => declared.feeds.push(self.declared(feed, path, &text)),
                Err(why) => declared.broken.push(BrokenFeed { path: path.unwrap_or_else(|| name.into()), why }),
            }
        }
        let known = |name: &String| declared.feeds.iter().any(|declared| declared.feed.name == *name);
        if let Some(unknown) = self.config.feeds.enabled.iter().find(|name| !known(name)) {
            tracing::warn!(feed = %unknown, "margay.toml enables a feed that there is not");
        }
        Ok(declared)
    }

    fn declared(&self, feed: Feed, path: Option<PathBuf>, text: &str) -> DeclaredFeed {
        let state = State::load(&self.home.fetched().join(&feed.name));
        let status = FeedStatus {
            taken_at: state.taken_at,
            checked_at: state.checked_at,
            not_before: state.not_before,
            claims: state.claims,
            failures: state.failures,
            last_error: state.last_error,
        };
        let enabled = path.is_some() || self.config.feeds.enabled.contains(&feed.name);
        DeclaredFeed { enabled, digest: blake3::hash(text.as_bytes()).to_hex().to_string(), feed, path, status }
    }
}

/// The declarations that a person has written; a folder that is not there holds none.
fn own_files(folder: &PathBuf) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(io("read", folder))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    Ok(files)
}
