//! Keeps telemetry: batches of rows in, Delta tables of Parquet files on disk or an object store, SQL out.
//!
//! The only crate that knows DataFusion and Delta Lake. What it promises: a record that was appended is on stable
//! storage and is there exactly once ([`Lake::append`]), a query sees whole commits only ([`Lake::sql`]), and
//! detection learns which hours of event time changed ([`Lake::touched`]).
//!
//! ```
//! # #[tokio::main(flavor = "multi_thread")]
//! # async fn main() -> lake::Result<()> {
//! let lake = lake::Lake::open("memory:///", &lake::Options::default()).await?;
//! let answer = lake.sql("SELECT count(*) AS n FROM connections", None).await?.collect().await?;
//! assert_eq!(answer[0].num_rows(), 1);
//! # Ok(())
//! # }
//! ```

mod lake;
mod options;

mod append;
mod day_files;
mod gate;
mod maintain;
mod rows;
mod stored;

mod parquet_file;
mod table_log;

mod files;
mod hours;

mod compact_batches;
mod policy;
mod postgres;
mod provider;
mod session;
mod store_table;

mod durable;
mod store;

mod error;
pub mod functions;

pub use append::{Arrival, Committed, CommittedTable, Stretch};
pub use error::{Error, Result};
pub use lake::{AsOf, Lake, Touched};
pub use maintain::{Compacted, Problem, TableReport};
pub use options::Options;
pub use postgres::{PARAMETER, POSTGRES_VERSION, PgQuestion};
pub use rows::Rows;
pub use store_table::RowSource;
pub use stored::{OpenFile, StoredFile};
pub use table_log::Positions;
