//! Where the store lies, and how it is opened.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use schema::Scope;
use sqlx::{
    ConnectOptions, PgPool, SqlitePool,
    migrate::MigrateError,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Semaphore;

use super::{
    Store, migrate,
    sql::{self, Pool},
};
use crate::{Error, Result};

/// Connections of one process: commands read beside one writer, and a server answers many people at once.
const CONNECTIONS_MAX: u32 = 12;

/// Answers that count very many events at once, each over three connections.
const COUNTS_AT_ONCE: usize = 2;

/// After so long a server that does not answer, or another process that writes, is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a store lies.
#[derive(Clone)]
pub(crate) enum Place {
    File(PathBuf),
    Server(Box<PgConnectOptions>),
}

impl Place {
    /// A database of a PostgreSQL server, from an address `postgres://user@host/database`.
    pub(crate) fn server(url: &str, password: Option<&str>) -> Result<Self> {
        let known = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        let options: Option<PgConnectOptions> = if known { url.parse().ok() } else { None };
        // What the parser says may hold the password.
        let options = options.ok_or_else(|| {
            Error::usage("store.url is no address of a PostgreSQL database")
                .hint("write it as postgres://user@host:5432/database?sslmode=verify-full")
        })?;
        let options = password.map_or_else(|| options.clone(), |password| options.clone().password(password));
        // A million claims take their seconds, and that is no news for the person at the terminal.
        let options = options.application_name("margay").disable_statement_logging();
        let options = options.options([("lock_timeout", format!("{}s", PATIENCE.as_secs()))]);
        Ok(Self::Server(Box::new(options)))
    }
}

/// As it may be shown: without a password.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Server(options) => {
                let database = options.get_database().unwrap_or_else(|| options.get_username());
                match options.get_socket() {
                    Some(folder) => write!(f, "postgres://{}/{database}", folder.display()),
                    None => write!(f, "postgres://{}:{}/{database}", options.get_host(), options.get_port()),
                }
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Store {
    /// Opens the store and brings it to this version's form. A store of a newer Margay is refused and not touched.
    pub(crate) async fn open(place: &Place) -> Result<Self> {
        let store = Self {
            pool: connect(place).await?,
            scope: Arc::new(Scope::everything()),
            counts: Arc::new(Semaphore::new(COUNTS_AT_ONCE)),
        };
        migrate::migrate(&store.pool).await.map_err(|error| not_migrated(place, &error))?;
        Ok(store)
    }

    /// Does what PostgreSQL does by itself some minutes after much was written.
    pub(crate) async fn settle(&self) -> Result<()> {
        if let Pool::Postgres(_) = self.pool {
            sql::query("VACUUM ANALYZE").execute(&self.pool).await?;
        }
        Ok(())
    }

    /// Whether the store finds itself whole; the answer is `ok` or what is wrong.
    pub(crate) async fn integrity(&self) -> Result<String> {
        let question = match self.pool {
            Pool::Sqlite(_) => "PRAGMA quick_check",
            // PostgreSQL checks its pages when it reads them; what we keep beside them is counted.
            Pool::Postgres(_) => {
                "SELECT CASE WHEN coalesce((SELECT value FROM marks WHERE name = 'claims_count'), 0) = \
                 (SELECT count(*) FROM claims) THEN 'ok' ELSE 'claims are not as many as are counted' END"
            }
        };
        Ok(sql::query_scalar(question).fetch_one(&self.pool).await?)
    }
}

pub(super) async fn connect(place: &Place) -> Result<Pool> {
    match place {
        // Opening is rare and its futures are large: whoever waits for it need not carry them.
        Place::File(path) => Ok(Pool::Sqlite(Box::pin(open_file(path)).await?)),
        Place::Server(options) => {
            let pool = Box::pin(open_server(options, place)).await?;
            Ok(Pool::Postgres(pool))
        }
    }
}

async fn open_file(path: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // What was acknowledged must survive a power cut, not only a crash of ours.
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-32768")
        .busy_timeout(PATIENCE)
        // A million claims take their seconds, and that is no news for the person at the terminal.
        .disable_statement_logging();
    SqlitePoolOptions::new().max_connections(CONNECTIONS_MAX).connect_with(options).await.map_err(|error| {
        Error::machine(format!("could not open the store {}", path.display()))
            .detail(error)
            .hint("is it a Margay store, and may you write to its folder?")
    })
}

async fn open_server(options: &PgConnectOptions, place: &Place) -> Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(PATIENCE);
    let pool = pool.connect_with(options.clone()).await.map_err(|error| {
        Error::machine(format!("could not open the store {place}"))
            .detail(error)
            .hint("does the server run, does the database exist, and are user and password right? See store.url in docs/configuration.md")
    })?;
    let encoding: String = sqlx::query_scalar("SHOW server_encoding").fetch_one(&pool).await?;
    if encoding != "UTF8" {
        return Err(Error::usage(format!("the store {place} keeps texts as {encoding}"))
            .hint("make the database anew: CREATE DATABASE margay ENCODING 'UTF8' TEMPLATE template0"));
    }
    Ok(pool)
}

fn not_migrated(place: &Place, error: &MigrateError) -> Error {
    Error::machine(format!("could not bring the store {place} to this version"))
        .detail(error)
        .hint("a store that a newer Margay has opened needs that Margay")
}
