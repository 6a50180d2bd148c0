//! Logons to the mail servers Courier, Cyrus, UW IMAP and sendmail.

use super::{
    Kind,
    words::{push_client, push_set, push_source, push_success, word},
};
use crate::pairs::Pairs;

/// Reads messages of IMAP and POP servers, whose programs have the same names.
pub(super) fn read(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    courier(text, pairs).or_else(|| cyrus(text, pairs)).or_else(|| uw_imap(text, pairs))
}

fn logon(event: &'static str, success: bool, pairs: &mut Pairs<'_>) {
    pairs.push("event", event);
    pairs.push("action", "logon");
    push_success(success, pairs);
}

/// `LOGIN, user=bob, ip=[::ffff:192.0.2.1], port=[4242], protocol=IMAP` and `LOGIN FAILED, ...`
fn courier(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (event, list) = text.split_once(", ")?;
    match event {
        "LOGIN" => logon("LOGIN", true, pairs),
        "LOGIN FAILED" => logon("LOGIN FAILED", false, pairs),
        "LOGOUT" | "DISCONNECTED" | "TIMEOUT" => {
            pairs.push("event", event);
            pairs.push("action", "logoff");
        }
        _ => return None,
    }
    for (name, value) in list.split(", ").take(16).filter_map(|part| part.split_once('=')) {
        let value = value.trim_matches(['[', ']']);
        match name {
            "user" => push_set("user", value, pairs),
            "ip" => push_source(value, pairs),
            "port" => pairs.push_number("src_port", value),
            "method" => pairs.push("method", value),
            "protocol" => pairs.push("protocol", value),
            _ => {}
        }
    }
    Some(Kind::Logon)
}

/// `badlogin: host [192.0.2.1] plaintext bob SASL(-13): authentication failure: checkpass failed`,
/// `login: host [192.0.2.1] bob plaintext User logged in`
fn cyrus(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (success, rest) = match text.strip_prefix("badlogin: ") {
        Some(rest) => (false, rest),
        None => (true, text.strip_prefix("login: ")?),
    };
    let (client, rest) = rest.split_once("] ")?;
    logon(if success { "login" } else { "badlogin" }, success, pairs);
    push_client(client, pairs);
    let (first, rest) = word(rest);
    let (second, rest) = word(rest);
    if success {
        pairs.push("user", first);
        pairs.push("method", second);
        return Some(Kind::Logon);
    }
    pairs.push("method", first);
    // Only plain text logons name the account before the reason.
    let reason = if second.contains("SASL(") {
        second
    } else {
        pairs.push("user", second);
        ""
    };
    pairs.push_with("reason", |to| {
        let parts = if reason.is_empty() { [rest, "", ""] } else { [reason, " ", rest] };
        parts.iter().for_each(|part| to.push_str(part));
    });
    Some(Kind::Logon)
}

/// `Login failed user=bob auth=bob host=host [192.0.2.1]`
fn uw_imap(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (event, list) = text.split_once(" user=")?;
    let success = match event {
        "Login" | "Authenticated" | "Auth" => true,
        _ if event.starts_with("Login ") || event.starts_with("Failed ") => false,
        _ => return None,
    };
    logon("Login", success, pairs);
    if !success {
        pairs.push("reason", event);
    }
    pairs.push("user", word(list).0);
    if let Some((_, client)) = list.split_once(" host=") {
        push_client(client, pairs);
    }
    Some(Kind::Logon)
}

/// Reads `09DJ: AUTH failure (LOGIN): authentication failure (-13) ..., user=bob, relay=host [192.0.2.1]`,
/// `AUTH=server, relay=host [192.0.2.1], authid=bob, mech=LOGIN, bits=0`.
pub(super) fn read_sendmail(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if let Some((_, list)) = text.split_once("AUTH=server, ") {
        logon("AUTH", true, pairs);
        for (name, value) in list.split(", ").take(16).filter_map(|part| part.split_once('=')) {
            match name {
                "relay" => push_client(value, pairs),
                "authid" => pairs.push("user", value),
                "mech" => pairs.push("method", value),
                _ => {}
            }
        }
        pairs.push("protocol", "smtp");
        return Some(Kind::Logon);
    }
    let (_, rest) = text.split_once("AUTH failure (")?;
    let (method, rest) = rest.split_once("): ")?;
    // The account is written by the client, the relay behind it by the server.
    let (head, client) = rest.rsplit_once(", relay=")?;
    let (reason, user) = head.split_once(", user=").unwrap_or((head, ""));
    logon("AUTH failure", false, pairs);
    pairs.push("protocol", "smtp");
    pairs.push("method", method);
    push_set("user", user, pairs);
    push_set("reason", reason, pairs);
    push_client(client, pairs);
    Some(Kind::Logon)
}
