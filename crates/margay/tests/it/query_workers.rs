//! Queries that take a process down take down their own, and tell nothing of rows that are not seen.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use arrow_array::{RecordBatch, cast::AsArray, types::Int64Type};
use engine::{Config, Engine, QueryLimits, View};
use futures::TryStreamExt;
use schema::{Datasets, Scope, Tlp};

use crate::home::{Home, ZEEK_DNS};

const CANARY: &str = "canary-of-a-dataset-that-is-not-seen";

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_margay"))
}

/// A home with look-ups in two datasets, and little memory for queries.
fn home() -> Home {
    let home = Home::new();
    fs::create_dir_all(home.path("home")).expect("made");
    fs::write(home.path("home/margay.toml"), "query_memory_mb = 128\nthreads = 2\n").expect("written");
    for (dataset, name) in [("open", "plain-look-up-of-everybody"), ("secret", CANARY)] {
        let line = |n: u64| {
            format!(
                "{}.0\tC{n}{dataset}\t10.0.0.5\t{}\t192.0.2.53\t53\tudp\t{name}-{n}.example\tA\tNOERROR\n",
                1_763_600_000 + n,
                2_000 + n
            )
        };
        let lines: String = (0..2_000).map(line).collect();
        let log = home.path(&format!("{dataset}.log"));
        fs::write(&log, [ZEEK_DNS, &lines].concat()).expect("written");
        home.ok(&["ingest", "--dataset", dataset, &log.to_string_lossy()]);
    }
    home
}

async fn engine(home: &Home) -> Engine {
    let folder = engine::Home::open(home.path("home")).expect("a home");
    let config = Config::load(&folder.config(), std::iter::empty()).expect("a configuration");
    Engine::open(folder, config).await.expect("opens").with_query_workers(program()).expect("starts workers")
}

async fn ask(view: &View, query: &str, limits: &QueryLimits) -> Result<Vec<RecordBatch>, String> {
    let rows = view.sql(query, limits).await.map_err(|error| error.to_string())?;
    rows.try_collect().await.map_err(|error| error.to_string())
}

async fn count(view: &View) -> i64 {
    let answer = ask(view, "SELECT count(*) FROM dns_queries", &QueryLimits::default()).await.expect("an answer");
    answer[0].column(0).as_primitive::<Int64Type>().value(0)
}

/// Each of these ends a process that takes it as it is, or keeps it busy for hours.
fn killers() -> Vec<String> {
    let many = |n: usize, word: &str, by: &str| vec![word; n].join(by);
    let ctes = |n: usize| -> String {
        let parts: Vec<String> =
            (1..=n).map(|n| format!("c{n} AS (SELECT a.x FROM c{} a, c{} b)", n - 1, n - 1)).collect();
        format!("WITH c0 AS (SELECT 1 AS x), {} SELECT count(*) FROM c{n}", parts.join(", "))
    };
    let doubled = |n: usize| -> String {
        let inner = (0..n).fold("SELECT query AS t FROM dns_queries".to_owned(), |inner, _| {
            format!("SELECT concat(t, t) AS t FROM ({inner})")
        });
        format!("SELECT sum(length(t)) FROM ({inner})")
    };
    let cross = "dns_queries a, dns_queries b, dns_queries c, dns_queries d";
    vec![
        format!("SELECT 1 WHERE {}", many(20_000, "1=1", " OR ")),
        format!("SELECT {}", many(20_000, "1", "+")),
        many(5_000, "SELECT 1", " UNION ALL "),
        format!("SELECT {}1{}", "(".repeat(3_000), ")".repeat(3_000)),
        ctes(20),
        "SELECT sum(length(repeat(query, 100000))) FROM dns_queries".to_owned(),
        "SELECT repeat('x', 2000000000)".to_owned(),
        "SELECT length(lpad('x', 2000000000, 'y'))".to_owned(),
        "SELECT array_repeat('x', 2000000000)".to_owned(),
        "SELECT array_length(range(0, 3000000000))".to_owned(),
        "SELECT count(*) FROM generate_series(1, 9000000000000000)".to_owned(),
        "WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n".to_owned(),
        format!("SELECT count(*) FROM {cross} WHERE a.query < b.query AND c.query < d.query AND b.query <> c.query"),
        format!("SELECT a.query, b.query FROM {cross} ORDER BY concat(a.query, d.query), c.query"),
        format!("SELECT string_agg(concat(a.query, b.query, c.query), ',') FROM {cross}"),
        format!("SELECT array_agg(a.query) FROM {cross}"),
        format!("SELECT row_number() OVER (ORDER BY concat(a.query, d.query)) FROM {cross}"),
        doubled(34),
        format!("SELECT 'x' {}", "|| 'x' ".repeat(20_000)),
        format!("SELECT CASE {} END", "WHEN 1=1 THEN 1 ".repeat(10_000)),
        format!("SELECT {}1", "- ".repeat(100_000)),
        "SELECT replace(replace(replace(replace(query, '', query), 'a', query), 'e', query), 'o', query) FROM dns_queries".to_owned(),
        "x".repeat(10 << 20),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_query_takes_the_server_or_another_query_with_it() {
    let home = home();
    let engine = engine(&home).await;
    let (bad, good) = (engine.view(&Scope::everything(), "mallory"), engine.view(&Scope::everything(), "ann"));
    let limits = QueryLimits { time: Duration::from_secs(4), bytes: 64 << 20, ..QueryLimits::default() };
    for killer in killers() {
        let begun = Instant::now();
        let asked = tokio::spawn({
            let (bad, limits, killer) = (bad.clone(), limits.clone(), killer.clone());
            async move { ask(&bad, &killer, &limits).await }
        });
        let shown: String = killer.chars().take(80).collect();
        assert_eq!(count(&good).await, 4_000, "beside {shown}");
        let answer = asked.await.expect("the server is there");
        assert!(begun.elapsed() < Duration::from_secs(30), "{shown} took {:?}", begun.elapsed());
        // Some have an answer, small ones; an error is told in words.
        if let Err(error) = answer {
            assert!(error.len() > 20 && !error.contains("cannot be read"), "{shown}: {error}");
        }
        assert_eq!(count(&bad).await, 4_000, "after {shown}");
    }
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lets_an_answer_go_ends_its_query() {
    let home = home();
    let engine = engine(&home).await;
    let view = engine.view(&Scope::everything(), "ann");
    let long = "SELECT a.query FROM dns_queries a, dns_queries b, dns_queries c";
    for _ in 0..6 {
        let mut rows = view.sql(long, &QueryLimits::default()).await.expect("begins");
        rows.try_next().await.expect("answers").expect("a batch");
        drop(rows);
    }
    // Their turns are free again, and so are the processes.
    let begun = Instant::now();
    assert_eq!(count(&view).await, 4_000);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_cut_where_it_was_asked_to_be() {
    let home = home();
    let engine = engine(&home).await;
    let view = engine.view(&Scope::everything(), "ann");
    let ten = QueryLimits { rows: 10, ..QueryLimits::default() };
    let rows = view.sql("SELECT query FROM dns_queries", &ten).await.expect("begins");
    let cut = rows.cut();
    let batches: Vec<RecordBatch> = rows.try_collect().await.expect("an answer");
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 10);
    assert!(cut.load(std::sync::atomic::Ordering::Relaxed));
    let small = QueryLimits { bytes: 1_000, ..QueryLimits::default() };
    let error = ask(&view, "SELECT raw FROM dns_queries", &small).await.expect_err("too large");
    assert!(error.contains("larger than"), "{error}");
    let wrong = ask(&view, "SELECT nothing FROM dns_queries", &QueryLimits::default()).await.expect_err("no column");
    assert!(wrong.contains("nothing"), "{wrong}");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_of_other_datasets_are_in_no_answer() {
    let home = home();
    let engine = engine(&home).await;
    let datasets = Datasets::Only(["open".to_owned()].into());
    let view = engine.view(&Scope { datasets, ceiling: Tlp::Red }, "bob");
    assert_eq!(count(&view).await, 2_000);
    for query in [
        "SELECT * FROM dns_queries",
        "SELECT query FROM dns_queries ORDER BY query LIMIT 3",
        "SELECT max(query), min(raw) FROM dns_queries",
        "SELECT * FROM information_schema.tables",
        "EXPLAIN ANALYZE VERBOSE SELECT * FROM dns_queries WHERE query LIKE '%canary%'",
    ] {
        let answer = ask(&view, query, &QueryLimits::default()).await.expect("an answer");
        let mut bytes = Vec::new();
        let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut bytes, &answer[0].schema()).expect("begins");
        answer.iter().for_each(|batch| writer.write(batch).expect("writes"));
        writer.finish().expect("ends");
        drop(writer);
        assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "{query}");
    }
    // A table that is not there and one that is not seen give one answer.
    let low = engine.view(&Scope { datasets: Datasets::All, ceiling: Tlp::Green }, "eve");
    let hidden = ask(&low, "SELECT * FROM dns_queries", &QueryLimits::default()).await.expect_err("no table");
    let none = ask(&low, "SELECT * FROM dns_querien", &QueryLimits::default()).await.expect_err("no table");
    assert_eq!(hidden.replace("dns_queries", "dns_querien"), none);
    engine.close().await;
}
