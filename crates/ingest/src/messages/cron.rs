//! Messages of cron and its kin: which commands a host runs by itself, and who changed them.

use super::{
    Kind,
    words::{between, push_set},
};
use crate::pairs::Pairs;

/// Reads `(root) CMD (run-parts /etc/cron.hourly)`, `(alice) REPLACE (alice)`.
pub(super) fn read(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (user, rest) = between(text, "(", ") ")?;
    let (verb, argument) = rest.split_once(" (")?;
    let argument = argument.strip_suffix(')').unwrap_or(argument);
    match verb {
        "CMD" | "CMDEND" => {
            pairs.push("event", verb);
            pairs.push("action", if verb == "CMD" { "run" } else { "end" });
            pairs.push("user", user);
            pairs.push("account", user);
            pairs.push("command", argument);
        }
        // Debian prints the folded name of the job's file as argument.
        "REPLACE" | "RELOAD" | "DELETE" | "END EDIT" | "BEGIN EDIT" => {
            let action = match verb {
                "REPLACE" | "RELOAD" => "change",
                "DELETE" => "remove",
                _ => return other(user, verb, argument, pairs),
            };
            pairs.push("event", verb);
            pairs.push("action", action);
            // Jobs of the system itself belong to no account.
            if user != "*system*" {
                pairs.push("user", user);
            }
            pairs.push("name", argument);
            let account = argument.strip_prefix("crontabs/").unwrap_or(argument);
            if !account.contains('/') {
                pairs.push("account", account);
            }
        }
        _ => return other(user, verb, argument, pairs),
    }
    Some(Kind::Task)
}

/// Messages about cron itself: `(CRON) INFO (pidfile fd = 3)`, `(alice) LIST (alice)`, `(*system*) RELOAD (...)`.
fn other(user: &str, verb: &str, argument: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let is_verb = verb.len() <= 24 && verb.bytes().all(|byte| byte.is_ascii_uppercase() || b" _-".contains(&byte));
    if !is_verb {
        return None;
    }
    pairs.push("event", verb);
    if user != "CRON" {
        pairs.push("user", user);
    }
    push_set("argument", argument, pairs);
    Some(Kind::Other)
}

/// Reads ``Job `cron.daily' started`` and its end.
pub(super) fn read_anacron(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (name, rest) = between(text, "Job `", "' ")?;
    let action = match rest {
        "started" => "run",
        _ if rest.starts_with("terminated") => "end",
        _ => return None,
    };
    pairs.push("event", if action == "run" { "started" } else { "terminated" });
    pairs.push("action", action);
    pairs.push("name", name);
    Some(Kind::Task)
}

/// Reads `(/etc/cron.daily) starting logrotate`, `(/etc/cron.daily) finished logrotate`.
pub(super) fn read_run_parts(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (folder, rest) = between(text, "(", ") ")?;
    let (verb, name) = rest.split_once(' ')?;
    let action = match verb {
        "starting" => "run",
        "finished" => "end",
        _ => return None,
    };
    pairs.push("event", verb);
    pairs.push("action", action);
    pairs.push_with("name", |to| {
        to.push_str(folder);
        to.push('/');
        to.push_str(name);
    });
    Some(Kind::Task)
}

/// Reads `Starting job 5 (a0000501b7d1c0) for user 'alice' (1000)`.
pub(super) fn read_atd(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (job, rest) = text.strip_prefix("Starting job ")?.split_once(" (")?;
    let (_, user) = rest.split_once("for user '")?;
    let (user, _) = user.split_once('\'')?;
    pairs.push("event", "Starting job");
    pairs.push("action", "run");
    pairs.push("name", job);
    pairs.push("user", user);
    pairs.push("account", user);
    Some(Kind::Task)
}
