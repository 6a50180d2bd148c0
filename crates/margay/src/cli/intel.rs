//! `margay intel`: what others know.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{Error, IntelPlan, IntelReport, Result};
use schema::Tlp;

use super::Global;
use crate::output::{self, Table, grouped, visible};

/// Load indicators and ATT&CK
#[derive(Debug, Args)]
pub(crate) struct Intel {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Load indicator lists (plain, CSV with a header, STIX 2.1 bundle) or an ATT&CK bundle
    ///
    /// Files are told apart by their content and may be packed. Defanged forms (hxxp, [.]) are accepted. Every source's
    /// claim is kept as its own row; loading the same file again renews it. An ATT&CK bundle takes the place of the
    /// reference that Margay brings; older versions stay beside it.
    #[command(after_help = "\
Examples:
  margay intel load feed.csv --source acme --confidence 70 --tlp amber
  margay intel load bundle.json
  margay intel load enterprise-attack-18.1.json.gz")]
    Load(Load),
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
        let Action::Load(load) = self.action;
        let engine = global.engine().await?;
        let plan = IntelPlan { paths: load.files, source: load.source, confidence: load.confidence, tlp: load.tlp };
        let report = engine.load_intel(&plan).await;
        engine.close().await;
        let report = report?;
        if global.json {
            output::json(&report)?;
        } else {
            print(&report)?;
        }
        let nothing = report.claims == 0 && report.files.iter().all(|file| file.attack.is_none());
        if nothing {
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
    output::line(format!(
        "{} claims read, {} of them new; {} in all",
        grouped(report.claims),
        grouped(report.added),
        grouped(report.total)
    ))
}
