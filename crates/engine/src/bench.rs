//! How fast this machine reads a user's own files: the figures of `margay bench ingest`.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use ingest::{AnyFormat, Formats, RawBatch, Stamp, Tail};
use schema::{SourceKey, Timestamp};

use crate::{
    Engine, Error, IngestPlan, Result, Stop, pipeline,
    sources::{self, Input},
};

/// At most about this much of each format is held in memory and measured.
const SAMPLE_BYTES: u64 = 256 << 20;

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
        let bytes = sources::read_start(input, SAMPLE_BYTES)?;
        let Some((format, _)) = formats.recognise(&bytes, &name) else {
            passed_over.push(name);
            continue;
        };
        let known = samples.iter().position(|sample| sample.format.name() == format.name());
        let place = known.unwrap_or_else(|| {
            samples.push(Sample { format, files: Vec::new(), bytes: 0 });
            samples.len() - 1
        });
        let Some(sample) = samples.get_mut(place).filter(|sample| sample.bytes < SAMPLE_BYTES) else { continue };
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
