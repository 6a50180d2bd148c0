//! Which host had which address, and when: from what logs say of both, weighed, with reasons. Pure.
//!
//! One machine is an address to a sensor, a short name to its own system and a whole name to the domain. Nothing is
//! merged: a tenancy is a claim of so many records about one address, one host and a time, and who asks gets the one
//! that holds then. An address that several hosts use at a time (a gateway, a proxy) is nobody's.
//!
//! ```
//! use intel::identity::{Identities, Sighting, Sort};
//!
//! let at = "2026-01-05T09:00:00Z".parse()?;
//! let address = "10.0.3.7".parse()?;
//! let logons =
//!     Sighting { address, host: "ws-042".to_owned(), sort: Sort::Logon, first: at, last: at, records: 31 };
//! let known = Identities::of(vec![logons], ["ws-042.corp.example".to_owned()]);
//! assert_eq!(known.host_at(address, at).map(|tenancy| tenancy.host.as_str()), Some("ws-042.corp.example"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod names;
mod tenancy;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use schema::Timestamp;

pub use names::Names;
pub use tenancy::{Tenancy, tenancies};

/// How a log says that an address is a host's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// A server gave the address to a host of this name.
    Lease,
    /// The host itself logged connections from or to the address.
    OwnLog,
    /// A sensor saw the connection of a logon that the host logged.
    SameConnection,
    /// A client that logged on named itself so: its word.
    Logon,
    /// A name server answered so; names of services are given like those of hosts.
    NameAnswer,
}

impl Sort {
    pub const ALL: [Self; 5] = [Self::Lease, Self::OwnLog, Self::SameConnection, Self::Logon, Self::NameAnswer];

    pub fn name(self) -> &'static str {
        match self {
            Self::Lease => "leases",
            Self::OwnLog => "connections in its own log",
            Self::SameConnection => "logons seen by both host and sensor",
            Self::Logon => "logons that named it",
            Self::NameAnswer => "answers of name servers",
        }
    }

    /// What one record is worth, as a vote.
    fn weight(self) -> f64 {
        match self {
            Self::Lease => 8.0,
            Self::OwnLog => 4.0,
            Self::SameConnection => 2.0,
            Self::Logon => 1.0,
            Self::NameAnswer => 0.1,
        }
    }
}

/// Records of one sort that say the same, within about an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub address: IpAddr,
    pub host: String,
    pub sort: Sort,
    pub first: Timestamp,
    pub last: Timestamp,
    pub records: u64,
}

/// All tenancies, to be asked.
#[derive(Debug, Clone, Default)]
pub struct Identities {
    by_address: BTreeMap<IpAddr, Vec<Tenancy>>,
    names: Names,
}

impl Identities {
    /// `names` are what hosts call themselves in their own logs.
    pub fn of(sightings: Vec<Sighting>, names: impl IntoIterator<Item = String>) -> Self {
        let of_sightings = sightings.iter().filter(|one| one.sort != Sort::NameAnswer).map(|one| one.host.clone());
        let all: BTreeSet<String> = names.into_iter().chain(of_sightings).collect();
        let names = Names::of(all);
        let mut by_address: BTreeMap<IpAddr, Vec<Tenancy>> = BTreeMap::new();
        for tenancy in tenancies(sightings, &names) {
            by_address.entry(tenancy.address).or_default().push(tenancy);
        }
        Self { by_address, names }
    }

    /// Who had the address at that instant.
    pub fn host_at(&self, address: IpAddr, at: Timestamp) -> Option<&Tenancy> {
        let of_address = self.by_address.get(&address)?;
        let within = of_address.iter().find(|tenancy| tenancy.first <= at && at <= tenancy.last);
        within.or_else(|| {
            let reached = of_address.iter().filter(|tenancy| tenancy.reaches(at));
            reached.min_by_key(|tenancy| tenancy.seconds_from(at))
        })
    }

    /// Who had the address all the time; nobody where it changed hands.
    pub fn host_during(&self, address: IpAddr, first: Timestamp, last: Timestamp) -> Option<&Tenancy> {
        let found = self.host_at(address, first)?;
        (self.host_at(address, last)?.host == found.host).then_some(found)
    }

    /// The one name of a host, whichever of its names this is.
    pub fn name(&self, host: &str) -> String {
        self.names.whole(host)
    }

    /// Tenancies of an address or of a host, by any of its names, in the order of time.
    pub fn about(&self, text: &str) -> Vec<&Tenancy> {
        let all = || self.by_address.values().flatten();
        let mut found: Vec<&Tenancy> = match text.parse::<IpAddr>() {
            Ok(address) => all().filter(|tenancy| tenancy.address == address).collect(),
            Err(_) => {
                let name = self.names.whole(text);
                all().filter(|tenancy| tenancy.host == name).collect()
            }
        };
        found.sort_by_key(|tenancy| (tenancy.first, tenancy.address));
        found
    }

    pub fn len(&self) -> usize {
        self.by_address.values().map(Vec::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.by_address.is_empty()
    }
}

#[cfg(test)]
mod tests;
