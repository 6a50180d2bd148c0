//! Encoded words of header fields (RFC 2047). Words side by side are decoded together: many programs cut characters.

use super::decode;

/// The standard allows 75 characters; some programs write whole subjects as one word.
const MAX_WORD_BYTES: usize = 16 << 10;

/// The text with its encoded words decoded.
pub(super) fn decoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for_each_piece(value, |piece| match piece {
        Piece::Plain(plain) => text.push_str(plain),
        Piece::Words(words) => text.push_str(&words),
    });
    text
}

/// The same text with words that belong together joined to one word in UTF-8, for parsers that know words singly.
pub(super) fn joined(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for_each_piece(value, |piece| match piece {
        Piece::Plain(plain) => text.push_str(plain),
        Piece::Words(words) => {
            text.push_str("=?utf-8?B?");
            push_base64(words.as_bytes(), &mut text);
            text.push_str("?=");
        }
    });
    text
}

enum Piece<'v> {
    Plain(&'v str),
    /// Decoded.
    Words(String),
}

/// One encoded word, its text still in its character set.
struct Word<'v> {
    charset: &'v str,
    bytes: Vec<u8>,
    behind: &'v str,
}

fn for_each_piece<'v>(value: &'v str, mut each: impl FnMut(Piece<'v>)) {
    let mut rest = value;
    let mut plain_start = value;
    while let Some(place) = memchr::memmem::find(rest.as_bytes(), b"=?") {
        let (before, at) = rest.split_at_checked(place).unwrap_or((rest, ""));
        let Some(mut word) = Word::at(at) else {
            rest = at.get(2..).unwrap_or_default();
            continue;
        };
        let plain_length = plain_start.len() - rest.len() + before.len();
        each(Piece::Plain(plain_start.get(..plain_length).unwrap_or_default()));
        let mut text = String::new();
        // Blanks between words are no part of the text.
        while let Some(next) = Word::at(word.behind.trim_ascii_start()) {
            // Those of ISO 2022 begin and end in ASCII, so none goes on in the next one.
            let has_states = word.charset.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("iso-2022"));
            if next.charset.eq_ignore_ascii_case(word.charset) && !has_states {
                word.bytes.extend_from_slice(&next.bytes);
                word.behind = next.behind;
            } else {
                text.push_str(&decode::to_text(&word.bytes, Some(word.charset)));
                word = next;
            }
        }
        text.push_str(&decode::to_text(&word.bytes, Some(word.charset)));
        each(Piece::Words(text));
        rest = word.behind;
        plain_start = rest;
    }
    each(Piece::Plain(plain_start));
}

impl<'v> Word<'v> {
    /// `=?charset?B?data?=` at the start of the text.
    fn at(text: &'v str) -> Option<Self> {
        let inside = text.strip_prefix("=?")?;
        let (charset, inside) =
            inside.split_at_checked(memchr::memchr(b'?', inside.as_bytes().get(..64).unwrap_or(inside.as_bytes()))?)?;
        let encoding = inside.as_bytes().get(1)?;
        let data = inside.get(2..)?.strip_prefix('?')?;
        let window = data.as_bytes().get(..MAX_WORD_BYTES).unwrap_or(data.as_bytes());
        let end = memchr::memmem::find(window, b"?=")?;
        let (data, behind) = data.split_at_checked(end)?;
        let bytes = match encoding {
            b'B' | b'b' => decode::base64(data.as_bytes()),
            b'Q' | b'q' => decode::quoted_printable(&single_bytes(data)),
            _ => return None,
        };
        // RFC 2231 adds a language behind an asterisk.
        let charset = charset.split('*').next().unwrap_or(charset);
        Some(Self { charset, bytes, behind: behind.get(2..)? })
    }
}

/// Underscores are blanks; bytes that were not encoded are what they were before the header became text.
fn single_bytes(data: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len());
    for character in data.chars() {
        match (character, u8::try_from(u32::from(character))) {
            ('_', _) => bytes.push(b' '),
            (_, Ok(byte)) => bytes.push(byte),
            (wide, Err(_)) => bytes.extend_from_slice(wide.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

fn push_base64(bytes: &[u8], to: &mut String) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for group in bytes.chunks(3) {
        let byte = |place: usize| u32::from(group.get(place).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = ALPHABET.get((bits >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            to.push(if place > group.len() { '=' } else { char::from(digit) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_together() {
        assert_eq!(decoded("a =?utf-8?Q?b_=C3=A9?= c"), "a b é c");
        assert_eq!(decoded("=?utf-8?Q?=C3?= =?UTF-8?Q?=A9?="), "é");
        assert_eq!(decoded("=?utf-8?B?5Lit?= =?utf-8?B?5paH?="), "中文");
        assert_eq!(decoded("=?iso-8859-1?Q?Fr\u{f6}sche?= =?utf-8?q?=c3=a9?="), "Fröscheé");
        assert_eq!(decoded("=?gb2312?B?sbE=?= =?gb2312?B?vqk=?="), "北京");
        assert_eq!(decoded("=?utf-8*en?Q?hi?= there"), "hi there");
        assert_eq!(decoded("=?iso-2022-jp?B?GyRCJUYbKEI=?= =?iso-2022-jp?B?GyRCJUYbKEI=?="), "テテ");
    }

    #[test]
    fn what_is_no_word_stays() {
        for text in ["", "=?", "=?a?b", "=?utf-8?X?a?=", "=?utf-8?Q?never closed", "2 =? 3 ?= 4", "a  b"] {
            assert_eq!(decoded(text), text);
            assert_eq!(joined(text), text);
        }
    }

    #[test]
    fn joined_words_mean_the_same() {
        for text in ["=?utf-8?Q?=C3?= =?UTF-8?Q?=A9?=", "x =?utf-8?B?5Lit?= <a@b>", "=?utf-8?q?abc?=", "=?utf-8?q?a?="]
        {
            assert_eq!(decoded(&joined(text)), decoded(text));
        }
    }
}
