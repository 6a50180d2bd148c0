//! Cases: opened by people, filled with what is there, and told in the order of time.

use std::collections::BTreeSet;

use intel::work::{
    self, Words,
    case::{Case, CaseChange, ItemKind},
};
use schema::{Severity, ThreatEvent, Timestamp, Tlp, observe, stable_id, tables};

use super::events::refused;
use crate::{
    CaseFilter, Engine, Error, Result, clock,
    store::{Acting, CaseWorked},
};

/// Moments of one case that are told.
const MOMENTS_MAX: usize = 20_000;

/// Bytes of an indicator: indexes take no longer texts.
const INDICATOR_BYTES_MAX: usize = 2_000;

/// A case to be opened.
#[derive(Debug, Clone)]
pub struct NewCase {
    pub title: String,
    pub description: Option<String>,
    /// That of the worst event where it is not said, or medium.
    pub severity: Option<Severity>,
    pub owner: Option<String>,
    pub due_at: Option<Timestamp>,
    /// The strictest of the events where it is not said, or that of our own telemetry.
    pub tlp: Option<Tlp>,
    /// Ids of events and campaigns, or beginnings of them.
    pub events: Vec<String>,
    pub campaigns: Vec<String>,
    pub by: String,
}

/// Something that happened, in the story of a case.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Moment {
    pub at: Timestamp,
    /// `event`, `record`, `case` or `work`: what happened outside, and what people did about it.
    pub kind: &'static str,
    /// Id of the event, record or case.
    pub about: String,
    /// Who, where a person did it.
    pub by: Option<String>,
    pub what: String,
}

impl Engine {
    pub async fn open_case(&self, new: &NewCase) -> Result<Case> {
        let title = work::text(Words::Title, &new.title).map_err(refused)?;
        let description = new.description.as_deref().map(|text| work::text(Words::Note, text)).transpose();
        let owner = new.owner.as_deref().map(work::who).transpose().map_err(refused)?;
        let by = work::who(&new.by).map_err(refused)?;
        let mut items = Vec::new();
        for id in &new.events {
            items.push((ItemKind::Event, id.clone()));
        }
        for id in &new.campaigns {
            items.push((ItemKind::Campaign, id.clone()));
        }
        let mut changes = Vec::new();
        for (kind, value) in items {
            changes.push(self.checked_item(kind, &value, "").await?);
        }
        let events = self.events_in(&changes).await?;
        new.tlp.map_or(Ok(()), |marking| self.may_mark(marking))?;
        let worst = events.iter().map(|event| event.severity).max();
        let strictest = events.iter().map(|event| event.tlp).max();
        let now = clock::now();
        let case = Case {
            id: stable_id("case", &[&title, &by, &now.nanos().to_string()]),
            number: 0,
            version: 1,
            title,
            description: description.map_err(refused)?.unwrap_or_default(),
            severity: new.severity.or(worst).unwrap_or(Severity::Medium),
            owner,
            due_at: new.due_at,
            tlp: new.tlp.or(strictest).unwrap_or(self.config.sharing.own_tlp.min(self.scope().ceiling)),
            opened_at: now,
            opened_by: by.clone(),
            closed: None,
            tasks: Vec::new(),
            requests: Vec::new(),
            items: Vec::new(),
            n_notes: 0,
        };
        let acting = Acting { by, now, expected: None };
        let case = self.store.open_case(case, &acting).await?;
        if changes.is_empty() {
            return Ok(case);
        }
        self.change_case(&case.id, &changes, acting).await
    }

    /// Makes several changes of a case, all of them or none. Gives the case as it is then.
    pub async fn work_on_case(
        &self,
        name: &str,
        changes: &[CaseChange],
        by: &str,
        version: Option<i64>,
    ) -> Result<Case> {
        let case = self.case(name).await?;
        let mut checked = Vec::new();
        for change in changes {
            checked.push(self.checked_change(change).await?);
        }
        let acting = Acting { by: work::who(by).map_err(refused)?, now: clock::now(), expected: version };
        self.change_case(&case.id, &checked, acting).await
    }

    async fn change_case(&self, id: &str, changes: &[CaseChange], acting: Acting) -> Result<Case> {
        for change in changes {
            if let CaseChange::Tlp(marking) = change {
                self.may_mark(*marking)?;
            }
        }
        match self.store.work_on_case(id, changes, &acting).await? {
            CaseWorked::Changed(case) | CaseWorked::Same(case) => {
                let seen = self.case_seen(*case).await?;
                seen.ok_or_else(|| Error::usage("nothing is left in the case that you may see"))
            }
            CaseWorked::Refused(refusal) => Err(refused(refusal)),
        }
    }

    /// The one case of this number, id, or beginning of an id.
    pub async fn case(&self, name: &str) -> Result<Case> {
        let mut found = self.cases_seen(self.store.cases_by_name(name).await?).await?;
        match (found.pop(), found.len()) {
            (Some(case), 0) => Ok(case),
            (None, _) => Err(Error::usage(format!("there is no case \"{name}\""))
                .hint("`margay cases list --all` shows the numbers")),
            (Some(_), more) => Err(Error::usage(format!("\"{name}\" begins the ids of {} cases", more + 1))
                .hint("give its number, or more of the id")),
        }
    }

    pub async fn cases(&self, filter: &CaseFilter) -> Result<Vec<Case>> {
        self.cases_seen(self.store.cases(filter).await?).await
    }

    /// The cases that an event is in.
    pub async fn cases_of_event(&self, event_id: &str) -> Result<Vec<Case>> {
        if !self.subject_is_seen(event_id).await? {
            return Ok(Vec::new());
        }
        self.cases_seen(self.store.cases_with(ItemKind::Event.name(), event_id).await?).await
    }

    /// What happened and what was done, in the order of time: from the events and records of the case, its own history
    /// and that of its events.
    pub async fn timeline(&self, case: &Case) -> Result<Vec<Moment>> {
        let mut moments = Vec::new();
        for event in self.events_of_case(case).await? {
            let seen = |at, what: String| Moment { at, kind: "event", about: event.id.clone(), by: None, what };
            moments.push(seen(event.first_seen, format!("{} ({})", event.title, event.severity)));
            if event.last_seen > event.first_seen {
                moments.push(seen(event.last_seen, format!("last seen: {}", event.title)));
            }
            for line in self.work_history(&event.id).await? {
                let what = format!("event {}: {} {}", line.entry.change, line.entry.after, line.entry.reason);
                moments.push(done("work", &event.id, line.changed_at, line.changed_by, what));
            }
        }
        for row in self.evidence(&records(case)).await? {
            let about = format!("{}/{}", row.table, row.record_id);
            let what = row.fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
            moments.push(Moment { at: row.observed_at, kind: "record", about, by: None, what });
        }
        for line in self.work_history(&case.id).await? {
            let what = format!("{}: {} {}", line.entry.change, line.entry.after, line.entry.reason);
            moments.push(done("case", &case.id, line.changed_at, line.changed_by, what));
        }
        // What came at one instant stays in the order in which it was done.
        moments.sort_by_key(|moment| moment.at);
        moments.truncate(MOMENTS_MAX);
        Ok(moments)
    }

    /// The events of a case: those that it names, and those of its campaigns.
    pub(crate) async fn events_of_case(&self, case: &Case) -> Result<Vec<ThreatEvent>> {
        let mut ids: BTreeSet<String> = case.of_kind(ItemKind::Event).map(str::to_owned).collect();
        for campaign in case.of_kind(ItemKind::Campaign) {
            // A campaign may have gone into another one since.
            for campaign in self.store.campaigns_by_id(campaign).await? {
                ids.extend(campaign.thread.into_iter().map(|step| step.event));
            }
        }
        self.store.events_of_ids(&ids.into_iter().collect::<Vec<_>>()).await
    }

    async fn events_in(&self, changes: &[CaseChange]) -> Result<Vec<ThreatEvent>> {
        let mut ids = BTreeSet::new();
        for change in changes {
            match change {
                CaseChange::Add { kind: ItemKind::Event, value, .. } => drop(ids.insert(value.clone())),
                CaseChange::Add { kind: ItemKind::Campaign, value, .. } => {
                    let campaign = self.campaign(value).await?;
                    ids.extend(campaign.thread.into_iter().map(|step| step.event));
                }
                _ => {}
            }
        }
        self.store.events_of_ids(&ids.into_iter().collect::<Vec<_>>()).await
    }

    /// The change with its texts as they are kept, and with things that exist.
    async fn checked_change(&self, change: &CaseChange) -> Result<CaseChange> {
        let text = |kind, text: &str| work::text(kind, text).map_err(refused);
        let who = |name: &str| work::who(name).map_err(refused);
        Ok(match change.clone() {
            CaseChange::Title(title) => CaseChange::Title(text(Words::Title, &title)?),
            CaseChange::Describe(said) => CaseChange::Describe(text(Words::Note, &said)?),
            CaseChange::Owner(owner) => CaseChange::Owner(owner.as_deref().map(who).transpose()?),
            CaseChange::Note(said) => CaseChange::Note(text(Words::Note, &said)?),
            CaseChange::Add { kind, value, note } => self.checked_item(kind, &value, &note).await?,
            CaseChange::Remove { kind, value } => match self.checked_item(kind, &value, "").await? {
                CaseChange::Add { kind, value, .. } => CaseChange::Remove { kind, value },
                other => other,
            },
            CaseChange::Task { title, assignee, due_at } => {
                let assignee = assignee.as_deref().map(who).transpose()?;
                CaseChange::Task { title: text(Words::Title, &title)?, assignee, due_at }
            }
            CaseChange::Ask { to, question, due_at } => {
                CaseChange::Ask { to: who(&to)?, question: text(Words::Note, &question)?, due_at }
            }
            CaseChange::Answer { number, text: said } => CaseChange::Answer { number, text: text(Words::Note, &said)? },
            CaseChange::Close { outcome, reason, anyway } => {
                CaseChange::Close { outcome, reason: text(Words::Reason, &reason)?, anyway }
            }
            CaseChange::Reopen { reason } => CaseChange::Reopen { reason: text(Words::Reason, &reason)? },
            same
            @ (CaseChange::Severity(_) | CaseChange::Due(_) | CaseChange::Tlp(_) | CaseChange::TaskDone { .. }) => same,
        })
    }

    /// A piece of evidence under the name by which it is found again.
    async fn checked_item(&self, kind: ItemKind, value: &str, note: &str) -> Result<CaseChange> {
        let value = match kind {
            ItemKind::Event => self.event(value).await?.id,
            ItemKind::Campaign => self.campaign(value).await?.id,
            ItemKind::Indicator => indicator(value)?,
            ItemKind::Record => record(value)?,
            ItemKind::File => digest(value)?,
        };
        let note =
            if note.trim().is_empty() { String::new() } else { work::text(Words::Reason, note).map_err(refused)? };
        Ok(CaseChange::Add { kind, value, note })
    }
}

fn done(kind: &'static str, about: &str, at: Timestamp, by: String, what: String) -> Moment {
    Moment { at, kind, about: about.to_owned(), by: Some(by), what: what.trim_end().to_owned() }
}

/// `kind:value`, or a value whose kind can be told.
fn indicator(text: &str) -> Result<String> {
    let (kind, value) = observe::read_named(text).map_err(|refusal| {
        Error::usage(format!("\"{}\" is no indicator: {refusal}", intel::text::shown(text, 100)))
            .hint("write kind:value, as domain:evil.example")
    })?;
    if value.len() > INDICATOR_BYTES_MAX {
        return Err(Error::usage(format!("the indicator has more than {INDICATOR_BYTES_MAX} bytes"))
            .hint("name a part of it: the host of a URL, or a prefix"));
    }
    Ok(format!("{}:{value}", kind.name()))
}

fn record(text: &str) -> Result<String> {
    let wrong = || {
        Error::usage(format!("\"{}\" is no record", intel::text::shown(text, 100)))
            .hint("write table/record_id, as `events show --raw` and SQL tell them")
    };
    let (table, id) = text.split_once('/').ok_or_else(wrong)?;
    let known = tables::find(table).is_some();
    let plain =
        !id.is_empty() && id.len() <= 100 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if known && plain { Ok(text.to_owned()) } else { Err(wrong()) }
}

fn digest(text: &str) -> Result<String> {
    let hex = text.trim().to_ascii_lowercase();
    if hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(hex);
    }
    Err(Error::usage("a file is named by its SHA-256: 64 hexadecimal digits").hint("sha256sum FILE prints it"))
}

fn records(case: &Case) -> Vec<schema::Evidence> {
    let of = |value: &str| {
        let (table, record_id) = value.split_once('/')?;
        Some(schema::Evidence { table: table.to_owned(), record_id: record_id.to_owned() })
    };
    case.of_kind(ItemKind::Record).filter_map(of).collect()
}
