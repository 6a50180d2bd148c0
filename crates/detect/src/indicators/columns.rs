//! Which columns are held against claims, what meeting one there means, and which side of the record is ours.

use schema::{Observable, Stage, Table, tables};

/// How a record touched what is listed. The order is that of telling: the strongest contact gives the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Contact {
    Ran,
    Loaded,
    Kept,
    ReceivedFile,
    Requested,
    OpenedTls,
    Contacted,
    SentFileTo,
    ReceivedFileFrom,
    AskedFor,
    GotAsAnswer,
    AskedAtResolver,
    SawCertificate,
    SpokeAs,
    ReceivedAttachment,
    ReceivedLinkTo,
    ReceivedMailFrom,
    SentMailTo,
    WasMailedTo,
    CalledFrom,
    WasContactedBy,
    WasReportedWith,
    ShowedSoftware,
    ReceivedMailAbout,
    ChangedKey,
    UsedPipe,
    RanScript,
    MetServerAs,
    /// The record as a whole shows a pattern.
    Showed,
}

impl Contact {
    fn of(table: &str, column: &str, kind: Observable) -> Self {
        match (table, column) {
            ("processes", _) => Self::Ran,
            ("modules_loaded", _) => Self::Loaded,
            ("file_changes", _) => Self::Kept,
            ("network_by_process", "query") => Self::AskedFor,
            ("network_by_process", "answers") => Self::GotAsAnswer,
            ("registry_changes", _) => Self::ChangedKey,
            ("pipes", _) => Self::UsedPipe,
            ("scripts", _) => Self::RanScript,
            ("emails", "subject") => Self::ReceivedMailAbout,
            (_, "ja3s") => Self::MetServerAs,
            (_, "asn") => Self::WasContactedBy,
            ("cloud_api_calls", "src_ip") => Self::CalledFrom,
            ("emails", "attachment_sha256" | "attachment_md5") => Self::ReceivedAttachment,
            ("emails", "urls" | "url_hosts") => Self::ReceivedLinkTo,
            ("emails", "to_addresses" | "cc_addresses" | "bcc_addresses") => Self::SentMailTo,
            ("emails", _) => Self::ReceivedMailFrom,
            ("files_seen", "src_ip") => Self::ReceivedFileFrom,
            ("files_seen", "dst_ip") => Self::SentFileTo,
            ("files_seen", _) => Self::ReceivedFile,
            ("certificates", _) | (_, "certificate_fingerprints") => Self::SawCertificate,
            ("alerts", "email_from") => Self::ReceivedMailFrom,
            ("alerts", "email_to") => Self::WasMailedTo,
            ("alerts", "host") => Self::WasReportedWith,
            ("dns_queries", "query") => Self::AskedFor,
            ("dns_queries", "answers") => Self::GotAsAnswer,
            ("dns_queries", "dst_ip") => Self::AskedAtResolver,
            (_, "src_ip") => Self::WasContactedBy,
            (_, "host_ip") => Self::ShowedSoftware,
            (_, "server_name") => Self::OpenedTls,
            (_, "host" | "url") if table != "logons" => Self::Requested,
            _ if matches!(kind, Observable::UserAgent | Observable::Ja3 | Observable::Ja4) => Self::SpokeAs,
            _ => Self::Contacted,
        }
    }

    /// Columns that name our side in records of this table, the first that has a value.
    pub(super) fn ours(self, table: &str) -> &'static [&'static str] {
        match (self, table) {
            (Self::SentMailTo, _) => &["from_address", "src_ip"],
            (_, "emails") => &["to_addresses", "cc_addresses", "bcc_addresses", "from_address"],
            (_, "cloud_api_calls") => &["user", "user_id", "account"],
            (_, "processes" | "modules_loaded" | "file_changes" | "network_by_process") => &["host", "src_ip", "user"],
            (_, "registry_changes" | "pipes" | "scripts") => &["host", "user"],
            (Self::WasContactedBy, "logons") => &["dst_ip", "host", "user"],
            (Self::WasContactedBy | Self::ReceivedFileFrom | Self::ReceivedFile, _) => &["dst_ip", "device", "user"],
            (Self::ReceivedMailFrom, _) => &["email_to", "dst_ip", "device", "user"],
            (Self::ShowedSoftware, _) => &["host_ip"],
            (Self::Showed, "logons" | "services" | "scheduled_tasks" | "other_records") => &["host", "device", "user"],
            _ => &["src_ip", "device", "user"],
        }
    }

    /// Columns that name the other side by other names. The address that a DNS question went to is the resolver's
    /// and says nothing of the name.
    pub(super) fn theirs(self) -> &'static [&'static str] {
        match self {
            Self::WasContactedBy | Self::ReceivedFileFrom => &["src_ip"],
            Self::AskedFor | Self::GotAsAnswer => &["query", "answers"],
            Self::AskedAtResolver | Self::SentFileTo => &["dst_ip"],
            Self::Requested | Self::OpenedTls | Self::Contacted | Self::WasReportedWith => {
                &["dst_ip", "dst_host", "host", "server_name"]
            }
            Self::SawCertificate => &["dst_ip", "server_name", "dns_names"],
            Self::ReceivedFile => &["src_ip"],
            Self::ReceivedLinkTo => &["url_hosts"],
            Self::Ran | Self::Loaded | Self::Kept | Self::ReceivedAttachment | Self::SentMailTo | Self::CalledFrom => {
                &[]
            }
            Self::MetServerAs => &["dst_ip", "server_name"],
            Self::SpokeAs | Self::ReceivedMailFrom | Self::WasMailedTo | Self::ShowedSoftware => &[],
            Self::ReceivedMailAbout | Self::ChangedKey | Self::UsedPipe | Self::RanScript | Self::Showed => &[],
        }
    }
}

/// A column and what is looked for in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched {
    pub(super) column: &'static str,
    pub(super) kind: Observable,
    pub(super) contact: Contact,
}

/// Columns that tell a record of this table and whose it is, for those that show a pattern.
pub fn of_showing(table: &'static Table) -> Vec<&'static str> {
    let ours = Contact::Showed.ours(table.name);
    table.columns().map(|column| column.name).filter(|name| RECORD.contains(name) || ours.contains(name)).collect()
}

/// What every record is told by.
pub(super) const RECORD: [&str; 3] = ["record_id", "dataset", "observed_at"];

/// Columns that hold observables among other things, so that their declaration does not say so.
const ALSO_WATCHED: &[(&str, &str, Observable)] = &[
    ("dns_queries", "answers", Observable::Domain),
    ("tls_sessions", "certificate_fingerprints", Observable::Hash),
    ("tls_sessions", "certificate_fingerprints", Observable::Certificate),
    ("certificates", "fingerprint", Observable::Certificate),
    ("emails", "from_address", Observable::EmailDomain),
    ("emails", "sender", Observable::EmailDomain),
    ("emails", "reply_to", Observable::EmailDomain),
    ("emails", "return_path", Observable::EmailDomain),
    ("alerts", "email_from", Observable::EmailDomain),
    ("certificates", "dns_names", Observable::Domain),
    ("certificates", "ip_names", Observable::Ip),
    ("alerts", "email_to", Observable::Email),
    ("logons", "host", Observable::Domain),
    ("network_by_process", "answers", Observable::Domain),
];

/// The watched columns of a table, given which kinds are listed at all. A name can be an address, and a URL has a
/// host, so these columns are also watched for what they may contain.
pub(super) fn watched(table: &'static Table, listed: impl Fn(Observable) -> bool) -> Vec<Watched> {
    if table.stage != Stage::Telemetry {
        return Vec::new();
    }
    let declared = table.columns().filter_map(|column| Some((column.name, column.observable?)));
    let more = ALSO_WATCHED.iter().filter(|(of, _, _)| *of == table.name).map(|(_, column, kind)| (*column, *kind));
    declared
        .chain(more)
        .filter(|(_, kind)| within(*kind).iter().any(|kind| listed(*kind)))
        .map(|(column, kind)| Watched { column, kind, contact: Contact::of(table.name, column, kind) })
        .collect()
}

/// The watched columns of a table and those that tell the record and its two sides, in the table's order.
pub(super) fn needed(table: &str, listed: impl Fn(Observable) -> bool) -> Vec<&'static str> {
    let Some(table) = tables::find(table) else {
        return Vec::new();
    };
    let watched = watched(table, listed);
    if watched.is_empty() {
        return Vec::new();
    }
    let mut names: Vec<&str> = RECORD.to_vec();
    for column in watched {
        names.push(column.column);
        names.extend(column.contact.ours(table.name));
        names.extend(column.contact.theirs());
    }
    table.columns().map(|column| column.name).filter(|name| names.contains(name)).collect()
}

/// What a column of this kind may be listed as.
fn within(kind: Observable) -> &'static [Observable] {
    const OF_NAME: &[Observable] = &[Observable::Domain, Observable::HostName, Observable::Ip];
    const OF_URL: &[Observable] = &[
        Observable::Url,
        Observable::UrlPrefix,
        Observable::UrlPath,
        Observable::Domain,
        Observable::HostName,
        Observable::Ip,
    ];
    match kind {
        Observable::Domain | Observable::HostName => OF_NAME,
        Observable::Url | Observable::UrlPrefix | Observable::UrlPath => OF_URL,
        Observable::FilePath => &[Observable::FilePath, Observable::FileName],
        Observable::Ip => &[Observable::Ip],
        Observable::Hash => &[Observable::Hash],
        Observable::Email => &[Observable::Email],
        Observable::UserAgent => &[Observable::UserAgent],
        Observable::Ja3 => &[Observable::Ja3],
        Observable::Ja4 => &[Observable::Ja4],
        Observable::EmailSubject => &[Observable::EmailSubject],
        Observable::EmailDomain => &[Observable::EmailDomain],
        Observable::Imphash => &[Observable::Imphash],
        Observable::FileName => &[Observable::FileName],
        Observable::RegistryKey => &[Observable::RegistryKey],
        Observable::NamedPipe => &[Observable::NamedPipe],
        Observable::Ja3s => &[Observable::Ja3s],
        Observable::Certificate => &[Observable::Certificate],
        Observable::CertificateSerial => &[Observable::CertificateSerial],
        Observable::Asn => &[Observable::Asn],
        // No table has a column for these yet.
        Observable::Ssdeep | Observable::Tlsh | Observable::Mutex | Observable::Hassh => &[],
        Observable::Cve | Observable::Wallet => &[],
        // Held against whole records.
        Observable::Pattern => &[],
    }
}
