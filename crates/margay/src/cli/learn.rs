//! `margay learn`: what verdicts teach.

use std::process::ExitCode;

use clap::Args;
use engine::{Change, LearnReport, Result};

use super::{
    Global,
    events::{chance, short},
};
use crate::output::{self, Table, visible};

/// Say what verdicts on threat events teach, and put it in force
///
/// Shows how often the events of each detector turned out malicious, what several hosts were found to meet without
/// harm, and which events change. Nothing is in force until it is asked for with --apply; then events tell the chance
/// that they are malicious where there are verdicts enough, and what is harmless here is raised no more.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay learn
  margay learn --apply")]
pub(crate) struct Learn {
    /// Put it in force
    #[arg(long)]
    apply: bool,
}

impl Learn {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let report = engine.learn(self.apply).await?;
        engine.close().await;
        if global.json {
            output::json(&report)?
        } else {
            print(&report)?
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(report: &LearnReport) -> Result<()> {
    if report.n_verdicts == 0 {
        return output::line("No verdicts yet. `margay events verdict ID true-positive --reason TEXT` gives one.");
    }
    output::line(format!("{} events with a verdict", report.n_verdicts))?;
    let mut table =
        Table::new(&["detector", "malicious", "harmless", "share malicious (95 %)", "chance told"]).numbers(&[1, 2]);
    for detector in &report.detectors {
        let share = detector
            .precision
            .map_or_else(String::new, |share| format!("{:.2} ({:.2} to {:.2})", share.value, share.low, share.high));
        let told = if detector.calibrated { "yes" } else { "no: too few verdicts, or of one kind only" };
        let (malicious, harmless) = (detector.n_malicious.to_string(), detector.n_harmless.to_string());
        table.row([detector.detector.clone(), malicious, harmless, share, told.to_owned()]);
    }
    table.print()?;
    for spared in &report.spared {
        let object = visible(&spared.object);
        output::line(format!("harmless here: {} with {object} ({})", spared.detector, spared.dataset))?;
    }
    let will = if report.applied { "changed" } else { "would change" };
    output::line(format!("{} threat events {will}", report.n_changes))?;
    report.changes.iter().try_for_each(print_change)?;
    if !report.applied && (report.n_changes > 0 || !report.spared.is_empty()) {
        output::remark("`margay learn --apply` puts it in force.");
    }
    Ok(())
}

fn print_change(change: &Change) -> Result<()> {
    let what = if change.gone {
        "is raised no more".to_owned()
    } else {
        format!("malicious {} (was {})", chance(change.after), chance(change.before))
    };
    output::line(format!("  {} {}: {what}", short(&change.event_id), visible(&change.title)))
}
