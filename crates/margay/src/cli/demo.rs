//! `margay demo`: the whole product in a few minutes, and how well it did.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use engine::{
    Config, Engine, Error, Evaluation, Home, IngestPlan, IntelPlan, Result, Share, evaluate, logs_of, pipeline,
    simulate,
};
use schema::{Timestamp, Tlp};

use super::{Global, events, sim};
use crate::{
    cli::{interrupt, progress},
    output::{self, Table, bold, grouped, seconds},
};

/// Simulate a day with attacks in it, find them, and compare with the truth
///
/// Everything is kept in one folder, which a second run makes anew.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay demo
  margay demo --serve
  margay demo --seed 7 --scale 0.5")]
pub(crate) struct Demo {
    /// Folder for the world and for what Margay makes of it
    #[arg(long, value_name = "DIR", default_value = "margay-demo")]
    dir: PathBuf,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=60))]
    days: u32,
    /// Size of the organisation: 1 is a small one
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// First day, in UTC
    #[arg(long, value_name = "DATE", default_value = "2026-01-05")]
    start: Timestamp,
    /// Serve the page afterwards, with a link to begin with
    #[arg(long, conflicts_with = "json")]
    serve: bool,
}

/// Lies in every folder that the demo has made: only such a folder is made anew.
const MARKER: &str = "made-by-margay-demo";

impl Demo {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let begun = Instant::now();
        make_room(&self.dir)?;
        let (world, home) = (self.dir.join("world"), self.dir.join("home"));
        let stop = interrupt();
        let mut took: Vec<(&str, Duration)> = Vec::new();

        let started = Instant::now();
        let bar = progress::Bar::steps("simulating");
        let plan = sim::plan(self.seed, self.days, self.scale, self.start, false);
        let simulated = simulate(&plan, &world, &stop, |share| bar.set((share * 1_000.0) as u64, 1_000));
        bar.clear();
        let simulated = simulated?;
        took.push(("simulate", started.elapsed()));

        let home = Home::open(home)?;
        let config = Config::load(&home.config(), std::iter::empty())?;
        let engine = Engine::open(home, config).await?;
        let started = Instant::now();
        let intel = engine
            .load_intel(&IntelPlan {
                paths: vec![world.join("intel.csv")],
                source: Some("demo feed".to_owned()),
                confidence: 60,
                tlp: Tlp::Green,
            })
            .await?;
        took.push(("load indicators", started.elapsed()));

        let bar = Arc::new(progress::Bar::bytes("working"));
        let paths = logs_of(&world)?;
        let pass = pipeline::pass(&engine, &IngestPlan { paths, ..IngestPlan::default() }, &stop, bar.clone()).await;
        bar.clear();
        let pass = pass?;
        took.extend(pass.took.iter().copied());
        let evaluation = evaluate(&world, pass.events.events())?;
        let found = engine.events(&engine::EventFilter::default()).await?;

        if global.json {
            engine.close().await;
            let took: Vec<_> = took.iter().map(|(stage, time)| (stage, time.as_secs_f64())).collect();
            output::json(&serde_json::json!({
                "simulated": simulated, "ingested": pass.ingested, "detected": pass.detected,
                "events": pass.events.events(), "evaluation": evaluation, "seconds": took,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        headline("What came in")?;
        output::line(format!(
            "{} simulated records with {} attacks hidden in them (seed {})",
            grouped(simulated.rows),
            simulated.stories,
            self.seed
        ))?;
        super::ingest::print(&pass.ingested)?;
        output::line(format!(
            "{} indicators from a feed, some of them stale or wrong as in life",
            grouped(intel.total)
        ))?;

        headline("What was found")?;
        super::detect::print(&pass.detected)?;
        output::line("")?;
        events::print_list(&found)?;

        headline("Compared with the truth")?;
        print_evaluation(&evaluation)?;

        headline("How long it took")?;
        for (stage, time) in &took {
            output::line(format!("{stage:<16} {}", seconds(*time)))?;
        }
        output::line(format!("{:<16} {}", "all", seconds(begun.elapsed())))?;
        self.what_next(found.first().map(|event| events::short(&event.id)))?;
        if self.serve {
            headline("Look at it in a browser (Ctrl-C ends it)")?;
            return super::serve::serve_demonstration(engine, stop).await;
        }
        engine.close().await;
        Ok(ExitCode::SUCCESS)
    }

    fn what_next(&self, first: Option<String>) -> Result<()> {
        let dir = self.dir.display();
        let binary = std::env::args().next().unwrap_or_else(|| "margay".to_owned());
        let first = first.unwrap_or_else(|| "ID".to_owned());
        headline("Where it lies, and what to try next")?;
        output::line(format!(
            "The simulated logs and their truth are in {dir}/world, what Margay made of them in {dir}/home.\n\n  \
             export MARGAY_HOME={dir}/home\n  \
             {binary} events show {first}\n  \
             {binary} plan {first}\n  \
             {binary} sql \"SELECT dst_ip, count(*) AS n FROM connections GROUP BY 1 ORDER BY n DESC LIMIT 10\"\n  \
             {binary} share stix --events {first} > bundle.json\n  \
             {binary} serve\n  \
             {binary} check"
        ))
    }
}

fn make_room(dir: &Path) -> Result<()> {
    let failed = |error| Error::machine(format!("could not make {}", dir.display())).detail(error);
    if dir.exists() {
        if !dir.join(MARKER).exists() {
            return Err(Error::usage(format!("{} is there already and was not made by a demo", dir.display()))
                .hint("name another folder: --dir DIR"));
        }
        for made in ["world", "home"] {
            let folder = dir.join(made);
            if folder.exists() {
                fs::remove_dir_all(folder).map_err(failed)?;
            }
        }
    }
    fs::create_dir_all(dir).and_then(|()| fs::write(dir.join(MARKER), "")).map_err(failed)
}

fn print_evaluation(evaluation: &Evaluation) -> Result<()> {
    let mut table =
        Table::new(&["attack", "host", "other side", "every", "jitter", "contacts", "result"]).numbers(&[3, 4, 5]);
    for story in &evaluation.stories {
        let result = match (story.found_by.first(), story.expected) {
            (Some(event), _) => format!("found: {}", events::short(event)),
            (None, true) => "MISSED".to_owned(),
            (None, false) => "not found, nor could it be expected".to_owned(),
        };
        table.row([
            story.episode.clone(),
            story.host.clone(),
            story.destination.clone(),
            story.period_s.map(|period| format!("{period:.0} s")).unwrap_or_default(),
            story.jitter.map(|jitter| format!("{:.0} %", jitter * 100.0)).unwrap_or_default(),
            grouped(story.contacts),
            result,
        ]);
    }
    table.print()?;
    output::line("")?;
    let tested = "threat events that rest on a test, reported at a false discovery rate of 5 %";
    let listed = "threat events that rest on the feed, which is wrong in places as feeds are, or on rules";
    for (name, value, of) in [
        ("recall", evaluation.recall, "attacks that a detector of today could find"),
        ("precision", evaluation.precision_tested, tested),
        ("precision", evaluation.precision_listed, listed),
        ("precision", evaluation.precision, "threat events in all"),
    ] {
        output::line(format!("{name:<10} {}", share(value, of)))?;
    }
    for (title, truth) in &evaluation.false_events {
        output::line(output::visible(&format!("false: {title} ({truth})")))?;
    }
    Ok(())
}

fn share(share: Option<Share>, of: &str) -> String {
    match share {
        None => format!("– (there are no {of})"),
        Some(share) => {
            format!("{:.2}, 95 % interval {:.2} to {:.2} (of {} {of})", share.value, share.low, share.high, share.n)
        }
    }
}

fn headline(text: &str) -> Result<()> {
    output::line(format!("\n{}", bold(text)))
}
