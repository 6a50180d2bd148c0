//! People, keys and the audit log, as whoever owns the machine meets them.

use std::collections::BTreeMap;

use crate::home::Home;
use engine::{Permission, Role};

#[test]
fn people_are_invited_changed_and_kept_out() {
    let home = Home::new();
    let link = home.json(&["people", "invite", "Ann", "--role", "admin"]).remove(0);
    let link = link["link"].as_str().expect("a link");
    let (address, token) = link.split_once("/setup#").expect("the secret is behind the #");
    assert_eq!((address, token.len()), ("http://127.0.0.1:8750", 64));
    home.ok(&["people", "invite", "bob", "--role", "analyst", "--dataset", "edge", "--ceiling", "green"]);
    home.ok(&["people", "role", "bob", "data-scientist"]);
    home.ok(&["people", "scope", "bob", "--dataset", "mail", "--ceiling", "clear"]);
    let people = home.json(&["people", "list"]);
    let told: Vec<_> = people.iter().map(|one| (one["name"].as_str(), one["role"].as_str())).collect();
    assert_eq!(told, [(Some("ann"), Some("admin")), (Some("bob"), Some("data_scientist"))]);
    assert_eq!(people[1]["scope"]["datasets"]["only"], serde_json::json!(["mail"]));
    home.ok(&["people", "disable", "bob"]);
    assert_eq!(home.json(&["people", "list"])[1]["state"], "disabled");
    home.ok(&["people", "remove", "bob"]);
    for wrong in [
        ["people", "invite", "BOB"],
        ["people", "invite", "no such\u{202e}"],
        ["people", "disable", "nobody-here"],
        ["people", "invite", "me"],
    ] {
        let output = home.run(&wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("hint:"), "{output:?}");
    }
}

#[test]
fn keys_are_shown_once_and_revoked() {
    let home = Home::new();
    home.ok(&["people", "invite", "ann"]);
    let made = home.json(&["keys", "create", "nightly", "--for", "ann", "--days", "30", "--address", "10.0.0.0/8"]);
    let text = made[0]["secret"].as_str().expect("its text");
    let id = made[0]["key"]["id"].as_str().expect("its id");
    assert!(text.starts_with(&format!("mgy_{id}_")), "{text}");
    let listed = home.ok(&["keys", "list"]);
    assert!(listed.contains(id) && listed.contains("good"), "{listed}");
    let secret = text.rsplit('_').next().expect("three parts");
    assert!(!listed.contains(secret) && !home.ok(&["audit", "export"]).contains(secret));
    home.ok(&["keys", "revoke", id]);
    assert!(home.ok(&["keys", "list", "--for", "ann"]).contains("revoked"));
    assert_eq!(home.run(&["keys", "create", "x", "--for", "ann", "--days", "0"]).status.code(), Some(2));
    assert_eq!(home.run(&["keys", "revoke", "0a"]).status.code(), Some(2));
}

#[test]
fn the_log_tells_of_it_all_and_misses_what_was_taken_away() {
    let home = Home::new();
    assert_eq!(home.json(&["audit", "verify"])[0]["n_lines"], 0);
    for name in ["ann", "bob", "carl"] {
        home.ok(&["people", "invite", name]);
    }
    let lines = home.json(&["audit", "list", "--action", "person", "--limit", "2"]);
    assert_eq!((lines[0]["subject"].as_str(), lines.len()), (Some("carl"), 2));
    let newest = home.ok(&["audit", "verify"]);
    home.ok(&["people", "disable", "carl"]);
    home.ok(&["audit", "verify", "--known", newest.trim()]);

    // A store of before in its place, with lines since.
    std::fs::remove_file(home.path("home/margay.db")).expect("removed");
    home.ok(&["people", "invite", "mallory"]);
    for arguments in [&["audit", "verify"][..], &["audit", "verify", "--known", newest.trim()]] {
        let output = home.run(arguments);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("is gone"), "{output:?}");
    }
}

#[test]
fn the_table_of_permissions_is_what_roles_permit() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/people.md");
    let page = std::fs::read_to_string(page).expect("docs/people.md");
    let mut rows = page
        .lines()
        .skip_while(|line| !line.starts_with("| permission |"))
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let head = rows.next().expect("a table");
    let roles: Vec<Role> = head[1..].iter().map(|name| name.parse().expect("a role")).collect();
    assert_eq!(roles, Role::ALL);
    let told: BTreeMap<&str, Vec<Role>> = rows
        .skip(1)
        .map(|cells| {
            let may = roles.iter().zip(&cells[1..]).filter(|(_, cell)| **cell == "x").map(|(role, _)| *role);
            (cells[0].trim_matches('`'), may.collect())
        })
        .collect();
    let is: BTreeMap<&str, Vec<Role>> = Permission::ALL
        .into_iter()
        .map(|permission| {
            (permission.name(), Role::ALL.into_iter().filter(|role| role.permissions().contains(&permission)).collect())
        })
        .collect();
    assert_eq!(told, is, "docs/people.md and crates/engine/src/people/role.rs say different things");
}
