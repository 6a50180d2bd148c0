//! Verdicts on threat events, and what is learned from them: never silently, only by [`Engine::learn`].

use intel::{
    Policy, learn,
    work::{EventChange, Judgement as EventJudgement},
};
use schema::{Chance, Timestamp};

use crate::{
    Engine, Error, EventVerdict, EventsMeant, Result, Share, WorkOrder, Worked, WorkedOn, clock,
    pipeline::noted,
    store::{Outcome, Run},
};

/// Mark of the newest verdict that was learned from.
const LEARNED: &str = "learned";

/// What verdicts say, and what learning from them changes.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct LearnReport {
    /// Events with a verdict.
    pub n_verdicts: u64,
    pub detectors: Vec<DetectorVerdicts>,
    /// What is harmless here and will not be raised again.
    pub spared: Vec<learn::Spared>,
    /// Threat events that would change, the first of them.
    pub changes: Vec<Change>,
    pub n_changes: u64,
    /// Whether it is in force now.
    pub applied: bool,
}

/// What people found the events of one detector to be.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DetectorVerdicts {
    pub detector: String,
    pub n_malicious: u64,
    pub n_harmless: u64,
    /// Share of malicious ones, with its 95 % interval.
    pub precision: Option<Share>,
    /// There are verdicts enough to tell probabilities.
    pub calibrated: bool,
}

/// A threat event before and after.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Change {
    pub event_id: String,
    pub title: String,
    /// It is raised no more.
    pub gone: bool,
    pub before: Option<Chance>,
    pub after: Option<Chance>,
}

/// Changes that are shown one by one.
const CHANGES_SHOWN: usize = 50;

impl Engine {
    /// Keeps a person's verdict on a threat event, beside those that were given before: the state of the event with it.
    pub async fn judge_event(
        &self,
        id: &str,
        judgement: EventJudgement,
        by: &str,
        reason: &str,
    ) -> Result<EventVerdict> {
        let change = EventChange::Verdict { judgement, reason: reason.to_owned() };
        let order = WorkOrder { change, by: by.to_owned(), version: None, dry_run: false };
        let worked = self.work_on(&EventsMeant::Ids(vec![id.to_owned()]), &order).await?;
        if let Some(WorkedOn { worked: Worked::Refused { why, hint }, .. }) = worked.first() {
            return Err(Error::usage(why).hint(hint));
        }
        let event = worked.first().map_or(id, |one| &one.event_id);
        let verdicts = self.store.verdicts_of_event(event).await?;
        verdicts.into_iter().next().ok_or_else(|| Error::internal("a verdict was not kept"))
    }

    /// Verdicts on a threat event, the newest first.
    pub async fn verdicts_of_event(&self, event_id: &str) -> Result<Vec<EventVerdict>> {
        self.store.verdicts_of_event(event_id).await
    }

    /// Looks at all verdicts, says what they teach and what that changes, and puts it in force where `apply` says so.
    pub async fn learn(&self, apply: bool) -> Result<LearnReport> {
        if !apply {
            return learn_now(self, None).await;
        }
        let run = self.store.begin_run("learn", clock::now()).await?;
        let result = learn_now(self, Some(&run)).await;
        noted(self, &run, result, |report| Outcome {
            events: Some(report.n_changes),
            details: serde_json::to_value(report).unwrap_or_default(),
            ..Outcome::default()
        })
        .await
    }

    /// How findings become threat events here: configuration, and what was learned.
    pub(crate) async fn policy(&self) -> Result<Policy> {
        let until = self.store.mark(LEARNED).await?.and_then(Timestamp::from_micros);
        let learned = match until {
            Some(until) => learn::Learned::of(&lessons(self, until).await?),
            None => learn::Learned::default(),
        };
        Ok(Policy { q_max: self.config.control.false_discovery_rate, learned, ..Policy::default() })
    }
}

async fn learn_now(engine: &Engine, run: Option<&Run>) -> Result<LearnReport> {
    let now = clock::now();
    let lessons = lessons(engine, now).await?;
    let learned = learn::Learned::of(&lessons);
    let policy = Policy { learned, ..engine.policy().await? };
    let mut report = LearnReport {
        n_verdicts: lessons.len() as u64,
        detectors: policy.learned.detectors().iter().map(|(name, known)| DetectorVerdicts::of(name, known)).collect(),
        spared: policy.learned.spared().iter().cloned().collect(),
        applied: run.is_some(),
        ..LearnReport::default()
    };
    if run.is_some() {
        // Should this run be killed, the next detection makes what is left anew, by what was learned.
        engine.store.all_subjects_stale().await?;
        engine.store.set_mark(LEARNED, now.micros()).await?;
    }
    let reference = engine.attack("enterprise").await?;
    for subject in engine.store.subjects().await? {
        let findings = engine.store.findings_of(&subject).await?;
        let after = intel::classify(&findings, &reference, &policy).events;
        report.compare(&engine.store.events_of(&subject).await?, after.events());
        if let Some(run) = run {
            engine.store.replace_events(&subject, after.events(), run).await?;
        }
    }
    Ok(report)
}

/// Each judged event as a lesson; those whose verdict was taken back are none.
async fn lessons(engine: &Engine, until: Timestamp) -> Result<Vec<learn::Lesson>> {
    let verdicts = engine.store.newest_verdicts(until).await?;
    let lesson = |(verdict, findings): (EventVerdict, Vec<schema::Finding>)| match verdict.judgement {
        EventJudgement::TruePositive => Some(learn::Lesson { malicious: true, findings }),
        EventJudgement::BenignTruePositive | EventJudgement::FalsePositive => {
            Some(learn::Lesson { malicious: false, findings })
        }
        EventJudgement::Open => None,
    };
    Ok(verdicts.into_iter().filter_map(lesson).collect())
}

/// Whether two chances are the same: what was kept as a text may differ in its last digit.
fn alike(a: Option<Chance>, b: Option<Chance>) -> bool {
    const TEXT: f64 = 1e-12;
    match (a, b) {
        (Some(a), Some(b)) => {
            let apart = [a.low - b.low, a.value - b.value, a.high - b.high];
            apart.iter().all(|apart| apart.abs() <= TEXT)
        }
        (a, b) => a.is_none() && b.is_none(),
    }
}

impl DetectorVerdicts {
    fn of(name: &str, known: &learn::OfDetector) -> Self {
        let (n_malicious, n_harmless) = (known.n_malicious as u64, known.n_harmless as u64);
        Self {
            detector: name.to_owned(),
            n_malicious,
            n_harmless,
            precision: Share::of(n_malicious, n_malicious + n_harmless),
            calibrated: known.is_calibrated(),
        }
    }
}

impl LearnReport {
    fn compare(&mut self, before: &[schema::ThreatEvent], after: &[schema::ThreatEvent]) {
        for event in before {
            let new = after.iter().find(|new| new.id == event.id);
            let chance = new.and_then(|new| new.chance);
            if new.is_some() && alike(chance, event.chance) {
                continue;
            }
            self.n_changes += 1;
            if self.changes.len() < CHANGES_SHOWN {
                self.changes.push(Change {
                    event_id: event.id.clone(),
                    title: event.title.clone(),
                    gone: new.is_none(),
                    before: event.chance,
                    after: chance,
                });
            }
        }
    }
}
