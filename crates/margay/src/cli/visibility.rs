//! `margay visibility`: could we have seen it?

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use engine::{
    AnalyticSeen, Engine, Error, Flow, Gain, Result, SourceSeen, TechniqueSeen, VisibilityPlan, VisibilityReport,
};
use schema::Timestamp;

use super::Global;
use crate::{
    cli::interrupt,
    output::{self, Table, bold, grouped, visible},
};

/// Say which ATT&CK techniques could be seen here, and what would show more
///
/// Holds what the lake really holds against the log sources that ATT&CK's analytics ask for, and says which detectors
/// and rules look for each technique. That logs are there means that a technique could be seen in them, not that it
/// would be.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay visibility
  margay visibility T1059.001
  margay visibility --gaps
  margay visibility --gains
  margay visibility --actor APT29
  margay visibility --actor G0016 --gains
  margay visibility --sources --since 2026-11-20
  margay visibility --navigator layer.json --dettect dettect/ --csv chain.csv")]
pub(crate) struct Visibility {
    /// One technique: its analytics, their logs, who looks
    #[arg(value_name = "TECHNIQUE", conflicts_with_all = ["gaps", "gains", "sources"])]
    technique: Option<String>,
    /// Techniques that could be seen and that nobody looks for, and those that are looked for in vain
    #[arg(long, conflicts_with_all = ["gains", "sources"])]
    gaps: bool,
    /// Log sources that are missing, by how many techniques they would show
    #[arg(long, conflicts_with = "sources")]
    gains: bool,
    /// What the lake holds, by table, provider and event
    #[arg(long)]
    sources: bool,
    /// Only records from this time on: 2026-11-21 or 2026-11-21T09:30:00Z, in UTC
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Only records of this dataset
    #[arg(long)]
    dataset: Option<String>,
    /// Only techniques that this group is known for: a name of it or its ATT&CK id
    #[arg(long, value_name = "GROUP", conflicts_with = "technique")]
    actor: Option<String>,
    /// Write a layer for the ATT&CK Navigator into this file
    #[arg(long, value_name = "FILE")]
    navigator: Option<PathBuf>,
    /// Write data-sources.yaml and techniques.yaml for DeTT&CT into this folder
    #[arg(long, value_name = "DIR")]
    dettect: Option<PathBuf>,
    /// Write a row for each technique, analytic and log source into this file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

impl Visibility {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let report = self.measure(&engine).await;
        engine.close().await;
        let report = report?;
        self.write(&report)?;
        self.print(&report, global.json)?;
        Ok(ExitCode::SUCCESS)
    }

    async fn measure(&self, engine: &Engine) -> Result<VisibilityReport> {
        let plan = VisibilityPlan { since: self.since, dataset: self.dataset.clone(), actor: self.actor.clone() };
        engine.visibility(&plan, &interrupt()).await
    }

    fn write(&self, report: &VisibilityReport) -> Result<()> {
        let written = |path: &Path, text: &[u8]| {
            fs::write(path, text)
                .map_err(|error| Error::machine(format!("could not write {}", path.display())).detail(error))
        };
        if let Some(path) = &self.navigator {
            let layer = serde_json::to_vec_pretty(&report.navigator)
                .map_err(|error| Error::internal("no layer").detail(error))?;
            written(path, &layer)?;
        }
        if let Some(folder) = &self.dettect {
            fs::create_dir_all(folder)
                .map_err(|error| Error::machine(format!("could not make {}", folder.display())).detail(error))?;
            for (name, text) in ["data-sources.yaml", "techniques.yaml"].into_iter().zip(&report.dettect) {
                written(&folder.join(name), text.as_bytes())?;
            }
        }
        match &self.csv {
            Some(path) => written(path, &chain(report)?),
            None => Ok(()),
        }
    }

    fn print(&self, report: &VisibilityReport, json: bool) -> Result<()> {
        if let Some(id) = &self.technique {
            let technique = find(report, id)?;
            return if json { output::json(technique) } else { print_technique(technique, report) };
        }
        match (self.gaps, self.gains, self.sources) {
            (true, _, _) if json => gaps(report).try_for_each(output::json),
            (true, _, _) => print_gaps(report),
            (_, true, _) if json => report.gains.iter().try_for_each(output::json),
            (_, true, _) => print_gains(&report.gains),
            (_, _, true) if json => report.flows.iter().try_for_each(output::json),
            (_, _, true) => print_sources(report),
            _ if json => report.techniques.iter().try_for_each(output::json),
            _ if report.actor.is_some() => print_actor(report),
            _ => print_tactics(report),
        }
    }
}

/// The whole chain as CSV: technique, analytic, log source, evidence, version of ATT&CK.
fn chain(report: &VisibilityReport) -> Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| Error::internal("no CSV").detail(error);
    out.write_record(CHAIN).map_err(failed)?;
    for technique in &report.techniques {
        for analytic in &technique.analytics {
            for source in &analytic.log_sources {
                out.write_record(link(report, technique, analytic, source)).map_err(failed)?;
            }
        }
    }
    out.into_inner().map_err(|error| Error::internal("no CSV").detail(error))
}

const CHAIN: [&str; 18] = [
    "attack_version",
    "technique",
    "name",
    "tactics",
    "strategy",
    "analytic",
    "platforms",
    "log_source",
    "data_component",
    "state",
    "share",
    "tables",
    "records",
    "hosts",
    "last",
    "missing_events",
    "looked_for_by",
    "last_found",
];

fn link(
    report: &VisibilityReport,
    technique: &TechniqueSeen,
    analytic: &AnalyticSeen,
    source: &SourceSeen,
) -> [String; 18] {
    let instant = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        report.attack_version.clone(),
        technique.id.clone(),
        technique.name.clone(),
        technique.tactics.join(";"),
        analytic.strategy.clone(),
        analytic.id.clone(),
        analytic.platforms.join(";"),
        source.name.clone(),
        source.data_component.clone(),
        source.state.name().to_owned(),
        format!("{:.3}", source.share),
        source.tables.iter().map(String::as_str).collect::<Vec<_>>().join(";"),
        source.records.to_string(),
        source.hosts.to_string(),
        instant(source.last),
        source.missing_events.join(";"),
        technique.looking.join(";"),
        instant(technique.last_found),
    ]
}

fn find<'a>(report: &'a VisibilityReport, id: &str) -> Result<&'a TechniqueSeen> {
    let found = report.techniques.iter().find(|technique| technique.id.eq_ignore_ascii_case(id));
    found.ok_or_else(|| {
        Error::usage(format!("\"{id}\" is no technique of ATT&CK Enterprise {}", report.attack_version))
            .hint("as T1059 or T1059.001; those that MITRE has withdrawn are not listed")
    })
}

/// How much of the best analytic's logs is there.
fn grade(technique: &TechniqueSeen) -> usize {
    match technique.share {
        share if share >= 1.0 => 0,
        share if share > 0.0 => 1,
        _ => 2,
    }
}

fn print_tactics(report: &VisibilityReport) -> Result<()> {
    output::line(format!("ATT&CK Enterprise {}, {} techniques", report.attack_version, report.techniques.len()))?;
    let mut by_tactic: BTreeMap<&str, [usize; 5]> = BTreeMap::new();
    for technique in &report.techniques {
        for tactic in technique.tactics.iter().map(String::as_str).chain(["(all)"]) {
            let row = by_tactic.entry(tactic).or_default();
            row[grade(technique)] += 1;
            row[3] += usize::from(!technique.looking.is_empty());
            row[4] += usize::from(technique.n_found > 0);
        }
    }
    let mut table = Table::new(&["tactic", "an analytic has all its logs", "some", "none", "looked for", "found"])
        .numbers(&[1, 2, 3, 4, 5]);
    for (tactic, counts) in
        by_tactic.iter().filter(|(tactic, _)| **tactic != "(all)").chain(by_tactic.get_key_value("(all)"))
    {
        table.row([(*tactic).to_owned()].into_iter().chain(counts.map(|n| n.to_string())));
    }
    table.print()?;
    output::remark(
        "`margay visibility --gaps` shows what nobody looks for, `--gains` what to collect next, `margay visibility T1059.001` one technique.",
    );
    Ok(())
}

fn print_actor(report: &VisibilityReport) -> Result<()> {
    let Some((id, name)) = &report.actor else { return Ok(()) };
    let count = |wanted: usize| report.techniques.iter().filter(|technique| grade(technique) == wanted).count();
    let looked_for = report.techniques.iter().filter(|technique| !technique.looking.is_empty()).count();
    output::line(format!(
        "{} ({id}) is known for {} techniques of ATT&CK Enterprise {}: an analytic has all its logs for {}, some for {}, \
         none for {}; {looked_for} are looked for",
        bold(&visible(name)),
        report.techniques.len(),
        report.attack_version,
        count(0),
        count(1),
        count(2),
    ))?;
    let mut table = Table::new(&["technique", "name", "logs here", "looked for by", "found"]).numbers(&[2, 4]);
    let mut techniques: Vec<&TechniqueSeen> = report.techniques.iter().collect();
    techniques.sort_by(|a, b| a.share.total_cmp(&b.share).then_with(|| a.id.cmp(&b.id)));
    for technique in techniques {
        table.row([
            technique.id.clone(),
            technique.name.clone(),
            format!("{:.0} %", technique.share * 100.0),
            some_of(&technique.looking),
            if technique.n_found > 0 { grouped(technique.n_found) } else { String::new() },
        ]);
    }
    table.print()?;
    output::remark("`--gains` with `--actor` shows which logs would show more of this group.");
    Ok(())
}

fn print_technique(technique: &TechniqueSeen, report: &VisibilityReport) -> Result<()> {
    output::line(format!("{} {} ({})", bold(&technique.id), technique.name, technique.tactics.join(", ")))?;
    output::line(format!(
        "ATT&CK {}: of the logs of its best analytic {:.0} % are here",
        report.attack_version,
        technique.share * 100.0
    ))?;
    technique.analytics.iter().try_for_each(print_analytic)?;
    output::line(match technique.looking.as_slice() {
        [] => "nobody looks for it".to_owned(),
        names => format!("looked for by {}: {}", names.len(), some_of(names)),
    })?;
    if !technique.in_vain.is_empty() {
        output::line(format!("in vain, without a row: {}: {}", technique.in_vain.len(), some_of(&technique.in_vain)))?;
    }
    output::line(match technique.last_found {
        Some(at) => format!("found {} times, last at {at}", grouped(technique.n_found)),
        None => "never found here".to_owned(),
    })
}

fn print_analytic(analytic: &AnalyticSeen) -> Result<()> {
    let platforms = analytic.platforms.join(", ");
    output::line(format!("  {} {} ({platforms}): {:.0} %", analytic.strategy, analytic.id, analytic.share * 100.0))?;
    analytic.log_sources.iter().try_for_each(|source| output::line(format!("    {}", told(source))))
}

fn told(source: &SourceSeen) -> String {
    let mut told = format!("{} ({}): {}", source.name, source.data_component, source.state.name());
    if source.records > 0 {
        let tables: Vec<&str> = source.tables.iter().map(String::as_str).collect();
        told.push_str(&format!(", {} records in {}", grouped(source.records), tables.join(", ")));
    }
    if source.hosts > 0 {
        told.push_str(&format!(", of about {} hosts", grouped(source.hosts)));
    }
    if let Some(last) = source.last {
        told.push_str(&format!(", last {last}"));
    }
    if !source.missing_events.is_empty() {
        told.push_str(&format!(", without event {}", source.missing_events.join(", ")));
    }
    visible(&told)
}

/// Names enough to recognize a list by.
fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = names.iter().take(SHOWN).map(|name| visible(name)).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown} ...") } else { shown }
}

/// Techniques that could be seen and that nobody looks for, or that are looked for in vain alone.
fn gaps(report: &VisibilityReport) -> impl Iterator<Item = &TechniqueSeen> {
    report.techniques.iter().filter(|technique| {
        let nobody_looks = technique.looking.is_empty();
        nobody_looks && (technique.share >= 1.0 || !technique.in_vain.is_empty())
    })
}

fn print_gaps(report: &VisibilityReport) -> Result<()> {
    let mut table = Table::new(&["technique", "name", "logs here", "looked for in vain by"]).numbers(&[2]);
    for technique in gaps(report) {
        table.row([
            technique.id.clone(),
            technique.name.clone(),
            format!("{:.0} %", technique.share * 100.0),
            some_of(&technique.in_vain),
        ]);
    }
    table.print()
}

fn print_gains(gains: &[Gain]) -> Result<()> {
    const SHOWN: usize = 40;
    let mut table =
        Table::new(&["log source", "techniques shown whole", "share gained", "as", "recognized"]).numbers(&[1, 2]);
    for gain in gains.iter().take(SHOWN) {
        let recognized = if gain.untold { "no" } else { "yes" };
        table.row([
            gain.log_source.clone(),
            gain.techniques.len().to_string(),
            format!("{:.1}", gain.share_gained),
            some_of(&gain.techniques),
            recognized.to_owned(),
        ]);
    }
    table.print()?;
    output::remark("Not recognized: nothing in content/attack/log-sources.toml says what in the lake it would be.");
    Ok(())
}

fn print_sources(report: &VisibilityReport) -> Result<()> {
    let mut table =
        Table::new(&["table", "os", "provider", "event", "records", "hosts", "of", "first", "last", "median lag"])
            .numbers(&[4, 5, 6, 9]);
    for flow in &report.flows {
        table.row(source_row(flow, &report.hosts));
    }
    table.print()
}

fn source_row(flow: &Flow, hosts: &BTreeMap<String, u64>) -> [String; 10] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let instant = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let count = |n: u64| if n == 0 { String::new() } else { grouped(n) };
    [
        flow.table.clone(),
        text(&flow.os),
        text(&flow.provider),
        text(&flow.event),
        grouped(flow.records),
        count(flow.hosts),
        flow.os.as_ref().and_then(|os| hosts.get(os)).map(|n| grouped(*n)).unwrap_or_default(),
        instant(flow.first),
        instant(flow.last),
        flow.lag_s.map(lag).unwrap_or_default(),
    ]
}

/// Seconds in the unit that fits.
fn lag(seconds: f64) -> String {
    let units = [(86_400.0, "d"), (3_600.0, "h"), (60.0, "min")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds.abs() >= 2.0 * size).unwrap_or((1.0, "s"));
    format!("{:.0} {unit}", seconds / size)
}
