//! `margay rules noise`: what would fire, on whom, and which filter would calm it.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{CorrelationNoise, Engine, Error, LoadedRules, Result, RuleNoise, now};
use schema::{Timestamp, Window};

use super::{Global, counted, interrupt};
use crate::output::{self, bold, grouped, visible};

const DAY_NS: i64 = 86_400 * 1_000_000_000;

/// Days that are looked at where nothing is said.
const DAYS: i64 = 30;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay rules noise
  margay rules noise my_rule.yml --since 2026-11-01
  margay rules noise sigma/rules --filters > rules/calm.yml

Only what is in the lake is measured. A filter that is suggested takes out the one value that most matches share: look
whether it is harmless before you keep it.")]
pub(super) struct Noise {
    /// Files or folders [default: all rules that are held against every record]
    paths: Vec<PathBuf>,
    /// Records from here on [default: 30 days before the end]
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Records before this [default: now]
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Print only the suggested filters, as documents of Sigma
    #[arg(long)]
    filters: bool,
}

impl Noise {
    pub(super) async fn run(&self, global: &Global, engine: &Engine) -> Result<ExitCode> {
        let loaded = engine.rules(&self.paths)?;
        if loaded.set.rules().is_empty() {
            return Err(Error::usage("there is no rule to measure").hint("name a file or a folder"));
        }
        let until = self.until.unwrap_or_else(now);
        let since = self.since.unwrap_or_else(|| until.checked_add_nanos(-DAYS * DAY_NS).unwrap_or_default());
        let window = Window::new(since, until);
        let report = engine.noise(&loaded.set, window, &interrupt()).await?;
        if global.json {
            report.rules.iter().try_for_each(|noise| output::json(&json(&loaded, noise)))?;
            report.correlations.iter().try_for_each(|noise| output::json(&json_of_correlation(&loaded, noise)))?;
        } else if self.filters {
            let texts =
                report.rules.iter().filter_map(|noise| noise.filter.as_ref()).map(|filter| filter.text.as_str());
            output::bytes(texts.collect::<Vec<_>>().join("---\n").as_bytes())?;
        } else {
            let n_days = (window.nanos() as f64 / DAY_NS as f64).max(1.0);
            report.rules.iter().try_for_each(|noise| print(&loaded, noise, n_days))?;
            report.correlations.iter().try_for_each(|noise| print_correlation(&loaded, noise, n_days))?;
            let n = report.rules.len() as u64;
            let of = loaded.set.rules().len() as u64;
            output::line(format!(
                "{} records, {} of {} fired",
                grouped(report.rows),
                grouped(n),
                counted(of, "rule", "rules")
            ))?;
            if report.n_left_out > 0 {
                let n = grouped(report.n_left_out);
                output::remark(format!("correlations were not asked about {n} matches; take a shorter period"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(loaded: &LoadedRules, noise: &RuleNoise, n_days: f64) -> Result<()> {
    let Some(rule) = loaded.set.rules().get(noise.rule) else { return Ok(()) };
    output::line(format!(
        "{}  {}, {} on {}, {:.1} a day over the period",
        bold(&visible(&rule.about.title)),
        rule.about.severity().name(),
        counted(noise.n_records, "record", "records"),
        counted(noise.days.len() as u64, "day", "days"),
        noise.n_records as f64 / n_days
    ))?;
    let named: Vec<String> = noise.subjects.iter().map(|(name, n)| format!("{name} {}", grouped(*n))).collect();
    let more = noise.n_subjects.saturating_sub(named.len() as u64);
    let more = if more > 0 { format!(", and {} more", grouped(more)) } else { String::new() };
    output::line(visible(&format!("  on {}{more}", named.join(", "))))?;
    let Some(filter) = &noise.filter else { return Ok(()) };
    let share = 100 * filter.n / noise.n_records.max(1);
    output::line(visible(&format!("  {share} % of them have {} = {}; a filter would be", filter.field, filter.value)))?;
    filter.text.lines().try_for_each(|line| output::line(visible(&format!("    {line}"))))
}

fn print_correlation(loaded: &LoadedRules, noise: &CorrelationNoise, n_days: f64) -> Result<()> {
    let Some(correlation) = loaded.set.correlations().get(noise.correlation) else { return Ok(()) };
    let n: u64 = noise.days.values().sum();
    output::line(format!(
        "{}  {}, correlation, held {} on {}, {:.1} a day over the period",
        bold(&visible(&correlation.about.title)),
        correlation.about.severity().name(),
        counted(n, "time", "times"),
        counted(noise.days.len() as u64, "day", "days"),
        n as f64 / n_days
    ))?;
    let named: Vec<String> = noise.groups.iter().map(|(name, n)| format!("{name} {}", grouped(*n))).collect();
    let more = noise.n_groups.saturating_sub(named.len() as u64);
    let more = if more > 0 { format!(", and {} more", grouped(more)) } else { String::new() };
    output::line(visible(&format!("  for {}{more}", named.join("; "))))?;
    output::line(format!(
        "  half of them counted at most {}, the highest {}: a limit between the two leaves fewer",
        noise.counted_median, noise.counted_max
    ))
}

fn json_of_correlation(loaded: &LoadedRules, noise: &CorrelationNoise) -> serde_json::Value {
    let about = loaded.set.correlations().get(noise.correlation).map(|one| &one.about);
    serde_json::json!({
        "id": about.map(|about| &about.id), "title": about.map(|about| &about.title), "correlation": true,
        "level": about.map(|about| about.severity().name()), "days": by_day(&noise.days),
        "groups": noise.groups, "n_groups": noise.n_groups,
        "counted_median": noise.counted_median, "counted_max": noise.counted_max,
    })
}

fn by_day(days: &BTreeMap<i64, u64>) -> serde_json::Map<String, serde_json::Value> {
    let day = |day: i64| {
        let start = Timestamp::from_seconds(day.saturating_mul(86_400)).unwrap_or_default().to_string();
        start.get(..10).unwrap_or_default().to_owned()
    };
    days.iter().map(|(number, n)| (day(*number), (*n).into())).collect()
}

fn json(loaded: &LoadedRules, noise: &RuleNoise) -> serde_json::Value {
    let about = loaded.set.rules().get(noise.rule).map(|rule| &rule.about);
    let days = by_day(&noise.days);
    serde_json::json!({
        "id": about.map(|about| &about.id), "title": about.map(|about| &about.title),
        "level": about.map(|about| about.severity().name()), "n_records": noise.n_records, "days": days,
        "subjects": noise.subjects, "n_subjects": noise.n_subjects,
        "filter": noise.filter.as_ref().map(|filter| serde_json::json!({
            "field": filter.field, "value": filter.value, "n": filter.n, "text": filter.text,
        })),
    })
}
