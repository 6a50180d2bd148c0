//! The Diamond of an event: what the findings support, and "unknown" where they support nothing.

use schema::{Diamond, Direction, Entity, EntityKind, Outcome, TechniqueClaim, Vertex};

use super::{Policy, activity::Activity, describe, methods};
use crate::text;

/// A list that names an actor speaks of the thing listed, not of this event: attribution takes more than that.
const ADVERSARY_CONFIDENCE_MAX: u8 = 40;
const VALUE_CHARS_MAX: usize = 200;

pub(super) fn diamond(
    activity: &Activity<'_>,
    techniques: &[TechniqueClaim],
    confidence: u8,
    policy: &Policy,
) -> Diamond {
    Diamond {
        adversary: adversary(activity),
        capability: capability(activity, techniques),
        infrastructure: infrastructure(activity, confidence, policy),
        victim: Vertex::known(vec![text::shown_entity(activity.subject(), VALUE_CHARS_MAX)], confidence),
        result: Outcome::Unknown,
        direction: direction(activity),
        methodology: methodology(activity),
        resources: resources(activity),
    }
}

fn adversary(activity: &Activity<'_>) -> Vertex {
    let actors: Vec<(&str, u8)> =
        activity.threat_labels().into_iter().filter(|(label, _)| names_actor(label)).collect();
    let confidence = actors.iter().map(|(_, confidence)| *confidence).max().unwrap_or(0);
    let names = actors.iter().map(|(label, _)| text::shown(label, VALUE_CHARS_MAX)).collect();
    Vertex::known(names, confidence.min(ADVERSARY_CONFIDENCE_MAX))
}

/// Whether a label says of itself that it is an actor: by a word before a colon, or by the numbered names that
/// vendors give (APT28, FIN7, UNC2452, TA505, G0016).
pub(super) fn names_actor(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    let declared = ["actor:", "threat-actor:", "intrusion-set:", "group:"];
    if declared.iter().any(|word| lower.starts_with(word)) {
        return true;
    }
    let numbered = |prefix: &str| {
        let number = lower.strip_prefix(prefix).unwrap_or("");
        (1..=5).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    ["apt", "apt-", "fin", "unc", "ta", "g0", "g1", "dev-", "storm-"].iter().any(|prefix| numbered(prefix))
}

/// Malware by its name; failing that, the techniques.
fn capability(activity: &Activity<'_>, techniques: &[TechniqueClaim]) -> Vertex {
    let labels = activity.threat_labels().into_iter();
    let named: Vec<(&str, u8)> = labels.filter(|(label, _)| describe::is_name(label) && !names_actor(label)).collect();
    if named.is_empty() {
        let names = techniques.iter().map(|claim| format!("{} {}", claim.id, claim.name)).collect();
        return Vertex::known(names, techniques.iter().map(|claim| claim.confidence).max().unwrap_or(0));
    }
    let confidence = named.iter().map(|(_, confidence)| *confidence).max().unwrap_or(0);
    Vertex::known(named.iter().map(|(label, _)| text::shown(label, VALUE_CHARS_MAX)).collect(), confidence)
}

/// The other sides, then their other names.
fn infrastructure(activity: &Activity<'_>, confidence: u8, policy: &Policy) -> Vertex {
    let objects: Vec<&Entity> = activity.objects().into_iter().filter(|entity| is_infrastructure(entity)).collect();
    let mut others: Vec<&Entity> = activity.findings().iter().flat_map(|finding| &finding.also).collect();
    others.retain(|entity| is_infrastructure(entity) && !objects.contains(entity));
    others.sort_unstable();
    others.dedup();
    let values: Vec<String> = objects
        .into_iter()
        .chain(others)
        .take(policy.infrastructure_max)
        .map(|entity| text::shown_entity(entity, VALUE_CHARS_MAX))
        .collect();
    let confidence = if values.is_empty() { 0 } else { confidence };
    Vertex::known(values, confidence)
}

fn is_infrastructure(entity: &Entity) -> bool {
    matches!(entity.kind, EntityKind::Ip | EntityKind::Domain | EntityKind::Url | EntityKind::Email | EntityKind::Host)
}

/// A host of ours that turns to something; for the rest the records do not say who began.
fn direction(activity: &Activity<'_>) -> Direction {
    let turned_to = activity.main().filter(|main| methods::reached_out(main)).and_then(|main| main.object.as_ref());
    match turned_to.map(|object| object.kind) {
        Some(EntityKind::Ip | EntityKind::Domain | EntityKind::Url) => Direction::VictimToInfrastructure,
        _ => Direction::Unknown,
    }
}

fn methodology(activity: &Activity<'_>) -> String {
    let ways = [activity.behavior(), activity.listing()];
    let names: Vec<String> = ways.into_iter().flatten().map(methods::name).collect();
    names.join("; ")
}

fn resources(activity: &Activity<'_>) -> Vec<String> {
    let mut resources = Vec::new();
    for entity in activity.objects() {
        let word = match entity.kind {
            EntityKind::Domain => "a registered name",
            EntityKind::Ip => "a reachable address",
            EntityKind::Url => "a web server",
            EntityKind::File => "a malicious file",
            EntityKind::Email => "a mail account",
            _ => continue,
        };
        if !resources.iter().any(|known| known == word) {
            resources.push(word.to_owned());
        }
    }
    if activity.behavior().is_some() {
        resources.push("software that runs on the target".to_owned());
    }
    resources
}
