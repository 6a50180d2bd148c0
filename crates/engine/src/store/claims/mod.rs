//! Claims about observables, as their sources made them: read back, counted, listed.

mod intern;
mod verdicts;
mod write;

use futures::TryStreamExt;
use schema::{Claim, Observable, Timestamp, Tlp};

use super::{
    ROWS_PER_STATEMENT, Store,
    sql::{self, Builder, Row},
};
use crate::{Error, Result};

pub(crate) use intern::Interner;
pub use verdicts::{Judgement, SeenHere, Verdict};
pub(crate) use write::ClaimRow;

/// Mark that counts the changes of claims.
pub(crate) const CLAIMS_VERSION: &str = "claims_version";

/// How many claims there are.
const CLAIMS_COUNT: &str = "claims_count";

/// When the newest claim was loaded.
const CLAIMS_NEWEST: &str = "claims_newest";

/// A claim as it is kept, with the times at which it was first and last loaded here.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct KeptClaim {
    #[serde(flatten)]
    pub claim: Claim,
    pub loaded_at: Timestamp,
    pub renewed_at: Timestamp,
}

const COLUMNS: &str = "c.kind, c.value, c.raw, o.source, x.confidence, x.reliability, x.tlp, x.malware, x.actor, \
                       x.labels, x.technique, c.first_seen, c.last_seen, c.valid_from, c.valid_until, x.revoked, \
                       x.reference, c.loaded_at, c.renewed_at";

const TABLES: &str = " FROM claims c JOIN claim_origins o ON o.origin_id = c.origin_id \
                      JOIN claim_contexts x ON x.context_id = c.context_id";

/// Which claims to list.
#[derive(Debug, Clone, Default)]
pub struct ClaimFilter {
    pub kind: Option<Observable>,
    pub source: Option<String>,
    /// Malware family, actor or label.
    pub label: Option<String>,
    /// A part of the value.
    pub contains: Option<String>,
    pub limit: u64,
}

impl Store {
    /// Hands every listed value to `take`, one at a time: ten million of them need no room in memory.
    pub(crate) async fn each_value(&self, mut take: impl FnMut(Observable, &str)) -> Result<()> {
        let mut rows = sql::query("SELECT kind, value FROM claims").fetch(&self.pool);
        while let Some(row) = rows.try_next().await? {
            take(kind(&row)?, row.try_get(1)?);
        }
        Ok(())
    }

    /// Hands every value of which a claim was loaded after this instant to `take`.
    pub(crate) async fn each_value_since(&self, micros: i64, mut take: impl FnMut(Observable, &str)) -> Result<()> {
        let mut rows = sql::query("SELECT kind, value FROM claims WHERE loaded_at > $1").bind(micros).fetch(&self.pool);
        while let Some(row) = rows.try_next().await? {
            take(kind(&row)?, row.try_get(1)?);
        }
        Ok(())
    }

    /// Every claim about one of these values, and when it was loaded.
    pub(crate) async fn kept_claims(&self, values: &[(Observable, String)]) -> Result<Vec<KeptClaim>> {
        let dialect = self.pool.dialect();
        let mut claims = Vec::new();
        for chunk in values.chunk_by(|a, b| a.0 == b.0).flat_map(|of_kind| of_kind.chunks(ROWS_PER_STATEMENT)) {
            let Some((kind, _)) = chunk.first() else { continue };
            let mut query = Builder::new("SELECT ");
            query.push(COLUMNS).push(TABLES).push(" WHERE c.kind = ").push_bind(*kind as i64);
            query.push(format!(" AND {} IN (", dialect.key("c.value")));
            chunk.iter().zip(0_usize..).for_each(|((_, value), number)| {
                query.push(if number == 0 { "" } else { ", " }).push_key(dialect, value);
            });
            query.push(")");
            self.push_marked(&mut query, "x");
            for row in query.build().fetch_all(&self.pool).await? {
                claims.push(read(&row)?);
            }
        }
        Ok(claims)
    }

    /// Claims in the order of their values.
    pub(crate) async fn list_claims(&self, filter: &ClaimFilter) -> Result<Vec<KeptClaim>> {
        let mut query = Builder::new("SELECT ");
        query.push(COLUMNS).push(TABLES).push(" WHERE 1 = 1");
        self.push_marked(&mut query, "x");
        if let Some(kind) = filter.kind {
            query.push(" AND c.kind = ").push_bind(kind as i64);
        }
        if let Some(source) = &filter.source {
            query.push(" AND o.source = ").push_bind(source);
        }
        if let Some(label) = &filter.label {
            query.push(" AND (lower(o.label) = lower(").push_bind(label).push(") OR lower(x.malware) = lower(");
            query.push_bind(label).push(") OR lower(x.actor) = lower(").push_bind(label).push("))");
        }
        if let Some(part) = &filter.contains {
            query.push(format!(" AND {}(c.value, ", self.pool.dialect().position())).push_bind(part).push(") > 0");
        }
        query
            .push(format!(" ORDER BY c.kind, {}, c.origin_id LIMIT ", self.pool.dialect().key("c.value")))
            .push_bind(i64::try_from(filter.limit).unwrap_or(i64::MAX));
        let mut claims = Vec::new();
        let mut rows = query.build().fetch(&self.pool);
        while let Some(row) = rows.try_next().await? {
            claims.push(read(&row)?);
        }
        Ok(claims)
    }

    /// When the newest claim was loaded.
    pub(crate) async fn newest_claim(&self) -> Result<Option<Timestamp>> {
        Ok(self.mark(CLAIMS_NEWEST).await?.and_then(Timestamp::from_micros))
    }

    pub(crate) async fn count_claims(&self) -> Result<u64> {
        Ok(self.mark(CLAIMS_COUNT).await?.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }
}

fn kind(row: &Row) -> Result<Observable> {
    let number: i64 = row.try_get("kind")?;
    let known = usize::try_from(number).ok().and_then(|number| Observable::ALL.get(number).copied());
    known.ok_or_else(|| Error::internal(format!("the store holds claims of a kind {number} that is not known")))
}

fn read(row: &Row) -> Result<KeptClaim> {
    let time = |name: &str| Ok::<_, Error>(row.try_get::<Option<i64>, _>(name)?.and_then(Timestamp::from_micros));
    let reliability: Option<&str> = row.try_get("reliability")?;
    let claim = Claim {
        kind: kind(row)?,
        value: row.try_get("value")?,
        raw: row.try_get("raw")?,
        source: row.try_get("source")?,
        confidence: u8::try_from(row.try_get::<i64, _>("confidence")?).unwrap_or(0),
        reliability: reliability.and_then(|letter| letter.parse().ok()),
        tlp: Tlp::from_outside(row.try_get("tlp")?),
        malware: row.try_get("malware")?,
        actor: row.try_get("actor")?,
        labels: serde_json::from_str(row.try_get("labels")?)?,
        technique: row.try_get("technique")?,
        first_seen: time("first_seen")?,
        last_seen: time("last_seen")?,
        valid_from: time("valid_from")?,
        valid_until: time("valid_until")?,
        revoked: row.try_get::<i64, _>("revoked")? != 0,
        reference: row.try_get("reference")?,
    };
    let at = |name: &str| Ok::<_, Error>(time(name)?.unwrap_or_default());
    Ok(KeptClaim { claim, loaded_at: at("loaded_at")?, renewed_at: at("renewed_at")? })
}
