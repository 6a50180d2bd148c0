//! One row as a threat event, or all that is wrong with it.

use schema::{
    Category, Diamond, Direction, Entity, EntityKind, Observable, Outcome, Phase, Reference, Severity, TechniqueClaim,
    ThreatEvent, Timestamp, Tlp, Vertex, observe, stable_id,
};

use super::{
    super::{Words, tag, text, who},
    Defaults, Problem, Row,
};
use crate::text::shown;

/// Values of one row and column: an alert with more is a list, and belongs among the indicators.
const VALUES_MAX: usize = 500;

/// Confidence where the source says none.
const CONFIDENCE: u8 = 50;

pub(super) fn event(row: &Row, defaults: &Defaults, reference: &Reference) -> Result<ThreatEvent, Vec<Problem>> {
    let mut reader = Reader { row, problems: Vec::new() };
    let title = reader.required("title", |value| text(Words::Title, value).map_err(|refusal| refusal.to_string()));
    let severity = reader.required("severity", |value| value.to_lowercase().parse::<Severity>());
    let first_seen = reader.required("first_seen", instant);
    let last_seen = reader.optional("last_seen", instant);
    let description =
        reader.optional("description", |value| text(Words::Note, value).map_err(|refusal| refusal.to_string()));
    let category = reader.optional("category", category);
    let confidence = reader.optional("confidence", confidence);
    let tlp = reader.optional("tlp", |value| value.parse::<Tlp>());
    let source = reader.optional("source", |value| who(value).map_err(|refusal| refusal.to_string()));
    let dataset = reader.optional("dataset", |value| who(value).map_err(|refusal| refusal.to_string()));
    let given_id = reader.optional("id", |value| who(value).map_err(|refusal| refusal.to_string()));
    let labels = reader.list("tags", |value| tag(value).map_err(|refusal| refusal.to_string()));
    let indicators = reader.list("indicators", indicator);
    let targets = reader.list("targets", target);
    let confidence = confidence.unwrap_or(CONFIDENCE);
    let techniques = reader.list("techniques", |value| technique(value, confidence, reference));
    if let (Some(first), Some(last)) = (first_seen, last_seen)
        && last < first
    {
        reader.wrong("last_seen", "it lies before first_seen".to_owned());
    }
    let (Some(title), Some(severity), Some(first_seen), true) =
        (title, severity, first_seen, reader.problems.is_empty())
    else {
        return Err(reader.problems);
    };
    let said = Said {
        title,
        description: description.unwrap_or_default(),
        category,
        severity,
        confidence,
        first_seen,
        last_seen: last_seen.unwrap_or(first_seen),
        techniques,
        targets,
        indicators,
        labels,
        tlp: tlp.unwrap_or(defaults.tlp),
        source: source.unwrap_or_else(|| defaults.source.clone()),
        dataset: dataset.unwrap_or_else(|| defaults.dataset.clone()),
        given_id,
    };
    Ok(said.event(reference))
}

/// Reads cells, and keeps what is wrong with them.
struct Reader<'a> {
    row: &'a Row,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn required<T>(&mut self, column: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        if self.row.one(column).is_none() {
            self.wrong(column, "it is missing".to_owned());
        }
        self.optional(column, read)
    }

    fn optional<T>(&mut self, column: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let value = self.row.one(column)?;
        if self.row.all(column).nth(1).is_some() {
            self.wrong(column, "it has several values, and can have one".to_owned());
            return None;
        }
        match read(value) {
            Ok(value) => Some(value),
            Err(why) => {
                self.wrong(column, why);
                None
            }
        }
    }

    fn list<T>(&mut self, column: &str, read: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let row = self.row;
        let mut values = Vec::new();
        for value in row.all(column) {
            if values.len() >= VALUES_MAX {
                self.wrong(column, format!("it has more than {VALUES_MAX} values"));
                break;
            }
            match read(value) {
                Ok(value) => values.push(value),
                Err(why) => self.wrong(column, why),
            }
        }
        values
    }

    fn wrong(&mut self, column: &str, why: String) {
        self.problems.push(Problem { line: self.row.line, column: column.to_owned(), why });
    }
}

/// A row that was understood.
struct Said {
    title: String,
    description: String,
    category: Option<Category>,
    severity: Severity,
    confidence: u8,
    first_seen: Timestamp,
    last_seen: Timestamp,
    techniques: Vec<TechniqueClaim>,
    targets: Vec<Entity>,
    indicators: Vec<(Observable, String)>,
    labels: Vec<String>,
    tlp: Tlp,
    source: String,
    dataset: String,
    given_id: Option<String>,
}

impl Said {
    /// From the id that the source gives, or from what happened, when, to whom. Whoever words it anew without an id of
    /// his own makes another event.
    fn id(&self) -> String {
        if let Some(id) = &self.given_id {
            return stable_id("event", &["import", &self.source, &self.dataset, id]);
        }
        let targets: Vec<String> =
            self.targets.iter().map(|one| format!("{}:{}", one.kind.name(), one.value)).collect();
        let indicators: Vec<String> = self.indicators.iter().map(|(kind, value)| format!("{kind}:{value}")).collect();
        let at = self.first_seen.nanos().to_string();
        let parts = ["", &self.source, &self.dataset, &self.title, &at, &targets.join("\n"), &indicators.join("\n")];
        stable_id("event", &parts)
    }

    fn event(mut self, reference: &Reference) -> ThreatEvent {
        self.techniques.sort_by(|a, b| a.id.cmp(&b.id));
        self.techniques.dedup_by(|a, b| a.id == b.id);
        self.targets.sort();
        self.targets.dedup();
        self.indicators.sort();
        self.indicators.dedup();
        self.labels.sort();
        self.labels.dedup();
        let of_event =
            |tactic: &&schema::Tactic| self.techniques.iter().any(|one| one.tactics.contains(&tactic.shortname));
        let tactics: Vec<String> = reference.tactics.iter().filter(of_event).map(|one| one.shortname.clone()).collect();
        let mut phases: Vec<Phase> =
            tactics.iter().filter_map(|tactic| Phase::of_tactic(tactic).first().copied()).collect();
        phases.sort();
        phases.dedup();
        let values = |values: Vec<String>| match values.is_empty() {
            true => Vertex::unknown(),
            false => Vertex::known(values, self.confidence),
        };
        let source = shown(&self.source, 100);
        ThreatEvent {
            id: self.id(),
            category: self.category.unwrap_or_else(|| category_of(&tactics)),
            description: match self.description.is_empty() {
                true => format!("{source} reports it. Margay has not seen the records behind it."),
                false => self.description,
            },
            severity: self.severity,
            severity_because: format!("{source} says so."),
            confidence: self.confidence,
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            attack_version: reference.version.clone(),
            diamond: Diamond {
                adversary: Vertex::unknown(),
                capability: Vertex::unknown(),
                infrastructure: values(self.indicators.iter().map(|(_, value)| value.clone()).collect()),
                victim: values(self.targets.iter().map(|target| target.value.clone()).collect()),
                result: Outcome::Unknown,
                direction: Direction::Unknown,
                methodology: "reported by another system".to_owned(),
                resources: Vec::new(),
            },
            tactics,
            phases,
            p_value: None,
            q_value: None,
            chance: None,
            n_records: 0,
            findings: Vec::new(),
            detectors: vec![format!("import@{source}")],
            evidence: Vec::new(),
            because: vec![format!("{source} reports it.")],
            unless: vec![format!("{source} is wrong: Margay has no records of its own behind this event.")],
            next_steps: vec![format!(
                "Look at the alert in {source}, and for the indicators in the lake: margay hunt."
            )],
            techniques: self.techniques,
            targets: self.targets,
            indicators: self.indicators,
            labels: self.labels,
            tlp: self.tlp,
            dataset: self.dataset,
            title: self.title,
        }
    }
}

/// The category that a tactic mostly stands for; the last in the matrix decides, because it is what it came to.
fn category_of(tactics: &[String]) -> Category {
    let of = |tactic: &String| match tactic.as_str() {
        "reconnaissance" | "discovery" => Some(Category::Reconnaissance),
        "initial-access" => Some(Category::InitialAccess),
        "execution" => Some(Category::Execution),
        "credential-access" => Some(Category::CredentialAccess),
        "lateral-movement" => Some(Category::LateralMovement),
        "command-and-control" => Some(Category::CommandAndControl),
        "exfiltration" => Some(Category::Exfiltration),
        "impact" => Some(Category::Impact),
        _ => None,
    };
    tactics.iter().rev().find_map(of).unwrap_or(Category::SuspiciousBehavior)
}

fn instant(value: &str) -> Result<Timestamp, String> {
    value
        .parse::<Timestamp>()
        .map_err(|_error| format!("\"{}\" is no time; write 2026-11-20T09:30:00Z", shown(value, 40)))
}

fn confidence(value: &str) -> Result<u8, String> {
    let number = value.parse::<u8>().ok().filter(|number| *number <= 100);
    number.ok_or_else(|| format!("\"{}\" is no whole number from 0 to 100", shown(value, 40)))
}

fn category(value: &str) -> Result<Category, String> {
    let name = value.trim().to_lowercase().replace(['-', ' '], "_");
    Category::ALL.into_iter().find(|category| category.name() == name).ok_or_else(|| {
        let known: Vec<&str> = Category::ALL.into_iter().map(Category::name).collect();
        format!("\"{}\" is no category; use {}", shown(value, 40), known.join(", "))
    })
}

fn technique(value: &str, confidence: u8, reference: &Reference) -> Result<TechniqueClaim, String> {
    let id = value.trim().to_uppercase();
    let technique = reference.technique(&id);
    let technique =
        technique.ok_or_else(|| format!("\"{}\" is no technique of ATT&CK {}", shown(value, 40), reference.version))?;
    Ok(TechniqueClaim {
        id: technique.id.clone(),
        name: technique.name.clone(),
        tactics: technique.tactics.clone(),
        confidence,
        findings: Vec::new(),
    })
}

/// `kind:value`, or a value whose kind can be told.
fn indicator(value: &str) -> Result<(Observable, String), String> {
    observe::read_named(value).map_err(|refusal| format!("\"{}\" is no indicator: {refusal}", shown(value, 100)))
}

fn target(value: &str) -> Result<Entity, String> {
    const KINDS: [EntityKind; 7] = [
        EntityKind::Ip,
        EntityKind::Domain,
        EntityKind::Url,
        EntityKind::Host,
        EntityKind::Account,
        EntityKind::File,
        EntityKind::Email,
    ];
    let named = value.split_once(':').and_then(|(kind, value)| {
        let kind = KINDS.into_iter().find(|known| known.name() == kind.trim())?;
        Some((kind, value))
    });
    let address = value.parse::<std::net::IpAddr>().is_ok();
    let (kind, name) = named.unwrap_or((if address { EntityKind::Ip } else { EntityKind::Host }, value));
    let name = name.trim();
    let n = name.chars().count();
    if n == 0 || n > 500 || name.contains('\0') {
        return Err("a target has 1 to 500 characters, and no NUL".to_owned());
    }
    Ok(Entity::new(kind, name))
}
