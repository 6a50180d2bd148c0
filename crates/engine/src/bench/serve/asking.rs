//! A client that asks when a question is due, whether or not the answers before it have come: who waits for them would
//! not see how long the others waited (Tene, "How NOT to Measure Latency", 2015).

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::header;
use tokio::task::JoinSet;

use super::{AnswerFigures, SqlFigures, no_answer};
use crate::{Error, Result};

#[derive(Debug, Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    root: String,
}

/// Time that the server has to come up in, migrations included.
const PATIENCE: Duration = Duration::from_secs(60);

/// Pages that people and programs ask for: the first one, behind the first, of a severity, of a technique, of a day.
const PAGES: [&str; 6] = [
    "/events?limit=100",
    "/events?limit=100&f=severity:high",
    "/events?limit=100&f=technique:T1003",
    "/events?limit=50&f=-severity:critical%20confidence:%3E50",
    "/events?limit=100&since=1970-07-01T00:00:00Z&until=1970-07-02T00:00:00Z",
    "/events?limit=100&since=1970-12-30T00:00:00Z",
];

impl Client {
    pub(super) fn new(server: SocketAddr, key: &str) -> Result<Self> {
        let mut bearer = header::HeaderValue::try_from(format!("Bearer {key}")).map_err(no_answer)?;
        bearer.set_sensitive(true);
        let headers = header::HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
        let http = reqwest::Client::builder().no_proxy().default_headers(headers).build().map_err(no_answer)?;
        Ok(Self { http, root: format!("http://{server}") })
    }

    pub(super) async fn is_ready(&self) -> Result<()> {
        let started = Instant::now();
        loop {
            match self.http.get(format!("{}/readyz", self.root)).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                other if started.elapsed() > PATIENCE => return Err(no_answer(format!("{other:?}"))),
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// Records in the lake at this moment.
    pub(super) async fn rows(&self) -> Result<u64> {
        let answer = self.ask_sql("SELECT count(*) AS n FROM dns_lookups", 1, "application/json").await?;
        let told: serde_json::Value = serde_json::from_slice(&answer.bytes().await.map_err(no_answer)?)?;
        told["rows"][0]["n"].as_u64().ok_or_else(|| Error::internal("the server did not count the rows of the lake"))
    }

    /// Asks the same again and again, one after the other.
    pub(super) async fn again_and_again(&self, what: &str, times: u32) -> Result<AnswerFigures> {
        let mut answers = Vec::new();
        for _ in 0..times {
            answers.push(self.answer(what, Instant::now()).await?);
        }
        Ok(figures(what, answers))
    }

    /// Asks for many rows as a stream of Arrow.
    pub(super) async fn sql(&self, question: &str, rows: u64) -> Result<SqlFigures> {
        let started = Instant::now();
        let mut answer = self.ask_sql(question, rows, "application/vnd.apache.arrow.stream").await?;
        let (mut bytes, mut first) = (0, None);
        while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
            first.get_or_insert_with(|| started.elapsed());
            bytes += chunk.len() as u64;
        }
        let seconds = started.elapsed().as_secs_f64();
        Ok(SqlFigures {
            bytes,
            ms_first: first.unwrap_or_default().as_secs_f64() * 1e3,
            seconds,
            megabytes_per_second: bytes as f64 / 1e6 / seconds,
        })
    }

    async fn ask_sql(&self, question: &str, rows: u64, form: &'static str) -> Result<reqwest::Response> {
        let body = serde_json::json!({ "sql": question, "limit": rows.max(1) }).to_string();
        let request = self.http.post(format!("{}/api/v1/sql", self.root)).body(body);
        let request = request.header(header::CONTENT_TYPE, "application/json").header(header::ACCEPT, form);
        request.send().await.and_then(reqwest::Response::error_for_status).map_err(no_answer)
    }

    async fn answer(&self, what: &str, due: Instant) -> Result<Took> {
        let answer = self.http.get(format!("{}/api/v1{what}", self.root)).send().await.map_err(no_answer)?;
        let refused = !answer.status().is_success();
        let bytes = answer.bytes().await.map_err(no_answer)?.len() as u64;
        Ok(Took { ms: due.elapsed().as_secs_f64() * 1e3, bytes, refused })
    }
}

struct Took {
    ms: f64,
    bytes: u64,
    refused: bool,
}

/// Asks for so many pages of events a second.
pub(super) async fn paced(client: &Client, per_second: u32, time: Duration) -> Result<AnswerFigures> {
    let (client, mut asked) = (Arc::new(client.clone()), JoinSet::new());
    let started = Instant::now();
    let n = u64::from(per_second).saturating_mul(time.as_secs());
    for number in 0..n {
        let due = started + Duration::from_secs_f64(number as f64 / f64::from(per_second));
        tokio::time::sleep_until(due.into()).await;
        let client = Arc::clone(&client);
        let what = PAGES[number as usize % PAGES.len()];
        asked.spawn(async move { client.answer(what, due).await });
    }
    let mut answers = Vec::new();
    while let Some(answer) = asked.join_next().await {
        answers.push(answer.map_err(|_panic| Error::internal("a question ended badly"))??);
    }
    Ok(figures(&format!("pages of events, {per_second} a second"), answers))
}

fn figures(what: &str, mut answers: Vec<Took>) -> AnswerFigures {
    answers.sort_by(|a, b| a.ms.total_cmp(&b.ms));
    let at = |share: f64| {
        let at = ((answers.len() as f64 * share).ceil() as usize).saturating_sub(1);
        answers.get(at).map_or(0.0, |took| took.ms)
    };
    AnswerFigures {
        what: what.to_owned(),
        answers: answers.len() as u64,
        refused: answers.iter().filter(|took| took.refused).count() as u64,
        bytes: answers.iter().map(|took| took.bytes).sum(),
        ms_median: at(0.5),
        ms_p99: at(0.99),
        ms_most: at(1.0),
    }
}
