//! Transfer encodings and character sets, read leniently: senders of harm break them on purpose, readers do not mind.

use mail_parser::decoders::charsets::map::charset_decoder;

/// The bytes behind a `Content-Transfer-Encoding`; `None` where they are as they stand.
pub(super) fn transfer(encoding: &str, body: &[u8]) -> Option<Vec<u8>> {
    let encoding = encoding.trim();
    if encoding.eq_ignore_ascii_case("base64") {
        return Some(base64(body));
    }
    if encoding.eq_ignore_ascii_case("quoted-printable") {
        return Some(quoted_printable(body));
    }
    let is_uuencoded = ["x-uuencode", "uuencode", "x-uue"].iter().any(|known| encoding.eq_ignore_ascii_case(known));
    is_uuencoded.then(|| uuencode(body))
}

/// Lines between `begin` and `end`; each begins with the number of bytes that it stands for.
fn uuencode(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let lines = body.split(|&byte| byte == b'\n').skip_while(|line| !line.starts_with(b"begin ")).skip(1);
    for line in lines.take_while(|line| line.trim_ascii() != b"end") {
        let Some((&length, digits)) = line.split_first() else { continue };
        let value = |byte: u8| u32::from(byte.wrapping_sub(b' ') & 0x3f);
        let end = bytes.len() + value(length) as usize;
        for group in digits.chunks(4) {
            let bits = (0..4).fold(0, |bits, place| bits << 6 | group.get(place).map_or(0, |&digit| value(digit)));
            bytes.extend([16, 8, 0].map(|shift| (bits >> shift) as u8));
        }
        bytes.truncate(end);
    }
    bytes
}

/// What is not of the alphabet is passed over; padding ends a group, and another may follow.
pub(super) fn base64(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let (mut group, mut bits) = (0_u32, 0);
    for &byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                (group, bits) = (0, 0);
                continue;
            }
            _ => continue,
        };
        group = (group << 6 | u32::from(value)) & 0x3fff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((group >> bits) as u8);
        }
    }
    bytes
}

/// An `=` that begins no escape stands for itself.
pub(super) fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(place) = memchr::memchr(b'=', rest) {
        let (plain, escape) = rest.split_at(place);
        bytes.extend_from_slice(plain);
        rest = match *escape {
            [_, high, low, ref behind @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(hex(high) << 4 | hex(low));
                behind
            }
            [_, ref behind @ ..] => match soft_break(behind) {
                Some(behind) => behind,
                None => {
                    bytes.push(b'=');
                    behind
                }
            },
            [] => break,
        };
    }
    bytes.extend_from_slice(rest);
    bytes
}

/// What follows a line break that only folds, blanks before it included.
fn soft_break(behind: &[u8]) -> Option<&[u8]> {
    let blanks = behind.iter().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
    let rest = behind.get(blanks..)?;
    rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).or_else(|| rest.is_empty().then_some(rest))
}

fn hex(digit: u8) -> u8 {
    char::from(digit).to_digit(16).map_or(0, |value| value as u8)
}

/// Bytes as text of a character set; without one UTF-8, and Windows-1252 where that does not fit.
pub(super) fn to_text(bytes: &[u8], charset: Option<&str>) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let named = charset.map(str::trim).filter(|name| !name.is_empty());
    let is_utf8 = named.is_none_or(|name| name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8"));
    if is_utf8 && let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let decoder = named.filter(|_| !is_utf8).and_then(|name| charset_decoder(name.as_bytes()));
    match decoder {
        Some(decode) => decode(bytes),
        None if named.is_some() => String::from_utf8_lossy(bytes).into_owned(),
        None => charset_decoder(b"windows-1252")
            .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decode| decode(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_survives_what_stands_between() {
        assert_eq!(base64(b"aGVsbG8="), b"hello");
        assert_eq!(base64(b"aGVs\r\n bG8\r\n"), b"hello");
        assert_eq!(base64(b"aGVsbG8=aGVsbG8="), b"hellohello");
        assert_eq!(base64(b"a*G!Vs\xffbG8"), b"hello");
        assert_eq!(base64(b"a"), b"");
    }

    #[test]
    fn quoted_printable_survives_bad_escapes() {
        assert_eq!(quoted_printable(b"caf=C3=A9 =\r\n=3d 100=% =\t\n!="), "café = 100=% !".as_bytes());
        assert_eq!(quoted_printable(b"a=3"), b"a=3");
    }

    #[test]
    fn uuencoded_lines() {
        assert_eq!(uuencode(b"text\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nmore"), b"Cat");
        assert_eq!(uuencode(b"nothing"), b"");
    }

    #[test]
    fn character_sets() {
        assert_eq!(to_text(b"caf\xe9", Some("ISO-8859-1")), "café");
        assert_eq!(to_text(b"caf\xe9", None), "café");
        assert_eq!(to_text("café".as_bytes(), None), "café");
        assert_eq!(to_text(b"\xb1\xb1\xbe\xa9", Some("gb2312")), "北京");
        assert_eq!(to_text(b"a\xff", Some("utf-8")), "a\u{fffd}");
        assert_eq!(to_text(b"plain", Some("no-such-charset")), "plain");
    }
}
