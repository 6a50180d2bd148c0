//! Hashes, fingerprints and numbers: told by length and alphabet.

use std::borrow::Cow;

use super::{Refusal, is_hex, kept_or, lower};

pub(super) fn hash(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let digits = text.rsplit_once([':', '=']).map_or(text, |(_, digits)| digits.trim());
    if !is_hex(digits) || !matches!(digits.len(), 32 | 40 | 64 | 128) {
        return Err(Refusal("not an MD5, SHA-1, SHA-256 or SHA-512 in hex"));
    }
    Ok(lower(digits))
}

pub(super) fn as_it_is(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if text.is_empty() {
        return Err(Refusal("empty"));
    }
    Ok(Cow::Borrowed(text))
}

/// JA3, JA3S, HASSH and imphash.
pub(super) fn md5(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if text.len() != 32 || !is_hex(text) {
        return Err(Refusal("32 hex digits expected"));
    }
    Ok(lower(text))
}

pub(super) fn ja4(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if !is_ja4(text) {
        return Err(Refusal("not a JA4: a_b_c of 10, 12 and 12 characters expected"));
    }
    Ok(lower(text))
}

/// `t13d1516h2_8daaf6152771_e5627efa2ab1`: transport, then the two truncated hashes.
pub(super) fn is_ja4(text: &str) -> bool {
    let parts: [usize; 3] = [10, 12, 12];
    let mut found = text.split('_');
    let shaped = parts.iter().all(|want| found.next().is_some_and(|part| part.len() == *want && part.is_ascii()));
    let hashes = text.split('_').skip(1).all(is_hex);
    shaped && found.next().is_none() && hashes && matches!(text.as_bytes().first(), Some(b't' | b'q' | b'd'))
}

/// `96:Kpm...:kC...`: size of a block, then two texts in base64; a file name behind them is dropped.
pub(super) fn ssdeep(text: &str) -> Result<Cow<'_, str>, Refusal> {
    const NO_SSDEEP: Refusal = Refusal("not an ssdeep: size:text:text expected");
    let text = text.split(',').next().unwrap_or_default();
    let mut parts = text.split(':');
    let size = parts.next().unwrap_or_default();
    let sized = !size.is_empty() && size.len() <= 10 && size.bytes().all(|byte| byte.is_ascii_digit());
    let base64 = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/');
    let (Some(one), Some(two), None) = (parts.next(), parts.next(), parts.next()) else { return Err(NO_SSDEEP) };
    if !sized || one.len() < 6 || one.len() > 64 || two.is_empty() || two.len() > 64 || !base64(one) || !base64(two) {
        return Err(NO_SSDEEP);
    }
    Ok(Cow::Borrowed(text))
}

/// 70 hex digits, since version 4 with `T1` before them.
pub(super) fn tlsh(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let upper = text.to_ascii_uppercase();
    let digits = upper.strip_prefix("T1").filter(|digits| digits.len() == 70).unwrap_or(&upper);
    if digits.len() != 70 || !is_hex(digits) {
        return Err(Refusal("not a TLSH: 70 hex digits expected"));
    }
    Ok(kept_or(text, format!("T1{digits}")))
}

pub(super) fn certificate(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let named = text.rsplit_once('=').map_or(text, |(_, digits)| digits.trim());
    let digits = without_colons(named);
    if !is_hex(&digits) || !matches!(digits.len(), 32 | 40 | 64) {
        return Err(Refusal("not the fingerprint of a certificate: MD5, SHA-1 or SHA-256 in hex expected"));
    }
    Ok(kept_or(text, digits))
}

pub(super) fn serial(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let digits = without_colons(text.strip_prefix("0x").unwrap_or(text));
    let digits = digits.trim_start_matches('0');
    // 20 octets (RFC 5280); some have one more for the sign.
    if !is_hex(digits) || digits.len() > 42 {
        return Err(Refusal("not a serial number: hex digits expected"));
    }
    Ok(kept_or(text, digits.to_owned()))
}

fn without_colons(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ':' | ' ')).collect::<String>().to_ascii_lowercase()
}

/// `AS64496`, `asn 64496`, `64496`.
pub(super) fn asn(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let upper = text.to_ascii_uppercase();
    let digits = upper.strip_prefix("ASN").or_else(|| upper.strip_prefix("AS")).unwrap_or(&upper).trim_start();
    let number: u32 = digits.parse().ok().ok_or(Refusal("not a number of an autonomous system"))?;
    Ok(kept_or(text, format!("AS{number}")))
}

pub(super) fn cve(text: &str) -> Result<Cow<'_, str>, Refusal> {
    const NO_CVE: Refusal = Refusal("not a CVE: CVE-2021-44228 is one");
    let upper = text.to_ascii_uppercase();
    let (year, number) = upper.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')).ok_or(NO_CVE)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !digits(year) || !(4..=19).contains(&number.len()) || !digits(number) {
        return Err(NO_CVE);
    }
    Ok(kept_or(text, upper))
}

/// Any alphabet of the usual currencies. Forms that ignore case (bech32, hex) are lower-case; base58 is as it is.
pub(super) fn wallet(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let fits = (20..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !fits {
        return Err(Refusal("not an address of a wallet: 20 to 128 letters and digits expected"));
    }
    let lower_text = text.to_ascii_lowercase();
    let ignores_case = ["bc1", "0x", "ltc1"].iter().any(|start| lower_text.starts_with(start));
    Ok(if ignores_case { kept_or(text, lower_text) } else { Cow::Borrowed(text) })
}

/// Forms that nothing else has: bech32 of Bitcoin, and 20 bytes of hex behind `0x`.
pub(super) fn is_plain_wallet(text: &str) -> bool {
    let hex = text.strip_prefix("0x").is_some_and(|digits| digits.len() == 40 && is_hex(digits));
    let bech32 = text.strip_prefix("bc1").is_some_and(|rest| {
        matches!(rest.len(), 39 | 59) && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    });
    hex || bech32
}
