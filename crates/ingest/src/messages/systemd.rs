//! Messages of systemd: units that start, stop and fail; sessions that logind keeps.

use super::{Kind, words::push_set};
use crate::pairs::Pairs;

/// Units that are no services; their messages are of no interest to those who look for services.
const OTHER_UNITS: &[&str] =
    &[".target", ".socket", ".mount", ".automount", ".slice", ".scope", ".device", ".path", ".swap", ".timer"];

/// Reads `Started ssh.service - OpenBSD Secure Shell server.` and the forms of other versions.
pub(super) fn read(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    job(text, pairs).or_else(|| result(text, pairs))
}

fn job(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let verbs: [(&str, &'static str, &'static str); 9] = [
        ("Started ", "start", "Started"),
        ("Starting ", "start", "Starting"),
        ("Stopped ", "stop", "Stopped"),
        ("Stopping ", "stop", "Stopping"),
        ("Finished ", "stop", "Finished"),
        ("Reloading ", "change", "Reloading"),
        ("Reloaded ", "change", "Reloaded"),
        ("Failed to start ", "fail", "Failed to start"),
        ("Failed to stop ", "fail", "Failed to stop"),
    ];
    let (action, event, rest) = verbs.iter().find_map(|verb| Some((verb.1, verb.2, text.strip_prefix(verb.0)?)))?;
    let rest = rest.trim_end_matches('.');
    let (unit, about) = rest.split_once(" - ").filter(|(unit, _)| is_unit(unit)).unwrap_or((rest, ""));
    let is_other = OTHER_UNITS.iter().any(|end| unit.ends_with(end)) || unit.starts_with("Session ");
    if is_other {
        return None;
    }
    pairs.push("event", event);
    pairs.push("action", action);
    pairs.push("name", unit);
    push_set("description", about, pairs);
    Some(Kind::Service)
}

fn is_unit(text: &str) -> bool {
    text.contains('.') && !text.contains(' ')
}

/// `ssh.service: Main process exited, code=exited, status=1/FAILURE`, `ssh.service: Failed with result 'exit-code'.`
fn result(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (unit, said) = text.split_once(": ").filter(|(unit, _)| unit.ends_with(".service"))?;
    let stopped = ["Succeeded.", "Deactivated successfully."];
    let (event, action) = match said {
        _ if stopped.contains(&said) => ("Succeeded", "stop"),
        _ if said.starts_with("Failed with result ") => ("Failed with result", "fail"),
        _ if said.starts_with("Main process exited") && said.ends_with("status=0/SUCCESS") => {
            ("Main process exited", "stop")
        }
        _ if said.starts_with("Main process exited") => ("Main process exited", "fail"),
        _ if said.starts_with("Scheduled restart job") => ("Scheduled restart job", "start"),
        _ => return None,
    };
    pairs.push("event", event);
    pairs.push("action", action);
    pairs.push("name", unit);
    pairs.push("state", said.trim_end_matches('.'));
    Some(Kind::Service)
}

/// Reads `New session 5 of user alice.`, `Removed session 5.`, `Session 5 logged out. Waiting for processes to exit.`
pub(super) fn read_logind(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (event, action, session, user) = if let Some(rest) = text.strip_prefix("New session ") {
        let rest = rest.trim_end_matches('.');
        let (session, user) = rest.split_once(" of user ")?;
        // Newer versions tell the class and type behind the name.
        let user = user.split_once(" with class ").map_or(user, |(user, _)| user);
        ("New session", "logon", session, user.trim_matches('\''))
    } else if let Some(rest) = text.strip_prefix("Removed session ") {
        ("Removed session", "logoff", rest.trim_end_matches('.'), "")
    } else {
        let (session, rest) = text.strip_prefix("Session ")?.split_once(' ')?;
        if !rest.starts_with("logged out") {
            return None;
        }
        ("logged out", "logoff", session, "")
    };
    pairs.push("event", event);
    pairs.push("action", action);
    pairs.push("logon_id", session.trim_matches('\''));
    push_set("user", user, pairs);
    if action == "logon" {
        super::words::push_success(true, pairs);
    }
    Some(Kind::Logon)
}
