//! The sentences and techniques of a finding: what happened, who says that it is bad, and what would make it wrong.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Entity, Observable};

use super::{columns::Contact, matcher::Listing, warnings::Warning};

/// Sources that a sentence names; the others are counted.
const MAX_NAMED: usize = 3;

/// `10.1.2.3 asked for evil.example 12 times; "feed" lists it as Emotet with confidence 80.`
pub(super) fn because(
    subject: &Entity,
    value: &str,
    contacts: &BTreeMap<Contact, u64>,
    listings: &[Listing<'_>],
) -> String {
    let mut sentence = subject.value.clone();
    for (position, (contact, times)) in contacts.iter().enumerate() {
        let joint = if position == 0 { " " } else { " and " };
        let thing = if position == 0 { value } else { "it" };
        sentence.push_str(&format!("{joint}{} {thing}{}", verb(*contact), frequency(*times)));
    }
    let mut named: Vec<String> = Vec::new();
    for listing in listings {
        let label = listing.label.map_or_else(|| "lists it".to_owned(), |label| format!("lists it as {label}"));
        let claim = format!("\"{}\" {label} with confidence {}", listing.source, listing.confidence);
        if !named.contains(&claim) {
            named.push(claim);
        }
    }
    let more = named.len().saturating_sub(MAX_NAMED);
    named.truncate(MAX_NAMED);
    sentence.push_str("; ");
    sentence.push_str(&named.join(", "));
    if more > 0 {
        sentence.push_str(&format!(", and {more} more claims"));
    }
    sentence.push('.');
    sentence
}

/// ` It is on the warning list "Popular sites", so that of confidence 80 only 8 is left.`
pub(super) fn suppressed(warnings: &[Warning<'_>], claimed: u8, left: u8) -> String {
    let Some(first) = warnings.first() else { return String::new() };
    let more = match warnings.len() - 1 {
        0 => String::new(),
        1 => " and one more".to_owned(),
        more => format!(" and {more} more"),
    };
    format!(" It is on the warning list \"{}\"{more}, so that of confidence {claimed} only {left} is left.", first.list)
}

/// Said where no claim was fresh any more.
pub(super) fn decayed(is_so: bool) -> &'static str {
    if is_so {
        " Its sources had not seen it for so long that the claim had decayed by then: it is noted as a lead."
    } else {
        ""
    }
}

/// Hosts from which on it is told that many met the same thing.
const MANY_HOSTS: u64 = 5;

/// What many meet in one hour is rather a site that people visit than a thing that hides.
pub(super) fn prevalent(n_hosts: u64) -> String {
    if n_hosts < MANY_HOSTS {
        return String::new();
    }
    format!(" {n_hosts} hosts of ours met it in the same hour: the more do, the less it tells of each.")
}

/// What would make a match of this kind wrong.
pub(super) fn unless(kind: Observable) -> &'static str {
    match kind {
        Observable::Ip => {
            "The address is shared (hosting, CDN, VPN exit, sinkhole) or has changed hands since it was listed, or \
             the contact came from a scanner or a security tool."
        }
        Observable::Domain | Observable::HostName | Observable::EmailDomain => {
            "The name is a shared service, a sinkhole or has been cleaned or re-registered since it was listed, or a \
             security tool or a mail filter looked it up."
        }
        Observable::Url | Observable::UrlPrefix | Observable::UrlPath => {
            "The page has been cleaned since it was listed, or a security tool fetched it to check the link."
        }
        Observable::Hash | Observable::Imphash | Observable::Ssdeep | Observable::Tlsh => {
            "The list names a harmless file, as installers inside a malware report, or the file was blocked, or an \
             analyst moved a sample."
        }
        Observable::Email => "The sender was forged, or the account was misused once and has been recovered.",
        Observable::FileName | Observable::FilePath | Observable::RegistryKey | Observable::NamedPipe => {
            "Harmless software uses the same name, or an analyst handled a sample."
        }
        Observable::Mutex | Observable::EmailSubject | Observable::Cve | Observable::Wallet => {
            "Harmless software or mail has the same text."
        }
        Observable::Pattern => "Harmless activity shows the same: look at the record beside the pattern.",
        Observable::Asn => "A network has many customers, and most of them do no harm.",
        Observable::Certificate | Observable::CertificateSerial => {
            "The certificate is shared by many servers, or comes with a tool that has honest uses."
        }
        Observable::UserAgent | Observable::Ja3 | Observable::Ja3s | Observable::Ja4 | Observable::Hassh => {
            "Harmless software has the same fingerprint: libraries are shared, and many programs look alike."
        }
    }
}

/// What the claims say; where they say nothing, the broadest technique that such a contact is evidence of. Being
/// contacted by a listed address is evidence of no technique: it may be a scan, a visitor, or an attack.
pub(super) fn techniques(contacts: &BTreeMap<Contact, u64>, listings: &[Listing<'_>]) -> Vec<String> {
    let mut techniques: BTreeSet<&str> = listings.iter().filter_map(|listing| listing.technique).collect();
    if techniques.is_empty() {
        techniques = contacts.keys().filter_map(|contact| technique(*contact)).collect();
    }
    if techniques.contains("T1071.001") {
        techniques.remove("T1071");
    }
    techniques.into_iter().map(str::to_owned).collect()
}

fn technique(contact: Contact) -> Option<&'static str> {
    match contact {
        Contact::ReceivedFile | Contact::ReceivedFileFrom | Contact::Kept => Some("T1105"),
        Contact::Ran => Some("T1204.002"),
        Contact::Loaded => Some("T1129"),
        Contact::ReceivedAttachment => Some("T1566.001"),
        Contact::ReceivedLinkTo => Some("T1566.002"),
        Contact::ReceivedMailAbout => Some("T1566"),
        Contact::ChangedKey => Some("T1112"),
        Contact::UsedPipe => Some("T1559"),
        Contact::RanScript => Some("T1059"),
        Contact::MetServerAs => Some("T1071"),
        Contact::CalledFrom => Some("T1078.004"),
        Contact::Requested => Some("T1071.001"),
        Contact::OpenedTls
        | Contact::Contacted
        | Contact::AskedFor
        | Contact::GotAsAnswer
        | Contact::AskedAtResolver
        | Contact::SawCertificate
        | Contact::SpokeAs => Some("T1071"),
        Contact::SentFileTo => Some("T1041"),
        Contact::ReceivedMailFrom => Some("T1566"),
        Contact::SentMailTo
        | Contact::Showed
        | Contact::WasMailedTo
        | Contact::WasContactedBy
        | Contact::WasReportedWith
        | Contact::ShowedSoftware => None,
    }
}

fn verb(contact: Contact) -> &'static str {
    match contact {
        Contact::Ran => "ran",
        Contact::Loaded => "loaded",
        Contact::Kept => "had on disk",
        Contact::ReceivedAttachment => "received as attachment",
        Contact::ReceivedLinkTo => "received links to",
        Contact::SentMailTo => "sent mail to",
        Contact::CalledFrom => "called cloud interfaces from",
        Contact::ReceivedFile => "received file",
        Contact::Requested => "sent web requests to",
        Contact::OpenedTls => "opened TLS sessions to",
        Contact::Contacted => "contacted",
        Contact::SentFileTo => "sent files to",
        Contact::ReceivedFileFrom => "received files from",
        Contact::AskedFor => "asked for",
        Contact::GotAsAnswer => "was answered with",
        Contact::AskedAtResolver => "sent DNS questions to",
        Contact::SawCertificate => "was shown a certificate of",
        Contact::SpokeAs => "spoke with client fingerprint",
        Contact::ReceivedMailFrom => "received mail from",
        Contact::WasMailedTo => "was involved in mail to",
        Contact::WasContactedBy => "was contacted by",
        Contact::WasReportedWith => "was in alerts about",
        Contact::ShowedSoftware => "showed software as",
        Contact::ReceivedMailAbout => "received mail with subject",
        Contact::ChangedKey => "changed registry key",
        Contact::UsedPipe => "used pipe",
        Contact::RanScript => "ran script",
        Contact::MetServerAs => "met a server with fingerprint",
        Contact::Showed => "showed the pattern",
    }
}

fn frequency(times: u64) -> String {
    match times {
        1 => " once".to_owned(),
        times => format!(" {times} times"),
    }
}
