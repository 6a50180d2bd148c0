//! Messages of PAM modules from any program: sessions, failures, changed passwords.

use super::{
    Kind,
    words::{between, push_set, push_source, push_success, value},
};
use crate::pairs::Pairs;

/// Reads `pam_unix(sshd:session): session opened for user root by (uid=0)`, and the forms without the module.
pub(super) fn read(program: &str, text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if !text.starts_with("pam_") {
        // sshd adds up failures of its modules under its own name; other programs pass on what a module says.
        let said = text.strip_prefix("PAM ").unwrap_or(text);
        return read_said("", program, "", said, pairs);
    }
    let (module, rest) = text.split_at_checked(text.find(['(', ':', '['])?)?;
    let (place, said) = match between(rest, "(", "): ") {
        Some(parts) => parts,
        None => ("", rest.split_once(": ")?.1),
    };
    let (service, stage) = place.split_once(':').unwrap_or((place, ""));
    let service = if service.is_empty() { program } else { service };
    read_said(module, service, stage, said, pairs)
}

/// Reads a message whose module stood with the program, as in `sshd(pam_unix)[19937]: check pass; user unknown`, or
/// before it: `(pam_unix) session opened for user root`. The name comes without its `pam_`.
pub(super) fn read_named(module: &str, program: &str, text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let kind = read_said("", program, "", text, pairs)?;
    pairs.push_with("pam_module", |to| {
        to.push_str("pam_");
        to.push_str(module);
    });
    Some(kind)
}

/// What a module says.
fn read_said(module: &str, service: &str, stage: &str, said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let kind = session(service, said, pairs)
        .or_else(|| failures(said, pairs))
        .or_else(|| outcome_of_sssd(said, pairs))
        .or_else(|| lockout(said, pairs))
        .or_else(|| other(said, pairs))?;
    push_set("pam_service", service, pairs);
    if !module.is_empty() {
        pairs.push("pam_module", module);
    }
    if !stage.is_empty() {
        pairs.push("pam_stage", stage);
    }
    if kind == Kind::Logon && service.starts_with("sshd") {
        pairs.push("protocol", "ssh");
    }
    Some(kind)
}

/// `session opened for user root(uid=0) by alice(uid=1000)`, `session closed for user root`.
fn session(service: &str, said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let rest = said.strip_prefix("session ")?;
    let (verb, rest) = rest.split_once(" for user ")?;
    let (event, action) = match verb {
        "opened" => ("session opened", "logon"),
        "closed" => ("session closed", "logoff"),
        _ => return None,
    };
    let (user, actor) = rest.rsplit_once(" by ").unwrap_or((rest, ""));
    pairs.push("event", event);
    pairs.push("action", if action == "logon" && is_elevation(service) { "elevate" } else { action });
    if action == "logon" {
        push_success(true, pairs);
    }
    let (user, user_id) = with_id(user);
    pairs.push("user", user);
    push_set("user_id", user_id, pairs);
    let (actor, actor_id) = with_id(actor);
    push_set("actor_user", actor, pairs);
    push_set("actor_id", actor_id, pairs);
    push_set("logon_type", logon_type(service), pairs);
    Some(Kind::Logon)
}

/// `alice(uid=1000)`: name and number.
fn with_id(text: &str) -> (&str, &str) {
    let Some((name, id)) = text.rsplit_once("(uid=") else { return (text.trim_ascii_end(), "") };
    (name, id.trim_end_matches(')'))
}

fn is_elevation(service: &str) -> bool {
    ["su", "su-l", "sudo", "sudo-i", "runuser", "runuser-l", "doas", "polkit-1", "pkexec"].contains(&service)
}

fn logon_type(service: &str) -> &'static str {
    match service {
        "cron" | "crond" | "atd" => "batch",
        "systemd-user" => "service",
        "login" | "lightdm" | "sddm" | "xdm" | "lxdm" | "kde" => "interactive",
        _ if service.starts_with("gdm") && !service.starts_with("gdm-launch") => "interactive",
        _ => "",
    }
}

/// `authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root`, also with a count of
/// further failures before it.
fn failures(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (head, list) = said.split_once("; ")?;
    let (event, success) = match head {
        "authentication failure" => ("authentication failure", false),
        "authentication success" => ("authentication success", true),
        _ if head.contains(" more authentication failure") => ("more authentication failures", false),
        _ => return None,
    };
    pairs.push("event", event);
    pairs.push("action", "logon");
    push_success(success, pairs);
    if let Some((count, _)) = head.split_once(" more ") {
        pairs.push_number("attempts", count);
    }
    // The account comes last and is written by whoever asks, so that nothing is looked for behind it.
    let (list, user) = list.split_once("  user=").or_else(|| list.rsplit_once(" user=")).unwrap_or((list, ""));
    let (user, message) = user.split_once(" msg=").unwrap_or((user, ""));
    push_set("user", user, pairs);
    push_set("reason", message, pairs);
    push_set("actor_user", actor(list), pairs);
    push_set("actor_id", value(list, "uid").unwrap_or_default(), pairs);
    push_set("tty", value(list, "tty").unwrap_or_default(), pairs);
    push_set("ruser", value(list, "ruser").unwrap_or_default(), pairs);
    push_set("euid", value(list, "euid").unwrap_or_default(), pairs);
    if let Some((_, source)) = list.rsplit_once("rhost=") {
        push_source(source.trim_ascii_end(), pairs);
    }
    Some(Kind::Logon)
}

/// Who asked: the account of the session, or the one that the program names.
fn actor(list: &str) -> &str {
    value(list, "logname").unwrap_or_default()
}

/// `received for user alice: 7 (Authentication failure)` of pam_sss and pam_winbind.
fn outcome_of_sssd(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let rest = said.strip_prefix("received for user ")?;
    let (user, status) = rest.rsplit_once(": ")?;
    let (code, reason) = status.split_once(" (").unwrap_or((status, ""));
    pairs.push("event", "received");
    pairs.push("action", "logon");
    push_success(code == "0", pairs);
    pairs.push("user", user);
    pairs.push_number("status", code);
    push_set("reason", reason.trim_end_matches(')'), pairs);
    Some(Kind::Logon)
}

/// `Consecutive login failures for user bob account temporarily locked` of pam_faillock, `user bob (1001) tally 5,
/// deny 3` of pam_tally2.
fn lockout(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if let Some(rest) = said.strip_prefix("Consecutive login failures for user ") {
        pairs.push("event", "Consecutive login failures");
        pairs.push("action", "lock");
        pairs.push("user", rest.split_once(" account ").map_or(rest, |(user, _)| user));
        return Some(Kind::Logon);
    }
    let (user, tally) = said.strip_prefix("user ")?.split_once(" (")?;
    let (user_id, tally) = tally.split_once(") tally ")?;
    let (count, _) = tally.split_once(',').unwrap_or((tally, ""));
    pairs.push("event", "tally");
    pairs.push("action", "logon");
    push_success(false, pairs);
    pairs.push("user", user);
    pairs.push("user_id", user_id);
    pairs.push_number("attempts", count);
    pairs.push("reason", "too many failures");
    Some(Kind::Logon)
}

fn other(said: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if let Some(user) = said.strip_prefix("password changed for ") {
        pairs.push("event", "password changed");
        pairs.push("user", user);
        return Some(Kind::Other);
    }
    if said == "check pass; user unknown" {
        pairs.push("event", "check pass");
        pairs.push("action", "logon");
        push_success(false, pairs);
        pairs.push("reason", "user unknown");
        return Some(Kind::Logon);
    }
    // pam_succeed_if: `requirement "uid >= 1000" not met by user "root"`
    let (requirement, user) = said.strip_prefix("requirement \"")?.split_once("\" not met by user \"")?;
    pairs.push("event", "requirement not met");
    pairs.push("requirement", requirement);
    pairs.push("user", user.trim_end_matches('"'));
    Some(Kind::Other)
}
