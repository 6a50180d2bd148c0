//! People, what proves them, their sessions and keys, and the log of what was done: each deed in one transaction with
//! its line in the log.

mod audit;
mod failures;
mod keys;
mod persons;
mod proofs;
mod sessions;

use schema::Scope;

use crate::{Error, Result, people::Role};

pub(crate) use failures::{Attempt, Limit};
pub(crate) use sessions::Ended;

fn role(name: &str) -> Result<Role> {
    name.parse().map_err(|error: String| Error::internal("a stored role is not what was written").detail(error))
}

fn scope(text: &str) -> Result<Scope> {
    Ok(serde_json::from_str(text)?)
}
