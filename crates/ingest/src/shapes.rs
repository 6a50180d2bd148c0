//! Canonical texts of ids, addresses and digests, whatever way a source writes them.

use std::{fmt::Write as _, net::IpAddr};

use crate::url::without_port;

/// An address without its zone or port; IPv4 within IPv6 as IPv4.
pub(crate) fn plain_ip<'s>(text: &str, room: &'s mut String) -> Option<&'s str> {
    let ip = without_zone(text).or_else(|| without_zone(without_port(text)))?;
    room.clear();
    write!(room, "{}", ip.to_canonical()).ok()?;
    Some(room)
}

fn without_zone(text: &str) -> Option<IpAddr> {
    text.split('%').next().unwrap_or(text).parse().ok()
}

/// Upper-case digits in braces; `None` where they are all zeros.
pub(crate) fn guid<'s>(text: &str, room: &'s mut String) -> Option<&'s str> {
    // Mostly there is exactly one pair.
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).filter(|digits| digits.len() == 36);
    let digits = inner.unwrap_or_else(|| text.trim_matches(['{', '}']));
    if digits.len() != 36 {
        return None;
    }
    let (mut is_guid, mut is_set) = (true, false);
    for byte in digits.bytes() {
        is_guid &= byte.is_ascii_hexdigit() | (byte == b'-');
        is_set |= (byte != b'0') & (byte != b'-');
    }
    if !is_guid || !is_set {
        return None;
    }
    room.clear();
    room.push('{');
    room.push_str(digits);
    room.push('}');
    room.make_ascii_uppercase();
    Some(room)
}

/// `0x` and lower-case hex digits of a number in either base; `None` for zero.
pub(crate) fn luid<'s>(text: &str, room: &'s mut String) -> Option<&'s str> {
    let value = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?,
        None => text.parse().ok()?,
    };
    if value == 0 {
        return None;
    }
    room.clear();
    write!(room, "{value:#x}").ok()?;
    Some(room)
}

/// The digest of this name out of `SHA1=...,MD5=...`.
pub(crate) fn digest<'s>(text: &'s str, name: &str) -> Option<&'s str> {
    let mut rest = text;
    loop {
        let end = memchr::memchr2(b',', b';', rest.as_bytes()).unwrap_or(rest.len());
        let (part, behind) = rest.split_at_checked(end)?;
        let begins_alike = |start: &u8| name.as_bytes().first().is_some_and(|first| first.eq_ignore_ascii_case(start));
        if part.trim_start().as_bytes().first().is_some_and(begins_alike)
            && let Some((known, digest)) = part.split_once('=')
            && known.trim().eq_ignore_ascii_case(name)
        {
            return Some(digest.trim()).filter(|digest| is_made(digest));
        }
        rest = behind.get(1..)?;
    }
}

/// Sensors write zeros for a digest that they could not make.
fn is_made(digest: &str) -> bool {
    let (mut is_hex, mut is_set) = (true, false);
    for byte in digest.bytes() {
        is_hex &= byte.is_ascii_hexdigit();
        is_set |= byte != b'0';
    }
    is_hex && is_set
}

/// Whether the text is the SID of a Windows account.
pub(crate) fn is_sid(text: &str) -> bool {
    text.starts_with("S-1-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let mut room = String::new();
        let mut shown = |text| plain_ip(text, &mut room).map(str::to_owned);
        assert_eq!(shown("::ffff:10.0.0.1").as_deref(), Some("10.0.0.1"));
        assert_eq!(shown("fe80:0:0:0:0:0:0:1%12").as_deref(), Some("fe80::1"));
        assert_eq!(shown("[2001:db8::7]:443").as_deref(), Some("2001:db8::7"));
        assert_eq!(shown("203.0.113.9:51200").as_deref(), Some("203.0.113.9"));
        assert_eq!(shown("LOCAL"), None);
    }

    #[test]
    fn ids() {
        let mut room = String::new();
        let lower = "2c1f9a07-5d1e-65f2-9c03-000000001a00";
        assert_eq!(guid(lower, &mut room), Some("{2C1F9A07-5D1E-65F2-9C03-000000001A00}"));
        assert_eq!(guid("{00000000-0000-0000-0000-000000000000}", &mut room), None);
        assert_eq!(guid("2c1f9a07", &mut room), None);
        assert_eq!(luid("0x3E7", &mut room), Some("0x3e7"));
        assert_eq!(luid("999", &mut room), Some("0x3e7"));
        for nothing in ["0x0", "0xg", "-", "0x10000000000000000"] {
            assert_eq!(luid(nothing, &mut room), None, "{nothing}");
        }
    }

    #[test]
    fn digests() {
        let text = "SHA1=AB12, MD5=00000000,IMPHASH=cd";
        assert_eq!([digest(text, "sha1"), digest(text, "MD5"), digest(text, "SHA256")], [Some("AB12"), None, None]);
        assert_eq!(digest(text, "imphash"), Some("cd"));
        assert_eq!([digest("", "MD5"), digest(";,MD5;", "MD5"), digest("MD5=", "MD5")], [None; 3]);
        assert_eq!(digest("a=b=c;MD5 = 0f;", "md5"), Some("0f"));
        assert_eq!(digest("SHA1,;MD5=0f", "MD5"), Some("0f"));
        assert_eq!(digest("SHA1=1;MD5", "MD5"), None);
    }
}
