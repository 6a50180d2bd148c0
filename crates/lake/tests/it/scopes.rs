//! Who sees a part of the rows learns nothing of the others: not by asking, not by failing, not from bytes.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, cast::AsArray, types::Int64Type};
use lake::Lake;
use schema::{Datasets, EventBatch, Scope, Tlp};

use crate::rows::{NEW_YEAR, arrival, fresh, table};

/// A name that no row of an answer may have, longer than what a view keeps in itself.
const CANARY: &str = "canary-of-a-dataset-that-is-not-seen";

/// Rows in two datasets, side by side in the same files.
async fn two_datasets() -> (tempfile::TempDir, Lake) {
    let (folder, lake) = fresh().await;
    let table = table("connections");
    let mut arrival = arrival(table, 1, 0..1_000, |position| NEW_YEAR + position as i64);
    let rows = arrival.batch.into_rows();
    let text = |of: &dyn Fn(usize) -> String| -> ArrayRef {
        Arc::new((0..1_000).map(|n| Some(of(n))).collect::<StringArray>())
    };
    let mut columns = rows.columns().to_vec();
    for (name, column) in [
        ("dataset", text(&|n| if n % 2 == 0 { "open" } else { "secret" }.to_owned())),
        ("raw", text(&|n| if n % 2 == 0 { format!("plain line {n} of a record") } else { format!("{CANARY}-{n}") })),
    ] {
        columns[table.schema().index_of(name).expect("a column")] = column;
    }
    let rows = RecordBatch::try_new(table.schema(), columns).expect("rows of the table");
    arrival.batch = EventBatch::new(table, rows).expect("rows of the table");
    lake.append(vec![arrival]).await.expect("appends");
    (folder, lake)
}

fn seen(lake: &Lake, names: &[&str], ceiling: Tlp) -> Lake {
    let datasets = Datasets::Only(names.iter().map(|name| (*name).to_owned()).collect());
    lake.within(&Scope { datasets, ceiling }, Tlp::AmberStrict)
}

async fn number(lake: &Lake, query: &str) -> i64 {
    let batches = lake.ask(query, None).await.expect("a query").collect().await.expect("an answer");
    batches[0].column(0).as_primitive::<Int64Type>().value(0)
}

fn bytes(batches: &[RecordBatch]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let Some(first) = batches.first() else { return bytes };
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut bytes, &first.schema()).expect("begins");
    batches.iter().for_each(|batch| writer.write(batch).expect("writes"));
    writer.finish().expect("ends");
    bytes
}

fn holds_canary(bytes: &[u8]) -> bool {
    bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_other_datasets_are_in_no_answer_and_in_no_count() {
    let (_folder, lake) = two_datasets().await;
    let open = seen(&lake, &["open"], Tlp::Red);
    for (query, n) in [
        ("SELECT count(*) FROM connections", 500),
        ("SELECT count(*) FROM connections WHERE dataset = 'secret'", 0),
        ("SELECT count(*) FROM connections WHERE dataset <> 'open' OR true", 500),
        ("SELECT count(DISTINCT dataset) FROM connections", 1),
        ("SELECT count(*) FROM connections a JOIN connections b ON a.record_id = b.record_id", 500),
        ("SELECT count(*) FROM (SELECT dataset FROM connections UNION ALL SELECT dataset FROM connections)", 1_000),
        ("SELECT count(*) FROM connections WHERE raw LIKE 'canary%'", 0),
        ("SELECT count(day) FROM connections", 500),
        ("SELECT count(*) FROM (SELECT 1 FROM connections ORDER BY observed_at DESC LIMIT 700)", 500),
        ("WITH c AS (SELECT * FROM connections) SELECT count(*) FROM c WHERE dataset IN ('secret', 'open')", 500),
    ] {
        assert_eq!(number(&open, query).await, n, "{query}");
        assert_eq!(number(&seen(&lake, &[], Tlp::Red), "SELECT count(*) FROM connections").await, 0);
    }
    assert_eq!(number(&seen(&lake, &["open", "secret"], Tlp::Red), "SELECT count(*) FROM connections").await, 1_000);
}

/// A condition that fails on rows which are not seen would tell what is in them.
#[tokio::test(flavor = "multi_thread")]
async fn no_condition_is_asked_of_rows_that_are_not_seen() {
    let (_folder, lake) = two_datasets().await;
    let open = seen(&lake, &["open"], Tlp::Red);
    for condition in [
        "1 / (CASE WHEN raw LIKE 'canary%' THEN 0 ELSE 1 END) = 1",
        "CAST(CASE WHEN raw LIKE 'canary%' THEN raw ELSE '1' END AS BIGINT) = 1",
        "CAST(CASE WHEN dataset = 'secret' THEN raw ELSE '1' END AS BIGINT) = 1 AND dataset = 'open'",
        "length(raw) / (CASE WHEN starts_with(raw, 'canary') THEN 0 ELSE 1 END) > 0",
    ] {
        assert_eq!(
            number(&open, &format!("SELECT count(*) FROM connections WHERE {condition}")).await,
            500,
            "{condition}"
        );
    }
    let whole = "SELECT count(*) FROM connections WHERE 1 / (CASE WHEN raw LIKE 'canary%' THEN 0 ELSE 1 END) = 1";
    lake.ask(whole, None).await.expect("plans").collect().await.expect_err("the condition does fail on those rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_other_rows_is_in_an_answer() {
    let (_folder, lake) = two_datasets().await;
    let open = seen(&lake, &["open"], Tlp::Red);
    for query in [
        "SELECT * FROM connections",
        "SELECT raw FROM connections LIMIT 5",
        "SELECT raw, dataset FROM connections ORDER BY raw DESC LIMIT 20",
        "SELECT arrow_cast(raw, 'Dictionary(Int32, Utf8)') AS raw FROM connections",
        "SELECT max(raw), min(raw) FROM connections",
        "SELECT array_agg(raw) FROM connections",
        "SELECT named_struct('raw', raw) FROM connections",
        "EXPLAIN ANALYZE VERBOSE SELECT raw FROM connections WHERE raw > 'a'",
        "EXPLAIN VERBOSE SELECT * FROM connections",
    ] {
        let answer = open.ask(query, None).await.expect("a query").collect().await.expect("an answer");
        let told = bytes(&answer);
        assert!(!holds_canary(&told), "{query}");
        assert!(!String::from_utf8_lossy(&told).contains(".parquet"), "{query} names files");
    }
    // The same holds for rows that a query itself leaves out.
    for query in [
        "SELECT raw FROM connections WHERE dataset <> 'secret'",
        "SELECT arrow_cast(raw, 'Dictionary(Int32, Utf8)') AS raw FROM connections WHERE dataset <> 'secret'",
        "SELECT arrow_cast(raw, 'Utf8View') AS raw FROM connections WHERE dataset <> 'secret'",
        "SELECT nullif(raw, CASE WHEN dataset = 'secret' THEN raw END) AS raw FROM connections",
        "SELECT named_struct('raw', CASE WHEN dataset = 'open' THEN raw END) AS raw FROM connections",
        "SELECT CASE WHEN dataset = 'open' THEN make_array(raw) END AS raw FROM connections",
    ] {
        let answer = lake.ask(query, None).await.expect("a query").collect().await.expect("an answer");
        assert!(!holds_canary(&bytes(&answer)), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn telemetry_above_the_ceiling_does_not_exist() {
    let (_folder, lake) = two_datasets().await;
    let low = lake.within(&Scope { datasets: Datasets::All, ceiling: Tlp::Green }, Tlp::AmberStrict);
    let unknown = low.ask("SELECT * FROM no_such_table", None).await.expect_err("no table").detail();
    let hidden = low.ask("SELECT * FROM connections", None).await.expect_err("no table").detail();
    assert_eq!(hidden.map(|text| text.replace("connections", "no_such_table")), unknown);
    let listed = low.ask("SHOW TABLES", None).await.expect("a query").collect().await.expect("an answer");
    assert!(!String::from_utf8_lossy(&bytes(&listed)).contains("connections"));
    // What Margay asks of itself gets no rows, and no error.
    assert_eq!(
        low.sql("SELECT * FROM connections", None).await.expect("a query").collect().await.expect("rows").len(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn scans_see_what_queries_see() {
    let (_folder, lake) = two_datasets().await;
    let open = seen(&lake, &["open"], Tlp::Red);
    let at = |micros| schema::Timestamp::from_micros(micros).expect("in range");
    let window = schema::Window::new(at(NEW_YEAR), at(NEW_YEAR + 1_000));
    let table = table("connections");
    let n = |batches: Vec<RecordBatch>| batches.iter().map(RecordBatch::num_rows).sum::<usize>();
    assert_eq!(n(open.scan(table, &["raw"], window).await.expect("scans").collect().await.expect("rows")), 500);
    let (files, rest) = open.scan_files(table, &["raw"], window, 1).await.expect("scans");
    assert!(files.is_empty(), "files hold rows of everybody");
    let mut seen = 0;
    for rows in rest {
        seen += n(rows.collect().await.expect("rows"));
    }
    assert_eq!(seen, 500);
    assert!(open.scan_runs(table, &["raw"], window).await.expect("scans").0.is_empty());
}
