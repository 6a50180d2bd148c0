//! What is kept of each hour: one Arrow file for detector, version and hour. All can be made again from the lake, so a
//! damaged file is as good as none.

use std::{
    fs::{self, File},
    io::BufWriter,
    path::PathBuf,
};

use arrow_array::RecordBatch;
use arrow_ipc::{
    CompressionType,
    reader::FileReader,
    writer::{FileWriter, IpcWriteOptions},
};
use detect::Detector;

use super::due::Hour;
use crate::{Error, Result, error::io};

#[derive(Debug, Clone)]
pub(super) struct Digests {
    folder: PathBuf,
}

impl Digests {
    pub(super) fn open(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The digests of one detector, in its version.
    pub(super) fn of(&self, detector: &Detector) -> Shelf {
        Shelf { folder: self.folder.join(format!("{}-{}", detector.name, detector.version)) }
    }

    /// What a detector made of whole days, in its version; a day is kept under its first hour.
    pub(super) fn days_of(&self, detector: &Detector) -> Shelf {
        Shelf { folder: self.folder.join(format!("{}-{}-days", detector.name, detector.version)) }
    }

    /// The matches of rules that correlations ask for, as these rules gave them.
    pub(super) fn matches(&self, fingerprint: i64) -> Shelf {
        Shelf { folder: self.folder.join(format!("{MATCHES}{fingerprint:016x}")) }
    }

    /// Removes the matches that other rules gave.
    pub(super) fn remove_matches_but(&self, fingerprint: i64) {
        let kept = self.matches(fingerprint).folder;
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with(MATCHES) && path != kept {
                // What cannot be removed is in nobody's way.
                drop(fs::remove_dir_all(path));
            }
        }
    }
}

const MATCHES: &str = "matches-";

/// The files of all hours of one sort.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// Whether there is a file that can be opened; one that cannot is made again.
    pub(super) fn exists(&self, hour: Hour) -> bool {
        File::open(self.path(hour)).is_ok_and(|file| FileReader::try_new_buffered(file, None).is_ok())
    }

    /// What is kept of an hour; none where the file cannot be read, which is then removed.
    pub(super) fn load(&self, hour: Hour) -> Option<RecordBatch> {
        let path = self.path(hour);
        let file = File::open(&path).ok()?;
        let batch = FileReader::try_new_buffered(file, None).and_then(|mut batches| batches.next().transpose());
        match batch {
            Ok(batch) => batch,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "digest is damaged and will be made again");
                drop(fs::remove_file(&path));
                None
            }
        }
    }

    /// Keeps the rows; a crash leaves the old ones or the new ones, never a half.
    pub(super) fn save(&self, hour: Hour, rows: &RecordBatch) -> Result<()> {
        let path = self.path(hour);
        fs::create_dir_all(&self.folder).map_err(io("make", &self.folder))?;
        let unfinished = path.with_extension(format!("{}.new", std::process::id()));
        let file = BufWriter::new(File::create(&unfinished).map_err(io("write", &unfinished))?);
        write(file, rows)
            .map_err(|error| Error::machine(format!("could not write {}", unfinished.display())).detail(error))?;
        fs::rename(&unfinished, &path).map_err(io("write", &path))
    }

    pub(super) fn remove(&self, hour: Hour) {
        drop(fs::remove_file(self.path(hour)));
    }

    fn path(&self, hour: Hour) -> PathBuf {
        self.folder.join(format!("{}.arrow", hour.0))
    }
}

fn write(file: BufWriter<File>, digest: &RecordBatch) -> std::result::Result<(), arrow_schema::ArrowError> {
    let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::ZSTD))?;
    let mut writer = FileWriter::try_new_with_options(file, digest.schema_ref(), options)?;
    writer.write(digest)?;
    writer.finish()
}
