//! The whole store into another, empty one: from SQLite to PostgreSQL, or back.

use futures::TryStreamExt;
use sqlx::AssertSqlSafe;

use super::{
    ROWS_PER_STATEMENT, Store,
    sql::{self, Builder, Connection, Dialect, Row, Transaction, Value},
};
use crate::{Error, Result};

/// A table that was copied, read again and found to be the same.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CopiedTable {
    pub table: String,
    pub rows: u64,
    /// Of all rows, in whatever order they lie.
    pub checksum: String,
}

/// Tables that a store of this version has rows in from its first day on; theirs are replaced.
const FILLED_FROM_THE_START: &[&str] = &["claim_kinds", "marks"];
/// What says which steps were taken: each store has its own.
const STEPS_TAKEN: &str = "_sqlx_migrations";
/// An index of SQLite that stands among the tables; it follows the table of texts by itself.
const TEXT_INDEX: &str = "event_text_index";

struct Shape {
    table: String,
    columns: Vec<(String, Kind)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Float,
    Text,
}

/// Number of rows, and the sum of their digests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sum {
    rows: u64,
    digests: u128,
}

impl Store {
    /// Copies every table in one transaction: an end that comes too early leaves the other store empty. Nobody writes
    /// to this store meanwhile.
    pub(crate) async fn copy_to(&self, other: &Self) -> Result<Vec<CopiedTable>> {
        // The other store first: where both names mean one store, it is not empty, and nobody waits for himself.
        let mut to = other.begin().await?;
        let shapes_there = shapes(&mut to).await?;
        for shape in &shapes_there {
            make_room(&mut to, &shape.table).await?;
        }
        let mut from = self.begin().await?;
        let shapes = shapes(&mut from).await?;
        let mut copied = Vec::with_capacity(shapes.len());
        for shape in &shapes {
            let sum = copy(&mut from, &mut to, shape).await?;
            let arrived = sum_of(&mut to, shape).await?;
            if sum != arrived {
                return Err(Error::machine(format!("table {} did not arrive as it was sent", shape.table))
                    .detail(format!("{} rows were sent and {} are there, or some differ", sum.rows, arrived.rows))
                    .hint("nothing was kept; try again"));
            }
            copied.push(CopiedTable {
                table: shape.table.clone(),
                rows: sum.rows,
                checksum: format!("{:032x}", sum.digests),
            });
        }
        count_on(&mut to).await?;
        to.commit().await?;
        Ok(copied)
    }
}

async fn shapes(from: &mut Transaction) -> Result<Vec<Shape>> {
    let columns = match from.dialect() {
        Dialect::Sqlite => {
            "SELECT t.name, c.name, c.type FROM sqlite_master t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid"
        }
        Dialect::Postgres => {
            "SELECT t.table_name::text, c.column_name::text, c.data_type::text FROM information_schema.tables t \
             JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name \
             WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE' \
             ORDER BY t.table_name, c.ordinal_position"
        }
    };
    let columns: Vec<(String, String, String)> = sql::query_as(columns).fetch_all(&mut **from).await?;
    let mut shapes: Vec<Shape> = Vec::new();
    let is_kept = |table: &str| table != STEPS_TAKEN && !table.starts_with(TEXT_INDEX);
    for (table, column, of) in columns.into_iter().filter(|(table, ..)| is_kept(table)) {
        let kind = match of.to_lowercase().as_str() {
            "bigint" | "integer" => Kind::Int,
            "double precision" => Kind::Float,
            "text" => Kind::Text,
            _ => return Err(Error::internal(format!("column {table}.{column} is of a type {of} that is not known"))),
        };
        match shapes.last_mut().filter(|shape| shape.table == table) {
            Some(shape) => shape.columns.push((column, kind)),
            None => shapes.push(Shape { table, columns: vec![(column, kind)] }),
        }
    }
    Ok(shapes)
}

/// Makes sure that nothing is lost in the other store.
async fn make_room(to: &mut Transaction, table: &str) -> Result<()> {
    if FILLED_FROM_THE_START.contains(&table) {
        sql::query(AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut **to).await?;
        return Ok(());
    }
    let first = sql::query(AssertSqlSafe(format!("SELECT * FROM {table} LIMIT 1")));
    if first.fetch_optional(&mut **to).await?.is_some() {
        return Err(Error::usage("the other store is not empty")
            .detail(format!("its table {table} has rows"))
            .hint("name a new database; nothing was changed"));
    }
    Ok(())
}

async fn copy(from: &mut Connection, to: &mut Connection, shape: &Shape) -> Result<Sum> {
    let mut rows = select(shape).fetch(from);
    let mut sum = Sum::default();
    let mut waiting = Vec::with_capacity(ROWS_PER_STATEMENT);
    while let Some(row) = rows.try_next().await? {
        let values = values(&row, shape)?;
        sum.add(&values);
        waiting.push(values);
        if waiting.len() == ROWS_PER_STATEMENT {
            insert(to, shape, std::mem::take(&mut waiting)).await?;
        }
    }
    if !waiting.is_empty() {
        insert(to, shape, waiting).await?;
    }
    Ok(sum)
}

async fn sum_of(store: &mut Connection, shape: &Shape) -> Result<Sum> {
    let mut rows = select(shape).fetch(store);
    let mut sum = Sum::default();
    while let Some(row) = rows.try_next().await? {
        sum.add(&values(&row, shape)?);
    }
    Ok(sum)
}

fn select(shape: &Shape) -> sql::Query<'static> {
    // Names of tables and columns are those of our own steps.
    sql::query(AssertSqlSafe(format!("SELECT {} FROM {}", shape.names(), shape.table)))
}

async fn insert(to: &mut Connection, shape: &Shape, rows: Vec<Vec<Value<'static>>>) -> Result<()> {
    let mut query = Builder::new(format!("INSERT INTO {} ({}) ", shape.table, shape.names()));
    query.push_values(rows, |mut row, values| {
        values.into_iter().for_each(|value| {
            row.push_bind(value);
        });
    });
    query.build().execute(to).await?;
    Ok(())
}

fn values(row: &Row, shape: &Shape) -> Result<Vec<Value<'static>>> {
    let mut values = Vec::with_capacity(shape.columns.len());
    for (place, (_, kind)) in shape.columns.iter().enumerate() {
        values.push(match kind {
            Kind::Int => Value::from(row.try_get::<Option<i64>, _>(place)?),
            Kind::Float => Value::from(row.try_get::<Option<f64>, _>(place)?),
            Kind::Text => Value::from(row.try_get::<Option<String>, _>(place)?),
        });
    }
    Ok(values)
}

/// Numbers that PostgreSQL gives go on behind those that came.
async fn count_on(to: &mut Connection) -> Result<()> {
    if to.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let numbered: Vec<(String, String)> = sql::query_as(
        "SELECT table_name::text, column_name::text FROM information_schema.columns \
         WHERE table_schema = current_schema() AND is_identity = 'YES'",
    )
    .fetch_all(&mut *to)
    .await?;
    for (table, column) in numbered {
        let last = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 0) + 1, false) FROM {table}"
        );
        sql::query(AssertSqlSafe(last)).execute(&mut *to).await?;
    }
    Ok(())
}

impl Shape {
    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }
}

impl Sum {
    fn add(&mut self, values: &[Value<'_>]) {
        let mut hasher = blake3::Hasher::new();
        for value in values {
            // A length before each text: texts cannot run into each other, and a missing value is none that is there.
            match value {
                Value::Int(Some(number)) => hasher.update(b"i").update(&number.to_le_bytes()),
                Value::Float(Some(number)) => hasher.update(b"f").update(&number.to_bits().to_le_bytes()),
                Value::Text(Some(text)) => {
                    hasher.update(b"t").update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes())
                }
                Value::Int(None) | Value::Float(None) | Value::Text(None) => hasher.update(b"-"),
            };
        }
        let mut digest = [0; 16];
        hasher.finalize_xof().fill(&mut digest);
        self.rows = self.rows.saturating_add(1);
        self.digests = self.digests.wrapping_add(u128::from_le_bytes(digest));
    }
}
