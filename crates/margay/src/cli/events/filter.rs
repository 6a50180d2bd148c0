//! Which events are meant: the same options for lists, for changes of many, and for saved queries.

use clap::Args;
use engine::{EventFilter, EventState, WorkFilter, read_filter};
use schema::{Severity, Timestamp};

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FilterArgs {
    /// A filter in words, as the page takes it: 'severity:high -tag:known "evil.example"'; `help` lists the words
    #[arg(long, value_name = "WORDS", value_parser = words)]
    filter: Option<EventFilter>,
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
        let words = self.filter.clone().unwrap_or_default();
        EventFilter {
            since: self.since.or(words.since),
            until: self.until.or(words.until),
            severity: self.severity.or(words.severity),
            technique: self.technique.clone().or(words.technique),
            containing: self.containing.clone().or(words.containing),
            confidence_min: self.confidence.or(words.confidence_min),
            limit,
            after: None,
            conditions: words.conditions,
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

/// Reads the words of a filter, and shows what is wrong with them below them.
fn words(text: &str) -> Result<EventFilter, String> {
    if text == "help" {
        let keys =
            engine::filter_keys().into_iter().map(|key| format!("\n  {:<12} {}", format!("{}:", key.key), key.help));
        return Err(format!("all words must hold; -word turns one round; a,b is either:{}", keys.collect::<String>()));
    }
    let me = std::env::var("USER").unwrap_or_default();
    read_filter(text, &me).map_err(|problem| {
        let caret = format!("{}{}", " ".repeat(problem.position), "^".repeat(problem.length.max(1)));
        format!("{}\n  {}\n  {caret}\n  hint: {}", problem.what, crate::output::visible(text), problem.hint)
    })
}
