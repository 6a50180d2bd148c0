//! What a text in telemetry may be listed as: itself, a domain above it, a network around it, a page without its query.
//!
//! One set of rules serves the [`super::Sieve`], which knows hashes only, and the [`super::Matcher`], which knows claims.

use std::net::IpAddr;

use schema::{Observable, observe};

use super::hash;

/// A name longer than this is none (RFC 1035), so nothing is looked up for it.
const LONGEST_NAME: usize = 253;

/// Something that can say what it holds.
pub(super) trait Set {
    /// How a find is told.
    type Found;

    /// Whether anything of this kind is listed at all.
    fn has(&self, kind: Observable) -> bool;

    /// A value by the part that matters ([`key_of`]) and its hash.
    fn exact(&self, kind: Observable, hash: u64, key: &str, found: &mut dyn FnMut(Self::Found));

    /// An address by itself (its hash is given), and the networks around it.
    fn address(&self, address: IpAddr, hash: u64, found: &mut dyn FnMut(Self::Found));
}

/// Calls back with everything that a text of a column of this kind meets.
pub(super) fn look_up<S: Set>(set: &S, kind: Observable, text: &str, found: &mut dyn FnMut(S::Found)) {
    match kind {
        Observable::Ip => look_up_ip(set, text, found),
        Observable::Domain => look_up_name(set, text, found),
        Observable::Url => look_up_url(set, text, found),
        Observable::FilePath => look_up_path(set, text, found),
        Observable::RegistryKey => look_up_key(set, text, found),
        Observable::EmailDomain => {
            let domain = text.rsplit_once('@').map_or(text, |(_, domain)| domain);
            if let Ok(domain) = observe::canonical(Observable::EmailDomain, domain) {
                look_up_below(set, Observable::EmailDomain, &domain, found);
            }
        }
        // Tables hold these as they came.
        Observable::Email
        | Observable::EmailSubject
        | Observable::FileName
        | Observable::NamedPipe
        | Observable::Certificate
        | Observable::CertificateSerial => {
            if let Ok(value) = observe::canonical(kind, text) {
                look_up_text(set, kind, &value, found);
            }
        }
        kind => look_up_text(set, kind, text, found),
    }
}

/// The path, with and without the folder of its user, and the name at its end.
fn look_up_path<S: Set>(set: &S, path: &str, found: &mut dyn FnMut(S::Found)) {
    if set.has(Observable::FilePath) {
        for form in observe::path_forms(path) {
            look_up_text(set, Observable::FilePath, &form, found);
        }
    }
    if set.has(Observable::FileName)
        && let Ok(name) = observe::canonical(Observable::FileName, observe::path_name(path))
    {
        look_up_text(set, Observable::FileName, &name, found);
    }
}

/// The key and the key above it: telemetry names a value with its key, and indicators name either.
fn look_up_key<S: Set>(set: &S, key: &str, found: &mut dyn FnMut(S::Found)) {
    let Ok(key) = observe::canonical(Observable::RegistryKey, key) else { return };
    look_up_text(set, Observable::RegistryKey, &key, found);
    if let Some((above, _)) = key.rsplit_once('\\') {
        look_up_text(set, Observable::RegistryKey, above, found);
    }
}

fn look_up_ip<S: Set>(set: &S, text: &str, found: &mut dyn FnMut(S::Found)) {
    if let Some(address) = observe::parse_ip(text) {
        set.address(address, hash_of_ip(address), found);
    }
}

/// The name itself and every domain above it; an address that stands where a name is expected is looked up as one.
pub(super) fn look_up_name<S: Set>(set: &S, name: &str, found: &mut dyn FnMut(S::Found)) {
    let maybe_address = name.contains(':') || name.ends_with(|last: char| last.is_ascii_digit());
    if let Some(Ok(address)) = maybe_address.then(|| observe::canonical(Observable::Ip, name)) {
        look_up_ip(set, &address, found);
    }
    let listed = set.has(Observable::Domain) || set.has(Observable::HostName);
    if name.len() > LONGEST_NAME || !listed {
        return;
    }
    if is_canonical_name(name) {
        return look_up_canonical_name(set, name, found);
    }
    if let Ok(canonical) = observe::canonical(Observable::Domain, name) {
        look_up_canonical_name(set, &canonical, found);
    }
}

fn look_up_canonical_name<S: Set>(set: &S, name: &str, found: &mut dyn FnMut(S::Found)) {
    if set.has(Observable::HostName) {
        look_up_text(set, Observable::HostName, name, found);
    }
    look_up_below(set, Observable::Domain, name, found);
}

/// The name and every domain above it.
fn look_up_below<S: Set>(set: &S, kind: Observable, name: &str, found: &mut dyn FnMut(S::Found)) {
    hash::each_suffix(seed_of(kind), name, |hash, suffix| set.exact(kind, hash, suffix, found));
}

/// The URL itself, the URL without its query, and its host. `http` and `https` are not told apart, because feeds are
/// careless with them; a claim with a query only matches that query.
fn look_up_url<S: Set>(set: &S, url: &str, found: &mut dyn FnMut(S::Found)) {
    let Ok(url) = observe::canonical(Observable::Url, url) else { return };
    if set.has(Observable::Url) {
        look_up_text(set, Observable::Url, &url, found);
        // At the root, another query is another page more often than the same one with parameters.
        let without_query =
            url.split_once('?').map(|(page, _)| page).filter(|page| !key_of(Observable::Url, page).ends_with('/'));
        if let Some(page) = without_query {
            look_up_text(set, Observable::Url, page, found);
        }
    }
    if set.has(Observable::UrlPrefix) {
        each_prefix(key_of(Observable::Url, &url), |prefix| look_up_text(set, Observable::UrlPrefix, prefix, found));
    }
    if set.has(Observable::UrlPath) {
        let key = key_of(Observable::Url, &url);
        let path = key.find('/').and_then(|slash| key.get(slash..)).unwrap_or_default();
        each_path(path, |path| look_up_text(set, Observable::UrlPath, path, found));
    }
    look_up_name(set, observe::url_host(&url), found);
}

/// Segments of one URL that are looked at; deeper ones are no place to which lists point.
const SEGMENTS_MAX: usize = 32;

/// What a URL begins with, at each end of a segment with and without its slash, and without its query.
fn each_prefix<'a>(url: &'a str, mut found: impl FnMut(&'a str)) {
    let path_end = url.find('?').unwrap_or(url.len());
    let path = url.get(..path_end).unwrap_or(url);
    for (slash, _) in path.match_indices('/').take(SEGMENTS_MAX) {
        let (without, with) = (path.get(..slash), path.get(..=slash));
        without.filter(|_| path.find('/') != Some(slash)).into_iter().chain(with).for_each(&mut found);
    }
    if !path.ends_with('/') {
        found(path);
    }
    if path_end < url.len() {
        found(url);
    }
}

/// Forms under which a path may be listed: whole; without its query; up to the first `=` of its query; and, as what
/// ends in a slash covers what is below, each folder.
fn each_path<'a>(path: &'a str, mut found: impl FnMut(&'a str)) {
    found(path);
    let page = path.split_once('?').map_or(path, |(page, _)| page);
    if page.len() < path.len() {
        found(page);
        let value = path.find('=').and_then(|equals| path.get(..=equals));
        value.filter(|value| value.len() < path.len()).into_iter().for_each(&mut found);
    }
    for (slash, _) in page.match_indices('/').skip(1).take(SEGMENTS_MAX) {
        path.get(..=slash).filter(|folder| folder.len() < page.len()).into_iter().for_each(&mut found);
    }
}

fn look_up_text<S: Set>(set: &S, kind: Observable, value: &str, found: &mut dyn FnMut(S::Found)) {
    let key = key_of(kind, value);
    set.exact(kind, hash::of_text(seed_of(kind), key.as_bytes()), key, found);
}

/// The part of a canonical value that decides whether two are the same for matching.
pub(super) fn key_of(kind: Observable, value: &str) -> &str {
    if !matches!(kind, Observable::Url | Observable::UrlPrefix) {
        return value;
    }
    value.strip_prefix("http://").or_else(|| value.strip_prefix("https://")).unwrap_or(value)
}

/// The hash under which a canonical value is found.
pub(super) fn hash_of(kind: Observable, value: &str) -> u64 {
    match kind {
        Observable::Domain | Observable::EmailDomain => hash::of_name(seed_of(kind), value),
        Observable::Ip => match observe::parse_ip(value) {
            Some(address) => hash_of_ip(address),
            None => hash::of_text(seed_of(kind), value.as_bytes()),
        },
        _ => hash::of_text(seed_of(kind), key_of(kind, value).as_bytes()),
    }
}

fn hash_of_ip(address: IpAddr) -> u64 {
    let seed = seed_of(Observable::Ip);
    match address {
        IpAddr::V4(v4) => hash::of_number(seed, u64::from(u32::from(v4))),
        IpAddr::V6(v6) => {
            let number = u128::from(v6);
            hash::of_number(hash::of_number(seed, (number >> 64) as u64), number as u64)
        }
    }
}

fn seed_of(kind: Observable) -> u64 {
    (kind as u64 + 1) << 56
}

/// Lower case, no final dot, ASCII: what normalised telemetry has, so that nothing needs to be copied.
fn is_canonical_name(name: &str) -> bool {
    let odd = |byte: u8| byte.is_ascii_uppercase() || !byte.is_ascii() || matches!(byte, b':' | b'*' | b' ' | b'[');
    !name.ends_with('.') && !name.starts_with('.') && !name.bytes().any(odd)
}
