//! `margay check`: what is wrong, before it matters.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{CheckedFile, ContentKind, Level, Result};

use super::Global;
use crate::output::{self, visible};

/// Look over configuration, content and lake, and say what is wrong
///
/// With files or folders, looks over what is in them instead: mappings, rules with their examples and pipelines, words
/// of Sigma, feeds, decay.toml, warning lists and their weights, shared-hosting.txt. Each mistake is told with line and
/// column. Ends with exit code 1 where something does not work.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay check
  margay check content/
  margay check ~/.local/share/margay/mappings/acme_proxy.toml")]
pub(crate) struct Check {
    /// Files, or folders with such
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
    let checked = engine::check_content(paths)?;
    for file in &checked {
        if global.json { output::json(file)? } else { print(file)? }
    }
    if checked.is_empty() {
        output::remark("nothing to check: no file is of a kind that Margay reads (`margay check --help`)");
    }
    let wrong = checked.iter().any(|file| !file.is_sound());
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(checked: &CheckedFile) -> Result<()> {
    let file = checked.file.display();
    for problem in &checked.problems {
        let sign = if problem.warning { "notice" } else { "WRONG " };
        output::line(super::formats::shown(&format!("{sign} {file}:{}", problem.shown)))?;
    }
    if !checked.is_sound() {
        return Ok(());
    }
    let sign = if checked.kind == ContentKind::Other { "notice" } else { "ok    " };
    output::line(visible(&format!("{sign} {file}: {}", checked.says)))
}
