//! `margay detectors`: what is looked for, and what can be set.

use std::{collections::BTreeMap, process::ExitCode};

use clap::Args;
use engine::{Result, detectors};

use super::Global;
use crate::output::{self, bold};

/// List the detectors and their parameters
#[derive(Debug, Args)]
pub(crate) struct Detectors {}

impl Detectors {
    pub(crate) fn run(self, global: &Global) -> Result<ExitCode> {
        for detector in detectors::ALL {
            if global.json {
                let params: Vec<_> = detector
                    .params
                    .iter()
                    .map(|param| serde_json::json!({"name": param.name, "default": param.default, "because": param.because}))
                    .collect();
                output::json(&serde_json::json!({
                    "name": detector.name, "version": detector.version, "finds": detector.finds,
                    "null_hypothesis": detector.null_hypothesis, "techniques": detector.attack,
                    "entity": detector.entity.name(), "innocent": detector.innocent,
                    "leads_only": !detector.rate_is_shown, "look_back_hours": detector.look_back_hours, "past_days": detector.past.map_or(0, |past| past.days),
                    "reads": detector.reads.iter().map(|reads| (reads.table, reads.columns)).collect::<BTreeMap<_, _>>(),
                    "params": params,
                }))?;
                continue;
            }
            output::line(format!("{} {}: {}", bold(detector.name), detector.version, detector.finds))?;
            output::line(format!("  rejects: {}", detector.null_hypothesis))?;
            output::line(format!("  ATT&CK:  {}", detector.attack.join(", ")))?;
            output::line(format!("  spares:  {}", detector.innocent.join(" ")))?;
            if !detector.rate_is_shown {
                output::line(
                    "  gives leads only: its false discovery rate was not shown to hold (docs/evaluation.md)",
                )?;
            }
            let past = match detector.past {
                Some(past) => format!(", held against {} days before", past.days),
                None => String::new(),
            };
            output::line(format!(
                "  judges {} hours{past}; [detectors.{}] in margay.toml:",
                detector.look_back_hours, detector.name
            ))?;
            for param in detector.params {
                output::line(format!("    {} = {}  # {}", param.name, param.default, param.because))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
