//! Observables and what sources claim of them. A claim is never merged away: an indicator is a view over claims.

use std::{fmt, str::FromStr};

use crate::{Timestamp, Tlp};

/// What kind of thing can be observed and matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observable {
    /// An IPv4 or IPv6 address, or a network in CIDR form.
    Ip,
    /// A domain name, lower-case, without a final dot; as an indicator it covers its subdomains.
    Domain,
    /// A URL.
    Url,
    /// A file hash in lower-case hex: MD5, SHA-1, SHA-256 or SHA-512 by length.
    Hash,
    Email,
    UserAgent,
    /// TLS client fingerprint, 32 hex digits.
    Ja3,
    /// TLS client fingerprint, FoxIO's JA4.
    Ja4,
}

impl Observable {
    pub const ALL: [Self; 8] =
        [Self::Ip, Self::Domain, Self::Url, Self::Hash, Self::Email, Self::UserAgent, Self::Ja3, Self::Ja4];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Domain => "domain",
            Self::Url => "url",
            Self::Hash => "hash",
            Self::Email => "email",
            Self::UserAgent => "user_agent",
            Self::Ja3 => "ja3",
            Self::Ja4 => "ja4",
        }
    }
}

impl fmt::Display for Observable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Observable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            format!("\"{text}\" is not a kind of indicator; use ip, domain, url, hash, email, user_agent, ja3 or ja4")
        })
    }
}

/// What one source says of one observable.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Claim {
    pub kind: Observable,
    /// Canonical form: refanged, lower-case where the kind ignores case, CIDR with its host bits cleared.
    pub value: String,
    /// Who says so: a feed, a report, a person.
    pub source: String,
    /// 0 to 100 on the STIX scale: how far the source trusts its own claim.
    pub confidence: u8,
    pub tlp: Tlp,
    /// What the source calls it: malware family, campaign, actor.
    pub label: Option<String>,
    /// ATT&CK technique that seeing it would be evidence of, where the source says so.
    pub technique: Option<String>,
    pub valid_from: Option<Timestamp>,
    /// After this the source no longer stands by the claim.
    pub valid_until: Option<Timestamp>,
    pub reference: Option<String>,
}
