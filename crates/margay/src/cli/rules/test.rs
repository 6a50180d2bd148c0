//! `margay rules test`: the examples beside rules, and why one failed.

use std::{collections::BTreeSet, path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{Engine, Error, Result, TestReport};

use super::{Global, counted, shown};
use crate::output::{self, bold, visible};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay rules test
  margay rules test content/rules
  margay rules test my_rule.yml

Examples of my_rule.yml stand in my_rule.test.yml; docs/rules.md shows how they are written. Ends with exit code 3
where an example failed or a file could not be read.")]
pub(super) struct Test {
    /// Rules, files of examples, or folders [default: the folder rules of the home folder]
    paths: Vec<PathBuf>,
    /// Name the examples that passed too
    #[arg(long)]
    verbose: bool,
}

impl Test {
    pub(super) fn run(&self, global: &Global, engine: &Engine) -> Result<ExitCode> {
        let report = engine.test_rules(&self.paths)?;
        if global.json {
            report.tested.iter().try_for_each(output::json)?;
        } else {
            self.print(global, &report)?;
        }
        Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::from(3) })
    }

    fn print(&self, global: &Global, report: &TestReport) -> Result<()> {
        let refused: Vec<_> = report.loaded.problems.iter().filter(|problem| !problem.warning).cloned().collect();
        shown::problems(global, &refused, &report.loaded.texts)?;
        shown::problems(global, &report.problems, &report.loaded.texts)?;
        for tested in &report.tested {
            let Some(why) = &tested.why else {
                if self.verbose {
                    output::line(visible(&format!("ok      {}: {}", tested.rule, tested.name)))?;
                }
                continue;
            };
            output::line(visible(&format!("FAILED  {}: {}", bold(&tested.rule), tested.name)))?;
            output::line(visible(&format!("        {}:{}: {why}", tested.file, tested.line)))?;
            tested.explained.iter().try_for_each(|record| shown::record(record, 8))?;
        }
        for (title, file) in &report.untested {
            output::remark(visible(&format!("no example: {title} ({file})")));
        }
        if report.tested.is_empty() && report.problems.is_empty() {
            return Err(Error::usage("there is no example to run")
                .hint("examples of my_rule.yml stand in my_rule.test.yml; `margay rules new` writes the first ones"));
        }
        let failed = report.tested.iter().filter(|tested| !tested.passed).count();
        let rules: BTreeSet<&str> = report.tested.iter().map(|tested| tested.id.as_str()).collect();
        output::line(format!(
            "{} of {} passed, {failed} failed",
            counted(report.tested.len() as u64 - failed as u64, "example", "examples"),
            counted(rules.len() as u64, "rule", "rules"),
        ))
    }
}
