//! From threat events to steps: every action is asked what it proposes, and what is too uncertain is left out.

use schema::{Entity, Severity, ThreatEvent, ThreatEventBatch, Tlp, stable_id};

use crate::{actions, shared::Neighbors};

/// Confidence that an event needs before a step is proposed, 0 to 100 on the STIX scale. What disturbs people or
/// is hard to take back asks for more.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Policy {
    /// For a case, a message, and keeping evidence: a person's time.
    pub attention_min: u8,
    /// For blocking something on the other side: contact is lost for everybody.
    pub block_min: u8,
    /// For cutting off a target of ours: somebody's work stops.
    pub isolate_min: u8,
}

impl Default for Policy {
    fn default() -> Self {
        Self { attention_min: 30, block_min: 70, isolate_min: 85 }
    }
}

/// Steps in the order in which they make sense: the worst event first, and for each event as in [`actions::ALL`].
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    pub steps: Vec<Step>,
}

/// One thing to do about one event.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Step {
    /// From event, action and target: planning again proposes the same step and not another one.
    pub id: String,
    pub event_id: String,
    pub dataset: String,
    /// Name in [`actions::ALL`].
    pub action: String,
    pub target: Target,
    /// Why, in a sentence.
    pub why: String,
    /// What could go wrong; read before approving.
    pub cautions: Vec<String>,
    /// How to take it back; `None` where it cannot be.
    pub undo: Option<String>,
    pub reversible: bool,
    /// Somebody must agree before it is performed.
    pub needs_approval: bool,
    pub severity: Severity,
    /// The event's confidence, 0 to 100.
    pub confidence: u8,
    /// As strict as the event: a step names what the event names.
    pub tlp: Tlp,
}

/// On what a step works.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Target {
    /// The event itself.
    Event,
    /// The value is as the attacker or the network wrote it, checked for form: escape it for where it goes.
    Entity(Entity),
}

impl Target {
    fn parts(&self) -> [&str; 2] {
        match self {
            Self::Event => ["event", ""],
            Self::Entity(entity) => [entity.kind.name(), &entity.value],
        }
    }
}

/// Proposes what to do about events. Equal events give an equal plan; nothing is performed.
pub fn plan(events: &ThreatEventBatch, policy: &Policy) -> Plan {
    let neighbors = Neighbors::of(events.events());
    let mut worst_first: Vec<&ThreatEvent> = events.events().iter().collect();
    worst_first.sort_by(|a, b| (b.severity, b.confidence, &a.id).cmp(&(a.severity, a.confidence, &b.id)));
    let steps = worst_first.into_iter().flat_map(|event| steps(event, policy, &neighbors)).collect();
    Plan { steps }
}

fn steps(event: &ThreatEvent, policy: &Policy, neighbors: &Neighbors) -> Vec<Step> {
    let sure_enough = actions::ALL.iter().filter(|action| event.confidence >= (action.confidence_min)(policy));
    sure_enough
        .flat_map(|action| (action.propose)(event, neighbors).into_iter().map(|proposal| step(event, action, proposal)))
        .collect()
}

fn step(event: &ThreatEvent, action: &actions::Action, proposal: actions::Proposal) -> Step {
    let [kind, value] = proposal.target.parts();
    Step {
        id: stable_id("step", &[&event.id, action.name, kind, value]),
        event_id: event.id.clone(),
        dataset: event.dataset.clone(),
        action: action.name.to_owned(),
        why: proposal.why,
        cautions: proposal.cautions,
        undo: action.undo.map(str::to_owned),
        reversible: action.undo.is_some(),
        needs_approval: action.needs_approval,
        severity: event.severity,
        confidence: event.confidence,
        tlp: event.tlp,
        target: proposal.target,
    }
}
