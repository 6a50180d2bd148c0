//! `margay completions`: completion scripts.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use engine::Result;

/// Print a completion script for a shell
///
/// Example: margay completions bash > /etc/bash_completion.d/margay
#[derive(Debug, Args)]
pub(crate) struct Completions {
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Cli::command(), "margay", &mut script);
        crate::output::bytes(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}
