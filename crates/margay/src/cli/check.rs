//! `margay check`: what is wrong, before it matters.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{CheckedMapping, Level, Result};

use super::Global;
use crate::output::{self, visible};

/// Look over configuration, content and lake, and say what is wrong
///
/// With files or folders, looks at the mappings in them instead. Ends with exit code 1 where something does not work.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay check
  margay check content/
  margay check ~/.local/share/margay/mappings/acme_proxy.toml")]
pub(crate) struct Check {
    /// Mapping files, or folders with such
    paths: Vec<PathBuf>,
}

impl Check {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        if !self.paths.is_empty() {
            return content(&self.paths, global);
        }
        let engine = global.engine().await?;
        let remarks = engine.check().await;
        engine.close().await;
        let remarks = remarks?;
        for remark in &remarks {
            if global.json {
                output::json(remark)?;
                continue;
            }
            let sign = match remark.level {
                Level::Good => "ok    ",
                Level::Notice => "notice",
                Level::Wrong => "WRONG ",
            };
            output::line(visible(&format!("{sign}  {:<16} {}", remark.subject, remark.says)))?;
            if let Some(hint) = &remark.hint {
                output::line(format!("{:<25}{hint}", ""))?;
            }
        }
        let wrong = remarks.iter().any(|remark| remark.level == Level::Wrong);
        Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// Checks files that people write.
fn content(paths: &[PathBuf], global: &Global) -> Result<ExitCode> {
    let checked = engine::check_mappings(paths)?;
    for mapping in &checked {
        if global.json { json(mapping)? } else { print(mapping)? }
    }
    if checked.is_empty() {
        output::remark("nothing to check: no file ends with .toml");
    }
    let wrong = checked.iter().any(|mapping| !mapping.problems.is_empty());
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(mapping: &CheckedMapping) -> Result<()> {
    let file = mapping.file.display();
    if let Some(name) = &mapping.name {
        return output::line(visible(&format!("ok     {file}: {name} fills {}", mapping.tables.join(", "))));
    }
    for problem in &mapping.problems {
        output::line(super::formats::shown(&format!("WRONG  {file}:{problem}")))?;
    }
    Ok(())
}

fn json(mapping: &CheckedMapping) -> Result<()> {
    let problems: Vec<_> = mapping
        .problems
        .iter()
        .map(|problem| {
            serde_json::json!({
                "code": problem.code, "line": problem.line, "column": problem.column, "says": problem.says,
                "hint": problem.hint,
            })
        })
        .collect();
    output::json(&serde_json::json!({
        "file": mapping.file, "name": mapping.name, "tables": mapping.tables, "problems": problems,
    }))
}
