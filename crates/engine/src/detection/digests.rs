//! What detectors keep of each hour: one Arrow file for detector, version and hour. All can be made again from the
//! lake, so a damaged file is as good as none.

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

    /// Whether there is a digest that can be opened; one that cannot is made again.
    pub(super) fn exists(&self, detector: &Detector, hour: Hour) -> bool {
        File::open(self.path(detector, hour)).is_ok_and(|file| FileReader::try_new_buffered(file, None).is_ok())
    }

    /// The digest of an hour; none where the file cannot be read, which is then removed.
    pub(super) fn load(&self, detector: &Detector, hour: Hour) -> Option<RecordBatch> {
        let path = self.path(detector, hour);
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

    /// Keeps the digest; a crash leaves the old one or the new one, never a half.
    pub(super) fn save(&self, detector: &Detector, hour: Hour, digest: &RecordBatch) -> Result<()> {
        let path = self.path(detector, hour);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(io("make", folder))?;
        let unfinished = path.with_extension(format!("{}.new", std::process::id()));
        let file = BufWriter::new(File::create(&unfinished).map_err(io("write", &unfinished))?);
        write(file, digest)
            .map_err(|error| Error::machine(format!("could not write {}", unfinished.display())).detail(error))?;
        fs::rename(&unfinished, &path).map_err(io("write", &path))
    }

    fn path(&self, detector: &Detector, hour: Hour) -> PathBuf {
        self.folder.join(format!("{}-{}", detector.name, detector.version)).join(format!("{}.arrow", hour.0))
    }
}

fn write(file: BufWriter<File>, digest: &RecordBatch) -> std::result::Result<(), arrow_schema::ArrowError> {
    let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::ZSTD))?;
    let mut writer = FileWriter::try_new_with_options(file, digest.schema_ref(), options)?;
    writer.write(digest)?;
    writer.finish()
}
