//! Messages of useradd, usermod, passwd and the like: accounts and groups that are made, changed and removed.

use super::{Kind, words::push_set};
use crate::pairs::Pairs;

/// Reads what was done to which account or group.
pub(super) fn read(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    made(text, pairs).or_else(|| quoted(text, pairs)).or_else(|| gpasswd(text, pairs))
}

/// `new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/bash, from=/dev/pts/0`
fn made(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let starts: [(&str, &'static str); 7] = [
        ("new user: ", "new user"),
        ("new group: ", "new group"),
        ("group added to /etc/group: ", "new group"),
        ("group added to /etc/gshadow: ", "new group"),
        ("group removed from /etc/group: ", "delete group"),
        ("failed adding user ", "failed adding user"),
        ("group changed in /etc/group ", "change group"),
    ];
    let (event, list) = starts.iter().find_map(|(start, event)| Some((*event, text.strip_prefix(start)?)))?;
    pairs.push("event", event);
    let is_group = event.contains("group");
    for part in list.split(", ") {
        let Some((name, value)) = part.split_once('=') else { continue };
        let field = match name {
            "name" if is_group => "target_group",
            "name" => "target_user",
            "UID" => "target_uid",
            "GID" => "target_gid",
            "home" => "home",
            "shell" => "shell",
            "from" => "tty",
            _ => continue,
        };
        pairs.push(field, value);
    }
    Some(Kind::Other)
}

/// `add 'bob' to group 'sudo'`, `delete user 'bob'`, `change user 'bob' password`, `removed group 'bob' owned by 'x'`,
/// `delete 'bob' from group 'sudo'`, `lock user 'bob' password`.
fn quoted(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    let (verb, rest) = text.split_once(" '")?;
    let (first, behind) = rest.split_once('\'')?;
    let known = ["add", "delete", "remove", "removed", "change", "lock", "unlock", "expire", "move"];
    let is_known = verb.split(' ').next().is_some_and(|word| known.contains(&word)) && verb.len() < 40;
    if !is_known {
        return None;
    }
    let second = behind.split_once('\'').and_then(|(_, rest)| rest.split_once('\'')).map_or("", |(second, _)| second);
    let is_group = verb.contains("group");
    pairs.push(if is_group { "target_group" } else { "target_user" }, first);
    let is_member = behind.contains("group '");
    match verb {
        "add" if is_member => pairs.push("event", "add to group"),
        "delete" | "remove" if is_member => pairs.push("event", "remove from group"),
        verb => pairs.push("event", verb),
    }
    if is_member {
        push_set("target_group", second, pairs);
    } else if second.is_empty() {
        push_set("what", behind.trim_ascii(), pairs);
    }
    Some(Kind::Other)
}

/// `user bob added by root to group sudo`, `changed password expiry for bob`.
fn gpasswd(text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    if let Some(user) = text.strip_prefix("changed password expiry for ") {
        pairs.push("event", "changed password expiry");
        pairs.push("target_user", user);
        return Some(Kind::Other);
    }
    let rest = text.strip_prefix("user ")?;
    let (target, rest) = rest.split_once(' ')?;
    let (verb, rest) = rest.split_once(" by ")?;
    let (actor, group) = rest.split_once(" to group ").or_else(|| rest.split_once(" from group "))?;
    pairs.push("event", if verb == "added" { "add to group" } else { "remove from group" });
    pairs.push("user", actor);
    pairs.push("target_user", target);
    pairs.push("target_group", group);
    Some(Kind::Other)
}
