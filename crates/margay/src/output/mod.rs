//! What people and programs see: aligned text for the one, NDJSON for the other. Everything that may come from a log
//! is shown with its control characters visible, because attackers write logs and terminals obey.

mod table;

use std::io::{IsTerminal, Write};

use engine::{Error, Result};

pub(crate) use table::Table;

/// Writes to standard output. A reader that has gone away (`| head`) is the end and not an error.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Error::machine("could not write the output").detail(error)),
    }
}

/// A line of text.
pub(crate) fn line(text: impl AsRef<str>) -> Result<()> {
    bytes(format!("{}\n", text.as_ref()).as_bytes())
}

/// One NDJSON object.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<()> {
    line(serde_json::to_string(value).map_err(|error| Error::internal("could not write JSON").detail(error))?)
}

/// An error in three parts, to standard error.
#[expect(clippy::print_stderr, reason = "this is the one place that speaks of errors")]
pub(crate) fn error(error: &Error) {
    let red = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let label = if red { "\u{1b}[1;31merror:\u{1b}[0m" } else { "error:" };
    eprintln!("{label} {}", visible(&error.to_string()).replace("\\n", "\n"));
}

/// A remark to standard error, which data on standard output stays free of.
#[expect(clippy::print_stderr, reason = "remarks for people go to standard error")]
pub(crate) fn remark(text: impl AsRef<str>) {
    eprintln!("{}", text.as_ref());
}

/// Whether to use colour on standard output.
pub(crate) fn color() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Bold, where colour is used.
pub(crate) fn bold(text: &str) -> String {
    if color() { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// The text with control, bidirectional and invisible characters written out, so that it cannot move the cursor,
/// recolour the screen or reverse a file name.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if schema::is_deceptive(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A number with thin groups: 1 234 567.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A duration for people: 0.34 s, 12.1 s, 3 min 20 s.
pub(crate) fn seconds(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        s if s < 10.0 => format!("{s:.2} s"),
        s if s < 120.0 => format!("{s:.1} s"),
        s => format!("{} min {} s", (s / 60.0) as u64, (s % 60.0) as u64),
    }
}

/// A p-value or q-value for people: never 0, which it cannot be.
pub(crate) fn probability(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(p) if p < 1e-300 => "< 1e-300".to_owned(),
        Some(p) if p < 0.001 => format!("{p:.1e}"),
        Some(p) => format!("{p:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_terminal_gets_through() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\td"), "a\\u{1b}[2Jb\\u{202e}c\\td");
        assert_eq!(visible("zażółć 日本"), "zażółć 日本");
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!(grouped(1_234_567), "1 234 567");
        assert_eq!(grouped(12), "12");
        assert_eq!(probability(Some(0.0)), "< 1e-300");
    }
}
