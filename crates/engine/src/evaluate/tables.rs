//! The measurement as Markdown tables.

use std::fmt::Write as _;

use super::{
    campaigns::Agreement,
    share::{Share, mean},
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
    campaigns(text, plan, report)?;
    writeln!(text, "\n| detector | mistaken at 5 % | times |")?;
    writeln!(text, "|---|---|---|")?;
    for detector in &report.detectors {
        for (why, times) in &detector.mistaken {
            writeln!(text, "| {} | {why} | {times} |", detector.detector)?;
        }
    }
    Ok(())
}

/// How far campaigns agree with stories, world by world and over all.
fn campaigns(text: &mut String, plan: &WorldsPlan, report: &WorldsReport) -> std::fmt::Result {
    writeln!(
        text,
        "\n| seed | events | adjusted Rand index | pairs of one story that are in one campaign | pairs in a campaign that \
         are of no one story |\n|---|---|---|---|---|"
    )?;
    for (seed, of) in plan.seeds.clone().zip(&report.campaigns) {
        let index = of.adjusted_rand.map_or_else(|| "–".to_owned(), |index| format!("{index:.3}"));
        let (joined, to_join, wrongly) = (of.joined, of.to_join, of.joined_wrongly);
        writeln!(text, "| {seed} | {} | {index} | {joined} of {to_join} | {wrongly} |", of.n_events)?;
    }
    let over_worlds = |of: &dyn Fn(&Agreement) -> Option<f64>| {
        let values: Vec<f64> = report.campaigns.iter().filter_map(of).collect();
        interval(mean(&values))
    };
    let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    writeln!(
        text,
        "\nCampaigns against stories, mean of worlds with its bootstrap interval: adjusted Rand index {}; of the pairs of \
         events in one campaign, {} are of one story; of the pairs of one story, {} are in one campaign.",
        over_worlds(&|of| of.adjusted_rand),
        over_worlds(&|of| share(of.joined, of.joined + of.joined_wrongly)),
        over_worlds(&|of| share(of.joined, of.to_join)),
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
