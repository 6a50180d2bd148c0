//! One record of a feed, whatever its form, to the claims that it makes: which column is what is the feed's to say.

use std::borrow::Cow;

use schema::{Observable, Timestamp, Tlp};

use super::declaration::{Feed, IGNORED, Value};
use crate::formats::{Intake, Said, instant, kind_of};

/// A cell by its name.
pub(super) type Cell<'a> = dyn Fn(&str) -> Option<Cow<'a, str>> + 'a;

/// Takes the claims of a record, or says why there is none.
pub(super) fn take(feed: &Feed, cell: &Cell<'_>, intake: &mut Intake<'_>) -> Result<(), Cow<'static, str>> {
    let get = |name: &str| cell(name).filter(|text| !is_unset(text));
    for (column, allowed) in &feed.only {
        let text = get(column).unwrap_or_default();
        if !allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(&text)) {
            return Err(format!("{column} is \"{text}\"").into());
        }
    }
    let first = |names: &[String]| names.iter().find_map(|name| get(name));
    let said = &feed.said;
    let (malware, actor) = (first(&said.malware), first(&said.actor));
    let (reference, technique) = (first(&said.reference), first(&said.technique));
    let labels: Vec<Cow<'_, str>> = said.labels.iter().filter_map(|name| get(name)).collect();
    let labels = labels.join(",");
    let first_seen = first(&said.first_seen).map(|text| time(&text)).transpose()?;
    let last_seen = first(&said.last_seen).map(|text| time(&text)).transpose()?;
    let said = Said {
        malware: malware.as_deref(),
        actor: actor.as_deref(),
        labels: (!labels.is_empty()).then_some(labels.as_str()),
        reference: reference.as_deref(),
        technique: technique.as_deref(),
        tlp: first(&said.tlp).map(|text| Tlp::from_outside(&text)),
        confidence: first(&said.confidence).map(|text| confidence(feed, &text)).transpose()?,
        first_seen,
        last_seen,
        ..Said::default()
    };

    let (mut taken, mut reason) = (false, Cow::Borrowed("no indicator in this record"));
    for value in &feed.values {
        let Some(text) = get(&value.from) else { continue };
        match kind(feed, value, cell).and_then(|kind| match kind {
            Kind::Ignored => Ok(()),
            Kind::Stated(kind) => intake.value(Some(kind), &text, &said).map_err(Cow::from),
            Kind::Guessed => intake.value(None, &text, &said).map_err(Cow::from),
        }) {
            Ok(()) => taken = true,
            Err(refused) => reason = refused,
        }
    }
    if taken { Ok(()) } else { Err(reason) }
}

enum Kind {
    Stated(Observable),
    Guessed,
    /// The feed's declaration says that nothing is made of it.
    Ignored,
}

fn kind(feed: &Feed, value: &Value, cell: &Cell<'_>) -> Result<Kind, Cow<'static, str>> {
    let stated = match (&value.kind, &value.kind_from) {
        (Some(kind), _) => Cow::Borrowed(kind.as_str()),
        (None, Some(column)) => cell(column).ok_or_else(|| format!("{column} does not say what it is"))?,
        (None, None) => return Ok(Kind::Guessed),
    };
    let word = feed.kinds.get(stated.as_ref()).map_or(stated.as_ref(), String::as_str);
    if word == IGNORED {
        return Ok(Kind::Ignored);
    }
    kind_of(word).map(Kind::Stated).map_err(Cow::Owned)
}

fn confidence(feed: &Feed, text: &str) -> Result<u8, Cow<'static, str>> {
    let words = match text.to_ascii_lowercase().as_str() {
        "low" => Some(15.0),
        "medium" | "moderate" => Some(50.0),
        "high" => Some(85.0),
        _ => None,
    };
    let number = words.or_else(|| text.trim_end_matches('%').trim().parse().ok());
    let number: f64 = number
        .filter(|number: &f64| number.is_finite())
        .ok_or_else(|| format!("\"{text}\" is no number that a confidence could be made of"))?;
    let scaled = number * feed.said.confidence_times.unwrap_or(1.0) + feed.said.confidence_plus.unwrap_or(0.0);
    let most = f64::from(feed.said.confidence_most.unwrap_or(100).min(100));
    Ok(scaled.round().clamp(0.0, most) as u8)
}

fn time(text: &str) -> Result<Timestamp, Cow<'static, str>> {
    instant(text).ok_or_else(|| format!("\"{text}\" is not a time").into())
}

/// Names of columns are told apart by letters and digits alone: `first_seen_utc` is `First Seen (UTC)`.
pub(super) fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_unset(text: &str) -> bool {
    matches!(text.trim(), "" | "-" | "None" | "none" | "null" | "NULL" | "N/A" | "n/a" | "NA")
}
