//! The newest line, noted in a file beside the store: whoever cuts lines off the end of the log has this to change too.
//! It only ever moves forward along the chain, so that it still tells of lines that are gone.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use super::AuditLine;
use crate::{Error, Result, error::io};

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Head {
    pub(super) number: i64,
    pub(super) digest: String,
}

impl Head {
    pub(super) fn of(line: &AuditLine) -> Self {
        Self { number: line.number, digest: line.digest.clone() }
    }
}

/// The file, held against other processes for as long as this lives.
pub(super) struct Noted {
    path: PathBuf,
    _lock: File,
}

impl Noted {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let lock_path = path.with_extension("lock");
        let lock = File::create(&lock_path).map_err(io("make", &lock_path))?;
        lock.lock().map_err(io("lock", &lock_path))?;
        Ok(Self { path: path.to_path_buf(), _lock: lock })
    }

    pub(super) fn read(&self) -> Result<Option<Head>> {
        read(&self.path)
    }

    /// Whole or not at all, and still there after a power cut.
    pub(super) fn write(&self, head: &Head) -> Result<()> {
        let unfinished = self.path.with_extension("unfinished");
        let mut file = File::create(&unfinished).map_err(io("write", &unfinished))?;
        let text = format!("{}\n", serde_json::to_string(head)?);
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io("write", &unfinished))?;
        fs::rename(&unfinished, &self.path).map_err(io("write", &self.path))
    }
}

/// The line that was noted; none where none was yet.
pub(super) fn read(path: &Path) -> Result<Option<Head>> {
    match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| {
            Error::machine(format!("{} is not what was written", path.display()))
                .detail(error)
                .hint("somebody has changed it, or the disk has")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io("read", path)(error)),
    }
}
