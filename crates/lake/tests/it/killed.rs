//! `kill -9` at any moment loses no acknowledged row and doubles none.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use schema::SourceKey;

use crate::rows::{HOUR, NEW_YEAR, arrival, open, options, records, table};

/// Set for the child process: the folder of its lake.
const CHILD: &str = "MARGAY_TEST_KILLED_LAKE";
const ROWS: u64 = 5_000;

fn instant(position: u64) -> i64 {
    NEW_YEAR + i64::try_from(position).expect("small") * 1_000_000 % (5 * 24 * HOUR)
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_rows_survive_kill() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let (conn, dns) = (table("connections"), table("dns_queries"));
    for round in 0..15 {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "killed::appends_until_killed"])
            .env(CHILD, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("a child");
        thread::sleep(Duration::from_millis(120 + 37 * round));
        child.kill().expect("killed");
        child.wait().expect("gone");

        let lake = open(&folder).await;
        let acknowledged = acknowledged(folder.path());
        for table in [conn, dns] {
            let position = lake.position(table, SourceKey(1)).await.expect("reads").unwrap_or(0);
            assert!(position >= acknowledged, "{}: {position} of {acknowledged} acknowledged", table.name);
            let expected = i64::try_from(position).expect("small");
            assert_eq!(records(&lake, table.name).await, (expected, expected), "{} in round {round}", table.name);
        }
        assert_eq!(lake.verify().await, []);
    }
    assert!(acknowledged(folder.path()) > 0, "the children came far enough to be a test");
}

/// The other half of the test above: appends and writes down what was acknowledged, until it is killed.
#[tokio::test(flavor = "multi_thread")]
async fn appends_until_killed() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let lake = lake::Lake::open(&folder.to_string_lossy(), &options()).await.expect("opens");
    let mut log =
        File::options().append(true).create(true).open(Path::new(&folder).join("acknowledged")).expect("a log");
    let mut start = 0;
    loop {
        let range = start..start + ROWS;
        let arrivals = vec![
            arrival(table("connections"), 1, range.clone(), instant),
            arrival(table("dns_queries"), 1, range.clone(), instant),
        ];
        lake.append(arrivals).await.expect("appends");
        writeln!(log, "{}", range.end).expect("written");
        start = range.end;
        if start.is_multiple_of(20 * ROWS) {
            lake.compact(table("connections")).await.expect("compacts");
        }
    }
}

fn acknowledged(folder: &Path) -> u64 {
    let text = fs::read_to_string(folder.join("acknowledged")).unwrap_or_default();
    text.lines().filter_map(|line| line.parse().ok()).max().unwrap_or(0)
}
