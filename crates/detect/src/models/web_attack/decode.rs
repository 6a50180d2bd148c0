//! Undoes escapes in place, several times where they are nested: percent signs, entities, backslashes, odd UTF-8.

/// Bytes that are judged at once; longer payloads are judged piece by piece.
pub(super) const PIECE: usize = 1_024;
/// Deeper nesting than this is itself a feature, and the work stays bounded.
const ROUNDS: u8 = 4;

/// A piece of a payload without its escapes, in small letters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain {
    bytes: [u8; PIECE],
    length: usize,
    /// Rounds that changed something.
    pub(super) n_rounds: u8,
    /// Characters written in a way that only serves to hide them: overlong or full-width forms.
    pub(super) n_hidden: u16,
    /// Comments within the text, which were made spaces.
    pub(super) n_comments: u16,
}

impl Plain {
    /// Reads at most [`PIECE`] bytes.
    pub(super) fn of(payload: &[u8]) -> Self {
        let mut plain =
            Self { bytes: [0; PIECE], length: payload.len().min(PIECE), n_rounds: 0, n_hidden: 0, n_comments: 0 };
        plain.bytes.iter_mut().zip(payload).for_each(|(slot, byte)| *slot = *byte);
        while plain.n_rounds < ROUNDS && plain.round(plain.n_rounds == 0) {
            plain.n_rounds += 1;
        }
        plain.fold();
        plain
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }

    /// Undoes one level of escapes; says whether there was any. A plus is a space only on the outermost level.
    fn round(&mut self, is_first: bool) -> bool {
        let is_escape = |byte: &u8| matches!(byte, b'%' | b'&' | b'\\') || (is_first && *byte == b'+');
        if !self.as_slice().iter().any(is_escape) {
            return false;
        }
        let (mut from, mut to, mut changed) = (0, 0, false);
        while from < self.length {
            let rest = self.bytes.get(from..self.length).unwrap_or(&[]);
            let (byte, taken) = match rest {
                [b'+', ..] if is_first => (b' ', 1),
                [b'%' | b'&' | b'\\', ..] => unescaped(rest).unwrap_or_else(|| (rest[0], 1)),
                [byte, ..] => (*byte, 1),
                [] => break,
            };
            changed |= taken > 1;
            self.put(to, byte);
            from += taken;
            to += 1;
        }
        self.length = to;
        changed
    }

    /// Small letters, plain forms of hidden characters, spaces for comments.
    fn fold(&mut self) {
        let (mut from, mut to) = (0, 0);
        while from < self.length {
            let rest = self.bytes.get(from..self.length).unwrap_or(&[]);
            let (byte, taken) = match rest {
                // Overlong forms of ASCII, and the full-width forms U+FF01 to U+FF5E.
                [first @ (0xc0 | 0xc1), second @ 0x80..=0xbf, ..] => {
                    self.n_hidden += 1;
                    (((first & 1) << 6) | (second & 0x3f), 2)
                }
                [0xef, 0xbc, last @ 0x81..=0xbf, ..] => {
                    self.n_hidden += 1;
                    (last - 0x81 + b'!', 3)
                }
                [0xef, 0xbd, last @ 0x80..=0x9e, ..] => {
                    self.n_hidden += 1;
                    (last - 0x80 + b'`', 3)
                }
                // What MySQL runs although it looks like a comment: only the marks go.
                [b'/', b'*', b'!', ..] => {
                    self.n_comments += 1;
                    (b' ', 3 + rest.iter().skip(3).take_while(|byte| byte.is_ascii_digit()).count())
                }
                [b'/', b'*', ..] => match rest.windows(2).skip(2).position(|two| two == b"*/") {
                    Some(at) => {
                        self.n_comments += 1;
                        (b' ', at + 4)
                    }
                    None => (b'/', 1),
                },
                [byte, ..] => (byte.to_ascii_lowercase(), 1),
                [] => break,
            };
            self.put(to, byte.to_ascii_lowercase());
            from += taken;
            to += 1;
        }
        self.length = to;
    }

    /// What is written is never longer than what was read.
    fn put(&mut self, at: usize, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(at) {
            *slot = byte;
        }
    }
}

/// The byte that an escape stands for and the length of the escape; `None` where it is none.
fn unescaped(rest: &[u8]) -> Option<(u8, usize)> {
    match rest {
        [b'%', b'u' | b'U', a, b, c, d, ..] => Some((narrow(hex(&[*a, *b, *c, *d])?), 6)),
        [b'%', a, b, ..] => Some((narrow(hex(&[*a, *b])?), 3)),
        [b'\\', b'x' | b'X', a, b, ..] => Some((narrow(hex(&[*a, *b])?), 4)),
        [b'\\', b'u' | b'U', a, b, c, d, ..] => Some((narrow(hex(&[*a, *b, *c, *d])?), 6)),
        [b'&', b'#', ..] => numbered(rest),
        [b'&', ..] => ENTITIES.iter().find(|(name, _)| starts_with(rest, name)).map(|(name, byte)| (*byte, name.len())),
        _ => None,
    }
}

/// Names of entities that stand for signs of a language.
const ENTITIES: &[(&[u8], u8)] = &[
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
    (b"&quot;", b'"'),
    (b"&apos;", b'\''),
    (b"&amp;", b'&'),
    (b"&lpar;", b'('),
    (b"&rpar;", b')'),
    (b"&colon;", b':'),
    (b"&newline;", b'\n'),
    (b"&tab;", b'\t'),
    (b"&sol;", b'/'),
    (b"&nbsp;", b' '),
];

fn starts_with(rest: &[u8], name: &[u8]) -> bool {
    rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// `&#60;`, `&#x3c;`, with any number of zeros and with or without the semicolon, as browsers read it.
fn numbered(rest: &[u8]) -> Option<(u8, usize)> {
    /// Longer numbers are no characters.
    const DIGITS_MAX: usize = 12;
    let (start, radix) = if matches!(rest.get(2), Some(b'x' | b'X')) { (3, 16) } else { (2, 10) };
    let digits = rest.get(start..)?;
    let n = digits.iter().take(DIGITS_MAX).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    if n == 0 {
        return None;
    }
    let value = digits.iter().take(n).fold(0_u32, |value, byte| {
        let digit = char::from(*byte).to_digit(radix).unwrap_or(0);
        value.saturating_mul(radix).saturating_add(digit)
    });
    let semicolon = usize::from(digits.get(n) == Some(&b';'));
    Some((narrow(value), start + n + semicolon))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, byte| Some(value * 16 + char::from(*byte).to_digit(16)?))
}

/// Full-width forms become plain ones, everything else beyond a byte some letter outside of ASCII.
fn narrow(code: u32) -> u8 {
    match code {
        0..=0xff => code as u8,
        0xff01..=0xff5e => (code - 0xff01) as u8 + b'!',
        _ => 0xff,
    }
}
