//! URLs: RFC 3986 and what browsers make of them (WHATWG URL), in one spelling.

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::{
    Refusal,
    address::{parse_ipv4, unmapped},
    fangs::is_wrapping,
    kept_or,
    name::domain,
};

/// The host of a URL in canonical form: a domain, or an address (an IPv6 address without its brackets).
pub fn url_host(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

const NO_HOST: Refusal = Refusal("a URL without a valid host");

/// Scheme and host in lower case, no default port, user or fragment, percent signs in one spelling, no dot segments,
/// path never empty. A URL without a scheme stays without one.
pub(super) fn url(text: &str) -> Result<Cow<'_, str>, Refusal> {
    // Browsers drop these wherever they stand.
    if text.contains(['\t', '\n', '\r']) {
        let clean = text.replace(['\t', '\n', '\r'], "");
        return url(&clean).map(|url| Cow::Owned(url.into_owned()));
    }
    let (scheme, rest) = match text.split_once("://").or_else(|| text.split_once(":\\\\")) {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (String::new(), text),
    };
    if !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
        return Err(Refusal("a URL with an odd scheme"));
    }
    // What stood before the fragment is now the end, which no quotes or blanks belong to.
    let rest = rest.split('#').next().unwrap_or_default().trim_end_matches(is_wrapping);
    let cut = rest.find(['/', '?', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(cut).ok_or(NO_HOST)?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host_of(authority).ok_or(NO_HOST)?;

    let mut out = String::with_capacity(text.len() + 1);
    if !scheme.is_empty() {
        out.push_str(&scheme);
        out.push_str("://");
    }
    out.push_str(&host);
    if let Some(port) = port_of(authority)?.filter(|port| !is_default_port(&scheme, *port)) {
        out.push_str(&format!(":{port}"));
    }
    push_path(&mut out, path);
    Ok(kept_or(text, out))
}

/// Path and query, from the first slash on.
pub(super) fn path(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let bare = text.split('#').next().unwrap_or_default().trim_end_matches(is_wrapping);
    if !bare.starts_with('/') {
        return Err(Refusal("not a path: it does not begin with a slash"));
    }
    let mut out = String::with_capacity(text.len());
    push_path(&mut out, bare);
    Ok(kept_or(text, out))
}

/// Path and query in one spelling.
fn push_path(out: &mut String, path: &str) {
    let mut spelled = String::with_capacity(path.len() + 1);
    if !path.starts_with(['/', '\\']) {
        spelled.push('/');
    }
    push_percent_normalized(&mut spelled, path);
    let (path, query) = match spelled.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (spelled.as_str(), None),
    };
    if path.contains("/.") {
        push_without_dots(out, path);
    } else {
        out.push_str(path);
    }
    if let Some(query) = query {
        out.push('?');
        out.push_str(query);
    }
}

/// RFC 3986 §5.2.4: `.` and `..` as segments are walked, never above the root.
fn push_without_dots(out: &mut String, path: &str) {
    let mut kept: Vec<&str> = Vec::new();
    let mut ends_open = false;
    for segment in path.split('/').skip(1) {
        ends_open = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    if ends_open {
        kept.push("");
    }
    for segment in &kept {
        out.push('/');
        out.push_str(segment);
    }
    if kept.is_empty() {
        out.push('/');
    }
}

/// The host as browsers read it: percent signs undone, numbers in any base taken for an address.
fn host_of(authority: &str) -> Option<Cow<'_, str>> {
    if let Some(inner) = authority.strip_prefix('[') {
        let v6: Ipv6Addr = inner.split([']', '%']).next()?.parse().ok()?;
        return Some(Cow::Owned(match unmapped(v6) {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        }));
    }
    let host = authority.split(':').next()?;
    if host.contains('%') {
        let plain = unescaped(host)?;
        return host_of_name(&plain).map(|host| Cow::Owned(host.into_owned()));
    }
    host_of_name(host)
}

fn host_of_name(host: &str) -> Option<Cow<'_, str>> {
    if parse_ipv4(host.as_bytes()).is_some() {
        return Some(Cow::Borrowed(host));
    }
    if host.contains([':', '/', '?', '@', '[']) {
        return None;
    }
    match number_address(host) {
        Some(address) => address.map(|address| Cow::Owned(address.to_string())),
        None => domain(host).ok(),
    }
}

/// WHATWG's IPv4 parser: `0x7f.1`, `2130706433`, `0177.0.0.1`. `None` where the last part is no number, so that it is
/// a name; `Some(None)` where it is a number that gives no address.
fn number_address(host: &str) -> Option<Option<Ipv4Addr>> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next()?;
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let is_hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_hex = is_hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !is_number && !is_hex {
        return None;
    }
    Some(address_of_numbers(host))
}

fn address_of_numbers(host: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = host.split('.').map(number).collect::<Option<_>>()?;
    let (last, head) = parts.split_last()?;
    if head.len() > 3 || head.iter().any(|part| *part > 255) {
        return None;
    }
    let n_rest = 4 - head.len() as u32;
    if *last >= 1 << (8 * n_rest) {
        return None;
    }
    let high = head.iter().fold(0_u64, |address, part| address << 8 | part);
    u32::try_from(high << (8 * n_rest) | last).ok().map(Ipv4Addr::from)
}

fn number(part: &str) -> Option<u64> {
    let hex = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
    match (hex, part.strip_prefix('0')) {
        (Some(""), _) => Some(0),
        (Some(digits), _) => u64::from_str_radix(digits, 16).ok(),
        (None, Some(digits)) if !digits.is_empty() => u64::from_str_radix(digits, 8).ok(),
        _ => part.parse().ok(),
    }
}

fn unescaped(host: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(host.len());
    let mut rest = host.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(hex_value(*high) << 4 | hex_value(*low));
                rest = after;
            }
            _ => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}

fn port_of(authority: &str) -> Result<Option<u16>, Refusal> {
    let after_v6 = authority.rsplit(']').next().unwrap_or_default();
    match after_v6.rsplit_once(':') {
        None | Some((_, "")) => Ok(None),
        Some((_, port)) => port.parse().map(Some).ok().ok_or(Refusal("a URL with an invalid port")),
    }
}

fn is_default_port(scheme: &str, port: u16) -> bool {
    matches!((scheme, port), ("http" | "ws", 80) | ("https" | "wss", 443) | ("ftp", 21))
}

/// RFC 3986 §6.2.2: unreserved characters unescaped, other escapes in upper case, and what may not stand bare escaped.
fn push_percent_normalized(out: &mut String, path: &str) {
    let mut rest = path.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                push_plain_or_escaped(out, hex_value(*high) << 4 | hex_value(*low));
                rest = after;
            }
            (b'\\', _) => out.push('/'),
            (b'!'..=b'~', _) => out.push(char::from(*byte)),
            _ => push_escaped(out, *byte),
        }
    }
}

fn push_plain_or_escaped(out: &mut String, byte: u8) {
    let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if unreserved {
        out.push(char::from(byte));
    } else {
        push_escaped(out, byte);
    }
}

fn push_escaped(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    for nibble in [byte >> 4, byte & 15] {
        out.push(DIGITS.get(usize::from(nibble)).map_or('0', |digit| char::from(*digit)));
    }
}

fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}
