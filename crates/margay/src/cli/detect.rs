//! `margay detect`: what is due, or a period again.

use std::{process::ExitCode, sync::Arc};

use clap::Args;
use engine::{DetectPlan, DetectReport, Doubt, Engine, Error, Result, Stop, now, pipeline};
use schema::{Timestamp, Window};

use super::Global;
use crate::{
    cli::{interrupt, progress},
    output::{self, grouped},
};

/// Run what is due: indicators and behaviours over new records
///
/// Looks at every hour that has received records since the last run, and at all hours again where indicators were
/// loaded since. Running it again changes nothing. --since and --until judge a period again, due or not.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay detect
  margay detect --since 2026-11-20 --until 2026-11-21T12:00:00Z")]
pub(crate) struct Detect {
    /// Judge again from this time on: 2026-11-21 or 2026-11-21T09:30:00Z, in UTC
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Up to, but not at, this time [default with --since: now]
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

impl Detect {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let plan = DetectPlan { replay: self.replay()?, ..DetectPlan::default() };
        let engine = global.engine().await?;
        let bar = Arc::new(progress::Bar::steps("hours"));
        let report = pipeline::detect(&engine, &plan, &interrupt(), bar.clone()).await;
        bar.clear();
        engine.close().await;
        let report = report?;
        if global.json {
            output::json(&report)?;
        } else {
            print(&report)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn replay(&self) -> Result<Option<Window>> {
        let (since, until) = match (self.since, self.until) {
            (None, None) => return Ok(None),
            (since, until) => (since.unwrap_or_default(), until.unwrap_or_else(now)),
        };
        if since >= until {
            return Err(Error::usage("the period is empty").detail(format!("it would go from {since} to {until}")));
        }
        Ok(Some(Window::new(since, until)))
    }
}

/// Holds newly listed things against the past, and says what came of it, where anything did.
pub(crate) async fn sweep(engine: &Engine, stop: &Stop) -> Result<()> {
    let bar = Arc::new(progress::Bar::steps("hours"));
    let report = pipeline::sweep(engine, stop, bar.clone()).await;
    bar.clear();
    let report = report?;
    if report.n_hours + report.n_hours_passed_over > 0 {
        output::remark(format!(
            "the past: {} of {} hours could meet what is new; {} findings in them, {} threat events new or changed",
            grouped(report.n_hours),
            grouped(report.n_hours + report.n_hours_passed_over),
            grouped(report.findings),
            grouped(report.events_written),
        ));
    }
    Ok(())
}

pub(crate) fn print(report: &DetectReport) -> Result<()> {
    if report.n_rules_refused > 0 {
        output::remark(format!(
            "{} refused and not held against any record; `margay rules check` says why",
            match report.n_rules_refused {
                1 => "1 rule was".to_owned(),
                n => format!("{} rules were", grouped(n)),
            }
        ));
    }
    if report.n_hours == 0 && report.n_windows == 0 {
        output::line("Nothing is due: no new records and no new indicators since the last run.")?;
    } else {
        output::line(format!(
            "{} rows of {} hours read in {:.1} s against {} indicators, {} rules and {} correlations; {} windows judged in {:.1} s, {} hypotheses tested",
            grouped(report.rows),
            report.n_hours,
            report.read_seconds,
            grouped(report.n_indicators),
            grouped(report.n_rules),
            grouped(report.n_correlations),
            report.n_windows,
            report.judge_seconds,
            grouped(report.n_tests),
        ))?;
        output::line(format!("{} findings", grouped(report.findings)))?;
    }
    report_doubts(&report.doubts);
    output::line(format!(
        "{} threat events, {} of them new or changed: margay events list",
        grouped(report.events),
        grouped(report.events_written)
    ))
}

/// One remark for each detector and dataset.
fn report_doubts(doubts: &[Doubt]) {
    for (at, doubt) in doubts.iter().enumerate() {
        let of_same = |other: &&Doubt| (other.detector, &other.dataset) == (doubt.detector, &doubt.dataset);
        if doubts.iter().take(at).any(|other| of_same(&other)) {
            continue;
        }
        let n_windows = doubts.iter().filter(of_same).count();
        output::remark(format!(
            "{} in dataset {}: p-values are small too often for its null hypothesis to be true here, in {} since {}; \
             what it finds there are leads (docs/control.md)",
            doubt.detector,
            output::visible(&doubt.dataset),
            match n_windows {
                1 => "one window".to_owned(),
                n => format!("{} windows", grouped(n as u64)),
            },
            doubt.since,
        ));
    }
}
