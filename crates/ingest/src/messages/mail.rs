//! Messages of postfix and dovecot: logons to mail servers; the steps of a mail as fields.

use super::{
    Kind,
    words::{address, digits, push_client, push_set, push_source, push_success},
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

fn connection(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let starts = [
        ("connect from ", "connect"),
        ("disconnect from ", "disconnect"),
        ("lost connection after ", "lost connection"),
        ("timeout after ", "timeout"),
        ("improper command pipelining after ", "improper command pipelining"),
        ("too many errors after ", "too many errors"),
        ("NOQUEUE: lost connection after ", "lost connection"),
        ("PREGREET ", "PREGREET"),
        ("HANGUP after ", "HANGUP"),
        ("COMMAND TIME LIMIT ", "COMMAND TIME LIMIT"),
        ("COMMAND COUNT LIMIT ", "COMMAND COUNT LIMIT"),
    ];
    let (event, rest) = starts.iter().find_map(|(start, event)| Some((*event, text.strip_prefix(start)?)))?;
    let client = rest.split_once("from ").map_or(rest, |(_, client)| client);
    let client = client.split_once(' ').map_or(client, |(client, _)| client);
    pairs.push("event", event);
    push_client(client, pairs);
    Some(Kind::Other)
}

/// `NOQUEUE: reject: RCPT from host[192.0.2.1]: 554 5.7.1 ...; from=<a@b> to=<c@d> proto=ESMTP helo=<x>`
fn rejected(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (queue_id, rest) = text.split_once("reject: ")?;
    let queue_id = queue_id.strip_suffix("milter-").unwrap_or(queue_id).strip_suffix(": ")?;
    let (stage, rest) = rest.split_once(" from ")?;
    let (client, rest) = rest.split_once(": ")?;
    let (reason, list) = rest.rsplit_once("; from=").or_else(|| rest.rsplit_once("; ")).unwrap_or((rest, ""));
    pairs.push("event", "reject");
    pairs.push("queue_id", queue_id);
    pairs.push("stage", stage);
    push_client(client, pairs);
    push_set("reason", reason, pairs);
    let (sender, _) = list.split_once(' ').unwrap_or((list, ""));
    if !sender.contains('=') {
        push_set("from", sender.trim_matches(['<', '>', ',']), pairs);
    }
    for (name, value) in list.split(' ').filter_map(|word| word.split_once('=')) {
        if let Some(field) = ["to", "proto", "helo"].into_iter().find(|known| *known == name) {
            push_set(field, value.trim_matches(['<', '>', ',']), pairs);
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
/// failed logons of the same form, and connections that tried none.
pub(super) fn read_dovecot(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let text = without_level(text.strip_prefix("dovecot: ").unwrap_or(text));
    let (service, said) = text.split_once(": ").unwrap_or(("", text));
    let is_auth = service == "auth" || ["auth(", "auth-worker"].iter().any(|start| service.starts_with(start));
    if is_auth {
        return read_dovecot_auth(text, pairs);
    }
    let protocols = ["imap", "pop3", "managesieve", "submission"];
    let protocol = protocols.into_iter().find(|name| service.strip_prefix(name) == Some("-login"));
    let said = if protocol.is_some() { said } else { text };
    let end = ["user=<", "method=", "rip="].into_iter().filter_map(|mark| said.find(mark)).min()?;
    let what = said.get(..end).unwrap_or_default().trim_end_matches([' ', ':', ',']);
    let list = said.get(end..).unwrap_or_default();
    let failed = ["auth failed", "disallowed plaintext auth"].iter().any(|mark| what.contains(mark));
    let success = what == "Login";
    if !failed && !success {
        pairs.push("event", "Disconnected");
        pairs.push("reason", what);
        push_dovecot_fields(list, pairs);
        return Some(Kind::Other);
    }
    pairs.push("event", if success { "Login" } else { "auth failed" });
    pairs.push("action", "logon");
    push_success(success, pairs);
    push_set("protocol", protocol.unwrap_or_default(), pairs);
    if failed {
        pairs.push("reason", what);
        if let Some((_, attempts)) = what.split_once("auth failed, ") {
            pairs.push_number("attempts", digits(attempts).0);
        }
    }
    push_dovecot_fields(list, pairs);
    Some(Kind::Logon)
}

fn without_level(text: &str) -> &str {
    ["Info: ", "Warning: ", "Error: "].iter().find_map(|level| text.strip_prefix(level)).unwrap_or(text)
}

fn push_dovecot_fields(list: &str, pairs: &mut Pairs<'_>) {
    for part in list.split(", ").take(24) {
        let Some((name, value)) = part.split_once('=') else {
            if part == "TLS" {
                pairs.push("tls", "true");
            }
            continue;
        };
        let plain = value.trim_matches(['<', '>']);
        match name {
            "user" => push_set("user", plain, pairs),
            "method" => pairs.push("method", value),
            "rip" => push_source(value, pairs),
            "lip" => pairs.push("dst_ip", address(value)),
            "rport" => pairs.push_number("src_port", value),
            "lport" => pairs.push_number("dst_port", value),
            "mpid" => pairs.push_number("mpid", value),
            "session" => pairs.push("session", plain),
            _ => {}
        }
    }
}

/// Reads what dovecot's authentication processes say: `pam(bob,192.0.2.1,<x>): Password mismatch`.
pub(super) fn read_dovecot_auth(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    const FAILURES: &[&str] = &[
        "assword mismatch",
        "nknown user",
        "User not known",
        "uthentication failure",
        "invalid credentials",
        "Permission denied",
    ];
    if !FAILURES.iter().any(|mark| text.contains(mark)) {
        return None;
    }
    // Account and address stand in the first brackets that hold more than one thing.
    let mut groups = text.match_indices('(').take(8).filter_map(|(at, _)| text.get(at + 1..)?.split_once(')'));
    let (who, said) = groups.find(|(who, _)| who.contains(','))?;
    let reason = said.split_once(": ").map_or(said, |(_, reason)| reason);
    let mut parts = who.split(',');
    pairs.push("event", "auth failed");
    pairs.push("action", "logon");
    push_success(false, pairs);
    pairs.push("user", parts.next().unwrap_or_default());
    push_source(parts.next().unwrap_or_default(), pairs);
    pairs.push("reason", without_level(reason));
    Some(Kind::Logon)
}
