//! Bodies in RTF: unpacked ([MS-OXRTFCP]), and what they were made of taken out again: HTML or text ([MS-OXRTFEX]).

use super::properties::text_of;

/// What the dictionary of packed RTF begins with.
const DICTIONARY_START: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \
\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const DICTIONARY_BYTES: usize = 4096;

/// Longer bodies are read as far as this: packed text may grow to nine times its size.
const MAX_RTF_BYTES: usize = 16 << 20;

/// More groups within groups are taken as one.
const MAX_DEPTH: usize = 256;

/// What comes out of RTF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    Html(String),
    Text(String),
}

/// Unpacks a packed body; `None` where it is none.
pub(super) fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| packed.get(at..)?.first_chunk::<4>().map(|&bytes| u32::from_le_bytes(bytes));
    let size = usize::try_from(number(4)?).ok()?.min(MAX_RTF_BYTES);
    let data = packed.get(16..)?;
    match packed.get(8..12)? {
        b"MELA" => Some(data.get(..size).unwrap_or(data).to_vec()),
        b"LZFu" => Some(unpacked_lz(data, size)),
        _ => None,
    }
}

/// Pieces of what came before are named by place and length in a ring of 4 KiB.
fn unpacked_lz(data: &[u8], size: usize) -> Vec<u8> {
    let mut ring = Ring { bytes: [0; DICTIONARY_BYTES], write: 0 };
    DICTIONARY_START.iter().for_each(|&byte| ring.put(byte));
    let mut unpacked = Vec::new();
    let mut rest = data;
    while let [control, behind @ ..] = rest {
        rest = behind;
        for bit in 0..8 {
            let is_named = control >> bit & 1 == 1;
            match *rest {
                _ if unpacked.len() >= size => return unpacked,
                [high, low, ref behind @ ..] if is_named => {
                    rest = behind;
                    let named = u16::from_be_bytes([high, low]);
                    let (place, length) = (usize::from(named >> 4), usize::from(named & 0xf) + 2);
                    if place == ring.write {
                        return unpacked;
                    }
                    for step in 0..length {
                        let byte = ring.get(place + step);
                        ring.put(byte);
                        unpacked.push(byte);
                    }
                }
                [byte, ref behind @ ..] if !is_named => {
                    rest = behind;
                    ring.put(byte);
                    unpacked.push(byte);
                }
                _ => return unpacked,
            }
        }
    }
    unpacked
}

/// What was unpacked last.
struct Ring {
    bytes: [u8; DICTIONARY_BYTES],
    write: usize,
}

impl Ring {
    fn put(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.write) {
            *place = byte;
        }
        self.write = (self.write + 1) % DICTIONARY_BYTES;
    }

    fn get(&self, place: usize) -> u8 {
        self.bytes.get(place % DICTIONARY_BYTES).copied().unwrap_or_default()
    }
}

/// Takes HTML out of RTF that was made of it; of all other RTF the text.
pub(super) fn body(rtf: &[u8]) -> Body {
    let mut reader = Reader::default();
    let mut rest = rtf;
    while let Some((token, behind)) = next_token(rest) {
        rest = behind;
        reader.take(&token);
    }
    reader.flush();
    if reader.is_html { Body::Html(reader.text) } else { Body::Text(reader.text) }
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'r> {
    Open,
    Close,
    Word(&'r [u8], Option<i32>),
    Symbol(u8),
    /// A byte in the code page of the text, as `\'e9`.
    Byte(u8),
    Text(&'r [u8]),
    /// Bytes that are no text, as `\bin` announces them.
    Binary,
}

/// Words and numbers of RTF are short; longer ones are cut there.
const MAX_WORD: usize = 32;
const MAX_DIGITS: usize = 10;

fn next_token(rtf: &[u8]) -> Option<(Token<'_>, &[u8])> {
    let (&first, rest) = rtf.split_first()?;
    match first {
        b'{' => Some((Token::Open, rest)),
        b'}' => Some((Token::Close, rest)),
        b'\\' => Some(control(rest)),
        _ => {
            let length = rtf.iter().position(|byte| matches!(byte, b'{' | b'}' | b'\\')).unwrap_or(rtf.len());
            let (text, rest) = rtf.split_at_checked(length)?;
            Some((Token::Text(text), rest))
        }
    }
}

/// What follows a backslash.
fn control(rest: &[u8]) -> (Token<'_>, &[u8]) {
    let letters = rest.iter().take(MAX_WORD).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, behind) = rest.split_at_checked(letters).unwrap_or((rest, &[]));
    if word.is_empty() {
        let hex = |at: usize| rest.get(at).and_then(|&digit| char::from(digit).to_digit(16));
        return match (rest.split_first(), hex(1), hex(2)) {
            (Some((b'\'', behind)), Some(high), Some(low)) => {
                (Token::Byte((high << 4 | low) as u8), behind.get(2..).unwrap_or_default())
            }
            (Some((&symbol, behind)), ..) => (Token::Symbol(symbol), behind),
            (None, ..) => (Token::Binary, rest),
        };
    }
    let sign = usize::from(behind.first() == Some(&b'-'));
    let after_sign = behind.get(sign..).unwrap_or_default();
    let digits = after_sign.iter().take(MAX_DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
    let (number, behind) = if digits == 0 {
        (None, behind)
    } else {
        let (digits, behind) = behind.split_at_checked(sign + digits).unwrap_or((behind, &[]));
        (std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()), behind)
    };
    let behind = behind.strip_prefix(b" ").unwrap_or(behind);
    if word == b"bin" {
        let size = number.and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
        return (Token::Binary, behind.get(size..).unwrap_or_default());
    }
    (Token::Word(word, number), behind)
}

/// Which texts of a group count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    /// Markup of the HTML that the RTF was made of.
    Markup,
    /// Fonts, colors, pictures.
    Nothing,
}

/// The state that a group inherits and that ends with it.
#[derive(Debug, Clone, Copy)]
struct Group {
    part: Part,
    /// What is only there for readers that know no HTML.
    is_rtf_only: bool,
    /// How many characters stand for one that is written as a number.
    replaced: usize,
    /// `\*` came: the next word names what readers may pass over.
    may_be_passed: bool,
}

impl Default for Group {
    fn default() -> Self {
        Self { part: Part::Text, is_rtf_only: false, replaced: 1, may_be_passed: false }
    }
}

#[derive(Debug, Default)]
struct Reader {
    group: Group,
    above: Vec<Group>,
    /// Groups that were opened beyond [`MAX_DEPTH`].
    too_deep: usize,
    is_html: bool,
    code_page: u32,
    text: String,
    /// Bytes in the code page that are not decoded yet: a character may have two.
    bytes: Vec<u8>,
    /// Characters to pass over, which stand for one that was written as a number.
    to_pass: usize,
    /// First half of a character beyond the first 65,536.
    high: Option<u16>,
}

impl Reader {
    fn take(&mut self, token: &Token<'_>) {
        match *token {
            Token::Open => self.open(),
            Token::Close => self.close(),
            Token::Word(word, number) => self.word(word, number),
            Token::Symbol(b'*') => self.group.may_be_passed = true,
            Token::Symbol(b'~') => self.push_bytes(b" "),
            Token::Symbol(symbol @ (b'\\' | b'{' | b'}')) => self.push_bytes(&[symbol]),
            Token::Symbol(b'\r' | b'\n') => self.push_bytes(b"\r\n"),
            Token::Symbol(b'_') => self.push_bytes(b"-"),
            Token::Symbol(_) | Token::Binary => {}
            Token::Byte(byte) => self.push_bytes(&[byte]),
            Token::Text(text) => {
                for line in text.split(|byte| matches!(byte, b'\r' | b'\n')) {
                    self.push_bytes(line);
                }
            }
        }
    }

    fn open(&mut self) {
        self.to_pass = 0;
        if self.above.len() < MAX_DEPTH {
            self.above.push(self.group);
        } else {
            self.too_deep += 1;
        }
        self.group.may_be_passed = false;
    }

    fn close(&mut self) {
        self.to_pass = 0;
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else {
            self.group = self.above.pop().unwrap_or_default();
        }
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        let may_be_passed = std::mem::take(&mut self.group.may_be_passed);
        match word {
            b"htmltag" | b"mhtmltag" if may_be_passed => {
                self.group.part = if word == b"htmltag" { Part::Markup } else { Part::Nothing };
            }
            // Links of RTF that was not made of HTML.
            b"fldinst" => {}
            _ if may_be_passed => self.group.part = Part::Nothing,
            b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"object" => self.group.part = Part::Nothing,
            b"fromhtml" => self.is_html = true,
            b"htmlrtf" => self.group.is_rtf_only = number != Some(0),
            b"ansicpg" => self.code_page = number.and_then(|page| u32::try_from(page).ok()).unwrap_or(0),
            b"uc" => self.group.replaced = number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1).min(16),
            b"u" => self.unicode(number.unwrap_or(0)),
            b"par" | b"line" | b"row" => self.push_bytes(b"\r\n"),
            b"tab" | b"cell" => self.push_bytes(b"\t"),
            b"lquote" => self.push_char('\u{2018}'),
            b"rquote" => self.push_char('\u{2019}'),
            b"ldblquote" => self.push_char('\u{201c}'),
            b"rdblquote" => self.push_char('\u{201d}'),
            b"bullet" => self.push_char('\u{2022}'),
            b"endash" => self.push_char('\u{2013}'),
            b"emdash" => self.push_char('\u{2014}'),
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        // Numbers above 32,767 are written as negative ones.
        let unit = number as u16;
        let units = self.high.take().into_iter().chain([unit]);
        let mut found = char::decode_utf16(units);
        match found.next() {
            Some(Err(_)) if (0xd800..0xdc00).contains(&unit) => self.high = Some(unit),
            Some(Ok(found)) => self.push_char(found),
            _ => self.push_char(char::REPLACEMENT_CHARACTER),
        }
        self.to_pass = self.group.replaced;
    }

    fn counts(&self) -> bool {
        // In markup nothing is there for others, and `\htmlrtf` speaks of text.
        self.group.part == Part::Markup || (self.group.part == Part::Text && !self.group.is_rtf_only)
    }

    fn push_char(&mut self, found: char) {
        self.flush();
        if self.counts() && self.text.len() < MAX_RTF_BYTES {
            self.text.push(found);
        }
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        let passed = self.to_pass.min(bytes.len());
        self.to_pass -= passed;
        if self.counts() && self.text.len() < MAX_RTF_BYTES {
            self.bytes.extend_from_slice(bytes.get(passed..).unwrap_or_default());
        }
    }

    /// Decodes what was gathered.
    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let page = if self.code_page == 0 { 1252 } else { self.code_page };
            self.text.push_str(&text_of(&self.bytes, page));
            self.bytes.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of [MS-OXRTFCP] 4.1.1.
    const PACKED: &[u8] = &[
        0x2d, 0, 0, 0, 0x2b, 0, 0, 0, b'L', b'Z', b'F', b'u', 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, b'r',
        b'c', b'p', b'g', b'1', b'2', b'5', 0x42, b'2', 0x0a, 0xf3, b' ', b'h', b'e', b'l', 0x09, 0x00, 0x20, b'b',
        b'w', 0x05, 0xb0, b'l', b'd', b'}', 0x0a, 0x80, 0x0f, 0xa0,
    ];

    #[test]
    fn packed_rtf_is_unpacked() {
        assert_eq!(DICTIONARY_START.len(), 207);
        let text = unpacked(PACKED).map(|text| String::from_utf8_lossy(&text).into_owned());
        assert_eq!(text.as_deref(), Some("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"));
    }

    #[test]
    fn any_cut_of_it_gives_no_more_than_it_says() {
        for end in 0..PACKED.len() {
            let text = unpacked(PACKED.get(..end).unwrap_or_default()).unwrap_or_default();
            assert!(text.len() <= 0x2b + 17, "{end}");
        }
    }

    fn check(rtf: &str, want: &str, is_html: bool) {
        let want = if is_html { Body::Html(want.to_owned()) } else { Body::Text(want.to_owned()) };
        assert_eq!(body(rtf.as_bytes()), want, "{rtf}");
    }

    #[test]
    fn html_comes_out_as_it_went_in() {
        check(
            r"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 caf\'e9 {\*\htmltag84 <a href=\'22https://a.example/\'7bx\'7d\'22>}{\field{\*\fldinst HYPERLINK x}\htmlrtf {\*\mhtmltag84 no}shown\htmlrtf0 }{\*\htmltag92 </a>}{\*\htmltag72 </p>}}",
            "<p>café <a href=\"https://a.example/{x}\">HYPERLINK x</a></p>",
            true,
        );
    }

    #[test]
    fn text_and_links_of_other_rtf() {
        check(r"{\rtf1\ansi\ansicpg1251 \'cf\'f0\par{\b x}\u8364?\uc0\u-10179\u-8704 }", "Пр\r\nx€😀", false);
        check(
            r"{\rtf1{\field{\*\fldinst{HYPERLINK https://a.example/ }}{\fldrslt here}}}",
            "HYPERLINK https://a.example/ here",
            false,
        );
    }

    #[test]
    fn what_is_broken_ends_nothing() {
        check("{\\rtf1 a}}}}b{{{{", "ab", false);
        check(r"\u", "\u{0}", false);
        check("{\\rtf1 a\\bin5 }}}}}b\\", "ab", false);
        check(&"{".repeat(100_000), "", false);
    }
}
