//! Rows of delimited text, as feeds write it: quotes behind spaces, quoted line ends, and quotes that never close.

/// A quoted cell longer than this was never meant to be one: its quote is not closed.
const QUOTED_MAX: usize = 65_536;

/// Cells of one row; more would be a bomb of separators.
const CELLS_MAX: usize = 1_000;

/// Rows, one after the other.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    rest: &'a [u8],
    line: u64,
    separator: Separator,
    quotes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    Byte(u8),
    Whitespace,
    /// A line is one cell.
    None,
}

/// A row: where it stands, its bytes, and its cells or what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) line: u64,
    pub(super) bytes: &'a [u8],
    pub(super) cells: Result<Vec<String>, &'static str>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(bytes: &'a [u8], first_line: u64, separator: Separator, quotes: bool) -> Self {
        Self { rest: bytes, line: first_line, separator, quotes }
    }

    /// The line that is next, without being cut into cells; `None` at the end.
    pub(super) fn peek_line(&self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        self.rest.split(|byte| *byte == b'\n').next()
    }

    pub(super) fn skip_line(&mut self) {
        let length = self.peek_line().map_or(0, <[u8]>::len);
        self.advance(length + 1, 1);
    }

    pub(super) fn next_row(&mut self) -> Option<Row<'a>> {
        let first = self.peek_line()?;
        let line = self.line;
        let (cells, length) = match self.cut() {
            Ok((cells, length)) => (Ok(cells), length),
            Err(reason) => (Err(reason), first.len()),
        };
        let bytes = self.rest.get(..length).unwrap_or(self.rest);
        let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.advance(length + 1, lines);
        let cells = cells.and_then(|cells| cells.into_iter().map(text).collect());
        Some(Row { line, bytes, cells })
    }

    fn advance(&mut self, bytes: usize, lines: u64) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        self.line += lines;
    }

    /// The cells of the next row and its length without the line end.
    fn cut(&self) -> Result<(Vec<Vec<u8>>, usize), &'static str> {
        let line = self.peek_line().unwrap_or_default();
        let separator = match self.separator {
            Separator::Byte(separator) => separator,
            Separator::None => return Ok((vec![line.trim_ascii().to_vec()], line.len())),
            Separator::Whitespace => {
                let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
                return Ok((words.take(CELLS_MAX).map(<[u8]>::to_vec).collect(), line.len()));
            }
        };
        let mut cells = Vec::new();
        let mut at = 0;
        loop {
            let (cell, end) = self.cell(at, separator)?;
            cells.push(cell);
            if cells.len() > CELLS_MAX {
                return Err("more than 1,000 columns");
            }
            match self.rest.get(end) {
                Some(byte) if *byte == separator => at = end + 1,
                _ => return Ok((cells, end)),
            }
        }
    }

    /// A cell from here on, and where it ends: at a separator, at a line end, or at the end of all.
    fn cell(&self, start: usize, separator: u8) -> Result<(Vec<u8>, usize), &'static str> {
        let rest = self.rest.get(start..).unwrap_or_default();
        let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t') && **byte != separator).count();
        if self.quotes && rest.get(spaces) == Some(&b'"') {
            return self.quoted(start + spaces + 1, separator);
        }
        let length = rest.iter().position(|byte| *byte == separator || *byte == b'\n').unwrap_or(rest.len());
        Ok((rest.get(..length).unwrap_or_default().trim_ascii().to_vec(), start + length))
    }

    fn quoted(&self, start: usize, separator: u8) -> Result<(Vec<u8>, usize), &'static str> {
        let rest = self.rest.get(start..).unwrap_or_default();
        let mut cell = Vec::new();
        let mut at = 0;
        while let Some(&byte) = rest.get(at) {
            if cell.len() > QUOTED_MAX {
                break;
            }
            if byte != b'"' {
                cell.push(byte);
                at += 1;
            } else if rest.get(at + 1) == Some(&b'"') {
                cell.push(b'"');
                at += 2;
            } else {
                // What stands between the closing quote and the separator is kept: a quote in the midst of a text.
                let after = rest.get(at + 1..).unwrap_or_default();
                let length = after.iter().position(|byte| *byte == separator || *byte == b'\n').unwrap_or(after.len());
                cell.extend_from_slice(after.get(..length).unwrap_or_default().trim_ascii());
                return Ok((cell.trim_ascii().to_vec(), start + at + 1 + length));
            }
        }
        Err("a quote is not closed")
    }
}

fn text(cell: Vec<u8>) -> Result<String, &'static str> {
    String::from_utf8(cell).map_err(|_error| "not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Result<Vec<String>, &'static str>)> {
        let mut rows = Rows::new(text.as_bytes(), 1, Separator::Byte(b','), true);
        std::iter::from_fn(|| rows.next_row()).map(|row| (row.line, row.cells)).collect()
    }

    fn cells(of: &[&str]) -> Result<Vec<String>, &'static str> {
        Ok(of.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn quotes_may_stand_behind_spaces_and_hold_anything() {
        assert_eq!(
            rows("\"a\", \"b,c\" ,d\r\n\"e\"\"f\",\"g\nh\",\n"),
            [(1, cells(&["a", "b,c", "d"])), (2, cells(&["e\"f", "g\nh", ""]))]
        );
    }

    #[test]
    fn a_quote_that_never_closes_costs_its_line_only() {
        assert_eq!(rows("a,\"b\nc,d\n"), [(1, Err("a quote is not closed")), (2, cells(&["c", "d"]))]);
    }

    #[test]
    fn whitespace_separates_words() {
        let mut rows = Rows::new(b"ExitAddress  192.0.2.1\t2026-01-01\n", 1, Separator::Whitespace, false);
        assert_eq!(rows.next_row().map(|row| row.cells), Some(cells(&["ExitAddress", "192.0.2.1", "2026-01-01"])));
        assert_eq!(rows.next_row(), None);
    }
}
