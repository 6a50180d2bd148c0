//! Wires the product together; the only crate that owns clock, tasks, files, state and schedule.
//!
//! [`Engine`] is the door: one home folder, its lake and its store. Read [`pipeline`] next: it shows one whole pass.

mod answers;
mod clock;
mod config;
mod error;
mod home;
mod stop;

mod sources;
mod store;

mod detection;
mod feeds;
mod indicators;
mod intake;
mod knowledge;
mod learning;
mod mappings;
mod simulation;
mod upkeep;
mod visibility;

mod bench;
mod blocklist;
mod campaigns;
mod check;
mod content;
mod evaluate;
mod evidence;
mod identity;
mod keep_going;
mod outward;
mod pages;
mod people;
mod rules;
mod surroundings;
mod view;
mod warnings;
mod work;
mod workers;

pub mod pipeline;

use std::{path::PathBuf, sync::Arc};

use lake::Lake;
use schema::{Scope, Stage, tables};

pub use bench::{
    AnswerFigures, BenchReport, Held, HuntFigures, IndicatorFigures, IntelFigures, LoadFigures, PageFigures,
    PeerFigures, ReadFigures, RulesBench, RulesReport, ServeBench, ServeFigures, SqlFigures, StoreBench, StoreFigures,
    bench, bench_indicators, bench_intel, bench_rules, bench_serve, bench_store,
};
pub use blocklist::{Blocklist, BlocklistPlan};
pub use campaigns::{CorrelationReport, Suspected};
pub use check::{CheckRemark, Level};
pub use clock::now;
pub use config::{Config, Feeds as FeedsConfig, Serve as ServeConfig, Sharing, StoreConfig};
pub use content::{CheckedFile, ContentKind, ContentProblem, check_content};
pub use detection::{DetectPlan, DetectProgress, DetectReport, Doubt, Lineage, MadeBy, Sighting, SweepPlan, Swept};
pub use error::{Error, Kind as ErrorKind, Result};
pub use evaluate::{Agreement, Evaluation, Share, StoryResult, WorldsPlan, WorldsReport, evaluate, evaluate_worlds};
pub use evidence::EvidenceRow;
pub use feeds::{
    BrokenFeed, Declared, DeclaredFeed, FetchOutcome, FetchPlan, FetchReport, FetchedFeed, ReadFeed, draft_feed,
};
pub use home::Home;
pub use indicators::{CurvePoint, IndicatorView, ScoredClaim, survival_svg};
pub use intake::{Candidate, Explanation, IngestPlan, IngestProgress, IngestReport, Remark, ShownRecord, ShownReject};
pub use keep_going::KeepGoing;
pub use knowledge::{IntelPlan, IntelReport};
pub use lake::{AsOf, PARAMETER as PG_PARAMETER, POSTGRES_VERSION, Rows};
pub use mappings::{Draft, draft, formats};
pub use outward::{SharePlan, Shared};
pub use pages::{
    ActorDetail, ActorUse, Bar, CampaignGraph, DetectorTold, Doubted, Even, Expected, Facet, FacetValue, Facets, Found,
    GraphEdge, GraphNode, Histogram, Incident, IncidentKind, Incidents, JudgedShare, Matrix, MatrixTactic,
    MatrixTechnique, Overview, PValueBin, PValuePlan, PValueShape, PValueTail, PValuesTold, Point, Quantile,
    RuleMatches, SearchHit, SeriesPlan, SourceHealth, Told, Understood, Verdicts, WindowTold,
};
pub use people::{
    ApiKey, AuditEntry, AuditFilter, AuditLine, AuditProblem, AuditReport, Invited, NewKey, NewPerson, Opened,
    Permission, Person, PersonChange, PersonState, Principal, PrincipalKind, Role, SecondFactor, Session, SignIn,
    SignedIn,
};
pub use rules::{
    CorrelationNoise, ExplainedRecord, ExplainedRule, Fired, Hunted, LoadedRules, NewRule, NoiseReport, TestReport,
    Tested, WrittenRule,
};

// The command line shows why rules match.
pub use detect::rules::{
    About as RuleAbout, ExplainedItem, ExplainedPart, Explanation as RuleExplanation, Problem as RuleProblem, RuleNoise,
};
pub use learning::{Change, DetectorVerdicts, LearnReport};
pub use simulation::{SimReport, logs_of, simulate};
pub use stop::Stop;
pub use visibility::{VisibilityPlan, VisibilityReport};

// What a report is made of.
pub use intel::identity::Tenancy;
pub use intel::visibility::{AnalyticSeen, Flow, Gain, SourceSeen, TechniqueSeen};
pub use store::{Alert, CaseFilter, OutboxMessage, Question, SavedQuery};
pub use store::{
    Asks, ClaimFilter, Condition, EventFilter, EventVerdict, FindingFilter, Judgement, KeptClaim, Newest, SeenHere,
    Verdict,
};
pub use store::{CampaignChange, CampaignDecision, CopiedTable};
pub use store::{HistoryLine, WorkFilter, Worked, WorkedOn};
pub use upkeep::LakeFigures;
pub use view::{PgManner, QueryLimits, View};
pub use warnings::WarningListInForce;
pub use work::{
    Channel, EventsMeant, FilterKey, FilterProblem, ImportPlan, ImportReport, Moment, NewCase, NewQuery, Round,
    WorkOrder, filter_keys, read_filter,
};
pub use workers::serve_queries;

// The command line lists formats, detectors and stories, and speaks of simulation plans.
pub use detect::{detectors, rules::Match as RuleMatch};
pub use ingest::{AnyFormat, Formats, Problem};
pub use intel::{
    attribute::{Attribution, Evidence as ActorEvidence, Measured as AttributionMeasured},
    correlate::{Campaign, Change as CampaignEvent, Decision as CampaignWord},
    indicators::Curve,
    work::case::{Case, CaseChange, ItemKind, Outcome as CaseOutcome},
    work::import::Form as ImportForm,
    work::{EventChange, EventWork, Judgement as EventJudgement, State as EventState},
};
pub use respond::{Plan, Target};
pub use sim::{Plan as SimPlan, Stories, attacks as stories};

/// One home folder, open. Cheap to clone; all clones share lake and store.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) home: Arc<Home>,
    pub(crate) config: Arc<Config>,
    pub(crate) lake: Lake,
    pub(crate) store: store::Store,
    /// Pipelines beside those of the home folder.
    pub(crate) pipelines: Arc<Vec<PathBuf>>,
    /// Where queries of people are run, if not here.
    pub(crate) workers: Option<Arc<workers::Workers>>,
}

impl Engine {
    /// Opens lake and store, making them where they are not there yet.
    pub async fn open(home: Home, config: Config) -> Result<Self> {
        let spill = home.spill();
        Self::open_spilling(home, config, spill, lake::Options::default().spill_bytes).await
    }

    /// Has queries of people run in processes that can be killed: `program query-worker`.
    pub fn with_query_workers(self, program: PathBuf) -> Result<Self> {
        let workers = workers::Workers::new(program, Home::clone(&self.home));
        workers.warm()?;
        Ok(Self { workers: Some(Arc::new(workers)), ..self })
    }

    pub(crate) async fn open_spilling(home: Home, config: Config, spill: PathBuf, spill_bytes: u64) -> Result<Self> {
        let store = store::Store::open(&config.store.place(&home)?).await?;
        let options = lake::Options {
            query_memory_bytes: config.query_memory_mb << 20,
            spill_folder: Some(spill),
            spill_bytes,
            threads: config.thread_count(),
            storage: config.storage.clone(),
            ..lake::Options::default()
        };
        let root = config.lake.clone().unwrap_or_else(|| home.lake().to_string_lossy().into_owned());
        let lake = Lake::open(&root, &options).await?;
        for table in tables::ALL.iter().copied().filter(|table| table.stage == Stage::Store) {
            lake.register(table, Arc::new(store::StoreRows::new(store.clone(), table, config.sharing.own_tlp)));
        }
        Ok(Self {
            home: Arc::new(home),
            config: Arc::new(config),
            lake,
            store,
            pipelines: Arc::default(),
            workers: None,
        })
    }

    /// The same engine, of which only this scope is seen.
    pub(crate) fn within(&self, scope: &Scope) -> Self {
        let store = self.store.within(scope);
        let lake = self.lake.within(store.scope(), self.config.sharing.own_tlp);
        Self { store, lake, ..self.clone() }
    }

    /// The same engine, all of it: for what puts events and campaigns together.
    pub(crate) fn unscoped(&self) -> Self {
        Self { store: self.store.unscoped(), lake: self.lake.unscoped(), ..self.clone() }
    }

    pub(crate) fn scope(&self) -> &Scope {
        self.store.scope()
    }

    /// Whether what bears the marking of our own telemetry is seen.
    pub(crate) fn sees_own(&self) -> bool {
        self.config.sharing.own_tlp <= self.scope().ceiling
    }

    /// Lets rules be changed by these pipelines too.
    #[must_use]
    pub fn with_pipelines(self, paths: Vec<PathBuf>) -> Self {
        Self { pipelines: Arc::new(paths), ..self }
    }

    pub fn home(&self) -> &Home {
        &self.home
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Runs one read-only query over all tables.
    pub async fn sql(&self, query: &str, as_of: Option<AsOf>) -> Result<Rows> {
        Ok(self.lake.sql(query, as_of).await?)
    }

    pub async fn events(&self, filter: &EventFilter) -> Result<Vec<schema::ThreatEvent>> {
        self.store.events(&self.whole(filter.clone()).await?).await
    }

    /// How many leads there are: findings that the evidence hints at and does not carry.
    pub async fn count_leads(&self) -> Result<u64> {
        self.store.count_leads().await
    }

    /// The one threat event of this id, or of an id that begins so.
    pub async fn event(&self, id: &str) -> Result<schema::ThreatEvent> {
        let mut found = self.store.events_by_id(id).await?;
        match (found.pop(), found.len()) {
            (Some(event), 0) => Ok(event),
            (None, _) => Err(Error::usage(format!("there is no threat event \"{id}\""))
                .hint("`margay events list` shows the ids; a beginning that is unique is enough")),
            (Some(_), more) => Err(Error::usage(format!("\"{id}\" begins the ids of {} threat events", more + 1))
                .hint("give more of the id")),
        }
    }

    /// Findings, the newest first.
    pub async fn findings(&self, filter: &FindingFilter) -> Result<Vec<schema::Finding>> {
        self.store.findings(filter).await
    }

    /// The findings behind a threat event.
    pub async fn findings_behind(&self, event_id: &str) -> Result<Vec<schema::Finding>> {
        self.store.findings_behind(event_id).await
    }

    /// What could be done about these events; nothing is done.
    pub fn plan(&self, events: Vec<schema::ThreatEvent>) -> Plan {
        respond::plan(&schema::ThreatEventBatch::new(events), &respond::Policy::default())
    }

    /// What would be made of each input, without writing anything.
    pub fn explain(&self, plan: &IngestPlan) -> Result<Vec<Explanation>> {
        intake::explain(self, plan)
    }

    /// Copies the store into another one, which is empty, and compares them.
    pub async fn copy_store(&self, to: &str, password: Option<String>) -> Result<Vec<CopiedTable>> {
        let other = StoreConfig { url: Some(to.to_owned()), password };
        let place = if to.contains("://") { other.place(&self.home)? } else { store::Place::File(PathBuf::from(to)) };
        let other = store::Store::open(&place).await?;
        let copied = self.store.copy_to(&other).await;
        other.close().await;
        copied
    }

    pub async fn close(self) {
        self.store.close().await;
    }
}
