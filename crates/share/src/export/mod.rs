//! Block lists: claims to what firewalls, resolvers and sensors understand.
//!
//! What a device blocks on our word must not be ourselves, nobody in particular, or half of the internet: [`choose`]
//! is the gate, and says what it left out and why. Then one of [`ALL`] writes what is left.
//!
//! To add a form: the file, its `mod` line, its line in [`ALL`]. Everything that is written came from outside: a form
//! takes only what it can hold without being bent ([`Form::takes`]).

mod choose;
mod csv;
mod hosts;
mod nftables;
mod plain;
mod rpz;
mod stix;
mod suricata;

#[cfg(test)]
mod tests;

use schema::{Observable, Timestamp, Tlp};

pub use choose::{Chosen, LeftOut, Policy, choose};

/// The only list of forms.
pub static ALL: &[&Form] =
    &[&plain::FORM, &csv::FORM, &stix::FORM, &rpz::FORM, &hosts::FORM, &nftables::FORM, &suricata::FORM];

/// One form of a block list.
#[derive(Debug)]
pub struct Form {
    pub name: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// Whether this thing can be written in it, and means there what it means here.
    pub takes: fn(Observable, &str) -> bool,
    pub encode: fn(&[Entry], &About) -> String,
}

/// One thing to be blocked, once, whoever claims it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub kind: Observable,
    pub value: String,
    /// The highest of those that may leave.
    pub confidence: u8,
    /// The strictest of those that it was made from.
    pub tlp: Tlp,
    /// In order, each once.
    pub sources: Vec<String>,
    /// What it is, as its most confident source says.
    pub label: Option<String>,
    pub technique: Option<String>,
    pub first_seen: Option<Timestamp>,
    /// When the last of the claims ends; `None` where one has no end.
    pub valid_until: Option<Timestamp>,
    pub reference: Option<String>,
}

/// What a list says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Who signs it.
    pub producer: String,
    pub made_at: Timestamp,
}

pub fn find(name: &str) -> Option<&'static Form> {
    ALL.iter().copied().find(|form| form.name == name)
}

/// Whether a name consists of nothing but letters, digits, dots, `-` and `_`: such a name means itself in every form.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}

fn is_name(kind: Observable) -> bool {
    matches!(kind, Observable::Domain | Observable::HostName)
}

/// A text that cannot end a line or a comment early.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
