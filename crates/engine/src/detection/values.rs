//! Values of each hour and table, kept so that newly listed things are held against the past without reading it: only
//! hours that may meet one of them are read again.
//!
//! One file an hour, made while the hour was read. A file that is missing, damaged or of another version says nothing,
//! and such an hour is read. All can be deleted: they are made again when their hours are read.

use std::{collections::BTreeMap, fs, path::PathBuf};

use detect::indicators::{Sieve, Summary};
use schema::{Table, tables};

use super::due::Hour;
use crate::{Result, error::io};

/// Goes up when tables get columns that are held against claims: what was kept before lacks their values.
const FOLDER: &str = "values-1";

/// Values by table.
pub(super) type OfHour = BTreeMap<&'static str, Summary>;

#[derive(Debug, Clone)]
pub(super) struct Values {
    folder: PathBuf,
}

impl Values {
    pub(super) fn open(digests: PathBuf) -> Self {
        Self { folder: digests.join(FOLDER) }
    }

    /// What is known of an hour; `None` where nothing is.
    pub(super) fn load(&self, hour: Hour) -> Option<OfHour> {
        let bytes = fs::read(self.path(hour)).ok()?;
        let mut rest = bytes.as_slice();
        let mut of_hour = OfHour::new();
        while !rest.is_empty() {
            let name = part(&mut rest)?;
            let table = tables::find(std::str::from_utf8(name).ok()?)?;
            of_hour.insert(table.name, Summary::from_bytes(part(&mut rest)?)?);
        }
        Some(of_hour)
    }

    /// Keeps what an hour holds; a crash leaves the old file or the new one, never a half.
    pub(super) fn save(&self, hour: Hour, of_hour: &OfHour) -> Result<()> {
        let mut bytes = Vec::new();
        for (table, summary) in of_hour {
            for part in [table.as_bytes(), &summary.to_bytes()] {
                bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
                bytes.extend_from_slice(part);
            }
        }
        fs::create_dir_all(&self.folder).map_err(io("make", &self.folder))?;
        let path = self.path(hour);
        let unfinished = path.with_extension(format!("{}.new", std::process::id()));
        fs::write(&unfinished, bytes).map_err(io("write", &unfinished))?;
        fs::rename(&unfinished, &path).map_err(io("write", &path))
    }

    /// Whether an hour may hold rows that meet something that is listed.
    pub(super) fn may_meet(&self, hour: Hour, listed: &Sieve) -> bool {
        self.load(hour).is_none_or(|of_hour| of_hour.values().any(|summary| summary.may_meet(listed)))
    }

    fn path(&self, hour: Hour) -> PathBuf {
        self.folder.join(format!("{}.values", hour.0))
    }
}

/// Whether rows of this table may meet something. A table that is not in what is known of the hour had no rows then.
pub(super) fn table_may_meet(of_hour: Option<&OfHour>, table: &Table, listed: &Sieve) -> bool {
    of_hour.is_none_or(|of_hour| of_hour.get(table.name).is_some_and(|summary| summary.may_meet(listed)))
}

/// The next part, behind its length.
fn part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk::<8>()?;
    let (part, behind) = behind.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    *rest = behind;
    Some(part)
}
