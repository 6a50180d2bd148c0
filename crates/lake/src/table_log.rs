//! One Delta table: its log, the newest snapshot, positions of sources, and commits that lose no race silently.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use arrow_array::{Array, Int64Array, RecordBatch, StructArray, cast::AsArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use deltalake::{
    DeltaTable, DeltaTableError,
    kernel::{
        Action, StructField, StructType, Transaction,
        engine::arrow_conversion::{TryIntoArrow, TryIntoKernel},
        transaction::{CommitBuilder, CommitProperties},
    },
    logstore::{self, LogStoreRef, StorageConfig},
    operations::create::CreateBuilder,
    protocol::{DeltaOperation, SaveMode},
};
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, path::Path, prefix::PrefixStore};
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};
use schema::{SourceKey, Table};
use url::Url;

use crate::{
    error::{Context, Error, Kind, Result, lost_race},
    files::{self, DAY, DataFile},
};

/// Where each source stands: the byte up to which its records are in the table.
pub type Positions = BTreeMap<SourceKey, u64>;

/// See the module.
pub(crate) struct TableLog {
    pub(crate) table: &'static Table,
    /// Rooted at the table's folder.
    pub(crate) store: Arc<dyn ObjectStore>,
    log: LogStoreRef,
    newest: Mutex<Option<Arc<Snapshot>>>,
    positions: Mutex<Option<(u64, Arc<Positions>)>>,
    /// Held while this process commits, so that our own tasks queue up instead of racing.
    pub(crate) committing: tokio::sync::Mutex<()>,
}

/// The table at one version.
pub(crate) struct Snapshot {
    pub(crate) delta: DeltaTable,
    pub(crate) version: u64,
    table: &'static Table,
    files: OnceLock<Arc<Vec<DataFile>>>,
}

impl Snapshot {
    fn of(table: &'static Table, delta: DeltaTable) -> Option<Self> {
        let version = delta.version()?;
        Some(Self { delta, version, table, files: OnceLock::new() })
    }

    pub(crate) fn files(&self) -> &Arc<Vec<DataFile>> {
        self.files.get_or_init(|| Arc::new(files::list(self.table, &self.delta)))
    }

    /// The schema that the Delta log declares.
    pub(crate) fn schema(&self) -> Result<SchemaRef> {
        let damaged = || Error::damaged(format!("table \"{}\" has no readable schema", self.table.name));
        let state = self.delta.state.as_ref().ok_or_else(damaged)?;
        let schema: Schema = state.schema().as_ref().try_into_arrow().map_err(|error| damaged().because(error))?;
        Ok(Arc::new(schema))
    }
}

impl fmt::Debug for TableLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableLog").field("table", &self.table.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("table", &self.table.name).field("version", &self.version).finish()
    }
}

impl TableLog {
    /// The table in folder `<lake>/<name>`, whether or not it exists yet.
    pub(crate) fn new(lake: &Arc<dyn ObjectStore>, table: &'static Table) -> Result<Self> {
        let store: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(Arc::clone(lake), Path::from(table.name)));
        // Delta resolves paths of the log against this URL within `lake`; its scheme names no real place.
        let url = format!("lake:///{}/", table.name);
        let url = Url::parse(&url).map_err(|error| Error::request("the table has no URL").because(error))?;
        let log = logstore::default_logstore(Arc::clone(&store), Arc::clone(lake), &url, &StorageConfig::default());
        let (newest, positions) = (Mutex::new(None), Mutex::new(None));
        Ok(Self { table, store, log, newest, positions, committing: tokio::sync::Mutex::new(()) })
    }

    /// The newest version, read from storage; `None` where nothing was ever appended.
    pub(crate) async fn snapshot(&self) -> Result<Option<Arc<Snapshot>>> {
        let known = lock(&self.newest).clone();
        let mut delta = match &known {
            Some(known) => known.delta.clone(),
            None => DeltaTable::new(self.log.clone()),
        };
        if known.is_none() && !self.exists(&delta).await? {
            return Ok(None);
        }
        delta.update_state().await.context(|| self.could_not("read"))?;
        match known {
            Some(known) if delta.version() == Some(known.version) => Ok(Some(known)),
            _ => Ok(self.remember(delta)),
        }
    }

    /// The table as it was at `version`; the newest where it has not come that far.
    pub(crate) async fn snapshot_at(&self, version: u64) -> Result<Option<Arc<Snapshot>>> {
        let Some(newest) = self.snapshot().await? else { return Ok(None) };
        if version >= newest.version {
            return Ok(Some(newest));
        }
        let mut delta = DeltaTable::new(self.log.clone());
        delta.load_version(version).await.context(|| format!("{} at version {version}", self.could_not("read")))?;
        Ok(Snapshot::of(self.table, delta).map(Arc::new))
    }

    /// The table as it was at an instant, by the times of its commits.
    pub(crate) async fn snapshot_on(&self, instant: schema::Timestamp) -> Result<Option<Arc<Snapshot>>> {
        let Some(newest) = self.snapshot().await? else { return Ok(None) };
        let mut delta = newest.delta.clone();
        let at = deltalake::arrow::temporal_conversions::timestamp_us_to_datetime(instant.micros());
        let Some(at) = at.map(|at| at.and_utc()) else { return Ok(None) };
        delta.load_with_datetime(at).await.context(|| format!("{} as of {instant}", self.could_not("read")))?;
        Ok(Snapshot::of(self.table, delta).map(Arc::new))
    }

    async fn exists(&self, delta: &DeltaTable) -> Result<bool> {
        delta.verify_deltatable_existence().await.context(|| self.could_not("read"))
    }

    fn remember(&self, delta: DeltaTable) -> Option<Arc<Snapshot>> {
        let snapshot = Arc::new(Snapshot::of(self.table, delta)?);
        let mut newest = lock(&self.newest);
        let is_newer = newest.as_ref().is_none_or(|known| known.version < snapshot.version);
        if is_newer {
            *newest = Some(Arc::clone(&snapshot));
        }
        Some(snapshot)
    }

    /// The newest version, created or given new columns where needed.
    pub(crate) async fn snapshot_for_writing(&self) -> Result<Arc<Snapshot>> {
        for _ in 0..COMMIT_TRIES {
            let Some(snapshot) = self.snapshot().await? else {
                self.create().await?;
                continue;
            };
            let missing = self.missing_columns(&snapshot)?;
            if missing.is_empty() {
                return Ok(snapshot);
            }
            self.add_columns(&snapshot, missing).await?;
        }
        Err(Error::new(Kind::Conflict, self.could_not("prepare")))
    }

    async fn create(&self) -> Result<()> {
        let columns = delta_columns(&lake_schema(self.table))?;
        let skipping = bounded_columns(self.table).collect::<Vec<_>>().join(",");
        let configuration = HashMap::from([("delta.dataSkippingStatsColumns".to_owned(), Some(skipping))]);
        let created = CreateBuilder::new()
            .with_log_store(self.log.clone())
            .with_table_name(self.table.name)
            .with_comment(self.table.about)
            .with_columns(columns)
            .with_partition_columns([DAY])
            .with_configuration(configuration)
            .with_raise_if_key_not_exists(false)
            .with_save_mode(SaveMode::ErrorIfExists)
            .await;
        match created {
            Ok(delta) => {
                self.remember(delta);
                Ok(())
            }
            // Another process created it in this moment; the caller looks again.
            Err(error) if lost_race(&error) || already_there(&error) => Ok(()),
            Err(error) => Err(error).context(|| self.could_not("create")),
        }
    }

    /// Columns that our schema has and the stored table has not. Fails where a stored one has another type.
    pub(crate) fn missing_columns(&self, snapshot: &Snapshot) -> Result<Vec<Field>> {
        let stored = snapshot.schema()?;
        let mut missing = Vec::new();
        for field in lake_schema(self.table).fields() {
            match stored.field_with_name(field.name()) {
                Ok(found) if same_type(found.data_type(), field.data_type()) => {}
                Ok(found) => {
                    let (name, found, wanted) = (field.name(), found.data_type(), field.data_type());
                    let what = format!("column \"{}.{name}\" is stored as {found}, not {wanted}", self.table.name);
                    return Err(Error::damaged(what));
                }
                // Rows that are there already have no value in a new column, so it must be nullable.
                Err(_) => missing.push(field.as_ref().clone().with_nullable(true)),
            }
        }
        Ok(missing)
    }

    async fn add_columns(&self, snapshot: &Snapshot, missing: Vec<Field>) -> Result<()> {
        let fields = delta_columns(&Schema::new(missing))?;
        match snapshot.delta.clone().add_columns().with_fields(fields).await {
            Ok(delta) => {
                self.remember(delta);
                Ok(())
            }
            Err(error) if lost_race(&error) => Ok(()),
            Err(error) => Err(error).context(|| self.could_not("add columns to")),
        }
    }

    /// Commits `actions` on top of `snapshot`. A conflict means: look at the table again and decide anew.
    pub(crate) async fn commit(
        &self,
        snapshot: &Snapshot,
        actions: Vec<Action>,
        transactions: Vec<Transaction>,
        operation: DeltaOperation,
    ) -> Result<u64> {
        let state = snapshot.delta.state.as_ref();
        let state = state.ok_or_else(|| Error::damaged(format!("table \"{}\" is not loaded", self.table.name)))?;
        let properties =
            CommitProperties::default().with_application_transactions(transactions).with_max_retries(COMMIT_TRIES);
        let committed = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(state), self.log.clone(), operation)
            .await
            .context(|| self.could_not("commit to"))?;
        let mut delta = snapshot.delta.clone();
        delta.state = Some(committed.snapshot());
        self.remember(delta);
        Ok(committed.version())
    }

    /// Positions as of `snapshot`: read once, then kept up commit by commit.
    pub(crate) async fn positions(&self, snapshot: &Snapshot) -> Result<Arc<Positions>> {
        let known = lock(&self.positions).clone();
        let (start, mut positions) = match known {
            Some((version, known)) if version == snapshot.version => return Ok(known),
            Some((version, known)) if version < snapshot.version => (version.saturating_add(1), known),
            _ => self.checkpointed_positions(snapshot.version).await?,
        };
        let newer = match self.positions_since(start, snapshot.version).await? {
            Some(newer) => newer,
            // The log was shortened behind our back: start over from its checkpoint.
            None => {
                let (start, checkpointed) = self.checkpointed_positions(snapshot.version).await?;
                positions = checkpointed;
                let newer = self.positions_since(start, snapshot.version).await?;
                newer.ok_or_else(|| Error::damaged(format!("the log of table \"{}\" has holes", self.table.name)))?
            }
        };
        let mut all = Arc::unwrap_or_clone(positions);
        all.extend(newer);
        let all = Arc::new(all);
        *lock(&self.positions) = Some((snapshot.version, Arc::clone(&all)));
        Ok(all)
    }

    /// Positions in commits `start..=end`; `None` where one of them is no longer there.
    async fn positions_since(&self, start: u64, end: u64) -> Result<Option<Positions>> {
        let mut positions = Positions::new();
        for version in start..=end {
            let Some(actions) = self.actions(version).await? else { return Ok(None) };
            for action in actions {
                if let Action::Txn(txn) = action {
                    positions.extend(source_position(&txn.app_id, txn.version));
                }
            }
        }
        Ok(Some(positions))
    }

    /// What one commit did; `None` where its file was cleaned up.
    pub(crate) async fn actions(&self, version: u64) -> Result<Option<Vec<Action>>> {
        let bytes = self.log.read_commit_entry(version).await.context(|| self.could_not("read"))?;
        bytes.map(|bytes| logstore::get_actions(version, &bytes).context(|| self.could_not("read"))).transpose()
    }

    /// Positions in the newest checkpoint up to `version`, and the first commit after it.
    async fn checkpointed_positions(&self, version: u64) -> Result<(u64, Arc<Positions>)> {
        let folder = Path::from("_delta_log");
        let listed: Vec<_> = self.store.list(Some(&folder)).try_collect().await.context(|| self.could_not("read"))?;
        let checkpoints =
            listed.into_iter().filter_map(|file| Some((checkpoint_version(&file.location)?, file.location)));
        let mut newest: (Option<u64>, Vec<Path>) = (None, Vec::new());
        for (at, path) in checkpoints.filter(|(at, _)| *at <= version) {
            if newest.0 < Some(at) {
                newest = (Some(at), Vec::new());
            }
            if newest.0 == Some(at) {
                newest.1.push(path);
            }
        }
        let mut positions = Positions::new();
        for path in &newest.1 {
            let file = self.store.get(path).await.context(|| self.could_not("read"))?;
            let bytes = file.bytes().await.context(|| self.could_not("read"))?;
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).context(|| self.could_not("read"))?;
            let mask = ProjectionMask::columns(reader.parquet_schema(), ["txn.appId", "txn.version"]);
            for batch in reader.with_projection(mask).build().context(|| self.could_not("read"))? {
                positions.extend(checkpoint_positions(&batch.context(|| self.could_not("read"))?));
            }
        }
        Ok((newest.0.map_or(0, |at| at.saturating_add(1)), Arc::new(positions)))
    }

    pub(crate) fn could_not(&self, what: &str) -> String {
        format!("could not {what} table \"{}\"", self.table.name)
    }
}

/// How often a commit is tried before we say that others are too fast.
pub(crate) const COMMIT_TRIES: usize = 20;

/// The stored schema: the table's columns, then the partition column.
pub(crate) fn lake_schema(table: &Table) -> Schema {
    let day = Field::new(DAY, DataType::Date32, true);
    let columns = table.schema();
    Schema::new(columns.fields().iter().cloned().chain([Arc::new(day)]).collect::<Vec<_>>())
}

/// Columns whose least and greatest values the log keeps a file: the instant, and what is hunted.
pub(crate) fn bounded_columns(table: &'static Table) -> impl Iterator<Item = &'static str> {
    let instant = files::instant_name(table);
    let bounded = move |column: &&schema::Column| {
        let is_text = matches!(column.kind, schema::Kind::Text | schema::Kind::Ip);
        column.name == instant || (column.hunted && is_text)
    };
    table.columns().filter(bounded).map(|column| column.name)
}

fn delta_columns(schema: &Schema) -> Result<Vec<StructField>> {
    let schema: StructType =
        schema.try_into_kernel().map_err(|error| Error::request("a column type is unknown to Delta").because(error))?;
    Ok(schema.fields().cloned().collect())
}

/// Equal but for the names and nullability that Delta gives to list items.
fn same_type(a: &DataType, b: &DataType) -> bool {
    match (a, b) {
        (DataType::List(a), DataType::List(b)) => a.data_type() == b.data_type(),
        _ => a == b,
    }
}

fn already_there(error: &DeltaTableError) -> bool {
    error.to_string().contains("already exists")
}

fn checkpoint_version(path: &Path) -> Option<u64> {
    let (version, rest) = path.filename()?.split_once('.')?;
    let is_checkpoint = rest.starts_with("checkpoint") && rest.ends_with("parquet");
    if is_checkpoint { version.parse().ok() } else { None }
}

fn checkpoint_positions(batch: &RecordBatch) -> Vec<(SourceKey, u64)> {
    let txn = batch.column_by_name("txn").and_then(|column| column.as_any().downcast_ref::<StructArray>());
    let Some(txn) = txn else { return Vec::new() };
    let ids = txn.column_by_name("appId").and_then(|column| column.as_string_opt::<i32>());
    let versions = txn.column_by_name("version").and_then(|column| column.as_any().downcast_ref::<Int64Array>());
    let (Some(ids), Some(versions)) = (ids, versions) else { return Vec::new() };
    let rows = ids.iter().zip(versions.iter());
    rows.filter_map(|(id, version)| source_position(id?, version?)).collect()
}

/// Transactions of other applications are none of ours.
fn source_position(app_id: &str, version: i64) -> Option<(SourceKey, u64)> {
    let is_key = app_id.len() == 16;
    let key = u64::from_str_radix(app_id, 16).ok().filter(|_| is_key)?;
    Some((SourceKey(key), u64::try_from(version).ok()?))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is behind our locks is replaced whole, so it is sound even where a holder panicked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
