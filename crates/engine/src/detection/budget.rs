//! Where people have said how many alerts they can look at: the best findings of each day make events, the others are
//! leads.

use std::collections::BTreeMap;

use schema::{BEST_OF_DAY, Finding, LEAD};

use super::due::Due;
use crate::{Engine, Result};

/// Chooses again on every day from the first on that was judged: a day behind it may have been judged again as well.
pub(super) async fn choose(engine: &Engine, due: &Due) -> Result<()> {
    let n = engine.config.control.alerts_per_day;
    let Some(since) = due.windows.iter().map(|(_, window)| window.end).min().filter(|_| n > 0) else { return Ok(()) };
    let policy = engine.policy().await?;
    for day in engine.store.days_with_tests(since).await? {
        let mut by_dataset: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
        for finding in engine.store.tested_on(day).await? {
            by_dataset.entry(finding.dataset.clone()).or_default().push(finding);
        }
        let mut changed = Vec::new();
        for findings in by_dataset.into_values() {
            let best = intel::best(&findings, n, &policy);
            changed.extend(findings.into_iter().filter_map(|finding| {
                let label = if best.contains(&finding.id) { BEST_OF_DAY } else { LEAD };
                relabeled(finding, label)
            }));
        }
        engine.store.relabel(&changed).await?;
    }
    Ok(())
}

/// The finding with this label in the place of the one that it had; `None` where it has it already.
fn relabeled(mut finding: Finding, label: &str) -> Option<Finding> {
    let of_ours = |known: &String| [LEAD, BEST_OF_DAY].contains(&known.as_str());
    if finding.labels.iter().filter(|known| of_ours(known)).eq([label]) {
        return None;
    }
    finding.labels.retain(|known| !of_ours(known));
    finding.labels.push(label.to_owned());
    Some(finding)
}
