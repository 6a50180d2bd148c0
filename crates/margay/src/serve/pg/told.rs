//! Errors as clients of PostgreSQL read them: a code that programs know, what, why, what would help, and where.

use engine::{Error, ErrorKind};
use pgwire::error::{ErrorInfo, PgWireError};

/// An error of a question. The text of the question is there to find the place in it.
pub(super) fn of(error: &Error, question: &str) -> PgWireError {
    let detail = error.detail_text().unwrap_or_default();
    let code = match error.kind() {
        ErrorKind::Usage | ErrorKind::Input => code(error.what(), detail),
        ErrorKind::Stopped => "57014",
        ErrorKind::Machine | ErrorKind::Internal => "XX000",
    };
    let message = if detail.is_empty() { error.what().to_owned() } else { format!("{}: {detail}", error.what()) };
    let mut info = ErrorInfo::new("ERROR".to_owned(), code.to_owned(), message);
    info.hint = error.hint_text().map(str::to_owned);
    info.position = position(detail, question).map(|position| position.to_string());
    PgWireError::UserError(Box::new(info))
}

/// An error after which the session goes on.
pub(super) fn wrong(code: &str, message: impl Into<String>) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new("ERROR".to_owned(), code.to_owned(), message.into())))
}

/// An error that ends the connection.
pub(super) fn fatal(code: &str, message: impl Into<String>) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new("FATAL".to_owned(), code.to_owned(), message.into())))
}

/// What somebody has stopped.
pub(super) fn cancelled() -> PgWireError {
    wrong("57014", "canceling statement due to user request")
}

/// Codes by the words that our own gate and the planner use; what has none is refused as a whole.
fn code(what: &str, detail: &str) -> &'static str {
    const CODES: &[(&str, &str)] = &[
        ("answers questions only", "25006"),
        ("took longer", "57014"),
        ("more memory", "53200"),
        ("have not left room", "53300"),
        ("larger than an answer", "54000"),
        ("a query may", "54001"),
        ("exactly one SQL statement", "42601"),
        ("parameters, and", "08P01"),
        ("is no parameter", "42P02"),
        ("parameter $", "22P02"),
        ("No field named", "42703"),
        ("not found", "42P01"),
        ("Invalid function", "42883"),
        ("No function matches", "42883"),
        ("ParserError", "42601"),
        ("could not read the query", "42601"),
        ("cannot be cast", "42846"),
        ("Cannot cast", "22P02"),
        ("Error parsing", "22P02"),
        ("ivide by zero", "22012"),
        ("Overflow", "22003"),
        ("not implemented", "0A000"),
        ("not supported", "0A000"),
    ];
    let known = CODES.iter().find(|(words, _)| what.contains(words) || detail.contains(words));
    known.map_or("42000", |(_, code)| code)
}

/// The place that a parser names as `Line: 1, Column: 8`, counted in letters from 1 as PostgreSQL does.
fn position(detail: &str, question: &str) -> Option<usize> {
    let (_, rest) = detail.split_once("Line: ")?;
    let (line, rest) = rest.split_once(", Column: ")?;
    let line: usize = line.parse().ok()?;
    let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
    let column: usize = digits.parse().ok()?;
    let before: usize = question.split('\n').take(line.checked_sub(1)?).map(|line| line.chars().count() + 1).sum();
    Some(before + column).filter(|position| *position <= question.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_letters_from_the_start() {
        assert_eq!(position("sql parser error: x at Line: 2, Column: 3", "né\nSELEC"), Some(6));
        assert_eq!(position("at Line: 1, Column: 8 near", "SELECT !"), Some(8));
        assert_eq!(position("at Line: 900, Column: 8", "SELECT"), None);
        assert_eq!(position("no place", "SELECT"), None);
    }

    #[test]
    fn programs_know_the_codes() {
        assert_eq!(code("could not run the query", "Schema error: No field named x."), "42703");
        assert_eq!(code("could not run the query", "table 'margay.lake.nothing' not found"), "42P01");
        assert_eq!(code("the lake answers questions only", ""), "25006");
        assert_eq!(code("anything else", ""), "42000");
    }
}
