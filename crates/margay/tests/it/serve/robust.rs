//! Requests that nobody should send, and a server that answers the next one.

use std::io::{Read, Write};

use serde_json::json;

use super::client::{Server, raw};
use crate::home::Home;

#[test]
fn wrong_requests_are_problems_with_a_word_for_programs() {
    let home = Home::new();
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let code = |answer: super::client::Answer| {
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let problem = answer.json();
        assert_eq!(answer.header("x-request-id"), problem["request_id"].as_str());
        (answer.status, problem["code"].as_str().unwrap_or_default().to_owned())
    };
    let is = |status: u16, word: &str| (status, word.to_owned());
    assert_eq!(code(ann.get("/api/v1/nothing")), is(404, "not_found"));
    assert_eq!(code(ann.get("/api/v1/events/event--gone")), is(404, "not_found"));
    assert_eq!(code(ann.ask("PUT", "/api/v1/session", None)), is(405, "wrong_method"));
    assert_eq!(code(ann.get("/api/v1/events?limit=many")), is(400, "bad_parameter"));
    assert_eq!(code(ann.get("/api/v1/events?f=colour:red")), is(400, "bad_filter"));
    assert_eq!(code(ann.post("/api/v1/sql", &json!({ "sql": "DROP TABLE events" }))).0, 400);
    let order = json!({ "ids": ["x"], "change": { "kind": "explode" } });
    assert_eq!(code(ann.post("/api/v1/events/work", &order)), is(400, "bad_body"));
    assert_eq!(code(ann.post("/api/v1/sql/explain", &json!(["SELECT 1"]))), is(400, "bad_body"));
    assert_eq!(code(ann.post("/api/v1/queries", &json!({ "name": "a\0b", "f": "x" }))), is(400, "bad_body"));
    assert_eq!(code(ann.get("/api/v1/findings?detector=%00")), is(400, "bad_parameter"));
    assert_eq!(code(ann.get("/api/v1/cases/%00")), is(404, "not_found"));
    assert_eq!(code(ann.get("/api/v1/cases?state=lost")), is(400, "bad_parameter"));
    assert_eq!(code(ann.get("/api/v1/campaigns?limit=1001")), is(400, "bad_parameter"));
    assert_eq!(code(ann.get("/api/v1/events?limit=0")), is(400, "bad_parameter"));
    assert_eq!(code(ann.with("content-type", "text/plain").post("/api/v1/sql", &json!({}))), is(415, "not_json"));
    assert_eq!(code(ann.post("/api/v1/sql", &json!({ "sql": "x".repeat(2 << 20) }))), is(413, "too_large"));
    let other = ann.with("origin", "https://evil.example");
    assert_eq!(code(other.post("/api/v1/sql", &json!({ "sql": "SELECT 1" }))), is(403, "other_origin"));
    let cross = ann.with("sec-fetch-site", "cross-site");
    assert_eq!(code(cross.ask("DELETE", "/api/v1/session", None)), is(403, "other_origin"));
    assert_eq!(code(server.stranger().with("host", "evil.example").get("/api/v1/setup")), is(421, "wrong_host"));
    let key = server.stranger().with("authorization", "Bearer mgy_0_0");
    assert_eq!(code(key.get("/api/v1/events")), is(401, "bad_key"));
}

#[test]
fn rubbish_slow_senders_and_floods_leave_the_server_answering() {
    let home = Home::new();
    let server = Server::start(&home);
    let stranger = server.stranger();
    // Many begin a request and never end it.
    let slow: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(b"GET /api/v1/setup HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ").expect("sends");
            stream
        })
        .collect();
    for rubbish in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"\0\0\0\0\r\n\r\n".to_vec(),
        [b"GET /".to_vec(), vec![b'a'; 1 << 20], b" HTTP/1.1\r\n\r\n".to_vec()].concat(),
        [b"GET / HTTP/1.1\r\n".to_vec(), b"x: y\r\n".repeat(10_000), b"\r\n".to_vec()].concat(),
        b"POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 99999999999999999999\r\n\r\n".to_vec(),
        b"POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_vec(),
        b"GET /../../../../etc/passwd HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".to_vec(),
        b"GET /%2e%2e/%00/etc/passwd HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".to_vec(),
    ] {
        let answer = raw(server.address, &rubbish);
        assert!(answer.is_none_or(|answer| !answer.contains("root:")));
    }
    assert_eq!(stranger.get("/api/v1/setup").status, 200, "others are answered meanwhile");
    // Who does not end the head of a request is hung up on.
    let mut one = slow.into_iter().next().expect("one");
    let mut rest = Vec::new();
    one.read_to_end(&mut rest).expect("the server hangs up");
    // Whoever asks without end is told when to come back, and that is all.
    let flood = (0..1_200).map(|_| stranger.get("/healthz").status).filter(|status| *status == 429).count();
    assert!(flood > 0, "nobody is told to wait");
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(stranger.get("/api/v1/setup").status, 200);
}

#[test]
fn plain_http_stays_on_this_machine() {
    let home = Home::new();
    let output = home.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("--tls-certificate"), "{told}");
}
