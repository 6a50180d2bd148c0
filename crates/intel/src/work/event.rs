//! The work on one threat event, and how each change changes it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Entry, Judgement, Refusal, State};

/// Tags of one event: more are a text, and not a way to find things.
pub const TAGS_MAX: usize = 50;

/// What people have made of an event. An event that nobody has touched has the default.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EventWork {
    /// How many changes there were: the number of its last line of history. Who changes what he has read says which
    /// version that was, and is refused where somebody was faster.
    pub version: i64,
    pub state: State,
    /// The newest word on what it is. It outlives the closing of the event.
    pub verdict: Judgement,
    /// Why it is in this state.
    pub reason: String,
    pub assignee: Option<String>,
    pub tags: BTreeSet<String>,
    /// The event that this one is a part of.
    pub parent: Option<String>,
    /// The event that says the same, where the state is `Duplicate`.
    pub duplicate_of: Option<String>,
    /// State and verdict before the merge, which a split brings back.
    pub before_merge: Option<(State, Judgement)>,
    pub n_comments: i64,
}

impl Default for EventWork {
    fn default() -> Self {
        Self {
            version: 0,
            state: State::New,
            verdict: Judgement::Open,
            reason: String::new(),
            assignee: None,
            tags: BTreeSet::new(),
            parent: None,
            duplicate_of: None,
            before_merge: None,
            n_comments: 0,
        }
    }
}

/// A change, with texts that [`super::text`], [`super::tag`] and [`super::who`] have let through. Whether other events
/// exist, and whether links would go in a circle, is for whoever knows the other events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventChange {
    State { to: State, reason: String },
    Verdict { judgement: Judgement, reason: String },
    Assign { to: Option<String> },
    Comment { text: String },
    Tag { tag: String },
    Untag { tag: String },
    Link { parent: String },
    Unlink,
    Merge { into: String, reason: String },
    Split { reason: String },
}

impl EventWork {
    /// The work after a change, and the line of history; `None` where nothing would change.
    pub fn after(&self, change: &EventChange) -> Result<Option<(Self, Entry)>, Refusal> {
        let mut next = self.clone();
        let entry = match change {
            EventChange::State { to, reason } => next.enter(*to, reason)?,
            EventChange::Verdict { judgement, reason } => next.judge(*judgement, reason)?,
            EventChange::Assign { to } => next.assign(to.clone()),
            EventChange::Comment { text } => next.comment(text),
            EventChange::Tag { tag } => next.tag(tag)?,
            EventChange::Untag { tag } => {
                next.tags.remove(tag).then(|| Entry::new("untag", json!(tag), Value::Null, ""))
            }
            EventChange::Link { parent } => next.link(Some(parent.clone())),
            EventChange::Unlink => next.link(None),
            EventChange::Merge { into, reason } => next.merge(into, reason)?,
            EventChange::Split { reason } => Some(next.split(reason)?),
        };
        next.version += 1;
        Ok(entry.map(|entry| (next, entry)))
    }

    fn enter(&mut self, to: State, reason: &str) -> Result<Option<Entry>, Refusal> {
        if to == self.state {
            return Ok(None);
        }
        self.permit(to)?;
        let before = self.standing();
        let taken_back = to == State::Triaged && self.verdict != Judgement::Open;
        self.verdict = to.judgement().unwrap_or(if taken_back { Judgement::Open } else { self.verdict });
        self.state = to;
        reason.clone_into(&mut self.reason);
        Ok(Some(Entry::new("state", before, self.standing(), reason)))
    }

    /// A verdict that says what an earlier one said is a line all the same: another person has found the same, or the
    /// same for another reason.
    fn judge(&mut self, judgement: Judgement, reason: &str) -> Result<Option<Entry>, Refusal> {
        let to = judgement.state();
        self.permit(to)?;
        let before = self.standing();
        (self.state, self.verdict) = (to, judgement);
        reason.clone_into(&mut self.reason);
        Ok(Some(Entry::new("verdict", before, self.standing(), reason)))
    }

    fn permit(&self, to: State) -> Result<(), Refusal> {
        if self.state.may_be(to) {
            return Ok(());
        }
        let (from, of) = (self.state.words(), self.duplicate_of.as_deref().unwrap_or("another event"));
        Err(match (self.state, to) {
            (State::Duplicate, _) => Refusal::new(
                format!("it is a duplicate of {of}"),
                "say it of that event, or take the merge back with `margay events split`",
            ),
            (_, State::Duplicate) => Refusal::new(
                "of which event it is a duplicate is missing",
                "use `margay events merge ORIGINAL DUPLICATE`",
            ),
            _ => Refusal::new(
                format!("what is {from} does not become {} again", to.words()),
                "`triaged` means that somebody has looked and not judged",
            ),
        })
    }

    fn assign(&mut self, to: Option<String>) -> Option<Entry> {
        let before = std::mem::replace(&mut self.assignee, to);
        (before != self.assignee).then(|| Entry::new("assign", json!(before), json!(self.assignee), ""))
    }

    #[expect(clippy::unnecessary_wraps, reason = "beside changes that may change nothing")]
    fn comment(&mut self, text: &str) -> Option<Entry> {
        self.n_comments += 1;
        Some(Entry::new("comment", Value::Null, json!(text), ""))
    }

    fn tag(&mut self, tag: &str) -> Result<Option<Entry>, Refusal> {
        if !self.tags.contains(tag) && self.tags.len() >= TAGS_MAX {
            return Err(Refusal::new(
                format!("it has {TAGS_MAX} tags already"),
                "remove one with `margay events untag`",
            ));
        }
        Ok(self.tags.insert(tag.to_owned()).then(|| Entry::new("tag", Value::Null, json!(tag), "")))
    }

    fn link(&mut self, parent: Option<String>) -> Option<Entry> {
        let before = std::mem::replace(&mut self.parent, parent);
        (before != self.parent).then(|| Entry::new("link", json!(before), json!(self.parent), ""))
    }

    /// A duplicate has no verdict of its own, or one thing would be learned from twice.
    fn merge(&mut self, into: &str, reason: &str) -> Result<Option<Entry>, Refusal> {
        if self.duplicate_of.as_deref() == Some(into) {
            return Ok(None);
        }
        if let Some(of) = &self.duplicate_of {
            return Err(Refusal::new(
                format!("it is a duplicate of {of} already"),
                "take that back first with `margay events split`",
            ));
        }
        let before = self.standing();
        self.before_merge = Some((self.state, self.verdict));
        (self.state, self.verdict) = (State::Duplicate, Judgement::Open);
        self.duplicate_of = Some(into.to_owned());
        reason.clone_into(&mut self.reason);
        Ok(Some(Entry::new("merge", before, self.standing(), reason)))
    }

    fn split(&mut self, reason: &str) -> Result<Entry, Refusal> {
        if self.duplicate_of.is_none() {
            return Err(Refusal::new("it is no duplicate", "`margay events merge` makes one"));
        }
        let before = self.standing();
        self.duplicate_of = None;
        (self.state, self.verdict) = self.before_merge.take().unwrap_or((State::Triaged, Judgement::Open));
        reason.clone_into(&mut self.reason);
        Ok(Entry::new("split", before, self.standing(), reason))
    }

    /// State and verdict, as history tells them.
    fn standing(&self) -> Value {
        let mut standing = json!({ "state": self.state, "verdict": self.verdict });
        if let Some(of) = &self.duplicate_of {
            standing["duplicate_of"] = json!(of);
        }
        standing
    }
}
