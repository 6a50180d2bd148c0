//! One pass over a JSON object without building a tree: keys and values are slices of the line (RFC 8259).
//!
//! Nested values are checked to be well-formed and stay text. No recursion: depth is a counter.

use std::iter;

use crate::{
    number::is_json_number,
    parsed::{Fault, Reason},
};

/// Deeper nesting than anybody writes by intention; also the bits of the stack below.
const MAX_DEPTH: u32 = 64;

/// A string between its quotes, as it stands in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    pub(crate) inner: &'a str,
    /// There are escapes inside.
    pub(crate) escaped: bool,
}

/// A value as it stands in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(Text<'a>),
    /// From bracket to bracket.
    Array(&'a str),
    /// From brace to brace.
    Object(&'a str),
}

/// Walks the fields of one object; after the last one it has checked that nothing follows.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    cursor: Cursor<'a>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Within,
    Done,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(line: &'a str) -> Self {
        Self { cursor: Cursor::of(line), state: State::Start }
    }

    /// The next key and value; `None` behind the object's end.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Result<Option<(Text<'a>, Value<'a>)>, Fault> {
        match self.step() {
            Some(true) => {}
            Some(false) => return Ok(None),
            None => return Err(self.cursor.fault()),
        }
        match self.cursor.key().and_then(|key| Some((key, self.cursor.value()?))) {
            Some(field) => Ok(Some(field)),
            None => Err(self.cursor.fault()),
        }
    }

    /// Goes to the next key: true where there is one, false behind the end.
    #[inline]
    fn step(&mut self) -> Option<bool> {
        let cursor = &mut self.cursor;
        cursor.skip_blanks();
        match (self.state, cursor.peek()) {
            (State::Start, Some(b'{')) => {
                cursor.at += 1;
                cursor.skip_blanks();
                self.state = State::Within;
                if cursor.peek() == Some(b'}') {
                    return self.end();
                }
            }
            (State::Start, _) => return cursor.breaks("is not a JSON object"),
            (State::Within, Some(b',')) => {
                cursor.at += 1;
                cursor.skip_blanks();
            }
            (State::Within, Some(b'}')) => return self.end(),
            (State::Within, _) => return cursor.breaks("comma or brace expected"),
            (State::Done, _) => return Some(false),
        }
        Some(true)
    }

    fn end(&mut self) -> Option<bool> {
        self.cursor.at += 1;
        self.cursor.skip_blanks();
        self.state = State::Done;
        if self.cursor.peek().is_some() { self.cursor.breaks("text behind the object") } else { Some(false) }
    }
}

/// The elements of an array that [`Fields`] has checked.
#[derive(Debug)]
pub(crate) struct Elements<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Elements<'a> {
    pub(crate) fn of(array: &'a str) -> Self {
        Self { cursor: Cursor::of(array) }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.cursor.skip_blanks();
        if !matches!(self.cursor.peek(), Some(b'[' | b',')) {
            return None;
        }
        self.cursor.at += 1;
        self.cursor.skip_blanks();
        if self.cursor.peek() == Some(b']') {
            return None;
        }
        self.cursor.value()
    }
}

/// Reads values one behind the other. What is broken is noted and given as `None`: errors carry a text, and results
/// that are too large for registers cost more than reading a short string.
#[derive(Debug)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// The string read last has escapes.
    escaped: bool,
    /// Some of them are not those that [`push_json_string`] writes.
    unusual: bool,
    broken: Option<Broken>,
}

/// Why reading stopped, at the cursor's place.
#[derive(Debug, Clone, Copy)]
enum Broken {
    Malformed(&'static str),
    TooDeep,
}

impl<'a> Cursor<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, at: 0, escaped: false, unusual: false, broken: None }
    }

    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    #[inline(always)]
    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    #[cold]
    fn breaks<T>(&mut self, what: &'static str) -> Option<T> {
        self.broken = Some(Broken::Malformed(what));
        None
    }

    #[cold]
    fn fault(&self) -> Fault {
        match self.broken {
            Some(Broken::TooDeep) => {
                Fault::new(Reason::TooDeep, format!("nested deeper than {MAX_DEPTH} at byte {}", self.at))
            }
            Some(Broken::Malformed(what)) => Fault::new(Reason::MalformedJson, format!("{what} at byte {}", self.at)),
            None => Fault::new(Reason::MalformedJson, format!("broken at byte {}", self.at)),
        }
    }

    /// A key, its colon and the blanks behind.
    #[inline(always)]
    fn key(&mut self) -> Option<Text<'a>> {
        if self.peek() != Some(b'"') {
            return self.breaks("key expected");
        }
        let key = self.string()?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return self.breaks("colon expected");
        }
        self.at += 1;
        self.skip_blanks();
        Some(key)
    }

    #[inline(always)]
    fn value(&mut self) -> Option<Value<'a>> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'{') => self.nested().map(Value::Object),
            Some(b'[') => self.nested().map(Value::Array),
            _ => self.scalar(),
        }
    }

    /// A number or one of the three words.
    #[inline]
    fn scalar(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        match self.scalar_text() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            text if is_json_number(text) => Some(Value::Number(text)),
            _ => {
                self.at = start;
                self.breaks("value expected")
            }
        }
    }

    #[inline]
    fn scalar_text(&mut self) -> &'a str {
        let start = self.at;
        let ends = |byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n' | b':' | b'"');
        while self.peek().is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
        self.slice(start, self.at)
    }

    /// A string; the cursor stands on its opening quote.
    #[inline(always)]
    fn string(&mut self) -> Option<Text<'a>> {
        let start = self.at + 1;
        let end = self.pass_string()?;
        Some(Text { inner: self.slice(start, end), escaped: self.escaped })
    }

    /// Goes behind a string, and gives the place of its closing quote.
    #[inline]
    fn pass_string(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        self.escaped = false;
        self.unusual = false;
        loop {
            at += plain_prefix(bytes.get(at..).unwrap_or_default());
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.escaped = true;
                    let Some(length) = escape_length(bytes.get(at..).unwrap_or_default()) else {
                        self.at = at;
                        return self.breaks("bad escape");
                    };
                    self.unusual |= matches!(bytes.get(at + 1), Some(b'/' | b'u'));
                    at += length;
                }
                Some(_) => {
                    self.at = at;
                    return self.breaks("control character in a string");
                }
                None => {
                    self.at = at;
                    return self.breaks("string without end");
                }
            }
        }
        self.at = at + 1;
        Some(at)
    }

    /// Goes behind a key, its colon and the blanks there.
    #[inline]
    fn pass_key(&mut self) -> Option<()> {
        if self.peek() != Some(b'"') {
            return self.breaks("key expected");
        }
        self.pass_string()?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return self.breaks("colon expected");
        }
        self.at += 1;
        self.skip_blanks();
        Some(())
    }

    /// An array or object, checked but not built; the cursor stands on its bracket.
    fn nested(&mut self) -> Option<&'a str> {
        let start = self.at;
        let mut stack = Stack::default();
        loop {
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    self.at += 1;
                    self.skip_blanks();
                    if !stack.open(open == b'{') {
                        self.broken = Some(Broken::TooDeep);
                        return None;
                    }
                    let is_empty = self.peek() == Some(if open == b'{' { b'}' } else { b']' });
                    if !is_empty {
                        if open == b'{' {
                            self.pass_key()?;
                        }
                        continue;
                    }
                }
                Some(b'"') => {
                    self.pass_string()?;
                }
                _ => {
                    self.scalar()?;
                }
            }
            // A value has ended, or an empty array or object is about to.
            loop {
                self.skip_blanks();
                match (self.peek(), stack.in_object()) {
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.at += 1;
                        if stack.close() {
                            return Some(self.slice(start, self.at));
                        }
                    }
                    (Some(b','), in_object) => {
                        self.at += 1;
                        self.skip_blanks();
                        if in_object {
                            self.pass_key()?;
                        }
                        break;
                    }
                    _ => return self.breaks("comma or bracket expected"),
                }
            }
        }
    }
}

/// What is open around a place: one bit a level, set for an object.
#[derive(Debug, Default)]
struct Stack {
    bits: u64,
    depth: u32,
}

impl Stack {
    /// False where it is too deep.
    fn open(&mut self, object: bool) -> bool {
        if self.depth == MAX_DEPTH {
            return false;
        }
        self.bits = (self.bits << 1) | u64::from(object);
        self.depth += 1;
        true
    }

    /// True where nothing is open any more.
    fn close(&mut self) -> bool {
        self.bits >>= 1;
        self.depth -= 1;
        self.depth == 0
    }

    fn in_object(&self) -> bool {
        self.bits & 1 == 1
    }
}

/// How many bytes from the start are neither quote, backslash nor control character; eight at a time. What is left
/// over is looked at together with bytes before it that were looked at already.
#[inline]
pub(crate) fn plain_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    // Most texts, and most stretches between escapes, end within some words.
    for word in bytes.as_chunks::<8>().0.iter().take(FIRST_WORDS) {
        if let Some(hit) = first_special(u64::from_le_bytes(*word)) {
            return at + hit;
        }
        at += 8;
    }
    let mut rest = bytes.get(at..).unwrap_or_default();
    if rest.len() >= BLOCK {
        let blocks = rest.as_chunks::<BLOCK>().0.iter().take_while(|block| is_plain(block)).count();
        at += BLOCK * blocks;
        rest = bytes.get(at..).unwrap_or_default();
    }
    at + plain_words(rest)
}

const FIRST_WORDS: usize = 4;

/// Long texts are looked at in blocks, of which compilers make a few instructions.
const BLOCK: usize = 32;

fn is_plain(block: &[u8; BLOCK]) -> bool {
    let is_special = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
    !block.iter().fold(false, |any, &byte| any | is_special(byte))
}

/// The same without blocks.
#[inline]
fn plain_words(bytes: &[u8]) -> usize {
    let mut at = 0;
    for word in bytes.as_chunks::<8>().0 {
        if let Some(hit) = first_special(u64::from_le_bytes(*word)) {
            return at + hit;
        }
        at += 8;
    }
    if at == bytes.len() {
        return at;
    }
    if let Some(last) = bytes.last_chunk::<8>() {
        return first_special(u64::from_le_bytes(*last)).map_or(bytes.len(), |hit| bytes.len() - 8 + hit);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let word = u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
        return match first_special(word) {
            Some(hit @ 0..4) => hit,
            Some(hit) => bytes.len() + hit - 8,
            None => bytes.len(),
        };
    }
    bytes.iter().take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\').count()
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The highest bit of each byte that is zero; of bytes above one some may be wrong, because borrows run upwards.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGH
}

/// Place of the first backslash. Escapes stand close together, and to call a search for each costs more than it finds.
#[inline]
fn next_escape(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for word in bytes.as_chunks::<8>().0.iter().take(FIRST_WORDS) {
        let hits = zero_bytes(u64::from_le_bytes(*word) ^ (ONES * u64::from(b'\\')));
        if hits != 0 {
            return Some(at + (hits.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    memchr::memchr(b'\\', bytes.get(at..)?).map(|found| at + found)
}

/// Place of the first quote, backslash or control character among eight bytes.
#[inline]
fn first_special(word: u64) -> Option<usize> {
    let quote = zero_bytes(word ^ (ONES * u64::from(b'"')));
    let backslash = zero_bytes(word ^ (ONES * u64::from(b'\\')));
    let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
    // Borrows run upwards only, so the lowest hit is exact.
    let hits = quote | backslash | control;
    (hits != 0).then(|| (hits.trailing_zeros() / 8) as usize)
}

/// Length of the escape at the start, 2 or 6; `None` where it is none.
#[inline]
fn escape_length(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => bytes.get(2..6)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

impl<'a> Text<'a> {
    /// The text without escapes; `room` holds it where there are some.
    #[inline]
    pub(crate) fn decode<'s>(self, room: &'s mut String) -> &'s str
    where
        'a: 's,
    {
        if !self.escaped {
            return self.inner;
        }
        room.clear();
        decode_into(self.inner, room);
        room
    }
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escapes {
    None,
    /// Those that [`push_json_string`] would write, each of two bytes.
    Usual,
    /// Others: the same text could be written with fewer.
    Unusual,
}

/// Where the string ends whose inside begins here, and how it is written; `None` where it is broken.
#[inline]
pub(crate) fn string_end(text: &str, start: usize) -> Option<(usize, Escapes)> {
    let mut cursor = Cursor { at: start.checked_sub(1)?, ..Cursor::of(text) };
    let end = cursor.pass_string()?;
    let escapes = match (cursor.escaped, cursor.unusual) {
        (false, _) => Escapes::None,
        (true, false) => Escapes::Usual,
        (true, true) => Escapes::Unusual,
    };
    Some((end, escapes))
}

/// Where the number ends that begins here; `None` where there is none.
#[inline]
pub(crate) fn number_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.as_bytes().get(start..)?;
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    let end = start + rest.iter().take_while(|byte| is_part(byte)).count();
    is_json_number(text.get(start..end)?).then_some(end)
}

/// Undoes escapes that were checked; a surrogate without its other half becomes U+FFFD.
pub(crate) fn decode_into(inner: &str, to: &mut String) {
    let mut rest = inner;
    to.reserve(inner.len());
    while let Some(at) = next_escape(rest.as_bytes()) {
        let (plain, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let escape = escape.get(1..).unwrap_or_default();
        to.push_str(plain);
        let (character, length) = match escape.as_bytes().first() {
            Some(b'u') => unicode_escape(escape),
            Some(b'b') => ('\u{8}', 1),
            Some(b'f') => ('\u{c}', 1),
            Some(b'n') => ('\n', 1),
            Some(b'r') => ('\r', 1),
            Some(b't') => ('\t', 1),
            Some(&other) => (char::from(other), 1),
            None => break,
        };
        to.push(character);
        rest = escape.get(length..).unwrap_or_default();
    }
    to.push_str(rest);
}

/// The character of `u` and four hex digits, or of two such escapes that are a surrogate pair; and its length.
fn unicode_escape(escape: &str) -> (char, usize) {
    let unit = |at: usize| u16::from_str_radix(escape.get(at..at + 4)?, 16).ok();
    let Some(first) = unit(1) else { return (char::REPLACEMENT_CHARACTER, 1) };
    let second = if escape.get(5..7) == Some("\\u") { unit(7) } else { None };
    let mut decoded = char::decode_utf16(iter::once(first).chain(second));
    match decoded.next() {
        Some(Ok(character)) if character.len_utf16() == 2 => (character, 11),
        Some(Ok(character)) => (character, 5),
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

/// A name as it stands between the quotes of a JSON key.
pub(crate) fn json_key(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len() + 2);
    push_json_string(name, &mut quoted);
    quoted.pop();
    quoted.split_off(1)
}

/// Appends a text as a JSON string with no more escapes than needed.
pub(crate) fn push_json_string(text: &str, to: &mut String) {
    to.reserve(text.len() + 2);
    to.push('"');
    let mut rest = text;
    loop {
        let plain = plain_prefix(rest.as_bytes());
        if plain == rest.len() {
            to.push_str(rest);
            break;
        }
        let (head, tail) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        to.push_str(head);
        let mut characters = tail.chars();
        match characters.next() {
            None => break,
            Some('"') => to.push_str("\\\""),
            Some('\\') => to.push_str("\\\\"),
            Some('\n') => to.push_str("\\n"),
            Some('\r') => to.push_str("\\r"),
            Some('\t') => to.push_str("\\t"),
            Some('\u{8}') => to.push_str("\\b"),
            Some('\u{c}') => to.push_str("\\f"),
            Some(control) => {
                to.push_str("\\u00");
                let code = control as u8;
                to.push(char::from(b'0' + (code >> 4)));
                to.push(char::from_digit(u32::from(code & 0xf), 16).unwrap_or('0'));
            }
        }
        rest = characters.as_str();
    }
    to.push('"');
}

/// Appends a value as it came; strings with the fewest escapes, so that equal texts give equal JSON.
pub(crate) fn push_value(value: Value<'_>, to: &mut String) {
    match value {
        Value::Null => to.push_str("null"),
        Value::Bool(value) => to.push_str(if value { "true" } else { "false" }),
        Value::Number(text) | Value::Array(text) | Value::Object(text) => to.push_str(text),
        Value::Text(text) if text.escaped => {
            let mut room = String::new();
            push_json_string(text.decode(&mut room), to);
        }
        Value::Text(text) => {
            to.push('"');
            to.push_str(text.inner);
            to.push('"');
        }
    }
}

/// The text of a scalar; `None` for lists, objects and null.
pub(crate) fn scalar_text<'a: 's, 's>(value: Value<'a>, room: &'s mut String) -> Option<&'s str> {
    match value {
        Value::Text(text) => Some(text.decode(room)),
        Value::Number(text) => Some(text),
        Value::Bool(value) => Some(if value { "true" } else { "false" }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The text of a number, also where it stands between quotes.
pub(crate) fn number_text(value: Value<'_>) -> Option<&str> {
    match value {
        Value::Number(text) => Some(text),
        Value::Text(text) if !text.escaped => Some(text.inner),
        _ => None,
    }
}

/// A truth value, also as the words `true` and `false`.
pub(crate) fn bool_of(value: Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(value),
        Value::Text(Text { inner: "true" | "T", .. }) => Some(true),
        Value::Text(Text { inner: "false" | "F", .. }) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(line: &str) -> Result<Vec<(Text<'_>, Value<'_>)>, Fault> {
        let mut fields = Fields::of(line);
        let mut found = Vec::new();
        while let Some(field) = fields.next()? {
            found.push(field);
        }
        Ok(found)
    }

    #[test]
    fn refuses_what_is_not_one_object() {
        for line in [
            "",
            "[]",
            "1",
            "{",
            "{}}",
            "{} {}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\":01}",
            "{\"a\":\"\t\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12g4\"}",
            "{\"a\":[1,]}",
            "{\"a\":[}",
            "{\"a\":{\"b\"}}",
            "{'a':1}",
            "{\"a\":NaN}",
            "{\"a\":tru}",
            "{\"a\":\"x}",
            "{\"a\":[1 2]}",
            "{\"a\":[{]}]}",
        ] {
            assert_eq!(all(line).map_err(|fault| fault.reason), Err(Reason::MalformedJson), "{line}");
        }
    }

    #[test]
    fn depth_is_limited_without_recursion() {
        let deep = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(all(&deep(64)).is_ok());
        assert_eq!(all(&deep(65)).map_err(|fault| fault.reason), Err(Reason::TooDeep));
        assert_eq!(all(&deep(5_000_000)).map_err(|fault| fault.reason), Err(Reason::TooDeep));
    }

    #[test]
    fn surrogates() {
        let decoded = |inner| Text { inner, escaped: true }.decode(&mut String::new()).to_owned();
        assert_eq!(decoded("\\ud83d\\ude00!"), "😀!");
        assert_eq!(decoded("\\ud83d!"), "\u{fffd}!");
        assert_eq!(decoded("\\ude00\\u0041"), "\u{fffd}A");
        assert_eq!(decoded("\\ud83d\\u0041"), "\u{fffd}A");
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            // Few digits: serde_json reads long ones not exactly.
            (-100_000_i32..100_000).prop_map(|value| (f64::from(value) / 8.0).into()),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn plain_prefixes_end_at_the_first_special_byte() {
        let plain = b"abcdefghijklmnopqrstuvwxyz".repeat(3);
        for length in 0..=plain.len() {
            assert_eq!(plain_prefix(&plain[..length]), length);
            for at in 0..length {
                for special in [b'"', b'\\', b'\n', 0x1f] {
                    let mut bytes = plain[..length].to_vec();
                    bytes[at] = special;
                    assert_eq!(plain_prefix(&bytes), at, "{special} in {length}");
                    bytes[length - 1] = b'"';
                    assert_eq!(plain_prefix(&bytes), at, "{special} and a quote in {length}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn reads_what_serde_writes(map in prop::collection::btree_map(any::<String>(), json(), 0..8)) {
            let line = serde_json::to_string(&map).expect("a map");
            let fields = all(&line).expect("valid");
            prop_assert_eq!(fields.len(), map.len());
            for ((key, value), (want_key, want)) in fields.into_iter().zip(map) {
                let mut room = String::new();
                prop_assert_eq!(key.decode(&mut room), want_key);
                let mut text = String::new();
                push_value(value, &mut text);
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("valid"), want);
                if let Value::Array(array) = value {
                    let _ = Elements::of(array).count();
                }
            }
        }

        /// What is not unusual is what we would write ourselves, so that it may be taken over as it stands.
        #[test]
        fn usual_strings_are_those_that_are_written(
            inner in r#"([ab/:é]|\\["\\/bfnrt]|\\u00(0[0-9a-f]|1f|5c|22|41)){0,12}"#
        ) {
            let quoted = format!("\"{inner}\"");
            let Some((_, escapes)) = string_end(&quoted, 1) else { return Err(TestCaseError::fail("not read")) };
            let mut decoded = String::new();
            decode_into(&inner, &mut decoded);
            let mut written = String::new();
            push_json_string(&decoded, &mut written);
            if escapes != Escapes::Unusual {
                prop_assert_eq!(&written, &quoted);
            }
            prop_assert_eq!(escapes == Escapes::None, !inner.contains('\\'));
        }

        #[test]
        fn agrees_with_serde_on_any_text(line in "[{}\\[\\],:\"\\\\a0-9.eE+ntrue -]{0,40}") {
            let ours = all(&line).is_ok();
            let theirs = serde_json::from_str::<serde_json::Value>(&line).is_ok_and(|value| value.is_object());
            prop_assert_eq!(ours, theirs, "{}", line);
        }

        #[test]
        fn strings_round_trip(text: String) {
            let mut quoted = String::new();
            push_json_string(&text, &mut quoted);
            prop_assert_eq!(string_end(&quoted, 1).map(|(end, _)| end), Some(quoted.len() - 1));
            prop_assert_eq!(serde_json::from_str::<String>(&quoted).expect("valid"), text);
        }
    }
}
