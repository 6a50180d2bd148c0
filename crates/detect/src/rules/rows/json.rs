//! Values out of JSON text by path, without building a tree and without recursion. Text that is not JSON gives what
//! can be read of it: it was checked when it came in.

use super::Cell;

/// Lists and objects that one path may lead through; beyond it nothing more is looked at.
const MAX_STEPS: usize = 100_000;

/// Appends what stands at `path` below this value: the key as a whole, or part by part; through lists, all of it.
pub(in crate::rules) fn collect(value: &str, path: &str, cell: &mut Cell) {
    let mut open = vec![(value, path)];
    let mut steps = 0;
    while let Some((value, path)) = open.pop() {
        steps += 1;
        if steps > MAX_STEPS {
            return;
        }
        let value = value.trim_start();
        match value.as_bytes().first() {
            Some(b'[') => {
                let from = open.len();
                each_item(value, |item| open.push((item, path)));
                // What is pushed last is taken first; values should come in their own order.
                if let Some(new) = open.get_mut(from..) {
                    new.reverse();
                }
            }
            Some(b'{') if !path.is_empty() => {
                let mut found = None;
                let mut below = None;
                each_entry(value, |key, value| {
                    let key = unescaped(key);
                    if key == path {
                        found = Some(value);
                    } else if let Some(rest) = path.strip_prefix(key.as_ref()).and_then(|rest| rest.strip_prefix('.')) {
                        below = Some((value, rest));
                    }
                });
                open.extend(found.map(|value| (value, "")).or(below));
            }
            Some(_) if path.is_empty() => scalar(value, cell),
            _ => {}
        }
    }
}

fn scalar(value: &str, cell: &mut Cell) {
    let value = value.trim_end();
    match value.strip_prefix('"').map(|text| text.strip_suffix('"').unwrap_or(text)) {
        Some(text) => cell.push(|buffer| unescape_into(text, buffer)),
        None if value == "null" => cell.push_null(),
        None => cell.push(|buffer| buffer.push_str(value)),
    }
}

/// Calls back with the key, as escaped, and the value of each entry of an object.
pub(super) fn each_entry<'a>(object: &'a str, mut found: impl FnMut(&'a str, &'a str)) {
    let mut reader = Reader { text: object, at: 1 };
    while let Some(key) = reader.string() {
        if !reader.takes(b':') {
            return;
        }
        let Some(value) = reader.value() else {
            return;
        };
        found(key, value);
        if !reader.takes(b',') {
            return;
        }
    }
}

fn each_item<'a>(list: &'a str, mut found: impl FnMut(&'a str)) {
    let mut reader = Reader { text: list, at: 1 };
    while let Some(item) = reader.value().filter(|item| !item.is_empty()) {
        found(item);
        if !reader.takes(b',') {
            return;
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    /// The inside of a string, as escaped.
    fn string(&mut self) -> Option<&'a str> {
        if !self.takes(b'"') {
            return None;
        }
        let start = self.at;
        let end = self.end_of_string()?;
        self.text.get(start..end)
    }

    /// From behind an opening quote to behind the closing one; gives where the inside ends.
    fn end_of_string(&mut self) -> Option<usize> {
        let start = self.at;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            self.at += memchr::memchr(b'"', rest)? + 1;
            let end = self.at - 1;
            // Texts have many escapes and few quotes, so that it is cheaper to look at what is before a quote. It is one
            // of the text where an odd number of backslashes stands before it.
            let before = self.text.as_bytes().get(start..end)?;
            let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
            if backslashes % 2 == 0 {
                return Some(end);
            }
        }
    }

    fn value(&mut self) -> Option<&'a str> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'"' => {
                self.at += 1;
                self.end_of_string()?;
            }
            b'{' | b'[' => self.nested()?,
            _ => {
                let rest = self.text.as_bytes().get(self.at..)?;
                let end =
                    rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'));
                self.at += end.unwrap_or(rest.len());
            }
        }
        self.text.get(start..self.at)
    }

    /// To behind the bracket that closes the one here.
    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => {
                    self.end_of_string()?;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

pub(super) fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('\\') {
        return text.into();
    }
    let mut buffer = String::new();
    unescape_into(text, &mut buffer);
    buffer.into()
}

fn unescape_into(text: &str, buffer: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        buffer.push_str(rest.get(..at).unwrap_or_default());
        let tail = rest.get(at + 1..).unwrap_or_default();
        let (char, length) = escape(tail);
        buffer.push(char);
        rest = tail.get(length..).unwrap_or_default();
    }
    buffer.push_str(rest);
}

/// The character of an escape behind its backslash, and how many bytes it takes there.
fn escape(tail: &str) -> (char, usize) {
    let Some(first) = tail.chars().next() else {
        return ('\\', 0);
    };
    match first {
        'n' => ('\n', 1),
        't' => ('\t', 1),
        'r' => ('\r', 1),
        'b' => ('\u{8}', 1),
        'f' => ('\u{c}', 1),
        'u' => unicode(tail.get(1..).unwrap_or_default()),
        other => (other, other.len_utf8()),
    }
}

fn unicode(tail: &str) -> (char, usize) {
    let unit = |text: &str, at: usize| text.get(at..at + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let Some(high) = unit(tail, 0) else {
        return (char::REPLACEMENT_CHARACTER, 1);
    };
    if let Some(char) = char::from_u32(high) {
        return (char, 5);
    }
    let low = tail.get(4..6).filter(|mark| *mark == "\\u").and_then(|_| unit(tail, 6));
    let pair = low.filter(|low| (0xdc00..0xe000).contains(low) && high < 0xdc00);
    match pair.and_then(|low| char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))) {
        Some(char) => (char, 11),
        None => (char::REPLACEMENT_CHARACTER, 5),
    }
}
