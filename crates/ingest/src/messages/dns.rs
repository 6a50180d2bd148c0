//! Questions and answers as named, dnsmasq (Pi-hole) and unbound log them.

use super::{
    Kind,
    words::{address, is_address, push_set, word},
};
use crate::pairs::Pairs;

/// Reads `client @0x7f 192.0.2.1#4242 (a.example): query: a.example IN A +E(0)K (198.51.100.7)`.
pub(super) fn read_named(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (_, rest) = text.split_once("client ").filter(|(before, _)| is_category(before))?;
    let rest = match rest.strip_prefix("@0x") {
        Some(rest) => word(rest).1,
        None => rest,
    };
    let (client, rest) = rest.split_once([' ', ':'])?;
    let (source, port) = client.split_once('#')?;
    if !is_address(source) {
        return None;
    }
    query(rest, pairs)
        .or_else(|| denied(rest, pairs))
        .or_else(|| transfer(rest, pairs))
        .or_else(|| rewritten(rest, pairs))?;
    pairs.push("src_ip", address(source));
    pairs.push_number("src_port", port);
    Some(Kind::Dns)
}

/// `queries: info: ` before the message, or nothing.
fn is_category(before: &str) -> bool {
    before.len() < 48 && !before.contains(['(', '\'']) && (before.is_empty() || before.ends_with(": "))
}

/// `query: a.example IN A +E(0)K (198.51.100.7)`
fn query(text: &str, pairs: &mut Pairs<'_>) -> Option<()> {
    // The name stands before it as well; what a name holds is escaped, so that it has no blanks.
    let (_, rest) = text.split_once("query: ")?;
    let mut words = rest.split(' ');
    let (name, class, kind) = (words.next()?, words.next()?, words.next()?);
    let flags = words.next().unwrap_or_default();
    pairs.push("event", "query");
    pairs.push("query", name);
    pairs.push("query_class", class);
    pairs.push("query_type", kind);
    pairs.push("recursion_desired", if flags.starts_with('+') { "true" } else { "false" });
    pairs.push("protocol", if flags.contains('T') { "tcp" } else { "udp" });
    push_set("flags", flags, pairs);
    let server = words.next().unwrap_or_default().trim_matches(['(', ')']);
    push_set("dst_ip", server, pairs);
    Some(())
}

/// `query (cache) 'a.example/A/IN' denied`
fn denied(text: &str, pairs: &mut Pairs<'_>) -> Option<()> {
    let (_, rest) = text.split_once("query ")?;
    let (_, rest) = rest.split_once('\'')?;
    let (question, _) = rest.split_once("' denied")?;
    let mut parts = question.rsplitn(3, '/');
    let (class, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    pairs.push("event", "denied");
    pairs.push("query", name);
    pairs.push("query_class", class);
    pairs.push("query_type", kind);
    pairs.push("response_code", "REFUSED");
    pairs.push("rejected", "true");
    Some(())
}

/// `zone transfer 'a.example/AXFR/IN' denied`
fn transfer(text: &str, pairs: &mut Pairs<'_>) -> Option<()> {
    let (_, rest) = text.split_once("zone transfer '")?;
    let (question, _) = rest.split_once("' denied")?;
    let mut parts = question.rsplitn(3, '/');
    let (class, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    pairs.push("event", "zone transfer denied");
    pairs.push("query", name);
    pairs.push("query_class", class);
    pairs.push("query_type", kind);
    pairs.push("response_code", "REFUSED");
    pairs.push("rejected", "true");
    pairs.push("protocol", "tcp");
    Some(())
}

/// `rpz QNAME NXDOMAIN rewrite a.example/A/IN via a.example.rpz.local`
fn rewritten(text: &str, pairs: &mut Pairs<'_>) -> Option<()> {
    let (_, rest) = text.split_once("rpz ")?;
    let (how, rest) = rest.split_once(" rewrite ")?;
    let (question, policy) = rest.split_once(" via ").unwrap_or((rest, ""));
    let mut parts = question.rsplitn(3, '/');
    let (class, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    pairs.push("event", "rpz");
    pairs.push("query", name);
    pairs.push("query_class", class);
    pairs.push("query_type", kind);
    pairs.push("policy", policy);
    let (trigger, answer) = word(how);
    pairs.push("trigger", trigger);
    pairs.push("action", if answer == "PASSTHRU" { "allowed" } else { "blocked" });
    push_set("policy_action", answer, pairs);
    Some(())
}

/// Reads `query[A] a.example from 192.0.2.1`, `reply a.example is 198.51.100.7`, `gravity blocked a.example is 0.0.0.0`,
/// also with the number and client that `log-queries=extra` puts before it.
pub(super) fn read_dnsmasq(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (client, text) = with_client(text);
    if let Some(rest) = text.strip_prefix("query[") {
        let (kind, rest) = rest.split_once("] ")?;
        let (name, source) = rest.split_once(" from ")?;
        pairs.push("event", "query");
        pairs.push("query", name);
        pairs.push("query_type", kind);
        pairs.push("src_ip", address(source));
        push_port(client, pairs);
        return Some(Kind::Dns);
    }
    if let Some(rest) = text.strip_prefix("forwarded ") {
        let (name, server) = rest.split_once(" to ")?;
        pairs.push("event", "forwarded");
        pairs.push("query", name);
        pairs.push("dst_ip", server);
        return Some(Kind::Other);
    }
    let (head, answer) = text.split_once(" is ")?;
    let (event, name) = head.rsplit_once(' ')?;
    let is_file = event.starts_with('/');
    let known = [
        "reply",
        "cached",
        "cached-stale",
        "config",
        "gravity blocked",
        "exactly blacklisted",
        "exactly denied",
        "regex blacklisted",
        "regex denied",
        "special domain",
        "validation",
    ];
    if !is_file && !known.contains(&event) {
        return None;
    }
    pairs.push("event", event);
    pairs.push("query", name);
    answered(answer, pairs);
    let is_blocked = ["blocked", "blacklisted", "denied"].iter().any(|end| event.ends_with(end));
    if is_blocked {
        pairs.push("action", "blocked");
    }
    if let Some((source, _)) = client {
        pairs.push("src_ip", address(source));
    }
    push_port(client, pairs);
    Some(Kind::Dns)
}

/// `42 192.0.2.1/4242 query[A] ...`: client and port.
fn with_client(text: &str) -> (Option<(&str, &str)>, &str) {
    let none = (None, text);
    let Some((number, rest)) = text.split_once(' ') else { return none };
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return none;
    }
    let Some((client, rest)) = rest.split_once(' ') else { return none };
    client.split_once('/').filter(|(source, _)| is_address(source)).map_or(none, |client| (Some(client), rest))
}

fn push_port(client: Option<(&str, &str)>, pairs: &mut Pairs<'_>) {
    if let Some((_, port)) = client {
        pairs.push_number("src_port", port);
    }
}

fn answered(answer: &str, pairs: &mut Pairs<'_>) {
    match answer {
        "NXDOMAIN" | "SERVFAIL" | "REFUSED" => pairs.push("response_code", answer),
        _ if answer.starts_with("NXDOMAIN") => pairs.push("response_code", "NXDOMAIN"),
        _ if answer.starts_with("NODATA") => {
            pairs.push("response_code", "NOERROR");
            pairs.push("no_data", answer);
        }
        // `<CNAME>` says that an alias was followed; the answer is in a message of its own.
        _ if answer.starts_with('<') => pairs.push("answer_kind", answer.trim_matches(['<', '>'])),
        _ => pairs.push("answer", answer),
    }
}

/// Reads `[123:0] info: 192.0.2.1 a.example. A IN`, with code, time and size behind where replies are logged.
pub(super) fn read_unbound(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let rest = match text.strip_prefix('[') {
        Some(rest) => rest.split_once("] ")?.1,
        None => text,
    };
    let rest = ["info: ", "query: ", "reply: "].iter().find_map(|mark| rest.strip_prefix(mark))?;
    let mut words = rest.split(' ');
    let (source, name, kind, class) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if !is_address(source) || !matches!(class, "IN" | "CH" | "HS" | "ANY") {
        return None;
    }
    pairs.push("src_ip", address(source));
    pairs.push("query", name);
    pairs.push("query_type", kind);
    pairs.push("query_class", class);
    let Some(code) = words.next() else {
        pairs.push("event", "query");
        return Some(Kind::Dns);
    };
    pairs.push("event", "reply");
    pairs.push("response_code", code);
    push_set("rtt_s", words.next().unwrap_or_default(), pairs);
    push_set("cached", words.next().unwrap_or_default(), pairs);
    pairs.push_number("size", words.next().unwrap_or_default());
    Some(Kind::Dns)
}
