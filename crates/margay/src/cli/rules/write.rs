//! `margay rules new` and `margay rules add`: from an idea to a file, and from a file to where it works.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{Engine, Error, NewRule, Result};

use super::{Global, counted, shown};
use crate::output::{self, visible};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay rules new 'Encoded PowerShell' --product windows --category process_creation \\
      --where 'Image|endswith=\\powershell.exe' --where 'CommandLine|contains= -enc ' --tag T1059.001 --level high
  margay rules new 'Git folder asked for' --category webserver --where 'cs-uri-stem|contains=/.git/' --folder rules/

Lines of different fields must all hold, several values of one field are any of them.")]
pub(super) struct New {
    /// What it finds, in some words
    title: String,
    #[arg(long)]
    product: Option<String>,
    #[arg(long)]
    category: Option<String>,
    #[arg(long)]
    service: Option<String>,
    /// A condition, Field|modifier=value; give it again for more
    #[arg(long = "where", value_name = "CONDITION", required = true)]
    wanted: Vec<String>,
    /// What is harmless, in the same form
    #[arg(long = "not", value_name = "CONDITION")]
    unwanted: Vec<String>,
    /// informational, low, medium, high or critical
    #[arg(long, default_value = "medium")]
    level: String,
    /// An ATT&CK technique or tactic, T1059.001 or execution; give it again for more
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    #[arg(long, env = "USER")]
    author: Option<String>,
    #[arg(long)]
    description: Option<String>,
    /// Where to write it [default: the folder rules of the home folder]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl New {
    pub(super) async fn run(self, global: &Global, engine: &Engine) -> Result<ExitCode> {
        let new = NewRule {
            title: self.title,
            product: self.product,
            category: self.category,
            service: self.service,
            wanted: self.wanted,
            unwanted: self.unwanted,
            level: self.level,
            tags: self.tags,
            author: self.author,
            description: self.description,
            folder: self.folder,
        };
        let written = engine.new_rule(&new)?;
        if global.json {
            output::json(&serde_json::json!({ "file": written.file, "examples": written.examples }))?;
        } else {
            output::bytes(written.text.as_bytes())?;
        }
        shown::remarks(&engine.lint_rules(&written.loaded).await?);
        for (number, why) in written.loaded.inert() {
            let title = written.loaded.set.rules().get(number).map_or("", |rule| &rule.about.title);
            output::remark(visible(&format!("inert: {title}: {why}")));
        }
        output::remark(visible(&format!("written to {}", written.file.display())));
        output::remark(visible(&format!(
            "examples go into {}; then: margay rules test {}",
            written.examples.display(),
            written.file.display()
        )));
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay rules add my_rule.yml
  margay rules add sigma/rules/linux

All files are read first: where one is refused, none is copied. `margay detect` then holds them against every record,
also those that were there before.")]
pub(super) struct Add {
    /// Files or folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Take the place of rules that are there
    #[arg(long)]
    replace: bool,
}

impl Add {
    pub(super) fn run(&self, global: &Global, engine: &Engine) -> Result<ExitCode> {
        let (loaded, written) = engine.add_rules(&self.paths, self.replace)?;
        let refused: Vec<_> = loaded.problems.iter().filter(|problem| !problem.warning).cloned().collect();
        if !refused.is_empty() {
            shown::problems(global, &refused, &loaded.texts)?;
            return Err(Error::input("no rule was added")
                .detail(format!("{} refused", counted(refused.len() as u64, "was", "were")))
                .hint("mend them, or name the files that are right"));
        }
        if global.json {
            written.iter().try_for_each(|file| output::json(&serde_json::json!({ "file": file })))?;
        }
        output::remark(format!(
            "{} added to {}; next: margay detect",
            counted(written.len() as u64, "file", "files"),
            engine.home().rules().display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}
