//! Batches in, one Delta commit a table out: rows and positions together, every record exactly once.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use arrow_array::{Array, RecordBatch, StringArray, cast::AsArray};
use arrow_select::interleave::interleave_record_batch;
use deltalake::{
    kernel::{Action, Add, Transaction},
    protocol::{DeltaOperation, SaveMode},
};
use futures::{StreamExt, TryStreamExt, stream};
use object_store::{ObjectStoreExt, path::Path};
use schema::{EventBatch, SourceKey, Table};
use tokio::sync::Semaphore;

use crate::{
    day_files::{FilePlan, plan_files},
    error::{Context, Error, Kind, Result},
    files::{self, DAY},
    parquet_file::{self, Encoded},
    table_log::{COMMIT_TRIES, Positions, Snapshot, TableLog},
};

/// Rows gathered at a time while encoding: small enough for the cache, large enough to be worth a call.
const GATHER_ROWS: usize = 16 * 1024;

/// Encoded files that are being stored while the next are encoded: storing waits for the device, which takes several
/// writes together.
const STORED_AT_ONCE: usize = 8;

/// Bytes of batches encoded into one set of files; text offsets have 31 bits.
const GROUP_BYTES: usize = 512 << 20;

/// Rows of one table, and where they came from.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// May be empty: then only positions move.
    pub batch: EventBatch,
    /// The sources whose rows lie one after the other in the batch. A file that is written in blocks has many: their
    /// rows are not cut apart, because the few of each block would cost more than they are worth.
    pub stretches: Vec<Stretch>,
}

/// Rows of one source within a batch, which came from bytes `start..end` of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub source: SourceKey,
    /// First byte of the source that was read for this batch.
    pub start: u64,
    /// Byte after the last one; becomes the committed position.
    pub end: u64,
    pub rows: usize,
}

impl Arrival {
    /// A batch that came from bytes `start..end` of one source.
    pub fn of_one(batch: EventBatch, source: SourceKey, start: u64, end: u64) -> Self {
        let stretches = vec![Stretch { source, start, end, rows: batch.len() }];
        Self { batch, stretches }
    }
}

/// What an append did; nothing is listed for tables where all was there already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    pub tables: Vec<CommittedTable>,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedTable {
    pub table: &'static str,
    /// Version of the Delta table that holds the rows.
    pub version: u64,
    pub rows: u64,
    pub files: u64,
    /// Compressed.
    pub bytes: u64,
}

impl Committed {
    /// Rows added over all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Limits of one append.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) encoders: Arc<Semaphore>,
    pub(crate) file_rows: usize,
}

/// Sorts arrivals by table, in the order of their first arrival's name.
pub(crate) fn by_table(arrivals: Vec<Arrival>) -> BTreeMap<&'static str, Vec<Arrival>> {
    let mut tables: BTreeMap<&'static str, Vec<Arrival>> = BTreeMap::new();
    for arrival in arrivals {
        tables.entry(arrival.batch.table().name).or_default().push(arrival);
    }
    tables
}

/// Commits what of `arrivals` the table does not have. `None` where it has everything.
pub(crate) async fn append(
    log: &Arc<TableLog>,
    arrivals: &[Arrival],
    limits: &Limits,
) -> Result<Option<CommittedTable>> {
    let _queue = log.committing.lock().await;
    let mut written = Written::default();
    for _ in 0..COMMIT_TRIES {
        let snapshot = log.snapshot_for_writing().await?;
        let positions = log.positions(&snapshot).await?;
        let news = News::of(arrivals, &positions)?;
        if news.ends.is_empty() {
            // Either others were faster, or our own commit landed although its answer was lost.
            let committed = written.is_in(&snapshot).then(|| written.committed(log.table, snapshot.version));
            written.discard_unless_in(log, &snapshot).await;
            return Ok(committed);
        }
        // Files written for an attempt that lost its race are still right if the positions are.
        if written.starts.as_ref() != Some(&news.starts) {
            written.discard_unless_in(log, &snapshot).await;
            written = write(log, news.parts, limits).await?;
            written.starts = Some(news.starts);
        }
        let transactions = news.ends.iter().map(|(source, end)| Transaction::new(source, *end)).collect();
        let actions = written.adds.iter().cloned().map(Action::Add).collect();
        let partition_by = Some(vec![DAY.to_owned()]);
        let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by, predicate: None };
        match log.commit(&snapshot, actions, transactions, operation).await {
            Ok(version) => return Ok(Some(written.committed(log.table, version))),
            Err(error) if error.is_conflict() => {
                tracing::debug!(table = log.table.name, %error, "commit lost a race, looking again");
            }
            // The commit may have landed before the error, so its files must stay; if not, vacuum finds them.
            Err(error) => return landed(log, &written).await.ok_or(error).map(Some),
        }
    }
    Err(Error::new(Kind::Conflict, log.could_not("commit to")))
}

/// The commit, where an error came only after it: writing a checkpoint, or an answer that was lost.
async fn landed(log: &TableLog, written: &Written) -> Option<CommittedTable> {
    let snapshot = log.snapshot().await.ok().flatten()?;
    written.is_in(&snapshot).then(|| written.committed(log.table, snapshot.version))
}

/// What of the arrivals is new to the table.
struct News {
    parts: Vec<RecordBatch>,
    /// Where the table stood before, by source: the same starts mean the same rows.
    starts: Positions,
    ends: BTreeMap<SourceKey, i64>,
}

impl News {
    fn of(arrivals: &[Arrival], positions: &Positions) -> Result<Self> {
        let mut news = Self { parts: Vec::new(), starts: Positions::new(), ends: BTreeMap::new() };
        let mut reached = Positions::new();
        for arrival in arrivals {
            let batch = arrival.batch.rows();
            // Neighbors of which all is new stay together.
            let (mut new, mut at) = (0..0, 0);
            for stretch in &arrival.stretches {
                let (start, end) = (at, (at + stretch.rows).min(batch.num_rows()));
                at = end;
                let Some(known) = news.take(stretch, positions, &mut reached)? else { continue };
                if stretch.start >= known && new.end == start {
                    new.end = end;
                    continue;
                }
                news.add(batch, std::mem::replace(&mut new, start..end));
                if stretch.start < known {
                    let rows = rows_from(&batch.slice(start, end - start), known)?;
                    news.add(&rows, 0..rows.num_rows());
                    new = end..end;
                }
            }
            news.add(batch, new);
        }
        Ok(news)
    }

    /// Notes how far a source gets; tells how far it had got, or `None` where nothing of the stretch is new.
    fn take(&mut self, stretch: &Stretch, positions: &Positions, reached: &mut Positions) -> Result<Option<u64>> {
        let committed = positions.get(&stretch.source).copied().unwrap_or(0);
        let known = reached.get(&stretch.source).copied().unwrap_or(committed).max(committed);
        if stretch.end <= known && !is_first_of_empty(stretch, positions, reached) {
            return Ok(None);
        }
        self.starts.insert(stretch.source, committed);
        reached.insert(stretch.source, stretch.end.max(known));
        let end = i64::try_from(stretch.end);
        let end = end.map_err(|error| Error::request("a position is beyond 63 bits").because(error))?;
        self.ends.entry(stretch.source).and_modify(|furthest| *furthest = end.max(*furthest)).or_insert(end);
        Ok(Some(known))
    }

    fn add(&mut self, batch: &RecordBatch, rows: Range<usize>) {
        if rows.len() == batch.num_rows() && !rows.is_empty() {
            self.parts.push(batch.clone());
        } else if !rows.is_empty() {
            self.parts.push(batch.slice(rows.start, rows.len()));
        }
    }
}

/// A source of no bytes is worth a commit once, so that it is known to be read.
fn is_first_of_empty(stretch: &Stretch, positions: &Positions, reached: &Positions) -> bool {
    let is_unknown = !positions.contains_key(&stretch.source) && !reached.contains_key(&stretch.source);
    stretch.end == 0 && is_unknown
}

/// Rows whose record starts at byte `known` or later: the position is the second half of `record_id`.
fn rows_from(rows: &RecordBatch, known: u64) -> Result<RecordBatch> {
    let ids = rows.column_by_name("record_id").and_then(|ids| ids.as_string_opt::<i32>());
    let ids: &StringArray = ids.ok_or_else(|| Error::request("rows without record_id cannot be told apart"))?;
    let is_new = ids.iter().map(|id| id.and_then(position_of).map(|position| position >= known));
    let is_new: arrow_array::BooleanArray = is_new.collect();
    let has_foreign_id = is_new.null_count() > 0;
    if has_foreign_id {
        return Err(Error::request("a record_id does not end in a position, so rows cannot be told apart"));
    }
    arrow_select::filter::filter_record_batch(rows, &is_new).context(|| "could not filter rows".to_owned())
}

fn position_of(record_id: &str) -> Option<u64> {
    let (_, position) = record_id.rsplit_once('-')?;
    u64::from_str_radix(position, 16).ok()
}

/// Files stored but not yet part of the table.
#[derive(Debug, Default)]
struct Written {
    starts: Option<Positions>,
    adds: Vec<Add>,
    rows: u64,
    bytes: u64,
}

impl Written {
    /// All files are part of the table.
    fn is_in(&self, snapshot: &Snapshot) -> bool {
        let live: BTreeSet<String> = snapshot.files().iter().map(|file| file.path.to_string()).collect();
        !self.adds.is_empty() && self.adds.iter().all(|add| live.contains(&add.path))
    }

    async fn discard_unless_in(&mut self, log: &TableLog, snapshot: &Snapshot) {
        if self.is_in(snapshot) {
            *self = Self::default();
        } else {
            self.discard(log).await;
        }
    }

    /// Removes files that were never committed, as well as can be; what stays is found by vacuum.
    async fn discard(&mut self, log: &TableLog) {
        for add in std::mem::take(&mut self.adds) {
            if let Err(error) = log.store.delete(&Path::from(add.path.as_str())).await {
                tracing::debug!(table = log.table.name, file = add.path, %error, "file left for vacuum");
            }
        }
        *self = Self::default();
    }

    fn committed(&self, table: &Table, version: u64) -> CommittedTable {
        let files = u64::try_from(self.adds.len()).unwrap_or(u64::MAX);
        CommittedTable { table: table.name, version, rows: self.rows, files, bytes: self.bytes }
    }
}

/// Encodes and stores the rows, one task a file, as many at a time as there are encoders.
async fn write(log: &Arc<TableLog>, parts: Vec<RecordBatch>, limits: &Limits) -> Result<Written> {
    let table = log.table;
    let mut written = Written::default();
    for group in groups(parts) {
        let group = Arc::new(group);
        let plan = plan_files(table, &group, limits.file_rows);
        let mut files = stream::iter(plan.into_iter().map(|file| {
            let (group, encoders, log) = (Arc::clone(&group), Arc::clone(&limits.encoders), Arc::clone(log));
            async move { write_file(&log, group, file, &encoders).await }
        }))
        .buffered(limits.encoders.available_permits().saturating_add(STORED_AT_ONCE));
        loop {
            match files.try_next().await {
                Ok(Some((add, rows))) => {
                    written.rows += rows;
                    written.bytes += u64::try_from(add.size).unwrap_or(0);
                    written.adds.push(add);
                }
                Ok(None) => break,
                Err(error) => {
                    drop(files);
                    written.discard(log).await;
                    return Err(error);
                }
            }
        }
    }
    Ok(written)
}

/// Batches that are encoded together: as many as fit [`GROUP_BYTES`].
fn groups(parts: Vec<RecordBatch>) -> Vec<Vec<RecordBatch>> {
    let mut groups = Vec::new();
    let (mut group, mut size) = (Vec::new(), 0_usize);
    for part in parts {
        // A part may be a few rows of a large batch, which counts for these rows only.
        let bytes = schema::memory_bytes(&part);
        if size.saturating_add(bytes) > GROUP_BYTES && !group.is_empty() {
            groups.push(std::mem::take(&mut group));
            size = 0;
        }
        size = size.saturating_add(bytes);
        group.push(part);
    }
    if !group.is_empty() {
        groups.push(group);
    }
    groups
}

async fn write_file(
    log: &Arc<TableLog>,
    group: Arc<Vec<RecordBatch>>,
    plan: FilePlan,
    encoders: &Semaphore,
) -> Result<(Add, u64)> {
    let table = log.table;
    let closed = |error| Error::new(Kind::Storage, "the lake is closing").because(error);
    let permit = encoders.acquire().await.map_err(closed)?;
    let day = plan.day;
    let encoded = tokio::task::spawn_blocking(move || encode(table, &group, &plan)).await;
    let crashed = |error| Error::new(Kind::Storage, log.could_not("encode rows of")).because(error);
    let Encoded { bytes, facts } = encoded.map_err(crashed)??;
    drop(permit);
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let path = new_file_path(day);
    log.store.put(&path, bytes.into()).await.context(|| log.could_not("write"))?;
    let rows = facts.rows;
    Ok((facts.into_add(table, path.to_string(), size, day, true, now_ms()), rows))
}

fn encode(table: &'static Table, group: &[RecordBatch], plan: &FilePlan) -> Result<Encoded> {
    let batches: Vec<&RecordBatch> = group.iter().collect();
    let gathered = plan.rows.chunks(GATHER_ROWS).map(|rows| match contiguous(rows) {
        Some((batch, first)) => Ok(batches[batch].slice(first, rows.len())),
        None => interleave_record_batch(&batches, rows).context(|| "could not gather rows".to_owned()),
    });
    parquet_file::encode(table, 0, Some(plan.rows.len()), gathered)
}

/// Rows that lie one after the other in one batch need no copy.
fn contiguous(rows: &[(usize, usize)]) -> Option<(usize, usize)> {
    let &(batch, first) = rows.first()?;
    let in_a_row = rows.iter().enumerate().all(|(n, row)| *row == (batch, first + n));
    in_a_row.then_some((batch, first))
}

/// A name that nobody else uses, in the folder of its day.
pub(crate) fn new_file_path(day: Option<i32>) -> Path {
    let folder = match day.and_then(files::day_text) {
        Some(day) => format!("{DAY}={day}"),
        None => format!("{DAY}=unknown"),
    };
    Path::from_iter([folder, format!("{}.parquet", unique_name())])
}

fn unique_name() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Milliseconds since 1970, for the log's bookkeeping.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
