//! Every record exactly once, whatever is repeated, torn or done twice at a time.

use lake::{Arrival, Lake};
use schema::SourceKey;

use crate::rows::{DAY, HOUR, NEW_YEAR, arrival, fresh, open, options, records, skip, table};

fn hourly(position: u64) -> i64 {
    NEW_YEAR + i64::try_from(position).expect("small") * 1_000_000
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_arrivals_again_add_nothing() {
    let (folder, lake) = fresh().await;
    let conn = table("connections");
    let arrivals = vec![arrival(conn, 1, 0..1_000, hourly), arrival(conn, 2, 0..500, hourly)];
    assert_eq!(lake.append(arrivals.clone()).await.expect("appends").rows(), 1_500);
    assert_eq!(lake.append(arrivals.clone()).await.expect("appends").tables, []);
    let reopened = open(&folder).await;
    assert_eq!(reopened.append(arrivals).await.expect("appends").tables, []);
    assert_eq!(records(&reopened, "connections").await, (1_500, 1_500));
    assert_eq!(reopened.position(conn, SourceKey(1)).await.expect("reads"), Some(1_000));
    assert_eq!(reopened.position(conn, SourceKey(3)).await.expect("reads"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overlap_adds_only_what_is_new() {
    let (_folder, lake) = fresh().await;
    let conn = table("connections");
    lake.append(vec![arrival(conn, 1, 0..700, hourly)]).await.expect("appends");
    let committed = lake.append(vec![arrival(conn, 1, 300..1_000, hourly)]).await.expect("appends");
    assert_eq!(committed.rows(), 300);
    assert_eq!(records(&lake, "connections").await, (1_000, 1_000));
    // In one call, in order, overlapping as well.
    let committed = lake.append(vec![arrival(conn, 1, 900..1_200, hourly), arrival(conn, 1, 1_100..1_300, hourly)]);
    assert_eq!(committed.await.expect("appends").rows(), 300);
    assert_eq!(records(&lake, "connections").await, (1_300, 1_300));
}

/// One arrival of the rows of several, as they come from a file that is written in blocks.
fn together(parts: Vec<Arrival>) -> Arrival {
    let table = parts.first().expect("a part").batch.table();
    let rows: Vec<_> = parts.iter().map(|part| part.batch.rows()).collect();
    let rows = arrow_select::concat::concat_batches(&table.schema(), rows).expect("one schema");
    let stretches = parts.into_iter().flat_map(|part| part.stretches).collect();
    Arrival { batch: schema::EventBatch::new(table, rows).expect("rows of the table"), stretches }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sources_in_one_batch_each_adds_what_is_new_of_it() {
    let conn = table("connections");
    let blocks = |ranges: &[(u64, std::ops::Range<u64>)]| {
        together(ranges.iter().map(|(source, range)| arrival(conn, *source, range.clone(), hourly)).collect())
    };
    let all = blocks(&[(1, 0..100), (2, 0..50), (3, 0..70), (4, 0..10), (5, 0..0)]);
    // Nothing of them is known, the first, the last, one in the middle, a part of several.
    type Known<'a> = &'a [(u64, std::ops::Range<u64>)];
    let knowns: [(Known<'_>, u64); 5] = [
        (&[(6, 0..5)], 230),
        (&[(1, 0..100)], 130),
        (&[(4, 0..10), (3, 0..70)], 150),
        (&[(2, 0..50)], 180),
        (&[(2, 0..20), (3, 0..30), (1, 0..99)], 81),
    ];
    for (known, new) in knowns {
        let (folder, lake) = fresh().await;
        let before = lake.append(vec![blocks(known)]).await.expect("appends").rows();
        assert_eq!(lake.append(vec![all.clone(), all.clone()]).await.expect("appends").rows(), new, "{known:?}");
        let lake = open(&folder).await;
        assert_eq!(lake.append(vec![all.clone()]).await.expect("appends").tables, []);
        let total = i64::try_from(before + new).expect("small");
        assert_eq!(records(&lake, "connections").await, (total, total), "{known:?}");
        assert_eq!(lake.position(conn, SourceKey(3)).await.expect("reads"), Some(70));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_tables_is_made_good() {
    let (folder, lake) = fresh().await;
    let both = |range: std::ops::Range<u64>| {
        vec![arrival(table("connections"), 1, range.clone(), hourly), arrival(table("dns_queries"), 1, range, hourly)]
    };
    // The first table was committed, then the process died.
    lake.append(both(0..1_000).into_iter().take(1).collect()).await.expect("appends");
    drop(lake);
    let lake = open(&folder).await;
    let committed = lake.append(both(0..1_000)).await.expect("appends");
    assert_eq!(committed.tables.iter().map(|table| table.table).collect::<Vec<_>>(), ["dns_queries"]);
    for name in ["connections", "dns_queries"] {
        assert_eq!(records(&lake, name).await, (1_000, 1_000), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_writers_of_the_same_source_do_not_double_it() {
    let (folder, first) = fresh().await;
    let second = open(&folder).await;
    let conn = table("connections");
    let writer = |lake: Lake| async move {
        for start in (0..2_000).step_by(100) {
            let arrivals: Vec<Arrival> = vec![arrival(conn, 1, start..start + 100, hourly)];
            lake.append(arrivals).await.expect("appends");
        }
    };
    tokio::join!(writer(first.clone()), writer(second));
    assert_eq!(records(&first, "connections").await, (2_000, 2_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_survive_checkpoints() {
    let (folder, lake) = fresh().await;
    let conn = table("connections");
    for source in 0..120 {
        lake.append(vec![arrival(conn, source, 0..3, hourly)]).await.expect("appends");
    }
    let checkpoint = folder.path().join("connections/_delta_log/_last_checkpoint");
    assert!(checkpoint.exists(), "120 commits make a checkpoint");
    let positions = open(&folder).await.positions(conn).await.expect("reads");
    assert_eq!(positions.len(), 120);
    assert!(positions.values().all(|position| *position == 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_batch_moves_the_position_only() {
    let (_folder, lake) = fresh().await;
    let quarantine = table("quarantine");
    let committed = lake.append(vec![arrival(quarantine, 1, 10..10, hourly)]).await.expect("appends");
    assert_eq!(committed.rows(), 0);
    assert_eq!(lake.position(quarantine, SourceKey(1)).await.expect("reads"), Some(10));
    assert_eq!(records(&lake, "quarantine").await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_instants_are_kept_in_a_bounded_number_of_files() {
    let (_folder, lake) = fresh().await;
    let conn = table("connections");
    let wild = |position: u64| match position {
        0 => i64::MAX,
        1 => i64::MIN,
        _ => NEW_YEAR - 100_000 * DAY + i64::try_from(position).expect("small") * DAY,
    };
    let committed = lake.append(vec![arrival(conn, 1, 0..2_000, wild)]).await.expect("appends");
    assert_eq!(committed.rows(), 2_000);
    assert!(committed.tables[0].files <= 402, "{committed:?}");
    assert_eq!(records(&lake, "connections").await, (2_000, 2_000));
    assert_eq!(lake.verify().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tables_in_one_append_and_in_memory() {
    let lake = Lake::open("memory:///", &options()).await.expect("opens");
    let in_lake = || schema::tables::ALL.iter().copied().filter(|table| table.partition != schema::Partition::None);
    let arrivals = in_lake().map(|table| arrival(table, 7, 0..50, |position| hourly(position) + HOUR)).collect();
    let committed = lake.append(arrivals).await.expect("appends");
    assert_eq!(committed.tables.len(), in_lake().count());
    for table in in_lake() {
        assert_eq!(records(&lake, table.name).await, (50, 50), "{}", table.name);
    }
}

/// `MARGAY_TEST_SMALL_DISK` names a folder on a file system of at most a few dozen megabytes, which this test fills.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_leaves_no_half_commit() {
    let Some(disk) = std::env::var_os("MARGAY_TEST_SMALL_DISK") else {
        skip("MARGAY_TEST_SMALL_DISK does not name a small file system");
        return;
    };
    let folder = tempfile::TempDir::new_in(disk).expect("a temporary folder");
    let lake = open(&folder).await;
    let conn = table("connections");
    let (mut committed, mut error) = (0, None);
    while error.is_none() && committed < 100_000_000 {
        match lake.append(vec![arrival(conn, 1, committed..committed + 20_000, hourly)]).await {
            Ok(_) => committed += 20_000,
            Err(full) => error = Some(full),
        }
    }
    let error = error.expect("the disk fills up");
    assert!(error.is_disk_full() && error.hint().is_some(), "{error:?}");
    let kept = lake.position(conn, SourceKey(1)).await.expect("reads").expect("something fitted");
    let all = records(&lake, "connections").await;
    assert_eq!((u64::try_from(all.0).expect("a count"), all.0), (kept, all.1));
    assert_eq!(lake.verify().await, []);
}
