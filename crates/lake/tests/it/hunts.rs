//! Scans and hunts read little of much.

use arrow_array::{RecordBatch, cast::AsArray};
use arrow_schema::DataType;
use futures::StreamExt;
use schema::{Timestamp, Window};

use crate::rows::{DAY, HOUR, NEW_YEAR, arrival, fresh, number, table, texts};

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("in range")
}

/// Ten days of a row every ten seconds.
fn every_ten_seconds(position: u64) -> i64 {
    NEW_YEAR + i64::try_from(position).expect("small") * 10_000_000
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_gives_the_window_and_the_columns() {
    let (_folder, lake) = fresh().await;
    let conn = table("connections");
    lake.append(vec![arrival(conn, 1, 0..86_400, every_ten_seconds)]).await.expect("appends");
    let window = Window::new(instant(NEW_YEAR + DAY + HOUR), instant(NEW_YEAR + DAY + 3 * HOUR));
    let mut rows = lake.scan(conn, &["observed_at", "src_ip", "raw"], window).await.expect("scans");
    let expected = arrow_schema::Schema::new(
        ["observed_at", "src_ip", "raw"].map(|name| conn.column(name).expect("declared").field()).to_vec(),
    );
    assert_eq!(rows.schema().as_ref(), &expected);
    let mut count = 0;
    while let Some(batch) = rows.next().await {
        let batch = batch.expect("a batch");
        assert_eq!(batch.schema().as_ref(), &expected);
        count += batch.num_rows();
    }
    assert_eq!(count, 720);
    let none = lake.scan(conn, &["uid"], Window::new(instant(0), instant(DAY))).await.expect("scans");
    assert!(none.collect().await.expect("nothing").iter().all(|batch| batch.num_rows() == 0));
    let absent = lake.scan(table("logons"), &["user"], window).await;
    assert!(absent.is_ok_and(|rows| rows.schema().fields().len() == 1) || table("logons").column("user").is_none());
}

/// Files of a window give its rows as runs, by number, with any columns: of each group, and of files of several days.
#[tokio::test(flavor = "multi_thread")]
async fn runs_are_the_rows_of_the_window() {
    let (_folder, lake) = fresh().await;
    let conn = table("connections");
    // Two row groups in a file of a day; a file of several days; a source whose rows come in no order.
    let dense = |position: u64| NEW_YEAR + i64::try_from(position).expect("small") * (DAY / 200_000);
    let mixed = |position: u64| NEW_YEAR + i64::try_from(position * 7_919 % 50).expect("small") * HOUR;
    let batches = [
        arrival(conn, 1, 0..200_000, dense),
        arrival(conn, 2, 0..40, |position| every_ten_seconds(position * 1_000)),
        arrival(conn, 3, 0..50, mixed),
    ];
    for batch in batches {
        lake.append(vec![batch]).await.expect("appends");
    }
    let at = |micros: i64| NEW_YEAR + micros;
    for (start, end) in
        [(0, HOUR), (HOUR, 3 * HOUR), (17 * HOUR + 1, 17 * HOUR + 2), (-DAY, 9 * DAY), (DAY - 1, DAY + HOUR)]
    {
        let window = Window::new(instant(at(start)), instant(at(end)));
        let columns = ["record_id", "observed_at"];
        let scanned = lake.scan(conn, &columns, window).await.expect("scans").collect().await.expect("rows");
        let (files, rest) = lake.scan_runs(conn, &columns, window).await.expect("scans");
        assert!(rest.is_none(), "all files of ours ascend in time");
        let mut batches = Vec::new();
        for file in files {
            let file = file.open().await.expect("opens");
            for group in 0..file.n_groups() {
                let run = file.run(group, window).await.expect("a run");
                let whole = file.rows_of(group, &columns, run.clone()).expect("rows").collect().await.expect("rows");
                assert_eq!(whole.iter().map(|batch| batch.num_rows()).sum::<usize>(), run.len());
                let some: Vec<u32> = run.step_by(3).collect();
                let few = file.rows(group, &["record_id"], Some(&some)).expect("rows").collect().await.expect("rows");
                assert_eq!(ids(&few), ids(&whole).into_iter().step_by(3).collect::<Vec<_>>(), "rows by their numbers");
                batches.extend(whole);
            }
        }
        let (mut found, mut expected) = (ids(&batches), ids(&scanned));
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "from {start} to {end}");
    }
}

fn ids(batches: &[RecordBatch]) -> Vec<String> {
    let of = |batch: &RecordBatch| -> Vec<String> {
        let column = arrow_cast::cast(batch.column_by_name("record_id").expect("ids"), &DataType::Utf8).expect("texts");
        column.as_string::<i32>().iter().flatten().map(str::to_owned).collect()
    };
    batches.iter().flat_map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_row_groups_and_pages_are_pruned() {
    let (_folder, lake) = fresh().await;
    let conn = table("connections");
    // Three days of 200 000 rows each: two row groups a day.
    let dense = |position: u64| NEW_YEAR + i64::try_from(position).expect("small") * (DAY / 200_000);
    lake.append(vec![arrival(conn, 1, 0..600_000, dense)]).await.expect("appends");

    let by_time = "SELECT count(*) FROM connections WHERE observed_at >= '2026-01-02T00:00:00Z' \
                   AND observed_at < '2026-01-02T06:00:00Z'";
    assert_eq!(number(&lake, by_time).await, 50_000);
    let plan = explain(&lake, by_time).await;
    assert!(plan.contains("day=2026-01-02") && !plan.contains("day=2026-01-01"), "one file is read:\n{plan}");

    let by_uid = format!(
        "SELECT count(*) FROM connections WHERE uid = 'C{:017x}'",
        12_345_u64.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    );
    assert_eq!(number(&lake, &by_uid).await, 1);
    let plan = explain(&lake, &by_uid).await;
    let bloom = metric(&plan, "row_groups_pruned_bloom_filter");
    assert!(
        bloom.contains("6 total") && bloom.contains("1 matched"),
        "bloom filters leave one of six row groups: {bloom}\n{plan}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_of_ours_work_on_columns_and_literals() {
    let (_folder, lake) = fresh().await;
    lake.append(vec![arrival(table("connections"), 1, 0..1_000, every_ten_seconds)]).await.expect("appends");
    let inside = "SELECT count(*) FROM connections WHERE ip_in_cidr(src_ip, '10.0.0.0/24')";
    assert_eq!(number(&lake, inside).await, 250);
    assert_eq!(texts(&lake, "SELECT domain_is_or_under('a.example.com', 'example.com')").await, ["true"]);
    assert_eq!(texts(&lake, "SELECT ip_in_cidr(NULL, '10.0.0.0/8') IS NULL").await, ["true"]);
}

/// The plan with what it measured.
async fn explain(lake: &lake::Lake, query: &str) -> String {
    let rows = lake.sql(&format!("EXPLAIN ANALYZE {query}"), None).await.expect("explains").collect().await;
    let mut text = String::new();
    for batch in rows.expect("an answer") {
        for column in batch.columns() {
            let column = arrow_cast::cast(column, &DataType::Utf8).expect("castable");
            let column = column.as_string::<i32>();
            text.extend(column.iter().flatten());
        }
    }
    text
}

fn metric(plan: &str, name: &str) -> String {
    let start = plan.find(name).unwrap_or(plan.len());
    plan.chars()
        .skip(plan.chars().count() - plan.get(start..).map_or(0, |rest| rest.chars().count()))
        .take(90)
        .collect()
}
