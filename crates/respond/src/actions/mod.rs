//! Every action that a plan can propose, one file each. To add one: the file, its `mod` line, its line in [`ALL`].

mod block_domain;
mod block_ip;
mod isolate_host;
mod notify;
mod open_case;
mod preserve_evidence;

use schema::ThreatEvent;

pub use crate::shared::Neighbors;
use crate::{Policy, Target};

/// An action: what it does, how sure one must be, and what it proposes for an event.
#[derive(Debug)]
pub struct Action {
    /// A verb and a noun; stable, because people approve and automate by it.
    pub name: &'static str,
    /// One sentence for people.
    pub does: &'static str,
    /// How to take it back; `None` where it cannot be.
    pub undo: Option<&'static str>,
    /// Somebody must agree before it is performed.
    pub needs_approval: bool,
    /// Confidence that an event needs, 0 to 100.
    pub confidence_min: fn(&Policy) -> u8,
    /// The steps for one event; none where the action does not fit it.
    pub propose: fn(&ThreatEvent, &Neighbors) -> Vec<Proposal>,
}

/// What an action wants to do about one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub target: Target,
    pub why: String,
    pub cautions: Vec<String>,
}

/// The only list of actions, in the order in which their steps make sense: what can be lost is kept first, and
/// what the adversary would notice comes last.
pub static ALL: &[&Action] = &[
    &preserve_evidence::ACTION,
    &open_case::ACTION,
    &notify::ACTION,
    &block_domain::ACTION,
    &block_ip::ACTION,
    &isolate_host::ACTION,
];

/// The action of this name.
pub fn find(name: &str) -> Option<&'static Action> {
    ALL.iter().copied().find(|action| action.name == name)
}
