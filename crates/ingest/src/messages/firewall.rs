//! Decisions of packet filters: netfilter (iptables, nftables, ufw, firewalld, Shorewall) and pf (`filterlog`).

use super::{
    Kind,
    words::{is_address, push_set},
};
use crate::pairs::Pairs;

/// Names of netfilter's fields that keep their name; others are taken as they come.
const FIELDS: &[&str] = &[
    "IN", "OUT", "PHYSIN", "PHYSOUT", "MAC", "MACSRC", "MACDST", "MACPROTO", "SRC", "DST", "LEN", "TOS", "PREC", "TTL",
    "ID", "PROTO", "SPT", "DPT", "WINDOW", "RES", "URGP", "TYPE", "CODE", "SEQ", "ACK", "MARK", "TC", "HOPLIMIT",
    "FLOWLBL", "UID", "GID", "FRAG", "OPT", "MTU", "GATEWAY", "VLAN", "LOGID", "SPI",
];

/// More fields are in no line of netfilter.
const MAX_WORDS: usize = 96;

/// Reads `[12345.678901] [UFW BLOCK] IN=eth0 OUT= MAC=... SRC=192.0.2.1 DST=198.51.100.7 ... PROTO=TCP SPT=4242 ...`.
pub(super) fn read_netfilter(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let start = text.find("IN=").filter(|_| text.contains(" SRC=") && text.contains(" DST="))?;
    let (head, list) = text.split_at_checked(start)?;
    let prefix = without_uptime(head).trim_ascii().trim_end_matches(':');
    let prefix = prefix.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(prefix);
    push_set("prefix", prefix, pairs);
    pairs.push("action", action(prefix));
    pairs.push("device_source", "netfilter");
    // An error message quotes the packet that it answers in brackets; its fields are not those of the record.
    let own = list.split_once('[').map_or(list, |(own, _)| own);
    push_fields(own, pairs);
    if let Some((_, behind)) = list.rsplit_once("] ") {
        push_fields(behind, pairs);
    }
    Some(Kind::Firewall)
}

fn push_fields(list: &str, pairs: &mut Pairs<'_>) {
    let mut flags = String::new();
    for word in list.split_ascii_whitespace().take(MAX_WORDS) {
        let Some((name, value)) = word.split_once('=') else {
            if !flags.is_empty() {
                flags.push(' ');
            }
            flags.push_str(word);
            continue;
        };
        let known = FIELDS.iter().find(|known| **known == name);
        if value.is_empty() {
            continue;
        }
        match known {
            // Of lengths and ids the first is that of IP, the second that of what it carries.
            Some(&known) if pairs.get(known).is_some() => pairs.push_number(format!("{known}_2"), value),
            Some(&known) => pairs.push_number(known, value),
            None => pairs.push(name.to_owned(), value),
        }
    }
    if !flags.is_empty() {
        pairs.push("flags", &flags);
    }
}

/// The kernel's seconds since start stand in brackets before its messages.
fn without_uptime(text: &str) -> &str {
    let text = text.trim_ascii_start();
    let inner = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let is_uptime = |text: &str| {
        let text = text.trim_ascii();
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    match inner {
        Some((uptime, behind)) if is_uptime(uptime) => behind,
        _ => text,
    }
}

/// What the writer of the rule calls it tells what it does: netfilter itself only says that it logs.
fn action(prefix: &str) -> &'static str {
    let has = |words: &[&str]| {
        let bytes = prefix.as_bytes();
        words.iter().any(|word| bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
    };
    if has(&["block", "drop", "deny", "denied", "reject", "bad", "invalid"]) {
        "block"
    } else if has(&["allow", "accept", "pass", "permit"]) {
        "allow"
    } else {
        "log"
    }
}

/// Reads pf's line of comma-separated values as OPNsense and pfSense write it:
/// `5,,,1000000103,em0,match,block,in,4,0x0,,64,0,0,DF,6,tcp,60,192.0.2.1,198.51.100.7,4242,22,0,S,...`.
pub(super) fn read_filterlog(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let values: Vec<&str> = text.splitn(MAX_WORDS, ',').collect();
    let value = |place: usize| values.get(place).copied().unwrap_or_default();
    // What follows the version is the packet's own header.
    let (protocol, packet) = match value(8) {
        "4" => (value(16), 17),
        "6" => (value(12), 14),
        _ => return None,
    };
    let (source, target) = (value(packet + 1), value(packet + 2));
    if !is_address(source) || !is_address(target) {
        return None;
    }
    let action = match value(6) {
        "pass" => "allow",
        "block" | "reject" => "block",
        _ => "log",
    };
    pairs.push("action", action);
    pairs.push("device_source", "pf");
    pairs.push("rule", if value(3).is_empty() { value(0) } else { value(3) });
    push_set("interface", value(4), pairs);
    push_set("reason", value(5), pairs);
    push_set("direction", value(7), pairs);
    pairs.push("PROTO", protocol);
    pairs.push_number("LEN", value(packet));
    pairs.push("SRC", source);
    pairs.push("DST", target);
    if matches!(protocol, "tcp" | "udp" | "TCP" | "UDP") {
        pairs.push_number("SPT", value(packet + 3));
        pairs.push_number("DPT", value(packet + 4));
        push_set("flags", value(packet + 6), pairs);
    }
    Some(Kind::Firewall)
}
