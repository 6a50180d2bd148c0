//! The measurement as Markdown tables.

use std::fmt::Write as _;

use super::{
    campaigns::Agreement,
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
    campaigns(text, report)?;
    writeln!(text, "\n| detector | mistaken at 5 % | times |")?;
    writeln!(text, "|---|---|---|")?;
    for detector in &report.detectors {
        for (why, times) in &detector.mistaken {
            writeln!(text, "| {} | {why} | {times} |", detector.detector)?;
        }
    }
    Ok(())
}

/// How far campaigns agree with stories, over all worlds.
fn campaigns(text: &mut String, report: &WorldsReport) -> std::fmt::Result {
    let sum = |of: fn(&Agreement) -> u64| report.campaigns.iter().map(of).sum::<u64>();
    let indexes: Vec<f64> = report.campaigns.iter().filter_map(|of| of.adjusted_rand).collect();
    let mean = indexes.iter().sum::<f64>() / indexes.len().max(1) as f64;
    let least = indexes.iter().copied().fold(f64::INFINITY, f64::min);
    writeln!(
        text,
        "\nCampaigns against stories, over {} events: adjusted Rand index {mean:.3} (mean of worlds; the least is \
         {least:.3}). {} of {} pairs of events of one story are in one campaign; {} pairs that are of no one story are.",
        sum(|of| of.n_events),
        sum(|of| of.joined),
        sum(|of| of.to_join),
        sum(|of| of.joined_wrongly),
    )
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
