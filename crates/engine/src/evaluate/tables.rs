//! The measurement as Markdown tables.

use std::fmt::Write as _;

use super::{
    share::Share,
    worlds::{BUDGET, Delay, WorldsPlan, WorldsReport},
};

pub(super) fn markdown(plan: &WorldsPlan, report: &WorldsReport) -> String {
    let mut text = String::new();
    // Writing to a text cannot fail.
    write(&mut text, plan, report).unwrap_or_default();
    text
}

fn write(text: &mut String, plan: &WorldsPlan, report: &WorldsReport) -> std::fmt::Result {
    let (first, last) = (plan.seeds.start(), plan.seeds.end());
    let kind = if plan.benign { "worlds without attacks" } else { "worlds" };
    writeln!(
        text,
        "{} {kind} of {} day(s) at scale {}, seeds {first} to {last}, {} records.\n",
        report.n_worlds, plan.days, plan.scale, report.n_records
    )?;
    writeln!(
        text,
        "| detector | promised | raised | true | false share, pooled (95 %) | false discovery rate, mean of worlds (95 %) | found of expected (95 %) |"
    )?;
    writeln!(text, "|---|---|---|---|---|---|---|")?;
    for detector in &report.detectors {
        for at in &detector.at_rate {
            writeln!(
                text,
                "| {} | {:.0} % | {} | {} | {} | {} | {} |",
                detector.detector,
                at.rate * 100.0,
                at.raised,
                at.right,
                interval(at.false_share),
                interval(at.false_discovery_rate),
                counted(at.recall),
            )?;
        }
    }
    writeln!(
        text,
        "\nThe best {BUDGET} findings of each day, of all detectors (`control.alerts_per_day`), are true in {}.\n",
        interval(report.precision_at_budget)
    )?;
    writeln!(text, "| detector | story | found of expected at 5 % (95 %) |")?;
    writeln!(text, "|---|---|---|")?;
    for detector in &report.detectors {
        for (story, share) in &detector.stories {
            writeln!(text, "| {} | `{story}` | {} |", detector.detector, counted(*share))?;
        }
    }
    if !report.delays.is_empty() {
        writeln!(text, "\n| detector | story | found at 5 % | hours until then, median | longest |")?;
        writeln!(text, "|---|---|---|---|---|")?;
    }
    for Delay { detector, story, found, median_hours, longest_hours } in &report.delays {
        writeln!(text, "| {detector} | `{story}` | {found} | {median_hours:.1} | {longest_hours:.1} |")?;
    }
    writeln!(text, "\n| detector | mistaken at 5 % | times |")?;
    writeln!(text, "|---|---|---|")?;
    for detector in &report.detectors {
        for (why, times) in &detector.mistaken {
            writeln!(text, "| {} | {why} | {times} |", detector.detector)?;
        }
    }
    Ok(())
}

fn interval(share: Option<Share>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.3} ({:.3} to {:.3})", share.value, share.low, share.high))
}

/// With the number that it is a share of.
fn counted(share: Option<Share>) -> String {
    share.map_or_else(
        || "–".to_owned(),
        |share| format!("{:.0} of {}: {}", share.value * share.n as f64, share.n, interval(Some(share))),
    )
}
