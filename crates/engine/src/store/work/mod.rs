//! What people do about events, and the history of it: written in the same transaction, or not at all.

mod cases;
mod events;
mod filter;
mod history;
mod import;
mod queries;

pub use cases::CaseFilter;
pub(crate) use cases::CaseWorked;
pub(crate) use events::Acting;
pub use events::{Worked, WorkedOn};
pub use filter::WorkFilter;
pub use history::HistoryLine;
pub use queries::{Alert, OutboxMessage, Question, SavedQuery};

pub(super) use events::keep_or_remove;
pub(super) use filter::{NOT_WITHDRAWN, push_conditions};
