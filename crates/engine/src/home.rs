//! The one folder that holds all state, and what lies where in it.

use std::path::{Path, PathBuf};

use crate::{Error, Result, error::io};

#[derive(Debug, Clone)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// Opens the folder, making it where it is not there yet: for its owner alone, because secrets of people lie in it.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        make_own(&root).map_err(io("make the home folder", &root))?;
        let root = root.canonicalize().map_err(io("open the home folder", &root))?;
        Ok(Self { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Delta tables, unless the configuration puts them into an object store.
    pub fn lake(&self) -> PathBuf {
        self.root.join("lake")
    }

    /// The operational store.
    pub fn store(&self) -> PathBuf {
        self.root.join("margay.db")
    }

    /// What detectors keep of each hour. Can be deleted: it is made again from the lake.
    pub fn digests(&self) -> PathBuf {
        self.root.join("digests")
    }

    /// All indicators as hashes. Can be deleted: it is made again from the store.
    pub fn sieve(&self) -> PathBuf {
        self.root.join("indicators.sieve")
    }

    /// Sigma rules that are held against every record.
    pub fn rules(&self) -> PathBuf {
        self.root.join("rules")
    }

    /// Feeds that a person has declared.
    pub fn feeds(&self) -> PathBuf {
        self.root.join("feeds")
    }

    /// Writes a new declaration of a feed; one that is there is never overwritten.
    pub fn new_feed(&self, name: &str, text: &str) -> Result<PathBuf> {
        let folder = self.feeds();
        std::fs::create_dir_all(&folder).map_err(io("make", &folder))?;
        let path = folder.join(format!("{name}.toml"));
        if path.exists() {
            return Err(Error::usage(format!("{} is there already", path.display())).hint("choose another name"));
        }
        std::fs::write(&path, text).map_err(io("write", &path))?;
        Ok(path)
    }

    /// What is known of each feed, and its last good content. Can be deleted: it is fetched again.
    pub fn fetched(&self) -> PathBuf {
        self.root.join("fetched")
    }

    /// Pipelines that change rules before they are compiled.
    pub fn pipelines(&self) -> PathBuf {
        self.root.join("pipelines")
    }

    /// Where queries spill; each query removes what it has written.
    pub fn spill(&self) -> PathBuf {
        self.root.join("spill")
    }

    /// Formats that a person has written as files.
    pub fn mappings(&self) -> PathBuf {
        self.root.join("mappings")
    }

    /// What is not malicious by itself, in files of MISP's form.
    pub fn warning_lists(&self) -> PathBuf {
        self.root.join("warninglists")
    }

    /// How scores of indicators fall with time, where a person has changed it.
    pub fn decay(&self) -> PathBuf {
        self.root.join("decay.toml")
    }

    /// History of the SQL shell.
    pub fn history(&self) -> PathBuf {
        self.root.join("history.txt")
    }

    /// How far the audit log had got, outside of the store that holds it.
    pub fn audit_head(&self) -> PathBuf {
        self.root.join("audit.head")
    }

    pub fn config(&self) -> PathBuf {
        self.root.join("margay.toml")
    }
}

fn make_own(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
