//! `margay formats`: what can be read.

use std::process::ExitCode;

use clap::Args;
use engine::{Result, formats};

use super::Global;
use crate::output::{self, Table};

/// List the formats that can be read
#[derive(Debug, Args)]
pub(crate) struct Formats {}

impl Formats {
    pub(crate) fn run(self, global: &Global) -> Result<ExitCode> {
        let mut table = Table::new(&["format", "what", "tables"]);
        for format in formats::ALL {
            if global.json {
                output::json(&serde_json::json!({
                    "name": format.name, "about": format.about, "spec": format.spec, "tables": format.yields,
                }))?;
            }
            table.row([format.name.to_owned(), format.about.to_owned(), format.yields.join(" ")]);
        }
        if !global.json {
            table.print()?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
