//! `margay share`: intelligence for others.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{EventFilter, Result, SharePlan};
use schema::{Severity, Timestamp, Tlp};

use super::Global;
use crate::output;

/// Write intelligence for others
#[derive(Debug, Args)]
pub(crate) struct Share {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write threat events as a STIX 2.1 bundle with TLP 2.0 markings
    #[command(after_help = "\
Examples:
  margay share stix > bundle.json
  margay share stix --events 3f2a --events 90bc --tlp green > bundle.json
  margay share stix --severity high --since 2026-11-20 > bundle.json")]
    Stix(Stix),
}

#[derive(Debug, Args)]
struct Stix {
    /// Only these threat events, by id or a beginning of it; several with commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    events: Vec<String>,
    /// Only those still active at or after this time
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Only those of this severity or a higher one
    #[arg(long)]
    severity: Option<Severity>,
    /// Leave out what is marked more strictly than this [default: from the configuration]
    #[arg(long)]
    tlp: Option<Tlp>,
    /// Take the names and addresses of our own hosts and accounts out
    #[arg(long)]
    conceal: bool,
}

impl Share {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let Action::Stix(stix) = self.action;
        let engine = global.engine().await?;
        let plan = SharePlan {
            ids: stix.events,
            filter: EventFilter { since: stix.since, severity: stix.severity, ..EventFilter::default() },
            tlp_ceiling: stix.tlp,
            conceal: stix.conceal,
        };
        let shared = engine.share_stix(&plan).await;
        engine.close().await;
        let shared = shared?;
        output::line(&shared.bundle)?;
        output::remark(format!("{} objects from {} threat events", shared.objects, shared.events));
        if shared.withheld > 0 {
            output::remark(format!(
                "{} threat events are marked more strictly than the ceiling and were left out",
                shared.withheld
            ));
        }
        if shared.inexpressible > 0 {
            output::remark(format!("{} indicators are of a kind that STIX has no pattern for", shared.inexpressible));
        }
        Ok(ExitCode::SUCCESS)
    }
}
