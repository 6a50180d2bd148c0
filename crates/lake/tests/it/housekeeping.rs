//! Compaction, expiry, vacuum, new columns, damage.

use std::{fs, time::Duration};

use schema::Timestamp;

use crate::rows::{DAY, HOUR, NEW_YEAR, arrival, fresh, number, open, records, table, texts};

fn on_day(day: i64) -> impl Fn(u64) -> i64 {
    // Backwards within the day, so that files overlap and merging has to sort.
    move |position| NEW_YEAR + day * DAY + 20 * HOUR - i64::try_from(position).expect("small") * 1_000_000
}

#[tokio::test(flavor = "multi_thread")]
async fn compaction_changes_files_only() {
    let (folder, lake) = fresh().await;
    let conn = table("connections");
    for n in 0..10 {
        lake.append(vec![arrival(conn, n, 0..500, on_day(0)), arrival(conn, n + 100, 0..500, on_day(1))])
            .await
            .expect("appends");
    }
    let everything = "SELECT concat(record_id, raw, observed_at::text, src_ip) AS x FROM connections ORDER BY x";
    let before = texts(&lake, everything).await;
    let touched = lake.touched(conn, None).await.expect("reads");
    let positions = lake.positions(conn).await.expect("reads");
    assert_eq!(lake.describe(conn).await.expect("reads").files, 20);

    let compacted = lake.compact(conn).await.expect("compacts");
    assert_eq!((compacted.files_before, compacted.files_after), (20, 2));
    assert_eq!(lake.compact(conn).await.expect("compacts"), lake::Compacted::default());

    let lake = open(&folder).await;
    assert_eq!(texts(&lake, everything).await, before);
    assert_eq!(lake.positions(conn).await.expect("reads"), positions);
    assert_eq!(lake.touched(conn, touched.version).await.expect("reads").hours, []);
    assert_eq!(lake.touched(conn, None).await.expect("reads").hours, touched.hours);
    assert_eq!(lake.verify().await, []);

    // Merged files are as good for hunts, and old files go when nobody can want them.
    assert_eq!(lake.vacuum(conn, Duration::from_secs(3_600)).await.expect("vacuums"), 0);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(lake.vacuum(conn, Duration::ZERO).await.expect("vacuums"), 20);
    assert_eq!(records(&lake, "connections").await, (10_000, 10_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn compaction_and_appends_at_once_lose_nothing() {
    let (folder, lake) = fresh().await;
    let other = open(&folder).await;
    let conn = table("connections");
    let appending = async {
        for n in 0..30 {
            lake.append(vec![arrival(conn, n, 0..100, on_day(0))]).await.expect("appends");
        }
    };
    let compacting = async {
        for _ in 0..6 {
            other.compact(conn).await.expect("compacts");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    tokio::join!(appending, compacting);
    other.compact(conn).await.expect("compacts");
    assert_eq!(records(&lake, "connections").await, (3_000, 3_000));
    assert_eq!(lake.verify().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn touched_hours_are_exact() {
    let (_folder, lake) = fresh().await;
    let conn = table("connections");
    assert_eq!(lake.touched(conn, None).await.expect("reads"), lake::Touched::default());
    lake.append(vec![arrival(conn, 1, 0..10, |_| NEW_YEAR)]).await.expect("appends");
    let first = lake.touched(conn, None).await.expect("reads");
    assert_eq!(first.hours, [Timestamp::from_micros(NEW_YEAR).expect("in range")]);
    // Two hours far apart in one batch: those between are not touched.
    lake.append(vec![arrival(conn, 2, 0..2, |position| NEW_YEAR + i64::try_from(position).expect("small") * 9 * HOUR)])
        .await
        .expect("appends");
    let second = lake.touched(conn, first.version).await.expect("reads");
    let hours: Vec<i64> = second.hours.iter().map(|hour| (hour.micros() - NEW_YEAR) / HOUR).collect();
    assert_eq!(hours, [0, 9]);
    assert_eq!(lake.touched(conn, second.version).await.expect("reads").hours, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_days_expire_and_stay_visible_in_the_past() {
    let (_folder, lake) = fresh().await;
    let conn = table("connections");
    for day in 0..4 {
        let source = u64::try_from(day).expect("small");
        lake.append(vec![arrival(conn, source, 0..100, on_day(day))]).await.expect("appends");
    }
    let before = lake.versions().await.expect("reads");
    let cut = Timestamp::from_micros(NEW_YEAR + 2 * DAY + HOUR).expect("in range");
    assert_eq!(lake.expire(conn, cut).await.expect("expires"), 2);
    assert_eq!(lake.expire(conn, cut).await.expect("expires"), 0);
    assert_eq!(number(&lake, "SELECT count(*) FROM connections").await, 200);
    assert_eq!(number(&lake, "SELECT count(*) FROM connections WHERE day < '2026-01-03'").await, 0);
    let past = lake.sql("SELECT count(*) FROM connections", Some(lake::AsOf::Versions(before))).await.expect("asks");
    assert_eq!(crate::rows::one_number(&past.collect().await.expect("an answer")), 400);
    // Positions are kept: what expired does not come back by reading the source again.
    assert_eq!(lake.append(vec![arrival(conn, 0, 0..100, on_day(0))]).await.expect("appends").tables, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_the_stored_table_lacks_are_added() {
    let (folder, lake) = fresh().await;
    let conn = table("connections");
    lake.append(vec![arrival(conn, 1, 0..10, on_day(0))]).await.expect("appends");
    // An older Margay did not know `action`: take it out of the stored schema.
    let log = folder.path().join("connections/_delta_log/00000000000000000000.json");
    let text = fs::read_to_string(&log).expect("the first commit");
    let (before, rest) = text.split_once("{\\\"name\\\":\\\"action\\\"").expect("the column is declared");
    let (_, after) = rest.split_once("}},").expect("the column is not the last");
    fs::write(&log, format!("{before}{after}")).expect("writable");

    let lake = open(&folder).await;
    assert_eq!(number(&lake, "SELECT count(*) FROM connections WHERE action IS NULL").await, 10);
    lake.append(vec![arrival(conn, 1, 10..20, on_day(0))]).await.expect("appends");
    assert_eq!(records(&lake, "connections").await, (20, 20));
    assert_eq!(number(&lake, "SELECT count(action) FROM connections").await, 0);
    assert_eq!(lake.verify().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_found_and_named() {
    let (folder, lake) = fresh().await;
    let conn = table("connections");
    lake.append(vec![arrival(conn, 1, 0..10, on_day(0)), arrival(conn, 2, 0..10, on_day(1))]).await.expect("appends");
    let mut files: Vec<_> = fs::read_dir(folder.path().join("connections/day=2026-01-01"))
        .expect("a folder")
        .map(|file| file.expect("a file").path())
        .collect();
    let file = files.pop().expect("a data file");
    let bytes = fs::read(&file).expect("readable");
    for damaged in [&bytes[..8], &bytes[..bytes.len() - 1], &[]] {
        fs::write(&file, damaged).expect("writable");
        let problems = lake.verify().await;
        assert_eq!(problems.len(), 1);
        assert!(problems[0].file.as_deref().is_some_and(|name| name.starts_with("day=2026-01-01/")), "{problems:?}");
    }
    fs::remove_file(&file).expect("removable");
    assert_eq!(lake.verify().await.len(), 1);
    assert_eq!(number(&lake, "SELECT count(*) FROM connections WHERE day = '2026-01-02'").await, 10);
}

/// A year of days with a row or so each, in one append.
fn sparse(position: u64) -> i64 {
    NEW_YEAR + i64::try_from(position % 365).expect("small") * DAY + i64::try_from(position).expect("small")
}

#[tokio::test(flavor = "multi_thread")]
async fn days_with_few_rows_share_a_file_and_are_asked_for_all_the_same() {
    let (folder, lake) = fresh().await;
    let conn = table("connections");
    lake.append(vec![arrival(conn, 1, 0..730, sparse)]).await.expect("appends");
    let report = lake.describe(conn).await.expect("reads");
    assert_eq!((report.files, report.rows, report.days), (1, 730, 365));
    assert_eq!(report.first_day.map(Timestamp::micros), Some(NEW_YEAR));
    lake.append(vec![arrival(conn, 2, 0..10, on_day(3))]).await.expect("appends");

    let lake = open(&folder).await;
    assert_eq!(number(&lake, "SELECT count(*) FROM connections WHERE day = '2026-01-04'").await, 12);
    assert_eq!(number(&lake, "SELECT count(*) FROM connections WHERE day >= '2026-12-30'").await, 4);
    assert_eq!(number(&lake, "SELECT count(*) FROM connections WHERE day IS NULL").await, 0);
    assert_eq!(number(&lake, "SELECT count(DISTINCT day) FROM connections").await, 365);
    assert_eq!(number(&lake, "SELECT count(*) FROM connections WHERE day <> observed_at::date").await, 0);
    let by_day = "SELECT concat(day, ' ', count(*)) AS x FROM connections GROUP BY day ORDER BY day LIMIT 4";
    let days = ["2026-01-01 2", "2026-01-02 2", "2026-01-03 2", "2026-01-04 12"];
    assert_eq!(texts(&lake, by_day).await, days);
    let none = "EXPLAIN SELECT day FROM connections WHERE day = '2025-06-01'";
    let plan = format!("{:?}", lake.sql(none, None).await.expect("a query").collect().await.expect("an answer"));
    assert!(plan.contains("EmptyExec"), "{plan}");

    // What is too old goes, to the row, although its file has younger ones.
    let touched = lake.touched(conn, None).await.expect("reads");
    let cut = Timestamp::from_micros(NEW_YEAR + 300 * DAY + HOUR).expect("in range");
    assert_eq!(lake.expire(conn, cut).await.expect("expires"), 2);
    assert_eq!(number(&lake, "SELECT count(*) FROM connections").await, 130);
    assert_eq!(texts(&lake, "SELECT min(day)::text AS x FROM connections").await, ["2026-10-28"]);
    assert_eq!(lake.touched(conn, touched.version).await.expect("reads").hours, []);
    assert_eq!(lake.expire(conn, cut).await.expect("expires"), 0);
    assert_eq!(lake.verify().await, []);
}
