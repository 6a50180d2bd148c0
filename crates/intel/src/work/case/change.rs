//! How each change changes a case.

use schema::{Severity, Timestamp, Tlp};
use serde_json::{Value, json};

use super::{
    super::{Entry, Refusal},
    Case, Closing, ITEMS_MAX, Item, ItemKind, Outcome, REQUESTS_MAX, Request, TASKS_MAX, Task,
    parts::Answer,
};

/// A change, with texts that [`crate::work::text`] and [`crate::work::who`] have let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseChange {
    Title(String),
    Describe(String),
    Severity(Severity),
    Owner(Option<String>),
    Due(Option<Timestamp>),
    Tlp(Tlp),
    Note(String),
    Add {
        kind: ItemKind,
        value: String,
        note: String,
    },
    Remove {
        kind: ItemKind,
        value: String,
    },
    Task {
        title: String,
        assignee: Option<String>,
        due_at: Option<Timestamp>,
    },
    TaskDone {
        number: i64,
        done: bool,
    },
    Ask {
        to: String,
        question: String,
        due_at: Option<Timestamp>,
    },
    Answer {
        number: i64,
        text: String,
    },
    /// Also where tasks and requests wait, if `anyway`.
    Close {
        outcome: Outcome,
        reason: String,
        anyway: bool,
    },
    Reopen {
        reason: String,
    },
}

impl Case {
    /// The case after a change, and the line of history; `None` where nothing would change.
    pub fn after(&self, change: &CaseChange, by: &str, now: Timestamp) -> Result<Option<(Self, Entry)>, Refusal> {
        let may_be_closed = matches!(change, CaseChange::Reopen { .. } | CaseChange::Note(_) | CaseChange::Tlp(_));
        if !self.is_open() && !may_be_closed {
            return Err(Refusal::new(
                format!("case {} is closed", self.number),
                format!("`margay cases reopen {}` opens it again; notes can always be added", self.number),
            ));
        }
        let mut next = self.clone();
        let entry = next.apply(change, by, now)?;
        next.version += 1;
        Ok(entry.map(|entry| (next, entry)))
    }

    fn apply(&mut self, change: &CaseChange, by: &str, now: Timestamp) -> Result<Option<Entry>, Refusal> {
        Ok(match change {
            CaseChange::Title(title) => set("title", &mut self.title, title.clone()),
            CaseChange::Describe(text) => set("description", &mut self.description, text.clone()),
            CaseChange::Severity(severity) => set("severity", &mut self.severity, *severity),
            CaseChange::Owner(owner) => set("owner", &mut self.owner, owner.clone()),
            CaseChange::Due(due_at) => set("due", &mut self.due_at, *due_at),
            CaseChange::Tlp(tlp) => set("tlp", &mut self.tlp, *tlp),
            CaseChange::Note(text) => {
                self.n_notes += 1;
                Some(Entry::new("note", Value::Null, json!(text), ""))
            }
            CaseChange::Add { kind, value, note } => {
                let item = Item {
                    kind: *kind,
                    value: value.clone(),
                    note: note.clone(),
                    added_at: now,
                    added_by: by.to_owned(),
                };
                self.add(item)?
            }
            CaseChange::Remove { kind, value } => self.remove(*kind, value),
            CaseChange::Task { title, assignee, due_at } => Some(self.task(title, assignee.clone(), *due_at)?),
            CaseChange::TaskDone { number, done } => self.done(*number, *done, by, now)?,
            CaseChange::Ask { to, question, due_at } => Some(self.ask(to, question, *due_at, by, now)?),
            CaseChange::Answer { number, text } => Some(self.answer(*number, text, by, now)?),
            CaseChange::Close { outcome, reason, anyway } => Some(self.close(*outcome, reason, *anyway, by, now)?),
            CaseChange::Reopen { reason } => self
                .closed
                .take()
                .map(|closing| Entry::new("reopen", json!({ "outcome": closing.outcome }), Value::Null, reason)),
        })
    }

    fn add(&mut self, item: Item) -> Result<Option<Entry>, Refusal> {
        if self.items.iter().any(|known| (known.kind, &known.value) == (item.kind, &item.value)) {
            return Ok(None);
        }
        bounded(self.items.len(), ITEMS_MAX, "pieces of evidence")?;
        let entry = Entry::new("add", Value::Null, json!({ "kind": item.kind, "value": item.value }), &item.note);
        self.items.push(item);
        Ok(Some(entry))
    }

    fn remove(&mut self, kind: ItemKind, value: &str) -> Option<Entry> {
        let place = self.items.iter().position(|item| item.kind == kind && item.value == value)?;
        let item = self.items.remove(place);
        Some(Entry::new("remove", json!({ "kind": item.kind, "value": item.value }), Value::Null, ""))
    }

    fn task(&mut self, title: &str, assignee: Option<String>, due_at: Option<Timestamp>) -> Result<Entry, Refusal> {
        bounded(self.tasks.len(), TASKS_MAX, "tasks")?;
        let number = self.tasks.iter().map(|task| task.number).max().unwrap_or(0) + 1;
        let task = Task { number, title: title.to_owned(), assignee, due_at, done: None };
        let entry =
            Entry::new("task", Value::Null, json!({ "task": number, "title": title, "assignee": task.assignee }), "");
        self.tasks.push(task);
        Ok(entry)
    }

    fn done(&mut self, number: i64, done: bool, by: &str, now: Timestamp) -> Result<Option<Entry>, Refusal> {
        let task = self.tasks.iter_mut().find(|task| task.number == number);
        let task =
            task.ok_or_else(|| Refusal::new(format!("there is no task {number}"), "`margay cases show` lists them"))?;
        if task.done.is_some() == done {
            return Ok(None);
        }
        task.done = done.then(|| (now, by.to_owned()));
        let state = |done| json!({ "task": number, "done": done });
        Ok(Some(Entry::new("task", state(!done), state(done), "")))
    }

    fn ask(
        &mut self,
        to: &str,
        question: &str,
        due_at: Option<Timestamp>,
        by: &str,
        now: Timestamp,
    ) -> Result<Entry, Refusal> {
        bounded(self.requests.len(), REQUESTS_MAX, "requests")?;
        let number = self.requests.iter().map(|request| request.number).max().unwrap_or(0) + 1;
        self.requests.push(Request {
            number,
            to: to.to_owned(),
            question: question.to_owned(),
            asked_at: now,
            asked_by: by.to_owned(),
            due_at,
            answer: None,
        });
        Ok(Entry::new("ask", Value::Null, json!({ "request": number, "to": to, "question": question }), ""))
    }

    /// An answer that is given again takes the place of the earlier one, which history keeps.
    fn answer(&mut self, number: i64, text: &str, by: &str, now: Timestamp) -> Result<Entry, Refusal> {
        let request = self.requests.iter_mut().find(|request| request.number == number);
        let request = request
            .ok_or_else(|| Refusal::new(format!("there is no request {number}"), "`margay cases show` lists them"))?;
        let before = request.answer.replace(Answer { text: text.to_owned(), at: now, by: by.to_owned() });
        let said = |text: &str| json!({ "request": number, "answer": text });
        Ok(Entry::new("answer", before.map_or(Value::Null, |answer| said(&answer.text)), said(text), ""))
    }

    fn close(
        &mut self,
        outcome: Outcome,
        reason: &str,
        anyway: bool,
        by: &str,
        now: Timestamp,
    ) -> Result<Entry, Refusal> {
        let n = self.n_waiting();
        if n > 0 && !anyway {
            return Err(Refusal::new(
                format!("{n} tasks or requests are open"),
                "finish them, or close it with --anyway",
            ));
        }
        self.closed = Some(Closing { at: now, by: by.to_owned(), outcome, reason: reason.to_owned() });
        Ok(Entry::new("close", Value::Null, json!({ "outcome": outcome }), reason))
    }
}

fn set<T: PartialEq + serde::Serialize>(name: &str, field: &mut T, value: T) -> Option<Entry> {
    let before = std::mem::replace(field, value);
    (before != *field).then(|| Entry::new(name, json!(before), json!(field), ""))
}

fn bounded(n: usize, max: usize, what: &str) -> Result<(), Refusal> {
    if n < max {
        return Ok(());
    }
    Err(Refusal::new(format!("the case has {max} {what} already"), "open another case for the rest"))
}
