//! Feeds against a server that answers well, badly, slowly, too much, and elsewhere.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use super::{FetchOutcome, FetchPlan, FetchReport, FetchedFeed};
use crate::{Config, Engine, Home, Stop};

/// What the server says to one request, byte for byte; the last is said again and again.
type Script = Vec<Vec<u8>>;

/// A server on the loopback that answers from a script and remembers what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    script: Arc<Mutex<Script>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (asked, script) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Script::new())));
        let (asked_there, script_there) = (asked.clone(), script.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, script) = (asked_there.clone(), script_there.clone());
                thread::spawn(move || answer(stream, &asked, &script));
            }
        });
        Self { address, asked, script }
    }

    fn says(&self, script: Script) {
        *self.script.lock().expect("not poisoned") = script;
    }

    fn was_asked(&self) -> Vec<String> {
        self.asked.lock().expect("not poisoned").clone()
    }
}

fn answer(mut stream: TcpStream, asked: &Mutex<Vec<String>>, script: &Mutex<Script>) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        request.push(byte[0]);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().expect("not poisoned").push(request);
    if path.starts_with("/drip") {
        // A byte now and then, for ever: only a limit on the whole ends it.
        let _sent = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
        return;
    }
    let said = {
        let mut script = script.lock().expect("not poisoned");
        if script.len() > 1 { script.remove(0) } else { script.first().cloned().unwrap_or_default() }
    };
    let _sent = stream.write_all(&said);
}

fn ok(body: &[u8], more: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn status(line: &str, more: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\nConnection: close\r\n{more}\r\n").into_bytes()
}

/// `n` names, each on its line.
fn names(range: std::ops::Range<u32>) -> Vec<u8> {
    range.map(|n| format!("h{n}.evil.example\n")).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

struct Place {
    engine: Engine,
    server: Server,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn new(keeps: &str, more: &str) -> Self {
        let server = Server::start();
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::open(folder.path()).expect("a home");
        let feed = format!(
            "name = \"f\"\nabout = \"A list\"\nurl = \"http://{}/list\"\nkeeps = \"{keeps}\"\nconfidence = 60\n\
             form = \"lines\"\ncolumns = [\"name\"]\n{more}\n[[values]]\nfrom = \"name\"\n",
            server.address
        );
        home.new_feed("f", &feed).expect("written");
        let mut config = Config::default();
        config.feeds.internal = vec!["127.0.0.1/32".to_owned()];
        config.feeds.timeout_seconds = 3;
        config.feeds.size_mb = 1;
        let engine = Engine::open(home, config).await.expect("opens");
        Self { engine, server, _folder: folder }
    }

    async fn fetch(&self) -> FetchedFeed {
        self.fetch_with(FetchPlan { names: vec!["f".to_owned()], force: true, ..FetchPlan::default() }).await
    }

    async fn fetch_with(&self, plan: FetchPlan) -> FetchedFeed {
        let report: FetchReport = self.engine.fetch_feeds(&plan, &Stop::default()).await.expect("a report");
        report.feeds.into_iter().next().expect("one feed")
    }

    /// How many claims the store holds, and how many of them have ended.
    async fn claims(&self) -> (u64, u64) {
        let all = self.engine.store.count_claims().await.expect("counts");
        let ended = self.engine.sql("SELECT value FROM indicators WHERE valid_until IS NOT NULL", None);
        let ended: Vec<_> = futures::TryStreamExt::try_collect(ended.await.expect("runs")).await.expect("rows");
        let ended: &[arrow_array::RecordBatch] = &ended;
        (all, ended.iter().map(|batch| batch.num_rows() as u64).sum())
    }
}

#[tokio::test]
async fn a_fetch_is_conditional_and_a_snapshot_ends_what_is_gone() {
    let place = Place::new("snapshot", "").await;
    place.server.says(vec![ok(&names(0..30), "ETag: \"one\"\r\nLast-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\n")]);
    let first = place.fetch().await;
    assert_eq!((first.outcome, first.claims), (FetchOutcome::Taken, 30), "{first:?}");

    place.server.says(vec![status("304 Not Modified", "")]);
    assert_eq!(place.fetch().await.outcome, FetchOutcome::Unchanged);
    let asked = place.server.was_asked().pop().expect("asked");
    assert!(asked.contains("if-none-match: \"one\"") && asked.contains("if-modified-since: Sat, 21 Nov"), "{asked}");

    place.server.says(vec![ok(&names(5..32), "")]);
    let third = place.fetch().await;
    assert_eq!((third.outcome, third.retired), (FetchOutcome::Taken, 5), "{third:?}");
    assert_eq!(place.claims().await, (32, 5));

    // What comes back stands again.
    place.server.says(vec![ok(&names(0..32), "")]);
    assert_eq!(place.fetch().await.retired, 0);
    assert_eq!(place.claims().await, (32, 0));
}

#[tokio::test]
async fn a_log_ends_nothing() {
    let place = Place::new("log", "shrinks_to_percent = 0").await;
    place.server.says(vec![ok(&names(0..30), ""), ok(&names(30..32), "")]);
    assert_eq!(place.fetch().await.claims, 30);
    assert_eq!(place.fetch().await.retired, 0);
    assert_eq!(place.claims().await, (32, 0));
}

#[tokio::test]
async fn what_cannot_be_believed_is_not_taken() {
    let place = Place::new("snapshot", "").await;
    place.server.says(vec![ok(&names(0..30), "")]);
    place.fetch().await;
    for (body, want) in [
        (b"<!DOCTYPE html><html>Please log in</html>".to_vec(), "web page"),
        (names(0..3), "shrunk from 30 claims to 3"),
        (Vec::new(), "shrunk"),
        (b"!!\n??\n".to_vec(), "none of its 2 records"),
    ] {
        place.server.says(vec![ok(&body, "ETag: \"bad\"\r\n")]);
        let fetched = place.fetch().await;
        assert_eq!(fetched.outcome, FetchOutcome::Refused, "{want}");
        assert!(fetched.why.as_deref().is_some_and(|why| why.contains(want)), "{want}: {:?}", fetched.why);
        assert_eq!(place.claims().await, (30, 0), "{want}");
    }
    let accept = FetchPlan { names: vec!["f".to_owned()], force: true, accept: true, ..FetchPlan::default() };
    place.server.says(vec![ok(&names(0..3), "")]);
    let taken = place.fetch_with(accept).await;
    assert_eq!((taken.outcome, taken.retired), (FetchOutcome::Taken, 27));
    let asked = place.server.was_asked().pop().expect("asked");
    assert!(!asked.contains("if-none-match"), "what was refused must not come back as unchanged: {asked}");
}

#[tokio::test]
async fn a_server_in_trouble_is_given_time() {
    let place = Place::new("snapshot", "").await;
    place.server.says(vec![status("500 Internal Server Error", ""), ok(&names(0..3), "")]);
    assert_eq!(place.fetch().await.outcome, FetchOutcome::Taken, "the second try works");

    place.server.says(vec![status("429 Too Many Requests", "Retry-After: 7200\r\n")]);
    let waits = place.fetch().await;
    assert_eq!(waits.outcome, FetchOutcome::Failed);
    let in_seconds = waits.next_at.expect("a time").seconds() - crate::now().seconds();
    assert!((7_100..=7_200).contains(&in_seconds), "{in_seconds}");
    let n_asked = place.server.was_asked().len();
    let unforced = FetchPlan { names: vec!["f".to_owned()], ..FetchPlan::default() };
    assert_eq!(place.fetch_with(unforced).await.outcome, FetchOutcome::NotDue, "it asked us to wait");
    assert_eq!(place.server.was_asked().len(), n_asked);
    assert_eq!(place.claims().await, (3, 0));
}

#[tokio::test]
async fn cut_packed_and_endless_bodies() {
    let place = Place::new("snapshot", "").await;
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\nh1.evil.example\n".to_vec();
    let chunked =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n10\r\nh1.evil.exampl".to_vec();
    let half = gzip(&names(0..1_000));
    let half = half.get(..half.len() / 2).expect("half").to_vec();
    let bomb = gzip(&vec![b'a'; 50 << 20]);
    let claimed = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec();
    let large = ok(&vec![b'a'; 2 << 20], "");
    for (name, answer) in [
        ("cut", cut),
        ("chunked", chunked),
        ("half", ok(&half, "")),
        ("bomb", ok(&bomb, "")),
        ("bomb in transit", ok(&bomb, "Content-Encoding: gzip\r\n")),
        ("claimed", claimed),
        ("large", large),
        ("nothing", Vec::new()),
        ("no HTTP", b"SSH-2.0-OpenSSH\r\n".to_vec()),
    ] {
        place.server.says(vec![answer]);
        let fetched = place.fetch().await;
        assert_eq!(fetched.outcome, FetchOutcome::Failed, "{name}: {fetched:?}");
    }
    assert_eq!(place.claims().await, (0, 0));
    place.server.says(vec![ok(&gzip(&names(0..3)), "Content-Encoding: gzip\r\n")]);
    assert_eq!(place.fetch().await.claims, 3);
}

#[tokio::test]
async fn redirects_never_lead_into_our_network() {
    let place = Place::new("snapshot", "").await;
    for to in [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://0.0.0.0/",
        "http://2130706434/",
        "http://10.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "http://localhost.localdomain.invalid/",
    ] {
        place.server.says(vec![status("302 Found", &format!("Location: {to}\r\n"))]);
        let fetched = place.fetch().await;
        assert_eq!(fetched.outcome, FetchOutcome::Failed, "{to}");
    }
    place.server.says(vec![status("302 Found", "Location: /list\r\n")]);
    assert!(place.fetch().await.why.is_some_and(|why| why.contains("more than 5 redirects")));
    place.server.says(vec![status("301 Moved Permanently", "Location: /other\r\n"), ok(&names(0..3), "")]);
    assert_eq!(place.fetch().await.claims, 3);
    assert!(place.server.was_asked().pop().is_some_and(|asked| asked.starts_with("GET /other ")));
}

#[tokio::test]
async fn a_feed_on_our_own_address_is_refused_unless_it_is_permitted() {
    let mut place = Place::new("snapshot", "").await;
    place.server.says(vec![ok(&names(0..3), "")]);
    let mut config = Config::default();
    config.feeds.timeout_seconds = 3;
    place.engine.config = Arc::new(config);
    let fetched = place.fetch().await;
    assert!(fetched.why.is_some_and(|why| why.contains("own network")));
    assert!(place.server.was_asked().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_slow_drip_ends() {
    let place = Place::new("snapshot", "").await;
    let feed = std::fs::read_to_string(place.engine.home().feeds().join("f.toml")).expect("readable");
    std::fs::write(place.engine.home().feeds().join("f.toml"), feed.replace("/list", "/drip")).expect("written");
    let started = std::time::Instant::now();
    assert!(place.fetch().await.why.is_some_and(|why| why.contains("longer than 3 seconds")));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_secret_goes_to_its_server_and_nowhere_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    std::fs::write(&key, "hunter2\n").expect("written");
    let place =
        Place::new("snapshot", &format!("secret = {{ from = \"file:{}\", header = \"Auth-Key\" }}", key.display()))
            .await;
    let elsewhere = Server::start();
    elsewhere.says(vec![ok(&names(0..3), "")]);
    place.server.says(vec![status("302 Found", &format!("Location: http://{}/x?k=hunter2\r\n", elsewhere.address))]);
    assert_eq!(place.fetch().await.claims, 3);
    assert!(place.server.was_asked().iter().all(|asked| asked.contains("auth-key: hunter2")));
    assert!(elsewhere.was_asked().iter().all(|asked| !asked.contains("auth-key")));

    place.server.says(vec![status("302 Found", "Location: http://hunter2.invalid/hunter2\r\n")]);
    let why = place.fetch().await.why.expect("a reason");
    assert!(!why.contains("hunter2"), "{why}");
    std::fs::remove_file(&key).expect("removed");
    assert!(place.fetch().await.why.is_some_and(|why| why.contains("needs a key")));
}

#[tokio::test]
async fn a_file_serves_where_there_is_no_network() {
    let place = Place::new("snapshot", "").await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), gzip(&names(0..4))).expect("written");
    let plan = FetchPlan { names: vec!["f".to_owned()], from: Some(file.path().to_owned()), ..FetchPlan::default() };
    assert_eq!(place.fetch_with(plan).await.claims, 4);
    assert!(place.server.was_asked().is_empty());
}
