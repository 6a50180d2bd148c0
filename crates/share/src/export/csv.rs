//! A table of values with who says so, for spreadsheets and scripts.

use super::{About, Entry, Form};
use crate::formats::safe_cell;

pub(super) static FORM: Form = Form {
    name: "csv",
    about: "a table with kind, value, confidence, marking, what it is, who says so and until when",
    takes: |_kind, _value| true,
    encode,
};

fn encode(entries: &[Entry], _about: &About) -> String {
    let mut list =
        "type,indicator,confidence,tlp,label,sources,technique,first_seen,valid_until,reference\n".to_owned();
    for entry in entries {
        let time = |time: Option<schema::Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        let cells = [
            entry.kind.name().to_owned(),
            entry.value.clone(),
            entry.confidence.to_string(),
            entry.tlp.label().to_owned(),
            entry.label.clone().unwrap_or_default(),
            entry.sources.join("; "),
            entry.technique.clone().unwrap_or_default(),
            time(entry.first_seen),
            time(entry.valid_until),
            entry.reference.clone().unwrap_or_default(),
        ];
        list.push_str(&cells.map(|cell| safe_cell(&cell)).join(","));
        list.push('\n');
    }
    list
}
