//! What can be asked for by name. The list is the only one: reading, help and completion follow from it.

use detect::detectors;
use intel::work::{self, Judgement, State};
use schema::{Category, Severity, Timestamp, Tlp};

use super::{FilterProblem, words::Word};
use crate::Asks;

/// A key for those who complete it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FilterKey {
    pub key: &'static str,
    pub help: &'static str,
    /// Values that are known beforehand.
    pub values: Vec<String>,
}

/// What a word says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    Since(Timestamp),
    Until(Timestamp),
    /// Turned round or not.
    Condition(bool, Asks),
}

struct Key {
    name: &'static str,
    help: &'static str,
    values: fn() -> Vec<String>,
    read: fn(&Value<'_>) -> Result<Said, String>,
}

/// What stands behind the colon.
struct Value<'w> {
    whole: &'w str,
    /// Cut at commas, where it did not stand in quotes.
    parts: Vec<&'w str>,
    me: &'w str,
}

static KEYS: &[Key] = &[
    Key {
        name: "severity",
        help: "this severity or a higher one; severity:=low for this one alone",
        values: severities,
        read: severity,
    },
    Key { name: "confidence", help: "confidence:>50, confidence:<20; from 0 to 100", values: none, read: confidence },
    Key { name: "category", help: "what sort of event it is", values: categories, read: category },
    Key {
        name: "technique",
        help: "an ATT&CK technique, with its sub-techniques: T1071",
        values: none,
        read: technique,
    },
    Key { name: "tactic", help: "an ATT&CK tactic by its short name: lateral-movement", values: tactics, read: tactic },
    Key { name: "state", help: "where the work on it stands", values: states, read: state },
    Key {
        name: "verdict",
        help: "what a person has found it to be; verdict:none for no verdict",
        values: verdicts,
        read: verdict,
    },
    Key { name: "assignee", help: "assignee:me, assignee:none, or a name", values: assignees, read: assignee },
    Key { name: "tag", help: "with this tag", values: none, read: tag },
    Key { name: "detector", help: "found by this detector", values: detector_names, read: detector },
    Key { name: "dataset", help: "of this dataset", values: none, read: dataset },
    Key { name: "tlp", help: "marked so: clear, green, amber, amber+strict, red", values: markings, read: tlp },
    Key {
        name: "campaign",
        help: "in this campaign, by its id",
        values: none,
        read: |value| one(value, Asks::Campaign),
    },
    Key { name: "case", help: "in this case, by its number or id", values: none, read: |value| one(value, Asks::Case) },
    Key { name: "parent", help: "a part of this event", values: none, read: |value| one(value, Asks::PartOf) },
    Key {
        name: "duplicate",
        help: "a duplicate of this event",
        values: none,
        read: |value| one(value, Asks::DuplicateOf),
    },
    Key { name: "id", help: "the event of this id", values: none, read: |value| Ok(asks(Asks::Id(value.owned()))) },
    Key { name: "is", help: "is:unjudged, is:open, is:closed, is:unassigned", values: kinds, read: is },
    Key {
        name: "since",
        help: "still active at or after this time: since:2026-11-20",
        values: none,
        read: |value| Ok(Said::Since(time(value)?)),
    },
    Key { name: "until", help: "begun before this time", values: none, read: |value| Ok(Said::Until(time(value)?)) },
];

/// All keys, in the order in which they are offered.
pub fn filter_keys() -> Vec<FilterKey> {
    KEYS.iter().map(|key| FilterKey { key: key.name, help: key.help, values: (key.values)() }).collect()
}

pub(super) fn read(name: &str, word: &Word, me: &str) -> Result<Vec<Said>, FilterProblem> {
    let Some(key) = KEYS.iter().find(|key| key.name == name) else {
        let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        let what = format!("there is no \"{name}:\" to filter by");
        return Err(word.problem(what, format!("use one of {}; put a text with a colon into quotes", names.join(", "))));
    };
    let parts = match word.quoted {
        true => vec![word.value.as_str()],
        false => word.value.split(',').filter(|part| !part.is_empty()).collect(),
    };
    if parts.is_empty() {
        return Err(word.problem(format!("\"{name}:\" asks for nothing"), key.help));
    }
    match (key.read)(&Value { whole: &word.value, parts, me }) {
        Ok(said) => Ok(vec![said]),
        Err(what) => Err(word.problem(what, key.help)),
    }
}

impl Value<'_> {
    fn owned(&self) -> Vec<String> {
        self.parts.iter().map(|part| (*part).to_owned()).collect()
    }

    fn each<T>(&self, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
        self.parts.iter().map(|part| read(part)).collect()
    }
}

fn asks(asks: Asks) -> Said {
    Said::Condition(false, asks)
}

fn turned(asks: Asks) -> Said {
    Said::Condition(true, asks)
}

/// A thing that there is one of.
fn one(value: &Value<'_>, asked: fn(String) -> Asks) -> Result<Said, String> {
    match value.parts.as_slice() {
        [id] => Ok(asks(asked((*id).to_owned()))),
        _ => Err("only one can be asked for here".to_owned()),
    }
}

fn severity(value: &Value<'_>) -> Result<Said, String> {
    let read = |text: &str| text.to_ascii_lowercase().parse::<Severity>();
    if let Some(exact) = value.whole.strip_prefix('=') {
        let these: Result<Vec<_>, _> = exact.split(',').filter(|part| !part.is_empty()).map(read).collect();
        return these.map(|these| asks(Asks::SeverityIs(these)));
    }
    match value.parts.as_slice() {
        [least] => read(least.trim_start_matches(">=")).map(|least| asks(Asks::SeverityFrom(least))),
        _ => value.each(read).map(|these| asks(Asks::SeverityIs(these))),
    }
}

fn confidence(value: &Value<'_>) -> Result<Said, String> {
    let number = |text: &str| {
        let number = text.trim().parse::<u8>().ok().filter(|number| *number <= 100);
        number.ok_or_else(|| format!("\"{text}\" is not a number from 0 to 100"))
    };
    let above = |text: &str| number(text).map(|number| Asks::ConfidenceFrom(number.saturating_add(1)));
    if let Some(text) = value.whole.strip_prefix(">=") {
        return number(text).map(|least| asks(Asks::ConfidenceFrom(least)));
    }
    if let Some(text) = value.whole.strip_prefix("<=") {
        return above(text).map(turned);
    }
    if let Some(text) = value.whole.strip_prefix('>') {
        return above(text).map(asks);
    }
    if let Some(text) = value.whole.strip_prefix('<') {
        return number(text).map(|end| turned(Asks::ConfidenceFrom(end)));
    }
    number(value.whole).map(|least| asks(Asks::ConfidenceFrom(least)))
}

fn category(value: &Value<'_>) -> Result<Said, String> {
    let read = |text: &str| {
        let name = text.to_ascii_lowercase().replace('-', "_");
        let known = Category::ALL.into_iter().find(|category| category.name() == name);
        known.ok_or_else(|| format!("\"{text}\" is no category; there are {}", categories().join(", ")))
    };
    value.each(read).map(|these| asks(Asks::Category(these)))
}

fn technique(value: &Value<'_>) -> Result<Said, String> {
    let read = |text: &str| {
        let id = text.to_ascii_uppercase();
        let digits = id.strip_prefix('T').unwrap_or_default().replacen('.', "", 1);
        let is_id = digits.len() >= 4 && digits.chars().all(|letter| letter.is_ascii_digit());
        is_id
            .then_some(id)
            .ok_or_else(|| format!("\"{text}\" is not the id of a technique, such as T1071 or T1071.001"))
    };
    value.each(read).map(|these| asks(Asks::Technique(these)))
}

fn tactic(value: &Value<'_>) -> Result<Said, String> {
    let read = |text: &str| {
        let name = text.to_ascii_lowercase().replace([' ', '_'], "-");
        let known = TACTICS.contains(&name.as_str());
        known.then_some(name).ok_or_else(|| format!("\"{text}\" is no tactic; there are {}", TACTICS.join(", ")))
    };
    value.each(read).map(|these| asks(Asks::Tactic(these)))
}

fn state(value: &Value<'_>) -> Result<Said, String> {
    value.each(str::parse).map(|these| asks(Asks::State(these)))
}

fn verdict(value: &Value<'_>) -> Result<Said, String> {
    let read = |text: &str| match text.to_ascii_lowercase().as_str() {
        "none" => Ok(Judgement::Open),
        text => text.parse::<Judgement>(),
    };
    value.each(read).map(|these| asks(Asks::Verdict(these)))
}

fn assignee(value: &Value<'_>) -> Result<Said, String> {
    if value.whole == "none" {
        return Ok(turned(Asks::Assigned));
    }
    if value.whole == "any" {
        return Ok(asks(Asks::Assigned));
    }
    let who = |text: &&str| if *text == "me" { value.me.to_owned() } else { (*text).to_owned() };
    Ok(asks(Asks::Assignee(value.parts.iter().map(who).collect())))
}

fn tag(value: &Value<'_>) -> Result<Said, String> {
    value.each(|text| work::tag(text).map_err(|refusal| refusal.why)).map(|these| asks(Asks::Tag(these)))
}

fn detector(value: &Value<'_>) -> Result<Said, String> {
    Ok(asks(Asks::Detector(value.owned())))
}

fn dataset(value: &Value<'_>) -> Result<Said, String> {
    Ok(asks(Asks::Dataset(value.owned())))
}

fn tlp(value: &Value<'_>) -> Result<Said, String> {
    value.each(str::parse).map(|these| asks(Asks::Tlp(these)))
}

fn is(value: &Value<'_>) -> Result<Said, String> {
    Ok(match value.whole.to_ascii_lowercase().as_str() {
        "unjudged" => asks(Asks::Verdict(vec![Judgement::Open])),
        "judged" => turned(Asks::Verdict(vec![Judgement::Open])),
        "unassigned" => turned(Asks::Assigned),
        "assigned" => asks(Asks::Assigned),
        "open" => asks(Asks::State(State::ALL.into_iter().filter(|state| state.is_open()).collect())),
        "closed" => asks(Asks::State(State::ALL.into_iter().filter(|state| !state.is_open()).collect())),
        other => return Err(format!("nothing is \"{other}\"; there are {}", kinds().join(", "))),
    })
}

fn time(value: &Value<'_>) -> Result<Timestamp, String> {
    value
        .whole
        .parse()
        .map_err(|_unsaid| format!("\"{}\" is not a time; write it as 2026-11-20 or 2026-11-20T08:00:00Z", value.whole))
}

fn none() -> Vec<String> {
    Vec::new()
}

fn owned<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

fn severities() -> Vec<String> {
    owned(Severity::ALL.map(Severity::name))
}

fn categories() -> Vec<String> {
    owned(Category::ALL.map(Category::name))
}

fn states() -> Vec<String> {
    owned(State::ALL.map(State::name))
}

fn verdicts() -> Vec<String> {
    owned(["none", "true_positive", "benign_true_positive", "false_positive"])
}

fn assignees() -> Vec<String> {
    owned(["me", "none"])
}

fn markings() -> Vec<String> {
    Tlp::ALL.map(|tlp| tlp.label().to_ascii_lowercase()).to_vec()
}

fn kinds() -> Vec<String> {
    owned(["unjudged", "judged", "open", "closed", "unassigned", "assigned"])
}

fn detector_names() -> Vec<String> {
    owned(detectors::ALL.iter().map(|detector| detector.name))
}

fn tactics() -> Vec<String> {
    owned(TACTICS)
}

/// Of ATT&CK Enterprise, in matrix order.
const TACTICS: [&str; 14] = [
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
];
