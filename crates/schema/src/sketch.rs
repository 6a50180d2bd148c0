//! What is known of the long texts of many rows without reading them: which keys their JSON has, which pieces of text occur.
//!
//! Whoever writes a file keeps a [`Sketch`] of it; whoever searches asks it before the texts are read. It never says no
//! where the answer is yes.

use std::collections::BTreeSet;

/// Pieces of text of four bytes, taken at every second byte. With fewer a keyword of ten characters would rest on one
/// piece; with all of them writing would take twice as long.
const PIECE: usize = 4;
const STEP: usize = 2;

/// Classes of bytes, six bits each: letters without case, digits, and 28 for all else.
const CLASS_BITS: u32 = 6;

/// Bits of a piece: four classes.
const PIECE_BITS: u32 = CLASS_BITS * PIECE as u32;

/// Bits of a kept set for each piece in it: one look in eight finds a piece that is not there.
const ROOM: usize = 8;

/// Bits of the smallest and of the largest kept set, as powers of two: 128 bytes and 256 KiB. The largest is also what
/// is written to, and stays in a core's own cache.
const BITS_LOG2: std::ops::RangeInclusive<u32> = 10..=21;

/// More keys are not kept: then any key may be there.
const MAX_KEYS: usize = 1_024;

/// Longer keys are nothing that anybody asks for by name; they too mean that any key may be there.
const MAX_KEY_BYTES: usize = 256;

/// Bytes of two texts that are compared at a time; a multiple of [`STEP`].
const BLOCK: usize = 16;

/// Of the text before so much is kept.
const MAX_BEFORE: usize = 16 << 10;

/// What is known of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Keys at the top of the JSON objects in `attrs`; `None` where any may be.
    pub keys: Option<BTreeSet<String>>,
    /// Pieces of the texts in `raw`; `None` where any may be.
    pub pieces: Option<Pieces>,
}

impl Sketch {
    /// Whether some row may have this key at the top of its `attrs`.
    pub fn may_have_key(&self, key: &str) -> bool {
        self.keys.as_ref().is_none_or(|keys| keys.contains(key))
    }

    /// Whether some `raw` may have this text in it, without regard to case.
    pub fn may_contain(&self, text: &str) -> bool {
        self.pieces.as_ref().is_none_or(|pieces| pieces.may_contain(text))
    }

    /// One line of plain text, to be kept in a file's own description.
    pub fn to_text(&self) -> String {
        let mut text = String::from("1\t");
        if let Some(pieces) = &self.pieces {
            text.push_str(&pieces.to_hex());
        }
        text.push('\t');
        if let Some(keys) = &self.keys {
            let keys: Vec<String> = keys.iter().map(|key| key.replace('%', "%25").replace('\t', "%09")).collect();
            text.push_str("=\t");
            text.push_str(&keys.join("\t"));
        }
        text
    }

    /// What [`Sketch::to_text`] wrote; nothing is known where it is something else.
    pub fn of_text(text: &str) -> Self {
        let mut parts = text.split('\t');
        if parts.next() != Some("1") {
            return Self::default();
        }
        let pieces = parts.next().and_then(Pieces::of_hex);
        let keys = (parts.next() == Some("=")).then(|| {
            let keys = parts.filter(|key| !key.is_empty());
            keys.map(|key| key.replace("%09", "\t").replace("%25", "%")).collect()
        });
        Self { keys, pieces }
    }
}

/// A set of pieces of text, as bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pieces {
    log2: u32,
    words: Vec<u64>,
}

impl Pieces {
    /// Whether all pieces of a text are there, wherever it begins.
    pub fn may_contain(&self, text: &str) -> bool {
        // Characters of several bytes may be written in others; the runs between them stand as they are.
        text.as_bytes().split(|byte| !byte.is_ascii()).all(|run| self.may_contain_run(run))
    }

    fn may_contain_run(&self, run: &[u8]) -> bool {
        (0..STEP).any(|offset| {
            let aligned = run.get(offset..).unwrap_or_default();
            aligned.windows(PIECE).step_by(STEP).all(|piece| self.has(piece_of(piece)))
        })
    }

    fn has(&self, piece: u32) -> bool {
        let at = place_of(piece, self.log2);
        self.words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    fn to_hex(&self) -> String {
        use std::fmt::Write;
        let mut hex = String::with_capacity(self.words.len() * 16);
        for word in &self.words {
            // Writing to a String does not fail.
            write!(hex, "{word:016x}").unwrap_or_default();
        }
        hex
    }

    fn of_hex(hex: &str) -> Option<Self> {
        let n_bits = hex.len().checked_mul(4)?;
        if !n_bits.is_power_of_two() || !BITS_LOG2.contains(&n_bits.trailing_zeros()) {
            return None;
        }
        let words = hex.as_bytes().chunks(16).map(|word| u64::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok());
        Some(Self { log2: n_bits.trailing_zeros(), words: words.collect::<Option<_>>()? })
    }
}

/// Takes in the texts of a file, row by row.
#[derive(Debug)]
pub struct Sketcher {
    /// A set of the largest size.
    pieces: Vec<u64>,
    any_piece: bool,
    keys: BTreeSet<String>,
    any_key: bool,
    /// Keys of the row before, in their order: most rows have the same ones.
    layout: Vec<String>,
    /// How the text of the row before begins: most rows say much of the same in the same places.
    before: Vec<u8>,
}

impl Default for Sketcher {
    fn default() -> Self {
        Self {
            pieces: vec![0; 1 << (BITS_LOG2.end() - 6)],
            any_piece: false,
            keys: BTreeSet::new(),
            any_key: false,
            layout: Vec::new(),
            before: Vec::new(),
        }
    }
}

impl Sketcher {
    /// Takes in one `raw`.
    pub fn text(&mut self, text: &str) {
        if self.any_piece {
            return;
        }
        if !text.is_ascii() && text.chars().any(is_written_otherwise) {
            self.any_piece = true;
            return;
        }
        // What stands where it stood in the text before was taken in then.
        let mut before = std::mem::take(&mut self.before);
        let mut is_known = true;
        let mut at = 0;
        for (block, known) in text.as_bytes().as_chunks::<BLOCK>().0.iter().zip(before.as_chunks::<BLOCK>().0) {
            // The first piece of a block begins in the one before.
            let is_equal = block == known;
            if !(is_known && is_equal) {
                self.pieces_from(text.as_bytes(), at, BLOCK);
            }
            is_known = is_equal;
            at += BLOCK;
        }
        self.pieces_from(text.as_bytes(), at, usize::MAX);
        before.clear();
        before.extend_from_slice(text.as_bytes().get(..MAX_BEFORE).unwrap_or(text.as_bytes()));
        self.before = before;
    }

    /// Takes in the pieces that end in so many bytes from an even place on.
    fn pieces_from(&mut self, text: &[u8], from: usize, length: usize) {
        let start = from.saturating_sub(STEP);
        let bytes = text.get(start..from.saturating_add(length).min(text.len())).unwrap_or_default();
        let mut piece = 0;
        for (number, pair) in bytes.chunks_exact(STEP).enumerate() {
            piece = ((piece << (CLASS_BITS * STEP as u32)) | piece_of(pair)) & ((1 << PIECE_BITS) - 1);
            // A piece is two pairs.
            if number > 0 {
                let place = place_of(piece, *BITS_LOG2.end());
                if let Some(word) = self.pieces.get_mut(place / 64) {
                    *word |= 1 << (place % 64);
                }
            }
        }
    }

    /// Takes in one `attrs`.
    pub fn json(&mut self, object: &str) {
        if self.any_key {
            return;
        }
        let mut place = 0;
        let (keys, layout, any_key) = (&mut self.keys, &mut self.layout, &mut self.any_key);
        let read = each_key(object, |key| {
            match layout.get_mut(place) {
                Some(known) if known == key => {}
                known => {
                    *any_key |= key.contains('\\') || key.len() > MAX_KEY_BYTES;
                    if !keys.contains(key) {
                        keys.insert(key.to_owned());
                    }
                    match known {
                        Some(known) => key.clone_into(known),
                        None => layout.push(key.to_owned()),
                    }
                }
            }
            place += 1;
        });
        layout.truncate(MAX_KEYS);
        self.any_key |= read.is_none() || self.keys.len() > MAX_KEYS;
    }

    pub fn finish(self) -> Sketch {
        let keys = (!self.any_key).then_some(self.keys);
        Sketch { keys, pieces: if self.any_piece { None } else { kept(&self.pieces) } }
    }
}

/// The set in no more room than it needs.
fn kept(pieces: &[u64]) -> Option<Pieces> {
    let n_pieces: usize = pieces.iter().map(|word| word.count_ones() as usize).sum();
    let wanted = n_pieces.saturating_mul(ROOM).checked_next_power_of_two()?.trailing_zeros();
    let log2 = wanted.clamp(*BITS_LOG2.start(), *BITS_LOG2.end());
    let mut words = vec![0_u64; 1 << (log2 - 6)];
    for (at, word) in pieces.iter().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            // A smaller set asks for fewer of the same upper bits.
            let place = (at * 64 + rest.trailing_zeros() as usize) >> (BITS_LOG2.end() - log2);
            if let Some(word) = words.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
            rest &= rest - 1;
        }
    }
    Some(Pieces { log2, words })
}

fn place_of(piece: u32, log2: u32) -> usize {
    /// An odd number with as many ones as zeros (Knuth's multiplicative hashing).
    const MIX: u32 = 0x9e37_79b1;
    (piece.wrapping_mul(MIX) >> (32 - log2)) as usize
}

fn piece_of(piece: &[u8]) -> u32 {
    piece.iter().fold(0, |sum, byte| sum << CLASS_BITS | u32::from(CLASSES[*byte as usize]))
}

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let lower = (byte as u8).to_ascii_lowercase();
        classes[byte] = match lower {
            b'a'..=b'z' => lower - b'a',
            b'0'..=b'9' => lower - b'0' + 26,
            _ => lower % 28 + 36,
        };
        byte += 1;
    }
    classes
};

/// Whether a character that is no letter of ASCII stands for one where case does not count: `ſ`, the sign of Kelvin,
/// the capital I with a dot.
fn is_written_otherwise(char: char) -> bool {
    !char.is_ascii() && (char == 'ſ' || char.to_lowercase().next().is_some_and(|lower| lower.is_ascii()))
}

/// Calls back with the keys at the top of an object, as escaped; nothing where the text is no object that can be read.
fn each_key(object: &str, mut found: impl FnMut(&str)) -> Option<()> {
    let bytes = object.as_bytes();
    let mut at = behind_blanks(bytes, 0);
    if bytes.get(at)? != &b'{' {
        return None;
    }
    at = behind_blanks(bytes, at + 1);
    if bytes.get(at)? == &b'}' {
        return Some(());
    }
    loop {
        if bytes.get(at)? != &b'"' {
            return None;
        }
        let end = end_of_text(bytes, at + 1)?;
        found(object.get(at + 1..end)?);
        at = behind_blanks(bytes, end + 1);
        if bytes.get(at)? != &b':' {
            return None;
        }
        at = behind_blanks(bytes, end_of_value(bytes, at + 1)?);
        match bytes.get(at)? {
            b',' => at = behind_blanks(bytes, at + 1),
            b'}' => return Some(()),
            _ => return None,
        }
    }
}

fn behind_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The quote that ends a text which begins at `start`.
fn end_of_text(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)?;
        // One of the text has an odd number of backslashes before it.
        let before = bytes.get(start..at)?;
        if before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0 {
            return Some(at);
        }
        at += 1;
    }
}

/// To behind a value: a text, brackets and all between them, or whatever ends before a comma or bracket.
fn end_of_value(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = behind_blanks(bytes, start);
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => at = end_of_text(bytes, at + 1)?,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(raws: &[&str], attrs: &[&str]) -> Sketch {
        let mut sketcher = Sketcher::default();
        raws.iter().for_each(|raw| sketcher.text(raw));
        attrs.iter().for_each(|attrs| sketcher.json(attrs));
        sketcher.finish()
    }

    #[test]
    fn what_is_there_is_never_denied_and_most_else_is() {
        let sketch = sketch(&["C:\\Tools\\x64\\Mimikatz.exe privilege::debug", "nothing"], &[]);
        for text in ["mimikatz", "MIMIKATZ.EXE", "privilege::debug", "\\tools\\x64", "x", ""] {
            assert!(sketch.may_contain(text), "{text}");
        }
        for text in ["sekurlsa::", "lsadump::dcsync", "mimilib.dll"] {
            assert!(!sketch.may_contain(text), "{text}");
        }
    }

    #[test]
    fn letters_that_only_stand_for_others_make_it_know_nothing() {
        assert!(sketch(&["\u{212a}iwi Legit Printer"], &[]).may_contain("kiwi legit printer"));
        assert!(sketch(&["mi\u{17f}c::skeleton"], &[]).may_contain("misc::skeleton"));
        assert!(sketch(&["Grüße vom Server"], &[]).may_contain("GRÜßE VOM"));
        assert!(!sketch(&["Grüße vom Server"], &[]).may_contain("kerberos"));
    }

    #[test]
    fn keys_are_those_at_the_top() {
        let one = r#"{"Channel": "Security", "EventData": {"Hidden": [1, "}"]}, "Last":null}"#;
        let escaped = sketch(&[], &[one, "{}", r#" {"a\"b":1}"#]);
        assert!(escaped.keys.is_none(), "an escaped key may be any");
        let plain = sketch(&[], &[one, "{}"]);
        let keys: Vec<&str> = plain.keys.iter().flatten().map(String::as_str).collect();
        assert_eq!(keys, ["Channel", "EventData", "Last"]);
        for broken in ["", "[1]", r#"{"a":1"#, r#"{"a" 1}"#, r#"{"a":1} "#] {
            let known = sketch(&[], &[broken]).keys.is_some();
            assert_eq!(known, broken.ends_with("} "), "{broken}");
        }
    }

    #[test]
    fn it_comes_back_as_it_was_written() {
        for attrs in [&["{}"] as &[&str], &[], &["{\"a\tb%09\":1,\"c\":2}"], &["broken"]] {
            let sketch = sketch(&["some text", "More, and 100 other texts"], attrs);
            assert_eq!(Sketch::of_text(&sketch.to_text()), sketch);
        }
        for broken in ["", "2\t", "1", "1\tzz", "1\t00\t", "1\t0123456789abcdef"] {
            assert!(Sketch::of_text(broken).may_contain("anything"), "{broken}");
            assert!(Sketch::of_text(broken).may_have_key("any"), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn what_the_text_before_said_changes_nothing(raws in prop::collection::vec("[ab]{0,3}x{14,18}[ab]{0,20}x{0,40}", 1..5)) {
            let (mut one_by_one, mut together) = (Sketcher::default(), Sketcher::default());
            for raw in &raws {
                together.text(raw);
                one_by_one.before.clear();
                one_by_one.text(raw);
            }
            prop_assert_eq!(together.pieces, one_by_one.pieces);
        }

        #[test]
        fn every_part_of_a_text_may_be_there(raws in prop::collection::vec("\\PC{0,60}", 1..5), start in 0..60_usize, n in 0..30_usize) {
            let all: Vec<&str> = raws.iter().map(String::as_str).collect();
            let sketch = sketch(&all, &[]);
            for raw in &raws {
                let part: String = raw.chars().skip(start).take(n).collect();
                prop_assert!(sketch.may_contain(&part));
                prop_assert!(sketch.may_contain(&part.to_lowercase()));
                prop_assert!(sketch.may_contain(&part.to_ascii_uppercase()));
            }
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,200}") {
            let sketch = sketch(&[], &[&text]);
            let is_object = text.trim_start().starts_with('{');
            prop_assert!(sketch.keys.is_none() || is_object);
            Sketch::of_text(&text);
        }
    }
}
