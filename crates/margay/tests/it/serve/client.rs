//! A server of a test's own, and a client that can also be rude.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::described;
use crate::home::Home;

pub(super) const PASSWORD: &str = "seven gray cats on a wall";

/// A running server; it is killed when the test ends.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
    /// Of the link for the first administrator, where there is one.
    pub(super) token: Option<String>,
}

impl Server {
    pub(super) fn start(home: &Home) -> Self {
        let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let first = lines.next().expect("a line").expect("text");
        let address = first.rsplit("//").next().and_then(|text| text.parse().ok());
        let address = address.unwrap_or_else(|| panic!("no address in {first:?}"));
        // The link stands on the fourth line, where nobody can sign in yet.
        let mut server = Self { child, address, token: None };
        if server.stranger().get("/api/v1/setup").json()["needed"] == true {
            let link = lines.map_while(Result::ok).find(|line| line.contains("/setup#")).expect("a link");
            server.token = link.rsplit('#').next().map(str::to_owned);
        }
        server
    }

    /// Somebody who is not signed in.
    pub(super) fn stranger(&self) -> Client {
        Client { address: self.address, headers: Vec::new() }
    }

    /// The first administrator, who sees everything that the link gives.
    pub(super) fn set_up(&self, name: &str) -> Client {
        let token = self.token.as_deref().expect("nobody has signed in yet");
        let body = json!({ "token": token, "name": name, "password": PASSWORD });
        self.stranger().signed_in_by("/api/v1/setup", &body)
    }

    /// Somebody whom `by` has invited.
    pub(super) fn invited(&self, by: &Client, body: Value) -> Client {
        let invited = by.post("/api/v1/users", &body);
        assert_eq!(invited.status, 200, "{}", invited.text());
        let link = invited.json()["link"].as_str().expect("a link").to_owned();
        let token = link.rsplit('#').next().expect("a token");
        self.stranger().signed_in_by("/api/v1/setup", &json!({ "token": token, "password": PASSWORD }))
    }

    /// Asks the server to stop as systemd would, and says how it ended.
    #[cfg(unix)]
    pub(super) fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("runs").success());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(25) {
            if let Some(status) = self.child.try_wait().expect("waits") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server did not stop");
    }

    /// Kills it in the middle of whatever it does.
    pub(super) fn kill(mut self) {
        self.child.kill().expect("kills");
        self.child.wait().expect("waits");
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("sets");
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Somebody who asks.
#[derive(Clone)]
pub(super) struct Client {
    address: SocketAddr,
    headers: Vec<(String, String)>,
}

impl Client {
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.push((name.to_owned(), value.to_owned()));
        Self { headers, ..self.clone() }
    }

    pub(super) fn signed_in_by(&self, path: &str, body: &Value) -> Self {
        let answer = self.post(path, body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let cookie = answer.header("set-cookie").expect("a cookie");
        self.with("cookie", cookie.split(';').next().expect("a name and a value"))
    }

    pub(super) fn sign_in(&self, name: &str) -> Self {
        self.signed_in_by("/api/v1/session", &json!({ "name": name, "password": PASSWORD }))
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, Some(body))
    }

    pub(super) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !self.headers.iter().any(|(name, _)| name == "host") {
            text.push_str(&format!("host: {}\r\n", self.address));
        }
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() && !self.headers.iter().any(|(name, _)| name == "content-type") {
            text.push_str("content-type: application/json\r\n");
        }
        text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        let answer = raw(self.address, text.as_bytes()).unwrap_or_else(|| panic!("{method} {path}: no answer"));
        described::check(method, path, &answer);
        answer
    }
}

/// Sends bytes as they are, and reads an answer where there is one.
pub(super) fn raw(address: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).expect("connects");
    stream.set_read_timeout(Some(Duration::from_secs(90))).expect("sets");
    // The server may answer and hang up before all was sent.
    drop(stream.write_all(bytes));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    Answer::read(&answer)
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
            .collect();
        let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = &bytes[end + 4..];
        let body = if is_chunked { unchunked(body) } else { body.to_vec() };
        Some(Self { status, headers, body })
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        self.body.windows(text.len()).any(|window| window == text.as_bytes())
    }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&bytes[..end]), 16).unwrap_or(0);
        let chunk = &bytes[end + 2..];
        if size == 0 || chunk.len() < size + 2 {
            break;
        }
        body.extend_from_slice(&chunk[..size]);
        bytes = &chunk[size + 2..];
    }
    body
}
