//! One indicator a line, as most free lists come: comments, defanged forms, hosts files, counts behind the value.

use schema::{Claim, observe};

use super::{Format, Intake, Lines, Said};

pub(super) static FORMAT: Format = Format {
    name: "plain",
    about: "one indicator a line, with # comments; defanged forms and hosts files are read as well",
    recognizes,
    decode,
    decode_lines: Some(decode_lines),
    encode: Some(encode),
};

/// Bytes that are looked at to tell text from anything else.
const SAMPLE: usize = 4_096;

/// Anything that is text and no markup: what it holds is found out line by line.
fn recognizes(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let first = sample.iter().find(|byte| !byte.is_ascii_whitespace());
    !sample.contains(&0) && !matches!(first, Some(b'{' | b'[' | b'<'))
}

fn decode(bytes: &[u8], intake: &mut Intake<'_>) {
    decode_lines(bytes, &mut Lines::default(), intake);
}

fn decode_lines(bytes: &[u8], lines: &mut Lines, intake: &mut Intake<'_>) {
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        lines.n_before += 1;
        let number = lines.n_before;
        let place = || format!("line {number}");
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let Ok(line) = std::str::from_utf8(line) else {
            intake.seen();
            intake.reject(place(), &String::from_utf8_lossy(line), "not UTF-8");
            continue;
        };
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if is_comment(line) {
            // Maltrail's lists name the report before the lines that come from it.
            if let Some(named) = line.strip_prefix("# Reference:") {
                lines.reference = Some(named.trim().to_owned());
            }
            continue;
        }
        intake.seen();
        let said = Said { reference: lines.reference.as_deref(), ..Said::default() };
        if let Err(reason) = intake.value(None, value_of(line), &said) {
            intake.reject(place(), line, reason);
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') || line.starts_with(';') || line.starts_with("//")
}

/// The indicator of a line: without a comment, a count or a name behind it, and without the address that a hosts
/// file puts before it.
fn value_of(line: &str) -> &str {
    // Only ` #` starts a comment: a URL may well have a fragment.
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    if line.contains(" dot ") {
        return line;
    }
    let mut words = line.split([' ', '\t', ';', '|']).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or(line).trim_end_matches(',');
    match words.next() {
        Some(name) if matches!(first, "0.0.0.0" | "127.0.0.1" | "::" | "::1") => name,
        _ => first,
    }
}

/// A block list: values only, each once, in order. What would be refused on the way in never leaves either.
fn encode(claims: &[&Claim]) -> String {
    let mut values: Vec<&str> = claims
        .iter()
        .filter(|claim| observe::too_broad(claim.kind, &claim.value).is_none())
        .map(|claim| claim.value.as_str())
        .filter(|value| !value.contains(['\n', '\r']))
        .collect();
    values.sort_unstable();
    values.dedup();
    let mut list = values.join("\n");
    if !list.is_empty() {
        list.push('\n');
    }
    list
}
