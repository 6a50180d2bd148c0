//! What the directives say, and how a record is cut into its fields.

/// More fields are no log.
const MAX_FIELDS: usize = 512;

/// Longer names are no names: they are written into every row.
const MAX_NAME_BYTES: usize = 128;

/// The directives in force.
#[derive(Debug, Clone, Default)]
pub(super) struct Header<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) software: &'a str,
    pub(super) log_type: &'a str,
    /// Of the directive, for logs whose records have only a time.
    pub(super) date: &'a str,
    pub(super) separator: Separator,
}

/// What stands between the fields of a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Separator {
    #[default]
    Blank,
    Tab,
    /// As in CSV.
    Comma,
}

impl<'a> Header<'a> {
    /// Takes one more directive.
    pub(super) fn with(mut self, line: &'a str) -> Self {
        let Some((directive, value)) = line.split_once(':') else { return self };
        let value = value.trim_ascii();
        match directive.to_ascii_lowercase().as_str() {
            "#software" => self.software = value,
            "#log-type" => self.log_type = value,
            "#date" => self.date = value.get(..10).unwrap_or_default(),
            "#fields" => {
                self.separator = match value {
                    _ if value.contains('\t') => Separator::Tab,
                    _ if value.contains(',') => Separator::Comma,
                    _ => Separator::Blank,
                };
                let names = value.split([' ', '\t', ',']).filter(|name| !name.is_empty());
                self.names = names.take(MAX_FIELDS + 1).collect();
                let is_usable = |name: &&str| name.len() <= MAX_NAME_BYTES;
                if self.names.len() > MAX_FIELDS || !self.names.iter().all(is_usable) {
                    self.names.clear();
                }
            }
            _ => {}
        }
        self
    }
}

/// Cuts a record into as many fields as the header names; `Err` with the number of fields found.
pub(super) fn split<'a>(text: &'a str, header: &Header<'_>, fields: &mut Vec<&'a str>) -> Result<(), usize> {
    let count = header.names.len();
    fields.clear();
    if header.separator == Separator::Comma {
        return counted(quoted(text, b',', count), count, fields);
    }
    let separator = if header.separator == Separator::Tab { b'\t' } else { b' ' };
    let has_tab = separator == b' ' && memchr::memchr(b'\t', text.as_bytes()).is_some();
    // Some name their fields between blanks and write records between tabs.
    if has_tab && counted(plain(text, b'\t'), count, fields).is_ok() {
        return Ok(());
    }
    if counted(plain(text, separator), count, fields).is_ok() {
        fields.iter_mut().for_each(|field| *field = unquoted(field));
        return Ok(());
    }
    let found = fields.len();
    counted(quoted(text, separator, count), count, fields).map_err(|with_quotes| with_quotes.min(found))
}

fn counted<'a>(pieces: impl Iterator<Item = &'a str>, count: usize, fields: &mut Vec<&'a str>) -> Result<(), usize> {
    fields.clear();
    fields.extend(pieces.take(MAX_FIELDS * 2));
    if fields.len() == count { Ok(()) } else { Err(fields.len()) }
}

/// Pieces between single separators; blanks at the end are none.
fn plain(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let text = if separator == b' ' { text.trim_ascii_end() } else { text };
    let ends = memchr::memchr_iter(separator, text.as_bytes()).chain([text.len()]);
    let mut start = 0;
    ends.map(move |end| {
        let piece = text.get(start..end).unwrap_or_default();
        start = end + 1;
        piece
    })
}

/// Pieces of which some stand between quotes or brackets. Doubled quotes within stay as they are.
fn quoted(text: &str, separator: u8, count: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    let mut given = 0;
    std::iter::from_fn(move || {
        let text = rest?;
        let bytes = text.as_bytes();
        given += 1;
        let closing = match bytes.first() {
            Some(b'"') => Some(b'"'),
            Some(b'[') if separator == b' ' => Some(b']'),
            _ => None,
        };
        let end = closing.and_then(|closing| closing_at(bytes, closing, separator));
        let end = end.or_else(|| memchr::memchr(separator, bytes)).unwrap_or(bytes.len());
        // What follows the last named field is no field of its own where only blanks are left.
        rest = text.get(end + 1..).filter(|rest| given < count || !rest.trim_ascii().is_empty());
        Some(unquoted(text.get(..end).unwrap_or_default()))
    })
}

/// Where the separator behind the closing mark stands.
fn closing_at(bytes: &[u8], closing: u8, separator: u8) -> Option<usize> {
    let mut at = 1;
    while let Some(found) = memchr::memchr(closing, bytes.get(at..)?) {
        at += found + 1;
        match bytes.get(at) {
            None => return Some(at),
            Some(&next) if next == separator => return Some(at),
            // A doubled quote stands for one.
            Some(&next) if next == closing => at += 1,
            Some(_) => {}
        }
    }
    None
}

fn unquoted(field: &str) -> &str {
    let inside = field.strip_prefix('"').and_then(|field| field.strip_suffix('"'));
    inside.or_else(|| field.strip_prefix('[')?.strip_suffix(']')).unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &str, record: &str, want: &[&str]) {
        let header = Header::default().with(names);
        let mut fields = Vec::new();
        assert_eq!(split(record, &header, &mut fields), Ok(()), "{record}: {fields:?}");
        assert_eq!(fields, want);
    }

    #[test]
    fn records_are_cut_as_their_header_says() {
        check("#Fields: a b c", "1 2 3", &["1", "2", "3"]);
        check("#Fields: a b c", "1 \"two words\" 3", &["1", "two words", "3"]);
        check("#Fields: a b c", "1 \"two\" 3 ", &["1", "two", "3"]);
        check("#Fields: a b c", "1\ttwo words\t3", &["1", "two words", "3"]);
        check("#Fields: a b", "[21/Nov/2026:09:30:00 GMT] x", &["21/Nov/2026:09:30:00 GMT", "x"]);
        check("#Fields: a,b,c", "1,\"x, \"\"y\"\"\",", &["1", "x, \"\"y\"\"", ""]);
    }

    #[test]
    fn other_counts_are_none() {
        let header = Header::default().with("#Fields: a b c");
        let mut fields = Vec::new();
        assert_eq!(split("1 2", &header, &mut fields), Err(2));
        assert_eq!(split("1 2 3 4", &header, &mut fields), Err(4));
        assert_eq!(split("1 \"2 3 4", &header, &mut fields), Err(4));
    }
}
