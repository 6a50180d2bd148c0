//! People who may use the server: who they are, what they sign in with, what they may do and see, and the log of it.
//!
//! [`Principal`] is who asks. `sign_in` and `keys` recognize them, `manage` and `set_up` make them, `audit` remembers.

mod audit;
mod hashing;
mod keys;
mod manage;
mod names;
mod password;
mod person;
mod principal;
mod role;
mod second_factor;
mod secret;
mod sessions;
mod set_up;
mod sign_in;

pub use audit::{AuditEntry, AuditFilter, AuditLine, AuditProblem, AuditReport};
pub use keys::{ApiKey, NewKey};
pub use person::{NewPerson, Person, PersonChange, PersonState};
pub use principal::{Principal, PrincipalKind};
pub use role::{Permission, Role};
pub use second_factor::SecondFactor;
pub use sessions::Session;
pub use set_up::Invited;
pub use sign_in::{Opened, SignIn, SignedIn};

pub(crate) use audit::{chain, genesis};
pub(crate) use keys::KeptKey;
pub(crate) use person::KeptPerson;
pub(crate) use set_up::Invitation;

#[cfg(test)]
mod tests;
