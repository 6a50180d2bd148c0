//! The same work in SQLite and in PostgreSQL, with the same results; and from one into the other.

use crate::home::{Home, as_strs, ingest_world, world};

#[path = "../../../engine/src/store/tests/server.rs"]
mod server;

/// What a user sees of a store, without what differs from run to run.
fn seen(home: &Home, url: Option<&str>) -> Vec<String> {
    let looks: [&[&str]; 6] = [
        &["--json", "events", "list", "--limit", "1000"],
        &["--json", "events", "list", "--technique", "T1071", "--since", "2026-01-05"],
        &["--json", "campaigns", "list"],
        &["--json", "sql", "SELECT kind, value, source, confidence, tlp, label FROM indicators ORDER BY 1, 2, 3"],
        &[
            "--json",
            "sql",
            "SELECT finding_id, event_id, p_value, q_value, because, statistics FROM findings ORDER BY 1",
        ],
        &["--json", "sql", "SELECT run_id, command, received, rows, findings FROM runs ORDER BY 1"],
    ];
    looks.into_iter().map(|look| ok(home, url, look)).collect()
}

fn ok(home: &Home, url: Option<&str>, arguments: &[&str]) -> String {
    let mut command = home.command(arguments);
    if let Some(url) = url {
        command.env("MARGAY_STORE_URL", url);
    }
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn investigate(url: Option<&str>) -> Home {
    let home = Home::new();
    let indicators = world().join("intel.csv").to_string_lossy().into_owned();
    ok(&home, url, &as_strs(&ingest_world()));
    ok(&home, url, &["intel", "load", &indicators, "--source", "feed", "--tlp", "green"]);
    ok(&home, url, &["detect"]);
    ok(&home, url, &["check"]);
    home
}

#[test]
fn postgres_keeps_what_sqlite_keeps_and_takes_it_over() {
    let (Some(url), Some(copy)) = (server::database(), server::database()) else { return };
    let (in_file, on_server) = (investigate(None), investigate(Some(&url)));
    assert!(!on_server.path("home/margay.db").exists(), "nothing goes into a file");
    let wanted = seen(&in_file, None);
    assert!(wanted.iter().all(|look| !look.is_empty()), "{wanted:?}");
    let elsewhere = seen(&on_server, Some(&url));
    for (look, (one, other)) in wanted.iter().zip(&elsewhere).enumerate().take(5) {
        assert_eq!(one, other, "look {look}");
    }

    ok(&in_file, None, &["store", "copy", "--to", &copy]);
    assert_eq!(seen(&in_file, Some(&copy)), wanted);
    let again = in_file.run(&["store", "copy", "--to", &copy]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("not empty"));
    // Work goes on in the copy: nothing is read twice, and nothing is due.
    let ingested = ok(&in_file, Some(&copy), &as_strs(&[vec!["--json".to_owned()], ingest_world()].concat()));
    assert!(ingested.contains("\"rows\":0"), "{ingested}");
    ok(&in_file, Some(&copy), &["detect"]);
    assert_eq!(seen(&in_file, Some(&copy))[..5], wanted[..5]);
}

#[test]
fn a_database_that_does_not_answer_is_told_without_its_password() {
    let home = Home::new();
    for url in
        ["postgres://margay:hunter2@127.0.0.1:1/margay", "postgres://margay:hunter2@[/x", "mysql://a:hunter2@b/c"]
    {
        let output = home.command(&["events", "list"]).env("MARGAY_STORE_URL", url).output().expect("runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains("hint"), "{told}");
        assert!(!told.contains("hunter2"), "{told}");
    }
}
