//! A person as others see them, and as the store keeps them.

use std::fmt;

use schema::{Scope, Timestamp};

use super::role::Role;

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub role: Role,
    pub scope: Scope,
    pub state: PersonState,
    /// Whether a code is asked for beside the password.
    pub second_factor: bool,
    pub made_at: Timestamp,
    pub made_by: String,
    /// When they last signed in.
    pub seen_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// Has a link and no password yet.
    Invited,
    Active,
    Disabled,
}

impl PersonState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub name: String,
    pub role: Role,
    pub scope: Scope,
}

/// What becomes of a person; what is missing stays.
#[derive(Debug, Clone, Default)]
pub struct PersonChange {
    pub role: Option<Role>,
    pub scope: Option<Scope>,
    /// Whoever is disabled has no session and no key any more.
    pub disabled: Option<bool>,
}

/// A person with what proves them.
#[derive(Clone)]
pub(crate) struct KeptPerson {
    pub(crate) person: Person,
    pub(crate) password: Option<String>,
    pub(crate) totp_secret: Option<String>,
    pub(crate) totp_pending: Option<String>,
}

/// Without what is secret.
impl fmt::Debug for KeptPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.person.fmt(f)
    }
}
