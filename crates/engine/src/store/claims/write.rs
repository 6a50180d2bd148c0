//! Claims into the store, in the order of their keys: rows that come sorted append to the tree, and nothing is read.

use schema::{Claim, Observable, Timestamp};

use super::{
    super::{
        ROWS_PER_STATEMENT, Store,
        marks::raise_mark,
        sql::{self, Builder, Connection},
    },
    CLAIMS_COUNT, CLAIMS_NEWEST, CLAIMS_VERSION, Interner,
};
use crate::Result;

/// A claim as the table holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClaimRow {
    pub(crate) kind: Observable,
    pub(crate) value: String,
    pub(crate) origin: i64,
    pub(crate) context: i64,
    pub(crate) raw: Option<String>,
    /// First and last seen, valid from and until, in microseconds.
    pub(crate) times: [Option<i64>; 4],
}

impl ClaimRow {
    pub(super) fn new(claim: Claim, origin: i64, context: i64) -> Self {
        let times = [claim.first_seen, claim.last_seen, claim.valid_from, claim.valid_until];
        Self {
            kind: claim.kind,
            value: claim.value,
            origin,
            context,
            raw: claim.raw,
            times: times.map(|time| time.map(Timestamp::micros)),
        }
    }

    /// In the order of the table's key.
    pub(crate) fn key(&self) -> (Observable, &str, i64) {
        (self.kind, &self.value, self.origin)
    }

    fn is_bare(&self) -> bool {
        self.raw.is_none() && self.times == [None; 4]
    }
}

impl Store {
    /// Adds claims, or renews those that the same source has made before.
    ///
    /// Gives the number of this change, which is [`CLAIMS_VERSION`] from now on.
    pub(crate) async fn save_claims(&self, claims: &[Claim], now: Timestamp) -> Result<i64> {
        let mut rows = self.number_claims(&mut Interner::default(), claims.to_vec()).await?;
        rows.sort_unstable_by(|a, b| a.key().cmp(&b.key()));
        Ok(self.save_rows(&rows, now).await?.version)
    }

    /// Numbers what claims share; the rows are not written yet.
    pub(crate) async fn number_claims(&self, interner: &mut Interner, claims: Vec<Claim>) -> Result<Vec<ClaimRow>> {
        let mut transaction = self.begin().await?;
        let rows = interner.rows(&mut transaction, claims).await?;
        transaction.commit().await?;
        Ok(rows)
    }

    /// Writes rows in one transaction.
    pub(crate) async fn save_rows(&self, rows: &[ClaimRow], now: Timestamp) -> Result<SavedClaims> {
        let mut transaction = self.begin().await?;
        let mut n_new = 0;
        for chunk in rows.chunks(ROWS_PER_STATEMENT) {
            let full = !chunk.iter().all(ClaimRow::is_bare);
            let added = insert(&mut transaction, chunk, full, now, "DO NOTHING").await?;
            n_new += added;
            if added < chunk.len() as u64 {
                insert(&mut transaction, chunk, true, now, RENEW).await?;
            }
        }
        add_to_mark(&mut transaction, CLAIMS_COUNT, i64::try_from(n_new).unwrap_or(i64::MAX)).await?;
        let version = add_to_mark(&mut transaction, CLAIMS_VERSION, 1).await?;
        if n_new > 0 {
            raise_mark(&mut transaction, CLAIMS_NEWEST, now.micros()).await?;
        }
        transaction.commit().await?;
        Ok(SavedClaims { version, n_new })
    }

    /// Says that what is claimed has changed although no claim is new, as by a verdict: hours are held against it anew.
    pub(crate) async fn claims_have_changed(&self, now: Timestamp) -> Result<()> {
        let mut transaction = self.begin().await?;
        raise_mark(&mut transaction, CLAIMS_NEWEST, now.micros()).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// What came of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SavedClaims {
    /// Number of this change.
    pub(crate) version: i64,
    /// Rows that were not there before.
    pub(crate) n_new: u64,
}

/// A claim made again says what counts from now on; when it was first loaded stays.
const RENEW: &str = "DO UPDATE SET context_id = excluded.context_id, renewed_at = excluded.renewed_at, \
                     raw = excluded.raw, first_seen = excluded.first_seen, last_seen = excluded.last_seen, \
                     valid_from = excluded.valid_from, valid_until = excluded.valid_until";

async fn insert(
    transaction: &mut Connection,
    rows: &[ClaimRow],
    full: bool,
    now: Timestamp,
    on_conflict: &str,
) -> Result<u64> {
    // The text is the same for all chunks of one length, so that the store prepares it once.
    let mut query = Builder::new("INSERT INTO claims (kind, value, origin_id, context_id, loaded_at, renewed_at");
    if full {
        query.push(", raw, first_seen, last_seen, valid_from, valid_until");
    }
    query.push(") ");
    let now = now.micros().to_string();
    query.push_values(rows, |mut values, row| {
        values.push_bind(row.kind as i64).push_bind(&row.value).push_bind(row.origin).push_bind(row.context);
        // Not bound, because there are many rows: binding costs.
        values.push(&now).push(&now);
        if full {
            values.push_bind(row.raw.as_deref());
            row.times.into_iter().for_each(|time| {
                values.push_bind(time);
            });
        }
    });
    let value = transaction.dialect().key("value");
    query.push(format!(" ON CONFLICT (kind, {value}, origin_id) ")).push(on_conflict);
    Ok(query.build().execute(&mut *transaction).await?.rows_affected())
}

async fn add_to_mark(transaction: &mut Connection, name: &str, more: i64) -> Result<i64> {
    let sum = sql::query_scalar(
        "INSERT INTO marks (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = marks.value + excluded.value RETURNING value",
    );
    Ok(sum.bind(name).bind(more).fetch_one(&mut *transaction).await?)
}
