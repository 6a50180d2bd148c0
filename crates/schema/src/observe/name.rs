//! Domain names and mail addresses.

use std::borrow::Cow;

use super::{Refusal, address::without_port, kept_or, lower};

/// A name without port, wildcard and final dot, in ASCII.
pub(super) fn domain(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let name = without_port(text).trim_end_matches('.');
    let name = name.strip_prefix("*.").unwrap_or(name).trim_start_matches('.');
    let name = lower_ascii_name(name)?;
    if name.is_empty() || name.len() > 253 {
        return Err(Refusal("not a domain name: empty or longer than 253 characters"));
    }
    let well_formed = name.split('.').all(|label| (1..=63).contains(&label.len()) && label.bytes().all(in_host_name));
    if !well_formed {
        return Err(Refusal("not a domain name"));
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal("not a domain name: ends in a number"));
    }
    Ok(name)
}

pub(super) fn email(text: &str) -> Result<Cow<'_, str>, Refusal> {
    const NOT_AN_ADDRESS: Refusal = Refusal("not an e-mail address");
    let inner = text.rsplit_once('<').map_or(text, |(_, inner)| inner.trim_end_matches('>'));
    let inner = inner.strip_prefix("mailto:").unwrap_or(inner);
    let (local, host) = inner.rsplit_once('@').ok_or(NOT_AN_ADDRESS)?;
    let odd = local.is_empty() || local.len() > 64 || local.bytes().any(|byte| byte <= b' ' || byte == b'@');
    if odd {
        return Err(NOT_AN_ADDRESS);
    }
    let host = domain(host)?;
    Ok(kept_or(inner, format!("{}@{host}", local.to_lowercase())))
}

/// `@evil.example`, or the domain alone.
pub(super) fn mail_domain(text: &str) -> Result<Cow<'_, str>, Refusal> {
    domain(text.trim_start_matches('@'))
}

/// Lower case, and labels beyond ASCII in their `xn--` form (UTS 46, non-transitional, as browsers do it). Rules for
/// what may be registered are not asked for: what is looked up in logs need not have been.
fn lower_ascii_name(name: &str) -> Result<Cow<'_, str>, Refusal> {
    if name.is_ascii() {
        return Ok(lower(name));
    }
    let ascii = idna::domain_to_ascii_cow(name.as_bytes(), idna::AsciiDenyList::EMPTY);
    let ascii = ascii.ok().ok_or(Refusal("not a domain name: letters that no name may have"))?;
    Ok(Cow::Owned(ascii.trim_matches('.').to_owned()))
}

/// Underscores are no part of host names, but of names that are asked for all the same.
fn in_host_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
