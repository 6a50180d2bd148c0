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
        Observable::Email => {
            if let Ok(address) = observe::canonical(Observable::Email, text) {
                look_up_text(set, Observable::Email, &address, found);
            }
        }
        kind => look_up_text(set, kind, text, found),
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
    if name.len() > LONGEST_NAME || !set.has(Observable::Domain) {
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
    hash::each_suffix(seed_of(Observable::Domain), name, |hash, suffix| {
        set.exact(Observable::Domain, hash, suffix, found);
    });
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
    look_up_name(set, observe::url_host(&url), found);
}

fn look_up_text<S: Set>(set: &S, kind: Observable, value: &str, found: &mut dyn FnMut(S::Found)) {
    let key = key_of(kind, value);
    set.exact(kind, hash::of_text(seed_of(kind), key.as_bytes()), key, found);
}

/// The part of a canonical value that decides whether two are the same for matching.
pub(super) fn key_of(kind: Observable, value: &str) -> &str {
    if kind != Observable::Url {
        return value;
    }
    value.strip_prefix("http://").or_else(|| value.strip_prefix("https://")).unwrap_or(value)
}

/// The hash under which a canonical value is found.
pub(super) fn hash_of(kind: Observable, value: &str) -> u64 {
    match kind {
        Observable::Domain => hash::of_name(seed_of(kind), value),
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
