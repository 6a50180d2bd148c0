//! The command line. One file per command; each has its arguments, its help with examples, and `run`.

mod attribute;
mod audit;
mod bench;
mod campaigns;
mod cases;
mod check;
mod completions;
mod demo;
mod detect;
mod detectors;
mod evaluate;
mod events;
mod explain;
mod feeds;
mod formats;
mod hunt;
mod identity;
mod ingest;
mod intel;
mod interrupt;
mod keys;
mod lake;
mod learn;
pub(crate) mod logging;
mod people;
mod plan;
mod progress;
mod queries;
mod query_worker;
mod rules;
mod serve;
mod share;
mod sim;
mod sql;
mod store;
mod tables;
mod visibility;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use engine::{Config, Engine, Error, ErrorKind, Home, Result};

use interrupt::interrupt;

/// Raw security telemetry in, threat events out.
#[derive(Debug, Parser)]
#[command(name = "margay", version, about, max_term_width = 110, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    the machine failed (disk, permissions), or Margay did
  2    the command was wrong
  3    some input was damaged or not recognised; what could be read is kept
  130  stopped by Ctrl-C; what was committed stays, and a second run goes on from there

First steps: margay demo   or   margay ingest /var/log/zeek && margay detect && margay events list";

#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Folder that holds all state [default: the platform's data folder]
    #[arg(long, global = true, env = "MARGAY_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Print data as NDJSON, one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to log to standard error: error, warn, info, debug, or a filter such as engine=debug
    #[arg(long, global = true, env = "MARGAY_LOG", value_name = "LEVEL", default_value = "warn")]
    pub(crate) log: String,
    /// Log as JSON lines
    #[arg(long, global = true, env = "MARGAY_LOG_JSON", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) log_json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate a day with attacks in it, find them, and compare with the truth
    Demo(demo::Demo),
    /// Read telemetry into the lake
    Ingest(ingest::Ingest),
    /// Query every table with SQL
    Sql(sql::Sql),
    /// Fetch public and own feeds of indicators
    Feeds(feeds::Feeds),
    /// Load indicators and ATT&CK
    Intel(intel::Intel),
    /// Run what is due: indicators and behaviours over new records
    Detect(detect::Detect),
    /// Look for addresses, names, URLs and hashes in all records
    Hunt(hunt::Hunt),
    /// Read, check and hunt with Sigma rules
    Rules(rules::Rules),
    /// List and show threat events
    Events(Box<events::Events>),
    /// Work on cases: tasks, requests, notes, evidence, timeline
    Cases(cases::Cases),
    /// Keep questions about events, and be told of new answers
    Queries(queries::Queries),
    /// See which threat events belong together, and decide it
    Campaigns(campaigns::Campaigns),
    /// Say who may use the server, and what each may do and see
    People(people::People),
    /// Make and revoke API keys of people
    Keys(keys::Keys),
    /// Read the log of who did what, and check that nobody has changed it
    Audit(audit::Audit),
    /// Say which host had an address, or which addresses a host had
    Identity(identity::Identity),
    /// Weigh who may be behind a campaign
    Attribute(attribute::Attribute),
    /// Say what verdicts on threat events teach, and put it in force
    Learn(learn::Learn),
    /// Say which ATT&CK techniques could be seen here, and what would show more
    Visibility(visibility::Visibility),
    /// Propose what to do about threat events, without doing it
    Plan(plan::Plan),
    /// Serve the page and the interface for programs
    Serve(serve::Serve),
    /// Write intelligence for others
    Share(share::Share),
    /// Simulate an organisation's traffic, with ground truth
    Sim(sim::Sim),
    /// Measure every detector on simulated worlds
    Evaluate(evaluate::Evaluate),
    /// Look after the lake: figures, compaction, retention
    Lake(lake::Lake),
    Store(store::Store),
    /// Look over configuration, content and lake, and say what is wrong
    Check(check::Check),
    /// Measure how fast this machine reads your own files
    Bench(bench::Bench),
    /// List the formats that can be read, or draft a mapping for a new one
    Formats(formats::Formats),
    /// List the detectors and their parameters
    Detectors(detectors::Detectors),
    /// List tables and columns
    Tables(tables::Tables),
    #[command(hide = true)]
    QueryWorker(query_worker::QueryWorker),
    /// Print a completion script for a shell
    Completions(completions::Completions),
}

pub(crate) async fn run(cli: Cli) -> Result<ExitCode> {
    let global = &cli.global;
    match cli.command {
        Command::Demo(command) => command.run(global).await,
        Command::Evaluate(command) => command.run(global).await,
        Command::Ingest(command) => command.run(global).await,
        Command::Sql(command) => command.run(global).await,
        Command::Feeds(command) => command.run(global).await,
        Command::Intel(command) => command.run(global).await,
        Command::Detect(command) => command.run(global).await,
        Command::Hunt(command) => command.run(global).await,
        Command::Rules(command) => command.run(global).await,
        Command::Events(command) => command.run(global).await,
        Command::Cases(command) => command.run(global).await,
        Command::Queries(command) => command.run(global).await,
        Command::Campaigns(command) => command.run(global).await,
        Command::People(command) => command.run(global).await,
        Command::Keys(command) => command.run(global).await,
        Command::Audit(command) => command.run(global).await,
        Command::Identity(command) => command.run(global).await,
        Command::Attribute(command) => command.run(global).await,
        Command::Learn(command) => command.run(global).await,
        Command::Plan(command) => command.run(global).await,
        Command::Visibility(command) => command.run(global).await,
        Command::Serve(command) => command.run(global).await,
        Command::Share(command) => command.run(global).await,
        Command::Sim(command) => command.run(global).await,
        Command::Lake(command) => command.run(global).await,
        Command::Store(command) => command.run(global).await,
        Command::Check(command) => command.run(global).await,
        Command::Bench(command) => command.run(global).await,
        Command::QueryWorker(command) => command.run(global).await,
        Command::Formats(command) => command.run(global),
        Command::Detectors(command) => command.run(global),
        Command::Tables(command) => command.run(global),
        Command::Completions(command) => command.run(),
    }
}

pub(crate) fn exit_code(error: &Error) -> ExitCode {
    ExitCode::from(match error.kind() {
        ErrorKind::Machine | ErrorKind::Internal => 1,
        ErrorKind::Usage => 2,
        ErrorKind::Input => 3,
        ErrorKind::Stopped => 130,
    })
}

impl Global {
    pub(crate) fn home(&self) -> Result<Home> {
        match &self.home {
            Some(folder) => Home::open(folder),
            None => Home::open(default_home()?),
        }
    }

    /// Does something with the engine, and closes it also where that fails.
    pub(crate) async fn with_engine(&self, act: impl AsyncFnOnce(&Engine) -> Result<()>) -> Result<ExitCode> {
        let engine = self.engine().await?;
        let done = act(&engine).await;
        engine.close().await;
        done.map(|()| ExitCode::SUCCESS)
    }

    pub(crate) async fn engine(&self) -> Result<Engine> {
        let home = self.home()?;
        let config = Config::load(&home.config(), std::env::vars())?;
        Engine::open(home, config).await
    }
}

/// `$XDG_DATA_HOME/margay`, `~/.local/share/margay`, or what the platform has instead.
fn default_home() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Application Support"))
    } else if cfg!(windows) {
        set("LOCALAPPDATA")
    } else {
        set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")))
    };
    data.map(|data| data.join("margay")).ok_or_else(|| {
        Error::usage("there is no home folder").hint("say where state shall lie: --home DIR, or MARGAY_HOME")
    })
}
