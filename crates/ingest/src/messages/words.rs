//! Small readers that several message readers share: addresses, `key=value` lists, quoted names.

use std::net::{IpAddr, Ipv4Addr};

use crate::pairs::Pairs;

/// Adds where somebody came from: an address or a name; nothing for what stands for the host itself.
pub(super) fn push_source(text: &str, pairs: &mut Pairs<'_>) {
    let text = text.trim_matches(['[', ']', '\'', '"', '.']);
    let address = address(text);
    if address.is_empty() || address == "UNKNOWN" {
        return;
    }
    if address.parse::<IpAddr>().is_ok() {
        pairs.push("src_ip", address);
    } else {
        pairs.push("src_host", text);
    }
}

/// The address without its zone and without the wrapping of IPv4 in IPv6, so that one host has one address.
pub(super) fn address(text: &str) -> &str {
    let text = text.split_once('%').map_or(text, |(address, _)| address);
    match text.strip_prefix("::ffff:") {
        Some(inner) if inner.parse::<Ipv4Addr>().is_ok() => inner,
        _ => text,
    }
}

pub(super) fn is_address(text: &str) -> bool {
    address(text).parse::<IpAddr>().is_ok()
}

/// Adds an address and port of `1.2.3.4 port 22 ...`, and gives what follows.
pub(super) fn push_endpoint<'t>(text: &'t str, pairs: &mut Pairs<'_>) -> &'t str {
    let (source, rest) = word(text);
    push_source(source.trim_end_matches([':', ',']), pairs);
    let Some(behind) = rest.strip_prefix("port ") else { return rest };
    let (port, rest) = digits(behind);
    pairs.push_number("src_port", port);
    rest.trim_ascii_start()
}

/// The text up to the next blank, and what follows.
pub(super) fn word(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

/// The digits at the start, and what follows.
pub(super) fn digits(text: &str) -> (&str, &str) {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(length).unwrap_or(("", text))
}

/// What stands between two marks, and what follows the second.
pub(super) fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<(&'t str, &'t str)> {
    text.strip_prefix(open)?.split_once(close)
}

/// The value of `name=` in a list with blanks between the values.
pub(super) fn value<'t>(list: &'t str, name: &str) -> Option<&'t str> {
    let mut words = list.split(' ');
    words.find_map(|word| word.strip_prefix(name)?.strip_prefix('=')).filter(|value| !value.is_empty())
}

/// Adds a field where the text is not empty.
pub(super) fn push_set(name: &'static str, value: &str, pairs: &mut Pairs<'_>) {
    if !value.is_empty() {
        pairs.push(name, value);
    }
}

/// Adds whether it succeeded.
pub(super) fn push_success(success: bool, pairs: &mut Pairs<'_>) {
    pairs.push("success", if success { "true" } else { "false" });
}

/// Words before the address of a source.
const BEFORE_SOURCES: [&str; 7] = [" from ", " from ip ", "rhost=", "from=", "ip=", "client ", "IP: "];

/// Adds the address that a message of unknown form names as its source: behind such a word, at its beginning, else the
/// first one in brackets.
pub(super) fn push_mentioned(text: &str, pairs: &mut Pairs<'_>) {
    const BRACKETS_LOOKED_AT: usize = 4;
    let marks: &[char] = &['[', ']', '(', ')', '<', '>', '\'', '"', ',', ';', '.', ':', '/'];
    let behind = |before: &str| {
        let at = memchr::memmem::rfind(text.as_bytes(), before.as_bytes())?;
        with_port(word(text.get(at + before.len()..)?).0.trim_matches(marks))
    };
    let leading = || with_port(word(text).0.trim_matches(marks));
    if let Some(source) = BEFORE_SOURCES.into_iter().find_map(behind).or_else(leading) {
        push_source_and_port(source, pairs);
        return;
    }
    let inner = text.split('[').skip(1).take(BRACKETS_LOOKED_AT).find_map(|rest| rest.split_once(']')?.0.into());
    if let Some(source) = inner.filter(|inner| is_address(inner)) {
        pairs.push("src_ip", address(source));
    }
}

fn push_source_and_port((source, port): (&str, &str), pairs: &mut Pairs<'_>) {
    pairs.push("src_ip", address(source));
    if !port.is_empty() {
        pairs.push_number("src_port", port);
    }
}

/// `192.0.2.1`, `192.0.2.1:4242`, `192.0.2.1#4242`: address and port.
fn with_port(text: &str) -> Option<(&str, &str)> {
    if is_address(text) {
        return Some((text, ""));
    }
    let (source, port) = text.rsplit_once([':', '#'])?;
    let source = source.trim_end_matches(']');
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    (is_port && is_address(source)).then_some((source, port))
}

/// `host[192.0.2.1]`, `host [192.0.2.1]`, `[192.0.2.1]:4242`: adds name, address and port.
pub(super) fn push_client(client: &str, pairs: &mut Pairs<'_>) {
    let Some((name, rest)) = client.split_once('[') else { return };
    let (source, port) = rest.split_once(']').unwrap_or((rest, ""));
    let source = source.strip_prefix("IPv6:").unwrap_or(source);
    pairs.push("src_ip", address(source));
    let name = name.trim_ascii();
    if name != "unknown" && !is_address(name) {
        push_set("src_host", name, pairs);
    }
    let (port, _) = digits(port.trim_start_matches(':'));
    if !port.is_empty() {
        pairs.push_number("src_port", port);
    }
}
