//! Messages of OpenSSH's server: attempts to log on, and connections that come to none.

use super::{
    Kind,
    words::{between, digits, is_address, push_endpoint, push_set, push_source, push_success, word},
};
use crate::pairs::Pairs;

/// Reads a message of sshd.
pub(super) fn read(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let text = ["error: ", "fatal: ", "info: "].iter().find_map(|level| text.strip_prefix(level)).unwrap_or(text);
    let (text, is_preauth) = match text.strip_suffix(" [preauth]") {
        Some(text) => (text, true),
        None => (text, false),
    };
    let kind =
        read_attempt(text, pairs).or_else(|| read_end(text, is_preauth, pairs)).or_else(|| read_rest(text, pairs));
    if kind == Some(Kind::Logon) {
        pairs.push("protocol", "ssh");
    }
    if kind.is_some() && is_preauth {
        pairs.push("preauth", "true");
    }
    kind
}

fn read_attempt(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (verb, rest) = word(text);
    match verb {
        "Accepted" => outcome("Accepted", Some(true), rest, pairs),
        "Failed" => outcome("Failed", Some(false), rest, pairs),
        "Partial" => outcome("Partial", None, rest, pairs),
        "Invalid" | "Illegal" => invalid_user(rest, pairs),
        "User" => not_allowed(rest, pairs),
        "maximum" => max_attempts(rest, pairs),
        "PAM:" => pam_failure(rest, pairs),
        "ROOT" => root_refused(rest, pairs),
        "Disconnecting:" => too_many_failures(rest, pairs),
        _ => None,
    }
}

/// `password for invalid user bob from 192.0.2.1 port 4242 ssh2: RSA SHA256:...`
fn outcome(event: &'static str, success: Option<bool>, rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (method, rest) = rest.split_once(" for ")?;
    let (user, source) = user_and_source(rest)?;
    pairs.push("event", event);
    pairs.push("action", "logon");
    if let Some(success) = success {
        push_success(success, pairs);
    }
    let (method, submethod) = method.split_once('/').unwrap_or((method, ""));
    pairs.push("method", method);
    push_set("submethod", submethod, pairs);
    push_user(user, success == Some(false), pairs);
    let rest = push_endpoint(source, pairs);
    let (version, key) = rest.split_once(": ").unwrap_or((rest, ""));
    push_set("ssh_version", version, pairs);
    push_set("key", key, pairs);
    Some(Kind::Logon)
}

/// Divides at the last ` from ` that an address, a port and a protocol follow: names stand before it, and what the
/// client says of itself may stand behind.
fn user_and_source(text: &str) -> Option<(&str, &str)> {
    let whole = memchr::memmem::rfind_iter(text.as_bytes(), b" from ")
        .filter_map(|at| Some((text.get(..at)?, text.get(at + 6..)?)))
        .find(|(_, source)| is_endpoint(source));
    whole.or_else(|| text.rsplit_once(" from "))
}

/// `192.0.2.1 port 22 ssh2`, perhaps with more behind a colon.
fn is_endpoint(text: &str) -> bool {
    let (_, rest) = word(text);
    let Some((port, rest)) = rest.strip_prefix("port ").map(digits) else { return false };
    let rest = rest.strip_prefix(" ssh").map_or(rest, |version| digits(version).1);
    !port.is_empty() && (rest.is_empty() || rest.starts_with(':'))
}

/// The account, which sshd marks where the host does not know it.
fn push_user(user: &str, failed: bool, pairs: &mut Pairs<'_>) {
    let unknown = ["invalid user ", "illegal user "].iter().find_map(|mark| user.strip_prefix(mark));
    pairs.push("user", unknown.unwrap_or(user));
    if unknown.is_some() && failed {
        pairs.push("reason", "invalid user");
    }
}

fn refused(event: &'static str, reason: &str, pairs: &mut Pairs<'_>) {
    pairs.push("event", event);
    pairs.push("action", "logon");
    push_success(false, pairs);
    pairs.push("reason", reason);
}

/// `user bob from 192.0.2.1 port 4242`
fn invalid_user(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (user, source) = rest.strip_prefix("user ")?.rsplit_once("from ")?;
    refused("Invalid user", "invalid user", pairs);
    pairs.push("user", user.trim_ascii());
    push_endpoint(source, pairs);
    Some(Kind::Logon)
}

/// `bob from host not allowed because not listed in AllowUsers`
fn not_allowed(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (who, reason) = rest.split_once(" not allowed because ")?;
    refused("not allowed", reason, pairs);
    match who.rsplit_once(" from ") {
        Some((user, source)) => {
            pairs.push("user", user);
            push_source(source, pairs);
        }
        None => pairs.push("user", who),
    }
    Some(Kind::Logon)
}

/// `authentication attempts exceeded for invalid user bob from 192.0.2.1 port 4242 ssh2`
fn max_attempts(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let rest = rest.strip_prefix("authentication attempts exceeded for ")?;
    let (user, source) = rest.rsplit_once(" from ")?;
    refused("maximum authentication attempts exceeded", "maximum authentication attempts exceeded", pairs);
    push_user(user, false, pairs);
    push_endpoint(source, pairs);
    Some(Kind::Logon)
}

/// `Authentication failure for illegal user bob from 192.0.2.1`
fn pam_failure(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (reason, rest) = rest.split_once(" for ")?;
    let (user, source) = rest.rsplit_once(" from ")?;
    refused("PAM", reason, pairs);
    push_user(user, false, pairs);
    push_endpoint(source, pairs);
    Some(Kind::Logon)
}

/// `Too many authentication failures for root`
fn too_many_failures(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let user = rest.strip_prefix("Too many authentication failures for ")?;
    refused("Disconnecting", "Too many authentication failures", pairs);
    let user = user.rsplit_once(" from ").map_or(user, |(user, source)| {
        push_endpoint(source, pairs);
        user
    });
    push_user(user, false, pairs);
    Some(Kind::Logon)
}

/// `LOGIN REFUSED FROM 192.0.2.1 port 4242`
fn root_refused(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let source = rest.strip_prefix("LOGIN REFUSED FROM ")?;
    refused("ROOT LOGIN REFUSED", "root may not log on", pairs);
    pairs.push("user", "root");
    push_endpoint(source, pairs);
    Some(Kind::Logon)
}

/// Connections that end: of a session, of an attempt that names its user, of nobody.
fn read_end(text: &str, is_preauth: bool, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let starts: [(&str, &'static str); 8] = [
        ("Connection closed by ", "Connection closed"),
        ("Connection reset by ", "Connection reset"),
        ("Disconnected from ", "Disconnected"),
        ("Disconnecting ", "Disconnecting"),
        ("Close session: ", "Close session"),
        ("Received disconnect from ", "Received disconnect"),
        ("Timeout before authentication for ", "Timeout before authentication"),
        ("Connection from ", "Connection from"),
    ];
    let (event, rest) = starts.iter().find_map(|(start, event)| Some((*event, text.strip_prefix(start)?)))?;
    match event {
        "Received disconnect" => received_disconnect(rest, pairs),
        "Connection from" => connection_from(rest, pairs),
        "Timeout before authentication" => {
            let rest = rest.strip_prefix("connection from ").unwrap_or(rest);
            push_endpoint(rest, pairs);
            pairs.push("event", event);
            Some(Kind::Other)
        }
        "Close session" => close_session(rest, pairs),
        event => ended(event, rest, is_preauth, pairs),
    }
}

/// `user bob 192.0.2.1 port 4242`, `authenticating user ...`, `invalid user ...`, or the address alone.
fn ended(event: &'static str, rest: &str, is_preauth: bool, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (who, reason) = if event == "Disconnecting" { rest.split_once(": ").unwrap_or((rest, "")) } else { (rest, "") };
    let (who, port) = match who.rsplit_once(" port ") {
        Some((who, port)) => (who, digits(port).0),
        None => (who, ""),
    };
    let (user, source) = who.rsplit_once(' ').unwrap_or(("", who));
    if !is_address(source.trim_end_matches(':')) {
        return None;
    }
    let marks = ["authenticating user ", "invalid user ", "user "];
    let mark = marks.into_iter().find(|mark| user.starts_with(mark.trim_ascii_end()));
    let name = mark.map(|mark| user.get(mark.len()..).unwrap_or_default());
    pairs.push("event", event);
    push_source(source.trim_end_matches(':'), pairs);
    if !port.is_empty() {
        pairs.push_number("src_port", port);
    }
    let Some(name) = name else {
        push_set("reason", reason, pairs);
        return Some(Kind::Other);
    };
    pairs.push("user", name);
    if mark == Some("user ") && !is_preauth {
        pairs.push("action", "logoff");
        push_set("reason", reason, pairs);
        return Some(Kind::Logon);
    }
    pairs.push("action", "logon");
    push_success(false, pairs);
    let stated = if mark == Some("invalid user ") { "invalid user" } else { "ended before authentication" };
    pairs.push("reason", if reason.is_empty() { stated } else { reason });
    Some(Kind::Logon)
}

/// `user bob from 192.0.2.1 port 4242 id 0`
fn close_session(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (user, source) = rest.strip_prefix("user ")?.rsplit_once(" from ")?;
    pairs.push("event", "Close session");
    pairs.push("action", "logoff");
    pairs.push("user", user);
    push_endpoint(source, pairs);
    Some(Kind::Logon)
}

/// `192.0.2.1 port 4242:11: disconnected by user`
fn received_disconnect(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let reason = push_endpoint(rest, pairs);
    pairs.push("event", "Received disconnect");
    let reason = reason.strip_prefix(':').unwrap_or(reason);
    let (code, words) = reason.split_once(": ").unwrap_or(("", reason));
    push_set("code", code, pairs);
    push_set("reason", words, pairs);
    Some(Kind::Other)
}

/// `192.0.2.1 port 4242 on 198.51.100.7 port 22 rdomain ""`
fn connection_from(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let rest = push_endpoint(rest, pairs);
    pairs.push("event", "Connection from");
    if let Some(target) = rest.strip_prefix("on ") {
        let (host, rest) = word(target);
        pairs.push("dst_ip", host);
        if let Some(port) = rest.strip_prefix("port ") {
            pairs.push_number("dst_port", digits(port).0);
        }
    }
    Some(Kind::Other)
}

/// Messages that are no attempt but say who is at the door.
fn read_rest(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let marks: [(&str, &'static str, &str); 9] = [
        ("Did not receive identification string", "Did not receive identification string", " from "),
        ("Bad protocol version identification", "Bad protocol version identification", " from "),
        ("Unable to negotiate", "Unable to negotiate", " with "),
        ("banner exchange:", "banner exchange", " from "),
        ("ssh_dispatch_run_fatal:", "ssh_dispatch_run_fatal", " from "),
        ("refused connect", "refused connect", " from "),
        ("Postponed ", "Postponed", " from "),
        ("Starting session: ", "Starting session", " from "),
        ("drop connection", "drop connection", " from "),
    ];
    if let Some((_, event, before)) = marks.iter().find(|mark| text.starts_with(mark.0)) {
        let (head, source) = if *before == " with " { text.split_once(before)? } else { text.rsplit_once(before)? };
        pairs.push("event", event);
        if let Some((_, user)) = head.rsplit_once(" for ") {
            pairs.push("user", user);
        }
        // TCP wrappers add the address to what may be a name: `host (192.0.2.1)`.
        let source = match source.strip_suffix(')').and_then(|source| source.rsplit_once(" (")) {
            Some((_, source)) => source,
            None => source,
        };
        push_endpoint(source, pairs);
        return Some(Kind::Other);
    }
    if let Some(user) = text.strip_prefix("input_userauth_request: ") {
        pairs.push("event", "input_userauth_request");
        push_user(user, false, pairs);
        return Some(Kind::Other);
    }
    if let Some(rest) = text.strip_prefix("Address ") {
        let (source, host) = rest.split_once(" maps to ")?;
        pairs.push("event", "reverse mapping");
        push_source(source, pairs);
        pairs.push("src_host", host.split_once(',').map_or(host, |(host, _)| host));
        return Some(Kind::Other);
    }
    if let Some(rest) = text.strip_prefix("reverse mapping checking getaddrinfo for ") {
        let (host, rest) = word(rest);
        pairs.push("event", "reverse mapping");
        pairs.push("src_host", host);
        if let Some((address, _)) = between(rest, "[", "]") {
            push_source(address, pairs);
        }
        return Some(Kind::Other);
    }
    let listening = text.strip_prefix("Server listening on ")?;
    let (address, port) = listening.trim_end_matches('.').split_once(" port ")?;
    pairs.push("event", "Server listening");
    pairs.push("dst_ip", address);
    pairs.push_number("dst_port", digits(port).0);
    Some(Kind::Other)
}
