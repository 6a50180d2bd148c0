//! Lists of things that are not malicious by themselves, in the form of MISP's warning lists.

use crate::Observable;

/// One list, as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WarningList {
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(rename = "type")]
    pub matching: WarningMatch,
    #[serde(default)]
    pub version: u64,
    pub list: Vec<String>,
    /// Names of MISP's attribute types that the list is about; about all where there are none.
    #[serde(default)]
    pub matching_attributes: Vec<String>,
}

/// How entries are compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningMatch {
    /// The value is the entry.
    String,
    /// The value has the entry in it.
    Substring,
    /// The value's host is the entry or lies below it.
    Hostname,
    /// The value's address lies in the entry.
    Cidr,
    /// A pattern between slashes, with PHP's flags behind them.
    Regex,
}

impl WarningList {
    /// Whether the list is about observables of this kind.
    pub fn is_about(&self, kind: Observable) -> bool {
        let of = |attribute: &String| attribute.split('|').any(|part| attribute_is_of(part, kind));
        self.matching_attributes.is_empty() || self.matching_attributes.iter().any(of)
    }
}

fn attribute_is_of(attribute: &str, kind: Observable) -> bool {
    use Observable as Kind;
    match kind {
        Kind::Ip => matches!(attribute, "ip-src" | "ip-dst" | "ip"),
        Kind::Domain | Kind::HostName => matches!(attribute, "domain" | "hostname"),
        Kind::Url | Kind::UrlPrefix => matches!(attribute, "url" | "uri" | "link" | "domain" | "hostname"),
        Kind::UrlPath => attribute == "uri",
        Kind::Hash => matches!(attribute, "md5" | "sha1" | "sha256" | "sha512"),
        Kind::Email => matches!(attribute, "email" | "email-src" | "email-dst" | "target-email"),
        Kind::EmailDomain => matches!(attribute, "email-src" | "domain" | "hostname"),
        Kind::EmailSubject => attribute == "email-subject",
        Kind::UserAgent => attribute == "user-agent",
        Kind::FileName | Kind::FilePath => attribute == "filename",
        Kind::Ssdeep => attribute == "ssdeep",
        Kind::Tlsh => attribute == "tlsh",
        Kind::Imphash => attribute == "imphash",
        Kind::Certificate => attribute.starts_with("x509-fingerprint"),
        Kind::RegistryKey => attribute == "regkey",
        Kind::Mutex => attribute == "mutex",
        Kind::NamedPipe => attribute == "named pipe",
        Kind::Asn => attribute == "AS",
        Kind::Cve => attribute == "vulnerability",
        Kind::Wallet => matches!(attribute, "btc" | "xmr"),
        Kind::Ja3 => attribute == "ja3-fingerprint-md5",
        Kind::Hassh => attribute.starts_with("hassh"),
        Kind::Ja3s | Kind::Ja4 | Kind::CertificateSerial | Kind::Pattern => false,
    }
}
