//! Text → observable: refanging, canonical forms, and what is too broad to be an indicator.
//!
//! Feeds, reports and telemetry write one thing in many ways; two texts mean the same observable exactly when
//! their canonical forms are equal. `share` reads feeds with this and `detect` compares with it.

mod address;
mod broad;
mod fangs;
mod fingerprint;
mod guess;
mod host;
mod name;
mod url;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt};

use crate::Observable;

pub use address::{network_holds, parse_ip, parse_ipv4, parse_network};
pub use broad::too_broad;
pub use fangs::refang;
pub use host::{path_forms, path_name};
pub use url::url_host;

/// Longest text taken for an observable, in bytes: beyond this it is a document and not a thing to look for.
const MAX_LENGTH: usize = 4_096;

/// Why a text is not taken as an indicator: a fragment for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal(&'static str);

impl Refusal {
    pub fn reason(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Refusal {}

/// Guesses the kind of a bare text and brings it into canonical form; defanged forms are accepted.
///
/// 32 hex digits are taken for an MD5, because nothing in the text tells it from a JA3 or an imphash; a user agent, a
/// mutex, a subject and the like are never guessed.
pub fn read(text: &str) -> Result<(Observable, String), Refusal> {
    if text.len() > MAX_LENGTH {
        return Err(TOO_LONG);
    }
    let (kind, text) = guess::kind(text)?;
    canonical(kind, &text).map(|value| (kind, value.into_owned()))
}

/// Reads `kind:value`, or a value alone whose kind can be told as by [`read`].
pub fn read_named(text: &str) -> Result<(Observable, String), Refusal> {
    let named = text.split_once(':').and_then(|(kind, value)| Some((kind.trim().parse().ok()?, value.trim())));
    match named {
        Some((kind, value)) => canonical(kind, value).map(|value| (kind, value.into_owned())),
        None => read(text),
    }
}

const TOO_LONG: Refusal = Refusal("longer than 4096 bytes");

/// Texts whose form still changes after so many readings mean nothing.
const READINGS_MAX: usize = 8;

/// The canonical form of `text` as an observable of this kind; borrowed where it has that form already.
pub fn canonical(kind: Observable, text: &str) -> Result<Cow<'_, str>, Refusal> {
    let mut value = match read_once(kind, text)? {
        Cow::Borrowed(value) => return Ok(Cow::Borrowed(value)),
        Cow::Owned(value) => value,
    };
    // Brackets within brackets: what is left when the outer ones are gone is read again, so that two texts mean the
    // same exactly when their forms are equal.
    for _ in 0..READINGS_MAX {
        let again = read_once(kind, &value)?;
        if again == value {
            return Ok(Cow::Owned(value));
        }
        value = again.into_owned();
    }
    Err(Refusal("brackets within brackets"))
}

fn read_once(kind: Observable, text: &str) -> Result<Cow<'_, str>, Refusal> {
    if text.len() > MAX_LENGTH {
        return Err(TOO_LONG);
    }
    let bare = text.trim_matches(fangs::is_wrapping);
    match kind {
        Observable::Ip => carry(refang(text), address::ip),
        Observable::Domain | Observable::HostName => carry(refang(text), name::domain),
        Observable::Url | Observable::UrlPrefix => carry(refang(text), url::url),
        Observable::UrlPath => carry(refang(text), url::path),
        Observable::Email => carry(refang(text), name::email),
        Observable::EmailDomain => carry(refang(text), name::mail_domain),
        Observable::EmailSubject => host::subject(bare),
        Observable::Hash => fingerprint::hash(text.trim()),
        Observable::UserAgent => fingerprint::as_it_is(text.trim()),
        Observable::Ja3 | Observable::Ja3s | Observable::Hassh | Observable::Imphash => fingerprint::md5(text.trim()),
        Observable::Ja4 => fingerprint::ja4(text.trim()),
        Observable::Ssdeep => fingerprint::ssdeep(text.trim()),
        Observable::Tlsh => fingerprint::tlsh(text.trim()),
        Observable::Certificate => fingerprint::certificate(text.trim()),
        Observable::CertificateSerial => fingerprint::serial(text.trim()),
        Observable::Asn => fingerprint::asn(text.trim()),
        Observable::Cve => fingerprint::cve(text.trim()),
        Observable::Wallet => fingerprint::wallet(text.trim()),
        Observable::Pattern => fingerprint::as_it_is(text.trim()),
        Observable::FileName => host::file_name(bare),
        Observable::FilePath => host::file_path(bare),
        Observable::RegistryKey => host::registry_key(bare),
        Observable::NamedPipe => host::named_pipe(bare),
        Observable::Mutex => fingerprint::as_it_is(bare),
    }
}

/// Runs a canonical form over text that may already be a copy, and copies no more than needed.
fn carry<'a>(
    text: Cow<'a, str>,
    form: impl for<'b> Fn(&'b str) -> Result<Cow<'b, str>, Refusal>,
) -> Result<Cow<'a, str>, Refusal> {
    match text {
        Cow::Borrowed(text) => form(text),
        Cow::Owned(text) => form(&text).map(|value| Cow::Owned(value.into_owned())),
    }
}

/// Borrowed where the form is what was there already.
fn kept_or(text: &str, form: String) -> Cow<'_, str> {
    if form == text { Cow::Borrowed(text) } else { Cow::Owned(form) }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Borrowed(text)
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}
