//! Writes a simulated world to files.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::{Error, Result, Stop, error::io};

/// Files kept open at once; the world writes a few dozen at a time and rotates them by the day.
const OPEN_FILES_MAX: usize = 64;

/// What a simulation has written.
#[derive(Debug, Clone, serde::Serialize)]
pub struct SimReport {
    pub folder: PathBuf,
    pub files: u64,
    pub bytes: u64,
    pub rows: u64,
    pub stories: u64,
}

/// Runs the plan and writes its files below `folder`, which must be empty or not there yet.
pub fn simulate(plan: &sim::Plan, folder: &Path, stop: &Stop, watch: impl Fn(f64)) -> Result<SimReport> {
    fs::create_dir_all(folder).map_err(io("make", folder))?;
    let in_use = fs::read_dir(folder).map_err(io("list", folder))?.next().is_some();
    if in_use {
        return Err(Error::usage(format!("{} is not empty", folder.display()))
            .hint("a simulated world needs a folder of its own; name one that is not there yet"));
    }
    let mut files = Files { folder, stop, open: BTreeMap::new(), seen: BTreeMap::new(), tick: 0 };
    let summary =
        sim::run(plan, &mut files, &mut |progress| watch(progress.done)).map_err(|error| match stop.check() {
            Err(stopped) => stopped,
            Ok(()) => io("write below", folder)(error),
        })?;
    files.close_all().map_err(io("write below", folder))?;
    Ok(SimReport {
        folder: folder.to_owned(),
        files: files.seen.len() as u64,
        bytes: files.seen.values().sum(),
        rows: summary.rows,
        stories: summary.stories,
    })
}

/// The folders of a world that hold logs, ready to be ingested.
pub fn logs_of(world: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(world).map_err(io("list", world))? {
        let path = entry.map_err(io("list", world))?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// The files of one world, opened when they are first written to.
struct Files<'a> {
    folder: &'a Path,
    stop: &'a Stop,
    open: BTreeMap<String, (u64, BufWriter<File>)>,
    /// Bytes written to each file.
    seen: BTreeMap<String, u64>,
    tick: u64,
}

impl sim::Sinks for Files<'_> {
    fn write(&mut self, file: &str, bytes: &[u8]) -> std::io::Result<()> {
        if self.stop.requested() {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        self.tick += 1;
        let tick = self.tick;
        *self.seen.entry(file.to_owned()).or_default() += bytes.len() as u64;
        let (used, writer) = self.file(file)?;
        *used = tick;
        writer.write_all(bytes)
    }

    fn close(&mut self, file: &str) -> std::io::Result<()> {
        match self.open.remove(file) {
            Some((_, mut writer)) => writer.flush(),
            None => Ok(()),
        }
    }
}

impl Files<'_> {
    fn file(&mut self, name: &str) -> std::io::Result<&mut (u64, BufWriter<File>)> {
        if !self.open.contains_key(name) {
            self.make_room()?;
            let path = self.folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let file = File::options().create(true).append(true).open(path)?;
            self.open.insert(name.to_owned(), (0, BufWriter::with_capacity(256 << 10, file)));
        }
        self.open.get_mut(name).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }

    fn make_room(&mut self) -> std::io::Result<()> {
        if self.open.len() < OPEN_FILES_MAX {
            return Ok(());
        }
        let oldest = self.open.iter().min_by_key(|(_, (used, _))| *used).map(|(name, _)| name.clone());
        match oldest.and_then(|name| self.open.remove(&name)) {
            Some((_, mut writer)) => writer.flush(),
            None => Ok(()),
        }
    }

    fn close_all(&mut self) -> std::io::Result<()> {
        for (_, writer) in self.open.values_mut() {
            writer.flush()?;
        }
        self.open.clear();
        Ok(())
    }
}
