//! `margay people`: who may use the server. For whoever owns this machine: it asks for no password.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{Config, Engine, NewPerson, Person, PersonChange, Principal, Result, Role};
use schema::{Datasets, Scope, Tlp};

use super::{Global, events::minute};
use crate::output::{self, Table};

/// Say who may use the server, and what each may do and see
#[derive(Debug, Args)]
pub(crate) struct People {
    #[command(subcommand)]
    action: Action,
    /// Who does this, for the audit log
    #[arg(long, global = true, env = "USER", default_value = "unknown", value_name = "NAME")]
    by: String,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List who there is
    List,
    /// Add somebody; prints a link with which they choose their password
    #[command(after_help = "\
Examples:
  margay people invite ann --role admin
  margay people invite bob --role analyst --dataset edge --dataset mail --ceiling amber

Roles: viewer, analyst, detection_engineer, data_scientist, sharing_partner, auditor, admin (docs/people.md)")]
    Invite {
        name: String,
        #[arg(long, default_value = "viewer", value_parser = role)]
        role: Role,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Keep somebody out: their sessions and keys end at once
    Disable { name: String },
    /// Let somebody in again, with their password; keys stay revoked
    Enable { name: String },
    /// Change what somebody may do
    Role {
        name: String,
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Change what somebody may see
    #[command(after_help = "\
Examples:
  margay people scope bob --dataset edge --ceiling green
  margay people scope ann --ceiling red                     (all datasets)")]
    Scope {
        name: String,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Take somebody's password away, end their sessions, and print a link for a new one
    Reset {
        name: String,
        /// Turn their second factor off too: the device is lost, and so are the recovery codes
        #[arg(long)]
        second_factor: bool,
    },
    /// Remove somebody for good; their name is not given again
    Remove { name: String },
}

#[derive(Debug, Args)]
pub(super) struct ScopeArgs {
    /// A dataset that may be seen, instead of all; again for each
    #[arg(long = "dataset", value_name = "NAME")]
    datasets: Vec<String>,
    /// The strictest marking that may be seen: clear, green, amber, amber+strict, red
    #[arg(long, default_value = "amber+strict", value_name = "TLP")]
    ceiling: Tlp,
}

impl ScopeArgs {
    pub(super) fn scope(self) -> Scope {
        let datasets = match self.datasets.is_empty() {
            true => Datasets::All,
            false => Datasets::Only(self.datasets.into_iter().collect()),
        };
        Scope { datasets, ceiling: self.ceiling }
    }
}

pub(super) fn role(text: &str) -> std::result::Result<Role, String> {
    text.parse()
}

impl People {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let owner = Principal::owner(&self.by);
        global.with_engine(async |engine| self.action.run(engine, &owner, global.json).await).await
    }
}

impl Action {
    async fn run(self, engine: &Engine, by: &Principal, json: bool) -> Result<()> {
        let keep_out = |disabled| PersonChange { disabled: Some(disabled), ..PersonChange::default() };
        let change = async |name: &str, change: PersonChange| {
            let person = engine.person(name).await?;
            one(&engine.change_person(by, &person.id, &change).await?, json)
        };
        match self {
            Self::List => list(&engine.people().await?, json),
            Self::Invite { name, role, scope } => {
                let new = NewPerson { name, role, scope: scope.scope() };
                let (person, token) = engine.invite(by, &new).await?;
                link(engine.config(), &person.name, &token, json)
            }
            Self::Disable { name } => change(&name, keep_out(true)).await,
            Self::Enable { name } => change(&name, keep_out(false)).await,
            Self::Role { name, role } => {
                change(&name, PersonChange { role: Some(role), ..PersonChange::default() }).await
            }
            Self::Scope { name, scope } => {
                change(&name, PersonChange { scope: Some(scope.scope()), ..PersonChange::default() }).await
            }
            Self::Reset { name, second_factor } => {
                let person = engine.person(&name).await?;
                let token = engine.reset_person(by, &person.id, second_factor).await?;
                link(engine.config(), &person.name, &token, json)
            }
            Self::Remove { name } => {
                let person = engine.person(&name).await?;
                engine.remove_person(by, &person.id).await?;
                if json { output::json(&person) } else { output::line(format!("removed {}", person.name)) }
            }
        }
    }
}

fn one(person: &Person, json: bool) -> Result<()> {
    list(std::slice::from_ref(person), json)
}

fn list(people: &[Person], json: bool) -> Result<()> {
    if json {
        return people.iter().try_for_each(output::json);
    }
    if people.is_empty() {
        output::remark("Nobody may use the server yet. `margay people invite NAME --role admin` makes the first link.");
        return Ok(());
    }
    let mut table = Table::new(&["name", "role", "state", "second factor", "datasets", "ceiling", "last signed in"]);
    for person in people {
        table.row([
            person.name.clone(),
            person.role.name().to_owned(),
            person.state.name().to_owned(),
            if person.second_factor { "yes" } else { "no" }.to_owned(),
            datasets(&person.scope),
            person.scope.ceiling.label().to_owned(),
            person.seen_at.map(minute).unwrap_or_default(),
        ]);
    }
    table.print()
}

pub(super) fn datasets(scope: &Scope) -> String {
    match &scope.datasets {
        Datasets::All => "all".to_owned(),
        Datasets::Only(names) => names.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    }
}

/// What the person opens in a browser. The secret is behind the `#`, which browsers send to nobody.
fn link(config: &Config, name: &str, token: &str, json: bool) -> Result<()> {
    let address = config.serve.address();
    if json {
        return output::json(&serde_json::json!({"name": name, "link": format!("{address}/setup#{token}")}));
    }
    output::line(format!("{address}/setup#{token}"))?;
    output::remark(format!("Give this link to {name}, and to nobody else: it is good once, for 24 hours."));
    Ok(())
}
