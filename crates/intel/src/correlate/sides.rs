//! Who is who in an event: our side and the other one, and which of them was only attacked. Output: `things`.

use schema::{Category, EntityKind, ThreatEvent};

use super::things::{Kind, Thing, of_entity, of_observable, of_text};

/// The two sides of an event, as things.
#[derive(Debug, Default)]
pub(super) struct Sides {
    pub(super) ours: Vec<Thing>,
    pub(super) theirs: Vec<Thing>,
    pub(super) ours_attacked: bool,
    pub(super) theirs_attacked: bool,
}

pub(super) fn of(event: &ThreatEvent) -> Sides {
    let ours_attacked = is_attacked(event);
    // A site of ours that is attacked is no infrastructure of the attacker, and neither are its pages.
    let sites: Vec<String> = event
        .targets
        .iter()
        .filter(|target| ours_attacked && matches!(target.kind, EntityKind::Domain | EntityKind::Url))
        .map(|target| host_of(&target.value))
        .collect();
    let is_site = |value: &str| sites.contains(&host_of(value));
    let mut sides = Sides { ours_attacked, ..Sides::default() };
    for target in &event.targets {
        if is_site(&target.value) {
            sides.ours.push(Thing::new(Kind::Host, host_of(&target.value)));
        } else {
            sides.ours.extend(of_entity(target.kind, &target.value));
        }
    }
    let indicators = event.indicators.iter().filter(|(_, value)| !is_site(value));
    indicators.for_each(|(kind, value)| sides.theirs.extend(of_observable(*kind, value)));
    let infrastructure = event.diamond.infrastructure.values.iter().filter(|value| !is_site(value));
    infrastructure.for_each(|value| sides.theirs.extend(of_text(value)));
    // Who scans does something; who is scanned does not.
    sides.theirs_attacked = event.category == Category::Reconnaissance && !ours_attacked;
    sides
}

/// `https://www.example.com/path` and `www.example.com/path` are of `www.example.com`.
fn host_of(value: &str) -> String {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_lowercase()
}

/// Techniques that are used on what can be reached from outside, whoever finds them.
const ON_WHAT_IS_REACHED: [&str; 4] = ["T1190", "T1498", "T1499", "T1595"];
/// Guessing: told of the guesser where no other side is named.
const GUESSING: &str = "T1110";

/// Our side only met what came, by what sort of event it is.
fn is_attacked(event: &ThreatEvent) -> bool {
    let of_detector = |name: &str| event.detectors.iter().any(|detector| detector.starts_with(name));
    let uses = |id: &str| event.techniques.iter().any(|claim| claim.id.split('.').next() == Some(id));
    match event.category {
        Category::InitialAccess | Category::CredentialAccess | Category::Automation => true,
        Category::Impact => of_detector("volume_anomaly"),
        Category::SuspiciousBehavior => {
            ON_WHAT_IS_REACHED.into_iter().any(uses)
                || uses(GUESSING) && !event.diamond.infrastructure.values.is_empty()
        }
        _ => false,
    }
}
