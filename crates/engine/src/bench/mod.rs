//! How fast this machine reads a user's own files: the figures of `margay bench`.

mod intel;
mod load;
mod rules;
mod serve;
mod store;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use detect::indicators::{Sieve, Sifted};
use ingest::{AnyFormat, Formats, RawBatch, Stamp, Tail};
use schema::{SourceKey, Timestamp};

use crate::{
    Engine, Error, IngestPlan, IntelPlan, Result, Stop, detection, pipeline,
    sources::{self, Input},
};

pub use intel::{IntelFigures, bench_intel};
pub use rules::{Held, HuntFigures, LoadFigures, PeerFigures, RulesBench, RulesReport, bench_rules};
pub use serve::{AnswerFigures, ServeBench, ServeFigures, SqlFigures, bench_serve};
#[cfg(test)]
pub(crate) use store::event as made_up_event;
pub use store::{PageFigures, StoreBench, StoreFigures, bench_store};

/// At most about this much of each format is held in memory and measured.
const SAMPLE_BYTES: u64 = 256 << 20;

/// Bytes by which a format is recognised.
const HEAD_BYTES: u64 = 64 << 10;

/// The files of a format are read again and again for this long, so that small ones are measured as well.
const LONG_ENOUGH: Duration = Duration::from_secs(2);

/// One format, or all of the run.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ReadFigures {
    pub format: String,
    pub n_files: u64,
    /// Unpacked bytes and records of one pass over the files.
    pub bytes: u64,
    pub records: u64,
    pub rejects: u64,
    /// Seconds of one core for one pass: cutting, parsing and normalising, without unpacking.
    pub seconds: f64,
}

/// What a bench of reading has measured.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct BenchReport {
    /// In memory, by format, on one core.
    pub read: Vec<ReadFigures>,
    /// From files to committed rows, with as many threads as are configured.
    pub committed_rows: u64,
    pub committed_bytes: u64,
    pub commit_seconds: f64,
    pub threads: usize,
    /// Files that no format was recognised for, or that could not be read.
    pub passed_over: Vec<String>,
}

/// Reads every file in memory on one core, then ingests all of them into the engine's home, which should be an empty
/// one made for this.
pub async fn bench(engine: &Engine, paths: Vec<PathBuf>, stop: &Stop) -> Result<BenchReport> {
    let inputs = sources::find(&paths)?;
    let measured = tokio::task::spawn_blocking(move || measure(&inputs)).await;
    let (read, passed_over) =
        measured.map_err(|error| Error::internal("a thread ended in a way it must not").detail(error))??;
    stop.check()?;
    let started = Instant::now();
    let plan = IngestPlan { paths, ..IngestPlan::default() };
    let report = pipeline::ingest(engine, &plan, stop, Arc::new(pipeline::Unwatched)).await?;
    Ok(BenchReport {
        read,
        committed_rows: report.rows,
        committed_bytes: report.bytes,
        commit_seconds: started.elapsed().as_secs_f64(),
        threads: engine.config.thread_count(),
        passed_over,
    })
}

/// What a bench of indicators has measured.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct IndicatorFigures {
    pub claims: u64,
    pub rejects: u64,
    /// From files to claims in the store and a sieve on disk.
    pub load_seconds: f64,
    /// From disk to the sieve in memory: what a run of detection begins with.
    pub sieve_seconds: f64,
    pub sieve_bytes: u64,
    /// Values and networks in it.
    pub listed: u64,
    /// Values of telemetry held against it on one core, and rows of which one may be listed.
    pub values: u64,
    pub rows_met: u64,
    pub match_seconds: f64,
}

/// Rows that are held against the sieve in one batch: about as many as a scan of the lake gives.
const ROWS_AT_ONCE: u64 = 65_536;

/// Loads indicators into the engine's home, which should be an empty one made for this, and holds names and addresses
/// against them: such as are seldom listed, because that is what telemetry is made of.
pub async fn bench_indicators(engine: &Engine, plan: &IntelPlan) -> Result<IndicatorFigures> {
    let started = Instant::now();
    let loaded = engine.load_intel(plan).await?;
    let load_seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let sieve = detection::sieve(engine).await?;
    let sieve_seconds = started.elapsed().as_secs_f64();
    let (sieve_bytes, listed) = (sieve.bytes() as u64, sieve.len() as u64);
    let matching = tokio::task::spawn_blocking(move || hold_values(&sieve)).await;
    let (values, rows_met, match_seconds) =
        matching.map_err(|error| Error::internal("a thread ended in a way it must not").detail(error))??;
    Ok(IndicatorFigures {
        claims: loaded.claims,
        rejects: loaded.rejects,
        load_seconds,
        sieve_seconds,
        sieve_bytes,
        listed,
        values,
        rows_met,
        match_seconds,
    })
}

/// Values, rows that may be listed, and seconds.
fn hold_values(sieve: &Sieve) -> Result<(u64, u64, f64)> {
    let batches = (0..8).map(values_of_telemetry).collect::<Result<Vec<_>>>()?;
    let (mut n, mut met, mut sifted) = (0, 0, Sifted::default());
    let started = Instant::now();
    while started.elapsed() < LONG_ENOUGH {
        for batch in &batches {
            let held = sieve.sift("dns_queries", batch, &mut sifted);
            held.map_err(|error| Error::internal("values could not be held").detail(error))?;
            n += 2 * ROWS_AT_ONCE;
            met += sifted.n_rows() as u64;
        }
    }
    Ok((n, met, started.elapsed().as_secs_f64()))
}

/// Names and addresses that differ from row to row: nothing is met twice in a row.
fn values_of_telemetry(batch: u64) -> Result<RecordBatch> {
    let numbers = || (0..ROWS_AT_ONCE).map(|n| (batch * ROWS_AT_ONCE + n).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let name = |n: u64| Some(format!("h{:x}.site{:x}.example", n >> 40, n >> 52));
    let address = |n: u64| Some(std::net::Ipv4Addr::from((n >> 32) as u32 | 0x0b00_0000).to_string());
    let names: StringArray = numbers().map(name).collect();
    let addresses: StringArray = numbers().map(address).collect();
    let columns: [(&str, ArrayRef); 2] = [("query", Arc::new(names)), ("dst_ip", Arc::new(addresses))];
    RecordBatch::try_from_iter(columns).map_err(|error| Error::internal("values could not be made").detail(error))
}

/// What is read of one format: each file's name and first bytes.
struct Sample {
    format: AnyFormat,
    files: Vec<(String, Vec<u8>)>,
    bytes: u64,
}

fn measure(inputs: &[Input]) -> Result<(Vec<ReadFigures>, Vec<String>)> {
    let mut samples: Vec<Sample> = Vec::new();
    let mut passed_over = Vec::new();
    let formats = Formats::built_in();
    for input in inputs {
        let name = input.name();
        let head = sources::read_start(input, HEAD_BYTES)?;
        let Some((format, _)) = formats.recognise(&head, &name) else {
            passed_over.push(name);
            continue;
        };
        let known = samples.iter().position(|sample| sample.format.name() == format.name());
        let place = known.unwrap_or_else(|| {
            samples.push(Sample { format, files: Vec::new(), bytes: 0 });
            samples.len() - 1
        });
        let Some(sample) = samples.get_mut(place) else { continue };
        let room = SAMPLE_BYTES.saturating_sub(sample.bytes);
        if room == 0 {
            continue;
        }
        let bytes = sources::read_start(input, room)?;
        sample.bytes += bytes.len() as u64;
        sample.files.push((name, bytes));
    }
    Ok((samples.iter().map(Sample::measure).collect(), passed_over))
}

impl Sample {
    fn measure(&self) -> ReadFigures {
        let started = Instant::now();
        let mut n_passes = 0;
        let (mut records, mut rejects) = (0, 0);
        while n_passes == 0 || started.elapsed() < LONG_ENOUGH {
            (records, rejects) = self.pass();
            n_passes += 1;
        }
        ReadFigures {
            format: self.format.name().to_owned(),
            n_files: self.files.len() as u64,
            bytes: self.bytes,
            records,
            rejects,
            seconds: started.elapsed().as_secs_f64() / f64::from(n_passes),
        }
    }

    /// Reads every file once; records and rejects.
    fn pass(&self) -> (u64, u64) {
        let (mut records, mut rejects) = (0, 0);
        for (name, bytes) in &self.files {
            let stamp = Stamp {
                key: SourceKey(0),
                source: name.clone(),
                dataset: "bench".to_owned(),
                ingested_at: Timestamp::from_nanos(0),
            };
            for batch in cut(&self.format, name, bytes) {
                let normalized = ingest::normalize(self.format.parse(&batch), &stamp);
                records += normalized.received;
                rejects += normalized.rejects;
            }
        }
        (records, rejects)
    }
}

fn cut(format: &AnyFormat, name: &str, bytes: &[u8]) -> impl Iterator<Item = RawBatch> {
    let mut framer = format.framer(name);
    let mut batches = framer.push(bytes);
    batches.extend(framer.finish(Tail::Take).batches);
    batches.into_iter()
}
