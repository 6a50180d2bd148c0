//! Any number of claims in the order of their keys, in bounded memory: sorted runs on disk, merged at the end.
//!
//! The store's tree takes rows in key order at the speed of a file. Out of order every row lands on another page, and
//! ten million of them write the whole tree again and again.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::{self, File},
    io::{BufReader, BufWriter, Read, Write},
    path::PathBuf,
};

use schema::Observable;

use crate::{Error, Result, error::io, store::ClaimRow};

/// Bytes of rows that are held before a run is written: with their index and what the allocator adds, about 150 MB.
const RUN_BYTES: usize = 96 << 20;

/// Takes rows in any order and gives them back in the order of their keys.
#[derive(Debug)]
pub(super) struct Sorter {
    folder: PathBuf,
    rows: Rows,
    runs: Vec<Run>,
}

impl Sorter {
    /// Runs are written below this folder, and removed when the sorter is gone.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, rows: Rows::default(), runs: Vec::new() }
    }

    pub(super) fn push(&mut self, rows: &[ClaimRow]) -> Result<()> {
        for row in rows {
            self.rows.push(row);
        }
        if self.rows.bytes.len() >= RUN_BYTES {
            self.write_run()?;
        }
        Ok(())
    }

    /// All rows, those of one key in the order in which they came.
    pub(super) fn finish(mut self) -> Result<Sorted> {
        if self.runs.is_empty() {
            self.rows.sort();
            return Ok(Sorted { rest: Rest::InMemory(self.rows, 0), kept: None, _runs: Vec::new() });
        }
        self.write_run()?;
        let mut merge = Merge { readers: Vec::new(), heads: BinaryHeap::new() };
        for run in &self.runs {
            let file = File::open(&run.path).map_err(io("open", &run.path))?;
            merge.readers.push(BufReader::with_capacity(1 << 20, file));
        }
        for number in 0..merge.readers.len() {
            merge.advance(number)?;
        }
        Ok(Sorted { rest: Rest::OnDisk(merge), kept: None, _runs: self.runs })
    }

    fn write_run(&mut self) -> Result<()> {
        if self.rows.starts.is_empty() {
            return Ok(());
        }
        self.rows.sort();
        fs::create_dir_all(&self.folder).map_err(io("make", &self.folder))?;
        let path = self.folder.join(format!("claims-{}-{}.run", std::process::id(), self.runs.len()));
        let file = File::create(&path).map_err(io("write", &path))?;
        let run = Run { path };
        let mut writer = BufWriter::with_capacity(1 << 20, file);
        for &start in &self.rows.starts {
            writer.write_all(self.rows.record(start)).map_err(io("write", &run.path))?;
        }
        writer.flush().map_err(io("write", &run.path))?;
        self.runs.push(run);
        self.rows = Rows::default();
        Ok(())
    }
}

/// Rows in order.
pub(super) struct Sorted {
    rest: Rest,
    /// Taken, and given with the next rows.
    kept: Option<ClaimRow>,
    /// Removes the files in the end.
    _runs: Vec<Run>,
}

enum Rest {
    InMemory(Rows, usize),
    OnDisk(Merge),
}

impl Sorted {
    /// The next rows, at most this many; none at the end. Of rows of one key the last one is given.
    pub(super) fn next_rows(&mut self, n_max: usize) -> Result<Vec<ClaimRow>> {
        let mut rows: Vec<ClaimRow> = Vec::with_capacity(n_max);
        while let Some(row) = self.next_row()? {
            if rows.last().is_some_and(|last| last.key() == row.key()) {
                rows.pop();
            }
            if rows.len() == n_max {
                self.kept = Some(row);
                break;
            }
            rows.push(row);
        }
        Ok(rows)
    }

    fn next_row(&mut self) -> Result<Option<ClaimRow>> {
        if let Some(kept) = self.kept.take() {
            return Ok(Some(kept));
        }
        match &mut self.rest {
            Rest::InMemory(all, next) => {
                let Some(&start) = all.starts.get(*next) else { return Ok(None) };
                *next += 1;
                decode(all.record(start)).map(Some)
            }
            Rest::OnDisk(merge) => merge.next()?.map(|record| decode(&record)).transpose(),
        }
    }
}

type Head = (Vec<u8>, usize, Vec<u8>);

struct Merge {
    readers: Vec<BufReader<File>>,
    /// The next record of each run: its key, the run, the record.
    heads: BinaryHeap<Reverse<Head>>,
}

impl Merge {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(Reverse((_, number, record))) = self.heads.pop() else { return Ok(None) };
        self.advance(number)?;
        Ok(Some(record))
    }

    fn advance(&mut self, number: usize) -> Result<()> {
        let Some(reader) = self.readers.get_mut(number) else { return Ok(()) };
        let mut size = [0; 4];
        match reader.read_exact(&mut size) {
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read.map_err(lost)?,
        }
        let mut record = size.to_vec();
        record.resize(u32::from_le_bytes(size) as usize, 0);
        reader.read_exact(record.get_mut(4..).unwrap_or_default()).map_err(lost)?;
        self.heads.push(Reverse((key(&record).to_vec(), number, record)));
        Ok(())
    }
}

fn lost(error: std::io::Error) -> Error {
    Error::machine("could not read back claims that were put aside").detail(error)
}

#[derive(Debug)]
struct Run {
    path: PathBuf,
}

impl Drop for Run {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}

/// Rows as bytes, one behind the other: size of the record, size of the key, key (kind, value, origin), the rest.
#[derive(Debug, Default)]
struct Rows {
    bytes: Vec<u8>,
    starts: Vec<u32>,
}

impl Rows {
    fn push(&mut self, row: &ClaimRow) {
        let start = self.bytes.len();
        self.starts.push(start as u32);
        self.bytes.extend_from_slice(&[0; 8]);
        self.bytes.push(row.kind as u8);
        self.bytes.extend_from_slice(row.value.as_bytes());
        // Less than any byte of text, so that keys compare as values do.
        self.bytes.push(0);
        self.bytes.extend_from_slice(&(row.origin as u64).to_be_bytes());
        let key_bytes = (self.bytes.len() - start - 8) as u32;
        self.bytes.extend_from_slice(&row.context.to_le_bytes());
        let present = row.times.iter().enumerate().filter(|(_, time)| time.is_some());
        let flags = present.fold(u8::from(row.raw.is_some()) << 4, |flags, (at, _)| flags | 1 << at);
        self.bytes.push(flags);
        for time in row.times.iter().flatten() {
            self.bytes.extend_from_slice(&time.to_le_bytes());
        }
        self.bytes.extend_from_slice(row.raw.as_deref().unwrap_or_default().as_bytes());
        let size = (self.bytes.len() - start) as u32;
        let sizes = [size.to_le_bytes(), key_bytes.to_le_bytes()].concat();
        if let Some(head) = self.bytes.get_mut(start..start + 8) {
            head.copy_from_slice(&sizes);
        }
    }

    fn sort(&mut self) {
        let mut starts = std::mem::take(&mut self.starts);
        // Stable: of two rows of one key, the later one renews the earlier.
        starts.sort_by(|a, b| key(self.record(*a)).cmp(key(self.record(*b))));
        self.starts = starts;
    }

    fn record(&self, start: u32) -> &[u8] {
        let rest = self.bytes.get(start as usize..).unwrap_or_default();
        rest.get(..number(rest) as usize).unwrap_or_default()
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |size| u32::from_le_bytes(*size))
}

fn key(record: &[u8]) -> &[u8] {
    let size = number(record.get(4..).unwrap_or_default()) as usize;
    record.get(8..8 + size).unwrap_or_default()
}

fn decode(record: &[u8]) -> Result<ClaimRow> {
    decode_whole(record).ok_or_else(|| Error::internal("claims that were put aside are damaged"))
}

fn decode_whole(record: &[u8]) -> Option<ClaimRow> {
    let (kind, rest) = key(record).split_first()?;
    let (value, origin) = rest.split_last_chunk::<8>()?;
    let (_, value) = value.split_last()?;
    let rest = record.get(8 + key(record).len()..)?;
    let (context, rest) = rest.split_first_chunk::<8>()?;
    let (flags, mut rest) = rest.split_first()?;
    let mut times = [None; 4];
    for (_, time) in times.iter_mut().enumerate().filter(|(at, _)| flags & 1 << at != 0) {
        let (bytes, tail) = rest.split_first_chunk::<8>()?;
        *time = Some(i64::from_le_bytes(*bytes));
        rest = tail;
    }
    let raw = (flags & 1 << 4 != 0).then(|| String::from_utf8(rest.to_vec()).ok()).flatten();
    Some(ClaimRow {
        kind: *Observable::ALL.get(usize::from(*kind))?,
        value: String::from_utf8(value.to_vec()).ok()?,
        origin: u64::from_be_bytes(*origin) as i64,
        context: i64::from_le_bytes(*context),
        raw,
        times,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many of one key, which differ in their context.
    fn row(n: i64) -> ClaimRow {
        ClaimRow {
            kind: *Observable::ALL.get((n % 4) as usize).expect("listed"),
            value: format!("value {}", n * 7_919 % 1_009),
            origin: n % 3,
            context: n,
            raw: (n % 2 == 0).then(|| format!("raw {n}")),
            times: [Some(n), None, (n % 5 == 0).then_some(-n), None],
        }
    }

    #[test]
    fn runs_and_memory_give_the_same_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let rows: Vec<ClaimRow> = (0..10_000).map(row).collect();
        let mut want = rows.clone();
        want.sort_by(|a, b| a.key().cmp(&b.key()));
        want.reverse();
        want.dedup_by(|a, b| a.key() == b.key());
        want.reverse();
        for in_runs in [false, true] {
            let mut sorter = Sorter::new(folder.path().to_owned());
            for part in rows.chunks(1_000) {
                sorter.push(part).expect("takes");
                if in_runs {
                    sorter.write_run().expect("writes");
                }
            }
            let mut sorted = sorter.finish().expect("sorts");
            let mut got = Vec::new();
            loop {
                let next = sorted.next_rows(777).expect("reads");
                if next.is_empty() {
                    break;
                }
                got.extend(next);
            }
            assert_eq!(got, want, "in runs: {in_runs}");
            drop(sorted);
            assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0, "nothing stays behind");
        }
    }
}
