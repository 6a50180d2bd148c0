//! Cases: each change with its line of history in one transaction.

use intel::work::{
    Entry, Refusal,
    case::{Case, CaseChange},
};
use schema::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{
        Store,
        sql::{self, Builder, Connection},
    },
    events::Acting,
    history::{self, HistoryLine},
};
use crate::Result;

/// Which cases to list; everything that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Also those that are closed.
    pub closed: bool,
    pub owner: Option<String>,
    /// Past their deadline at this time.
    pub overdue_at: Option<Timestamp>,
    pub limit: Option<u32>,
}

/// What a change of a case has come to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CaseWorked {
    Changed(Box<Case>),
    Same(Box<Case>),
    Refused(Refusal),
}

impl Store {
    /// Keeps a new case, under the next number.
    pub(crate) async fn open_case(&self, case: Case, acting: &Acting) -> Result<Case> {
        let mut transaction = self.begin().await?;
        let number: i64 =
            sql::query_scalar("SELECT coalesce(max(number), 0) + 1 FROM cases").fetch_one(&mut *transaction).await?;
        let case = Case { number, ..case };
        let after = json!({ "title": case.title, "severity": case.severity, "tlp": case.tlp, "owner": case.owner });
        let entry = Entry { change: "open".to_owned(), before: Value::Null, after, reason: String::new() };
        write(&mut transaction, &case, acting).await?;
        tell(&mut transaction, &case, entry, acting).await?;
        transaction.commit().await?;
        Ok(case)
    }

    /// Makes several changes, all of them or none.
    pub(crate) async fn work_on_case(&self, id: &str, changes: &[CaseChange], acting: &Acting) -> Result<CaseWorked> {
        let mut transaction = self.begin().await?;
        let document: String = sql::query_scalar("SELECT document FROM cases WHERE case_id = $1")
            .bind(id)
            .fetch_one(&mut *transaction)
            .await?;
        let mut case: Case = serde_json::from_str(&document)?;
        if let Some(expected) = acting.expected.filter(|expected| *expected != case.version) {
            return Ok(CaseWorked::Refused(Refusal {
                why: format!("version {expected} is not the newest: the case is at version {}", case.version),
                hint: "look at it again, and give its new version".to_owned(),
            }));
        }
        let before = case.version;
        for change in changes {
            match case.after(change, &acting.by, acting.now) {
                Err(refusal) => return Ok(CaseWorked::Refused(refusal)),
                Ok(None) => {}
                Ok(Some((after, entry))) => {
                    case = after;
                    tell(&mut transaction, &case, entry, acting).await?;
                }
            }
        }
        if case.version == before {
            return Ok(CaseWorked::Same(Box::new(case)));
        }
        write(&mut transaction, &case, acting).await?;
        transaction.commit().await?;
        Ok(CaseWorked::Changed(Box::new(case)))
    }

    /// Cases, the worst and latest first.
    pub(crate) async fn cases(&self, filter: &CaseFilter) -> Result<Vec<Case>> {
        let mut query = Builder::new("SELECT c.document FROM cases c WHERE 1 = 1");
        self.push_marked(&mut query, "c");
        if !filter.closed {
            query.push(" AND state = 'open'");
        }
        if let Some(owner) = &filter.owner {
            query.push(" AND owner = ").push_bind(owner);
        }
        if let Some(at) = filter.overdue_at {
            query.push(" AND due_at < ").push_bind(at.micros());
        }
        query.push(
            " ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 \
             ELSE 4 END, changed_at DESC, number",
        );
        if let Some(limit) = filter.limit {
            query.push(" LIMIT ").push_bind(i64::from(limit));
        }
        let rows: Vec<String> = query.build_scalar().fetch_all(&self.pool).await?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    /// The case of this number, or those whose id begins so.
    pub(crate) async fn cases_by_name(&self, name: &str) -> Result<Vec<Case>> {
        let whole = if name.starts_with("case--") { name.to_owned() } else { format!("case--{name}") };
        // Numbers are short and ids long: a number that is a case is meant as one.
        let number: i64 = name.parse().unwrap_or(-1);
        let mut by_number = Builder::new("SELECT c.document FROM cases c WHERE c.number = ");
        by_number.push_bind(number);
        self.push_marked(&mut by_number, "c");
        let by_number: Option<String> = by_number.build_scalar().fetch_optional(&self.pool).await?;
        let rows: Vec<String> = match by_number {
            Some(row) => vec![row],
            None => {
                let behind = format!("{whole}~");
                let mut query = Builder::new("SELECT c.document FROM cases c WHERE c.case_id >= ");
                query.push_bind(whole).push(" AND c.case_id < ").push_bind(behind);
                self.push_marked(&mut query, "c");
                query.push(" LIMIT 20");
                query.build_scalar().fetch_all(&self.pool).await?
            }
        };
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    /// The cases that hold a thing.
    pub(crate) async fn cases_with(&self, kind: &str, item: &str) -> Result<Vec<Case>> {
        let mut query = Builder::new("SELECT c.document FROM case_evidence e JOIN cases c ON c.case_id = e.case_id");
        query.push(" WHERE e.kind = ").push_bind(kind).push(" AND e.item = ").push_bind(item);
        self.push_marked(&mut query, "c");
        query.push(" ORDER BY c.number LIMIT 100");
        let rows: Vec<String> = query.build_scalar().fetch_all(&self.pool).await?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }
}

async fn tell(transaction: &mut Connection, case: &Case, entry: Entry, acting: &Acting) -> Result<()> {
    let line = HistoryLine {
        subject: case.id.clone(),
        number: case.version,
        changed_at: acting.now,
        changed_by: acting.by.clone(),
        entry,
    };
    history::add(transaction, &line).await
}

async fn write(transaction: &mut Connection, case: &Case, acting: &Acting) -> Result<()> {
    sql::query(
        "INSERT INTO cases (case_id, number, version, title, severity, state, owner, due_at, tlp, opened_at, opened_by, \
         closed_at, outcome, changed_at, document) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (case_id) DO UPDATE SET \
         version = excluded.version, title = excluded.title, severity = excluded.severity, state = excluded.state, \
         owner = excluded.owner, due_at = excluded.due_at, tlp = excluded.tlp, closed_at = excluded.closed_at, \
         outcome = excluded.outcome, changed_at = excluded.changed_at, document = excluded.document",
    )
    .bind(&case.id)
    .bind(case.number)
    .bind(case.version)
    .bind(&case.title)
    .bind(case.severity.name())
    .bind(if case.is_open() { "open" } else { "closed" })
    .bind(case.owner.as_ref())
    .bind(case.due_at.map(Timestamp::micros))
    .bind(case.tlp.label())
    .bind(case.opened_at.micros())
    .bind(&case.opened_by)
    .bind(case.closed.as_ref().map(|closing| closing.at.micros()))
    .bind(case.closed.as_ref().map(|closing| closing.outcome.name()))
    .bind(acting.now.micros())
    .bind(serde_json::to_string(case)?)
    .execute(&mut *transaction)
    .await?;
    sql::query("DELETE FROM case_evidence WHERE case_id = $1").bind(&case.id).execute(&mut *transaction).await?;
    for item in &case.items {
        sql::query("INSERT INTO case_evidence (case_id, kind, item) VALUES ($1, $2, $3)")
            .bind(&case.id)
            .bind(item.kind.name())
            .bind(&item.value)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}
