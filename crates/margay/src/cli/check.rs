//! `margay check`: what is wrong, before it matters.

use std::process::ExitCode;

use clap::Args;
use engine::{Level, Result};

use super::Global;
use crate::output::{self, visible};

/// Look over configuration, content and lake, and say what is wrong
///
/// Ends with exit code 1 where something does not work.
#[derive(Debug, Args)]
#[command(after_help = "Example: margay check")]
pub(crate) struct Check {}

impl Check {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
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
