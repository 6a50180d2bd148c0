//! Texts between double quotes, with the escapes of Apache and nginx: `\"`, `\\`, `\n`, `\xHH`.

use crate::escaped::push_bytes;

/// The inside of a quoted text whose opening quote was taken, and what follows it.
///
/// A quote closes only before a blank, a bracket or the end: some servers write the client's quotes as they came.
pub(crate) fn split_quoted(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..)?) {
        at += found;
        if bytes.get(at) == Some(&b'\\') {
            at += 2;
            continue;
        }
        let closes = matches!(bytes.get(at + 1), None | Some(b' ' | b'\t' | b']' | b',' | b';'));
        if closes {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        at += 1;
    }
    // A server that does not escape may write a backslash before the closing quote.
    let end = text.find("\" ").or_else(|| text.strip_suffix('"').map(str::len))?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// Appends the text with its escapes undone. Control characters and bytes that are no UTF-8 stay as `\xHH`, so that
/// no text holds a NUL and none is lost.
pub(crate) fn push_unescaped(text: &str, to: &mut String) {
    let mut rest = text;
    let mut bytes = Vec::new();
    while let Some(place) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (plain, escape) = rest.split_at_checked(place).unwrap_or((rest, ""));
        if !plain.is_empty() {
            push_bytes(&mut bytes, to);
            to.push_str(plain);
        }
        if let Some(byte) = hex_byte(escape) {
            bytes.push(byte);
            rest = escape.get(4..).unwrap_or_default();
            continue;
        }
        push_bytes(&mut bytes, to);
        let known = escape.as_bytes().get(1).and_then(|&letter| unescaped(letter));
        to.push(known.unwrap_or('\\'));
        rest = escape.get(if known.is_some() { 2 } else { 1 }..).unwrap_or_default();
    }
    push_bytes(&mut bytes, to);
    to.push_str(rest);
}

fn unescaped(letter: u8) -> Option<char> {
    Some(match letter {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return None,
    })
}

/// The byte of `\xHH` at the start of the text.
fn hex_byte(text: &str) -> Option<u8> {
    let &[b'\\', b'x' | b'X', high, low, ..] = text.as_bytes() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescape(text: &str) -> String {
        let mut to = String::new();
        push_unescaped(text, &mut to);
        to
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unescape(r#"a\"b\\c"#), r#"a"b\c"#);
        assert_eq!(unescape(r"caf\xC3\xA9 \x22q\x22"), "café \"q\"");
        assert_eq!(unescape(r"\x16\x03\x01"), r"\x16\x03\x01");
        assert_eq!(unescape(r"\xff\xfe!"), r"\xff\xfe!");
        assert_eq!(unescape(r"\q\x4\"), r"\q\x4\");
        assert_eq!(unescape("plain"), "plain");
        assert_eq!(unescape(r"\xé9"), r"\xé9");
    }

    #[test]
    fn quotes_close_where_something_ends() {
        assert_eq!(split_quoted(r#"a\"b" c"#), Some((r#"a\"b"#, " c")));
        assert_eq!(split_quoted(r#"a"b" c"#), Some((r#"a"b"#, " c")));
        assert_eq!(split_quoted(r#"""#), Some(("", "")));
        assert_eq!(split_quoted(r#"end\" 200"#), Some((r"end\", " 200")));
        assert_eq!(split_quoted("never"), None);
    }
}
