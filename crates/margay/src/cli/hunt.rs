//! `margay hunt`: was this ever seen here, by whom, and when.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use engine::{Result, Sighting, SweepPlan, Swept};
use schema::Timestamp;

use super::Global;
use crate::{
    cli::{interrupt, progress},
    output::{self, Table, bold, grouped, visible},
};

/// Hosts that are named of each value; the others are counted.
const HOSTS_NAMED: usize = 3;

/// Look for addresses, names, URLs and hashes in all records
///
/// Values are matched as indicators are: a domain with everything below it, a network with every address in it, a URL
/// with and without its query. Defanged forms (hxxp, [.]) are understood. Hours that are known to hold nothing of it
/// are not read. Nothing is kept: load a list with `margay intel load` to be told from now on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay hunt evil.example 198.51.100.0/24
  margay hunt --file report-iocs.txt --since 2026-10-01
  margay hunt --pattern \"[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 8443]\"
  margay --json hunt 44d88612fea8a8f36de82e1278abb02f")]
pub(crate) struct Hunt {
    /// Addresses, networks, domains, URLs, hashes, e-mail addresses ...
    #[arg(required_unless_present_any = ["file", "pattern"])]
    values: Vec<String>,
    /// STIX patterns over one observation
    #[arg(long, value_name = "PATTERN")]
    pattern: Vec<String>,
    /// Lists of them: plain, CSV with a header, STIX, MISP
    #[arg(long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// Records from here on, a date or an instant in UTC [default: all]
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Records before this [default: all]
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

impl Hunt {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let plan = SweepPlan {
            values: self.values,
            patterns: self.pattern,
            files: self.file,
            since: self.since,
            until: self.until,
            newest_first: false,
        };
        let engine = global.engine().await?;
        let bar = Arc::new(progress::Bar::steps("hours"));
        let swept = {
            let bar = bar.clone();
            engine.sweep(&plan, &interrupt(), move |done, of| bar.set(done, of)).await
        };
        bar.clear();
        engine.close().await;
        let swept = swept?;
        if global.json {
            swept.sightings.iter().try_for_each(output::json)?;
        } else {
            swept.sightings.iter().try_for_each(show)?;
            table(&swept)?;
        }
        remarks(&swept);
        Ok(ExitCode::SUCCESS)
    }
}

fn show(sighting: &Sighting) -> Result<()> {
    output::line(bold(&visible(&format!("{} {}", sighting.kind, sighting.value))))?;
    output::line(visible(&format!("  {}", sighting.because)))?;
    if !sighting.also.is_empty() {
        let also: Vec<&str> = sighting.also.iter().map(String::as_str).collect();
        output::line(visible(&format!("  also known as {}", also.join(", "))))?;
    }
    for evidence in sighting.evidence.iter().take(HOSTS_NAMED) {
        output::line(visible(&format!("  record {} of {}", evidence.record_id, evidence.table)))?;
    }
    output::line("")
}

fn table(swept: &Swept) -> Result<()> {
    if swept.sightings.is_empty() {
        return output::line("Nothing of this was seen.");
    }
    let mut table = Table::new(&["value", "first seen", "last seen", "records", "hosts", "who"]).numbers(&[3, 4]);
    for sighting in &swept.sightings {
        let named: Vec<&str> = sighting.hosts.iter().take(HOSTS_NAMED).map(String::as_str).collect();
        let more = if sighting.hosts.len() > HOSTS_NAMED { ", ..." } else { "" };
        table.row([
            visible(&sighting.value),
            sighting.first_seen.to_string(),
            sighting.last_seen.to_string(),
            grouped(sighting.records),
            grouped(sighting.hosts.len() as u64),
            visible(&format!("{}{more}", named.join(", "))),
        ]);
    }
    table.print()
}

fn remarks(swept: &Swept) {
    for refused in &swept.refused {
        output::remark(visible(&format!("not looked for: {refused}")));
    }
    if swept.n_left_out > 0 {
        output::remark(format!("{} records are in no sighting: one hour held too many", grouped(swept.n_left_out)));
    }
    output::remark(format!(
        "{} values, {} of them seen; {} rows read, {} of {} hours passed over",
        grouped(swept.n_values),
        grouped(swept.sightings.len() as u64),
        grouped(swept.rows),
        grouped(swept.n_hours_passed_over),
        grouped(swept.n_hours),
    ));
}
