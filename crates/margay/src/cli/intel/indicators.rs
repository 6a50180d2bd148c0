//! `margay intel show`, `list`, `verdict`, `survival`, `warnings`: indicators as views over claims.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{ClaimFilter, Curve, Error, IndicatorView, Judgement, Result, ScoredClaim, survival_svg};
use schema::{Observable, Timestamp};

use super::Global;
use crate::output::{self, Table, bold, grouped, visible};

/// Show all that is known of one value: every claim, its score now and how it decays, sightings, warning lists
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay intel show evil.example
  margay intel show 'hxxps[:]//evil[.]example/gate.php'
  margay intel show --kind mutex 'Global\\evil'")]
pub(super) struct Show {
    value: String,
    /// What it is, where it does not look like it: mutex, ja3, email_subject ...
    #[arg(long)]
    kind: Option<Observable>,
}

/// List claims with their score now
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay intel list --source acme --limit 20
  margay intel list --kind domain --label Emotet --active")]
pub(super) struct List {
    #[arg(long)]
    kind: Option<Observable>,
    /// Only what this source says
    #[arg(long)]
    source: Option<String>,
    /// Only this malware family, actor or label
    #[arg(long)]
    label: Option<String>,
    /// Only values with this text in them
    #[arg(long, value_name = "TEXT")]
    contains: Option<String>,
    /// Only claims that stand and have not decayed
    #[arg(long)]
    active: bool,
    /// Claims to look at
    #[arg(long, default_value_t = 100)]
    limit: u64,
}

/// Say what an indicator was found to be; a false positive is matched no more
///
/// Verdicts are kept, never overwritten: the newest one counts. They hold for what is read from now on; `margay detect
/// --since` looks at past hours again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay intel verdict cdn.example false-positive --reason 'shared by many customers'
  margay intel verdict cdn.example open --reason 'not sure any more'")]
pub(super) struct Verdict {
    value: String,
    /// false-positive, true-positive, or open to take a verdict back
    verdict: Judgement,
    #[arg(long)]
    kind: Option<Observable>,
    #[arg(long, default_value = "")]
    reason: String,
    /// Who says so
    #[arg(long, env = "USER", default_value = "unknown")]
    by: String,
}

/// Show how long indicators last, by source and kind, from what our own telemetry has met
///
/// Kaplan-Meier estimates with intervals of 95 % (Greenwood), and Weibull fits. A lifetime goes from when the source had
/// first seen the indicator to when it was last met here; what was met lately may be met again and counts as censored.
#[derive(Debug, Args)]
pub(super) struct Survival {
    /// Days without a sighting after which an indicator counts as ended
    #[arg(long, default_value_t = 14.0, value_name = "DAYS")]
    quiet: f64,
    /// Write the curves as a picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Findings of which a table is shown.
const SIGHTINGS_SHOWN: usize = 10;

/// What stands where nothing is known.
const NOTHING: &str = "–";

impl Show {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let views = engine.indicator(self.kind, &self.value).await;
        engine.close().await;
        let views = views?;
        if views.is_empty() {
            return Err(Error::usage(format!("nothing is known of \"{}\"", self.value))
                .hint("`margay intel list --contains TEXT` looks for a part of it"));
        }
        for view in &views {
            if global.json { output::json(view)? } else { show(view)? }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(view: &IndicatorView) -> Result<()> {
    let title = format!("{} {}: score {:.0}", view.kind, view.value, view.score);
    output::line(bold(&visible(&title)))?;
    for reason in &view.because {
        output::line(visible(&format!("  {reason}")))?;
    }
    let header = ["source", "says", "conf", "rel", "TLP", "last seen", "score", "state", "decays on"];
    let mut table = Table::new(&header).numbers(&[2, 6]);
    view.claims.iter().for_each(|claim| table.row(row(claim)));
    table.print()?;
    for claim in view.claims.iter().map(|claim| &claim.kept.claim) {
        for (what, text) in [("wrote", &claim.raw), ("refers to", &claim.reference)] {
            if let Some(text) = text {
                output::line(visible(&format!("  \"{}\" {what}: {text}", claim.source)))?;
            }
        }
    }
    for (list, left) in &view.warnings {
        output::line(visible(&format!("  warning list: {list} (leaves {:.0} %)", left * 100.0)))?;
    }
    for verdict in &view.verdicts {
        let (words, on) = (verdict.judgement.words(), day(Some(verdict.given_at)));
        output::line(visible(&format!("  verdict: {words} by {} on {on} {}", verdict.given_by, verdict.reason)))?;
    }
    sightings(view)
}

fn sightings(view: &IndicatorView) -> Result<()> {
    if view.n_sightings == 0 {
        return output::line("  never met here");
    }
    output::line(format!("  met here: {} findings", grouped(view.n_sightings)))?;
    let mut table = Table::new(&["by", "first", "last", "records"]).numbers(&[3]);
    for sighting in view.sightings.iter().take(SIGHTINGS_SHOWN) {
        table.row([
            visible(&sighting.subject),
            sighting.first_seen.to_string(),
            sighting.last_seen.to_string(),
            grouped(sighting.records),
        ]);
    }
    table.print()
}

fn row(claim: &ScoredClaim) -> [String; 9] {
    let (kept, score) = (&claim.kept.claim, &claim.score);
    [
        visible(&kept.source),
        visible(kept.label().unwrap_or(NOTHING)),
        kept.confidence.to_string(),
        kept.reliability.map_or(NOTHING, schema::Reliability::letter).to_owned(),
        kept.tlp.label().to_owned(),
        day(Some(score.seen_at)),
        format!("{:.0}", score.now),
        score.standing.words().to_owned(),
        day(score.decays_at),
    ]
}

impl List {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let Self { kind, source, label, contains, limit, active } = self;
        let claims = engine.claims(&ClaimFilter { kind, source, label, contains, limit }).await;
        engine.close().await;
        let mut table = Table::new(&["kind", "value", "source", "says", "conf", "score", "state"]).numbers(&[4, 5]);
        for claim in claims?.iter().filter(|claim| !active || claim.score.standing.words() == "active") {
            if global.json {
                output::json(claim)?;
                continue;
            }
            let kept = &claim.kept.claim;
            table.row([
                kept.kind.to_string(),
                visible(&kept.value),
                visible(&kept.source),
                visible(kept.label().unwrap_or(NOTHING)),
                kept.confidence.to_string(),
                format!("{:.0}", claim.score.now),
                claim.score.standing.words().to_owned(),
            ]);
        }
        if !global.json {
            table.print()?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Verdict {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let judged = engine.judge_indicator(self.kind, &self.value, self.verdict, &self.by, &self.reason).await;
        engine.close().await;
        let (kind, value) = judged?;
        if global.json {
            output::json(&serde_json::json!({ "kind": kind, "value": value, "verdict": self.verdict }))?;
        } else {
            output::line(visible(&format!("{kind} {value}: {}", self.verdict.words())))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Survival {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let curves = engine.survival(self.quiet).await;
        engine.close().await;
        let curves = curves?;
        if let Some(path) = &self.svg {
            std::fs::write(path, survival_svg(&curves))
                .map_err(|error| Error::machine(format!("could not write {}", path.display())).detail(error))?;
        }
        if global.json {
            curves.iter().try_for_each(output::json)?;
        } else if curves.is_empty() {
            output::line("no indicator was met yet: run `margay detect` over telemetry first")?;
        } else {
            let header =
                ["source", "kind", "met", "ended", "median days", "95 %", "90 % ended", "Weibull shape", "scale"];
            let mut table = Table::new(&header).numbers(&[2, 3, 4, 6, 7, 8]);
            curves.iter().for_each(|curve| table.row(curve_row(curve)));
            table.print()?;
            output::remark("a median that is not reached, or a wide interval, says that too few have ended yet");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn curve_row(curve: &Curve) -> [String; 9] {
    let days = |days: Option<f64>| days.map_or("not reached".to_owned(), |days| format!("{days:.1}"));
    let fit = |number: Option<f64>| number.map_or(NOTHING.to_owned(), |number| format!("{number:.2}"));
    let limit = |days: Option<f64>| days.map_or("∞".to_owned(), |days| format!("{days:.1}"));
    // The interval of the median: where the limits of the curve cross one half.
    let low = curve.steps.iter().find(|step| step.2 <= 0.5).map(|step| step.0);
    let high = curve.steps.iter().find(|step| step.3 <= 0.5).map(|step| step.0);
    [
        visible(&curve.source),
        curve.kind.to_string(),
        grouped(curve.n),
        grouped(curve.n_ended),
        days(curve.median_days),
        format!("{} to {}", limit(low), limit(high)),
        days(curve.ninety_percent_days),
        fit(curve.weibull_shape),
        fit(curve.weibull_scale_days),
    ]
}

pub(super) async fn warnings(global: &Global) -> Result<ExitCode> {
    let engine = global.engine().await?;
    let lists = engine.warning_lists();
    engine.close().await;
    let (_, lists) = lists?;
    if global.json {
        lists.iter().try_for_each(output::json)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&["list", "compares", "version", "entries", "leaves"]).numbers(&[2, 3, 4]);
    for list in &lists {
        table.row([
            visible(&list.name),
            format!("{:?}", list.matching).to_lowercase(),
            list.version.to_string(),
            grouped(list.entries),
            format!("{:.0} %", list.left * 100.0),
        ]);
    }
    table.print()?;
    for list in &lists {
        for refused in &list.refused {
            output::remark(visible(&format!("{}: not read: {refused}", list.name)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn day(at: Option<Timestamp>) -> String {
    at.map_or(NOTHING.to_owned(), |at| at.to_string().chars().take(10).collect())
}
