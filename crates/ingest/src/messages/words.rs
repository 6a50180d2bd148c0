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
