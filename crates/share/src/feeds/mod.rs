//! Feeds as data: where a public list comes from, how its records are cut, and which column says what.
//!
//! A [`Feed`] is one TOML file; those of [`SHIPPED`] come with Margay, people write their own beside them. [`decode`]
//! turns what was fetched into claims, with a reject for each record that says nothing usable, and fails where the
//! content is not what the declaration promises: a page of an error, or a list that lost its columns.

mod cells;
mod declaration;
mod json;
mod manifest;
mod record;
mod shipped;
mod table;

#[cfg(test)]
mod tests;

use schema::{Claim, Timestamp};

pub use declaration::{Feed, Form, Keeps, Problem, Secret};
pub use manifest::{Listed, manifest};
pub use shipped::SHIPPED;

use crate::formats::{self, Decoded, Defaults, Error, Intake};

/// Bytes at the start in which a page is told from a list.
const SAMPLE: usize = 1_024;

/// Reads what a feed sent. Fails where the content as a whole is not what the declaration says; a bad record is a
/// reject.
pub fn decode(feed: &Feed, bytes: &[u8], now: Timestamp, take: &mut dyn FnMut(Claim)) -> Result<Decoded, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if is_page(bytes) {
        return Err(Error::new("the content is a web page and no list"));
    }
    let defaults =
        Defaults { source: feed.name.clone(), confidence: feed.confidence, tlp: feed.tlp, label: feed.label.clone() };
    let mut dated = |claim| take(feed.with_expiry(claim, now));
    match feed.form {
        Form::Stix => formats::decode(bytes, Some("stix"), &defaults, &mut dated),
        Form::Misp | Form::MispFeed => formats::decode(bytes, Some("misp"), &defaults, &mut dated),
        Form::Csv | Form::Lines => {
            let mut intake = Intake::new(feed.form.name(), &defaults, &mut dated);
            table::decode(feed, bytes, &mut intake)?;
            Ok(intake.finish())
        }
        Form::Json | Form::Ndjson => {
            let mut intake = Intake::new(feed.form.name(), &defaults, &mut dated);
            json::decode(feed, bytes, &mut intake)?;
            Ok(intake.finish())
        }
    }
}

/// Whether the next page of a paged answer is named, and where it is: the text of the field `next`.
pub fn next_page(feed: &Feed, bytes: &[u8]) -> Option<String> {
    json::text_at(bytes, feed.next.as_deref()?)
}

/// An error page, a login form, a challenge: what proxies and overloaded servers send in the place of a list.
pub fn is_page(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes).to_ascii_lowercase();
    let sample = String::from_utf8_lossy(&sample);
    let start = sample.trim_start_matches('\u{feff}').trim_start();
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.starts_with("<head")
        || (start.starts_with('<') && start.contains("<html"))
}
