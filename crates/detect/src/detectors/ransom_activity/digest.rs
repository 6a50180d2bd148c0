//! Conversions of files and cuts of an hour. A conversion is a file that got another ending, by a rename, or that was
//! written with an ending behind its own, as most sensors show it.

use arrow_array::RecordBatch;

use super::recovery;
use crate::{
    Digest, Error,
    habits::digest::Places,
    telemetry::{
        Text,
        groups::{Groups, Plan},
    },
};

pub(super) static HOUR: Plan = Plan {
    keys: &["dataset", "host", "sort", "program", "kind", "folder"],
    n_owner: 5,
    counts: &["n"],
    groups_max: 300_000,
    of_owner_max: 1_000,
    records_max: 3,
};

/// A day of the past.
pub(super) static DAY: Plan = Plan { records_max: 0, groups_max: 100_000, ..HOUR };

/// Sorts of rows: that a host was seen, a conversion, a cut.
pub(super) const SEEN: &str = "seen";
pub(super) const CONVERSION: &str = "conversion";
pub(super) const CUT: &str = "cut";

/// Endings that programs put behind others every day: archives, copies, downloads, things half done.
const EVERYDAY: [&str; 26] = [
    "7z",
    "asc",
    "bak",
    "br",
    "bz2",
    "crdownload",
    "download",
    "gpg",
    "gz",
    "lnk",
    "lock",
    "log",
    "lz4",
    "old",
    "orig",
    "part",
    "partial",
    "rar",
    "sig",
    "swp",
    "tar",
    "temp",
    "tmp",
    "xz",
    "zip",
    "zst",
];

/// Endings of what people keep, behind which another one is a conversion even where it was written and not renamed.
const KEPT: [&str; 44] = [
    "accdb", "ai", "bmp", "csv", "db", "dbf", "doc", "docx", "dwg", "eml", "gif", "htm", "html", "jpeg", "jpg", "json",
    "ldf", "mdb", "mdf", "mp3", "mp4", "msg", "odp", "ods", "odt", "ost", "pdf", "png", "ppt", "pptx", "psd", "pst",
    "rtf", "sql", "tif", "tiff", "txt", "vhd", "vhdx", "vmdk", "xls", "xlsx", "xml", "zip",
];

/// Letters of an ending; what is longer is a sentence with a dot in it.
const ENDING_CHARS_MAX: usize = 20;

#[derive(Debug)]
pub(super) struct Files {
    groups: Groups,
}

impl Default for Files {
    fn default() -> Self {
        Self { groups: Groups::new(&HOUR) }
    }
}

impl Digest for Files {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        match table {
            "file_changes" => self.add_files(rows),
            "processes" => self.add_processes(rows),
            other => Err(Error::new(format!("ransom_activity does not read table \"{other}\""))),
        }
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        self.groups.finish()
    }
}

impl Files {
    fn add_files(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let places = Places::of("file_changes", rows)?;
        let text = |name| Text::of(rows, name);
        let (host, action, program) = (text("host")?, text("action")?, text("process_path")?);
        let (path, new_path) = (text("path")?, text("new_path")?);
        for row in 0..places.len() {
            let (Some(place), Some(path)) = (places.at(row), path.get(row)) else { continue };
            let host = host.get(row).unwrap_or_default().to_lowercase();
            self.groups.add(&[place.dataset, &host, SEEN, "", "", ""], &[1], place.seen);
            let converted = match (action.get(row), new_path.get(row)) {
                (Some("rename"), Some(new)) => renamed(path, new),
                (Some("create" | "write"), _) => written(path),
                _ => None,
            };
            if let Some(kind) = converted {
                let program = program.get(row).unwrap_or_default().to_lowercase();
                let folder = folder(path).to_lowercase();
                self.groups.add(&[place.dataset, &host, CONVERSION, &program, &kind, &folder], &[1], place.seen);
            }
        }
        Ok(())
    }

    fn add_processes(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let places = Places::of("processes", rows)?;
        let text = |name| Text::of(rows, name);
        let (host, action, line) = (text("host")?, text("action")?, text("command_line")?);
        for row in 0..places.len() {
            let (Some(place), Some("start")) = (places.at(row), action.get(row)) else { continue };
            let host = host.get(row).unwrap_or_default().to_lowercase();
            self.groups.add(&[place.dataset, &host, SEEN, "", "", ""], &[1], place.seen);
            if let Some(cut) = line.get(row).and_then(recovery::cut) {
                self.groups.add(&[place.dataset, &host, CUT, "", cut, ""], &[1], place.seen);
            }
        }
        Ok(())
    }
}

/// The new ending of a file that lost its own.
fn renamed(path: &str, new: &str) -> Option<String> {
    let (before, after) = (ending(file(path)), ending(file(new))?);
    let changed = before.as_ref() != Some(&after) && !before.is_some_and(|before| EVERYDAY.contains(&before.as_str()));
    (changed && !EVERYDAY.contains(&after.as_str())).then_some(after)
}

/// The ending behind one of a kept kind.
fn written(path: &str) -> Option<String> {
    let file = file(path);
    let after = ending(file)?;
    let before = ending(file.rsplit_once('.')?.0)?;
    let is_double = KEPT.contains(&before.as_str()) && !KEPT.contains(&after.as_str());
    (is_double && !EVERYDAY.contains(&after.as_str())).then_some(after)
}

fn file(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

fn folder(path: &str) -> &str {
    path.rsplit_once(['\\', '/']).map_or("", |(folder, _)| folder)
}

/// What stands behind the last dot, in lower case.
fn ending(file: &str) -> Option<String> {
    let (stem, ending) = file.rsplit_once('.')?;
    let is_ending = !stem.is_empty() && !ending.is_empty() && ending.chars().count() <= ENDING_CHARS_MAX;
    let is_word = ending
        .chars()
        .all(|letter| letter.is_alphanumeric() || ['-', '_', '[', ']', '@', '{', '}', '!'].contains(&letter));
    (is_ending && is_word).then(|| ending.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_are_told_from_everyday_names() {
        assert_eq!(renamed(r"C:\a\b.docx", r"C:\a\b.docx.locked"), Some("locked".to_owned()));
        assert_eq!(renamed(r"C:\a\b.tmp", r"C:\a\b.docx"), None, "an editor saves");
        assert_eq!(renamed(r"C:\a\b.docx", r"C:\a\c.docx"), None);
        assert_eq!(written("/home/x/b.xlsx.lockbit"), Some("lockbit".to_owned()));
        assert_eq!(written("/var/log/b.txt.gz"), None);
        assert_eq!(written("/usr/lib/libx.so.1"), None);
    }
}
