//! Known-bad things in telemetry: a compact set of claims, and the rows of every table held against it.
//!
//! [`Builder`] takes claims one by one and gives a [`Matcher`]; [`Hits`] sums up what one hour of rows met, and
//! ends in one finding per dataset, host of ours, indicator and hour. A match is a fact and has no p-value: what
//! can be wrong is the claim, so its confidence travels with the finding.
//!
//! ```
//! use detect::indicators::Matcher;
//! use schema::{Claim, Observable, Tlp};
//!
//! let claim = Claim {
//!     kind: Observable::Domain,
//!     value: "evil.example".to_owned(),
//!     source: "a feed".to_owned(),
//!     confidence: 80,
//!     tlp: Tlp::Green,
//!     label: Some("Emotet".to_owned()),
//!     technique: None,
//!     valid_from: None,
//!     valid_until: None,
//!     reference: None,
//! };
//! let matcher = Matcher::build([claim]);
//! assert_eq!(matcher.listings(Observable::Domain, "a.evil.example").len(), 1);
//! assert!(matcher.columns("dns_queries").contains(&"query"));
//! ```

mod columns;
mod hash;
mod hits;
mod matcher;
mod networks;
mod scan;
mod words;

#[cfg(test)]
mod tests;

pub use hits::Hits;
pub use matcher::{Builder, Listing, Matcher, Refused};
