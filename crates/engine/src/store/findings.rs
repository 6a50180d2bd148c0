//! Findings: replaced window by window, so that a re-run changes what has changed and doubles nothing.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Finding, Timestamp, Window};
use sqlx::AssertSqlSafe;

use super::{
    ROWS_PER_STATEMENT, Run, Store,
    sql::{self, Builder, Connection},
};
use crate::Result;

/// Whose findings these are: the unit in which threat events are made anew.
pub(crate) type Subject = (String, String);

const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// Which findings to list; everything that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingFilter {
    pub detector: Option<String>,
    /// Windows that end after it.
    pub since: Option<Timestamp>,
    /// Windows that begin before it.
    pub until: Option<Timestamp>,
    /// Only what is listed behind the finding of this id: the last one of the page before.
    pub after: Option<String>,
    pub limit: u32,
}

/// What a detector has found, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FoundBy {
    pub(crate) n: u64,
    pub(crate) n_leads: u64,
    /// Threat events that rest on findings of it that are no leads.
    pub(crate) n_events: u64,
}

impl Store {
    /// Puts the findings of one detector in one window in the place of those it had there. Subjects whose findings
    /// have changed are stale from the same commit on, until their threat events are made anew.
    pub(crate) async fn replace_findings(
        &self,
        detector: &str,
        window: Window,
        findings: &[Finding],
        run: &Run,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        exchange(&mut transaction, detector, window, findings, run).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Subjects whose threat events do not follow from their findings any more.
    pub(crate) async fn stale_subjects(&self) -> Result<Vec<Subject>> {
        Ok(sql::query_as("SELECT dataset, subject FROM stale_subjects ORDER BY dataset, subject")
            .fetch_all(&self.pool)
            .await?)
    }

    /// Every finding of one subject, ordered by id.
    pub(crate) async fn findings_of(&self, subject: &Subject) -> Result<Vec<Finding>> {
        let rows = sql::query_scalar::<String>(
            "SELECT document FROM findings WHERE dataset = $1 AND subject = $2 ORDER BY finding_id",
        )
        .bind(&subject.0)
        .bind(&subject.1)
        .fetch_all(&self.pool)
        .await?;
        documents(&rows)
    }

    /// The findings behind one threat event, ordered by window.
    pub(crate) async fn findings_behind(&self, event_id: &str) -> Result<Vec<Finding>> {
        let mut query = Builder::new("SELECT f.document FROM findings f WHERE f.event_id = ");
        query.push_bind(event_id);
        self.push_finding_seen(&mut query, "f");
        query.push(" ORDER BY f.window_start, f.finding_id");
        documents(&query.build_scalar::<String>().fetch_all(&self.pool).await?)
    }

    /// Findings, the newest first.
    pub(crate) async fn findings(&self, filter: &FindingFilter) -> Result<Vec<Finding>> {
        let mut query = Builder::new("SELECT f.document FROM findings f WHERE 1 = 1");
        self.push_finding_seen(&mut query, "f");
        if let Some(detector) = &filter.detector {
            query.push(" AND f.detector = ").push_bind(detector);
        }
        if let Some(since) = filter.since {
            query.push(" AND f.window_end > ").push_bind(since.micros());
        }
        if let Some(until) = filter.until {
            query.push(" AND f.window_start < ").push_bind(until.micros());
        }
        if let Some(after) = &filter.after {
            query.push(" AND (f.window_start, f.finding_id) < (SELECT a.window_start, a.finding_id FROM findings a");
            query.push(" WHERE a.finding_id = ").push_bind(after);
            self.push_finding_seen(&mut query, "a");
            query.push(")");
        }
        query.push(" ORDER BY f.window_start DESC, f.finding_id DESC LIMIT ").push_bind(i64::from(filter.limit));
        documents(&query.build_scalar::<String>().fetch_all(&self.pool).await?)
    }

    /// How many findings each detector has, how many of them are leads, and in how many events the others are.
    pub(crate) async fn count_findings(&self) -> Result<BTreeMap<String, FoundBy>> {
        // A text of JSON has this in it only where it is a whole label.
        let lead = format!("f.labels LIKE '%\"{}\"%'", schema::LEAD);
        let mut query = Builder::new("SELECT f.detector, count(*), sum(CASE WHEN ");
        query.push(&lead).push(" THEN 1 ELSE 0 END), count(DISTINCT CASE WHEN ");
        query.push(&lead).push(" THEN NULL ELSE f.event_id END) FROM findings f WHERE 1 = 1");
        self.push_finding_seen(&mut query, "f");
        query.push(" GROUP BY f.detector");
        let rows = query.build().fetch_all(&self.pool).await?;
        let whole = |n: i64| u64::try_from(n).unwrap_or(0);
        rows.iter()
            .map(|row| {
                let (n, n_leads) = (whole(row.try_get(1)?), whole(row.try_get(2)?));
                Ok((row.try_get(0)?, FoundBy { n, n_leads, n_events: whole(row.try_get(3)?) }))
            })
            .collect()
    }

    /// Every finding with a q-value, raised or not, ordered by id.
    pub(crate) async fn tested_findings(&self) -> Result<Vec<Finding>> {
        let rows =
            sql::query_scalar::<String>("SELECT document FROM findings WHERE q_value IS NOT NULL ORDER BY finding_id")
                .fetch_all(&self.pool)
                .await?;
        documents(&rows)
    }

    /// How many findings name each technique, and when the newest of them was last seen.
    pub(crate) async fn found_by_technique(&self) -> Result<BTreeMap<String, (u64, Timestamp)>> {
        let mut query = Builder::new("SELECT f.techniques, count(*), max(f.last_seen) FROM findings f WHERE 1 = 1");
        self.push_finding_seen(&mut query, "f");
        query.push(" GROUP BY f.techniques");
        let rows = query.build().fetch_all(&self.pool).await?;
        let mut told: BTreeMap<String, (u64, Timestamp)> = BTreeMap::new();
        for row in rows {
            let (techniques, n, last): (String, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let last = Timestamp::from_micros(last).unwrap_or_default();
            for technique in serde_json::from_str::<BTreeSet<String>>(&techniques)? {
                let (count, newest) = told.entry(technique).or_default();
                *count = count.saturating_add(u64::try_from(n).unwrap_or(0));
                *newest = last.max(*newest);
            }
        }
        Ok(told)
    }

    /// Ends of windows, from `since` on, in which something with a q-value was found.
    pub(crate) async fn days_with_tests(&self, since: Timestamp) -> Result<Vec<Timestamp>> {
        let ends = sql::query_scalar::<i64>(
            "SELECT DISTINCT window_end FROM findings WHERE q_value IS NOT NULL AND window_end >= $1 ORDER BY window_end",
        )
        .bind(since.micros())
        .fetch_all(&self.pool)
        .await?;
        Ok(ends.into_iter().filter_map(Timestamp::from_micros).collect())
    }

    /// Every finding with a q-value whose window ends then, ordered by id.
    pub(crate) async fn tested_on(&self, end: Timestamp) -> Result<Vec<Finding>> {
        let rows = sql::query_scalar::<String>(
            "SELECT document FROM findings WHERE q_value IS NOT NULL AND window_end = $1 ORDER BY finding_id",
        )
        .bind(end.micros())
        .fetch_all(&self.pool)
        .await?;
        documents(&rows)
    }

    /// Keeps the labels of these findings; their subjects are stale from the same commit on.
    pub(crate) async fn relabel(&self, findings: &[Finding]) -> Result<()> {
        let mut transaction = self.begin().await?;
        for finding in findings {
            sql::query("UPDATE findings SET labels = $2, document = $3 WHERE finding_id = $1")
                .bind(&finding.id)
                .bind(serde_json::to_string(&finding.labels)?)
                .bind(serde_json::to_string(finding)?)
                .execute(&mut *transaction)
                .await?;
            stale(&mut transaction, &finding.dataset, &finding.subject.value).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Of the last so many days before the newest finding of a rule: on how many of them rules fired at all, and of each
    /// rule or correlation its id, its findings and their subjects.
    pub(crate) async fn findings_by_rule(&self, days: i64) -> Result<(u64, Vec<(String, u64, u64)>)> {
        let newest: Option<i64> =
            sql::query_scalar("SELECT max(window_start) FROM findings WHERE detector IN ('rule', 'correlation')")
                .fetch_one(&self.pool)
                .await?;
        let Some(newest) = newest else { return Ok((0, Vec::new())) };
        let since = newest.saturating_sub(days.saturating_mul(DAY_MICROS));
        let n_days: i64 = sql::query_scalar(
            "SELECT count(DISTINCT window_start / $1) FROM findings \
             WHERE detector IN ('rule', 'correlation') AND window_start > $2",
        )
        .bind(DAY_MICROS)
        .bind(since)
        .fetch_one(&self.pool)
        .await?;
        // The second label is the rule's id: titles may be those of two rules.
        let second = self.pool.dialect().text_in_list("labels", 1);
        let by_rule = format!(
            "SELECT substr({second}, 6), count(*), count(DISTINCT subject) FROM findings \
             WHERE detector IN ('rule', 'correlation') AND window_start > $1 \
             AND {second} LIKE 'rule:%' GROUP BY 1 ORDER BY 1",
        );
        // It is made of texts of ours alone.
        let rows: Vec<(String, i64, i64)> =
            sql::query_as(AssertSqlSafe(by_rule)).bind(since).fetch_all(&self.pool).await?;
        let whole = |n: i64| u64::try_from(n).unwrap_or(0);
        Ok((whole(n_days), rows.into_iter().map(|(id, n, subjects)| (id, whole(n), whole(subjects))).collect()))
    }

    /// Findings with a q-value that belong to no threat event: what the evidence hints at and does not carry.
    pub(crate) async fn count_leads(&self) -> Result<u64> {
        let mut query =
            Builder::new("SELECT count(*) FROM findings f WHERE f.event_id IS NULL AND f.q_value IS NOT NULL");
        self.push_seen(&mut query, "f");
        let count: i64 = query.build_scalar().fetch_one(&self.pool).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// [`Store::replace_findings`], within a transaction that keeps more of the window.
pub(super) async fn exchange(
    transaction: &mut Connection,
    detector: &str,
    window: Window,
    findings: &[Finding],
    run: &Run,
) -> Result<()> {
    let old = sql::query(
        "SELECT dataset, subject, finding_id, document FROM findings \
         WHERE detector = $1 AND window_start = $2 AND window_end = $3",
    )
    .bind(detector)
    .bind(window.start.micros())
    .bind(window.end.micros())
    .fetch_all(&mut *transaction)
    .await?;

    let mut gone = BTreeSet::new();
    for row in &old {
        let subject: Subject = (row.try_get("dataset")?, row.try_get("subject")?);
        gone.insert((subject, row.try_get::<String, _>("finding_id")?, row.try_get::<String, _>("document")?));
    }
    let mut changed = BTreeSet::new();
    let mut fresh = Vec::new();
    for finding in findings {
        let subject = (finding.dataset.clone(), finding.subject.value.clone());
        let document = serde_json::to_string(finding)?;
        let same = gone.remove(&(subject.clone(), finding.id.clone(), document.clone()));
        if !same {
            changed.insert(subject);
            fresh.push((finding, document));
        }
    }

    for (subject, id, _) in gone {
        sql::query("DELETE FROM findings WHERE finding_id = $1").bind(id).execute(&mut *transaction).await?;
        changed.insert(subject);
    }
    for chunk in fresh.chunks(ROWS_PER_STATEMENT) {
        insert(chunk, run)?.build().execute(&mut *transaction).await?;
    }
    for (dataset, subject) in changed {
        stale(transaction, &dataset, &subject).await?;
    }
    Ok(())
}

/// The threat events of this subject are to be made anew.
async fn stale(transaction: &mut Connection, dataset: &str, subject: &str) -> Result<()> {
    sql::query("INSERT INTO stale_subjects (dataset, subject) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(dataset)
        .bind(subject)
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

fn documents(rows: &[String]) -> Result<Vec<Finding>> {
    rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
}

fn insert<'q>(findings: &'q [(&'q Finding, String)], run: &'q Run) -> Result<Builder<'q>> {
    let mut lists = Vec::with_capacity(findings.len());
    for (finding, _) in findings {
        let statistics: serde_json::Map<String, serde_json::Value> =
            finding.statistics.iter().map(|(name, value)| (name.clone(), (*value).into())).collect();
        lists.push([
            serde_json::to_string(&finding.techniques)?,
            serde_json::to_string(&finding.labels)?,
            serde_json::to_string(&statistics)?,
            serde_json::to_string(&finding.evidence)?,
        ]);
    }
    let mut query = Builder::new(
        "INSERT INTO findings (finding_id, dataset, detector, detector_version, subject_kind, subject, object_kind, \
         object, window_start, window_end, first_seen, last_seen, n_records, score, p_value, q_value, \
         null_hypothesis, confidence, techniques, labels, because, unless, statistics, evidence, query, tlp, run_id, document) ",
    );
    query.push_values(
        findings.iter().zip(lists),
        |mut row, ((finding, document), [techniques, labels, statistics, evidence])| {
            row.push_bind(&finding.id)
                .push_bind(&finding.dataset)
                .push_bind(&finding.detector)
                .push_bind(&finding.detector_version)
                .push_bind(finding.subject.kind.name())
                .push_bind(&finding.subject.value)
                .push_bind(finding.object.as_ref().map(|object| object.kind.name()))
                .push_bind(finding.object.as_ref().map(|object| &object.value))
                .push_bind(finding.window.start.micros())
                .push_bind(finding.window.end.micros())
                .push_bind(finding.first_seen.micros())
                .push_bind(finding.last_seen.micros())
                .push_bind(i64::try_from(finding.n_records).unwrap_or(i64::MAX))
                .push_bind(finding.score)
                .push_bind(finding.p_value)
                .push_bind(finding.q_value)
                .push_bind(finding.null_hypothesis.as_deref())
                .push_bind(i64::from(finding.confidence))
                .push_bind(techniques)
                .push_bind(labels)
                .push_bind(&finding.because)
                .push_bind(&finding.unless)
                .push_bind(statistics)
                .push_bind(evidence)
                .push_bind(finding.query.as_deref())
                .push_bind(finding.tlp.label())
                .push_bind(&run.id)
                .push_bind(document);
        },
    );
    // Two windows never share an id; should a detector break that promise, the later finding stands.
    query.push(" ON CONFLICT (finding_id) DO UPDATE SET document = excluded.document, run_id = excluded.run_id");
    Ok(query)
}
