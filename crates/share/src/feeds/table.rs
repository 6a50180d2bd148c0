//! Delimited text to claims. Columns are found by the header's names; names of the declaration serve where there is none.

use std::borrow::Cow;

use super::{
    cells::{Rows, Separator},
    declaration::{Feed, Form, WHITESPACE},
    record::{self, plain_name},
};
use crate::formats::{Error, Intake};

pub(super) fn decode(feed: &Feed, bytes: &[u8], intake: &mut Intake<'_>) -> Result<(), Error> {
    let mut rows = Rows::new(bytes, 1, separator(feed), feed.form == Form::Csv);
    let names = header(feed, &mut rows)?;
    while let Some(line) = rows.peek_line() {
        let says_nothing = line.trim_ascii().is_empty() || is_comment(feed, line).is_some();
        if says_nothing {
            rows.skip_line();
            continue;
        }
        let Some(row) = rows.next_row() else { break };
        intake.seen();
        let taken = row.cells.map_err(Cow::Borrowed).and_then(|cells| {
            let cell = |name: &str| {
                let column = names.iter().position(|known| *known == plain_name(name))?;
                cells.get(column).map(|text| Cow::Borrowed(text.as_str()))
            };
            record::take(feed, &cell, intake)
        });
        if let Err(reason) = taken {
            intake.reject(format_args!("line {}", row.line), &String::from_utf8_lossy(row.bytes), reason);
        }
    }
    Ok(())
}

fn separator(feed: &Feed) -> Separator {
    match feed.separator.as_deref() {
        Some(WHITESPACE) => Separator::Whitespace,
        Some(text) => Separator::Byte(text.bytes().next().unwrap_or(b',')),
        None if feed.form == Form::Lines && feed.columns.len() == 1 => Separator::None,
        None => Separator::Byte(b','),
    }
}

/// The text behind the sign of a comment.
fn is_comment<'a>(feed: &Feed, line: &'a [u8]) -> Option<&'a [u8]> {
    line.trim_ascii_start().strip_prefix(feed.comment.as_deref()?.as_bytes())
}

/// Names of the columns: the first line that is no comment, or the last comment before it, where it names the columns
/// of indicators. The records begin behind it.
fn header(feed: &Feed, rows: &mut Rows<'_>) -> Result<Vec<String>, Error> {
    if feed.form == Form::Lines {
        return Ok(feed.columns.iter().map(|name| plain_name(name)).collect());
    }
    let wanted: Vec<String> = feed.values.iter().map(|value| plain_name(&value.from)).collect();
    let names_in = |line: &[u8]| {
        let cells = Rows::new(line, 1, separator(feed), true).next_row()?.cells.ok()?;
        let names: Vec<String> = cells.iter().map(|cell| plain_name(cell)).collect();
        names.iter().any(|name| wanted.contains(name)).then_some(names)
    };
    let mut commented = None;
    while let Some(line) = rows.peek_line() {
        if let Some(comment) = is_comment(feed, line) {
            commented = names_in(comment).or(commented);
        } else if !line.trim_ascii().is_empty() {
            break;
        }
        rows.skip_line();
    }
    if let Some(names) = rows.peek_line().and_then(names_in) {
        rows.skip_line();
        return Ok(names);
    }
    if let Some(names) = commented {
        return Ok(names);
    }
    if !feed.columns.is_empty() {
        return Ok(feed.columns.iter().map(|name| plain_name(name)).collect());
    }
    // A list that is empty today often has its header still; one without either says nothing at all.
    let columns: Vec<&str> = feed.values.iter().map(|value| value.from.as_str()).collect();
    Err(Error::new(format!("there is no header with a column {}", columns.join(" or "))))
}
