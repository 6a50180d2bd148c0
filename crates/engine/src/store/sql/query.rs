//! A query with its values, carried out by either kind of store.

use std::marker::PhantomData;

use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use sqlx::{
    AssertSqlSafe, Executor, Postgres, SqlSafeStr, SqlStr, Sqlite, postgres::PgArguments, sqlite::SqliteArguments,
};

use super::{Connection, Get, Pool, Row, Through, Value, builder::Marked};

/// A statement and what is bound to it. Places of values are written `$1`, `$2` ...
#[derive(Debug)]
pub(crate) struct Query<'q> {
    text: Text,
    values: Vec<Value<'q>>,
}

#[derive(Debug)]
pub(super) enum Text {
    Written(SqlStr),
    Built(Marked),
}

/// What a statement has done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Done {
    rows_affected: u64,
}

impl Done {
    pub(crate) fn rows_affected(self) -> u64 {
        self.rows_affected
    }
}

pub(crate) fn query<'q>(sql: impl SqlSafeStr) -> Query<'q> {
    Query::new(Text::Written(sql.into_sql_str()), Vec::new())
}

/// A query whose rows are read as one value, that of the first column.
pub(crate) fn query_scalar<'q, T>(sql: impl SqlSafeStr) -> Typed<'q, T> {
    query(sql).typed()
}

/// A query whose rows are read as tuples.
pub(crate) fn query_as<'q, T>(sql: impl SqlSafeStr) -> Typed<'q, T> {
    query(sql).typed()
}

impl<'q> Query<'q> {
    pub(super) fn new(text: Text, values: Vec<Value<'q>>) -> Self {
        Self { text, values }
    }

    pub(super) fn typed<T>(self) -> Typed<'q, T> {
        Typed { query: self, of: PhantomData }
    }

    #[must_use]
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    pub(crate) async fn execute<'c>(self, through: impl Into<Through<'c>>) -> sqlx::Result<Done> {
        let through = through.into();
        // What two drivers need is large: whoever waits for a statement need not carry it.
        let rows_affected = match through {
            Through::Pool(Pool::Sqlite(pool)) => Box::pin(pool.execute(self.sqlite()?)).await?.rows_affected(),
            Through::Pool(Pool::Postgres(pool)) => Box::pin(pool.execute(self.postgres()?)).await?.rows_affected(),
            Through::Connection(Connection::Sqlite(one)) => one.execute(self.sqlite()?).await?.rows_affected(),
            Through::Connection(Connection::Postgres(one)) => one.execute(self.postgres()?).await?.rows_affected(),
        };
        Ok(Done { rows_affected })
    }

    /// Rows one by one, as they come: no number of them needs more room than another.
    pub(crate) fn fetch<'c>(self, through: impl Into<Through<'c>>) -> BoxStream<'c, sqlx::Result<Row>> {
        match self.begin(through.into()) {
            Ok(rows) => rows,
            Err(error) => futures::stream::iter([Err(error)]).boxed(),
        }
    }

    fn begin<'c>(self, through: Through<'c>) -> sqlx::Result<BoxStream<'c, sqlx::Result<Row>>> {
        Ok(match through {
            Through::Pool(Pool::Sqlite(pool)) => pool.fetch(self.sqlite()?).map_ok(Row::Sqlite).boxed(),
            Through::Pool(Pool::Postgres(pool)) => pool.fetch(self.postgres()?).map_ok(Row::Postgres).boxed(),
            Through::Connection(Connection::Sqlite(one)) => one.fetch(self.sqlite()?).map_ok(Row::Sqlite).boxed(),
            Through::Connection(Connection::Postgres(one)) => one.fetch(self.postgres()?).map_ok(Row::Postgres).boxed(),
        })
    }

    pub(crate) async fn fetch_all<'c>(self, through: impl Into<Through<'c>>) -> sqlx::Result<Vec<Row>> {
        self.fetch(through).try_collect().await
    }

    pub(crate) async fn fetch_optional<'c>(self, through: impl Into<Through<'c>>) -> sqlx::Result<Option<Row>> {
        self.fetch(through).try_next().await
    }

    fn sqlite(self) -> sqlx::Result<sqlx::query::Query<'static, Sqlite, SqliteArguments>> {
        let text = match self.text {
            Text::Written(text) => text,
            Text::Built(marked) => AssertSqlSafe(marked.for_sqlite()).into_sql_str(),
        };
        let mut arguments = SqliteArguments::default();
        for value in self.values {
            value.into_sqlite(&mut arguments).map_err(sqlx::Error::Encode)?;
        }
        Ok(sqlx::query_with(text, arguments))
    }

    fn postgres(self) -> sqlx::Result<sqlx::query::Query<'static, Postgres, PgArguments>> {
        let text = match self.text {
            Text::Written(text) => text,
            Text::Built(marked) => AssertSqlSafe(marked.for_postgres()).into_sql_str(),
        };
        let mut arguments = PgArguments::default();
        for value in self.values {
            value.into_postgres(&mut arguments).map_err(sqlx::Error::Encode)?;
        }
        Ok(sqlx::query_with(text, arguments))
    }
}

/// A query that says what its rows are read as.
#[derive(Debug)]
pub(crate) struct Typed<'q, T> {
    query: Query<'q>,
    of: PhantomData<fn() -> T>,
}

impl<'q, T: for<'r> Get<'r>> Typed<'q, T> {
    #[must_use]
    pub(crate) fn bind(self, value: impl Into<Value<'q>>) -> Self {
        Self { query: self.query.bind(value), of: PhantomData }
    }

    pub(crate) async fn fetch_all<'c>(self, through: impl Into<Through<'c>>) -> sqlx::Result<Vec<T>> {
        let mut rows = self.query.fetch(through);
        let mut read = Vec::new();
        while let Some(row) = rows.try_next().await? {
            read.push(row.try_get(0)?);
        }
        Ok(read)
    }

    pub(crate) async fn fetch_optional<'c>(self, through: impl Into<Through<'c>>) -> sqlx::Result<Option<T>> {
        self.query.fetch_optional(through).await?.map(|row| row.try_get(0)).transpose()
    }

    pub(crate) async fn fetch_one<'c>(self, through: impl Into<Through<'c>>) -> sqlx::Result<T> {
        self.fetch_optional(through).await?.ok_or(sqlx::Error::RowNotFound)
    }
}
