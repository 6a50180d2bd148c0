//! Saved queries and their alerts, against a real receiver that fails, hangs and is told again: each event in one message.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{home::Home, verdicts::with_events};

/// How the receiver answers.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mood {
    Takes,
    Fails,
    /// Reads the message and says nothing.
    Hangs,
}

/// A webhook on the loopback that notes what it was sent, and whether it took it.
#[derive(Clone)]
struct Receiver {
    mood: Arc<Mutex<Mood>>,
    got: Arc<Mutex<Vec<(String, Value, Mood)>>>,
    port: u16,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let receiver = Self { mood: Arc::new(Mutex::new(Mood::Takes)), got: Arc::default(), port };
        let at_work = receiver.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let at_work = at_work.clone();
                thread::spawn(move || at_work.answer(stream));
            }
        });
        receiver
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
        let (mut key, mut length, mut line) = (String::new(), 0, String::new());
        while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
            if let Some((name, value)) = line.split_once(':') {
                match name.to_ascii_lowercase().as_str() {
                    "idempotency-key" => key = value.trim().to_owned(),
                    "content-length" => length = value.trim().parse().expect("a number"),
                    _ => {}
                }
            }
            line.clear();
        }
        let mut body = vec![0; length];
        // Who was killed while he spoke has said nothing.
        let whole = reader.read_exact(&mut body).is_ok();
        let Some(body) = whole.then(|| serde_json::from_slice(&body).ok()).flatten() else { return };
        let mood = *self.mood.lock().expect("whole");
        self.got.lock().expect("whole").push((key, body, mood));
        let status = match mood {
            Mood::Takes => "204 No Content",
            Mood::Fails => "503 Service Unavailable",
            Mood::Hangs => return thread::sleep(Duration::from_secs(30)),
        };
        let _gone = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    fn be(&self, mood: Mood) {
        *self.mood.lock().expect("whole") = mood;
    }

    fn n_got(&self) -> usize {
        self.got.lock().expect("whole").len()
    }

    /// How many messages name each event, a message that came several times counted once.
    fn named(&self) -> BTreeMap<String, usize> {
        let messages: BTreeMap<String, Value> =
            self.got.lock().expect("whole").iter().map(|(key, body, _)| (key.clone(), body.clone())).collect();
        let mut named = BTreeMap::new();
        for (key, body) in messages {
            assert_eq!(body["message_id"], key, "the key is said twice, and is the same");
            for event in body["events"].as_array().expect("events") {
                *named.entry(event["id"].as_str().expect("an id").to_owned()).or_insert(0) += 1;
            }
        }
        named
    }

    fn channel(&self, home: &Home, more: &str) {
        let port = self.port;
        let text = format!(
            "[channels.soc]\nurl = \"http://127.0.0.1:{port}/hook\"\ninternal = [\"127.0.0.1/32\"]\ntimeout_seconds = 1\n{more}"
        );
        fs::write(home.path("home").join("margay.toml"), text).expect("written");
    }
}

fn notify(home: &Home) -> Value {
    home.json(&["queries", "notify"]).remove(0)
}

/// Rounds until nothing waits.
fn until_all_is_sent(home: &Home) {
    let end = Instant::now() + Duration::from_secs(90);
    while Instant::now() < end {
        notify(home);
        if home.json(&["queries", "outbox"]).iter().all(|message| message["state"] == "sent") {
            return;
        }
        thread::sleep(Duration::from_millis(500));
    }
    panic!("{:?}", home.json(&["queries", "outbox"]));
}

fn one_more_event(home: &Home, n: usize) {
    let row =
        format!("{{\"title\":\"Alert {n}\",\"severity\":\"high\",\"first_seen\":\"2026-11-20\",\"id\":\"x{n}\"}}\n");
    fs::write(home.path("more.ndjson"), row).expect("written");
    home.ok(&["events", "import", &home.path("more.ndjson").to_string_lossy()]);
}

#[test]
fn each_event_is_told_once_although_the_receiver_fails_for_a_while() {
    let home = with_events(3);
    let receiver = Receiver::start();
    receiver.channel(&home, "");
    let n = home.json(&["events", "list"]).len();
    home.ok(&["queries", "save", "all", "--alert", "once", "--to", "soc", "--existing"]);
    receiver.be(Mood::Fails);
    let round = notify(&home);
    assert_eq!(
        (round["matched"].as_u64(), round["sent"].as_u64(), round["put_off"].as_u64()),
        (Some(n as u64), Some(0), Some(1))
    );
    receiver.be(Mood::Takes);
    until_all_is_sent(&home);
    assert_eq!(notify(&home)["matched"], 0);
    one_more_event(&home, 1);
    home.ok(&["detect", "--since", "2025-01-01"]);
    until_all_is_sent(&home);
    let named = receiver.named();
    assert_eq!(named.len(), n + 1);
    assert!(named.values().all(|times| *times == 1), "{named:?}");
    assert!(home.json(&["queries", "outbox"]).iter().all(|message| message["error"].is_null()));
}

#[test]
fn a_kill_between_delivery_and_its_note_repeats_the_message_and_no_event() {
    let home = with_events(3);
    let receiver = Receiver::start();
    receiver.channel(&home, "");
    let n = home.json(&["events", "list"]).len();
    home.ok(&["queries", "save", "all", "--alert", "once", "--to", "soc", "--existing"]);
    receiver.be(Mood::Hangs);
    let mut killed = home.command(&["queries", "notify"]).spawn().expect("starts");
    let end = Instant::now() + Duration::from_secs(30);
    while receiver.n_got() == 0 && Instant::now() < end {
        thread::sleep(Duration::from_millis(10));
    }
    killed.kill().expect("was there");
    killed.wait().expect("ends");
    receiver.be(Mood::Takes);
    until_all_is_sent(&home);
    let keys: Vec<String> = receiver.got.lock().expect("whole").iter().map(|(key, ..)| key.clone()).collect();
    assert!(
        keys.len() >= 2 && keys.iter().all(|key| *key == keys[0]),
        "the same message, under the same key: {keys:?}"
    );
    let named = receiver.named();
    assert_eq!((named.len(), named.values().max()), (n, Some(&1)));
}

#[test]
fn kills_at_any_moment_neither_lose_nor_double_an_event() {
    let home = with_events(2);
    let receiver = Receiver::start();
    receiver.channel(&home, "");
    home.ok(&["queries", "save", "all", "--alert", "once", "--to", "soc", "--existing"]);
    home.ok(&[
        "queries",
        "save",
        "by-sql",
        "--sql",
        "SELECT event_id FROM threat_events",
        "--alert",
        "once",
        "--to",
        "soc",
        "--existing",
    ]);
    for n in 0..8_u64 {
        one_more_event(&home, n as usize);
        let mut killed = home.command(&["queries", "notify"]).spawn().expect("starts");
        thread::sleep(Duration::from_millis(20 + n * 17));
        // It may have ended by itself.
        let _ended = killed.kill();
        killed.wait().expect("ends");
    }
    until_all_is_sent(&home);
    let named = receiver.named();
    let n = home.json(&["events", "list"]).len();
    assert_eq!(named.len(), n);
    assert!(named.values().all(|times| *times == 2), "once for each of two queries: {named:?}");
}

#[test]
fn digests_wait_for_their_time_and_strict_events_are_counted_only() {
    let home = with_events(2);
    let receiver = Receiver::start();
    receiver.channel(&home, "tlp = \"green\"\n");
    home.ok(&["queries", "save", "daily", "--alert", "day", "--to", "soc", "--existing"]);
    home.ok(&["queries", "save", "now", "--alert", "once", "--to", "soc", "--existing"]);
    until_all_is_sent(&home);
    let got = receiver.got.lock().expect("whole").clone();
    assert_eq!(got.len(), 1, "the digest waits for its day");
    assert!(got[0].1["n_withheld"].as_u64() > Some(0) && got[0].1["events"].as_array().is_some_and(Vec::is_empty));
    assert!(!got[0].1.to_string().contains("evil"), "{}", got[0].1);
}

#[test]
fn queries_are_kept_by_name_and_refused_where_nobody_could_be_told() {
    let home = with_events(2);
    home.ok(&["queries", "save", "evil", "--containing", "evil1.example"]);
    assert_eq!(home.json(&["queries", "run", "evil"]).len(), 1);
    assert_eq!(home.run(&["queries", "save", "evil"]).status.code(), Some(2), "the name is taken");
    let nowhere = home.run(&["queries", "save", "x", "--alert", "once", "--to", "soc"]);
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("[channels.soc]"), "{nowhere:?}");
    assert_eq!(home.run(&["queries", "save", "y", "--sql", "SELECT 1"]).status.code(), Some(2), "no event ids");
    home.ok(&["queries", "remove", "evil"]);
    assert!(home.json(&["queries", "list"]).is_empty());
}

#[test]
fn nothing_is_posted_into_our_own_network_unless_it_is_permitted() {
    let home = with_events(2);
    let receiver = Receiver::start();
    let url = format!("[channels.soc]\nurl = \"http://127.0.0.1:{}/hook\"\n", receiver.port);
    fs::write(home.path("home").join("margay.toml"), url).expect("written");
    home.ok(&["queries", "save", "all", "--alert", "once", "--to", "soc", "--existing"]);
    assert_eq!(notify(&home)["put_off"], 1);
    let why = home.json(&["queries", "outbox"]).remove(0)["error"].to_string();
    assert!(why.contains("channels.soc.internal"), "{why}");
    assert_eq!(receiver.n_got(), 0);
}
