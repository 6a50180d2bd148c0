//! CSV with a header (RFC 4180): commas, semicolons or tabs; quotes may hold line breaks.
//!
//! Read here and not by the crate `csv`, for which all of the file behind a quote that is never closed is one cell: such a
//! quote costs its row, and reading goes on behind it.

use super::{Imported, Problem, Read, Row, SEPARATORS, column};

/// Bytes of one row: more is a quote that was never closed.
const ROW_BYTES_MAX: usize = 1 << 20;
const CELLS_MAX: usize = 200;

/// Columns whose cells hold several values.
const LISTS: [&str; 4] = ["techniques", "targets", "indicators", "tags"];

pub(super) fn rows(bytes: &[u8], out: &mut Imported, take: &mut dyn FnMut(Read, &mut Imported)) {
    let first_line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| first_line.iter().filter(|byte| **byte == delimiter).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|delimiter| (count(*delimiter), *delimiter == b','));
    let mut records = Records { rest: bytes, line: 1, delimiter: delimiter.unwrap_or(b',') };
    let Some((_, header)) = records.next() else { return };
    let header: Vec<String> = match header {
        Ok(header) => header,
        Err(why) => return out.reject(vec![Problem { line: 1, column: String::new(), why: why.to_owned() }]),
    };
    let columns: Vec<Option<&'static str>> = header.iter().map(|name| column(name)).collect();
    let unread = header.iter().zip(&columns).filter(|(_, column)| column.is_none());
    out.ignored.extend(unread.map(|(name, _)| crate::text::shown(name, 60)).take(CELLS_MAX));
    for (line, record) in records {
        let row = match record {
            Ok(cells) if cells.iter().all(|cell| cell.trim().is_empty()) => continue,
            Ok(cells) => row(line, &cells, &columns),
            Err(why) => Err(vec![Problem { line, column: String::new(), why: why.to_owned() }]),
        };
        take(row, out);
    }
}

fn row(line: u64, cells: &[String], columns: &[Option<&'static str>]) -> Read {
    if cells.len() != columns.len() {
        let why = format!("the row has {} cells, and the header {}", cells.len(), columns.len());
        return Err(vec![Problem { line, column: String::new(), why }]);
    }
    let mut row = Row { line, ..Row::default() };
    for (cell, column) in cells.iter().zip(columns) {
        let Some(column) = column else { continue };
        let values: Vec<String> = if LISTS.contains(column) {
            cell.split(SEPARATORS).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
        } else {
            Some(cell.trim().to_owned()).filter(|value| !value.is_empty()).into_iter().collect()
        };
        row.cells.entry(column).or_default().extend(values);
    }
    Ok(row)
}

/// Records with the lines on which they begin.
struct Records<'a> {
    rest: &'a [u8],
    line: u64,
    delimiter: u8,
}

impl Iterator for Records<'_> {
    type Item = (u64, Result<Vec<String>, &'static str>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let (mut cells, mut cell) = (Vec::new(), Vec::new());
        let (mut quoted, mut wrong) = (false, None);
        let mut bytes = self.rest.iter().copied().enumerate().peekable();
        let mut taken = self.rest.len();
        while let Some((place, byte)) = bytes.next() {
            self.line += u64::from(byte == b'\n');
            match byte {
                b'"' if quoted => match bytes.peek() {
                    Some((_, b'"')) => {
                        cell.push(b'"');
                        bytes.next();
                    }
                    _ => quoted = false,
                },
                b'"' if cell.is_empty() => quoted = true,
                b'\n' if !quoted => {
                    taken = place + 1;
                    break;
                }
                byte if byte == self.delimiter && !quoted => cells.push(std::mem::take(&mut cell)),
                b'\r' if !quoted => {}
                byte => cell.push(byte),
            }
            let too_much = place >= ROW_BYTES_MAX || cells.len() > CELLS_MAX;
            if too_much {
                wrong = Some("the row does not end: a quote may be missing");
                // What follows is read from the next line on.
                let end = self.rest.iter().skip(place).position(|byte| *byte == b'\n');
                taken = end.map_or(self.rest.len(), |end| place + end + 1);
                self.line += u64::from(end.is_some() && byte != b'\n');
                break;
            }
        }
        if taken == self.rest.len() && quoted && wrong.is_none() {
            wrong = Some("a quote is not closed");
        }
        cells.push(cell);
        self.rest = self.rest.get(taken..).unwrap_or_default();
        let text = |cell: Vec<u8>| String::from_utf8(cell).map_err(|_invalid| "the row is not UTF-8");
        let record = match wrong {
            Some(why) => Err(why),
            None => cells.into_iter().map(text).collect(),
        };
        Some((line, record))
    }
}
