//! Housekeeping: small files become large ones, old days go, forgotten files are removed, all is checked.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use arrow_array::RecordBatch;
use datafusion::{
    execution::SessionState,
    logical_expr::{Expr, lit},
    prelude::{SessionContext, col},
    scalar::ScalarValue,
};
use deltalake::{
    kernel::{Action, Add},
    protocol::DeltaOperation,
};
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use parquet::file::metadata::ParquetMetaDataReader;
use schema::{Table, Timestamp};

use crate::{
    Rows,
    append::{new_file_path, now_ms},
    error::{Context, Error, Kind, Result},
    files::{self, DataFile},
    parquet_file::{self, Encoded},
    provider::LakeTable,
    session,
    table_log::{COMMIT_TRIES, Snapshot, TableLog},
};

/// Files merged at a time: of each a row group is in memory while rows are merged by time.
const MOST_MERGED: usize = 16;

/// What compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    pub files_before: u64,
    pub files_after: u64,
    pub bytes_before: u64,
    pub bytes_after: u64,
}

/// What a table looks like from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableReport {
    pub table: &'static str,
    /// Version of the Delta table; `None` where nothing was ever appended.
    pub version: Option<u64>,
    /// From the log; files of other writers may not say.
    pub rows: u64,
    pub files: u64,
    /// Compressed.
    pub bytes: u64,
    /// Start of the first UTC day with rows.
    pub first_day: Option<Timestamp>,
    /// Start of the last one.
    pub last_day: Option<Timestamp>,
    pub days: u64,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub table: &'static str,
    /// The data file it is about, within the table's folder.
    pub file: Option<String>,
    pub what: String,
}

/// Merges small files of the same day until they are about `target` bytes.
pub(crate) async fn compact(log: &Arc<TableLog>, base: &SessionState, target: u64) -> Result<Compacted> {
    let mut done = Compacted::default();
    let mut lost = 0;
    while let Some(snapshot) = log.snapshot().await? {
        let Some(files) = small_files(log.table, &snapshot, target) else { break };
        match merge(log, base, &snapshot, files).await {
            Ok(merged) => {
                done.files_before += merged.files_before;
                done.files_after += merged.files_after;
                done.bytes_before += merged.bytes_before;
                done.bytes_after += merged.bytes_after;
            }
            Err(error) if error.is_conflict() && lost < COMMIT_TRIES => lost += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// The next files that are worth a merge: neighbours in time within one day.
fn small_files(table: &'static Table, snapshot: &Snapshot, target: u64) -> Option<Vec<DataFile>> {
    let mut days: BTreeMap<Option<i32>, Vec<&DataFile>> = BTreeMap::new();
    let small = snapshot.files().iter().filter(|file| file.size < target / 2);
    for file in small {
        days.entry(file.day).or_default().push(file);
    }
    for mut files in days.into_values() {
        files.sort_by_key(|file| file.first_instant(table));
        let mut size = 0_u64;
        let fits = |file: &&DataFile| {
            size = size.saturating_add(file.size);
            size <= target
        };
        let merged: Vec<DataFile> = files.into_iter().take_while(fits).take(MOST_MERGED).cloned().collect();
        if merged.len() > 1 {
            return Some(merged);
        }
    }
    None
}

async fn merge(
    log: &Arc<TableLog>,
    base: &SessionState,
    snapshot: &Snapshot,
    files: Vec<DataFile>,
) -> Result<Compacted> {
    let (table, day) = (log.table, files.first().and_then(|file| file.day));
    let rows = rows_by_time(log, base, snapshot, files.clone(), None).await?;
    let Encoded { bytes, facts } = encode(table, rows, files.iter().map(|file| file.size).sum()).await?;
    let before = files.iter().map(|file| file.rows).sum::<Option<u64>>();
    if before.is_some_and(|before| before != facts.rows) {
        return Err(Error::damaged(format!(
            "{}: files do not have the rows that the log says",
            log.could_not("compact")
        )));
    }
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let path = new_file_path(day);
    log.store.put(&path, bytes.into()).await.context(|| log.could_not("compact"))?;
    let removed = files
        .iter()
        .map(|file| Action::Remove(deltalake::kernel::Remove { data_change: false, ..file.remove.clone() }));
    let added = facts.into_add(table, path.to_string(), size, day, false, now_ms());
    let actions = removed.chain([Action::Add(added)]).collect();
    let target_size = i64::try_from(size).unwrap_or(i64::MAX);
    let committed = {
        let _queue = log.committing.lock().await;
        log.commit(snapshot, actions, Vec::new(), DeltaOperation::Optimize { predicate: None, target_size }).await
    };
    if let Err(error) = committed {
        let is_live = |snapshot: &Snapshot| snapshot.files().iter().any(|file| file.path == path);
        // Our commit may have landed and only its answer was lost: a live file must never be deleted.
        match log.snapshot().await {
            Ok(Some(snapshot)) if is_live(&snapshot) => {}
            Ok(_) if error.is_conflict() => {
                discard(log, &path).await;
                return Err(error);
            }
            _ => return Err(error),
        }
    }
    Ok(Compacted {
        files_before: u64::try_from(files.len()).unwrap_or(u64::MAX),
        files_after: 1,
        bytes_before: files.iter().map(|file| file.size).sum(),
        bytes_after: size,
    })
}

async fn discard(log: &TableLog, path: &Path) {
    if let Err(error) = log.store.delete(path).await {
        tracing::debug!(table = log.table.name, %error, "file left for vacuum");
    }
}

async fn rows_by_time(
    log: &Arc<TableLog>,
    base: &SessionState,
    snapshot: &Snapshot,
    files: Vec<DataFile>,
    filter: Option<Expr>,
) -> Result<Rows> {
    let could_not = || log.could_not("compact");
    let context = SessionContext::new_with_state(base.clone());
    let provider = LakeTable::of_files(log.table, snapshot, files)?;
    let mut frame = context.read_table(Arc::new(provider)).context(could_not)?;
    if let Some(filter) = filter {
        frame = frame.filter(filter).context(could_not)?;
    }
    let columns: Vec<_> = log.table.columns().map(|column| col(column.name)).collect();
    let by_time = col(files::instant_name(log.table)).sort(true, false);
    let frame = frame.select(columns).and_then(|frame| frame.sort(vec![by_time])).context(could_not)?;
    session::run_plain(frame).await
}

/// Encodes on a thread of its own while batches are merged here.
async fn encode(table: &'static Table, mut rows: Rows, size: u64) -> Result<Encoded> {
    let (send, mut receive) = tokio::sync::mpsc::channel::<Result<RecordBatch>>(4);
    let encoding = tokio::task::spawn_blocking(move || {
        let room = usize::try_from(size.saturating_add(size / 8)).unwrap_or(0);
        parquet_file::encode(table, room, None, std::iter::from_fn(|| receive.blocking_recv()))
    });
    while let Some(batch) = rows.next().await {
        let encoder_gone = send.send(batch).await.is_err();
        if encoder_gone {
            break;
        }
    }
    drop(send);
    let crashed =
        |error| Error::new(Kind::Storage, format!("could not encode rows of table \"{}\"", table.name)).because(error);
    encoding.await.map_err(crashed)?
}

/// Removes whole days before the day of `before`; returns the number of files that left the table.
///
/// A file of several days is written anew without those that are too old. The files stay on disk for time travel
/// until [`vacuum`].
pub(crate) async fn expire(log: &Arc<TableLog>, base: &SessionState, before: Timestamp) -> Result<u64> {
    let _queue = log.committing.lock().await;
    for _ in 0..COMMIT_TRIES {
        let Some(snapshot) = log.snapshot().await? else { return Ok(0) };
        let old: Vec<&DataFile> =
            snapshot.files().iter().filter(|file| has_days_before(log.table, file, before)).collect();
        let removed = u64::try_from(old.len()).unwrap_or(u64::MAX);
        if removed == 0 {
            return Ok(0);
        }
        let mut actions: Vec<Action> = old.iter().map(|file| Action::Remove(file.remove.clone())).collect();
        let mut rests = Vec::new();
        for file in old.into_iter().filter(|file| !is_before(log.table, file, before)) {
            let add = rest_from(log, base, &snapshot, file, before).await?;
            rests.push(Path::from(add.path.as_str()));
            actions.push(Action::Add(add));
        }
        let day = files::day_text(before.day()).unwrap_or_default();
        let operation = DeltaOperation::Delete { predicate: Some(format!("{} < '{day}'", files::DAY)) };
        match log.commit(&snapshot, actions, Vec::new(), operation).await {
            Ok(_) => return Ok(removed),
            Err(error) if error.is_conflict() => {
                for rest in &rests {
                    discard(log, rest).await;
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::new(Kind::Conflict, log.could_not("expire days of")))
}

/// Whether all of a file's days are before that of `before`.
fn is_before(table: &'static Table, file: &DataFile, before: Timestamp) -> bool {
    days_of(table, file).last().is_some_and(|day| *day < before.day())
}

fn has_days_before(table: &'static Table, file: &DataFile, before: Timestamp) -> bool {
    days_of(table, file).first().is_some_and(|day| *day < before.day())
}

/// A file of several days again, without the rows of days before that of `before`.
async fn rest_from(
    log: &Arc<TableLog>,
    base: &SessionState,
    snapshot: &Snapshot,
    file: &DataFile,
    before: Timestamp,
) -> Result<Add> {
    let first_kept = i64::from(before.day()).saturating_mul(86_400_000_000);
    let first_kept = lit(ScalarValue::TimestampMicrosecond(Some(first_kept), Some("UTC".into())));
    let is_kept = col(files::instant_name(log.table)).gt_eq(first_kept);
    let rows = rows_by_time(log, base, snapshot, vec![file.clone()], Some(is_kept)).await?;
    let Encoded { bytes, facts } = encode(log.table, rows, file.size).await?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let path = new_file_path(None);
    log.store.put(&path, bytes.into()).await.context(|| log.could_not("expire days of"))?;
    Ok(facts.into_add(log.table, path.to_string(), size, None, false, now_ms()))
}

/// Deletes files that no version younger than `keep` needs; returns how many.
pub(crate) async fn vacuum(log: &Arc<TableLog>, keep: Duration) -> Result<u64> {
    let Some(snapshot) = log.snapshot().await? else { return Ok(0) };
    let could_not = || log.could_not("vacuum");
    let keep_ms = i64::try_from(keep.as_millis()).unwrap_or(i64::MAX);
    let cutoff_ms = now_ms().saturating_sub(keep_ms);
    let mut needed: BTreeSet<Path> = snapshot.files().iter().map(|file| file.path.clone()).collect();
    if let Some(state) = snapshot.delta.state.as_ref() {
        let store = snapshot.delta.log_store();
        let mut tombstones = state.all_tombstones(store.as_ref());
        while let Some(tombstone) = tombstones.try_next().await.context(could_not)? {
            if tombstone.deletion_timestamp().is_none_or(|deleted| deleted >= cutoff_ms) {
                needed.insert(Path::from(tombstone.path().as_ref()));
            }
        }
    }
    let mut deleted = 0;
    let listed: Vec<_> = log.store.list(None).try_collect().await.context(could_not)?;
    for file in listed {
        let is_log = file.location.parts().next().is_some_and(|part| part.as_ref().starts_with('_'));
        let is_young = file.last_modified.timestamp_millis() >= cutoff_ms;
        if is_log || is_young || needed.contains(&file.location) {
            continue;
        }
        log.store.delete(&file.location).await.context(could_not)?;
        deleted += 1;
    }
    Ok(deleted)
}

pub(crate) fn describe(table: &'static Table, snapshot: Option<&Snapshot>) -> TableReport {
    let files = snapshot.map(|snapshot| Arc::clone(snapshot.files())).unwrap_or_default();
    let days: BTreeSet<i32> = files.iter().flat_map(|file| days_of(table, file)).collect();
    let start = |day: Option<&i32>| day.and_then(|day| Timestamp::from_seconds(i64::from(*day).checked_mul(86_400)?));
    TableReport {
        table: table.name,
        version: snapshot.map(|snapshot| snapshot.version),
        rows: files.iter().filter_map(|file| file.rows).sum(),
        files: u64::try_from(files.len()).unwrap_or(u64::MAX),
        bytes: files.iter().map(|file| file.size).sum(),
        first_day: start(days.first()),
        last_day: start(days.last()),
        days: u64::try_from(days.len()).unwrap_or(u64::MAX),
    }
}

fn days_of(table: &'static Table, file: &DataFile) -> Vec<i32> {
    match file.day {
        Some(day) => vec![day],
        None => file.hours(table).starts().into_iter().map(Timestamp::day).collect(),
    }
}

/// Looks at every file of the table: is it there, of the right size, readable, with as many rows as the log says.
pub(crate) async fn verify(log: &Arc<TableLog>) -> Vec<Problem> {
    let problem =
        |file: Option<&Path>, what: String| Problem { table: log.table.name, file: file.map(Path::to_string), what };
    let snapshot = match log.snapshot().await {
        Ok(Some(snapshot)) => snapshot,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![problem(None, error.to_string())],
    };
    let mut problems = Vec::new();
    if let Err(error) = log.missing_columns(&snapshot) {
        problems.push(problem(None, error.to_string()));
    }
    for file in snapshot.files().iter() {
        if let Err(what) = check_file(log, file).await {
            problems.push(problem(Some(&file.path), what));
        }
    }
    problems
}

async fn check_file(log: &TableLog, file: &DataFile) -> std::result::Result<(), String> {
    let found = log.store.head(&file.path).await.map_err(|error| error.to_string())?;
    if found.size != file.size {
        return Err(format!("has {} bytes, the log says {}", found.size, file.size));
    }
    let footer = footer(log, file).await?;
    let metadata = ParquetMetaDataReader::decode_metadata(&footer).map_err(|error| error.to_string())?;
    let rows = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0);
    match file.rows {
        Some(said) if said != rows => Err(format!("has {rows} rows, the log says {said}")),
        _ => Ok(()),
    }
}

/// The footer alone. A Parquet file ends in the footer's length (four bytes, little-endian) and `PAR1`; lengths are
/// checked here because the Parquet reader of this version panics where they do not fit the file.
async fn footer(log: &TableLog, file: &DataFile) -> std::result::Result<bytes::Bytes, String> {
    let damaged = || "is no Parquet file".to_owned();
    let read = async |start: u64, end: u64| {
        log.store.get_range(&file.path, start..end).await.map_err(|error| error.to_string())
    };
    let frame = file.size.checked_sub(8).filter(|start| *start >= 4).ok_or_else(damaged)?;
    let tail = read(frame, file.size).await?;
    let length = tail.first_chunk::<4>().map(|length| u64::from(u32::from_le_bytes(*length)));
    let is_parquet = tail.ends_with(b"PAR1");
    let start = length.filter(|_| is_parquet).and_then(|length| frame.checked_sub(length)).ok_or_else(damaged)?;
    read(start, frame).await
}
