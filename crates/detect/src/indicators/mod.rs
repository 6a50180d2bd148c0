//! Known-bad things in telemetry: a compact set of claims, and the rows of every table held against it.
//!
//! A [`Sieve`] knows everything that is listed, as hashes, and says which rows may meet a claim; a [`Matcher`] holds
//! the claims about those few values; [`Hits`] sums up what one hour of rows met, and ends in one finding per
//! dataset, host of ours, indicator and hour. A match is a fact and has no p-value: what can be wrong is the claim,
//! so its confidence travels with the finding.
//!
//! ```
//! use detect::indicators::{Matcher, SieveBuilder};
//! use schema::{Claim, Observable, Tlp};
//!
//! let malware = Some("Emotet".to_owned());
//! let claim = Claim { malware, tlp: Tlp::Green, ..Claim::new(Observable::Domain, "evil.example", "a feed") };
//! let mut listed = SieveBuilder::new();
//! listed.push(claim.kind, &claim.value);
//! assert!(listed.finish().columns("dns_queries").contains(&"query"));
//!
//! let mut matcher = Matcher::new();
//! matcher.add([claim]);
//! assert_eq!(matcher.listings(Observable::Domain, "a.evil.example").len(), 1);
//! ```

mod columns;
mod hash;
mod hits;
mod look_up;
mod matcher;
mod networks;
pub(crate) mod scan;
mod sieve;
mod summary;
mod warnings;
mod words;

#[cfg(test)]
mod tests;

pub use columns::of_showing;
pub use hits::Hits;
pub use matcher::{Listing, Matcher, Refused};
pub use sieve::{Sieve, SieveBuilder, Sifted};
pub use summary::{Summary, SummaryBuilder};
pub use warnings::{Warning, Warnings};
