//! Sigma rules over tables: read ([`load`]), compiled ([`RuleSet::plan`]), held against batches ([`Evaluator`]),
//! explained, correlated, and summed up as findings.
//!
//! The language is Sigma 2.1. Which table and column its words mean is data in `content/sigma`. What cannot be read is
//! a [`Problem`] with its place; what is read and can never match here is *inert*, and says why.
//!
//! ```
//! let rule = "
//! title: Encoded command
//! logsource: {product: windows, category: process_creation}
//! detection:
//!   selection: {Image|endswith: '\\powershell.exe', CommandLine|contains: ' -enc '}
//!   condition: selection
//! ";
//! let (rules, problems) = detect::rules::load([("encoded.yml", rule)], &detect::rules::Options::default());
//! assert!(problems.is_empty());
//! let table = schema::tables::find("processes").expect("a table");
//! assert_eq!(rules.plan(table).n_rules(), 1);
//! ```

mod compile;
mod correlate;
mod evaluate;
mod explain;
mod fields;
mod findings;
mod lint;
mod matches;
mod memo;
mod model;
mod noise;
mod parse;
mod pattern;
mod pipeline;
mod problem;
mod rows;
mod set;
mod trial;
mod yaml;

pub use compile::Plan;
pub use correlate::{Correlator, Event, Matches, Occurrence, events};
pub use evaluate::{Evaluator, Hits, Unread};
pub use explain::{ExplainedItem, ExplainedPart, ExplainedSearch, Explanation, explain};
pub use fields::Mapping;
pub use findings::{Tallies, of_occurrences};
pub use lint::TagIs;
pub use matches::{MATCH_COLUMNS, Match, matches};
pub use model::{
    About, Bound, Condition, Correlation, CorrelationKind, Detection, Filter, Flags, How, InstantPart, Item, Logsource,
    Network, Number, Op, Rule, Search, Test,
};
pub use noise::{NOISE_COLUMNS, Noise, RuleNoise, SuggestedFilter};
pub use parse::Placeholders;
pub use pattern::{DASHES, Part, Pattern};
pub use pipeline::{Pipeline, Pipelines};
pub use problem::{Code, Place, Problem};
pub use set::{Inert, Options, RuleSet, load};
pub use trial::{Expects, Sample, Trial, Trials, What};
