//! `margay intel`: what others know.

mod indicators;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{Error, IntelPlan, IntelReport, Result};
use schema::Tlp;

use super::{Global, detect, interrupt};
use crate::output::{self, Table, grouped, visible};

/// Load indicators and ATT&CK
#[derive(Debug, Args)]
pub(crate) struct Intel {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Load indicators (plain lists, CSV with a header, STIX 2.1 bundles), warning lists, or an ATT&CK bundle
    ///
    /// Files are told apart by their content and may be packed. Defanged forms (hxxp, [.]) are accepted. Every source's
    /// claim is kept as its own row; loading the same file again renews it. An ATT&CK bundle takes the place of the
    /// reference that Margay brings; older versions stay beside it.
    #[command(after_help = "\
Examples:
  margay intel load feed.csv --source acme --confidence 70 --tlp amber
  margay intel load bundle.json
  margay intel load warninglists/
  margay intel load enterprise-attack-18.1.json.gz")]
    Load(Load),
    Show(indicators::Show),
    List(indicators::List),
    Verdict(indicators::Verdict),
    Survival(indicators::Survival),
    /// List the warning lists in force, and what each leaves of a claim's confidence
    Warnings,
}

#[derive(Debug, Args)]
struct Load {
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Who says so, where the file does not [default: the name of the file]
    #[arg(long)]
    source: Option<String>,
    /// How far to trust it, 0 to 100, where the file does not say
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    confidence: u8,
    /// Marking, where the file has none: clear, green, amber, amber+strict, red
    #[arg(long, default_value = "amber+strict")]
    tlp: Tlp,
}

impl Intel {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        match self.action {
            Action::Load(load) => load.run(global).await,
            Action::Show(show) => show.run(global).await,
            Action::List(list) => list.run(global).await,
            Action::Verdict(verdict) => verdict.run(global).await,
            Action::Survival(survival) => survival.run(global).await,
            Action::Warnings => indicators::warnings(global).await,
        }
    }
}

impl Load {
    async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let plan = IntelPlan { paths: self.files, source: self.source, confidence: self.confidence, tlp: self.tlp };
        let report = engine.load_intel(&plan).await;
        let swept = if report.is_ok() { detect::sweep(&engine, &interrupt()).await } else { Ok(()) };
        engine.close().await;
        let report = report?;
        swept?;
        if global.json {
            output::json(&report)?;
        } else {
            print(&report)?;
        }
        let other = !report.warning_lists.is_empty() || report.files.iter().any(|file| file.attack.is_some());
        if report.claims == 0 && !other {
            return Err(Error::input("nothing could be loaded").hint("see the reasons above"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub(crate) fn print(report: &IntelReport) -> Result<()> {
    let mut table = Table::new(&["file", "format", "claims", "rejects"]).numbers(&[2, 3]);
    for file in &report.files {
        table.row([file.path.clone(), file.format.clone(), grouped(file.claims), grouped(file.rejects)]);
    }
    table.print()?;
    for file in &report.files {
        if let Some((domain, version, techniques)) = &file.attack {
            output::line(visible(&format!("ATT&CK {domain} {version}: {techniques} techniques, now in force")))?;
        }
        for told in &file.told {
            output::remark(visible(&format!("rejected: {}: {told}", file.path)));
        }
    }
    if !report.warning_lists.is_empty() {
        let (lists, entries) =
            (report.warning_lists.len(), report.warning_lists.iter().map(|(_, entries)| entries).sum());
        output::line(format!("{lists} warning lists of {} entries, now in force", grouped(entries)))?;
    }
    output::line(format!(
        "{} claims read, {} of them new; {} in all",
        grouped(report.claims),
        grouped(report.added),
        grouped(report.total)
    ))
}
