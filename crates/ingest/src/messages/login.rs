//! Logons at terminals and to file servers: login, vsftpd, pure-ftpd, proftpd.

use super::{
    Kind,
    words::{between, digits, push_set, push_source, push_success},
};
use crate::pairs::Pairs;

/// Reads `ROOT LOGIN ON tty1`, `LOGIN ON tty1 BY alice FROM host`, `FAILED LOGIN (1) on '/dev/tty1' FOR 'root', ...`.
pub(super) fn read_login(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if let Some(rest) = text.strip_prefix("FAILED LOGIN ") {
        return failed_login(rest, pairs);
    }
    let (root, rest) = match text.strip_prefix("ROOT ") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let rest = rest.strip_prefix("LOGIN ").map(|rest| rest.trim_ascii_start())?;
    let rest = rest.strip_prefix("ON ").or_else(|| rest.strip_prefix("on "))?;
    let (rest, source) = rest.rsplit_once(" FROM ").unwrap_or((rest, ""));
    let (terminal, user) = rest.split_once(" BY ").unwrap_or((rest, ""));
    pairs.push("event", "LOGIN");
    pairs.push("action", "logon");
    push_success(true, pairs);
    pairs.push("logon_type", "interactive");
    pairs.push("user", if root { "root" } else { user });
    pairs.push("tty", terminal.trim_matches('\''));
    push_source(source, pairs);
    Some(Kind::Logon)
}

/// `(1) on '/dev/tty1' FOR 'root', Authentication failure` and `1 FROM 192.0.2.1 FOR root, Authentication failure`.
fn failed_login(rest: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (place, who) = rest.split_once(" FOR ")?;
    let (user, reason) = who.rsplit_once(", ").unwrap_or((who, ""));
    pairs.push("event", "FAILED LOGIN");
    pairs.push("action", "logon");
    push_success(false, pairs);
    pairs.push("logon_type", "interactive");
    pairs.push("user", user.trim_matches('\''));
    push_set("reason", reason, pairs);
    let (count, _) = digits(place.trim_start_matches('('));
    pairs.push_number("attempt", count);
    if let Some((_, source)) = place.split_once(" FROM ").or_else(|| place.split_once(" from ")) {
        push_source(source, pairs);
    }
    if let Some((_, terminal)) = place.split_once(" on ") {
        pairs.push("tty", terminal.trim_matches('\''));
    }
    Some(Kind::Logon)
}

/// Reads `[bob] OK LOGIN: Client "192.0.2.1"`, also with `[pid 7] ` before it.
pub(super) fn read_vsftpd(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let text = between(text, "[pid ", "] ").map_or(text, |(_, rest)| rest);
    let (user, rest) = between(text, "[", "] ")?;
    let (verdict, rest) = rest.split_once(" LOGIN: Client ")?;
    let success = match verdict {
        "OK" => true,
        "FAIL" => false,
        _ => return None,
    };
    ftp(user, success, pairs);
    push_source(rest.split_once(',').map_or(rest, |(source, _)| source), pairs);
    Some(Kind::Logon)
}

fn ftp(user: &str, success: bool, pairs: &mut Pairs<'_>) {
    pairs.push("event", "LOGIN");
    pairs.push("action", "logon");
    push_success(success, pairs);
    pairs.push("protocol", "ftp");
    pairs.push("user", user);
}

/// Reads `(?@192.0.2.1) [INFO] bob is now logged in`, `(?@192.0.2.1) [WARNING] Authentication failed for user [bob]`.
pub(super) fn read_pure_ftpd(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (who, rest) = between(text, "(", ") [")?;
    let (_, said) = rest.split_once("] ")?;
    let (_, source) = who.rsplit_once('@')?;
    if let Some(user) = said.strip_suffix(" is now logged in") {
        ftp(user, true, pairs);
    } else {
        let user = said.strip_prefix("Authentication failed for user [")?;
        ftp(user.trim_end_matches(']'), false, pairs);
    }
    push_source(source, pairs);
    Some(Kind::Logon)
}

/// Reads `web1 (host[192.0.2.1]) - USER root (Login failed): Incorrect password`, `... - USER bob: Login successful.`;
/// older versions write a colon for the dash.
pub(super) fn read_proftpd(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (head, said) = text.split_once("]) - ").or_else(|| text.split_once("]): "))?;
    let (_, source) = head.rsplit_once('[')?;
    let (user, success, reason) = ftp_outcome(said)?;
    ftp(user, success, pairs);
    push_set("reason", reason, pairs);
    push_source(source, pairs);
    Some(Kind::Logon)
}

fn ftp_outcome(said: &str) -> Option<(&str, bool, &str)> {
    if said.starts_with("SECURITY VIOLATION: ") && said.contains("oot login attempted") {
        return Some(("root", false, "root login attempted"));
    }
    let said = said.strip_prefix("USER ")?;
    if let Some((user, _)) = said.split_once(": Login successful") {
        return Some((user, true, ""));
    }
    if let Some((user, reason)) = said.rsplit_once(" (Login failed): ") {
        return Some((user, false, reason.trim_end_matches('.')));
    }
    said.rsplit_once(": no such user found").map(|(user, _)| (user, false, "no such user found"))
}

/// Reads `[INFO ] AUTHFAIL: user=bob ip=::ffff:192.0.2.1 time=1649351466`.
pub(super) fn read_xrdp(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (_, rest) = text.split_once("AUTHFAIL: user=")?;
    // The name is written by the client, the address behind it by the server.
    let (user, rest) = rest.rsplit_once(" ip=")?;
    pairs.push("event", "AUTHFAIL");
    pairs.push("action", "logon");
    push_success(false, pairs);
    pairs.push("protocol", "rdp");
    pairs.push("logon_type", "remote_interactive");
    pairs.push("user", user);
    push_source(rest.split(' ').next().unwrap_or(rest), pairs);
    Some(Kind::Logon)
}

/// Reads macOS's screen sharing: `Authentication: FAILED :: User Name: bob :: Viewer Address: 192.0.2.1 :: Type: DH`.
pub(super) fn read_screen_sharing(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (verdict, rest) = text.strip_prefix("Authentication: ")?.split_once(" :: User Name: ")?;
    let (user, rest) = rest.rsplit_once(" :: Viewer Address: ")?;
    let (source, method) = rest.split_once(" :: Type: ").unwrap_or((rest, ""));
    pairs.push("event", "Authentication");
    pairs.push("action", "logon");
    push_success(verdict == "SUCCEEDED", pairs);
    pairs.push("protocol", "vnc");
    pairs.push("logon_type", "remote_interactive");
    pairs.push("user", user);
    push_set("method", method, pairs);
    push_source(source, pairs);
    Some(Kind::Logon)
}
