//! Structured data of RFC 5424: `[id name="value" ...][...]`, with `\"`, `\\` and `\]` escaped in values.

/// The structured data at the start of the text, and what follows. What is not closed is taken for message.
pub(super) fn split(text: &str) -> (&str, &str) {
    if let Some(rest) = text.strip_prefix('-') {
        return ("", rest);
    }
    let mut end = 0;
    while let Some(length) = text.get(end..).and_then(element_length) {
        end += length;
    }
    (text.get(..end).unwrap_or_default(), text.get(end..).unwrap_or_default())
}

/// Length of `[...]` at the start of the text.
fn element_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'[') {
        return None;
    }
    let mut at = 1;
    let mut in_value = false;
    while let Some(found) = memchr::memchr3(b'"', b'\\', b']', bytes.get(at..)?) {
        at += found;
        match bytes.get(at) {
            Some(b'\\') if in_value => at += 2,
            Some(b'"') => {
                in_value = !in_value;
                at += 1;
            }
            Some(b']') if !in_value => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// Calls `each` with element, name and value (still escaped) of every parameter.
pub(crate) fn parameters<'a>(structured: &'a str, mut each: impl FnMut(&'a str, &'a str, &'a str)) {
    let mut rest = structured;
    while let Some(length) = element_length(rest) {
        let element = rest.get(1..length - 1).unwrap_or_default();
        let (id, mut list) = element.split_once(' ').unwrap_or((element, ""));
        if list.is_empty() {
            each(id, "", "");
        }
        while let Some((name, behind)) = list.split_once("=\"") {
            let length = quoted_length(behind);
            each(id, name.trim_ascii(), behind.get(..length).unwrap_or_default());
            list = behind.get(length + 1..).unwrap_or_default();
        }
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// Length of a value up to the closing quote; a backslash keeps the character behind it.
pub(crate) fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'"' && !escaped {
            return at;
        }
        escaped = byte == b'\\' && !escaped;
    }
    text.len()
}

/// Appends a value without its escapes; a backslash before anything else stands for itself.
pub(crate) fn push_unescaped(value: &str, to: &mut String) {
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once('\\') {
        to.push_str(before);
        let escapes = behind.starts_with(['"', '\\', ']']);
        if !escapes {
            to.push('\\');
        }
        let next = behind.chars().next().filter(|_| escapes);
        to.extend(next);
        rest = behind.get(next.map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    to.push_str(rest);
}
