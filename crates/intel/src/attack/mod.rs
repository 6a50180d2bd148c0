//! MITRE ATT&CK as a reference: read from the STIX bundle, kept as facts, compared between versions.
//!
//! [`SHIPPED`] holds the facts (ids, names, tactics, platforms, data components; no texts) of one version, so that
//! a fresh installation can classify. Loading a bundle that MITRE publishes replaces them.

mod actors;
mod bundle;
mod facts;
mod later;
mod upgrade;

use std::fmt;

use schema::Reference;

pub use actors::{Actors, Group, KnownCampaign, Software};
pub use bundle::{read, read_actors};
pub use facts::{from_facts, to_facts};
pub use later::{LATER_TACTICS, Later, later};
pub use upgrade::{Change, upgrade};

/// A version of a matrix whose facts are inside the product; notice and license: `content/attack/NOTICE`.
#[derive(Debug)]
pub struct Shipped {
    /// `enterprise`, `mobile` or `ics`
    pub domain: &'static str,
    pub version: &'static str,
    facts: &'static str,
}

impl Shipped {
    pub fn reference(&self) -> Reference {
        from_facts(self.facts).expect("a test reads every shipped file")
    }

    /// The facts as text, in the form of [`to_facts`].
    pub fn facts(&self) -> &'static str {
        self.facts
    }
}

/// The only list of shipped versions; a new one is its file and its line here.
pub static SHIPPED: &[Shipped] = &[
    Shipped {
        domain: "enterprise",
        version: "18.1",
        facts: include_str!("../../../../content/attack/enterprise-18.1.tsv"),
    },
    Shipped { domain: "mobile", version: "18.1", facts: include_str!("../../../../content/attack/mobile-18.1.tsv") },
    Shipped { domain: "ics", version: "18.1", facts: include_str!("../../../../content/attack/ics-18.1.tsv") },
];

/// What MITRE wants to be shown wherever ATT&CK is reproduced; show it in "about" and in reports.
pub static NOTICE: &str = include_str!("../../../../content/attack/NOTICE");

/// The shipped enterprise matrix: what is used until somebody loads another.
pub fn enterprise() -> Reference {
    SHIPPED.iter().find(|shipped| shipped.domain == "enterprise").expect("listed above").reference()
}

/// Groups, software and campaigns of the shipped enterprise matrix: what is used until somebody loads another.
pub fn enterprise_actors() -> Actors {
    Actors::from_facts(include_str!("../../../../content/attack/enterprise-actors-18.1.tsv"))
        .expect("a test reads every shipped file")
}

/// Why bytes could not be read as ATT&CK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    what: String,
}

impl Error {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests;
