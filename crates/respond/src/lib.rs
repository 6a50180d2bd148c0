//! Threat events in, a plan out: what to do about them, as steps that people approve and the engine performs.
//!
//! A plan is data. Nothing here touches a firewall, a ticket or a host: a step says what, to whom, why, how to undo
//! it and whether somebody must agree first. [`actions::ALL`] is the list of what can be proposed.
//!
//! ```
//! let plan = respond::plan(&schema::ThreatEventBatch::default(), &respond::Policy::default());
//! assert!(plan.steps.is_empty());
//! ```

pub mod actions;
pub mod notify;

mod plan;
mod shared;

pub use plan::{Plan, Policy, Step, Target, plan};

#[cfg(test)]
mod tests;
