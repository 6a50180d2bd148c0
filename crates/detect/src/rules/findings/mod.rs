//! What one hour of rows matched, summed up in bounded memory: one finding for each rule, dataset, subject and hour.
//!
//! A match is a fact, as that of an indicator, and has no p-value. How far to trust it is the author's word on the rule:
//! its level says how bad it would be, its status how well it was tried.

mod correlated;

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use schema::{
    Entity, EntityKind, Evidence, Finding, FindingBatch, Severity, Timestamp, Tlp, Window, observe, stable_id,
};

pub use correlated::of_occurrences;

use super::{compile::Plan, evaluate::Hits, model::About, set::RuleSet};
use crate::{
    Error,
    indicators::scan::{Instants, Texts},
};

const DETECTOR: &str = "rule";

/// Goes up when the same rows and rules would give other findings.
const VERSION: &str = "1";

/// Findings of one hour; a flood beyond it keeps those of the highest level.
const MAX_FINDINGS: usize = 20_000;

const MAX_EVIDENCE: usize = 20;

/// Columns that name the host or account of ours that a record is about, best first.
const SUBJECTS: [(&str, EntityKind); 7] = [
    ("host", EntityKind::Host),
    ("device", EntityKind::Host),
    ("user", EntityKind::Account),
    ("src_ip", EntityKind::Ip),
    ("dst_ip", EntityKind::Ip),
    ("account", EntityKind::Account),
    ("to_addresses", EntityKind::Email),
];

/// Columns that name the other side.
const OBJECTS: [(&str, EntityKind); 4] = [
    ("dst_host", EntityKind::Domain),
    ("query", EntityKind::Domain),
    ("dst_ip", EntityKind::Ip),
    ("src_ip", EntityKind::Ip),
];

/// Other names that records of one finding may give.
const MAX_ALSO: usize = 16;

/// Matches of one hour. Feed it with whole hours: a finding of half an hour would be replaced by the other half.
#[derive(Debug)]
pub struct Tallies<'s> {
    set: &'s RuleSet,
    tallies: BTreeMap<Key, Tally>,
    n_left_out: u64,
}

/// Ordered by importance: the worst first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    mildness: u8,
    rule: usize,
    dataset: String,
    subject: Entity,
}

#[derive(Debug, Default)]
struct Tally {
    n_records: u64,
    first: Option<i64>,
    last: Option<i64>,
    evidence: BTreeSet<(i64, &'static str, String)>,
    others: BTreeSet<Entity>,
}

impl<'s> Tallies<'s> {
    pub fn new(set: &'s RuleSet) -> Self {
        Self { set, tallies: BTreeMap::new(), n_left_out: 0 }
    }

    /// Adds what a batch of the plan's table matched. Rules that only feed correlations are left out.
    pub fn add(&mut self, plan: &Plan, batch: &RecordBatch, hits: &Hits) -> Result<(), Error> {
        let record = Record::of(plan, batch)?;
        for (rule, rows) in hits.rules.iter().filter(|(rule, _)| self.set.reports(*rule)) {
            let Some(about) = self.set.rules().get(*rule).map(|rule| &rule.about) else {
                continue;
            };
            let mildness = 5 - about.severity() as u8;
            for row in rows.iter().map(|row| *row as usize) {
                let Some(at) = record.instants.nanos(row) else {
                    continue;
                };
                let dataset = record.datasets.get(row).unwrap_or_default().to_owned();
                let key = Key { mildness, rule: *rule, dataset, subject: record.subject(row) };
                if let Some(tally) = self.tally(key) {
                    tally.add(&record, row, at);
                }
            }
        }
        Ok(())
    }

    /// Records that are in no finding because more than the limit would have come of this hour.
    pub fn n_left_out(&self) -> u64 {
        self.n_left_out
    }

    /// One finding for each rule, dataset and subject, ordered by id.
    pub fn finish(self, window: Window) -> Vec<Finding> {
        let set = self.set;
        let findings = self.tallies.into_iter().filter_map(|(key, tally)| {
            let about = &set.rules().get(key.rule)?.about;
            finding(about, window, key, tally)
        });
        FindingBatch::new(findings.collect()).into_findings()
    }

    fn tally(&mut self, key: Key) -> Option<&mut Tally> {
        let full = self.tallies.len() >= MAX_FINDINGS && !self.tallies.contains_key(&key);
        if full {
            let (last, dropped) = self.tallies.pop_last()?;
            if last <= key {
                self.n_left_out += 1;
                self.tallies.insert(last, dropped);
                return None;
            }
            self.n_left_out += dropped.n_records;
        }
        Some(self.tallies.entry(key).or_default())
    }
}

impl Tally {
    fn add(&mut self, record: &Record<'_>, row: usize, at: i64) {
        self.n_records += 1;
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        let id = record.ids.get(row).unwrap_or_default().to_owned();
        self.evidence.insert((at, record.table, id));
        if self.evidence.len() > MAX_EVIDENCE {
            self.evidence.pop_last();
        }
        self.others.extend(record.others(row));
        while self.others.len() > MAX_ALSO {
            self.others.pop_last();
        }
    }
}

/// The columns of a batch that tell a record and whom it is about.
struct Record<'a> {
    table: &'static str,
    ids: Texts<'a>,
    datasets: Texts<'a>,
    instants: Instants<'a>,
    subjects: Vec<(Texts<'a>, EntityKind)>,
    objects: Vec<(Texts<'a>, EntityKind)>,
}

impl<'a> Record<'a> {
    fn of(plan: &Plan, batch: &'a RecordBatch) -> Result<Self, Error> {
        let table = plan.table.name;
        let texts = |name: &str| batch.column_by_name(name).and_then(|column| Texts::of(column.as_ref()));
        let needed = |name: &str| {
            texts(name).ok_or_else(|| Error::new(format!("no column \"{name}\" of text in rows of \"{table}\"")))
        };
        let all = |columns: &[(&str, EntityKind)]| {
            columns.iter().filter_map(|(name, kind)| Some((texts(name)?, *kind))).collect()
        };
        Ok(Self {
            table,
            ids: needed("record_id")?,
            datasets: needed("dataset")?,
            instants: Instants::of(batch, "observed_at")?,
            subjects: all(&SUBJECTS),
            objects: all(&OBJECTS),
        })
    }

    /// Whom the record is about; the dataset itself where nothing tells.
    fn subject(&self, row: usize) -> Entity {
        let named = self.subjects.iter().find_map(|(texts, kind)| {
            let text = texts.of_row(row).find(|text| !text.is_empty())?;
            Some(Entity::new(*kind, text))
        });
        named.unwrap_or_else(|| Entity::new(EntityKind::Host, self.datasets.get(row).unwrap_or_default()))
    }

    /// Names of the other side that are names or public addresses.
    fn others(&self, row: usize) -> Vec<Entity> {
        let mut others = Vec::new();
        for (texts, kind) in &self.objects {
            for text in texts.of_row(row).filter(|text| !text.is_empty()) {
                match (kind, observe::parse_ip(text)) {
                    (EntityKind::Ip, Some(ip)) => others.push(Entity::new(EntityKind::Ip, ip.to_string())),
                    (EntityKind::Domain, None) => others.push(Entity::new(EntityKind::Domain, text)),
                    _ => {}
                }
            }
        }
        others
    }
}

fn finding(about: &About, window: Window, key: Key, tally: Tally) -> Option<Finding> {
    let Key { dataset, subject, .. } = key;
    let start = window.start.to_string();
    let parts = [DETECTOR, &about.id, &dataset, subject.kind.name(), &subject.value, start.as_str()];
    let times = if tally.n_records == 1 { "once".to_owned() } else { format!("{} times", tally.n_records) };
    let because = format!("rule \"{}\" matched records of {} {times}", about.title, subject.value);
    Some(Finding {
        id: stable_id("finding", &parts),
        because,
        window,
        first_seen: Timestamp::from_nanos(tally.first?),
        last_seen: Timestamp::from_nanos(tally.last?),
        n_records: tally.n_records,
        also: tally.others.into_iter().filter(|other| *other != subject).collect(),
        evidence: tally
            .evidence
            .into_iter()
            .map(|(_, table, record_id)| Evidence { table: table.to_owned(), record_id })
            .collect(),
        statistics: vec![("severity".to_owned(), about.severity().ocsf_id() as f64)],
        ..of_rule(DETECTOR, about, dataset, subject, window)
    })
}

/// What the author of a rule says goes into every finding of it.
pub(super) fn of_rule(detector: &str, about: &About, dataset: String, subject: Entity, window: Window) -> Finding {
    let unless = match about.falsepositives.first() {
        Some(reason) => format!("The author of the rule names as harmless: {reason}."),
        None => "What the rule looks for is also done by software or people with good reason.".to_owned(),
    };
    Finding {
        id: String::new(),
        detector: detector.to_owned(),
        detector_version: VERSION.to_owned(),
        dataset,
        subject,
        object: None,
        also: Vec::new(),
        window,
        first_seen: window.start,
        last_seen: window.start,
        n_records: 0,
        score: f64::from(confidence(about)) / 100.0,
        p_value: None,
        q_value: None,
        null_hypothesis: None,
        confidence: confidence(about),
        techniques: about.techniques().collect::<BTreeSet<_>>().into_iter().collect(),
        labels: vec![about.title.clone(), format!("rule:{}", about.id), format!("level:{}", about.severity())],
        evidence: Vec::new(),
        because: String::new(),
        unless,
        statistics: Vec::new(),
        query: None,
        tlp: Tlp::Clear,
    }
}

/// The author's level as a share of matches that mean something, less where the rule was tried little. Sigma has no
/// such number; the order is what counts, and verdicts of analysts will replace it.
fn confidence(about: &About) -> u8 {
    let of_level = match about.severity() {
        Severity::Informational => 5,
        Severity::Low => 20,
        Severity::Medium => 40,
        Severity::High => 65,
        Severity::Critical => 85,
    };
    match about.status.as_deref() {
        Some("stable") => of_level + 10,
        Some("experimental" | "unsupported" | "deprecated") => of_level - of_level / 4,
        _ => of_level,
    }
}
