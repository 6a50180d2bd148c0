//! How fast a server answers over many events while records come in: a home folder that is made up, the program itself
//! in a process of its own before it, and a client that asks at its own pace.

mod asking;
mod records;
mod server;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use self::{
    asking::{Client, paced},
    server::Server,
};
use super::store::fill;
use crate::{
    Config, DetectPlan, Engine, Error, Home, IngestPlan, NewKey, NewPerson, Principal, Result, Role, Stop,
    error::io,
    pipeline::{self, Unwatched},
};

/// What to serve, and what to ask of it.
#[derive(Debug, Clone)]
pub struct ServeBench {
    /// The program: it is started as `program serve`.
    pub program: PathBuf,
    pub events: u64,
    /// Records in the lake, which SQL is asked for.
    pub rows: u64,
    /// Pages of events that are asked for in a second, and for how long.
    pub pages_per_second: u32,
    pub seconds: u32,
    /// Records that come in meanwhile.
    pub records_per_second: u32,
}

/// What a bench of the server has measured. Milliseconds are from when an answer was due to be asked for until its last
/// byte had come.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ServeFigures {
    pub events: u64,
    pub rows: u64,
    pub pages: AnswerFigures,
    /// Records that were committed a second while pages were asked for.
    pub records_per_second: f64,
    /// Single addresses, one question after the other.
    pub addresses: Vec<AnswerFigures>,
    pub sql: SqlFigures,
}

/// How long answers took.
#[derive(Debug, Clone, serde::Serialize)]
pub struct AnswerFigures {
    pub what: String,
    pub answers: u64,
    /// Answers that were not 200.
    pub refused: u64,
    pub bytes: u64,
    pub ms_median: f64,
    pub ms_p99: f64,
    pub ms_most: f64,
}

/// One large answer as a stream of Arrow.
#[derive(Debug, Clone, serde::Serialize)]
pub struct SqlFigures {
    pub bytes: u64,
    pub ms_first: f64,
    pub seconds: f64,
    pub megabytes_per_second: f64,
}

/// Files of records that are brought in before: so many records each.
const RECORDS_AT_ONCE: u64 = 1_000_000;

/// How often each single address is asked.
const TIMES: u32 = 20;

/// Columns that a hunt would read: texts, numbers and times.
const QUESTION: &str = "SELECT observed_at, src_ip, src_port, dst_ip, dst_port, query, response_code, dataset, \
                        record_id FROM dns_lookups";

/// Fills a home folder below `folder`, serves it, and asks.
pub async fn bench_serve(plan: &ServeBench, folder: &Path) -> Result<ServeFigures> {
    let home = folder.join("home");
    let key = prepare(plan, &home, folder).await?;
    let inbox = folder.join("inbox");
    std::fs::create_dir(&inbox).map_err(io("make", &inbox))?;
    let server = Server::start(&plan.program, &home, &inbox)?;
    let client = Client::new(server.address(), &key)?;
    client.is_ready().await?;
    let addresses = addresses(&client).await?;
    let sql = client.sql(QUESTION, plan.rows).await?;
    let before = client.rows().await?;
    let coming = records::Coming::begin(inbox, plan.records_per_second);
    let pages = paced(&client, plan.pages_per_second, Duration::from_secs(u64::from(plan.seconds))).await?;
    let came = client.rows().await?.saturating_sub(before);
    coming.end()?;
    let records_per_second = came as f64 / f64::from(plan.seconds.max(1));
    Ok(ServeFigures { events: plan.events, rows: plan.rows, pages, records_per_second, addresses, sql })
}

async fn addresses(client: &Client) -> Result<Vec<AnswerFigures>> {
    let mut figures = Vec::new();
    for what in [
        "/events?limit=100",
        "/events/facets",
        "/events/facets?f=severity:high",
        "/events/facets?f=technique:T1003",
        "/overview",
        "/overview?since=1970-12-01T00:00:00Z",
        "/attack/matrix",
        "/search?q=10.1.2.3",
        "/search?q=c4711.example",
    ] {
        figures.push(client.again_and_again(what, TIMES).await?);
    }
    Ok(figures)
}

/// Makes events, records and a key that may see all.
async fn prepare(plan: &ServeBench, home: &Path, folder: &Path) -> Result<String> {
    let engine = Engine::open(Home::open(home)?, Config::default()).await?;
    fill(&engine.store, plan.events).await?;
    let stop = Stop::default();
    for first in (0..plan.rows).step_by(RECORDS_AT_ONCE as usize) {
        let path = folder.join(format!("before-{first}.log"));
        records::write(&path, first, plan.rows.min(first + RECORDS_AT_ONCE))?;
        let ingest = IngestPlan { paths: vec![path.clone()], ..IngestPlan::default() };
        pipeline::ingest(&engine, &ingest, &stop, Arc::new(Unwatched)).await?;
        std::fs::remove_file(&path).map_err(io("remove", &path))?;
    }
    // What is there before is judged before: the server shall judge what comes.
    pipeline::detect(&engine, &DetectPlan::default(), &stop, Arc::new(Unwatched)).await?;
    let owner = Principal::owner("bench");
    let (person, token) = engine
        .invite(&owner, &NewPerson { name: "bench".to_owned(), role: Role::Admin, scope: schema::Scope::everything() })
        .await?;
    drop(token);
    let (_, key) = engine
        .make_key(&owner, &person, &NewKey { name: "bench".to_owned(), role: Some(Role::Analyst), ..NewKey::default() })
        .await?;
    engine.close().await;
    Ok(key)
}

fn no_answer(error: impl std::fmt::Display) -> Error {
    Error::machine("the server that was started for measuring did not answer").detail(error)
}
