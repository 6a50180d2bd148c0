//! Threat events: made anew for the subjects whose findings have changed.

use std::collections::BTreeSet;

use schema::{Severity, ThreatEvent, Timestamp};

use super::{
    Run, Store,
    findings::Subject,
    sql::{self, Builder, Connection},
};
use crate::Result;

/// Which threat events to list; everything that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// This severity or a higher one.
    pub severity: Option<Severity>,
    /// This technique or a sub-technique of it.
    pub technique: Option<String>,
    /// Text in a target, an indicator or the title.
    pub containing: Option<String>,
    pub confidence_min: Option<u8>,
    pub limit: Option<u32>,
}

impl Store {
    /// Puts `events` in the place of all threat events of `subject`, which is not stale any more. Returns how many were written.
    pub(crate) async fn replace_events(&self, subject: &Subject, events: &[ThreatEvent], run: &Run) -> Result<u64> {
        let mut transaction = self.begin().await?;
        let old: Vec<(String, String)> =
            sql::query_as("SELECT event_id, document FROM threat_events WHERE dataset = $1 AND subject = $2")
                .bind(&subject.0)
                .bind(&subject.1)
                .fetch_all(&mut *transaction)
                .await?;
        let mut gone: BTreeSet<String> = old.iter().map(|(id, _)| id.clone()).collect();
        sql::query("UPDATE findings SET event_id = NULL WHERE dataset = $1 AND subject = $2")
            .bind(&subject.0)
            .bind(&subject.1)
            .execute(&mut *transaction)
            .await?;
        let mut n_written = 0;
        for event in events {
            gone.remove(&event.id);
            let document = serde_json::to_string(event)?;
            let unchanged = old.iter().any(|(id, before)| *id == event.id && *before == document);
            if !unchanged {
                upsert(subject, event, document, run)?.build().execute(&mut *transaction).await?;
                forget_item(&mut transaction, &event.id).await?;
                n_written += 1;
            }
            for finding in &event.findings {
                sql::query("UPDATE findings SET event_id = $2 WHERE finding_id = $1")
                    .bind(finding)
                    .bind(&event.id)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        for id in gone {
            forget_item(&mut transaction, &id).await?;
            sql::query("DELETE FROM threat_events WHERE event_id = $1").bind(id).execute(&mut *transaction).await?;
        }
        sql::query("DELETE FROM stale_subjects WHERE dataset = $1 AND subject = $2")
            .bind(&subject.0)
            .bind(&subject.1)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(n_written)
    }

    /// Threat events, the most severe and latest first.
    pub(crate) async fn events(&self, filter: &EventFilter) -> Result<Vec<ThreatEvent>> {
        let mut query = Builder::new("SELECT document FROM threat_events WHERE 1 = 1");
        if let Some(since) = filter.since {
            query.push(" AND last_seen >= ").push_bind(since.micros());
        }
        if let Some(until) = filter.until {
            query.push(" AND first_seen < ").push_bind(until.micros());
        }
        if let Some(confidence) = filter.confidence_min {
            query.push(" AND confidence >= ").push_bind(i64::from(confidence));
        }
        if let Some(technique) = &filter.technique {
            query.push(" AND (techniques LIKE ").push_bind(containing(&format!("\"{technique}\"")));
            query.push(" ESCAPE '!' OR techniques LIKE ").push_bind(containing(&format!("\"{technique}.")));
            query.push(" ESCAPE '!')");
        }
        if let Some(text) = &filter.containing {
            let pattern = containing(text);
            for (column, before) in [("title", " AND ("), ("targets", " OR "), ("indicators", " OR ")] {
                query.push(before).push(format!("lower({column}) LIKE lower("));
                query.push_bind(pattern.clone()).push(") ESCAPE '!'");
            }
            query.push(")");
        }
        if let Some(least) = filter.severity {
            query.push(" AND severity IN (");
            let mut names = query.separated(", ");
            for severity in Severity::ALL.into_iter().filter(|severity| *severity >= least) {
                names.push_bind(severity.name());
            }
            query.push(")");
        }
        query.push(
            " ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 \
             ELSE 4 END, confidence DESC, last_seen DESC, event_id",
        );
        if let Some(limit) = filter.limit {
            query.push(" LIMIT ").push_bind(i64::from(limit));
        }
        let rows: Vec<String> = query.build_scalar().fetch_all(&self.pool).await?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    /// The threat events whose id is `id` or starts with it.
    pub(crate) async fn events_by_id(&self, id: &str) -> Result<Vec<ThreatEvent>> {
        let whole = if id.starts_with("event--") { id.to_owned() } else { format!("event--{id}") };
        let rows: Vec<String> = sql::query_scalar(
            "SELECT document FROM threat_events WHERE substr(event_id, 1, length($1)) = $1 ORDER BY event_id LIMIT 20",
        )
        .bind(whole)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    pub(crate) async fn count_events(&self) -> Result<u64> {
        let count: i64 = sql::query_scalar("SELECT count(*) FROM threat_events").fetch_one(&self.pool).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// The pattern of all texts that contain this one; the two kinds of store have no other escape in common.
fn containing(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// What correlation has read of an event is read again, or gone with it.
async fn forget_item(transaction: &mut Connection, id: &str) -> Result<()> {
    sql::query("DELETE FROM event_items WHERE event_id = $1").bind(id).execute(&mut *transaction).await?;
    Ok(())
}

fn upsert<'q>(subject: &'q Subject, event: &'q ThreatEvent, document: String, run: &'q Run) -> Result<Builder<'q>> {
    let techniques: Vec<&str> = event.techniques.iter().map(|claim| claim.id.as_str()).collect();
    let targets: Vec<&str> = event.targets.iter().map(|target| target.value.as_str()).collect();
    let indicators: Vec<&str> = event.indicators.iter().map(|(_, value)| value.as_str()).collect();
    let phases: Vec<&str> = event.phases.iter().map(|phase| phase.name()).collect();
    let mut query = Builder::new(
        "INSERT INTO threat_events (event_id, dataset, subject, category, title, description, severity, confidence, \
         first_seen, last_seen, techniques, tactics, phases, targets, indicators, p_value, q_value, n_records, \
         n_findings, attack_version, tlp, run_id, document) VALUES (",
    );
    query
        .separated(", ")
        .push_bind(&event.id)
        .push_bind(&subject.0)
        .push_bind(&subject.1)
        .push_bind(event.category.name())
        .push_bind(&event.title)
        .push_bind(&event.description)
        .push_bind(event.severity.name())
        .push_bind(i64::from(event.confidence))
        .push_bind(event.first_seen.micros())
        .push_bind(event.last_seen.micros())
        .push_bind(serde_json::to_string(&techniques)?)
        .push_bind(serde_json::to_string(&event.tactics)?)
        .push_bind(serde_json::to_string(&phases)?)
        .push_bind(serde_json::to_string(&targets)?)
        .push_bind(serde_json::to_string(&indicators)?)
        .push_bind(event.p_value)
        .push_bind(event.q_value)
        .push_bind(i64::try_from(event.n_records).unwrap_or(i64::MAX))
        .push_bind(i64::try_from(event.findings.len()).unwrap_or(i64::MAX))
        .push_bind(&event.attack_version)
        .push_bind(event.tlp.label())
        .push_bind(&run.id)
        .push_bind(document);
    query.push(
        ") ON CONFLICT (event_id) DO UPDATE SET category = excluded.category, title = excluded.title, \
         description = excluded.description, severity = excluded.severity, confidence = excluded.confidence, \
         first_seen = excluded.first_seen, last_seen = excluded.last_seen, techniques = excluded.techniques, \
         tactics = excluded.tactics, phases = excluded.phases, targets = excluded.targets, \
         indicators = excluded.indicators, p_value = excluded.p_value, q_value = excluded.q_value, \
         n_records = excluded.n_records, n_findings = excluded.n_findings, attack_version = excluded.attack_version, \
         tlp = excluded.tlp, run_id = excluded.run_id, document = excluded.document",
    );
    Ok(query)
}
