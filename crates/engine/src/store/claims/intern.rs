//! Numbers for what many claims share: who says it, and what is said besides the value.

use std::collections::HashMap;

use schema::Claim;

use super::{
    super::{
        ROWS_PER_STATEMENT,
        sql::{Builder, Connection},
    },
    write::ClaimRow,
};
use crate::{Error, Result};

/// Numbers that are kept in memory; where a feed has more (a reference of its own for each claim), they are looked up
/// again.
const KEPT_MAX: usize = 200_000;

/// What is known of origins and contexts.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    origins: HashMap<(String, String), i64>,
    contexts: HashMap<String, i64>,
}

impl Interner {
    /// Numbers claims. Everything new is written first, so that a row never names what is not there.
    pub(super) async fn rows(&mut self, transaction: &mut Connection, claims: Vec<Claim>) -> Result<Vec<ClaimRow>> {
        let digests: Vec<String> = claims.iter().map(digest).collect();
        self.know_origins(transaction, &claims).await?;
        self.know_contexts(transaction, &claims, &digests).await?;
        let mut rows = Vec::with_capacity(claims.len());
        for (claim, digest) in claims.into_iter().zip(digests) {
            let key = (claim.source.clone(), claim.label().unwrap_or_default().to_owned());
            let (origin, context) = (self.origins.get(&key), self.contexts.get(&digest));
            let (origin, context) =
                origin.zip(context).ok_or_else(|| Error::internal("a claim has lost what it was numbered with"))?;
            rows.push(ClaimRow::new(claim, *origin, *context));
        }
        Ok(rows)
    }

    async fn know_origins(&mut self, transaction: &mut Connection, claims: &[Claim]) -> Result<()> {
        if self.origins.len() > KEPT_MAX {
            self.origins.clear();
        }
        let dialect = transaction.dialect();
        let mut new: Vec<(String, String)> = Vec::new();
        let mut last: Option<&Claim> = None;
        for claim in claims {
            let as_before = last.is_some_and(|last| last.source == claim.source && last.label() == claim.label());
            last = Some(claim);
            if as_before {
                continue;
            }
            let key = (claim.source.clone(), claim.label().unwrap_or_default().to_owned());
            if !self.origins.contains_key(&key) {
                new.push(key);
            }
        }
        new.sort_unstable();
        new.dedup();
        for chunk in new.chunks(ROWS_PER_STATEMENT) {
            let mut query = Builder::new("INSERT INTO claim_origins (source, label) ");
            query.push_values(chunk, |mut row, (source, label)| {
                row.push_bind(source.as_str()).push_bind(label.as_str());
            });
            // An update that changes nothing, because only then the number of what was there is returned.
            query.push(format!(
                " ON CONFLICT ({}, {}) DO UPDATE SET label = excluded.label RETURNING origin_id, source, label",
                dialect.key("source"),
                dialect.key("label"),
            ));
            for row in query.build().fetch_all(&mut *transaction).await? {
                self.origins.insert((row.try_get(1)?, row.try_get(2)?), row.try_get(0)?);
            }
        }
        Ok(())
    }

    async fn know_contexts(
        &mut self,
        transaction: &mut Connection,
        claims: &[Claim],
        digests: &[String],
    ) -> Result<()> {
        if self.contexts.len() > KEPT_MAX {
            self.contexts.clear();
        }
        let mut new: Vec<(&str, &Claim)> = Vec::new();
        for (claim, digest) in claims.iter().zip(digests) {
            if !self.contexts.contains_key(digest) {
                new.push((digest, claim));
            }
        }
        new.sort_unstable_by_key(|(digest, _)| *digest);
        new.dedup_by_key(|(digest, _)| *digest);
        for chunk in new.chunks(ROWS_PER_STATEMENT) {
            let mut query = Builder::new(
                "INSERT INTO claim_contexts (digest, confidence, reliability, tlp, malware, actor, labels, technique, \
                 revoked, reference) ",
            );
            query.push_values(chunk, |mut row, (digest, claim)| {
                row.push_bind(*digest)
                    .push_bind(i64::from(claim.confidence.min(100)))
                    .push_bind(claim.reliability.map(schema::Reliability::letter))
                    .push_bind(claim.tlp.label())
                    .push_bind(claim.malware.as_deref())
                    .push_bind(claim.actor.as_deref())
                    .push_bind(serde_json::Value::from(claim.labels.clone()).to_string())
                    .push_bind(claim.technique.as_deref())
                    .push_bind(i64::from(claim.revoked))
                    .push_bind(claim.reference.as_deref());
            });
            query.push(" ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING context_id, digest");
            for row in query.build().fetch_all(&mut *transaction).await? {
                self.contexts.insert(row.try_get(1)?, row.try_get(0)?);
            }
        }
        Ok(())
    }
}

/// A digest of all that a claim says besides value, source and times; parts cannot run into each other.
fn digest(claim: &Claim) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut part = |text: Option<&str>| {
        hasher.update(&text.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
        hasher.update(text.unwrap_or_default().as_bytes());
    };
    part(claim.reliability.map(schema::Reliability::letter));
    part(Some(claim.tlp.label()));
    part(claim.malware.as_deref());
    part(claim.actor.as_deref());
    part(claim.technique.as_deref());
    part(claim.reference.as_deref());
    claim.labels.iter().for_each(|label| part(Some(label)));
    hasher.update(&[claim.confidence.min(100), u8::from(claim.revoked)]);
    hasher.finalize().to_hex().as_str().get(..32).unwrap_or_default().to_owned()
}
