//! A home folder of its own for each test, and a world that all tests share.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use serde_json::Value;

/// The head of a DNS log of Zeek.
pub(crate) const ZEEK_DNS: &str = "\
#separator \\x09
#set_separator\t,
#empty_field\t(empty)
#unset_field\t-
#path\tdns
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tqtype_name\trcode_name
#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tstring\tstring
";

pub(crate) struct Home {
    pub(crate) folder: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command on this home.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = margay();
        command.arg("--home").arg(self.path("home")).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("runs")
    }

    /// Standard output of a command that must succeed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// The NDJSON objects that a command gives.
    pub(crate) fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let mut with_json = vec!["--json"];
        with_json.extend(arguments);
        objects(&self.ok(&with_json))
    }

    /// The first value of a query's only row.
    pub(crate) fn number(&self, query: &str) -> u64 {
        let row = self.json(&["sql", query]);
        let values = row[0].as_object().expect("a row");
        values.values().next().and_then(Value::as_u64).unwrap_or_else(|| panic!("{query}: {row:?}"))
    }

    /// Rows of every telemetry table and of quarantine, and how many different records they are.
    pub(crate) fn counts(&self) -> Vec<(String, u64, u64)> {
        let tables =
            ["connections", "dns_queries", "http_requests", "tls_sessions", "files_seen", "alerts", "quarantine"];
        let count = |table: &str| {
            let rows = self.number(&format!("SELECT count(*) AS n FROM {table}"));
            let records = self.number(&format!("SELECT count(DISTINCT record_id) AS n FROM {table}"));
            (table.to_owned(), rows, records)
        };
        tables.into_iter().map(count).collect()
    }
}

pub(crate) fn margay() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_margay"));
    command.stdin(Stdio::null()).env("NO_COLOR", "1").env_remove("MARGAY_HOME").env_remove("MARGAY_STORE_URL");
    command
}

pub(crate) fn objects(ndjson: &str) -> Vec<Value> {
    ndjson.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
}

/// A simulated day that tests read and never change.
pub(crate) fn world() -> &'static Path {
    static WORLD: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = WORLD.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("world");
        let output = margay().args(["sim", "--scale", "0.1", "--seed", "5", "--out"]).arg(&out).output().expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        folder
    });
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| folder.path().join("world"))
}

/// Telemetry of the world, as arguments.
pub(crate) fn telemetry() -> Vec<String> {
    ["zeek", "zeek_branch", "cloudflare"].map(|part| world().join(part).to_string_lossy().into_owned()).to_vec()
}

/// `ingest` with the telemetry of the world.
pub(crate) fn ingest_world() -> Vec<String> {
    let mut arguments = vec!["ingest".to_owned()];
    arguments.extend(telemetry());
    arguments
}

pub(crate) fn as_strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}
