//! Messages of postfix and dovecot: logons to mail servers; the steps of a mail as fields.

use super::{
    Kind,
    words::{address, between, digits, push_set, push_source, push_success},
};
use crate::pairs::Pairs;

/// Reads `connect from host[192.0.2.1]`, `4F9A: client=..., sasl_username=bob`, `4F9A: to=<a@b>, relay=..., status=sent`.
pub(super) fn read_postfix(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    sasl_failure(text, pairs)
        .or_else(|| connection(text, pairs))
        .or_else(|| rejected(text, pairs))
        .or_else(|| step(text, pairs))
}

/// `warning: host[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=bob`
fn sasl_failure(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let rest = text.strip_prefix("warning: ")?;
    let (client, rest) = rest.split_once(": SASL ")?;
    let (method, reason) = rest.split_once(" authentication failed")?;
    pairs.push("event", "SASL authentication failed");
    pairs.push("action", "logon");
    push_success(false, pairs);
    pairs.push("protocol", "smtp");
    pairs.push("method", method);
    let reason = reason.trim_start_matches([':', ' ']);
    let (reason, user) = reason.rsplit_once("sasl_username=").unwrap_or((reason, ""));
    push_set("user", user, pairs);
    push_set("reason", reason.trim_end_matches([',', ' ']), pairs);
    push_client(client, pairs);
    Some(Kind::Logon)
}

/// `host[192.0.2.1]` or `host[192.0.2.1]:4242`
fn push_client(client: &str, pairs: &mut Pairs<'_>) {
    let Some((name, rest)) = client.rsplit_once('[') else { return };
    let (source, port) = rest.split_once(']').unwrap_or((rest, ""));
    pairs.push("src_ip", address(source.strip_prefix("IPv6:").unwrap_or(source)));
    if name != "unknown" {
        push_set("src_host", name, pairs);
    }
    let (port, _) = digits(port.trim_start_matches(':'));
    if !port.is_empty() {
        pairs.push_number("src_port", port);
    }
}

fn connection(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let starts = [
        ("connect from ", "connect"),
        ("disconnect from ", "disconnect"),
        ("lost connection after ", "lost connection"),
        ("timeout after ", "timeout"),
    ];
    let (event, rest) = starts.iter().find_map(|(start, event)| Some((*event, text.strip_prefix(start)?)))?;
    let client = rest.rsplit_once(" from ").map_or(rest, |(_, client)| client);
    let client = client.split_once(' ').map_or(client, |(client, _)| client);
    pairs.push("event", event);
    push_client(client, pairs);
    Some(Kind::Other)
}

/// `NOQUEUE: reject: RCPT from host[192.0.2.1]: 554 5.7.1 ...; from=<a@b> to=<c@d> proto=ESMTP helo=<x>`
fn rejected(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (queue_id, rest) = text.split_once(": reject: ")?;
    let (stage, rest) = rest.split_once(" from ")?;
    let (client, rest) = rest.split_once(": ")?;
    let (reason, list) = rest.rsplit_once("; from=").unwrap_or((rest, ""));
    pairs.push("event", "reject");
    pairs.push("queue_id", queue_id);
    pairs.push("stage", stage);
    push_client(client, pairs);
    push_set("reason", reason, pairs);
    let mut words = list.split(' ');
    push_set("from", words.next().unwrap_or_default().trim_matches(['<', '>']), pairs);
    for (name, value) in words.filter_map(|word| word.split_once('=')) {
        if let Some(field) = ["to", "proto", "helo"].into_iter().find(|known| *known == name) {
            push_set(field, value.trim_matches(['<', '>']), pairs);
        }
    }
    Some(Kind::Other)
}

/// Fields that postfix writes behind the id of a mail.
const STEP_FIELDS: &[&str] = &[
    "to",
    "orig_to",
    "from",
    "relay",
    "delay",
    "delays",
    "dsn",
    "status",
    "size",
    "nrcpt",
    "message-id",
    "client",
    "sasl_method",
    "sasl_username",
    "uid",
    "conn_use",
    "resent-message-id",
    "sasl_sender",
    "orig_client",
];

/// `4F9A1C2D3: to=<a@b>, relay=mx.example[192.0.2.1]:25, delay=0.3, status=sent (250 ok)`
fn step(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (queue_id, list) = text.split_once(": ")?;
    let is_id = (5..=20).contains(&queue_id.len()) && queue_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let has_fields = list.split_once('=').is_some_and(|(name, _)| STEP_FIELDS.contains(&name));
    if !is_id {
        return None;
    }
    if list == "removed" {
        pairs.push("event", "removed");
        pairs.push("queue_id", queue_id);
        return Some(Kind::Other);
    }
    if !has_fields {
        return None;
    }
    pairs.push("queue_id", queue_id);
    let mut user = "";
    for part in list.split(", ").take(24) {
        let Some((name, value)) = part.split_once('=') else { continue };
        let Some(&field) = STEP_FIELDS.iter().find(|known| **known == name) else { continue };
        match field {
            "client" => push_client(value, pairs),
            "sasl_username" => user = value,
            "sasl_method" => pairs.push("method", value),
            "status" => {
                let (status, response) = value.split_once(" (").unwrap_or((value, ""));
                pairs.push("status", status);
                push_set("response", response.trim_end_matches(')'), pairs);
            }
            "nrcpt" => {
                let (count, state) = digits(value);
                pairs.push_number("nrcpt", count);
                push_set("queue_state", state.trim_matches([' ', '(', ')']), pairs);
            }
            "size" | "delay" | "uid" => pairs.push_number(field, value),
            _ => pairs.push(field, value.trim_matches(['<', '>'])),
        }
    }
    if user.is_empty() {
        pairs.push("event", "mail");
        return Some(Kind::Other);
    }
    pairs.push("user", user);
    pairs.push("event", "SASL authentication");
    pairs.push("action", "logon");
    pairs.push("protocol", "smtp");
    push_success(true, pairs);
    Some(Kind::Logon)
}

/// Reads `imap-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.7, mpid=7, TLS, session=<x>`,
/// failed logons of the same form, and sessions that end.
pub(super) fn read_dovecot(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let text = text.strip_prefix("Info: ").unwrap_or(text);
    let (service, said) = text.split_once(": ").unwrap_or(("", text));
    let protocol =
        ["imap", "pop3", "managesieve", "submission", "lmtp"].into_iter().find(|name| service.starts_with(name));
    if service == "auth" || service.starts_with("auth-worker") {
        return auth(said, pairs);
    }
    let said = if protocol.is_some() { said } else { text };
    let (what, list) = said.split_once(": user=<").or_else(|| said.split_once(": rip=").map(|(what, _)| (what, "")))?;
    let failed = what.contains("auth failed") || what.starts_with("Aborted login");
    let success = what == "Login";
    if !failed && !success {
        return None;
    }
    let (user, _) = list.split_once('>').unwrap_or((list, ""));
    pairs.push("event", if success { "Login" } else { "auth failed" });
    pairs.push("action", "logon");
    push_success(success, pairs);
    push_set("protocol", protocol.unwrap_or_default(), pairs);
    push_set("user", user, pairs);
    if failed {
        pairs.push("reason", what);
        if let Some((_, attempts)) = what.split_once("auth failed, ") {
            pairs.push_number("attempts", digits(attempts).0);
        }
    }
    push_dovecot_fields(said, pairs);
    Some(Kind::Logon)
}

fn push_dovecot_fields(said: &str, pairs: &mut Pairs<'_>) {
    for part in said.split(", ").take(24) {
        let Some((name, value)) = part.split_once('=') else {
            if part == "TLS" {
                pairs.push("tls", "true");
            }
            continue;
        };
        let name = name.rsplit(": ").next().unwrap_or(name);
        match name {
            "method" => pairs.push("method", value),
            "rip" => push_source(value, pairs),
            "lip" => pairs.push("dst_ip", address(value)),
            "rport" => pairs.push_number("src_port", value),
            "lport" => pairs.push_number("dst_port", value),
            "mpid" => pairs.push_number("mpid", value),
            "session" => pairs.push("session", value.trim_matches(['<', '>'])),
            _ => {}
        }
    }
}

/// `passwd-file(bob,192.0.2.1,<session>): Password mismatch`
fn auth(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (_, rest) = said.split_once('(')?;
    let (who, reason) = rest.split_once("): ")?;
    let lowered = ["assword mismatch", "unknown user", "Authentication failure"];
    if !lowered.iter().any(|mark| reason.contains(mark)) {
        return None;
    }
    let mut parts = who.split(',');
    pairs.push("event", "auth failed");
    pairs.push("action", "logon");
    push_success(false, pairs);
    pairs.push("user", parts.next().unwrap_or_default());
    push_source(parts.next().unwrap_or_default(), pairs);
    pairs.push("reason", between(reason, "pam_authenticate() failed: ", "\n").map_or(reason, |(reason, _)| reason));
    Some(Kind::Logon)
}
