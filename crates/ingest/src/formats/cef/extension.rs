//! The extension of a CEF record: `key=value` with blanks in values and no quotes, so that a value ends where the next
//! key begins.

use crate::pairs::Pairs;

/// Longer keys are parts of values.
const MAX_KEY_BYTES: usize = 1_023;

/// More pairs are not looked at for labels.
const MAX_PAIRS: usize = 512;

/// Puts the pairs of an extension into `pairs`, those with a label under it.
pub(super) fn extension<'a>(text: &'a str, pairs: &mut Pairs<'a>, room: &mut String) {
    let mut found: Vec<(&str, &str)> = Vec::new();
    let mut rest = text.trim_start();
    while let Some((key, value, behind)) = next(rest) {
        found.push((key, value));
        rest = behind;
    }
    let labels: Vec<(&str, &str)> = found
        .iter()
        .take(MAX_PAIRS)
        .filter_map(|(key, label)| Some((key.strip_suffix("Label")?, *label)))
        .filter(|(key, label)| !key.is_empty() && !label.is_empty())
        .collect();
    for &(key, value) in &found {
        let label = labels.iter().find(|(labelled, _)| *labelled == key).map(|(_, label)| *label);
        let is_label = key.strip_suffix("Label").is_some_and(|key| {
            labels.iter().any(|(labelled, _)| *labelled == key) && found.iter().any(|(known, _)| *known == key)
        });
        // Some devices write "-" or nothing for what they do not know.
        if is_label || value.is_empty() || value == "-" {
            continue;
        }
        room.clear();
        push_value(value, room);
        match label {
            Some(label) => pairs.push_number(label, room),
            None => pairs.push_number(key, room),
        }
    }
}

/// The first pair of a text: key, value as it stands, and what follows.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (key, rest) = text.split_once('=')?;
    let key = key.rsplit(char::is_whitespace).next().unwrap_or(key);
    let end = value_end(rest);
    let (value, behind) = rest.split_at_checked(end)?;
    Some((key, value.trim_end(), behind.trim_start()))
}

/// Where a value ends: before the blank that the next key stands behind, or with the text.
fn value_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    for equals in memchr::memchr_iter(b'=', bytes) {
        let before = bytes.get(..equals).unwrap_or_default();
        let escapes = before.iter().rev().take_while(|&&byte| byte == b'\\').count();
        if escapes % 2 == 1 {
            continue;
        }
        let key_bytes = before.iter().rev().take_while(|&&byte| is_key(byte)).count();
        let start = equals - key_bytes;
        let behind_blank = start > 0 && bytes.get(start - 1).is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        if (1..=MAX_KEY_BYTES).contains(&key_bytes) && (behind_blank || start == 0) {
            return start;
        }
    }
    text.len()
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']' | b'%')
}

/// Undoes the escapes of a value; a backslash before anything else stands for itself.
fn push_value(value: &str, to: &mut String) {
    let mut characters = value.chars().peekable();
    while let Some(c) = characters.next() {
        let next = if c == '\\' { characters.peek().copied() } else { None };
        let plain = match next {
            Some('=') => '=',
            Some('\\') => '\\',
            Some('|') => '|',
            Some('n') => '\n',
            Some('r') => '\r',
            _ => {
                to.push(c);
                continue;
            }
        };
        to.push(plain);
        characters.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let mut pairs = Pairs::new();
        extension(text, &mut pairs, &mut String::new());
        pairs.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn check(text: &str, wanted: &[(&str, &str)]) {
        let wanted: Vec<(String, String)> =
            wanted.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(pairs(text), wanted, "{text}");
    }

    #[test]
    fn values_have_blanks_escapes_and_equals_signs() {
        check(
            "src=10.0.0.1 msg=two words here dst=10.0.0.2",
            &[("src", "10.0.0.1"), ("msg", "two words here"), ("dst", "10.0.0.2")],
        );
        check("request=http://a/?b=c&d=e f=g", &[("request", "http://a/?b=c&d=e"), ("f", "g")]);
        check(r"msg=a\=b \\ c\nd x=1", &[("msg", "a=b \\ c\nd"), ("x", "1")]);
        check("a= b=1", &[("b", "1")]);
        check("", &[]);
        check("no pairs at all", &[]);
        check(r"path=C:\Users\new dst=::1", &[("path", "C:\\Users\new"), ("dst", "::1")]);
    }

    #[test]
    fn labels_name_their_values() {
        check("cs1=7 cs1Label=Rule Name cn1Label=Count", &[("Rule Name", "7"), ("cn1Label", "Count")]);
    }
}
