//! Messages of Cisco firewalls and routers (`%ASA-4-106023: ...`, `%SEC_LOGIN-5-LOGIN_SUCCESS: ...`): packets and
//! connections that were let through or not, logons to the device, commands that were run on it.

use super::{
    Kind,
    words::{address, between, is_address, push_set, push_source, push_success, word},
};
use crate::pairs::Pairs;

/// Reads a message behind its mnemonic.
pub(super) fn read(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (mnemonic, said) = text.strip_prefix('%')?.split_once(": ")?;
    let kind = read_said(said, pairs)?;
    pairs.push("event", mnemonic);
    Some(kind)
}

fn read_said(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    firewall_logon(said, pairs)
        .or_else(|| decision(said, pairs))
        .or_else(|| access_list(said, pairs))
        .or_else(|| connection(said, pairs))
        .or_else(|| router_logon(said, pairs))
        .or_else(|| authentication(said, pairs))
        .or_else(|| command(said, pairs))
}

/// One side of a connection: `outside:192.0.2.1/443`, `outside/192.0.2.1(443)`, `192.0.2.1/443`, `192.0.2.1(443)`.
struct Side<'t> {
    interface: &'t str,
    address: &'t str,
    port: &'t str,
}

fn side(text: &str) -> Option<Side<'_>> {
    let text = text.trim_end_matches([',', ';']);
    // An interface is divided from an address by the mark that does not divide the port.
    let (place, port) = match text.split_once('(') {
        Some((place, port)) => (place, port.trim_end_matches(')')),
        None => match text.rsplit_once('/') {
            Some((place, port)) => (place, port),
            None => (text, ""),
        },
    };
    if is_address(place) {
        return Some(Side { interface: "", address: place, port });
    }
    let (interface, place) = place.split_once([':', '/'])?;
    is_address(place).then_some(Side { interface, address: place, port })
}

fn push_sides(source: &Side<'_>, target: &Side<'_>, pairs: &mut Pairs<'_>) {
    pairs.push("SRC", address(source.address));
    pairs.push("DST", address(target.address));
    for (name, port) in [("SPT", source.port), ("DPT", target.port)] {
        if !port.is_empty() {
            pairs.push_number(name, port);
        }
    }
    push_set("src_interface", source.interface, pairs);
    push_set("dst_interface", target.interface, pairs);
}

/// `Deny tcp src outside:192.0.2.1/5 dst inside:198.51.100.1/22 by access-group "acl"`, `Deny inbound UDP from ... to
/// ...`, `Inbound TCP connection denied from ... to ...`, `TCP access denied by ACL from ... to ...`.
fn decision(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let is_denial = said.starts_with("Deny ") || said.starts_with("Denied ") || said.contains(" denied ");
    let is_permit = said.contains(" access permitted from ");
    if !is_denial && !is_permit {
        return None;
    }
    let (head, rest) = said.split_once(" src ").or_else(|| said.split_once(" from "))?;
    let (source, rest) = word(rest);
    let target = rest.strip_prefix("dst ").or_else(|| rest.strip_prefix("to "))?;
    let (source, target) = (side(source)?, side(word(target).0)?);
    let protocol = head.split(' ').find(|word| is_protocol(word));
    pairs.push("action", if is_denial { "block" } else { "allow" });
    push_sides(&source, &target, pairs);
    push_set("PROTO", protocol.unwrap_or_default(), pairs);
    if let Some((_, rest)) = said.split_once("access-group \"") {
        push_set("prefix", rest.split('"').next().unwrap_or_default(), pairs);
    }
    Some(Kind::Firewall)
}

fn is_protocol(word: &str) -> bool {
    ["tcp", "udp", "icmp", "icmpv6", "igmp", "gre", "esp"].iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// `access-list acl denied tcp outside/192.0.2.1(5) -> inside/198.51.100.1(22) hit-cnt 1` of the firewall and `list 101
/// denied tcp 192.0.2.1(5) -> 198.51.100.1(22), 1 packet` of the router.
fn access_list(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let rest = said.strip_prefix("access-list ").or_else(|| said.strip_prefix("list "))?;
    let (list, rest) = word(rest);
    let (verb, rest) = word(rest);
    let action = match verb {
        "denied" => "block",
        "permitted" | "est-allowed" => "allow",
        _ => return None,
    };
    let (head, target) = rest.split_once(" -> ")?;
    let (protocol, source) = head.split_once(' ').unwrap_or(("", head));
    // The router names the interface that a packet came in by between the two sides.
    let source = side(word(source).0)?;
    let target = side(word(target).0)?;
    pairs.push("action", action);
    pairs.push("prefix", list);
    push_set("PROTO", protocol, pairs);
    push_sides(&source, &target, pairs);
    Some(Kind::Firewall)
}

/// `Built inbound TCP connection 97 for outside:192.0.2.1/5 (192.0.2.1/5) to inside:10.0.0.1/22 (198.51.100.1/22)` and
/// its `Teardown`. The side behind `for` began inbound connections, the one behind `to` outbound ones; a teardown does
/// not say, and its sides stay as they are written.
fn connection(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (verb, rest) = word(said);
    let action = match verb {
        "Built" => "allow",
        "Teardown" => "close",
        _ => return None,
    };
    let (head, rest) = rest.split_once(" connection ")?;
    let (direction, protocol) = head.split_once(' ').unwrap_or(("", head));
    let (id, rest) = rest.split_once(" for ").or_else(|| Some(("", rest.strip_prefix("for ")?)))?;
    let (first, rest) = word(rest);
    let (_, rest) = rest.split_once("to ")?;
    let (second, rest) = word(rest);
    let (first, second) = (side(first)?, side(second)?);
    pairs.push("action", action);
    push_set("PROTO", protocol, pairs);
    push_set("direction", direction, pairs);
    push_set("connection", id, pairs);
    if direction == "outbound" {
        push_sides(&second, &first, pairs);
    } else {
        push_sides(&first, &second, pairs);
    }
    if let Some((_, rest)) = rest.split_once("duration ") {
        let (duration, rest) = word(rest);
        pairs.push("duration", duration);
        if let Some(rest) = rest.strip_prefix("bytes ") {
            let (bytes, reason) = word(rest);
            pairs.push_number("bytes", bytes);
            push_set("reason", reason, pairs);
        }
    }
    Some(Kind::Firewall)
}

/// `Login failed [user: admin] [Source: 192.0.2.1] [localport: 22] [Reason: Login Authentication Failed] at ...`
fn router_logon(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (verdict, rest) = said.split_once(" [user: ")?;
    let success = match verdict {
        "Login Success" => true,
        "Login failed" => false,
        _ => return None,
    };
    let (user, rest) = rest.rsplit_once("] [Source: ")?;
    let (source, rest) = rest.split_once(']')?;
    logon(success, user, pairs);
    push_source(source, pairs);
    if let Some((port, _)) = rest.split_once("[localport: ").and_then(|(_, rest)| rest.split_once(']')) {
        pairs.push_number("dst_port", port);
    }
    if let Some((reason, _)) = rest.split_once("[Reason: ").and_then(|(_, rest)| rest.split_once(']')) {
        pairs.push("reason", reason);
    }
    Some(Kind::Logon)
}

fn logon(success: bool, user: &str, pairs: &mut Pairs<'_>) {
    pairs.push("action", "logon");
    push_success(success, pairs);
    push_set("user", user.trim_matches(['"', '\'']), pairs);
}

/// `Login denied from 192.0.2.1/5 to inside:10.0.0.1/ssh for user "admin"`
fn firewall_logon(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (success, rest) = match said.strip_prefix("Login permitted from ") {
        Some(rest) => (true, rest),
        None => (false, said.strip_prefix("Login denied from ")?),
    };
    let (ends, user) = rest.split_once(" for user ")?;
    let (source, target) = ends.split_once(" to ")?;
    let (source, target) = (side(source)?, side(target)?);
    logon(success, user, pairs);
    push_source(source.address, pairs);
    pairs.push_number("src_port", source.port);
    pairs.push("dst_ip", address(target.address));
    // Known services stand by their name.
    let is_number = target.port.bytes().all(|byte| byte.is_ascii_digit());
    pairs.push_number(if is_number { "dst_port" } else { "protocol" }, target.port);
    Some(Kind::Logon)
}

/// `AAA user authentication Rejected : reason = Invalid password : server = 10.0.0.9 : user = bob : user IP = 192.0.2.1`
/// and `User authentication failed: IP address: 192.0.2.1, Uname: bob`.
fn authentication(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if let Some(rest) = said.strip_prefix("AAA user authentication ") {
        let (verdict, list) = rest.split_once(" : ")?;
        let part = |name: &str| {
            let mut parts = list.split(" : ");
            parts.find_map(|part| part.strip_prefix(name)?.trim_ascii_start().strip_prefix('=')).map(str::trim_ascii)
        };
        logon(verdict == "Successful", part("user ").unwrap_or_default(), pairs);
        push_set("reason", part("reason").unwrap_or_default(), pairs);
        push_set("server", part("server").unwrap_or_default(), pairs);
        push_source(part("user IP").unwrap_or_default(), pairs);
        return Some(Kind::Logon);
    }
    let (verdict, rest) = said.strip_prefix("User authentication ")?.split_once(": IP address: ")?;
    let (source, user) = rest.split_once(", Uname: ")?;
    logon(verdict == "succeeded", user, pairs);
    push_source(source, pairs);
    Some(Kind::Logon)
}

/// `Configured from console by admin on vty0 (192.0.2.1)`, `User 'admin', running 'CLI' from IP 192.0.2.1, executed 'x'`,
/// `User 'admin' executed the 'x' command.`
fn command(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if let Some((_, rest)) = said.split_once("Configured from ") {
        let (_, rest) = rest.split_once(" by ")?;
        let (user, line) = rest.split_once(" on ").unwrap_or((rest, ""));
        let (line, source) = line.split_once(" (").unwrap_or((line, ""));
        pairs.push("user", user);
        push_set("tty", line, pairs);
        push_source(source.trim_end_matches(')'), pairs);
        return Some(Kind::Other);
    }
    let (user, rest) = between(said, "User '", "'")?;
    let (before, command) = rest.split_once("executed ")?;
    let command = command.trim_start_matches("the ").trim_end_matches([' ', '.']).trim_end_matches(" command");
    pairs.push("user", user);
    pairs.push("command", command.trim_matches('\''));
    if let Some((_, source)) = before.split_once("from IP ") {
        push_source(source.trim_end_matches([',', ' ']), pairs);
    }
    Some(Kind::Other)
}
