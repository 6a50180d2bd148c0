//! `margay plan`: what could be done. Nothing is done.

use std::process::ExitCode;

use clap::Args;
use engine::{EventFilter, Result, Target};

use super::Global;
use crate::output::{self, Table};

/// Propose what to do about threat events, without doing it
#[derive(Debug, Args)]
#[command(after_help = "Example: margay plan 3f2a")]
pub(crate) struct Plan {
    /// Id of a threat event, or a beginning of it [default: all]
    id: Option<String>,
}

impl Plan {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let events = match &self.id {
            Some(id) => vec![engine.event(id).await?],
            None => engine.events(&EventFilter::default()).await?,
        };
        let plan = engine.plan(events);
        engine.close().await;
        if global.json {
            plan.steps.iter().try_for_each(output::json)?;
        } else if plan.steps.is_empty() {
            output::line("Nothing to propose: no threat event is sure enough.")?;
        } else {
            let mut table = Table::new(&["event", "action", "target", "approval", "why"]);
            for step in &plan.steps {
                let approval = if step.needs_approval { "needed" } else { "–" };
                table.row([
                    super::events::short(&step.event_id),
                    step.action.clone(),
                    match &step.target {
                        Target::Event => String::new(),
                        Target::Entity(entity) => entity.value.clone(),
                    },
                    approval.to_owned(),
                    step.why.clone(),
                ]);
            }
            table.print()?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
