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
    /// The name of one host, without the names below it.
    HostName,
    /// What URLs begin with, up to the end of a segment of the path or of the query.
    UrlPrefix,
    /// Path, or path and query, of a URL at whatever host.
    UrlPath,
    /// The subject of e-mails, without regard to case and blanks.
    EmailSubject,
    /// The domain of senders, with the domains below it.
    EmailDomain,
    /// Hash of a program's import table, 32 hex digits.
    Imphash,
    /// Fuzzy hash of a file, ssdeep.
    Ssdeep,
    /// Fuzzy hash of a file, TLSH.
    Tlsh,
    FileName,
    FilePath,
    RegistryKey,
    Mutex,
    NamedPipe,
    /// TLS server fingerprint, 32 hex digits.
    Ja3s,
    /// SSH client or server fingerprint, 32 hex digits.
    Hassh,
    /// Fingerprint of a certificate: MD5, SHA-1 or SHA-256 of its DER form.
    Certificate,
    /// Serial number of a certificate, hex without leading zeros.
    CertificateSerial,
    /// Autonomous system: `AS64496`.
    Asn,
    Cve,
    /// Address of a wallet of a cryptocurrency.
    Wallet,
    /// A STIX pattern over one record, as its source wrote it.
    Pattern,
}

impl Observable {
    pub const ALL: [Self; 29] = [
        Self::Ip,
        Self::Domain,
        Self::Url,
        Self::Hash,
        Self::Email,
        Self::UserAgent,
        Self::Ja3,
        Self::Ja4,
        Self::HostName,
        Self::UrlPrefix,
        Self::UrlPath,
        Self::EmailSubject,
        Self::EmailDomain,
        Self::Imphash,
        Self::Ssdeep,
        Self::Tlsh,
        Self::FileName,
        Self::FilePath,
        Self::RegistryKey,
        Self::Mutex,
        Self::NamedPipe,
        Self::Ja3s,
        Self::Hassh,
        Self::Certificate,
        Self::CertificateSerial,
        Self::Asn,
        Self::Cve,
        Self::Wallet,
        Self::Pattern,
    ];

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
            Self::HostName => "host_name",
            Self::UrlPrefix => "url_prefix",
            Self::UrlPath => "url_path",
            Self::EmailSubject => "email_subject",
            Self::EmailDomain => "email_domain",
            Self::Imphash => "imphash",
            Self::Ssdeep => "ssdeep",
            Self::Tlsh => "tlsh",
            Self::FileName => "file_name",
            Self::FilePath => "file_path",
            Self::RegistryKey => "registry_key",
            Self::Mutex => "mutex",
            Self::NamedPipe => "named_pipe",
            Self::Ja3s => "ja3s",
            Self::Hassh => "hassh",
            Self::Certificate => "certificate",
            Self::CertificateSerial => "certificate_serial",
            Self::Asn => "asn",
            Self::Cve => "cve",
            Self::Wallet => "wallet",
            Self::Pattern => "pattern",
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
            let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.name()).collect();
            format!("\"{text}\" is not a kind of indicator; use {}", names.join(", "))
        })
    }
}

/// How far a source can be relied upon, whatever it says now: the letters of the Admiralty system (NATO AJP-2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Reliability {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// Cannot be judged.
    F,
}

impl Reliability {
    pub const ALL: [Self; 6] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::F];

    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
            Self::F => "F",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::A => "completely reliable",
            Self::B => "usually reliable",
            Self::C => "fairly reliable",
            Self::D => "not usually reliable",
            Self::E => "unreliable",
            Self::F => "reliability cannot be judged",
        }
    }
}

impl FromStr for Reliability {
    type Err = String;

    /// The letter in either case, also with the digit of the credibility behind it: `B`, `b2`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let letter = text.get(..1).unwrap_or_default();
        let rest_is_digit = text.get(1..).is_some_and(|rest| matches!(rest, "" | "1" | "2" | "3" | "4" | "5" | "6"));
        let known = Self::ALL.into_iter().find(|known| rest_is_digit && known.letter().eq_ignore_ascii_case(letter));
        known.ok_or_else(|| format!("reliability \"{text}\" is not one of the letters A to F"))
    }
}

/// What one source says of one observable.
///
/// Make one by [`Claim::new`] and set what the source says besides:
/// `Claim { confidence: 80, ..Claim::new(kind, value, source) }`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Claim {
    pub kind: Observable,
    /// Canonical form: refanged, lower-case where the kind ignores case, CIDR with its host bits cleared.
    pub value: String,
    /// As the source wrote it, where that is another text than the canonical form.
    pub raw: Option<String>,
    /// Who says so: a feed, a report, a person.
    pub source: String,
    /// 0 to 100 on the STIX scale: how far the source trusts its own claim.
    pub confidence: u8,
    /// How far the source can be relied upon, where somebody has judged it.
    pub reliability: Option<Reliability>,
    pub tlp: Tlp,
    /// Malware family.
    pub malware: Option<String>,
    /// Actor or campaign.
    pub actor: Option<String>,
    /// What else the source calls it: tags, kinds of threat.
    pub labels: Vec<String>,
    /// ATT&CK technique that seeing it would be evidence of, where the source says so.
    pub technique: Option<String>,
    /// When the source has first and last seen it at work.
    pub first_seen: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    pub valid_from: Option<Timestamp>,
    /// After this the source no longer stands by the claim.
    pub valid_until: Option<Timestamp>,
    /// The source has taken the claim back.
    pub revoked: bool,
    pub reference: Option<String>,
}

impl Claim {
    /// A claim of which nothing more is known: confidence 50, to nobody else.
    pub fn new(kind: Observable, value: impl Into<String>, source: impl Into<String>) -> Self {
        Self {
            kind,
            value: value.into(),
            raw: None,
            source: source.into(),
            confidence: 50,
            reliability: None,
            tlp: Tlp::Red,
            malware: None,
            actor: None,
            labels: Vec::new(),
            technique: None,
            first_seen: None,
            last_seen: None,
            valid_from: None,
            valid_until: None,
            revoked: false,
            reference: None,
        }
    }

    /// The one word for it: malware family, else actor, else the first label. Claims of one source about one value
    /// that differ in it stand beside each other.
    pub fn label(&self) -> Option<&str> {
        self.malware.as_deref().or(self.actor.as_deref()).or_else(|| self.labels.first().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for (number, kind) in Observable::ALL.into_iter().enumerate() {
            assert_eq!((kind.name().parse(), kind as usize), (Ok(kind), number));
        }
        assert!("hostname of sorts".parse::<Observable>().is_err_and(|error| error.contains("host_name")));
    }

    #[test]
    fn reliability_is_a_letter_with_or_without_credibility() {
        assert_eq!(("b2".parse(), "F".parse()), (Ok(Reliability::B), Ok(Reliability::F)));
        assert!("G".parse::<Reliability>().is_err() && "A7".parse::<Reliability>().is_err());
    }

    #[test]
    fn the_family_is_the_word_for_a_claim() {
        let mut claim = Claim::new(Observable::Domain, "evil.example", "a feed");
        assert_eq!(claim.label(), None);
        claim.labels = vec!["botnet_cc".to_owned()];
        assert_eq!(claim.label(), Some("botnet_cc"));
        claim.malware = Some("Emotet".to_owned());
        assert_eq!(claim.label(), Some("Emotet"));
    }
}
