//! How fast rows become committed Delta files, and how fast one value is found again.
//!
//! `cargo bench -p margay-lake --bench append -- [millions of rows] [threads]`: Zeek-like connections with raw lines
//! of about 130 bytes, committed 131 072 rows at a time, then compacted, then hunted.

use std::{sync::Arc, time::Instant};

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    new_null_array,
};
use lake::{Arrival, Lake, Options};
use schema::{EventBatch, SourceKey, Table, record_id, tables};

/// 2026-01-01T00:00:00Z in microseconds.
const NEW_YEAR: i64 = 1_767_225_600_000_000;
const BATCH: u64 = 128 * 1024;

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let millions = numbers.first().copied().unwrap_or(2);
    let threads = numbers.get(1).map_or(1, |threads| usize::try_from(*threads).unwrap_or(1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    runtime.expect("a runtime").block_on(run(millions * 1_000_000, threads));
}

async fn run(rows: u64, threads: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = Options { threads, ..Options::default() };
    let lake = Lake::open(&folder.path().display().to_string(), &options).await.expect("opens");
    let table = tables::find("connections").expect("a table");
    let (mut position, mut spent) = (0, 0.0);
    while position < rows {
        let arrival = connections(table, position, BATCH.min(rows - position), rows);
        position += BATCH.min(rows - position);
        let start = Instant::now();
        lake.append(vec![arrival]).await.expect("appends");
        spent += start.elapsed().as_secs_f64();
    }
    let rate = rows as f64 / spent;
    let report = lake.describe(table).await.expect("describes");
    say(&format!("append   {rows} rows in {spent:.2} s = {rate:.0} rows/s with {threads} thread(s)"));
    say(&format!("stored   {:.1} bytes a row in {} files", report.bytes as f64 / rows as f64, report.files));
    let start = Instant::now();
    let compacted = lake.compact(table).await.expect("compacts");
    let spent = start.elapsed().as_secs_f64();
    say(&format!(
        "compact  {} -> {} files in {spent:.2} s = {:.0} rows/s",
        compacted.files_before,
        compacted.files_after,
        rows as f64 / spent
    ));
    let report = lake.describe(table).await.expect("describes");
    say(&format!("stored   {:.1} bytes a row in {} files", report.bytes as f64 / rows as f64, report.files));
    let value = uid(rows / 3);
    for query in [
        format!("SELECT * FROM connections WHERE uid = '{value}'"),
        format!("SELECT * FROM connections WHERE dst_ip = '{}'", "198.51.100.77"),
        "SELECT count(*) FROM connections".to_owned(),
        "SELECT dst_port, sum(src_bytes) FROM connections GROUP BY 1 ORDER BY 2 DESC LIMIT 10".to_owned(),
        "SELECT * FROM connections ORDER BY observed_at DESC LIMIT 10".to_owned(),
    ] {
        for round in ["cold", "warm"] {
            let start = Instant::now();
            let answer = lake.sql(&query, None).await.expect("a query").collect().await.expect("an answer");
            let found: usize = answer.iter().map(RecordBatch::num_rows).sum();
            say(&format!("{round}     {:.3} s, {found} rows: {query}", start.elapsed().as_secs_f64()));
        }
    }
    if let Some(hold) = std::env::var_os("MARGAY_BENCH_KEEP") {
        say(&format!("kept     {}", folder.keep().display()));
        drop(hold);
    }
}

/// Connections of a day for every ten million rows, sorted but for the delay with which sensors write them.
fn connections(table: &'static Table, start: u64, count: u64, rows: u64) -> Arrival {
    let source = SourceKey(1);
    let step = 86_400_000_000_i64 / 10_000_000;
    let positions: Vec<u64> = (start..start + count).collect();
    let texts = |text: &dyn Fn(u64) -> String| -> ArrayRef {
        Arc::new(positions.iter().map(|position| Some(text(*position))).collect::<StringArray>())
    };
    let numbers = |number: &dyn Fn(u64) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(positions.iter().map(|position| number(*position) as i64)))
    };
    let instant = |position: u64| NEW_YEAR + position as i64 * step - (mix(position) % 60_000_000) as i64;
    let columns = table.columns().map(|column| match column.name {
        "record_id" => texts(&|position| record_id(source, position * 131)),
        "dataset" => texts(&|_| "default".to_owned()),
        "source" => texts(&|_| "/var/log/zeek/conn.log".to_owned()),
        "observed_at" => {
            let instants = positions.iter().map(|position| instant(*position));
            Arc::new(TimestampMicrosecondArray::from_iter_values(instants).with_timezone("UTC")) as ArrayRef
        }
        "ingested_at" => {
            let instants = positions.iter().map(|_| NEW_YEAR);
            Arc::new(TimestampMicrosecondArray::from_iter_values(instants).with_timezone("UTC"))
        }
        "observed_sub_ns" => numbers(&|_| 0),
        "sample_weight" => Arc::new(Float64Array::from(vec![1.0; positions.len()])),
        "uid" => texts(&uid),
        "src_ip" => texts(&src_ip),
        "dst_ip" => texts(&|position| dst_ip(position, rows)),
        "src_port" => numbers(&|position| 1_024 + mix(position + 3) % 64_000),
        "dst_port" => numbers(&dst_port),
        "protocol" => texts(&|position| if mix(position).is_multiple_of(4) { "udp" } else { "tcp" }.to_owned()),
        "service" => texts(&|position| ["ssl", "dns", "http", "ssl"][(mix(position) % 4) as usize].to_owned()),
        "duration_ns" => numbers(&|position| mix(position + 5) % 90_000_000_000),
        "src_bytes" => numbers(&|position| mix(position + 6) % 10_000),
        "dst_bytes" => numbers(&|position| mix(position + 7) % 1_000_000),
        "src_packets" => numbers(&|position| mix(position + 8) % 100),
        "dst_packets" => numbers(&|position| mix(position + 9) % 1_000),
        "state" => texts(&|position| ["SF", "S0", "REJ", "SF"][(mix(position) % 4) as usize].to_owned()),
        "history" => texts(&|_| "ShADadFf".to_owned()),
        "src_local" | "dst_local" => Arc::new(BooleanArray::from(vec![true; positions.len()])),
        "raw" => texts(&|position| raw(position, instant(position), rows)),
        _ => new_null_array(&column.kind.data_type(), positions.len()),
    });
    let rows = RecordBatch::try_new(table.schema(), columns.collect()).expect("rows of the table");
    let batch = EventBatch::new(table, rows).expect("rows of the table");
    Arrival::of_one(batch, source, start * 131, (start + count) * 131)
}

fn raw(position: u64, instant: i64, rows: u64) -> String {
    format!(
        "{}.{:06}\t{}\t{}\t{}\t{}\t{}\ttcp\tssl\t{}.{:06}\t{}\t{}\tSF\tT\tF\t0\tShADadFf\t{}\t{}\t{}\t{}\t-",
        instant / 1_000_000,
        instant % 1_000_000,
        uid(position),
        src_ip(position),
        1_024 + mix(position + 3) % 64_000,
        dst_ip(position, rows),
        dst_port(position),
        mix(position + 5) % 90,
        mix(position + 5) % 1_000_000,
        mix(position + 6) % 10_000,
        mix(position + 7) % 1_000_000,
        mix(position + 8) % 100,
        mix(position + 6) % 11_000,
        mix(position + 9) % 1_000,
        mix(position + 7) % 1_100_000,
    )
}

fn uid(position: u64) -> String {
    format!("C{:016x}x", mix(position))
}

fn src_ip(position: u64) -> String {
    format!("10.1.{}.{}", mix(position + 1) % 8, mix(position + 2) % 250)
}

/// Heavy-tailed; one address is contacted only in the last thousandth of the rows.
fn dst_ip(position: u64, rows: u64) -> String {
    let is_rare = position > rows - rows / 1_000 && position.is_multiple_of(500);
    let draw = mix(position + 4) % 1_000_000;
    let host = draw * draw / 1_000_000 * draw / 1_000_000;
    if is_rare {
        "198.51.100.77".to_owned()
    } else {
        format!("203.{}.{}.{}", host / 65_536, host / 256 % 256, host % 256)
    }
}

fn dst_port(position: u64) -> u64 {
    [443, 53, 80, 443, 8443, 22, 443, 123][(mix(position) % 8) as usize]
}

/// A number that looks random and is the same on every run (SplitMix64).
fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[allow(clippy::print_stdout, reason = "a benchmark reports on standard output")]
fn say(line: &str) {
    println!("{line}");
}
