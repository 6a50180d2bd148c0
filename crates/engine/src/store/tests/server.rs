//! A PostgreSQL server of the tests' own: in a folder that goes with it, on a socket in that folder, as a user who is
//! not root. It ends with the process that started it, however that ends.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// What the shell does: make a cluster, run it until its input ends, remove it. A crash may lose it, so nothing is synced.
const KEEPER: &str = r#"
    "$1/initdb" -U margay -A trust -E UTF8 --locale=C --no-sync -D "$2/data" >"$2/initdb.log" 2>&1 || exit 1
    "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off >"$2/server.log" 2>&1 &
    server=$!
    cat >/dev/null
    kill -INT $server
    wait $server
    rm -rf "$2"
"#;
const START_PATIENCE: Duration = Duration::from_secs(60);

static SERVER: LazyLock<Option<Server>> = LazyLock::new(Server::start);
static DATABASES: AtomicU32 = AtomicU32::new(0);

struct Server {
    folder: PathBuf,
    programs: PathBuf,
    // Its open input keeps the server running; nobody waits for it.
    _keeper: std::process::Child,
}

/// The address of a new, empty database; `None`, loudly, where there is no PostgreSQL.
pub(crate) fn database() -> Option<String> {
    let server = SERVER.as_ref()?;
    let name = format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let made = server.client("createdb").arg(&name).output().expect("createdb runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(format!("postgres://margay@localhost/{name}?host={}", server.folder.display()))
}

impl Server {
    #[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("SKIPPED for PostgreSQL: there is no initdb (apt-get install postgresql)");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("margay-pg-").tempdir().expect("a folder").keep();
        let mut keeper = as_somebody(&folder);
        keeper.args(["sh", "-c", KEEPER, "keeper"]).arg(&programs).arg(&folder);
        let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let server = Self { folder, programs, _keeper: keeper };
        let begun = Instant::now();
        while !server.client("pg_isready").output().is_ok_and(|answer| answer.status.success()) {
            let log = |name: &str| std::fs::read_to_string(server.folder.join(name)).unwrap_or_default();
            assert!(begun.elapsed() < START_PATIENCE, "no server: {}{}", log("initdb.log"), log("server.log"));
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(["-U", "margay", "-h"]).arg(&self.folder);
        command
    }
}

/// Where PostgreSQL's programs are: beside `initdb` in the path, or where Debian and Red Hat hide them.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"].into_iter().filter_map(|folder| {
        let versions = std::fs::read_dir(folder).ok()?;
        versions.flatten().map(|version| version.path().join("bin")).max()
    });
    let has_all =
        |folder: &Path| ["initdb", "postgres", "createdb", "pg_isready"].iter().all(|name| folder.join(name).exists());
    versions.chain(std::env::split_paths(&path)).chain([PathBuf::from("/usr/pgsql/bin")]).find(|folder| has_all(folder))
}

/// PostgreSQL refuses to run as root: then the folder is given to `nobody`, who runs it.
fn as_somebody(folder: &Path) -> Command {
    let ids = |flag: &str, name: &str| {
        let told = Command::new("id").args([flag, name]).output().ok()?;
        String::from_utf8(told.stdout).ok()?.trim().parse::<u32>().ok()
    };
    let own = Command::new("id").arg("-u").output().expect("id runs");
    if own.stdout != b"0\n" {
        return Command::new("env");
    }
    let (user, group) = (ids("-u", "nobody").expect("a nobody"), ids("-g", "nobody").expect("a group"));
    std::os::unix::fs::chown(folder, Some(user), Some(group)).expect("the folder changes hands");
    let mut command = Command::new("setpriv");
    command.args(["--clear-groups", &format!("--reuid={user}"), &format!("--regid={group}")]);
    command
}
