//! Ways to read fields that the mappings of clouds and services need.

use std::{fmt::Write as _, net::IpAddr};

use super::{Cell, Read, Record, Step, Work};
use crate::{
    rows::Rows,
    url::{without_final_dot, without_port},
};

impl Work<'_> {
    /// The text of the second field, where the first one allows it.
    pub(super) fn conditional<'a, 's, C: Cell<'a>>(
        &'s mut self,
        read: Read,
        first: Option<C>,
        second: Option<C>,
    ) -> Option<&'s str>
    where
        'a: 's,
    {
        let applies = match read {
            Read::IfNot(words) => first.is_none_or(|cell| self.word_of(cell, words).is_none()),
            read => first.is_some() == (read == Read::IfSet),
        };
        second.filter(|cell| applies && !cell.is_empty())?.text(self.scratch)
    }

    pub(super) fn zone_lines<'a, C: Cell<'a>>(&mut self, cell: C, column: usize, rows: &mut Rows) {
        let Some(text) = cell.text(self.scratch) else { return };
        let mut any = false;
        for line in text.lines() {
            // Name, time to live, class, type, and what it says.
            if let Some(says) = line.splitn(5, '\t').nth(4) {
                rows.text_item(column, Some(without_final_dot(says)));
                any = true;
            }
        }
        if any {
            rows.end_texts(column);
        }
    }

    /// Fills the address; true where nothing else was written beside it.
    pub(super) fn peer_ip<'a, C: Cell<'a>>(&mut self, cell: C, column: usize, rows: &mut Rows) -> bool {
        let Some(text) = cell.text(self.scratch) else { return false };
        let parsed: Option<IpAddr> = text.parse().ok().or_else(|| without_port(text).parse().ok());
        let Some(ip) = parsed else { return false };
        self.second.clear();
        if write!(self.second, "{}", ip.to_canonical()).is_err() {
            return false;
        }
        rows.text(column, self.second);
        self.second == text
    }

    /// Joins the step's texts in `second`; false where there is none.
    pub(super) fn slashes<'a, K: AsRef<str>, C: Cell<'a>>(&mut self, step: &Step, record: &Record<'_, K, C>) -> bool {
        self.second.clear();
        for &wanted in &step.fields {
            let Some(text) = record.cell(wanted).and_then(|cell| cell.text(self.scratch)) else { continue };
            if !self.second.is_empty() && !text.is_empty() {
                self.second.push('/');
            }
            self.second.push_str(text);
        }
        !self.second.is_empty()
    }

    pub(super) fn each<'a, C: Cell<'a>>(&mut self, name: &str, cell: C, column: usize, rows: &mut Rows) {
        let says_nothing = cell.items().all(|item| item.part(name).is_none_or(|member| member.is_empty()));
        if says_nothing {
            return;
        }
        for item in cell.items() {
            let member = item.part(name);
            rows.text_item(column, member.and_then(|member| member.text(self.scratch)));
        }
        rows.end_texts(column);
    }

    pub(super) fn word_of<'a, C: Cell<'a>>(&mut self, cell: C, words: &[&'static str]) -> Option<&'static str> {
        let text = cell.text(self.scratch)?;
        words.iter().copied().find(|word| word.eq_ignore_ascii_case(text))
    }
}

/// The part behind the one of this name in any case; empty where there is none.
pub(super) fn part_after<'t>(path: &'t str, name: &str) -> &'t str {
    let mut parts = path.split('/');
    parts.find(|part| part.eq_ignore_ascii_case(name)).and_then(|_| parts.next()).unwrap_or("")
}

pub(super) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}
