//! Who asks: a person in a session, a key of a person, or whoever owns this machine.

use std::net::IpAddr;

use schema::Scope;

use super::role::{Permission, Role};

/// Somebody who was recognized, and what they may see and do at this moment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Principal {
    /// Of the person, also where a key asks.
    pub id: String,
    /// Of the person: work is theirs, whichever key they do it with.
    pub name: String,
    pub kind: PrincipalKind,
    pub role: Role,
    /// Of a key never more than of its person.
    pub scope: Scope,
    /// What the person may do: a key of a stronger role gives them no more.
    pub(crate) person_role: Role,
    /// Id of the session or of the key.
    pub(crate) by_means_of: Option<String>,
    pub(crate) address: Option<IpAddr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// In a session.
    Person,
    /// A program with an API key.
    Key,
    /// At the command line of this machine: whoever can read the store needs no permission of ours.
    Owner,
}

impl Principal {
    /// Who owns this machine and works at its command line.
    pub fn owner(name: &str) -> Self {
        Self {
            id: String::new(),
            name: name.to_owned(),
            kind: PrincipalKind::Owner,
            role: Role::Admin,
            scope: Scope::everything(),
            person_role: Role::Admin,
            by_means_of: None,
            address: None,
        }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission) && self.person_role.may(permission)
    }

    pub fn permissions(&self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.may(*permission)).collect()
    }

    /// Id of the session that asks, where one does.
    pub fn session_id(&self) -> Option<&str> {
        self.by_means_of.as_deref().filter(|_| self.kind == PrincipalKind::Person)
    }

    pub fn key_id(&self) -> Option<&str> {
        self.by_means_of.as_deref().filter(|_| self.kind == PrincipalKind::Key)
    }

    /// Where the request came from.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// As the audit log names them.
    pub(crate) fn in_words(&self) -> String {
        match (self.kind, &self.by_means_of) {
            (PrincipalKind::Person, _) => self.name.clone(),
            (PrincipalKind::Key, id) => format!("{} (key {})", self.name, id.as_deref().unwrap_or_default()),
            (PrincipalKind::Owner, _) => format!("{} (command line)", self.name),
        }
    }
}
