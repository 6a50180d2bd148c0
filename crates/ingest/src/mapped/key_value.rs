//! Lines of names and values: `action=deny src=10.0.0.1 msg="no route"`.

use regex::Regex;

use crate::{
    pairs::Pairs,
    parsed::{Fault, Reason},
};

/// How pairs are written.
#[derive(Debug)]
pub(super) struct Pairing {
    /// Between pairs. A blank stands for any number of blanks.
    pub(super) between: char,
    /// Between name and value.
    pub(super) assign: char,
    pub(super) quote: Option<char>,
    /// What comes before the first pair; its named groups are fields.
    pub(super) prefix: Option<Regex>,
}

/// Words of a line that belong to no pair.
pub(super) const LOOSE: &str = "text";

impl Pairing {
    /// Puts the fields of a line into `pairs`. `is_unset` are words for nothing.
    pub(super) fn read<'a>(
        &self,
        line: &'a str,
        is_unset: impl Fn(&str) -> bool,
        pairs: &mut Pairs<'a>,
    ) -> Result<(), Fault> {
        let mut rest = self.before(line, pairs)?;
        let mut loose = String::new();
        while let Some(pair) = self.next(&mut rest) {
            match pair {
                Pair::Named(name, value) if !is_unset(&value) => pairs.push_number(name, &value),
                Pair::Named(..) => {}
                Pair::Loose(word) => {
                    if !loose.is_empty() {
                        loose.push(self.between);
                    }
                    loose.push_str(word);
                }
            }
        }
        if pairs.is_empty() {
            return Err(Fault::new(Reason::NoMatch, format!("no name and value with \"{}\" between", self.assign)));
        }
        if !loose.is_empty() {
            pairs.push(LOOSE, &loose);
        }
        Ok(())
    }

    /// Reads the prefix; gives what follows it.
    fn before<'a>(&self, line: &'a str, pairs: &mut Pairs<'a>) -> Result<&'a str, Fault> {
        let Some(prefix) = &self.prefix else { return Ok(line) };
        let no_match = || Fault::new(Reason::NoMatch, "the prefix of the mapping is not there");
        let captures = prefix.captures(line).ok_or_else(no_match)?;
        for name in prefix.capture_names().flatten() {
            if let Some(found) = captures.name(name) {
                pairs.push_number(name.to_owned(), found.as_str());
            }
        }
        let end = captures.get(0).map_or(0, |found| found.end());
        Ok(line.get(end..).unwrap_or_default())
    }

    fn next<'a>(&self, rest: &mut &'a str) -> Option<Pair<'a>> {
        let blank = self.between == ' ';
        let is_between = |c: char| c == self.between || (blank && c == '\t');
        let text = rest.trim_start_matches(|c: char| is_between(c) || c == ' ');
        if text.is_empty() {
            *rest = "";
            return None;
        }
        let end = text.find(is_between).unwrap_or(text.len());
        let (word, behind) = text.split_at_checked(end)?;
        let Some((name, value)) = word.split_once(self.assign).filter(|(name, _)| !name.is_empty()) else {
            *rest = behind;
            return Some(Pair::Loose(word));
        };
        let from = name.len() + self.assign.len_utf8();
        let quote = self.quote.filter(|quote| value.starts_with(*quote));
        let Some(quote) = quote else {
            *rest = behind;
            return Some(Pair::Named(name.trim(), value.trim().into()));
        };
        let inner = text.get(from + quote.len_utf8()..)?;
        let Some(end) = closing(inner, quote) else {
            // A quote that is never closed is a part of its word.
            *rest = behind;
            return Some(Pair::Named(name.trim(), value.into()));
        };
        *rest = inner.get(end + quote.len_utf8()..).unwrap_or_default();
        let inner = inner.get(..end).unwrap_or_default();
        Some(Pair::Named(name.trim(), unescaped(inner, quote)))
    }
}

enum Pair<'a> {
    Named(&'a str, std::borrow::Cow<'a, str>),
    Loose(&'a str),
}

/// Where the quote closes that opened before the text.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        if escaped {
            escaped = false;
            return None;
        }
        escaped = c == '\\';
        (c == quote).then_some(at)
    })
}

/// Without the backslashes before quotes and before backslashes.
fn unescaped(text: &str, quote: char) -> std::borrow::Cow<'_, str> {
    if !text.contains('\\') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let is_escape = c == '\\' && characters.peek().is_some_and(|&next| next == quote || next == '\\');
        plain.push(if is_escape { characters.next().unwrap_or(c) } else { c });
    }
    plain.into()
}
