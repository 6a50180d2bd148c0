//! One value a line: what firewalls fetch as an external dynamic list.

use super::{About, Entry, Form};

pub(super) static FORM: Form = Form {
    name: "plain",
    about: "one value a line, for devices that fetch lists",
    takes: |_kind, value| !value.contains(char::is_control) && !value.starts_with('#'),
    encode,
};

fn encode(entries: &[Entry], _about: &About) -> String {
    entries.iter().map(|entry| format!("{}\n", entry.value)).collect()
}
