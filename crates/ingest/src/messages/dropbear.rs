//! Messages of dropbear, the SSH server of small devices.

use super::{
    Kind,
    words::{between, digits, push_set, push_source, push_success},
};
use crate::pairs::Pairs;

/// Reads `Password auth succeeded for 'root' from 192.0.2.1:4242` and its kin, which older versions begin in lower case.
pub(super) fn read(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let text = without_own_header(text);
    outcome(text, pairs)
        .or_else(|| nonexistent(text, pairs))
        .or_else(|| exit(text, pairs))
        .or_else(|| child(text, pairs))
}

/// `[825] Jul 10 23:53:52 ` where it writes to a file of its own that another program passes on.
fn without_own_header(text: &str) -> &str {
    let behind = between(text, "[", "] ").map(|(_, behind)| behind);
    behind.and_then(|behind| behind.get(16..)).unwrap_or(text)
}

/// What follows a beginning, whatever the case of its first letter.
fn begins<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

fn outcome(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let outcomes: [(&str, &'static str, bool); 4] = [
        ("Password auth succeeded for ", "password", true),
        ("Pubkey auth succeeded for ", "publickey", true),
        ("PAM password auth succeeded for ", "password", true),
        ("Bad password attempt for ", "password", false),
    ];
    let (start, method, success, rest) =
        outcomes.iter().find_map(|known| Some((known.0, known.1, known.2, begins(text, known.0)?)))?;
    let (user, source) = rest.rsplit_once(" from ")?;
    let (user, key) = user.split_once(" with ").unwrap_or((user, ""));
    pairs.push("event", start.trim_end_matches(" for "));
    pairs.push("method", method);
    logon(success, user.trim_matches('\''), source, pairs);
    push_set("key", key, pairs);
    Some(Kind::Logon)
}

fn logon(success: bool, user: &str, source: &str, pairs: &mut Pairs<'_>) {
    pairs.push("action", "logon");
    push_success(success, pairs);
    pairs.push("protocol", "ssh");
    push_set("user", user, pairs);
    push_host_and_port(source, pairs);
}

fn nonexistent(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let source = begins(text, "Login attempt for nonexistent user from ")?;
    pairs.push("event", "Login attempt");
    pairs.push("reason", "nonexistent user");
    logon(false, "", source, pairs);
    Some(Kind::Logon)
}

/// `Exit before auth from <192.0.2.1:4242>: (user 'root', 10 fails): Max auth tries reached - user 'root'` and, of
/// older versions, `Exit before auth (user 'root', 10 fails): Max auth tries reached - user 'root' from 192.0.2.1:4242`.
fn exit(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let rest = begins(text, "Exit before auth")?;
    let (source, rest) =
        between(rest, " from <", ">: ").or_else(|| rest.rsplit_once(" from ").map(|(rest, source)| (source, rest)))?;
    let (rest, user) = match rest.split_once("(user '") {
        Some((_, rest)) => rest.split_once("', ").map(|(user, rest)| (rest, user))?,
        None => (rest, ""),
    };
    let (fails, reason) = rest.split_once("): ").unwrap_or(("", rest));
    pairs.push("event", "Exit before auth");
    push_set("reason", reason.trim_ascii(), pairs);
    let (fails, _) = digits(fails);
    let is_attempt = !fails.is_empty() && fails != "0" || reason.contains("Max auth tries");
    if !is_attempt {
        push_host_and_port(source, pairs);
        return Some(Kind::Other);
    }
    if !fails.is_empty() {
        pairs.push_number("attempts", fails);
    }
    logon(false, user, source, pairs);
    Some(Kind::Logon)
}

fn child(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let source = begins(text, "Child connection from ")?;
    pairs.push("event", "Child connection");
    push_host_and_port(source, pairs);
    Some(Kind::Other)
}

fn push_host_and_port(source: &str, pairs: &mut Pairs<'_>) {
    let (host, port) = source.rsplit_once(':').unwrap_or((source, ""));
    push_source(host, pairs);
    if !port.is_empty() {
        pairs.push_number("src_port", digits(port).0);
    }
}
