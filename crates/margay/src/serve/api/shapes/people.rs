//! People, keys, sessions and the audit log.

use utoipa::ToSchema;

use super::{Anything, Role, Time};
use crate::serve::api::session::Seen;

/// Somebody who may use the server.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Person {
    id: String,
    name: String,
    role: Role,
    scope: Seen,
    state: PersonState,
    second_factor: bool,
    made_at: Time,
    made_by: String,
    /// When they last signed in.
    seen_at: Option<Time>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::serve::api) enum PersonState {
    /// Has a link and no password yet.
    Invited,
    Active,
    Disabled,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Invited {
    user: Person,
    /// The path of the link, told once.
    link: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct NewLink {
    /// The path of the link, told once.
    link: String,
}

/// A key, without its secret.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Key {
    id: String,
    person_id: String,
    /// Name of the person.
    person: String,
    name: String,
    role: Role,
    scope: Seen,
    /// Empty: from anywhere.
    addresses: Vec<String>,
    made_at: Time,
    made_by: String,
    expires_at: Time,
    revoked_at: Option<Time>,
    used_at: Option<Time>,
    used_from: Option<String>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct KeyMade {
    key: Key,
    /// Told once.
    secret: String,
}

/// A line of the audit log.
#[derive(ToSchema)]
pub(in crate::serve::api) struct AuditLine {
    number: i64,
    at: Time,
    by: String,
    /// Empty: from this machine.
    address: String,
    action: String,
    subject: String,
    detail: Anything,
    digest: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct AuditCheck {
    whole: bool,
    report: AuditReport,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct AuditReport {
    n_lines: u64,
    n_problems: u64,
    /// The first ones.
    problems: Vec<AuditProblem>,
    /// The newest line.
    number: i64,
    digest: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct AuditProblem {
    number: i64,
    what: String,
}

/// A session of one's own.
#[derive(ToSchema)]
pub(in crate::serve::api) struct SessionLine {
    id: String,
    began_at: Time,
    seen_at: Time,
    address: String,
    /// What the browser says that it is.
    agent: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// A second factor that is to be confirmed.
#[derive(ToSchema)]
pub(in crate::serve::api) struct SecondFactor {
    secret: String,
    /// For a QR code.
    uri: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct RecoveryCodes {
    /// Told once.
    recovery_codes: Vec<String>,
}
