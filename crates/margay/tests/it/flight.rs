//! Arrow Flight SQL as clients speak it: with a key that sees one dataset.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use arrow_array::{Array, RecordBatch};
use arrow_flight::sql::{CommandGetTables, client::FlightSqlServiceClient};
use engine::{Config, Engine, NewKey, Principal, SignedIn};
use futures::TryStreamExt;
use schema::{Datasets, Scope, Tlp};
use tonic::transport::{Channel, Endpoint};

use crate::home::{Home, ZEEK_DNS};

pub(crate) const CANARY: &str = "canary-of-a-dataset-that-is-not-seen";

/// A server that ends with the test.
struct Server {
    child: Child,
    flight: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("was there");
        self.child.wait().expect("has ended");
    }
}

fn serve(home: &Home) -> Server {
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0", "--flight", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let flight = lines.map_while(Result::ok).find_map(|line| Some(line.split_once("grpc://")?.1.to_owned()));
    Server { child, flight: format!("http://{}", flight.expect("says where it is")) }
}

/// A home with two datasets, and a key that sees one of them.
pub(crate) async fn home_and_key() -> (Home, String) {
    let home = Home::new();
    for (dataset, name) in [("open", "plain-look-up-of-everybody"), ("secret", CANARY)] {
        let line = |n: u64| {
            let (at, port) = (1_763_600_000 + n, 2_000 + n);
            format!("{at}.0\tC{n}{dataset}\t10.0.0.5\t{port}\t192.0.2.53\t53\tudp\t{name}-{n}.example\tA\tNOERROR\n")
        };
        let log = home.path(&format!("{dataset}.log"));
        let lines: String = (0..500).map(line).collect();
        fs::write(&log, [ZEEK_DNS, &lines].concat()).expect("written");
        home.ok(&["ingest", "--dataset", dataset, &log.to_string_lossy()]);
    }
    let folder = engine::Home::open(home.path("home")).expect("a home");
    let config = Config::load(&folder.config(), std::iter::empty()).expect("a configuration");
    let engine = Engine::open(folder, config).await.expect("opens");
    let link = engine.first_start_link().await.expect("writes").expect("nobody is there yet");
    let ann = engine.set_up(&link, "ann", "a long passphrase of words", None, "test").await.expect("sets up");
    assert!(matches!(ann, SignedIn::Session(_)));
    let ann = engine.person("ann").await.expect("is there");
    let datasets = Datasets::Only(["open".to_owned()].into());
    let new = NewKey {
        name: "notebook".to_owned(),
        role: None,
        scope: Some(Scope { datasets, ceiling: Tlp::AmberStrict }),
        expires_days: None,
        addresses: Vec::new(),
    };
    let (_, key) = engine.make_key(&Principal::owner("test"), &ann, &new).await.expect("makes a key");
    engine.close().await;
    (home, key)
}

async fn client(server: &Server, key: Option<&str>) -> FlightSqlServiceClient<Channel> {
    let endpoint: Endpoint = server.flight.parse().expect("an address");
    let mut client = FlightSqlServiceClient::new(endpoint.connect().await.expect("connects"));
    if let Some(key) = key {
        client.set_token(key.to_owned());
    }
    client
}

async fn ask(client: &mut FlightSqlServiceClient<Channel>, query: &str) -> Result<Vec<RecordBatch>, String> {
    let info = client.execute(query.to_owned(), None).await.map_err(|error| error.to_string())?;
    let ticket = info.endpoint[0].ticket.clone().expect("a ticket");
    let rows = client.do_get(ticket).await.map_err(|error| error.to_string())?;
    rows.try_collect().await.map_err(|error| error.to_string())
}

fn n_rows(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_gets_the_rows_of_its_scope_and_no_byte_more() {
    let (home, key) = home_and_key().await;
    let server = serve(&home);
    let mut client = client(&server, Some(&key)).await;
    assert_eq!(n_rows(&ask(&mut client, "SELECT * FROM dns_queries").await.expect("rows")), 500);
    for query in [
        "SELECT * FROM dns_queries",
        "SELECT raw FROM dns_queries LIMIT 3",
        "EXPLAIN ANALYZE SELECT * FROM dns_queries",
    ] {
        let answer = ask(&mut client, query).await.expect("rows");
        let columns = answer.iter().flat_map(RecordBatch::columns);
        let data: Vec<_> = columns.map(|column| column.to_data()).collect();
        let buffers = data.iter().flat_map(|data| data.buffers());
        let told: Vec<u8> = buffers.flat_map(|buffer| buffer.as_slice().to_vec()).collect();
        assert!(!told.is_empty());
        assert!(!told.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "{query}");
    }
    let tables = client.get_tables(CommandGetTables::default()).await.expect("plans");
    let ticket = tables.endpoint[0].ticket.clone().expect("a ticket");
    let tables: Vec<RecordBatch> = client.do_get(ticket).await.expect("answers").try_collect().await.expect("tables");
    assert!(n_rows(&tables) > 20);
    let mut prepared =
        client.prepare("SELECT count(*) AS n FROM dns_queries".to_owned(), None).await.expect("prepares");
    let info = prepared.execute().await.expect("plans");
    let ticket = info.endpoint[0].ticket.clone().expect("a ticket");
    assert_eq!(n_rows(&client.do_get(ticket).await.expect("answers").try_collect::<Vec<_>>().await.expect("rows")), 1);
    let error = ask(&mut client, "DROP TABLE dns_queries").await.expect_err("it reads only");
    assert!(error.contains("answers questions only"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_without_a_key_that_stands() {
    let (home, key) = home_and_key().await;
    let server = serve(&home);
    let cut = key.get(..key.len() - 1);
    for wrong in [None, Some("mgy_nobody_nothing"), cut] {
        let mut client = client(&server, wrong).await;
        let error = ask(&mut client, "SELECT 1").await.expect_err("refused");
        assert!(error.contains("API key"), "{error}");
        client.get_tables(CommandGetTables::default()).await.expect_err("refused");
    }
    let mut ann = client(&server, None).await;
    ann.handshake("ann", "a wrong passphrase").await.expect_err("refused");
    ann.handshake("ann", "a long passphrase of words").await.expect("is let in");
    assert_eq!(n_rows(&ask(&mut ann, "SELECT * FROM dns_queries").await.expect("rows")), 1_000);
}
