//! `margay formats`: what can be read, and a first draft of what cannot be read yet.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{AnyFormat, Error, Problem, Result};

use super::{Global, explain};
use crate::output::{self, Table, bold, visible};

/// List the formats that can be read, or draft a mapping for a new one
///
/// Formats are a part of the program, or files: those in the folder `mappings` of the home folder are yours, and
/// count before what is built in. docs/formats.md says how to write one.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  margay formats
  margay formats zeek
  margay formats new proxy.log --name acme_proxy")]
pub(crate) struct Formats {
    /// Show what this format yields
    format: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Draft a mapping from a sample of a log, and show the rows it would give
    New(New),
}

/// Draft a mapping from a sample of a log, and show the rows it would give
///
/// Guesses how records are cut, which field is the time, and what goes to which column; writes the draft into the
/// folder `mappings` of the home folder, from where `margay ingest` reads it. Correct it there.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay formats new proxy.log --name acme_proxy
  zcat proxy.log.gz | margay formats new - --name acme_proxy --print")]
struct New {
    /// A file with some records, or - for standard input
    sample: PathBuf,
    /// Name of the format [default: after the file]
    #[arg(long)]
    name: Option<String>,
    /// Print the draft instead of writing it
    #[arg(long)]
    print: bool,
}

impl Formats {
    pub(crate) fn run(self, global: &Global) -> Result<ExitCode> {
        match (self.command, self.format) {
            (Some(Command::New(new)), _) => new.run(global)?,
            (None, Some(name)) => show(&name, global)?,
            (None, None) => list(global)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn list(global: &Global) -> Result<()> {
    let formats = engine::formats(&global.home()?)?;
    let mut table = Table::new(&["format", "what", "tables", "from"]);
    for format in formats.iter() {
        if global.json {
            output::json(&described(format))?;
        }
        table.row([
            format.name().to_owned(),
            visible(format.about()),
            format.yields().join(" "),
            format.origin().to_owned(),
        ]);
    }
    if global.json { Ok(()) } else { table.print() }
}

fn described(format: &AnyFormat) -> serde_json::Value {
    let components: serde_json::Map<String, serde_json::Value> =
        format.yields().iter().map(|table| ((*table).to_owned(), schema::data_components(table).into())).collect();
    serde_json::json!({
        "name": format.name(), "about": format.about(), "spec": format.spec(), "tables": format.yields(),
        "origin": format.origin(), "data_components": components,
    })
}

fn show(name: &str, global: &Global) -> Result<()> {
    let formats = engine::formats(&global.home()?)?;
    let Some(format) = formats.find(name) else {
        let known: Vec<&str> = formats.iter().map(AnyFormat::name).collect();
        return Err(Error::usage(format!("there is no format \"{name}\"")).hint(format!("known: {}", known.join(", "))));
    };
    if global.json {
        return output::json(&described(format));
    }
    output::line(format!("{} ({}): {}", bold(format.name()), format.origin(), visible(format.about())))?;
    if !format.spec().is_empty() {
        output::line(visible(format.spec()))?;
    }
    let mut table = Table::new(&["table", "fields", "ATT&CK data components"]);
    for name in format.yields() {
        let fields: Vec<&str> = schema::tables::find(name)
            .map(|table| table.own.iter().map(|column| column.name).collect())
            .unwrap_or_default();
        table.row([(*name).to_owned(), fields.join(" "), schema::data_components(name).join(", ")]);
    }
    output::line("")?;
    table.print()
}

impl New {
    fn run(self, global: &Global) -> Result<()> {
        let draft = engine::draft(&global.home()?, &self.sample, self.name.as_deref(), !self.print)?;
        if global.json {
            return output::json(&serde_json::json!({
                "file": draft.file, "written": !self.print, "mapping": draft.scaffold.text,
                "table": draft.scaffold.table, "placed": draft.scaffold.placed, "left": draft.scaffold.left,
                "rows": draft.outcome.as_ref().ok(),
                "problems": draft.outcome.as_ref().err().map(|problems| told(problems)),
            }));
        }
        if self.print {
            return output::line(shown(draft.scaffold.text.trim_end()));
        }
        match &draft.outcome {
            Ok(explanation) => explain::print_records(explanation)?,
            Err(problems) => {
                output::line("The draft is not complete yet:")?;
                told(problems).iter().try_for_each(|problem| output::line(shown(problem)))?;
            }
        }
        output::line("")?;
        output::line(visible(&format!(
            "{} columns of {}, {} fields stay in attrs. Correct it: {}",
            draft.scaffold.placed,
            draft.scaffold.table,
            draft.scaffold.left,
            draft.file.display()
        )))
    }
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// Several lines, each made harmless.
pub(super) fn shown(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}
