//! The lake itself: what the engine calls.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use datafusion::{
    catalog::TableProvider,
    execution::SessionState,
    logical_expr::lit,
    prelude::{DataFrame, SessionContext, col},
    scalar::ScalarValue,
};
use futures::future::join_all;
use schema::{Partition, Scope, SourceKey, Table, Timestamp, Tlp, Window, tables};
use tokio::sync::Semaphore;

use crate::{
    Arrival, Committed, Compacted, Options, Problem, RowSource, Rows, TableReport,
    append::{self, Limits},
    error::{Context, Error, Result},
    files, gate,
    hours::Hours,
    maintain,
    policy::Policy,
    postgres::{self, PgQuestion},
    provider::LakeTable,
    session::{self, Tables, Texts},
    store,
    store_table::StoreTable,
    stored::StoredFile,
    table_log::{Positions, Snapshot, TableLog},
};

/// All tables under one root, and SQL over them. Cheap to clone.
#[derive(Clone)]
pub struct Lake {
    inner: Arc<Inner>,
    policy: Arc<Policy>,
}

struct Inner {
    root: String,
    logs: BTreeMap<&'static str, Arc<TableLog>>,
    stored: RwLock<BTreeMap<&'static str, Arc<dyn RowSource>>>,
    /// For SQL.
    base: SessionState,
    /// For scans and compaction.
    scans: SessionState,
    limits: Limits,
    compact_file_bytes: u64,
}

/// A time in the past to look from. Tables that the engine keeps outside the lake are always as of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsOf {
    /// This version of every table; of those that have not come so far, their newest.
    Version(u64),
    /// By the times of commits.
    Instant(Timestamp),
    /// What [`Lake::versions`] said then; tables that are not in it are empty.
    Versions(BTreeMap<String, u64>),
}

/// Hours in which rows arrived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Starts of the UTC hours, ascending.
    pub hours: Vec<Timestamp>,
    /// Version of the table that was looked at; give it back next time. `None` where the table does not exist.
    pub version: Option<u64>,
}

impl fmt::Debug for Lake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lake").field("root", &self.inner.root).finish_non_exhaustive()
    }
}

impl Lake {
    /// Opens the lake at a local folder (created where missing) or an object-store URL.
    ///
    /// Nothing is written before the first append.
    pub async fn open(root: &str, options: &Options) -> Result<Self> {
        let store = store::open(root, options)?;
        let in_lake = tables::ALL.iter().copied().filter(|table| table.partition != Partition::None);
        let logs = in_lake.map(|table| Ok((table.name, Arc::new(TableLog::new(&store, table)?))));
        let runtime = session::runtime(&store, options)?;
        let encoders = Arc::new(Semaphore::new(options.threads.max(1)));
        let inner = Inner {
            root: root.to_owned(),
            logs: logs.collect::<Result<_>>()?,
            stored: RwLock::default(),
            base: session::base_state(&runtime, options, Texts::Plain)?,
            scans: session::base_state(&runtime, options, Texts::Views)?,
            limits: Limits { encoders, file_rows: options.append_file_rows },
            compact_file_bytes: options.compact_file_bytes,
        };
        Ok(Self { inner: Arc::new(inner), policy: Arc::new(Policy::everything()) })
    }

    /// The same lake, of which queries and scans see this scope. Telemetry is marked `own`.
    #[must_use]
    pub fn within(&self, scope: &Scope, own: Tlp) -> Self {
        let scope = self.policy.scope().within(scope);
        let policy = if scope.is_everything() { Policy::everything() } else { Policy::new(scope, own) };
        Self { inner: Arc::clone(&self.inner), policy: Arc::new(policy) }
    }

    /// The same lake, all of it.
    #[must_use]
    pub fn unscoped(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), policy: Arc::new(Policy::everything()) }
    }

    /// The tables that are there for who looks.
    pub fn tables_seen(&self) -> Vec<&'static Table> {
        let stored = self.inner.stored.read().unwrap_or_else(PoisonError::into_inner);
        let is_seen = |table: &&&'static Table| match stored.get(table.name) {
            Some(source) => source.is_seen(self.policy.scope()),
            None => self.policy.shows(table),
        };
        tables::ALL.iter().filter(is_seen).copied().collect()
    }

    /// Lets SQL see a table that lies elsewhere: findings, threat events, indicators, runs.
    pub fn register(&self, table: &'static Table, rows: Arc<dyn RowSource>) {
        let mut stored = self.inner.stored.write().unwrap_or_else(PoisonError::into_inner);
        stored.insert(table.name, rows);
    }

    /// Adds rows, each record exactly once: one commit a table, with its rows and the positions of their sources.
    ///
    /// When it returns, all of it is on stable storage. What a table has already (by the committed position of the
    /// source) is skipped, so after an error or a crash the same arrivals may simply be appended again. Tables are
    /// committed side by side: after an error some may have their rows and others not.
    pub async fn append(&self, arrivals: Vec<Arrival>) -> Result<Committed> {
        let tables = append::by_table(arrivals);
        let commits = tables.iter().map(|(name, arrivals)| async move {
            let log = self.log_named(name)?;
            append::append(log, arrivals, &self.inner.limits).await
        });
        let mut committed = Committed::default();
        for commit in join_all(commits).await {
            committed.tables.extend(commit?);
        }
        Ok(committed)
    }

    /// Up to which byte each source is in the table.
    pub async fn positions(&self, table: &Table) -> Result<Positions> {
        let log = self.log(table)?;
        match log.snapshot().await? {
            Some(snapshot) => Ok(log.positions(&snapshot).await?.as_ref().clone()),
            None => Ok(Positions::new()),
        }
    }

    /// Up to which byte one source is in the table; `None` where nothing of it is.
    pub async fn position(&self, table: &Table, source: SourceKey) -> Result<Option<u64>> {
        let log = self.log(table)?;
        match log.snapshot().await? {
            Some(snapshot) => Ok(log.positions(&snapshot).await?.get(&source).copied()),
            None => Ok(None),
        }
    }

    /// Runs one read-only SQL statement (see the gate in `gate.rs`), streaming its answer. Tables that are not seen are
    /// empty: what asks them of itself need not know who looks.
    pub async fn sql(&self, query: &str, as_of: Option<AsOf>) -> Result<Rows> {
        self.answer(query, as_of, false).await
    }

    /// Runs one read-only SQL statement of somebody. Tables that he does not see do not exist, and no batch of the answer
    /// holds anything of rows that are not in it.
    pub async fn ask(&self, query: &str, as_of: Option<AsOf>) -> Result<Rows> {
        Ok(self.answer(query, as_of, true).await?.compact())
    }

    async fn answer(&self, query: &str, as_of: Option<AsOf>, hides: bool) -> Result<Rows> {
        let admitted = gate::admit(query)?;
        let tables = TablesAsOf { lake: self.clone(), as_of, hides };
        let session = session::session(&self.inner.base, Arc::new(tables))?;
        session::run(&session, admitted).await
    }

    /// Runs one read-only statement as a client of PostgreSQL asks it, or tells its columns and parameters.
    pub async fn ask_postgres(&self, query: &str, question: &PgQuestion<'_>, as_of: Option<AsOf>) -> Result<Rows> {
        let needs_catalog = postgres::needs_catalog(query);
        let admitted =
            if needs_catalog { gate::admit_rewritten(query, postgres::parser())? } else { gate::admit(query)? };
        let tables = TablesAsOf { lake: self.clone(), as_of, hides: true };
        let session = session::session(&self.inner.base, Arc::new(tables))?;
        if needs_catalog {
            postgres::add_catalog(&session, session::CATALOG, session::SCHEMA, question.user).await?;
        }
        Ok(session::run_postgres(&session, admitted, question).await?.compact())
    }

    /// Rows of a window of event time, only the named columns, in no particular order.
    ///
    /// Columns have the types of [`Table::schema`]. Files, row groups and pages outside the window are not read.
    pub async fn scan(&self, table: &'static Table, columns: &[&str], window: Window) -> Result<Rows> {
        // Callers scan several hours at once: files of one hour beside each other would only take memory.
        session::run_plain(self.window(table, columns, window, 1).await?).await
    }

    /// The same rows in up to so many parts, to be read beside each other. Texts are views, which is less work, and
    /// equal texts often lie in one place.
    pub async fn scan_parts(
        &self,
        table: &'static Table,
        columns: &[&str],
        window: Window,
        parts: usize,
    ) -> Result<Vec<Rows>> {
        session::run_parts(self.window(table, columns, window, parts).await?).await
    }

    /// The same rows for those who look at short columns first: files that tell what is in their long texts, and all
    /// other rows in parts.
    pub async fn scan_files(
        &self,
        table: &'static Table,
        columns: &[&str],
        window: Window,
        parts: usize,
    ) -> Result<(Vec<StoredFile>, Vec<Rows>)> {
        let log = self.log(table)?;
        let Some(snapshot) = log.snapshot().await?.filter(|_| self.policy.scope().is_everything()) else {
            return Ok((Vec::new(), self.scan_parts(table, columns, window, parts).await?));
        };
        let (whole, rest): (Vec<_>, Vec<_>) =
            snapshot.files().iter().cloned().partition(|file| StoredFile::serves(table, file, window));
        let stored = whole.into_iter().map(|file| StoredFile {
            table,
            store: Arc::clone(&log.store),
            path: file.path,
            size: file.size,
        });
        if rest.is_empty() {
            return Ok((stored.collect(), Vec::new()));
        }
        let provider = LakeTable::of_files(table, &snapshot, rest)?.unmerged();
        let rows = session::run_parts(self.windowed(provider, columns, window, parts)?).await?;
        Ok((stored.collect(), rows))
    }

    /// The same rows for those who look at few columns first, and then at the others of few rows: files in each of
    /// which the rows of the window are a run, and all other rows.
    pub async fn scan_runs(
        &self,
        table: &'static Table,
        columns: &[&str],
        window: Window,
    ) -> Result<(Vec<StoredFile>, Option<Rows>)> {
        let log = self.log(table)?;
        let Some(snapshot) = log.snapshot().await? else {
            return Ok((Vec::new(), None));
        };
        if !self.policy.scope().is_everything() {
            return Ok((Vec::new(), Some(self.scan(table, columns, window).await?)));
        }
        let (mut runs, mut rest) = (Vec::new(), Vec::new());
        for file in snapshot.files().iter() {
            match StoredFile::may_reach(table, file, window) {
                Some(true) => runs.push(StoredFile {
                    table,
                    store: Arc::clone(&log.store),
                    path: file.path.clone(),
                    size: file.size,
                }),
                Some(false) => {}
                None => rest.push(file.clone()),
            }
        }
        if rest.is_empty() {
            return Ok((runs, None));
        }
        let provider = LakeTable::of_files(table, &snapshot, rest)?.unmerged();
        let rows = session::run_plain(self.windowed(provider, columns, window, 1)?).await?;
        Ok((runs, Some(rows)))
    }

    async fn window(&self, table: &'static Table, columns: &[&str], window: Window, parts: usize) -> Result<DataFrame> {
        let snapshot = self.log(table)?.snapshot().await?;
        self.windowed(LakeTable::new(table, snapshot.as_deref())?, columns, window, parts)
    }

    fn windowed(&self, provider: LakeTable, columns: &[&str], window: Window, parts: usize) -> Result<DataFrame> {
        let table = provider.table();
        let could_not = || format!("could not scan table \"{}\"", table.name);
        let mut state = self.inner.scans.clone();
        state.config_mut().options_mut().execution.target_partitions = parts.max(1);
        let session = SessionContext::new_with_state(state);
        let provider = self.policy.narrow(table, Arc::new(provider));
        let frame = session.read_table(provider).context(could_not)?;
        let instant = col(files::instant_name(table));
        let inside = instant.clone().gt_eq(micros(window.start)).and(instant.lt(micros(window.end)));
        let columns: Vec<_> = columns.iter().map(|name| col(*name)).collect();
        frame.filter(inside).and_then(|frame| frame.select(columns)).context(could_not)
    }

    /// The hours of event time in which rows arrived after version `since`, or ever.
    ///
    /// Compaction touches nothing. Where the log no longer reaches back to `since`, every hour with rows is named.
    pub async fn touched(&self, table: &'static Table, since: Option<u64>) -> Result<Touched> {
        let log = self.log(table)?;
        let Some(snapshot) = log.snapshot().await? else { return Ok(Touched::default()) };
        let hours = match since {
            Some(since) => added_hours(log, since, snapshot.version).await?,
            None => None,
        };
        let hours = hours.unwrap_or_else(|| all_hours(table, &snapshot));
        Ok(Touched { hours: hours.starts(), version: Some(snapshot.version) })
    }

    /// The newest version of each table that exists: what to keep in order to ask the same again later.
    pub async fn versions(&self) -> Result<BTreeMap<String, u64>> {
        let mut versions = BTreeMap::new();
        for (name, log) in &self.inner.logs {
            if let Some(snapshot) = log.snapshot().await? {
                versions.insert((*name).to_owned(), snapshot.version);
            }
        }
        Ok(versions)
    }

    /// Merges small files of a day into large ones; changes no row, no position and nothing that is touched.
    ///
    /// May be stopped at any moment and run by several processes.
    pub async fn compact(&self, table: &Table) -> Result<Compacted> {
        maintain::compact(self.log(table)?, &self.inner.scans, self.inner.compact_file_bytes).await
    }

    /// Takes whole days before the day of `before` out of the table; returns the number of files.
    pub async fn expire(&self, table: &Table, before: Timestamp) -> Result<u64> {
        maintain::expire(self.log(table)?, &self.inner.scans, before).await
    }

    /// Deletes files that no version younger than `keep` needs; returns their number. Time travel ends there.
    ///
    /// `keep` must be longer than the longest append or query.
    pub async fn vacuum(&self, table: &Table, keep: Duration) -> Result<u64> {
        maintain::vacuum(self.log(table)?, keep).await
    }

    /// Rows, files and bytes of a table, from its log alone.
    pub async fn describe(&self, table: &'static Table) -> Result<TableReport> {
        let snapshot = self.log(table)?.snapshot().await?;
        Ok(maintain::describe(table, snapshot.as_deref()))
    }

    /// Checks that every file of every table is there and has the rows that the log says.
    pub async fn verify(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for log in self.inner.logs.values() {
            problems.extend(maintain::verify(log).await);
        }
        problems
    }

    fn log(&self, table: &Table) -> Result<&Arc<TableLog>> {
        self.log_named(table.name)
    }

    fn log_named(&self, name: &str) -> Result<&Arc<TableLog>> {
        let log = self.inner.logs.get(name);
        log.ok_or_else(|| Error::request(format!("table \"{name}\" does not lie in the lake")))
    }
}

fn micros(instant: Timestamp) -> datafusion::logical_expr::Expr {
    lit(ScalarValue::TimestampMicrosecond(Some(instant.micros()), Some("UTC".into())))
}

/// Hours of files that commits `since+1..=until` added with new rows; `None` where the log does not say any more.
async fn added_hours(log: &TableLog, since: u64, until: u64) -> Result<Option<Hours>> {
    let mut hours = Hours::default();
    for version in since.saturating_add(1)..=until {
        let Some(actions) = log.actions(version).await? else { return Ok(None) };
        for action in actions {
            match action {
                deltalake::kernel::Action::Add(add) if add.data_change => {
                    hours.extend(&files::hours_of_add(log.table, &add));
                }
                _ => {}
            }
        }
    }
    Ok(Some(hours))
}

fn all_hours(table: &'static Table, snapshot: &Snapshot) -> Hours {
    let mut hours = Hours::default();
    for file in snapshot.files().iter() {
        hours.extend(&file.hours(table));
    }
    hours
}

/// What a session sees: lake tables as of some time, and the engine's tables.
#[derive(Debug)]
struct TablesAsOf {
    lake: Lake,
    as_of: Option<AsOf>,
    /// Tables that are not seen do not exist; otherwise they are empty.
    hides: bool,
}

impl TablesAsOf {
    async fn snapshot(&self, log: &TableLog) -> Result<Option<Arc<Snapshot>>> {
        match &self.as_of {
            None => log.snapshot().await,
            Some(AsOf::Version(version)) => log.snapshot_at(*version).await,
            Some(AsOf::Instant(instant)) => log.snapshot_on(*instant).await,
            Some(AsOf::Versions(versions)) => match versions.get(log.table.name) {
                Some(version) => log.snapshot_at(*version).await,
                None => Ok(None),
            },
        }
    }
}

#[async_trait]
impl Tables for TablesAsOf {
    fn names(&self) -> Vec<String> {
        let seen = if self.hides { self.lake.tables_seen() } else { tables::ALL.to_vec() };
        let names: BTreeSet<_> = seen.iter().map(|table| table.name.to_owned()).collect();
        names.into_iter().collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(table) = tables::find(name) else { return Ok(None) };
        let policy = &self.lake.policy;
        let is_hidden = !self.lake.tables_seen().iter().any(|seen| seen.name == name);
        if self.hides && is_hidden {
            return Ok(None);
        }
        if let Some(log) = self.lake.inner.logs.get(name) {
            let snapshot = self.snapshot(log).await?;
            let whole = Arc::new(LakeTable::new(table, snapshot.as_deref())?);
            return Ok(Some(policy.narrow(table, whole)));
        }
        let stored = self.lake.inner.stored.read().unwrap_or_else(PoisonError::into_inner);
        let source = stored.get(name).filter(|_| !is_hidden).cloned();
        Ok(Some(Arc::new(StoreTable::new(table, source, policy.scope().clone()))))
    }
}
