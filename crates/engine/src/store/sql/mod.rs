//! One way to speak to SQLite and to PostgreSQL: every query of the store is written once, over this.
//!
//! sqlx's own `Any` driver does not carry it: its builder writes marks that PostgreSQL does not know, it binds a
//! missing number under another type than a number that is there, and it copies every text twice.

mod builder;
mod query;
mod row;
mod value;

use std::ops::{Deref, DerefMut};

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};

pub(crate) use builder::Builder;
pub(crate) use query::{Query, query, query_as, query_scalar};
pub(crate) use row::{Get, Row};
pub(crate) use value::Value;

/// Which of the two it is, where words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The text at a place of a JSON list, from 0 on.
    pub(crate) fn text_in_list(self, column: &str, place: usize) -> String {
        match self {
            Self::Sqlite => format!("json_extract({column}, '$[{place}]')"),
            Self::Postgres => format!("({column}::json ->> {place})"),
        }
    }

    /// What an index holds of a text that may be long.
    pub(crate) fn key(self, text: &str) -> String {
        match self {
            Self::Sqlite => text.to_owned(),
            Self::Postgres => format!("margay_key({text})"),
        }
    }

    /// Where a text lies in another one, from 1 on; 0 where it does not.
    pub(crate) fn position(self) -> &'static str {
        match self {
            Self::Sqlite => "instr",
            Self::Postgres => "strpos",
        }
    }
}

/// Connections to one store.
#[derive(Debug, Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Key of the lock that whoever writes to a store in PostgreSQL holds until the commit: `margay` in ASCII.
const WRITER_LOCK: i64 = 0x6d61_7267_6179;

impl Pool {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A transaction that is the only one that writes from its start on, so that what it has read stays true until
    /// it commits, and none has to be tried again.
    pub(crate) async fn begin(&self) -> sqlx::Result<Transaction> {
        Ok(Transaction(match self {
            Self::Sqlite(pool) => Connection::Sqlite(Box::pin(pool.begin_with("BEGIN IMMEDIATE")).await?),
            Self::Postgres(pool) => {
                let mut transaction = Box::pin(pool.begin()).await?;
                // Each statement behind this one sees what was committed before the lock was got.
                let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(WRITER_LOCK);
                Box::pin(lock.execute(&mut *transaction)).await?;
                Connection::Postgres(transaction)
            }
        }))
    }

    pub(crate) async fn close(self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// What belongs together: all of it is kept, or nothing.
#[derive(Debug)]
pub(crate) struct Transaction(Connection);

impl Transaction {
    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self.0 {
            Connection::Sqlite(transaction) => transaction.commit().await,
            Connection::Postgres(transaction) => transaction.commit().await,
        }
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// What statements of a transaction go through: `&mut *transaction`.
#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Connection {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

/// What a query goes through: any connection, or that of a transaction.
#[derive(Debug)]
pub(crate) enum Through<'c> {
    Pool(&'c Pool),
    Connection(&'c mut Connection),
}

impl<'c> From<&'c Pool> for Through<'c> {
    fn from(pool: &'c Pool) -> Self {
        Self::Pool(pool)
    }
}

impl<'c> From<&'c mut Connection> for Through<'c> {
    fn from(connection: &'c mut Connection) -> Self {
        Self::Connection(connection)
    }
}
