//! What a server does by itself: reads what is new, detects, tells. Round after round, one step behind the other, until
//! it is asked to stop. A step that fails is told of once and tried again in the next round; the others go on.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, task::JoinHandle};

use crate::{
    Config, DetectPlan, Engine, IngestPlan, Result, Stop, clock,
    pipeline::{self, Unwatched},
};

/// How often it is looked whether a stop was asked for, between two rounds.
const STOP_LOOK: Duration = Duration::from_millis(200);

/// Rounds in which nothing was new leave their runs in the history for so long.
const IDLE_RUNS_KEPT: Duration = Duration::from_secs(24 * 3_600);

/// What is done in each round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeepGoing {
    /// Files and folders that are read: what is new in them.
    pub watch: Vec<PathBuf>,
    /// From the end of one round to the beginning of the next.
    pub every: Duration,
}

impl KeepGoing {
    /// What the configuration asks for; nothing where it asks for no rounds.
    pub fn of(config: &Config) -> Option<Self> {
        let every = Duration::from_secs(config.serve.every_seconds);
        (!every.is_zero()).then(|| Self { watch: config.serve.watch.clone(), every })
    }
}

/// Why steps fail at the moment, so that each failure is told once and not in every round.
#[derive(Debug, Default)]
struct Troubles(BTreeMap<String, String>);

impl Engine {
    /// Begins to make rounds, until the stop is requested; a long step ends at its next safe point.
    pub fn keep_going(self, work: KeepGoing, stop: Stop) -> JoinHandle<()> {
        // On a thread of its own: detection computes for long, and whoever answers people must not wait for it.
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || runtime.block_on(self.rounds(&work, &stop)))
    }

    async fn rounds(&self, work: &KeepGoing, stop: &Stop) {
        let mut troubles = Troubles::default();
        while !stop.requested() {
            self.round(work, stop, &mut troubles).await;
            let ended = Instant::now();
            while !stop.requested() && ended.elapsed() < work.every {
                tokio::time::sleep(STOP_LOOK.min(work.every)).await;
            }
        }
    }

    async fn round(&self, work: &KeepGoing, stop: &Stop, troubles: &mut Troubles) {
        // One by one: a folder that is not there any more must not keep the others waiting.
        for path in &work.watch {
            let plan = IngestPlan { paths: vec![path.clone()], ..IngestPlan::default() };
            let done = pipeline::ingest(self, &plan, stop, Arc::new(Unwatched)).await;
            if let Some(report) = troubles.note(&format!("reading {}", path.display()), done, stop)
                && report.received > 0
            {
                tracing::info!(path = %path.display(), rows = report.rows, rejects = report.rejects, "records came");
            }
        }
        let done = pipeline::detect(self, &DetectPlan::default(), stop, Arc::new(Unwatched)).await;
        if let Some(report) = troubles.note("detection", done, stop)
            && report.events_written > 0
        {
            tracing::info!(events = report.events_written, "threat events were written");
        }
        if let Some(round) = troubles.note("telling", self.notify(stop).await, stop)
            && round.made > 0
        {
            tracing::info!(messages = round.made, "messages were made");
        }
        let kept_since = clock::now().checked_add_nanos(-i64::try_from(IDLE_RUNS_KEPT.as_nanos()).unwrap_or(0));
        let done = self.store.forget_idle_runs(kept_since.unwrap_or_default()).await;
        troubles.note("the history of runs", done, stop);
    }
}

impl Troubles {
    /// Tells what has begun to fail, or to work again.
    fn note<T>(&mut self, step: &str, done: Result<T>, stop: &Stop) -> Option<T> {
        match done {
            Ok(done) => {
                if self.0.remove(step).is_some() {
                    tracing::info!(step, "works again");
                }
                Some(done)
            }
            // It was asked to stop in the middle: that is no failure.
            Err(_) if stop.requested() => None,
            Err(error) => {
                let why = error.to_string();
                if self.0.get(step) != Some(&why) {
                    tracing::error!(step, %error, "failed, and is tried again in the next round");
                    self.0.insert(step.to_owned(), why);
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, Home};

    const DNS: &str = "{\"ts\":1700000000.5,\"uid\":\"C1\",\"id.orig_h\":\"10.0.0.1\",\"id.orig_p\":5353,\"id.resp_h\":\
                       \"10.0.0.2\",\"id.resp_p\":53,\"proto\":\"udp\",\"query\":\"a.example\",\"qtype_name\":\"A\",\
                       \"_path\":\"dns\"}\n";

    async fn rows(engine: &Engine) -> u64 {
        let status = engine.lake_status().await.expect("reads");
        status.iter().filter(|table| table.table == "dns_queries").map(|table| table.rows).sum()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_comes_is_read_although_a_folder_is_missing_and_a_stop_ends_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::open(folder.path().join("home")).expect("a home");
        let engine = Engine::open(home, Config::default()).await.expect("opens");
        let logs = folder.path().join("logs");
        std::fs::create_dir(&logs).expect("made");
        let watch = vec![folder.path().join("missing"), logs.clone()];
        let work = KeepGoing { watch, every: Duration::from_millis(50) };
        let stop = Stop::default();
        let working = engine.clone().keep_going(work, stop.clone());
        for n in 1..=2 {
            std::fs::write(logs.join(format!("dns{n}.log")), DNS.replace("C1", &format!("C{n}"))).expect("written");
            let begun = Instant::now();
            while rows(&engine).await < n {
                assert!(begun.elapsed() < Duration::from_secs(60), "record {n} was not read");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        stop.request();
        tokio::time::timeout(Duration::from_secs(30), working).await.expect("ends").expect("does not fail");
        assert_eq!(rows(&engine).await, 2, "nothing is read twice");
    }

    #[test]
    fn a_failure_is_remembered_until_it_is_over() {
        let (mut troubles, stop) = (Troubles::default(), Stop::default());
        let fail = || Err::<(), _>(Error::machine("no"));
        assert_eq!(troubles.note("a", fail(), &stop), None);
        assert_eq!(troubles.note("a", fail(), &stop), None);
        assert_eq!(troubles.0.len(), 1);
        assert_eq!(troubles.note("a", Ok(()), &stop), Some(()));
        assert!(troubles.0.is_empty());
        stop.request();
        assert_eq!(troubles.note("a", fail(), &stop), None);
        assert!(troubles.0.is_empty(), "a stop is no failure");
    }
}
