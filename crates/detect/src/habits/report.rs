//! Surprising days as findings: what all detectors of the unusual have to say, and where each has its own words.

use schema::{Entity, Evidence, Finding, Timestamp};
use science::PValue;

use super::{Basis, Novelty, Question, Surprise, surprises, window};
use crate::{Case, Detector, Error, Judged, query::Query, telemetry::RECORDS_MAX};

/// Findings with larger p-values are no lead: one entity in twenty has such a day.
const TOLD_P_MAX: f64 = 0.05;

/// New things told of one entity; the rest are counted.
const TOLD_MAX: usize = 5;

/// A new thing is told where it surprises at least this share of the most surprising one.
const TOLD_SHARE: f64 = 0.3;

/// The words of one detector.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) detector: &'static Detector,
    pub(crate) question: &'static Question,
    /// Entities in the plural: accounts, hosts.
    pub(crate) entities: &'static str,
    pub(crate) entity: fn(&str) -> Entity,
    /// One new thing, without article: `logon from country BR`.
    pub(crate) novelty: fn(&Novelty) -> String,
    /// The other side, where the new thing has one.
    pub(crate) object: fn(&Novelty) -> Option<Entity>,
    pub(crate) techniques: fn(&Surprise) -> Vec<&'static str>,
    /// The condition for SQL that all rows of the entity fulfil, and the table.
    pub(crate) rows: fn(&Surprise) -> (&'static str, String),
    pub(crate) unless: &'static str,
    /// Whether there is anything that this detector would speak of.
    pub(crate) worth: fn(&Surprise) -> bool,
}

pub(crate) fn judge(words: &Words, case: &Case<'_>) -> Result<Judged, Error> {
    let mut judged = Judged::default();
    let window = window(case.hours)?;
    for surprise in surprises(words.question, &window, case.past)? {
        let p_value = if (words.worth)(&surprise) { surprise.p_value } else { PValue::ONE };
        if surprise.is_tested() {
            judged.test(&surprise.dataset, p_value);
        }
        if p_value.get() <= TOLD_P_MAX {
            judged.findings.push(finding(words, case, &surprise));
        }
    }
    Ok(judged)
}

fn finding(words: &Words, case: &Case<'_>, surprise: &Surprise) -> Finding {
    let told = told(surprise);
    let instant = |micros| Timestamp::from_micros(micros).unwrap_or_default();
    let mut objects = surprise.named.iter().chain(told.iter().copied()).filter_map(words.object);
    let object = objects.next();
    let mut also: Vec<Entity> = objects.filter(|other| Some(other) != object.as_ref()).collect();
    also.sort();
    also.dedup();
    let subject = (words.entity)(&surprise.entity);
    // Two entities may be called by one name: roles of two clouds.
    let told_apart = if subject.value == surprise.entity { "" } else { surprise.entity.as_str() };
    let finding = words.detector.finding(case.window, &surprise.dataset, subject, told_apart);
    Finding {
        first_seen: instant(told.iter().map(|novelty| novelty.first).min().unwrap_or_default()),
        last_seen: instant(told.iter().map(|novelty| novelty.last).max().unwrap_or_default()),
        n_records: told.iter().map(|novelty| u64::try_from(novelty.n_records).unwrap_or(0)).max().unwrap_or(0),
        score: surprise.score,
        p_value: Some(surprise.p_value.get()),
        techniques: (words.techniques)(surprise).into_iter().map(str::to_owned).collect(),
        evidence: evidence(&told),
        because: because(words, surprise, &told),
        unless: words.unless.to_owned(),
        statistics: statistics(surprise),
        query: query(words, case, surprise),
        object,
        also,
        ..finding
    }
}

/// What is told: the most surprising of each aspect first, and no trifles.
fn told(surprise: &Surprise) -> Vec<&Novelty> {
    let strongest = surprise.novelties.first().map_or(0.0, |novelty| novelty.surprise);
    let matters = |novelty: &&Novelty| novelty.surprise >= strongest * TOLD_SHARE;
    surprise.novelties.iter().filter(matters).take(TOLD_MAX).collect()
}

fn evidence(told: &[&Novelty]) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for (_, record) in told.iter().flat_map(|novelty| &novelty.evidence) {
        if !evidence.contains(record) && evidence.len() < RECORDS_MAX {
            evidence.push(record.clone());
        }
    }
    evidence
}

fn because(words: &Words, surprise: &Surprise, told: &[&Novelty]) -> String {
    let things: Vec<String> = told
        .iter()
        .map(|novelty| format!("{} ({})", (words.novelty)(novelty), others(words.entities, novelty)))
        .collect();
    let more = surprise.novelties.len().saturating_sub(told.len());
    let more = if more == 0 { String::new() } else { format!("; {more} lesser things") };
    let known = match surprise.days_known {
        0 => "which was not seen here before, shows what is rare here".to_owned(),
        1 => "which was seen on 1 day before, shows what is new for it".to_owned(),
        n => format!("which was seen on {n} days before, shows what is new for it"),
    };
    let rarity = format!("{:.0}", 1.0 / surprise.p_value.get().max(1e-12));
    let compared = match surprise.basis {
        Basis::Peers => format!("held against the {} others of this day, as there is no past yet", surprise.n_compared),
        Basis::Settled => format!("1 in {rarity} days of {} that are known for long is as unusual", words.entities),
        Basis::Young => format!("1 in {rarity} days of {} that are known for a few days is as unusual", words.entities),
        Basis::FirstDay => format!("1 in {rarity} first days of {} is as unusual", words.entities),
    };
    format!("{}, {known}: {}{more}; {compared}.", surprise.entity, things.join(", "))
}

fn others(entities: &str, novelty: &Novelty) -> String {
    match novelty.n_others {
        0 => format!("none of {} other {entities} has it", novelty.n_entities),
        n => format!("so have {n} of {} other {entities}", novelty.n_entities),
    }
}

fn statistics(surprise: &Surprise) -> Vec<(String, f64)> {
    let strongest = surprise.novelties.first();
    let numbers = [
        ("surprise_nats", surprise.score),
        ("surprise_strongest", strongest.map_or(0.0, |novelty| novelty.surprise)),
        ("n_new", surprise.novelties.len() as f64),
        ("n_others_with_strongest", strongest.map_or(0.0, |novelty| f64::from(novelty.n_others))),
        ("days_known", f64::from(surprise.days_known)),
        ("n_compared", surprise.n_compared as f64),
    ];
    numbers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn query(words: &Words, case: &Case<'_>, surprise: &Surprise) -> Option<String> {
    let (table, condition) = (words.rows)(surprise);
    rows_query(table, &surprise.dataset, &condition, case)
}

/// The rows of a table in the window that fulfil a condition, as SQL.
pub(crate) fn rows_query(table: &str, dataset: &str, condition: &str, case: &Case<'_>) -> Option<String> {
    Query::of(table, "*", dataset, case.window).and(condition).latest_last()
}
