//! `margay detectors`: what is looked for, and what can be set.

use std::process::ExitCode;

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
                    "null_hypothesis": detector.null_hypothesis, "techniques": detector.attack, "params": params,
                }))?;
                continue;
            }
            output::line(format!("{} {}: {}", bold(detector.name), detector.version, detector.finds))?;
            output::line(format!("  rejects: {}", detector.null_hypothesis))?;
            output::line(format!("  ATT&CK:  {}", detector.attack.join(", ")))?;
            output::line(format!(
                "  looks back {} hours; [detectors.{}] in margay.toml:",
                detector.look_back_hours, detector.name
            ))?;
            for param in detector.params {
                output::line(format!("    {} = {}  # {}", param.name, param.default, param.because))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
