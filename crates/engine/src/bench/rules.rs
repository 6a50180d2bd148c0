//! How fast rules are held against records: as they are read, once they are decoded, and over the lake; and what more
//! rules or conditions cost. The figures of `margay bench rules`.

use std::{
    collections::BTreeMap,
    io::Read,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
    time::Instant,
};

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;
use detect::rules::{Evaluator, Options, RuleSet, load};
use ingest::{AnyFormat, Formats, Stamp, Tail};
use schema::{EventBatch, SourceKey, Timestamp, Window};

use super::load::{Process, Spent, most_resident, resident};
use crate::{
    Engine, Error, IngestPlan, LoadedRules, Result, Stop, pipeline,
    sources::{self, Input},
};

/// Records that are kept decoded, to be held against other sets of rules.
const SAMPLE_RECORDS: u64 = 100_000;

/// Unpacked bytes read at once.
const CHUNK: usize = 4 << 20;

/// Rows that the lake gives at once.
const LAKE_ROWS: usize = 8_192;

/// The sample is held against a set of rules so often, and the fastest time counts.
const PASSES: usize = 3;

/// Two conditions that are true of nearly every record of Windows: what converters add to rules.
const BURDEN: &str = "
title: A channel and an event id
logsource: {product: windows}
filter:
  rules: any
  selection:
    Channel|contains: [Sysmon, Security, System, Application, PowerShell, Microsoft-, Windows]
    EventID|gte: 0
  condition: not selection
";

/// What is to be measured.
#[derive(Debug, Clone, Default)]
pub struct RulesBench {
    pub files: Vec<PathBuf>,
    /// Files and folders; the home folder's rules where none is named.
    pub rules: Vec<PathBuf>,
    /// A command that holds a file of records against the rules and prints a line for each match; `{file}` stands for
    /// the file. It is run once more with a file without records, to know what loading costs it.
    pub peer: Option<String>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RulesReport {
    pub load: LoadFigures,
    /// Records decoded and held against the rules as they come, on one core.
    pub stream: Held,
    pub decode_seconds: f64,
    pub records: u64,
    pub rejects: u64,
    /// The same in large batches, decoded before, with what is remembered of values.
    pub decoded: Held,
    /// With two conditions more in every rule of Windows.
    pub burdened: Held,
    /// With half of the files of rules.
    pub half: Held,
    pub hunt: HuntFigures,
    pub peer: Option<PeerFigures>,
    /// The most memory that the process had while it read records, in bytes.
    pub resident: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LoadFigures {
    pub rules: u64,
    pub refused: u64,
    /// Reading the files, the rules, and making plans, on one core.
    pub seconds: f64,
    /// Memory that the process had afterwards, in bytes.
    pub resident: Option<u64>,
}

/// Rows held against rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Held {
    pub rows: u64,
    pub matches: u64,
    /// Rules that matched at all.
    pub rules: u64,
    /// Of one core, for the rules alone.
    pub seconds: f64,
}

/// All records of the lake against all rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct HuntFigures {
    pub rows: u64,
    pub findings: u64,
    /// Of all cores together, with reading the lake.
    pub cpu_seconds: Option<f64>,
    pub seconds: f64,
    pub threads: usize,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PeerFigures {
    pub command: String,
    pub matches: u64,
    pub cpu_seconds: Option<f64>,
    /// Without a record.
    pub load_cpu_seconds: Option<f64>,
    pub seconds: f64,
}

/// Measures all of it. The engine's home should be an empty one made for this: records are ingested into it.
pub async fn bench_rules(engine: &Engine, plan: RulesBench, stop: &Stop) -> Result<RulesReport> {
    let inputs = sources::find(&plan.files)?;
    let (of_rules, of_engine) = (plan.rules.clone(), engine.clone());
    let measured = tokio::task::spawn_blocking(move || in_memory(&of_engine, &of_rules, &inputs)).await;
    let (mut report, set) =
        measured.map_err(|error| Error::internal("a thread ended in a way it must not").detail(error))??;
    stop.check()?;
    let ingested = IngestPlan { paths: plan.files.clone(), ..IngestPlan::default() };
    pipeline::ingest(engine, &ingested, stop, Arc::new(pipeline::Unwatched)).await?;
    report.hunt = hunt(engine, &set, stop).await?;
    if let Some(command) = &plan.peer {
        report.peer = Some(peer(command, &plan.files)?);
    }
    Ok(report)
}

fn in_memory(engine: &Engine, paths: &[PathBuf], inputs: &[Input]) -> Result<(RulesReport, RuleSet)> {
    let spent = Spent::begin();
    let LoadedRules { set, problems, texts, .. } = engine.rules(paths)?;
    let mut evaluators = evaluators(&set);
    let load = LoadFigures {
        rules: set.rules().len() as u64,
        refused: problems.iter().filter(|problem| !problem.warning).count() as u64,
        seconds: spent.seconds(),
        resident: resident(),
    };
    if set.rules().is_empty() {
        return Err(Error::input("there are no rules to measure")
            .hint("name files or folders of rules with --rules, or put some into the home folder's rules"));
    }
    let mut streamed = Streamed::default();
    for input in inputs {
        streamed.read(input, &mut evaluators, None)?;
    }
    drop(evaluators);
    let resident = most_resident();
    let tables = sample(inputs)?;
    let without = |keep: &dyn Fn(usize) -> bool, more: Option<&str>| {
        let kept = texts.iter().enumerate().filter(|(number, _)| keep(*number));
        let named = kept.map(|(_, (name, text))| (name.as_str(), text.as_str()));
        load_set(named.chain(more.map(|text| ("burden.yml", text))))
    };
    let report = RulesReport {
        load,
        stream: streamed.held.figures(),
        decode_seconds: streamed.decode_seconds,
        records: streamed.records,
        rejects: streamed.rejects,
        decoded: held_again(&set, &tables),
        burdened: held_again(&without(&|_| true, Some(BURDEN)), &tables),
        half: held_again(&without(&|number| number % 2 == 0, None), &tables),
        hunt: HuntFigures::default(),
        peer: None,
        resident,
    };
    Ok((report, set))
}

fn load_set<'a>(texts: impl Iterator<Item = (&'a str, &'a str)>) -> RuleSet {
    load(texts, &Options::default()).0
}

type Evaluators = BTreeMap<&'static str, Evaluator>;

fn evaluators(set: &RuleSet) -> Evaluators {
    set.plans().into_iter().map(|plan| (plan.table().name, Evaluator::new(plan))).collect()
}

/// Rows held so far, and which rules matched.
#[derive(Default)]
struct Counted {
    held: Held,
    by_rule: BTreeMap<usize, u64>,
}

impl Counted {
    fn hold(&mut self, evaluator: &mut Evaluator, batch: &RecordBatch) {
        let spent = Spent::begin();
        let hits = evaluator.evaluate(batch);
        self.held.seconds += spent.seconds();
        for (rule, rows) in hits.rules {
            *self.by_rule.entry(rule).or_default() += rows.len() as u64;
        }
    }

    fn figures(&self) -> Held {
        Held { matches: self.by_rule.values().sum(), rules: self.by_rule.len() as u64, ..self.held }
    }
}

/// Records as they come, in the batches that they are read in.
#[derive(Default)]
struct Streamed {
    decode_seconds: f64,
    records: u64,
    rejects: u64,
    held: Counted,
    kept: Vec<EventBatch>,
}

impl Streamed {
    /// Reads an input to its end, or as far as `enough` records are kept; without that none are.
    fn read(&mut self, input: &Input, evaluators: &mut Evaluators, enough: Option<u64>) -> Result<()> {
        let name = input.name();
        let mut opened = sources::open(input)?;
        let mut bytes = vec![0; CHUNK];
        let mut n = fill(&mut opened, &mut bytes, &name)?;
        let start = bytes.get(..n).unwrap_or_default();
        let Some((format, _)) = Formats::built_in().recognise(start, &name) else {
            return Ok(());
        };
        let mut framer = format.framer(&name);
        while n > 0 && enough.is_none_or(|enough| self.records < enough) {
            let spent = Spent::begin();
            let batches = framer.push(bytes.get(..n).unwrap_or_default());
            self.decode_seconds += spent.seconds();
            batches.into_iter().for_each(|batch| self.batch(&format, &name, batch, evaluators, enough.is_some()));
            n = fill(&mut opened, &mut bytes, &name)?;
        }
        for batch in framer.finish(Tail::Take).batches {
            self.batch(&format, &name, batch, evaluators, enough.is_some());
        }
        Ok(())
    }

    fn batch(
        &mut self,
        format: &AnyFormat,
        name: &str,
        raw: ingest::RawBatch,
        evaluators: &mut Evaluators,
        keep: bool,
    ) {
        let stamp = Stamp {
            key: SourceKey(0),
            source: name.to_owned(),
            dataset: "bench".to_owned(),
            ingested_at: Timestamp::from_nanos(0),
        };
        let spent = Spent::begin();
        let normalized = ingest::normalize(format.parse(&raw), &stamp);
        self.decode_seconds += spent.seconds();
        self.records += normalized.received;
        self.rejects += normalized.rejects;
        for batch in normalized.batches {
            self.held.held.rows += batch.len() as u64;
            if let Some(evaluator) = evaluators.get_mut(batch.table().name) {
                self.held.hold(evaluator, batch.rows());
            }
            if keep {
                self.kept.push(batch);
            }
        }
    }
}

/// The first records again, kept this time, each table in batches as the lake gives them.
fn sample(inputs: &[Input]) -> Result<Vec<(&'static str, RecordBatch)>> {
    let mut streamed = Streamed::default();
    for input in inputs {
        streamed.read(input, &mut Evaluators::new(), Some(SAMPLE_RECORDS))?;
    }
    let mut tables: BTreeMap<&'static str, Vec<RecordBatch>> = BTreeMap::new();
    for batch in streamed.kept {
        tables.entry(batch.table().name).or_default().push(batch.into_rows());
    }
    let mut sample = Vec::new();
    for (table, batches) in tables {
        let Some(first) = batches.first() else { continue };
        let all = concat_batches(&first.schema(), &batches)
            .map_err(|error| Error::internal("could not join batches").detail(error))?;
        let starts = (0..all.num_rows()).step_by(LAKE_ROWS);
        sample.extend(starts.map(|start| (table, all.slice(start, LAKE_ROWS.min(all.num_rows() - start)))));
    }
    Ok(sample)
}

fn fill(from: &mut impl Read, bytes: &mut [u8], name: &str) -> Result<usize> {
    let mut n = 0;
    while let Some(room) = bytes.get_mut(n..).filter(|room| !room.is_empty()) {
        match from.read(room) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) => return Err(Error::machine(format!("could not read {name}")).detail(error)),
        }
    }
    Ok(n)
}

fn held_again(set: &RuleSet, sample: &[(&'static str, RecordBatch)]) -> Held {
    let mut evaluators = evaluators(set);
    let mut fastest = Held { seconds: f64::INFINITY, ..Held::default() };
    for _ in 0..PASSES {
        let mut counted = Counted::default();
        for (table, batch) in sample {
            counted.held.rows += batch.num_rows() as u64;
            if let Some(evaluator) = evaluators.get_mut(table) {
                counted.hold(evaluator, batch);
            }
        }
        let held = counted.figures();
        if held.seconds < fastest.seconds {
            fastest = held;
        }
    }
    fastest
}

async fn hunt(engine: &Engine, set: &RuleSet, stop: &Stop) -> Result<HuntFigures> {
    let before = Process::now();
    let started = Instant::now();
    let always = Window::new(Timestamp::from_nanos(i64::MIN), Timestamp::from_nanos(i64::MAX));
    let hunted = engine.hunt(set, always, stop).await?;
    let after = Process::now();
    Ok(HuntFigures {
        rows: hunted.rows,
        findings: hunted.findings.len() as u64,
        cpu_seconds: before.zip(after).map(|(before, after)| after.own - before.own),
        seconds: started.elapsed().as_secs_f64(),
        threads: engine.config.thread_count(),
    })
}

/// Runs the peer on each file, and once on none.
fn peer(command: &str, files: &[PathBuf]) -> Result<PeerFigures> {
    let nothing = std::env::temp_dir().join(format!("margay-bench-nothing-{}.ndjson", std::process::id()));
    std::fs::write(&nothing, "").map_err(crate::error::io("write", &nothing))?;
    let loaded = run(command, &nothing);
    // A file of this name is nobody's loss.
    drop(std::fs::remove_file(&nothing));
    let mut figures = PeerFigures { command: command.to_owned(), load_cpu_seconds: loaded?.1, ..PeerFigures::none() };
    for file in files {
        let (matches, cpu_seconds, seconds) = run(command, file)?;
        figures.matches += matches;
        figures.seconds += seconds;
        figures.cpu_seconds = figures.cpu_seconds.zip(cpu_seconds).map(|(all, this)| all + this);
    }
    Ok(figures)
}

impl PeerFigures {
    fn none() -> Self {
        Self { command: String::new(), matches: 0, cpu_seconds: Some(0.0), load_cpu_seconds: None, seconds: 0.0 }
    }
}

/// Lines printed, seconds of all cores, and seconds that passed.
fn run(command: &str, file: &std::path::Path) -> Result<(u64, Option<f64>, f64)> {
    let words: Vec<String> =
        command.split_whitespace().map(|word| word.replace("{file}", &file.display().to_string())).collect();
    let Some((program, arguments)) = words.split_first() else {
        return Err(Error::usage("the peer's command is empty").hint("for example --peer \"rsigma engine eval ...\""));
    };
    let failed = |error: &dyn std::fmt::Display| {
        Error::machine(format!("could not run {program}"))
            .detail(error)
            .hint("give the whole command after --peer, with {file} where the file goes")
    };
    let before = Process::now();
    let started = Instant::now();
    let output =
        Command::new(program).args(arguments).stderr(Stdio::null()).output().map_err(|error| failed(&error))?;
    let seconds = started.elapsed().as_secs_f64();
    if !output.status.success() && output.stdout.is_empty() {
        return Err(failed(&output.status));
    }
    let matches = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count() as u64;
    let cpu_seconds = before.zip(Process::now()).map(|(before, after)| after.children - before.children);
    Ok((matches, cpu_seconds, seconds))
}
