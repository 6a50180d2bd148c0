//! A hosts file. It knows single names only, so that names below a domain stay open: a resolver's RPZ does better.

use schema::Observable;

use super::{About, Entry, Form, is_name, is_plain_name, one_line};

pub(super) static FORM: Form = Form {
    name: "hosts",
    about: "a hosts file that leads names nowhere; it does not cover names below a domain",
    takes: |kind: Observable, value| is_name(kind) && is_plain_name(value),
    encode,
};

fn encode(entries: &[Entry], about: &About) -> String {
    let names = entries.iter().map(|entry| format!("0.0.0.0 {}\n", entry.value));
    format!("# {}, {}\n{}", one_line(&about.producer), about.made_at, names.collect::<String>())
}
