//! What analysts do: the work on events, cases, saved queries and what is told of them, events from elsewhere.

mod cases;
mod channels;
mod deliver;
mod events;
mod filter_text;
mod import;
mod queries;
mod seen;

pub use cases::{Moment, NewCase};
pub use channels::Channel;
pub use events::{EventsMeant, WorkOrder};
pub use filter_text::{FilterKey, FilterProblem, filter_keys, read_filter};
pub use import::{ImportPlan, ImportReport};
pub use queries::{NewQuery, Round};
