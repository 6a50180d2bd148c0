//! Numbers, times, addresses and strings as bytes: the inner loop of the simulator.

use std::{io::Write as _, net::IpAddr};

use crate::calendar::{Micros, SECOND};

/// A whole number in decimal.
pub(crate) fn decimal(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0u8; 20];
    let mut left = number;
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// Seconds with six decimals: how Zeek prints times and intervals.
pub(crate) fn six_decimals(out: &mut Vec<u8>, micros: Micros) {
    if micros < 0 {
        out.push(b'-');
    }
    let micros = micros.unsigned_abs();
    decimal(out, micros / SECOND.unsigned_abs());
    let fraction = micros % SECOND.unsigned_abs() + 1_000_000;
    let start = out.len();
    decimal(out, fraction);
    out[start] = b'.';
}

/// Seconds with as few decimals as needed but at least one: how a JSON writer prints doubles.
pub(crate) fn few_decimals(out: &mut Vec<u8>, micros: Micros) {
    six_decimals(out, micros);
    while out.ends_with(b"0") && !out.ends_with(b".0") {
        out.pop();
    }
}

pub(crate) fn address(out: &mut Vec<u8>, ip: IpAddr) {
    match ip {
        IpAddr::V4(v4) => {
            let mut first = true;
            for octet in v4.octets() {
                if !first {
                    out.push(b'.');
                }
                first = false;
                decimal(out, u64::from(octet));
            }
        }
        // Writing into a vector does not fail.
        IpAddr::V6(v6) => drop(write!(out, "{v6}")),
    }
}

/// A JSON string with its quotes.
pub(crate) fn json_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..0x20 => drop(write!(out, "\\u{byte:04x}")),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// A Zeek TSV string. Separators, control bytes and backslashes are escaped as Zeek's ASCII writer does, and so is
/// the first byte of a text that would otherwise read as "unset" or "empty".
pub(crate) fn zeek_string(out: &mut Vec<u8>, text: &str, in_set: bool) {
    if text.is_empty() {
        out.extend_from_slice(b"(empty)");
        return;
    }
    let looks_special = text == "-" || text == "(empty)";
    for (place, byte) in text.bytes().enumerate() {
        let escaped = byte < 0x20 || byte == 0x7f || (in_set && byte == b',') || (looks_special && place == 0);
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            _ if escaped => drop(write!(out, "\\x{byte:02x}")),
            _ => out.push(byte),
        }
    }
}
