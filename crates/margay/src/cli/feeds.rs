//! `margay feeds`: which feeds there are, how each is doing, and fetching them.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{Declared, DeclaredFeed, Error, FetchOutcome, FetchPlan, FetchReport, Result, draft_feed};
use schema::Timestamp;

use super::{Global, detect, interrupt};
use crate::output::{self, Table, grouped, visible};

/// Fetch public and own feeds of indicators
///
/// Feeds are declared as files: many come with Margay, your own lie in the folder `feeds` of the home folder. A fetch
/// asks only for what has changed, is bounded in time and size, never goes to addresses of your own network unless
/// `feeds.internal` permits it, and keeps the last good content where something comes that cannot be believed.
#[derive(Debug, Args)]
pub(crate) struct Feeds {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List feeds: what each is, whether it is fetched, and how the last time went
    List,
    /// Fetch what is enabled and due, or the feeds that are named
    Fetch(Fetch),
    /// Say what is wrong with declarations, or what a content would give
    Check(Check),
    /// Draft a declaration from a sample of a feed
    New(New),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay feeds fetch
  margay feeds fetch urlhaus threatfox
  margay feeds fetch phishtank --from online-valid.csv.gz")]
struct Fetch {
    /// Names of feeds [default: all that are enabled and due]
    names: Vec<String>,
    /// Also what is not due, and what a server has asked to wait for
    #[arg(long)]
    force: bool,
    /// Take a list although it has shrunk suddenly
    #[arg(long)]
    accept: bool,
    /// Take the content from this file, for machines without a way out
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay feeds check
  margay feeds check mine --content sample.csv")]
struct Check {
    /// Name of one feed [default: all]
    name: Option<String>,
    /// Read this file as the feed's content and show what it gives; nothing is kept
    #[arg(long, value_name = "FILE", requires = "name")]
    content: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay feeds new mine --url https://intel.example/list.csv --sample list.csv
  margay feeds new mine --url https://intel.example/list.csv --sample list.csv --print")]
struct New {
    /// Small letters, digits, - and _
    name: String,
    /// Where it is fetched from
    #[arg(long)]
    url: String,
    /// A file with some of its content
    #[arg(long, value_name = "FILE")]
    sample: PathBuf,
    /// Print it instead of writing it into the home folder
    #[arg(long)]
    print: bool,
}

impl Feeds {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        if let What::New(new) = &self.what {
            return new.run(global);
        }
        let engine = global.engine().await?;
        let done = match &self.what {
            What::List => engine.feeds().and_then(|declared| list(global, &declared)),
            What::Fetch(fetch) => fetch.run(global, &engine).await,
            What::Check(check) => check.run(global, &engine),
            What::New(_) => Ok(ExitCode::SUCCESS),
        };
        engine.close().await;
        done
    }
}

fn list(global: &Global, declared: &Declared) -> Result<ExitCode> {
    let mut table = Table::new(&["feed", "state", "claims", "taken", "what it lists"]).numbers(&[2]);
    for declared in &declared.feeds {
        let (feed, status) = (&declared.feed, &declared.status);
        if global.json {
            output::json(&serde_json::json!({
                "name": feed.name, "about": feed.about, "home": feed.home, "terms": feed.terms, "url": feed.url,
                "enabled": declared.enabled, "own": declared.path.is_some(), "every_minutes": feed.every_minutes,
                "keeps": feed.keeps.name(), "form": feed.form.name(), "confidence": feed.confidence,
                "tlp": feed.tlp.label(), "needs_secret": feed.secret.as_ref().is_some_and(|secret| !secret.optional),
                "status": status,
            }))?;
            continue;
        }
        let taken = status.taken_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        table.row([feed.name.clone(), state(declared), grouped(status.claims), taken, visible(&feed.about)]);
    }
    if !global.json {
        table.print()?;
        for declared in &declared.feeds {
            if let Some(why) = &declared.status.last_error {
                output::remark(visible(&format!("{}: {why}", declared.feed.name)));
            }
        }
    }
    tell_broken(declared)?;
    Ok(ExitCode::SUCCESS)
}

fn state(declared: &DeclaredFeed) -> String {
    match (&declared.status.last_error, declared.enabled) {
        (Some(_), _) => "failing".to_owned(),
        (None, true) => "enabled".to_owned(),
        (None, false) => "off".to_owned(),
    }
}

/// Declarations that cannot be used are told after everything else, and make the command fail.
fn tell_broken(declared: &Declared) -> Result<()> {
    let Some(first) = declared.broken.first() else { return Ok(()) };
    for broken in &declared.broken {
        output::remark(visible(&format!("{}: {}", broken.path.display(), broken.why)));
    }
    Err(Error::input(format!("{} of the declarations of feeds cannot be read", declared.broken.len()))
        .hint(format!("mend {}; docs/intelligence.md says what can be written", first.path.display())))
}

impl Fetch {
    async fn run(&self, global: &Global, engine: &engine::Engine) -> Result<ExitCode> {
        let plan =
            FetchPlan { names: self.names.clone(), force: self.force, accept: self.accept, from: self.from.clone() };
        let stop = interrupt();
        let report = engine.fetch_feeds(&plan, &stop).await?;
        detect::sweep(engine, &stop).await?;
        if global.json {
            output::json(&report)?;
        } else {
            print(&report)?;
        }
        let failed = report.feeds.iter().filter(|feed| bad(feed.outcome)).count();
        if failed > 0 {
            return Err(Error::input(format!("{failed} of {} feeds gave nothing new", report.feeds.len()))
                .hint("see the reasons above; what was there before stays in force"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn bad(outcome: FetchOutcome) -> bool {
    matches!(outcome, FetchOutcome::Refused | FetchOutcome::Failed)
}

fn print(report: &FetchReport) -> Result<()> {
    let mut table = Table::new(&["feed", "outcome", "claims", "rejects", "ended", "next"]).numbers(&[2, 3, 4]);
    for feed in &report.feeds {
        table.row([
            feed.name.clone(),
            feed.outcome.name().to_owned(),
            grouped(feed.claims),
            grouped(feed.rejects),
            grouped(feed.retired),
            feed.next_at.map(|at: Timestamp| at.to_string()).unwrap_or_default(),
        ]);
    }
    table.print()?;
    for feed in &report.feeds {
        for told in &feed.told {
            output::remark(visible(&format!("rejected: {}: {told}", feed.name)));
        }
        if let Some(why) = &feed.why {
            output::remark(visible(&format!("{}: {}: {why}", feed.name, feed.outcome.name())));
        }
    }
    output::line(format!("{} claims in all", grouped(report.total)))
}

impl Check {
    fn run(&self, global: &Global, engine: &engine::Engine) -> Result<ExitCode> {
        let declared = engine.feeds()?;
        let Some(name) = &self.name else {
            tell_broken(&declared)?;
            output::line(format!("{} declarations are right", declared.feeds.len()))?;
            return Ok(ExitCode::SUCCESS);
        };
        let found = declared.find(name)?;
        let Some(content) = &self.content else {
            output::line(format!("the declaration of {name} is right"))?;
            return Ok(ExitCode::SUCCESS);
        };
        let read = engine.read_feed(&found.feed, content)?;
        for claim in &read.first {
            if global.json {
                output::json(claim)?;
            } else {
                let label = claim.label().unwrap_or("-");
                let until = claim.valid_until.map(|until| format!(", until {until}")).unwrap_or_default();
                let told = format!(
                    "{} {} confidence {} {}: {label}{until}",
                    claim.kind, claim.value, claim.confidence, claim.tlp
                );
                output::line(visible(&told))?;
            }
        }
        for told in &read.told {
            output::remark(visible(&format!("rejected: {told}")));
        }
        output::remark(format!(
            "{} records: {} claims (the first {} are shown), {} rejects",
            grouped(read.seen),
            grouped(read.claims),
            read.first.len(),
            grouped(read.rejects)
        ));
        Ok(ExitCode::SUCCESS)
    }
}

impl New {
    fn run(&self, global: &Global) -> Result<ExitCode> {
        let draft = draft_feed(&self.name, &self.url, &self.sample)?;
        if self.print {
            output::line(draft.trim_end())?;
            return Ok(ExitCode::SUCCESS);
        }
        let path = global.home()?.new_feed(&self.name, &draft)?;
        output::line(format!("written: {}", path.display()))?;
        output::remark(format!(
            "look it over; then: margay feeds check {} --content {}",
            self.name,
            self.sample.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}
