//! `margay tables`: what can be asked for.

use std::process::ExitCode;

use clap::Args;
use engine::{Error, Result};
use schema::tables;

use super::Global;
use crate::output::{self, Table};

/// List tables and columns
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  margay tables\n  margay tables connections")]
pub(crate) struct Tables {
    /// Show the columns of this table
    table: Option<String>,
}

impl Tables {
    pub(crate) fn run(self, global: &Global) -> Result<ExitCode> {
        match &self.table {
            None => list(global.json)?,
            Some(name) => show(name, global.json)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn list(json: bool) -> Result<()> {
    let mut table = Table::new(&["table", "what one row is"]);
    for declared in tables::ALL {
        if json {
            output::json(&serde_json::json!({"name": declared.name, "about": declared.about}))?;
        }
        table.row([declared.name.to_owned(), declared.about.to_owned()]);
    }
    if json { Ok(()) } else { table.print() }
}

fn show(name: &str, json: bool) -> Result<()> {
    let declared = tables::find(name)
        .ok_or_else(|| Error::usage(format!("there is no table \"{name}\"")).hint("`margay tables` lists them"))?;
    let mut table = Table::new(&["column", "type", "unit", "what it holds"]);
    for column in declared.columns() {
        if json {
            output::json(&serde_json::json!({
                "name": column.name, "type": column.kind.word(), "unit": column.unit, "about": column.about,
                "ocsf": column.ocsf,
            }))?;
        }
        let unit = column.unit.unwrap_or_default();
        table.row([column.name.to_owned(), column.kind.word().to_owned(), unit.to_owned(), column.about.to_owned()]);
    }
    if json { Ok(()) } else { table.print() }
}
