//! Messages of sudo, doas, su and pkexec: who became whom, and which command was run.

use super::{
    Kind,
    words::{between, digits, push_set, push_success},
};
use crate::pairs::Pairs;

/// Reads `alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id`, also with a refusal before the list.
pub(super) fn read_sudo(program: &str, text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if program == "doas" {
        return read_doas(text, pairs);
    }
    let (user, rest) = text.trim_ascii_start().split_once(" : ")?;
    let user = user.trim_ascii();
    // A command may hold anything, so it is cut off before the list is read.
    let (list, command) = match rest.split_once("COMMAND=") {
        Some((list, command)) => (list, Some(command)),
        None => (rest, None),
    };
    let refusal =
        list.split(" ; ").next().filter(|part| !is_setting(part)).map(|part| part.trim_end_matches([' ', ';']));
    let refusal = refusal.filter(|refusal| !refusal.is_empty());
    match (refusal, command) {
        (Some(reason), command) => refused(user, reason, list, command, pairs),
        (None, Some(command)) => ran(user, list, command, pairs),
        (None, None) => None,
    }
}

fn is_setting(part: &str) -> bool {
    part.trim_ascii().split_once('=').is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// The value of a setting of sudo's list, whose parts are divided by ` ; `.
fn setting<'t>(list: &'t str, name: &str) -> &'t str {
    let mut parts = list.split(" ; ");
    parts
        .find_map(|part| part.trim_ascii_start().strip_prefix(name)?.strip_prefix('='))
        .unwrap_or_default()
        .trim_ascii()
}

fn ran(user: &str, list: &str, command: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let command = command.trim_ascii_end();
    pairs.push("event", "COMMAND");
    pairs.push("user", user);
    pairs.push("target_user", setting(list, "USER"));
    pairs.push("process_path", command.split(' ').next().unwrap_or(command));
    pairs.push("command_line", command);
    pairs.push("working_dir", setting(list, "PWD"));
    push_details(list, pairs);
    Some(Kind::Process)
}

fn push_details(list: &str, pairs: &mut Pairs<'_>) {
    for (name, field) in [("TTY", "tty"), ("GROUP", "group"), ("TSID", "tsid"), ("ENV", "env"), ("CHROOT", "chroot")] {
        push_set(field, setting(list, name), pairs);
    }
}

/// `3 incorrect password attempts`, `user NOT in sudoers`, `command not allowed`, `a password is required`.
fn refused(user: &str, reason: &str, list: &str, command: Option<&str>, pairs: &mut Pairs<'_>) -> Option<Kind> {
    pairs.push("event", "refused");
    pairs.push("action", "elevate");
    push_success(false, pairs);
    pairs.push("user", setting(list, "USER"));
    pairs.push("actor_user", user);
    pairs.push("reason", reason);
    let (attempts, rest) = digits(reason);
    if rest.starts_with(" incorrect password attempt") {
        pairs.push_number("attempts", attempts);
        pairs.push("method", "password");
    }
    push_set("working_dir", setting(list, "PWD"), pairs);
    push_details(list, pairs);
    push_set("command", command.unwrap_or_default().trim_ascii_end(), pairs);
    Some(Kind::Logon)
}

/// `alice ran command id as root from /home/alice`, `command not permitted for alice: id`.
fn read_doas(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if let Some((user, rest)) = text.split_once(" ran command ") {
        let (rest, folder) = rest.rsplit_once(" from ").unwrap_or((rest, ""));
        let (command, target) = rest.rsplit_once(" as ").unwrap_or((rest, ""));
        pairs.push("event", "ran command");
        pairs.push("user", user);
        pairs.push("target_user", target);
        pairs.push("process_path", command.split(' ').next().unwrap_or(command));
        pairs.push("command_line", command);
        pairs.push("working_dir", folder);
        return Some(Kind::Process);
    }
    let failed = ["command not permitted for ", "failed auth for "];
    let (mark, rest) = failed.iter().find_map(|mark| Some((*mark, text.strip_prefix(mark)?)))?;
    let (user, command) = rest.split_once(": ").unwrap_or((rest, ""));
    pairs.push("event", "refused");
    pairs.push("action", "elevate");
    push_success(false, pairs);
    pairs.push("actor_user", user);
    pairs.push("reason", mark.trim_end_matches(" for "));
    push_set("command", command, pairs);
    Some(Kind::Logon)
}

/// Reads the forms of several implementations: `(to root) alice on pts/0`, `FAILED SU (to root) alice on pts/0`,
/// `+ pts/0 alice:root`, `Successful su for root by alice`, `BAD SU alice to root on /dev/ttyp0`, `'su root' failed`.
pub(super) fn read_su(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (success, rest) = match text {
        _ if text.starts_with("FAILED SU ") => (false, text.strip_prefix("FAILED SU ")?),
        _ if text.starts_with("FAILED su for ") => (false, text.strip_prefix("FAILED ")?),
        _ if text.starts_with("BAD SU ") => (false, text.strip_prefix("BAD SU ")?),
        _ if text.starts_with("Successful su for ") => (true, text.strip_prefix("Successful ")?),
        _ if text.starts_with("- ") => (false, text),
        _ if text.starts_with("'su ") => return of_rfc(text, pairs),
        _ => (true, text),
    };
    let parts = to_in_brackets(rest).or_else(|| for_by(rest)).or_else(|| with_sign(rest)).or_else(|| bsd(rest))?;
    push_su(parts.0, parts.1, parts.2, success, pairs);
    Some(Kind::Logon)
}

fn push_su(actor: &str, target: &str, terminal: &str, success: bool, pairs: &mut Pairs<'_>) {
    pairs.push("event", if success { "su" } else { "FAILED su" });
    pairs.push("action", "elevate");
    push_success(success, pairs);
    pairs.push("user", target);
    push_set("actor_user", actor, pairs);
    push_set("tty", terminal, pairs);
}

/// `(to root) alice on pts/0`
fn to_in_brackets(text: &str) -> Option<(&str, &str, &str)> {
    let (target, rest) = between(text, "(to ", ") ")?;
    let (actor, terminal) = rest.rsplit_once(" on ").unwrap_or((rest, ""));
    Some((actor, target, terminal))
}

/// `su for root by alice`
fn for_by(text: &str) -> Option<(&str, &str, &str)> {
    let (target, actor) = text.strip_prefix("su for ")?.split_once(" by ")?;
    Some((actor, target, ""))
}

/// `+ pts/0 alice:root`
fn with_sign(text: &str) -> Option<(&str, &str, &str)> {
    let rest = text.strip_prefix("+ ").or_else(|| text.strip_prefix("- "))?;
    let (terminal, users) = rest.split_once(' ')?;
    let (actor, target) = users.rsplit_once(':').or_else(|| users.rsplit_once('-'))?;
    Some((actor, target, terminal))
}

/// `alice to root on /dev/ttyp0`
fn bsd(text: &str) -> Option<(&str, &str, &str)> {
    let (users, terminal) = text.rsplit_once(" on ")?;
    let (actor, target) =
        users.split_once(" to ").filter(|(actor, target)| !actor.contains(' ') && !target.contains(' '))?;
    Some((actor, target, terminal))
}

/// `'su root' failed for alice on /dev/pts/8`
fn of_rfc(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (target, rest) = between(text, "'su ", "' ")?;
    let success = rest.starts_with("succeeded");
    let known = success || rest.starts_with("failed");
    if !known {
        return None;
    }
    let who = rest.split_once(" for ").map_or("", |(_, who)| who);
    let (actor, terminal) = who.rsplit_once(" on ").unwrap_or((who, ""));
    push_su(actor, target, terminal, success, pairs);
    Some(Kind::Logon)
}

/// Reads `alice: Executing command [USER=root] [TTY=unknown] [CWD=/home/alice] [COMMAND=/usr/bin/id]`.
pub(super) fn read_pkexec(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (user, rest) = text.split_once(": ")?;
    let (verb, list) = rest.split_once(" [")?;
    let setting = |name: &str| {
        let mut parts = list.split("] [");
        parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default().trim_end_matches(']')
    };
    let command = setting("COMMAND");
    if verb == "Executing command" {
        pairs.push("event", "Executing command");
        pairs.push("user", user);
        pairs.push("target_user", setting("USER"));
        pairs.push("process_path", command.split(' ').next().unwrap_or(command));
        pairs.push("command_line", command);
        pairs.push("working_dir", setting("CWD"));
        push_set("tty", setting("TTY"), pairs);
        return Some(Kind::Process);
    }
    if !verb.starts_with("Error executing command") {
        return None;
    }
    pairs.push("event", "refused");
    pairs.push("action", "elevate");
    push_success(false, pairs);
    pairs.push("user", setting("USER"));
    pairs.push("actor_user", user);
    pairs.push("reason", verb);
    push_set("command", command, pairs);
    Some(Kind::Logon)
}
