//! `margay keys`: API keys of people, for programs. For whoever owns this machine.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{ApiKey, Engine, NewKey, Principal, Result, Role};

use super::{
    Global,
    events::minute,
    people::{ScopeArgs, datasets, role},
};
use crate::output::{self, Table};

/// Make and revoke API keys of people
#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    action: Action,
    /// Who does this, for the audit log
    #[arg(long, global = true, env = "USER", default_value = "unknown", value_name = "NAME")]
    by: String,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List keys; their secrets are kept nowhere
    List {
        /// Those of one person
        #[arg(long = "for", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Make a key; its text is shown once
    #[command(after_help = "\
Examples:
  margay keys create notebooks --for ann
  margay keys create feed-out --for partner --ceiling green --address 192.0.2.0/28 --days 30

A key may and sees no more than its person, whatever is given here.")]
    Create(Box<Create>),
    /// End a key, by its id
    Revoke { id: String },
}

#[derive(Debug, Args)]
struct Create {
    /// What it is for
    name: String,
    /// Whose it is
    #[arg(long = "for", value_name = "PERSON")]
    person: String,
    /// A weaker role than that of its person
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Days that it is good for
    #[arg(long, default_value_t = 90)]
    days: u32,
    /// A network or address that it may be used from, instead of all; again for each
    #[arg(long = "address", value_name = "CIDR")]
    addresses: Vec<String>,
}

impl Keys {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let owner = Principal::owner(&self.by);
        global.with_engine(async |engine| self.action.run(engine, &owner, global.json).await).await
    }
}

impl Action {
    async fn run(self, engine: &Engine, by: &Principal, json: bool) -> Result<()> {
        match self {
            Self::List { person } => {
                let mut keys = engine.keys(by).await?;
                if let Some(name) = person {
                    let person = engine.person(&name).await?;
                    keys.retain(|key| key.person_id == person.id);
                }
                list(&keys, json)
            }
            Self::Create(create) => create.run(engine, by, json).await,
            Self::Revoke { id } => list(&[engine.revoke_key(by, &id).await?], json),
        }
    }
}

impl Create {
    async fn run(self, engine: &Engine, by: &Principal, json: bool) -> Result<()> {
        let person = engine.person(&self.person).await?;
        let new = NewKey {
            name: self.name,
            role: self.role,
            scope: Some(self.scope.scope()),
            expires_days: Some(self.days),
            addresses: self.addresses,
        };
        let (key, text) = engine.make_key(by, &person, &new).await?;
        if json {
            return output::json(&serde_json::json!({"key": key, "secret": text}));
        }
        output::line(&text)?;
        output::remark(format!(
            "Keep it now: it is not shown again. It is {}'s, and good until {}.",
            key.person,
            minute(key.expires_at)
        ));
        Ok(())
    }
}

fn list(keys: &[ApiKey], json: bool) -> Result<()> {
    if json {
        return keys.iter().try_for_each(output::json);
    }
    let mut table =
        Table::new(&["id", "person", "name", "state", "role", "datasets", "ceiling", "from", "expires", "last used"]);
    let now = engine::now();
    for key in keys {
        let state = match (key.revoked_at, key.is_good(now)) {
            (Some(_), _) => "revoked",
            (None, true) => "good",
            (None, false) => "expired",
        };
        table.row([
            key.id.clone(),
            key.person.clone(),
            key.name.clone(),
            state.to_owned(),
            key.role.name().to_owned(),
            datasets(&key.scope),
            key.scope.ceiling.label().to_owned(),
            if key.addresses.is_empty() { "anywhere".to_owned() } else { key.addresses.join(", ") },
            minute(key.expires_at),
            key.used_at.map(minute).unwrap_or_default(),
        ]);
    }
    table.print()
}
