//! `margay share`: intelligence for others.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{BlocklistPlan, Engine, EventFilter, Result, SharePlan};
use schema::{Observable, Severity, Timestamp, Tlp};

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
    /// Write what is claimed as a block list for devices
    ///
    /// A list never holds networks and names of our own (`sharing.own` in margay.toml), private addresses, networks
    /// wider than /16 or /32, public suffixes, things on warning lists, claims that have ended, that are marked too
    /// strictly or that nobody is sure enough of. What was left out is told on standard error.
    #[command(after_help = "\
Examples:
  margay share blocklist --format plain --kind ip > edl.txt
  margay share blocklist --format rpz --confidence 70 > margay.rpz
  margay share blocklist --format stix --tlp green > bundle.json")]
    Blocklist(Blocklist),
}

#[derive(Debug, Args)]
struct Blocklist {
    /// plain, csv, stix, rpz, hosts, nftables or suricata
    #[arg(long, default_value = "plain", value_name = "FORM")]
    format: String,
    /// Only these kinds: ip, domain, url, hash ...; several with commas [default: all that the form can hold]
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kind: Vec<Observable>,
    /// Only what some source claims with at least this confidence
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    confidence: u8,
    /// Only what this source claims
    #[arg(long)]
    source: Option<String>,
    /// Leave out what is marked more strictly than this [default: from the configuration]
    #[arg(long)]
    tlp: Option<Tlp>,
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
        let engine = global.engine().await?;
        match self.action {
            Action::Stix(stix) => stix.run(engine).await,
            Action::Blocklist(list) => list.run(global, engine).await,
        }
    }
}

impl Blocklist {
    async fn run(self, global: &Global, engine: Engine) -> Result<ExitCode> {
        let plan = BlocklistPlan {
            form: self.format,
            kinds: self.kind,
            confidence_min: self.confidence,
            source: self.source,
            tlp_ceiling: self.tlp,
        };
        let list = engine.blocklist(&plan).await;
        engine.close().await;
        let list = list?;
        output::bytes(list.text.as_bytes())?;
        for left_out in &list.left_out {
            if global.json {
                output::remark(serde_json::to_string(left_out).unwrap_or_default());
                continue;
            }
            let examples = left_out.examples.join(", ");
            let told = format!("{} left out, {}: {examples}", output::grouped(left_out.n), left_out.reason);
            output::remark(output::visible(&told));
        }
        output::remark(format!("{} entries", output::grouped(list.n_entries)));
        Ok(ExitCode::SUCCESS)
    }
}

impl Stix {
    async fn run(self, engine: Engine) -> Result<ExitCode> {
        let stix = self;
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
