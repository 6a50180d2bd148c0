//! PostgreSQL's protocol as clients speak it: psql, and a client of our own that can also be rude.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::{
    flight::{CANARY, home_and_key},
    home::Home,
};

/// A server that ends with the test.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("was there");
        self.child.wait().expect("has ended");
    }
}

impl Server {
    fn start(home: &Home) -> Self {
        let mut command = home.command(&["serve", "--listen", "127.0.0.1:0", "--postgres", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let place = lines.map_while(Result::ok).find_map(|line| Some(line.split_once("postgresql://")?.1.to_owned()));
        let place = place.expect("says where it is");
        let address = place.split('/').next().expect("an address").parse().expect("an address");
        Self { child, address }
    }

    /// What psql says to a question; nothing where there is no psql on this machine.
    fn psql(&self, key: &str, arguments: &[&str]) -> Option<Output> {
        let mut command = Command::new("psql");
        command.env("PGPASSWORD", key).env("PGCONNECT_TIMEOUT", "30").args(["-X", "-A", "-t", "-h", "127.0.0.1"]);
        command.args(["-p", &self.address.port().to_string(), "-U", "ann", "-d", "margay"]).args(arguments);
        match command.output() {
            Ok(output) => Some(output),
            Err(error) => {
                eprintln!("SKIPPED: psql cannot be run here ({error})");
                None
            }
        }
    }
}

/// A message of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    kind: u8,
    body: Vec<u8>,
}

impl Message {
    fn says(&self, text: &str) -> bool {
        self.body.windows(text.len()).any(|window| window == text.as_bytes())
    }
}

struct Client {
    stream: TcpStream,
    /// Number and secret, for a request to stop what runs.
    number_and_secret: Vec<u8>,
}

impl Client {
    /// A client that has said who it is, with what the server has answered.
    fn knock(server: &Server, name: &str, password: &str) -> (Self, Vec<Message>) {
        let stream = TcpStream::connect(server.address).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("sets");
        let mut client = Self { stream, number_and_secret: Vec::new() };
        let words = format!("user\0{name}\0database\0margay\0\0");
        client.send_bare(&[&196_608_i32.to_be_bytes(), words.as_bytes()].concat());
        let asks = client.read().expect("asks for a password");
        assert_eq!((asks.kind, asks.body), (b'R', 3_i32.to_be_bytes().to_vec()));
        client.send(b'p', format!("{password}\0").as_bytes());
        let answer = client.until_ready();
        if let Some(number) = answer.iter().find(|message| message.kind == b'K') {
            client.number_and_secret.clone_from(&number.body);
        }
        (client, answer)
    }

    fn new(server: &Server, key: &str) -> Self {
        let (client, answer) = Self::knock(server, "ann", key);
        assert!(answer.iter().any(|message| message.kind == b'Z'), "{answer:?}");
        client
    }

    /// A message without a kind, as the first one is.
    fn send_bare(&mut self, body: &[u8]) {
        let length = i32::try_from(body.len() + 4).expect("short");
        self.stream.write_all(&[&length.to_be_bytes(), body].concat()).expect("sends");
    }

    fn send(&mut self, kind: u8, body: &[u8]) {
        let length = i32::try_from(body.len() + 4).expect("short");
        self.stream.write_all(&[&[kind], length.to_be_bytes().as_slice(), body].concat()).expect("sends");
    }

    fn read(&mut self) -> Option<Message> {
        let mut head = [0; 5];
        self.stream.read_exact(&mut head).ok()?;
        let [kind, length @ ..] = head;
        let mut body = vec![0; usize::try_from(i32::from_be_bytes(length)).expect("positive") - 4];
        self.stream.read_exact(&mut body).ok()?;
        Some(Message { kind, body })
    }

    /// Everything until the server is ready for more, or has hung up.
    fn until_ready(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        while let Some(message) = self.read() {
            let ends = message.kind == b'Z';
            messages.push(message);
            if ends {
                break;
            }
        }
        messages
    }

    fn query(&mut self, text: &str) -> Vec<Message> {
        self.send(b'Q', format!("{text}\0").as_bytes());
        self.until_ready()
    }

    /// A question with parameters as texts, and at most so many rows.
    fn ask(&mut self, text: &str, values: &[&str], most: i32) -> Vec<Message> {
        self.send(b'P', format!("\0{text}\0\0\0").as_bytes());
        let mut bind = b"\0\0\0\0".to_vec();
        bind.extend(u16::try_from(values.len()).expect("few").to_be_bytes());
        for value in values {
            bind.extend(i32::try_from(value.len()).expect("short").to_be_bytes());
            bind.extend(value.as_bytes());
        }
        bind.extend([0, 0]);
        self.send(b'B', &bind);
        self.send(b'D', b"P\0");
        self.send(b'E', &[&[0], most.to_be_bytes().as_slice()].concat());
        self.send(b'S', b"");
        self.until_ready()
    }
}

fn rows(messages: &[Message]) -> usize {
    messages.iter().filter(|message| message.kind == b'D').count()
}

fn refused(messages: &[Message], code: &str) -> bool {
    messages.iter().any(|message| message.kind == b'E' && message.says(&format!("C{code}\0")))
}

fn is_first_value(messages: &[Message], value: &str) -> bool {
    let row = messages.iter().find(|message| message.kind == b'D');
    row.is_some_and(|row| row.body.get(6..) == Some(value.as_bytes()))
}

const QUESTION: &str = "SELECT count(*) FROM dns_queries WHERE query = $1";
const NAME: &str = "plain-look-up-of-everybody-7.example";

#[tokio::test(flavor = "multi_thread")]
async fn a_key_gets_the_rows_of_its_scope_and_no_byte_more() {
    let (home, key) = home_and_key().await;
    let server = Server::start(&home);
    let mut client = Client::new(&server, &key);
    assert_eq!(rows(&client.query("SELECT * FROM dns_queries")), 500);
    for query in [
        "SELECT * FROM dns_queries",
        "SELECT raw FROM dns_queries LIMIT 3",
        "EXPLAIN ANALYZE SELECT * FROM dns_queries",
        "SELECT * FROM pg_catalog.pg_class",
        "SELECT * FROM information_schema.columns",
    ] {
        for answer in [client.query(query), client.ask(query, &[], 0)] {
            assert!(rows(&answer) > 0, "{query}: {answer:?}");
            assert!(!answer.iter().any(|message| message.says(CANARY)), "{query}");
        }
    }
    let hidden = client.ask(QUESTION, &[&format!("{CANARY}-7.example")], 0);
    assert!(is_first_value(&hidden, "0"), "{hidden:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_values_and_rows_come_in_parts() {
    let (home, key) = home_and_key().await;
    let server = Server::start(&home);
    let mut client = Client::new(&server, &key);
    assert!(is_first_value(&client.ask(QUESTION, &[NAME], 0), "1"));
    assert!(is_first_value(&client.ask(QUESTION, &["x' OR '1'='1"], 0), "0"));
    assert!(is_first_value(&client.ask("SELECT $1::int + 1", &["41"], 0), "42"));
    assert!(refused(&client.ask("SELECT $1::int + 1", &["many"], 0), "22P02"));
    assert!(refused(&client.ask(QUESTION, &[], 0), "08P01"));
    let part = client.ask("SELECT query FROM dns_queries", &[], 10);
    assert_eq!(rows(&part), 10);
    assert!(part.iter().any(|message| message.kind == b's'), "{part:?}");
    // As many as a client can name must not be made room for.
    assert_eq!(rows(&client.ask("SELECT query FROM dns_queries", &[], i32::MAX)), 500);
    assert_eq!(rows(&client.query("SELECT 1; SELECT 2; SELECT 3; SHOW timezone")), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_without_a_key_that_stands_and_nobody_writes() {
    let (home, key) = home_and_key().await;
    let server = Server::start(&home);
    for wrong in ["", "mgy_nobody_nothing", key.get(..key.len() - 1).expect("longer")] {
        let (mut client, answer) = Client::knock(&server, "ann", wrong);
        assert!(refused(&answer, "28P01"), "{answer:?}");
        // Going on all the same leads nowhere.
        drop(client.stream.write_all(b"Q\0\0\0\x0dSELECT 1\0"));
        assert_eq!(rows(&client.until_ready()), 0);
    }
    let (_, answer) = Client::knock(&server, "ann", "a long passphrase of words");
    assert!(answer.iter().any(|message| message.kind == b'Z'), "{answer:?}");
    let mut client = Client::new(&server, &key);
    for query in ["DROP TABLE dns_queries", "WITH a AS (SELECT 1) INSERT INTO dns_queries SELECT * FROM a"] {
        assert!(refused(&client.query(query), "25006"), "{query}");
    }
    assert!(refused(&client.query("SELECT nothing FROM dns_queries"), "42703"));
    assert!(refused(&client.query("SELECT * FROM nothing"), "42P01"));
    assert!(refused(&client.query("SELEC 1"), "42601"));
    for query in ["SELECT name FROM information_schema.df_settings", "SELECT pg_read_file('/etc/passwd')", "SHOW ALL"] {
        assert_eq!(rows(&client.query(query)), 0, "{query}");
    }
    client.query("BEGIN");
    assert!(refused(&client.query("SELECT nothing FROM dns_queries"), "42703"));
    assert!(refused(&client.query("SELECT 1"), "25P02"));
    client.query("ROLLBACK TO SAVEPOINT before");
    assert_eq!(rows(&client.query("SELECT 1")), 1);
    client.query("ROLLBACK");
    assert_eq!(rows(&client.query("SELECT 1")), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_stops_when_its_client_says_so_or_its_time_is_over() {
    let (home, key) = home_and_key().await;
    let server = Server::start(&home);
    let mut client = Client::new(&server, &key);
    let endless = "WITH n AS (SELECT * FROM generate_series(1, 100000) AS t(v)) \
                   SELECT count(*) FROM n a, n b, n c WHERE a.v + b.v <> c.v";
    let begun = Instant::now();
    client.send(b'Q', format!("{endless}\0").as_bytes());
    std::thread::sleep(Duration::from_millis(500));
    for secret in [vec![0; client.number_and_secret.len() - 4], client.number_and_secret[4..].to_vec()] {
        let stream = TcpStream::connect(server.address).expect("connects");
        let mut other = Client { stream, number_and_secret: Vec::new() };
        let number = &client.number_and_secret[..4];
        other.send_bare(&[80_877_102_i32.to_be_bytes().as_slice(), number, &secret].concat());
    }
    assert!(refused(&client.until_ready(), "57014"));
    assert!(begun.elapsed() < Duration::from_secs(30));
    client.query("SET statement_timeout = 700");
    assert!(refused(&client.query(endless), "57014"));
    client.query("SET statement_timeout = 0");
    assert_eq!(rows(&client.query("SELECT 1")), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rude_clients_leave_the_server_as_it_was() {
    let (home, key) = home_and_key().await;
    let server = Server::start(&home);
    let long = [b"Q".as_slice(), 0x3fff_0000_i32.to_be_bytes().as_slice(), &vec![b'x'; 3 << 20]].concat();
    for bytes in [b"GET / HTTP/1.1\r\n\r\n".to_vec(), vec![0; 64], vec![0xff; 64], long.clone()] {
        let mut stream = TcpStream::connect(server.address).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(40))).expect("sets");
        drop(stream.write_all(&bytes));
        drop(stream.read_to_end(&mut Vec::new()));
    }
    let mut client = Client::new(&server, &key);
    drop(client.stream.write_all(&long));
    assert_eq!(rows(&client.until_ready()), 0);
    let mut client = Client::new(&server, &key);
    for n in 0..600 {
        client.send(b'P', format!("s{n}\0SHOW timezone\0\0\0").as_bytes());
    }
    client.send(b'S', b"");
    assert!(refused(&client.until_ready(), "54000"));
    assert_eq!(rows(&Client::new(&server, &key).query("SELECT 1")), 1);
    let many: Vec<_> = (0..30).map(|_| Client::knock(&server, "ann", &key)).collect();
    assert!(many.iter().any(|(_, answer)| refused(answer, "53300")));
}

#[tokio::test(flavor = "multi_thread")]
async fn psql_describes_what_the_key_sees() {
    let (home, key) = home_and_key().await;
    let server = Server::start(&home);
    for (question, says) in [
        ("\\dt", "dns_queries"),
        ("\\d", "dns_queries"),
        ("\\d dns_queries", "observed_at"),
        ("\\l", "margay"),
        ("\\dn", "lake"),
        ("select version()", "PostgreSQL"),
        ("select current_user, current_database(), current_schema()", "ann|margay|lake"),
        ("select count(*) from dns_queries", "500"),
    ] {
        let Some(output) = server.psql(&key, &["-c", question]) else { return };
        let told = String::from_utf8_lossy(&output.stdout);
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && told.contains(says) && wrong.is_empty(), "{question}: {told}\n{wrong}");
        assert!(!told.contains("secret"), "{question}: {told}");
    }
}
