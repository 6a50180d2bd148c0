//! What one hour of rows met, summed up in bounded memory, and the findings that come of it.
//!
//! The sum does not depend on the order of rows or batches, so that an hour judged again gives equal findings.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use schema::{
    Entity, EntityKind, Evidence, Finding, FindingBatch, Observable, Timestamp, Tlp, Window, observe, stable_id, tables,
};

use super::{
    columns::{Contact, RECORD},
    hash,
    matcher::{Listing, Matcher},
    scan::{self, Instants, Met, Texts},
    sieve::Sifted,
    words,
};
use crate::Error;

pub(super) const DETECTOR: &str = "indicator";

/// Goes up when the same rows and claims would give other findings.
const VERSION: &str = "3";

/// Findings of one hour. A flood beyond it (a scan of a listed network, say) keeps those of the highest confidence;
/// at some 3 KB each this bounds memory to about 60 MB.
const MAX_FINDINGS: usize = 20_000;

const MAX_EVIDENCE: usize = 20;

/// What is left of claims that have decayed: a lead, which makes no threat event.
const DECAYED_CONFIDENCE: u8 = 9;

/// Other names of the other side; more says that the address is shared, and not who it is.
const MAX_ALSO: usize = 16;

/// Hits of one hour. Feed it with whole hours: a finding of half an hour would be replaced by the other half.
#[derive(Debug)]
pub struct Hits {
    tallies: BTreeMap<Key, Tally>,
    max_findings: usize,
    /// Keys from here on do not fit.
    cut: Option<Key>,
    n_left_out: u64,
    met: Vec<Met>,
}

impl Default for Hits {
    fn default() -> Self {
        Self::new()
    }
}

impl Hits {
    pub fn new() -> Self {
        Self { tallies: BTreeMap::new(), max_findings: MAX_FINDINGS, cut: None, n_left_out: 0, met: Vec::new() }
    }

    /// Keeps at most this many findings instead of 20,000.
    pub fn with_max_findings(mut self, max_findings: usize) -> Self {
        self.max_findings = max_findings.max(1);
        self
    }

    /// Holds those rows of a telemetry table against the claims that a sieve has let through. Columns are found by
    /// name, and those of [`super::Sieve::columns`] are used as far as they are there; fails only where the record's
    /// own columns are missing.
    ///
    /// The matcher must hold every claim about [`Sifted::values`]; it may grow from batch to batch, and must be the
    /// same in [`Hits::finish`]. A claim counts where its source stood by it at the time of the event: from
    /// `valid_from` on, before `valid_until`.
    pub fn scan(&mut self, matcher: &Matcher, table: &str, rows: &RecordBatch, sifted: &Sifted) -> Result<(), Error> {
        let table = tables::find(table).ok_or_else(|| Error::new(format!("there is no table \"{table}\"")))?;
        let rows = &scan::with_named_numbers(matcher, rows);
        let mut met = std::mem::take(&mut self.met);
        met.clear();
        scan::some(matcher, table, rows, &sifted.rows, |row, entry, contact| met.push(Met { row, entry, contact }));
        met.sort_unstable();
        let counted = if met.is_empty() { Ok(()) } else { self.count(matcher, table.name, rows, &met) };
        self.met = met;
        counted
    }

    /// Counts rows that show a listed pattern, which the matcher must hold. Columns are those of
    /// [`super::of_showing`].
    pub fn show(
        &mut self,
        matcher: &Matcher,
        table: &str,
        rows: &RecordBatch,
        pattern: &str,
        shown: &[u32],
    ) -> Result<(), Error> {
        let table = tables::find(table).ok_or_else(|| Error::new(format!("there is no table \"{table}\"")))?;
        let Some(entry) = matcher.entry(Observable::Pattern, pattern).filter(|_| !shown.is_empty()) else {
            return Ok(());
        };
        let met: Vec<Met> = shown.iter().map(|&row| Met { row, entry, contact: Contact::Showed }).collect();
        self.count(matcher, table.name, rows, &met)
    }

    /// Records that are in no finding because more than the limit of findings would have come of this hour.
    pub fn n_left_out(&self) -> u64 {
        self.n_left_out
    }

    /// One finding per dataset, host of ours and indicator, ordered by id.
    pub fn finish(self, matcher: &Matcher, window: Window) -> Vec<Finding> {
        let mut hosts: BTreeMap<(Observable, String, String), u64> = BTreeMap::new();
        for key in self.tallies.keys() {
            *hosts.entry((key.kind, key.value.clone(), key.dataset.clone())).or_default() += 1;
        }
        let findings = self.tallies.into_iter().filter_map(|(key, tally)| {
            let n_hosts = hosts.get(&(key.kind, key.value.clone(), key.dataset.clone())).copied().unwrap_or(1);
            finding(matcher, window, key, tally, n_hosts)
        });
        FindingBatch::new(findings.collect()).into_findings()
    }

    fn count(&mut self, matcher: &Matcher, table: &'static str, rows: &RecordBatch, met: &[Met]) -> Result<(), Error> {
        let record = Record::of(table, rows)?;
        for of_record in met.chunk_by(|a, b| (a.row, a.entry) == (b.row, b.entry)) {
            let Some(strongest) = of_record.first() else {
                continue;
            };
            let row = strongest.row as usize;
            let Some(at) = record.instants.nanos(row) else {
                continue;
            };
            let claims: Vec<(u32, u32)> = matcher
                .claims_of(strongest.entry)
                .filter(|claim| matcher.stands(*claim, at))
                .map(|claim| (strongest.entry, claim))
                .collect();
            if claims.is_empty() {
                continue;
            }
            // A record without a host of ours, as of a certificate alone, tells nobody's contact: the handshake that
            // carried it does.
            let Some(key) = Key::new(matcher, &record, strongest) else {
                continue;
            };
            if let Some(tally) = self.tally(key) {
                tally.add(&record, row, at, of_record, &claims);
                tally.fresh.extend(claims.iter().filter(|(_, claim)| matcher.is_fresh(*claim, at)));
            }
        }
        Ok(())
    }

    /// The tally of a key, unless more important keys fill the limit.
    fn tally(&mut self, key: Key) -> Option<&mut Tally> {
        if self.cut.as_ref().is_some_and(|cut| key >= *cut) {
            self.n_left_out += 1;
            return None;
        }
        let full = self.tallies.len() >= self.max_findings && !self.tallies.contains_key(&key);
        if full {
            // The last key goes, be it this one: what stays does not depend on the order of arrival.
            let (last, dropped) = self.tallies.pop_last()?;
            if last < key {
                self.tallies.insert(last, dropped);
                self.cut = Some(key);
                self.n_left_out += 1;
                return None;
            }
            self.n_left_out += dropped.n_records;
            self.cut = Some(last);
        }
        Some(self.tallies.entry(key).or_default())
    }
}

/// What a tally is of. Ordered by importance: high confidence first, and then by chance, so that a flood under one
/// confidence does not always hide the same hosts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    doubt: u8,
    chance: u64,
    kind: Observable,
    value: String,
    dataset: String,
    subject: Entity,
}

impl Key {
    fn new(matcher: &Matcher, record: &Record<'_>, met: &Met) -> Option<Self> {
        let row = met.row as usize;
        let dataset = record.dataset.get(row).unwrap_or_default().to_owned();
        let subject = record.subject(row, met.contact)?;
        let (kind, value) = matcher.kind_and_value(met.entry)?;
        let of_value = hash::of_text(kind as u64, value.as_bytes());
        let of_dataset = hash::of_text(of_value, dataset.as_bytes());
        let chance = hash::of_text(of_dataset, subject.value.as_bytes());
        let doubt = 100 - matcher.highest_confidence(met.entry);
        Some(Self { doubt, chance, kind, value: value.to_owned(), dataset, subject })
    }
}

#[derive(Debug, Default)]
struct Tally {
    n_records: u64,
    /// Nanoseconds.
    first: Option<i64>,
    last: Option<i64>,
    /// Records by contact.
    contacts: BTreeMap<Contact, u64>,
    /// Entry and number in the matcher.
    claims: BTreeSet<(u32, u32)>,
    /// Those of them that had not decayed at some record.
    fresh: BTreeSet<(u32, u32)>,
    /// The earliest records: time, table, record id.
    evidence: BTreeSet<(i64, &'static str, String)>,
    also: BTreeSet<Entity>,
}

impl Tally {
    fn add(&mut self, record: &Record<'_>, row: usize, at: i64, met: &[Met], claims: &[(u32, u32)]) {
        self.n_records += 1;
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        self.claims.extend(claims);
        if let Some(strongest) = met.first() {
            *self.contacts.entry(strongest.contact).or_default() += 1;
        }
        for Met { contact, .. } in met {
            record.each_other_name(row, *contact, |name| {
                self.also.insert(name);
                if self.also.len() > MAX_ALSO {
                    self.also.pop_last();
                }
            });
        }
        let too_late = self.evidence.len() >= MAX_EVIDENCE && self.evidence.last().is_some_and(|(last, ..)| at > *last);
        if !too_late {
            let id = record.ids.get(row).unwrap_or_default().to_owned();
            self.evidence.insert((at, record.table, id));
            if self.evidence.len() > MAX_EVIDENCE {
                self.evidence.pop_last();
            }
        }
    }
}

/// The columns of a batch that tell a record and its two sides.
struct Record<'a> {
    table: &'static str,
    /// Columns of text, by name.
    columns: Vec<(&'a str, Texts<'a>)>,
    ids: Texts<'a>,
    dataset: Texts<'a>,
    instants: Instants<'a>,
}

impl<'a> Record<'a> {
    fn of(table: &'static str, rows: &'a RecordBatch) -> Result<Self, Error> {
        let [id, dataset, observed_at] = RECORD;
        let texts = |name: &str| {
            let column = rows.column_by_name(name).and_then(|column| Texts::of(column.as_ref()));
            column.ok_or_else(|| Error::new(format!("no column \"{name}\" of text in rows of \"{table}\"")))
        };
        let named = rows.schema_ref().fields().iter().zip(rows.columns());
        let columns = named.filter_map(|(field, column)| Some((field.name().as_str(), Texts::of(column.as_ref())?)));
        Ok(Self {
            table,
            columns: columns.collect(),
            ids: texts(id)?,
            dataset: texts(dataset)?,
            instants: Instants::of(rows, observed_at)?,
        })
    }

    /// The side that is ours; certificates name none.
    fn subject(&self, row: usize, contact: Contact) -> Option<Entity> {
        for column in contact.ours(self.table) {
            let text = self.texts(column).and_then(|texts| texts.of_row(row).find(|text| !text.is_empty()));
            if let Some(text) = text {
                let kind = match *column {
                    "device" | "host" => EntityKind::Host,
                    "user" | "user_id" | "account" => EntityKind::Account,
                    "email_to" | "to_addresses" | "cc_addresses" | "bcc_addresses" | "from_address" => {
                        EntityKind::Email
                    }
                    _ => EntityKind::Ip,
                };
                return Some(Entity::new(kind, text));
            }
        }
        None
    }

    fn each_other_name(&self, row: usize, contact: Contact, mut found: impl FnMut(Entity)) {
        for column in contact.theirs() {
            let Some(texts) = self.texts(column) else {
                continue;
            };
            for text in texts.of_row(row) {
                if let Some(ip) = observe::parse_ip(text) {
                    found(Entity::new(EntityKind::Ip, ip.to_string()));
                } else if let Ok(name) = observe::canonical(Observable::Domain, text) {
                    found(Entity::new(EntityKind::Domain, name));
                }
            }
        }
    }

    fn texts(&self, column: &str) -> Option<&Texts<'a>> {
        self.columns.iter().find(|(name, _)| *name == column).map(|(_, texts)| texts)
    }
}

/// `None` only for a tally without records, which is never made.
fn finding(matcher: &Matcher, window: Window, key: Key, tally: Tally, n_hosts: u64) -> Option<Finding> {
    let (kind, value) = (key.kind, key.value.as_str());
    let object = Entity::new(EntityKind::from(kind), value);
    let mut listings: Vec<Listing<'_>> =
        tally.claims.iter().map(|&(entry, claim)| matcher.listing(entry, claim)).collect();
    listings.sort_by(|a, b| (b.confidence, a.source, a.label).cmp(&(a.confidence, b.source, b.label)));
    // Feeds copy from one another, so that agreement is no independent evidence: the most confident one counts.
    let all = listings.iter().map(|listing| listing.confidence).max()?;
    let fresh = tally.fresh.iter().map(|&(entry, claim)| matcher.listing(entry, claim).confidence).max();
    let claimed = fresh.unwrap_or(all.min(DECAYED_CONFIDENCE));
    let warnings = matcher.warnings(kind, value);
    let weight = warnings.first().map_or(1.0, |warning| warning.weight);
    let confidence = (f64::from(claimed) * weight).round() as u8;
    let sources: BTreeSet<&str> = listings.iter().map(|listing| listing.source).collect();
    let labels: BTreeSet<&str> = listings.iter().filter_map(|listing| listing.label).collect();
    let start = window.start.to_string();
    let parts =
        [DETECTOR, &key.dataset, key.subject.kind.name(), &key.subject.value, kind.name(), value, start.as_str()];
    Some(Finding {
        id: stable_id("finding", &parts),
        detector: DETECTOR.to_owned(),
        detector_version: VERSION.to_owned(),
        because: words::because(&key.subject, value, &tally.contacts, &listings)
            + words::decayed(fresh.is_none())
            + &words::suppressed(&warnings, claimed, confidence),
        unless: words::unless(kind).to_owned() + &words::prevalent(n_hosts),
        techniques: words::techniques(&tally.contacts, &listings),
        labels: labels.into_iter().map(str::to_owned).collect(),
        also: tally.also.into_iter().filter(|entity| *entity != object).collect(),
        dataset: key.dataset,
        subject: key.subject,
        object: Some(object),
        window,
        first_seen: Timestamp::from_nanos(tally.first?),
        last_seen: Timestamp::from_nanos(tally.last?),
        n_records: tally.n_records,
        score: f64::from(confidence) / 100.0,
        p_value: None,
        q_value: None,
        null_hypothesis: None,
        confidence,
        evidence: tally
            .evidence
            .into_iter()
            .map(|(_, table, record_id)| Evidence { table: table.to_owned(), record_id })
            .collect(),
        statistics: vec![
            ("claims".to_owned(), listings.len() as f64),
            ("sources".to_owned(), sources.len() as f64),
            ("hosts".to_owned(), n_hosts as f64),
            ("warning_lists".to_owned(), warnings.len() as f64),
        ],
        query: None,
        tlp: Tlp::strictest(listings.iter().map(|listing| listing.tlp)),
    })
}
