//! What pure crates may not touch, as one list; every `clippy.toml` of the checkout is written from it.
//!
//! Clippy reads the file nearest to the crate and no other, so each pure crate gets the whole list, with its own
//! name in the reasons. Tests, benches and examples may read files: they open with the line in [`TEST_ALLOW`].

use crate::{
    files::{Checkout, TextFile},
    problem::Problem,
    walls::{self, Room},
};

/// The line that lets a test module or an integration test of a pure crate read its corpus.
pub(crate) const TEST_ALLOW: &str =
    "#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = \"tests read their corpus from disk\")]";

/// A group of bans that share one reason.
struct Ban {
    /// Said after "<crate> is pure: ".
    instead: &'static str,
    /// Functions and methods of the standard library, which clippy checks for existence.
    methods: &'static [&'static str],
    types: &'static [&'static str],
    /// Functions of crates that are not linked everywhere, or only with a feature.
    elsewhere: &'static [&'static str],
}

static BANS: &[Ban] = &[
    Ban {
        instead: "time comes from the batch (`ingested_at`, a `Window`), so that a replay gives the same answer; engine owns the clock",
        methods: &[
            "std::time::Instant::now",
            "std::time::Instant::elapsed",
            "std::time::SystemTime::now",
            "std::time::SystemTime::elapsed",
        ],
        types: &[],
        elsewhere: &["jiff::Timestamp::now", "jiff::Zoned::now", "jiff::tz::TimeZone::system"],
    },
    Ban {
        instead: "bytes come in as arguments and leave as values; engine and lake own the disk",
        methods: &[
            "std::fs::canonicalize",
            "std::fs::copy",
            "std::fs::create_dir",
            "std::fs::create_dir_all",
            "std::fs::exists",
            "std::fs::hard_link",
            "std::fs::metadata",
            "std::fs::read",
            "std::fs::read_dir",
            "std::fs::read_link",
            "std::fs::read_to_string",
            "std::fs::remove_dir",
            "std::fs::remove_dir_all",
            "std::fs::remove_file",
            "std::fs::rename",
            "std::fs::set_permissions",
            "std::fs::symlink_metadata",
            "std::fs::write",
            "std::path::Path::canonicalize",
            "std::path::Path::exists",
            "std::path::Path::is_dir",
            "std::path::Path::is_file",
            "std::path::Path::is_symlink",
            "std::path::Path::metadata",
            "std::path::Path::read_dir",
            "std::path::Path::read_link",
            "std::path::Path::symlink_metadata",
            "std::path::Path::try_exists",
        ],
        types: &["std::fs::DirBuilder", "std::fs::File", "std::fs::OpenOptions"],
        elsewhere: &[],
    },
    Ban {
        instead: "requests leave as data and engine performs them; engine owns sockets",
        methods: &["std::net::ToSocketAddrs::to_socket_addrs"],
        types: &["std::net::TcpListener", "std::net::TcpStream", "std::net::UdpSocket"],
        elsewhere: &[
            "std::os::unix::net::UnixDatagram::bind",
            "std::os::unix::net::UnixListener::bind",
            "std::os::unix::net::UnixStream::connect",
        ],
    },
    Ban {
        instead: "settings come in as parameters; engine reads the environment",
        methods: &[
            "std::env::args",
            "std::env::args_os",
            "std::env::current_dir",
            "std::env::current_exe",
            "std::env::home_dir",
            "std::env::temp_dir",
            "std::env::var",
            "std::env::var_os",
            "std::env::vars",
            "std::env::vars_os",
        ],
        types: &[],
        elsewhere: &[],
    },
    Ban {
        instead: "the caller decides where work runs and how long it waits; engine owns tasks and threads",
        methods: &[
            "std::thread::available_parallelism",
            "std::thread::park",
            "std::thread::scope",
            "std::thread::sleep",
            "std::thread::spawn",
            "std::thread::yield_now",
        ],
        types: &["std::thread::Builder"],
        elsewhere: &["rayon::join", "rayon::scope", "rayon::spawn"],
    },
    Ban {
        instead: "an answer is a value; engine starts processes and margay talks to the terminal",
        methods: &[
            "std::io::stderr",
            "std::io::stdin",
            "std::io::stdout",
            "std::process::abort",
            "std::process::exit",
            "std::process::id",
        ],
        types: &["std::process::Command"],
        elsewhere: &[],
    },
    Ban {
        instead: "randomness comes from a seed, ids from content (`schema::stable_id`), so that a second run changes nothing",
        methods: &["std::hash::RandomState::new"],
        types: &[],
        elsewhere: &["getrandom::fill", "rand::random", "rand::rng", "uuid::Uuid::new_v4", "uuid::Uuid::now_v7"],
    },
];

const HEAD: &str = "# Written by `cargo xtask gen` from xtask/src/purity.rs: edit there.\n";

/// What tests may do anywhere.
const TESTS: &str = "\
allow-dbg-in-tests = true
allow-expect-in-tests = true
allow-panic-in-tests = true
allow-print-in-tests = true
allow-unwrap-in-tests = true
";

/// The file at the root, for `lake`, `engine`, `margay` and `xtask`.
pub(crate) fn root_clippy_toml() -> String {
    format!(
        "{HEAD}\n{TESTS}
disallowed-methods = [
    {{ path = \"std::process::exit\", reason = \"nothing is closed or flushed on the way out: return an ExitCode from main\" }},
    {{ path = \"std::process::abort\", reason = \"nothing is closed or flushed on the way out: return an error\" }},
]
"
    )
}

/// The file of one pure crate.
pub(crate) fn clippy_toml(room: &Room) -> String {
    let mut methods = String::new();
    let mut types = String::new();
    for ban in BANS {
        let reason = format!("{} is pure: {}", room.name, ban.instead);
        for path in ban.methods {
            methods.push_str(&format!("    {{ path = \"{path}\", reason = \"{reason}\" }},\n"));
        }
        for path in ban.elsewhere {
            methods.push_str(&format!("    {{ path = \"{path}\", reason = \"{reason}\", allow-invalid = true }},\n"));
        }
        for path in ban.types {
            types.push_str(&format!("    {{ path = \"{path}\", reason = \"{reason}\" }},\n"));
        }
    }
    format!("{HEAD}\n{TESTS}\ndisallowed-methods = [\n{methods}]\n\ndisallowed-types = [\n{types}]\n")
}

/// A wall with a door in it is no wall: only tests may switch the bans off.
pub(crate) fn check(checkout: &Checkout) -> Vec<Problem> {
    walls::pure_rooms()
        .flat_map(|room| {
            let folder = format!("crates/{}/", room.name);
            checkout
                .rust_files()
                .filter(move |file| file.path.starts_with(&folder))
                .filter_map(|file| open_door(room, file))
        })
        .collect()
}

fn open_door(room: &Room, file: &TextFile) -> Option<Problem> {
    if is_test_file(&file.path) {
        return None;
    }
    for (index, line) in file.text.lines().enumerate() {
        if line.contains("#[cfg(test)]") {
            return None;
        }
        let switches_off = line.contains("clippy::disallowed_methods") || line.contains("clippy::disallowed_types");
        if switches_off {
            return Some(
                Problem::new(format!("{}:{}", file.path, index + 1), format!("switches off the wall of \"{}\"", room.name))
                    .because(format!("{} is pure: no clock, disk, socket, environment, thread or terminal", room.name))
                    .instead(format!(
                    "take the value as an argument and let engine fetch it; tests.rs, tests/, benches/ and examples/ may open with\n          {TEST_ALLOW}"
                )),
            );
        }
    }
    None
}

/// Whether the file is compiled for tests, benches or examples only.
pub(crate) fn is_test_file(path: &str) -> bool {
    let folders = ["/tests/", "/benches/", "/examples/"];
    path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || folders.iter().any(|folder| path.contains(folder))
}
