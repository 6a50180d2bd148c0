//! Tests in other forms that say the same: whole hashes as values of their own columns, keywords as records write them.

use crate::rules::{
    fields::{Getter, HASHES, Nothing},
    model::Test,
    pattern::{Part, Pattern},
};

pub(super) fn reads_hashes(getter: &Getter) -> bool {
    getter.reads(&Getter::Hashes)
}

/// `null` and `''` as they are meant of records that cannot tell these apart.
pub(in crate::rules) fn of_source(test: &Test, nothing: Nothing) -> Test {
    let is_empty = matches!(test, Test::Like { pattern, .. } if pattern.parts.is_empty());
    let is_nothing = nothing == Nothing::Alike && (is_empty || *test == Test::Null);
    if is_nothing { Test::Nothing } else { test.clone() }
}

/// `*SHA256=<64 hex digits>*` and `*<64 hex digits>*` as whole values of columns. Other forms say where in the joined
/// text a hash stands.
pub(super) fn hash_columns(test: &Test) -> Vec<(&'static str, Test)> {
    let Test::Like { pattern, cased: false } = test else {
        return Vec::new();
    };
    let text = match pattern.parts.as_slice() {
        [Part::Any, Part::Text(text), Part::Any] => text,
        _ => return Vec::new(),
    };
    let (name, hash) = text.split_once('=').map_or((None, text.as_str()), |(name, hash)| (Some(name), hash));
    if !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Vec::new();
    }
    let columns = HASHES.iter().filter(|(_, sysmon, length)| {
        hash.len() == *length && name.is_none_or(|name| name.eq_ignore_ascii_case(sysmon))
    });
    let whole = Test::Like { pattern: Pattern::literal(hash), cased: false };
    columns.map(|(column, ..)| (*column, whole.clone())).collect()
}

/// A keyword as it is, as JSON escapes it, and as XML does.
pub(in crate::rules) fn written_forms(test: &Test) -> Vec<Test> {
    let mut forms = vec![test.clone()];
    let Test::Like { pattern, cased } = test else {
        return forms;
    };
    let json = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    let xml = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    for write in [&json as &dyn Fn(&str) -> String, &xml] {
        let mut form = Pattern::default();
        for part in &pattern.parts {
            form.push(match part {
                Part::Text(text) => Part::Text(write(text)),
                part => part.clone(),
            });
        }
        let form = Test::Like { pattern: form, cased: *cased };
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}
