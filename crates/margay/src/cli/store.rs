//! `margay store`: looking after the operational store.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{CopiedTable, Result};

use super::Global;
use crate::output::{self, Table, grouped};

/// Look after the store: copy it into another database
#[derive(Debug, Args)]
pub(crate) struct Store {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Copy all tables into an empty store, from SQLite to PostgreSQL or back, and compare them
    #[command(
        after_help = "Example: margay store copy --to postgres://margay@db.example/margay --password file:/run/secrets/db"
    )]
    Copy {
        /// Address of a PostgreSQL database, or a file for SQLite
        #[arg(long, value_name = "URL")]
        to: String,
        /// Where the password of that database lies: env:NAME or file:PATH
        #[arg(long, value_name = "PLACE")]
        password: Option<String>,
    },
}

impl Store {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let Action::Copy { to, password } = self.action;
        let copied = engine.copy_store(&to, password).await;
        engine.close().await;
        print(&copied?, global.json)?;
        if !global.json {
            output::remark("Every table was read again and is the same. Set store.url in margay.toml to use the copy.");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(copied: &[CopiedTable], json: bool) -> Result<()> {
    if json {
        return copied.iter().try_for_each(output::json);
    }
    let mut table = Table::new(&["table", "rows", "checksum"]).numbers(&[1]);
    for one in copied {
        let beginning = one.checksum.get(..16).unwrap_or_default();
        table.row([one.table.clone(), grouped(one.rows), beginning.to_owned()]);
    }
    table.print()
}
