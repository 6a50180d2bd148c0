//! What sort of event it is: the strongest behavior decides, then what was met.

use schema::{Category, EntityKind};

use super::{activity::Activity, methods};

/// `tactics` are those of the whole event.
pub(super) fn category(activity: &Activity<'_>, tactics: &[String]) -> Category {
    let behavior = activity.behavior();
    if let Some(method) = behavior.and_then(methods::of) {
        return method.category;
    }
    let steers = tactics.iter().any(|tactic| tactic == "command-and-control");
    match behavior {
        Some(_) if steers => Category::CommandAndControl,
        Some(_) => Category::SuspiciousBehavior,
        None if !activity.rules().is_empty() => Category::SuspiciousBehavior,
        None if met_file(activity) => Category::KnownMalware,
        None => Category::KnownInfrastructure,
    }
}

fn met_file(activity: &Activity<'_>) -> bool {
    activity.strong().filter_map(|finding| finding.object.as_ref()).any(|object| object.kind == EntityKind::File)
}
