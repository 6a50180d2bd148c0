//! Threat events: made anew for the subjects whose findings have changed.

use std::collections::{BTreeMap, BTreeSet};

use schema::ThreatEvent;

use super::{
    ROWS_PER_STATEMENT, Run, Store,
    event_pages::EVENTS_LONGEST,
    findings::Subject,
    marks::raise_mark,
    sql::{self, Builder, Connection},
    work,
};
use crate::Result;

impl Store {
    /// Puts `events` in the place of all threat events of `subject`, which is not stale any more. Returns how many were written.
    pub(crate) async fn replace_events(&self, subject: &Subject, events: &[ThreatEvent], run: &Run) -> Result<u64> {
        let mut transaction = self.begin().await?;
        let old: Vec<(String, String)> = sql::query_as(
            "SELECT event_id, document FROM threat_events WHERE dataset = $1 AND subject = $2 AND origin = 'detection'",
        )
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
        let mut written = Vec::new();
        for event in events {
            gone.remove(&event.id);
            let document = serde_json::to_string(event)?;
            let unchanged = old.iter().any(|(id, before)| *id == event.id && *before == document);
            if !unchanged {
                written.push(Written { subject, event, document, origin: DETECTION });
            }
            for findings in event.findings.chunks(ROWS_PER_STATEMENT) {
                let mut query = Builder::new("UPDATE findings SET event_id = ");
                query.push_bind(&event.id).push(" WHERE finding_id IN ").push_list(findings);
                query.build().execute(&mut *transaction).await?;
            }
        }
        let n_written = written.len() as u64;
        // What is raised again is in the lists again.
        forget(&mut transaction, &written, &[&LISTS[..], &["event_items", "withdrawn_events"]].concat()).await?;
        work::keep_or_remove(&mut transaction, gone).await?;
        write(&mut transaction, written, run).await?;
        sql::query("DELETE FROM stale_subjects WHERE dataset = $1 AND subject = $2")
            .bind(&subject.0)
            .bind(&subject.1)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(n_written)
    }

    /// Writes events without findings, new ones and in the place of old ones: as benchmarks and imports have them.
    pub(crate) async fn add_events(&self, events: &[ThreatEvent], run: &Run) -> Result<()> {
        let subjects: Vec<Subject> = events
            .iter()
            .map(|event| {
                (event.dataset.clone(), event.targets.first().map(|target| target.value.clone()).unwrap_or_default())
            })
            .collect();
        let mut written = Vec::with_capacity(events.len());
        for (event, subject) in events.iter().zip(&subjects) {
            written.push(Written { subject, event, document: serde_json::to_string(event)?, origin: IMPORT });
        }
        let mut transaction = self.begin().await?;
        forget(&mut transaction, &written, &[&LISTS[..], &["event_items"]].concat()).await?;
        write(&mut transaction, written, run).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// These events, those that are there, in the order of their ids.
    pub(crate) async fn events_of_ids(&self, ids: &[String]) -> Result<Vec<ThreatEvent>> {
        let mut events = Vec::new();
        for chunk in ids.chunks(ROWS_PER_STATEMENT) {
            let mut query = Builder::new("SELECT e.document FROM threat_events e WHERE e.event_id IN ");
            query.push_list(chunk);
            self.push_seen(&mut query, "e");
            query.push(" ORDER BY e.event_id");
            for text in query.build_scalar::<String>().fetch_all(&self.pool).await? {
                events.push(serde_json::from_str(&text)?);
            }
        }
        Ok(events)
    }

    /// The threat events whose id is `id` or starts with it.
    pub(crate) async fn events_by_id(&self, id: &str) -> Result<Vec<ThreatEvent>> {
        let whole = if id.starts_with("event--") { id.to_owned() } else { format!("event--{id}") };
        // Ids are ASCII: all that begin so lie before this one.
        let behind = format!("{whole}~");
        let mut query = Builder::new("SELECT e.document FROM threat_events e WHERE e.event_id >= ");
        query.push_bind(whole).push(" AND e.event_id < ").push_bind(behind);
        self.push_seen(&mut query, "e");
        query.push(" ORDER BY e.event_id LIMIT 20");
        let rows: Vec<String> = query.build_scalar().fetch_all(&self.pool).await?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    pub(crate) async fn count_events(&self) -> Result<u64> {
        let mut query = Builder::new(format!("SELECT count(*) FROM threat_events e WHERE {}", work::NOT_WITHDRAWN));
        self.push_seen(&mut query, "e");
        let count: i64 = query.build_scalar().fetch_one(&self.pool).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// An event as it is written.
struct Written<'e> {
    subject: &'e Subject,
    event: &'e ThreatEvent,
    document: String,
    origin: &'static str,
}

/// Where an event comes from.
const DETECTION: &str = "detection";
const IMPORT: &str = "import";

/// Tables that list events by what is in them; they are written and removed with the events.
pub(super) const LISTS: [&str; 3] = ["event_techniques", "event_tactics", "event_texts"];

/// Events in one statement: each has two dozen values.
const EVENTS_PER_STATEMENT: usize = 200;

/// Ids of ATT&CK have nine; what a feed calls a technique may be anything.
const TECHNIQUE_BYTES_MAX: usize = 40;

/// Writes events that no list names yet.
async fn write(transaction: &mut Connection, mut events: Vec<Written<'_>>, run: &Run) -> Result<()> {
    for some in events.chunks_mut(EVENTS_PER_STATEMENT) {
        upsert(some, run)?.build().execute(&mut *transaction).await?;
        list_techniques(transaction, some).await?;
        list_tactics(transaction, some).await?;
        list_texts(transaction, some).await?;
    }
    let lasting = events.iter().map(|one| one.event.last_seen.micros().saturating_sub(one.event.first_seen.micros()));
    if let Some(longest) = lasting.max() {
        raise_mark(transaction, EVENTS_LONGEST, longest).await?;
    }
    Ok(())
}

/// Takes events out of tables that are made anew with them.
async fn forget(transaction: &mut Connection, events: &[Written<'_>], tables: &[&'static str]) -> Result<()> {
    let ids: Vec<&str> = events.iter().map(|one| one.event.id.as_str()).collect();
    for some in ids.chunks(ROWS_PER_STATEMENT) {
        for &table in tables {
            delete(transaction, table, some).await?;
        }
    }
    Ok(())
}

pub(super) async fn delete(transaction: &mut Connection, table: &'static str, ids: &[&str]) -> Result<()> {
    let mut query = Builder::new("DELETE FROM ");
    query.push(table).push(" WHERE event_id IN ").push_list(ids.iter().copied());
    query.build().execute(transaction).await?;
    Ok(())
}

/// Lists events under each of their techniques, and under those that their sub-techniques belong to.
async fn list_techniques(transaction: &mut Connection, events: &[Written<'_>]) -> Result<()> {
    let mut listed: BTreeMap<(&str, &str), &ThreatEvent> = BTreeMap::new();
    for Written { event, .. } in events {
        for id in event.techniques.iter().map(|claim| claim.id.as_str()).filter(|id| id.len() <= TECHNIQUE_BYTES_MAX) {
            listed.insert((id, &event.id), event);
            if let Some((above, _)) = id.split_once('.') {
                listed.insert((above, &event.id), event);
            }
        }
    }
    list(transaction, "event_techniques", "technique", &listed).await
}

/// Lists events under each of their tactics.
async fn list_tactics(transaction: &mut Connection, events: &[Written<'_>]) -> Result<()> {
    let mut listed: BTreeMap<(&str, &str), &ThreatEvent> = BTreeMap::new();
    for Written { event, .. } in events {
        for tactic in event.tactics.iter().map(String::as_str).filter(|name| name.len() <= TECHNIQUE_BYTES_MAX) {
            listed.insert((tactic, &event.id), event);
        }
    }
    list(transaction, "event_tactics", "tactic", &listed).await
}

/// Lists events by label and id.
async fn list(
    transaction: &mut Connection,
    table: &'static str,
    label: &'static str,
    listed: &BTreeMap<(&str, &str), &ThreatEvent>,
) -> Result<()> {
    let listed: Vec<_> = listed.iter().collect();
    for some in listed.chunks(ROWS_PER_STATEMENT) {
        let mut query = Builder::new(format!(
            "INSERT INTO {table} ({label}, severity_rank, confidence, last_seen, event_id, first_seen, category, dataset, tlp) "
        ));
        query.push_values(some, |mut row, ((label, id), event)| {
            row.push_bind(*label)
                .push_bind(event.severity as i64)
                .push_bind(i64::from(event.confidence))
                .push_bind(event.last_seen.micros())
                .push_bind(*id)
                .push_bind(event.first_seen.micros())
                .push_bind(event.category.name())
                .push_bind(&event.dataset)
                .push_bind(event.tlp.label());
        });
        query.build().execute(&mut *transaction).await?;
    }
    Ok(())
}

/// Keeps what texts are looked for in: the title, targets and indicators, a line each.
async fn list_texts(transaction: &mut Connection, events: &[Written<'_>]) -> Result<()> {
    let mut query = Builder::new("INSERT INTO event_texts (event_id, text) ");
    query.push_values(events, |mut row, Written { event, .. }| {
        let targets = event.targets.iter().map(|target| target.value.as_str());
        let indicators = event.indicators.iter().map(|(_, value)| value.as_str());
        let lines: Vec<&str> = std::iter::once(event.title.as_str()).chain(targets).chain(indicators).collect();
        // SQLite would not look behind a zero.
        row.push_bind(&event.id).push_bind(lines.join("\n").replace('\0', "\u{fffd}"));
    });
    query.build().execute(&mut *transaction).await?;
    Ok(())
}

fn upsert<'q>(events: &'q mut [Written<'_>], run: &'q Run) -> Result<Builder<'q>> {
    let mut lists = Vec::with_capacity(events.len());
    for Written { event, .. } in events.iter() {
        lists.push([
            serde_json::to_string(&event.techniques.iter().map(|claim| &claim.id).collect::<Vec<_>>())?,
            serde_json::to_string(&event.tactics)?,
            serde_json::to_string(&event.phases.iter().map(|phase| phase.name()).collect::<Vec<_>>())?,
            serde_json::to_string(&event.targets.iter().map(|target| &target.value).collect::<Vec<_>>())?,
            serde_json::to_string(&event.indicators.iter().map(|(_, value)| value).collect::<Vec<_>>())?,
        ]);
    }
    let mut query = Builder::new(
        "INSERT INTO threat_events (event_id, dataset, subject, category, title, description, severity, confidence, \
         first_seen, last_seen, techniques, tactics, phases, targets, indicators, p_value, q_value, n_records, \
         n_findings, attack_version, tlp, run_id, document, severity_rank, origin) ",
    );
    query.push_values(events.iter_mut().zip(lists), |mut row, (written, lists)| {
        let Written { subject, event, document, origin } = written;
        row.push_bind(&event.id)
            .push_bind(&subject.0)
            .push_bind(&subject.1)
            .push_bind(event.category.name())
            .push_bind(&event.title)
            .push_bind(&event.description)
            .push_bind(event.severity.name())
            .push_bind(i64::from(event.confidence))
            .push_bind(event.first_seen.micros())
            .push_bind(event.last_seen.micros());
        lists.into_iter().for_each(|list| {
            row.push_bind(list);
        });
        row.push_bind(event.p_value)
            .push_bind(event.q_value)
            .push_bind(i64::try_from(event.n_records).unwrap_or(i64::MAX))
            .push_bind(i64::try_from(event.findings.len()).unwrap_or(i64::MAX))
            .push_bind(&event.attack_version)
            .push_bind(event.tlp.label())
            .push_bind(&run.id)
            .push_bind(std::mem::take(document))
            .push_bind(event.severity as i64)
            .push_bind(*origin);
    });
    query.push(
        " ON CONFLICT (event_id) DO UPDATE SET category = excluded.category, title = excluded.title, \
         description = excluded.description, severity = excluded.severity, confidence = excluded.confidence, \
         first_seen = excluded.first_seen, last_seen = excluded.last_seen, techniques = excluded.techniques, \
         tactics = excluded.tactics, phases = excluded.phases, targets = excluded.targets, \
         indicators = excluded.indicators, p_value = excluded.p_value, q_value = excluded.q_value, \
         n_records = excluded.n_records, n_findings = excluded.n_findings, attack_version = excluded.attack_version, \
         tlp = excluded.tlp, run_id = excluded.run_id, document = excluded.document, \
         severity_rank = excluded.severity_rank, origin = excluded.origin",
    );
    Ok(query)
}
