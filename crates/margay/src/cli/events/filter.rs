//! Which events are meant: the same options for lists, for changes of many, and for saved queries.

use clap::Args;
use engine::{EventFilter, EventState, WorkFilter};
use schema::{Severity, Timestamp};

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FilterArgs {
    /// Still active at or after this time
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Begun before this time
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Of this severity or a higher one: informational, low, medium, high, critical
    #[arg(long)]
    severity: Option<Severity>,
    /// Of this ATT&CK technique or a sub-technique of it
    #[arg(long, value_name = "ID")]
    technique: Option<String>,
    /// With this text in a target, an indicator or the title
    #[arg(long, value_name = "TEXT")]
    containing: Option<String>,
    /// Of this confidence or more, 0 to 100
    #[arg(long, value_name = "N")]
    confidence: Option<u8>,
    /// In one of these states: new, triaged, confirmed, false-positive, benign-true-positive, duplicate, closed;
    /// several with commas
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    state: Vec<EventState>,
    /// Without a verdict
    #[arg(long)]
    open: bool,
    /// Assigned to this person or team
    #[arg(long, value_name = "WHO")]
    assignee: Option<String>,
    /// Assigned to nobody
    #[arg(long, conflicts_with = "assignee")]
    unassigned: bool,
    /// With this tag; several with commas, all of which it must have
    #[arg(long, value_name = "TAG", value_delimiter = ',')]
    tag: Vec<String>,
    /// Part of this event
    #[arg(long, value_name = "ID")]
    part_of: Option<String>,
    /// Duplicates of this event
    #[arg(long, value_name = "ID")]
    duplicate_of: Option<String>,
}

impl FilterArgs {
    /// Whether anything narrows it down.
    pub(crate) fn is_empty(&self) -> bool {
        self.filter(None) == EventFilter::default()
    }

    pub(crate) fn filter(&self, limit: Option<u32>) -> EventFilter {
        EventFilter {
            since: self.since,
            until: self.until,
            severity: self.severity,
            technique: self.technique.clone(),
            containing: self.containing.clone(),
            confidence_min: self.confidence,
            limit,
            after: None,
            work: WorkFilter {
                states: self.state.clone(),
                assignee: self.assignee.clone(),
                unassigned: self.unassigned,
                tags: self.tag.clone(),
                parent: self.part_of.clone(),
                duplicate_of: self.duplicate_of.clone(),
                unjudged: self.open,
                case: None,
            },
        }
    }
}
