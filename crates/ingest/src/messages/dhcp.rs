//! Leases of dhcpd, dnsmasq and dhclient: which address which hardware got.

use super::{
    Kind,
    words::{is_address, push_set, word},
};
use crate::pairs::Pairs;

/// Reads `DHCPACK on 192.0.2.7 to 52:54:00:aa:bb:cc (laptop) via eth0` and `DHCPACK(eth0) 192.0.2.7 52:54:00:aa:bb:cc laptop`.
pub(super) fn read(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (verb, rest) = word(text);
    let (verb, interface) =
        verb.split_once('(').map_or((verb, ""), |(verb, interface)| (verb, interface.trim_end_matches(')')));
    let is_known = verb.starts_with("DHCP") || verb.starts_with("BOOT") || verb.starts_with("RTR-");
    if !is_known || verb.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return None;
    }
    pairs.push("event", verb);
    push_set("interface", interface, pairs);
    let mut before = "";
    let mut has_hardware = false;
    let mut has_lease = false;
    for word in rest.split(' ').take(24) {
        let plain = word.trim_matches(['(', ')', ',']);
        match before {
            _ if is_hardware(plain) && !has_hardware => {
                pairs.push("mac", plain);
                has_hardware = true;
            }
            "via" => pairs.push("interface", plain.trim_end_matches(':')),
            _ if is_address(plain) && !has_lease => {
                pairs.push("src_ip", plain);
                has_lease = true;
            }
            _ if is_address(plain) => pairs.push("server", plain),
            _ if has_hardware && word.starts_with('(') => pairs.push("hostname", plain),
            _ if has_hardware && is_hardware(before) && !interface.is_empty() => pairs.push("hostname", plain),
            _ => {}
        }
        before = word;
    }
    Some(Kind::Other)
}

/// `52:54:00:aa:bb:cc`
fn is_hardware(text: &str) -> bool {
    text.len() == 17
        && text.split(':').count() == 6
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':')
}
