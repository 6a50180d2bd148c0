//! `margay evaluate`: how well the detectors do on worlds whose truth is known.

use std::{fs, path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{Error, Result, WorldsPlan, evaluate_worlds};
use schema::Timestamp;

use super::Global;
use crate::{
    cli::{interrupt, progress},
    output,
};

/// Measure every detector on simulated worlds
///
/// Each world is simulated, read, judged and held against its truth, one after the other. Prints Markdown: what was
/// raised at a false discovery rate of 1, 5 and 10 %, how much of it is false, what was found of each attack story, and
/// what was mistaken. Take seeds that nobody has looked at.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay evaluate --seeds 501-520
  margay evaluate --seeds 501-520 --days 7 --scale 0.3 --plot realised.svg
  margay evaluate --seeds 501-600 --benign")]
pub(crate) struct Evaluate {
    /// First and last seed, as 501-520
    #[arg(long, value_parser = seeds)]
    seeds: std::ops::RangeInclusive<u64>,
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=60))]
    days: u32,
    /// Size of the organisation: 1 is a small one
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// First day, in UTC
    #[arg(long, value_name = "DATE", default_value = "2026-01-05")]
    start: Timestamp,
    /// No attacks: whatever is raised is false
    #[arg(long)]
    benign: bool,
    /// Measure as well how late each story is found, had detection run every hour; takes several times as long
    #[arg(long)]
    delays: bool,
    /// Only this attack story; may be given several times
    #[arg(long = "story", value_name = "NAME")]
    stories: Vec<String>,
    /// Folder for one world at a time, about 1 GB at scale 1; what is made in it is removed again
    #[arg(long, value_name = "DIR", default_value = "margay-evaluate")]
    dir: PathBuf,
    /// Draw the realised against the promised rate into this SVG file
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

fn seeds(text: &str) -> std::result::Result<std::ops::RangeInclusive<u64>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => Ok(first..=last),
        _ => Err("must be two whole numbers, as 501-520".to_owned()),
    }
}

impl Evaluate {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let plan = WorldsPlan {
            seeds: self.seeds,
            days: self.days,
            scale: self.scale,
            start: self.start,
            benign: self.benign,
            delays: self.delays,
            stories: self.stories,
            folder: self.dir,
        };
        let bar = progress::Bar::steps("measuring worlds");
        let stop = interrupt();
        let report = evaluate_worlds(&plan, &stop, |done, all| bar.set(done, all)).await;
        bar.clear();
        let report = report?;
        if let Some(path) = &self.plot {
            fs::write(path, &report.plot)
                .map_err(|error| Error::machine(format!("could not write {}", path.display())).detail(error))?;
        }
        if global.json {
            output::json(&report)?
        } else {
            output::line(&report.markdown)?
        }
        Ok(ExitCode::SUCCESS)
    }
}
