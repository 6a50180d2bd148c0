//! How far each source of bytes has been read.

use std::collections::BTreeMap;

use schema::{SourceKey, Timestamp};

use super::{
    ROWS_PER_STATEMENT, Store,
    sql::{self, Builder, Row},
};
use crate::{Error, Result};

/// One source and its position. Which bytes it is, is told by its first bytes and by those before the position; a block
/// of a file that is written in blocks by its first record and its marks (`sources/identity.rs`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceState {
    pub(crate) key: SourceKey,
    pub(crate) path: String,
    pub(crate) format: String,
    pub(crate) dataset: String,
    /// Length of the first bytes that `fingerprint` is of; 0 for a block, and for a file of blocks.
    pub(crate) fingerprint_bytes: u64,
    /// BLAKE3 of the first bytes, hex.
    pub(crate) fingerprint: String,
    /// Bytes read and committed, of the unpacked stream.
    pub(crate) position: u64,
    /// Length of the bytes before the position that `tail` is of.
    pub(crate) tail_bytes: u64,
    /// BLAKE3 of the bytes before the position, hex; the marks of a block.
    pub(crate) tail: String,
    /// Size of the file on disk when it was read to its end.
    pub(crate) size_bytes: Option<u64>,
    pub(crate) modified_at: Option<Timestamp>,
    /// It was read to its end.
    pub(crate) finished: bool,
}

impl Store {
    pub(crate) async fn sources(&self) -> Result<Vec<SourceState>> {
        let rows = sql::query("SELECT * FROM sources ORDER BY source_key").fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn save_sources(&self, states: &[SourceState], now: Timestamp) -> Result<()> {
        // One source may begin twice in a run, under two names: the later state counts.
        let states: BTreeMap<SourceKey, &SourceState> = states.iter().map(|state| (state.key, state)).collect();
        let states: Vec<&SourceState> = states.into_values().collect();
        let mut transaction = self.begin().await?;
        for states in states.chunks(ROWS_PER_STATEMENT) {
            let mut query = Builder::new(
                "INSERT INTO sources (source_key, path, format, dataset, fingerprint_bytes, fingerprint, position, \
                 tail_bytes, tail, size_bytes, modified_at, finished, updated_at) ",
            );
            query.push_values(states, |mut row, state| {
                row.push_bind(state.key.to_string())
                    .push_bind(&state.path)
                    .push_bind(&state.format)
                    .push_bind(&state.dataset)
                    .push_bind(signed(state.fingerprint_bytes))
                    .push_bind(&state.fingerprint)
                    .push_bind(signed(state.position))
                    .push_bind(signed(state.tail_bytes))
                    .push_bind(&state.tail)
                    .push_bind(state.size_bytes.map(signed))
                    .push_bind(state.modified_at.map(Timestamp::nanos))
                    .push_bind(i64::from(state.finished))
                    .push_bind(now.micros());
            });
            query.push(
                " ON CONFLICT (source_key) DO UPDATE SET path = excluded.path, position = excluded.position, \
                 tail_bytes = excluded.tail_bytes, tail = excluded.tail, size_bytes = excluded.size_bytes, \
                 modified_at = excluded.modified_at, finished = excluded.finished, updated_at = excluded.updated_at",
            );
            query.build().execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

fn read(row: &Row) -> Result<SourceState> {
    let key: String = row.try_get("source_key")?;
    Ok(SourceState {
        key: SourceKey(u64::from_str_radix(&key, 16).map_err(|error| {
            Error::machine("the store holds a damaged source key").detail(format!("\"{key}\": {error}"))
        })?),
        path: row.try_get("path")?,
        format: row.try_get("format")?,
        dataset: row.try_get("dataset")?,
        fingerprint_bytes: unsigned(row.try_get("fingerprint_bytes")?),
        fingerprint: row.try_get("fingerprint")?,
        position: unsigned(row.try_get("position")?),
        tail_bytes: unsigned(row.try_get("tail_bytes")?),
        tail: row.try_get("tail")?,
        size_bytes: row.try_get::<Option<i64>, _>("size_bytes")?.map(unsigned),
        modified_at: row.try_get::<Option<i64>, _>("modified_at")?.map(Timestamp::from_nanos),
        finished: row.try_get::<i64, _>("finished")? != 0,
    })
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
