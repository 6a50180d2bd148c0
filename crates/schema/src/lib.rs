//! The glossary: every noun of the product, in reading order. Data only; no clock, no I/O.
//!
//! A *record* is one normalised telemetry row of a [`Table`]; a *finding* is what one detector says of one
//! entity in one window; a *threat event* is one or more findings about the same activity, classified and
//! described. The stage is in the type name, so signatures alone replay the product:
//! `RawBatch → ParsedBatch → EventBatch → FindingBatch → ThreatEventBatch`.
//!
//! ```
//! let table = schema::tables::find("dns_queries").expect("a telemetry table");
//! assert_eq!(table.column("query").expect("declared").observable, Some(schema::Observable::Domain));
//! ```

mod deceptive;
mod ids;
mod time;

mod actor;
mod column;
mod table;

mod batch;

mod confidence;
mod severity;

mod indicator;
mod marking;
pub mod observe;
mod scope;

mod attack;
mod data_components;
mod diamond;
mod kill_chain;

mod finding;
mod sketch;
mod threat_event;
mod warning_list;

pub mod pattern;

pub mod tables;

pub use attack::{Analytic, LogSource, Reference, Tactic, Technique, TechniqueClaim};
pub use batch::{EventBatch, Mismatch, memory_bytes};
pub use column::{Column, Kind};
pub use confidence::{Likelihood, Words};
pub use data_components::data_components;
pub use deceptive::is_deceptive;
pub use diamond::{Diamond, Direction, Outcome, Vertex};
pub use finding::{BEST_OF_DAY, Entity, EntityKind, Evidence, Finding, FindingBatch, LEAD, SUCCESS};
pub use ids::{SourceKey, record_id, stable_id};
pub use indicator::{Claim, Observable, Reliability};
pub use kill_chain::Phase;
pub use marking::Tlp;
pub use scope::{Datasets, Scope};
pub use severity::Severity;
pub use sketch::{Pieces, Sketch, Sketcher};
pub use table::{Partition, RECORD, Stage, Table};
pub use threat_event::{Category, Chance, ThreatEvent, ThreatEventBatch};
pub use time::{Timestamp, Window};
pub use warning_list::{WarningList, WarningMatch};
