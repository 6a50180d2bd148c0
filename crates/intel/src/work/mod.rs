//! What people do about threat events: states, verdicts, tags, links, merges, cases. Rules only; `engine` keeps it.
//!
//! Every change is a function from what is to what will be, with the line of history that says so; nothing is changed
//! in place and nothing is forgotten. What a person has said is never overruled by a run of detection, because runs
//! do not come through here.

pub mod case;
pub mod import;

mod event;
mod history;
mod state;
mod words;

pub use event::{EventChange, EventWork, TAGS_MAX};
pub use history::{Entry, Refusal};
pub use state::{Judgement, State};
pub use words::{Words, tag, text, who};

#[cfg(test)]
mod tests;
