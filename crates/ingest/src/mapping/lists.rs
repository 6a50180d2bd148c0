//! Ways to read lists, and texts that are lists, into a column.

use super::{
    Cell, Read,
    work::{Work, lower},
};
use crate::{rows::Rows, url::without_final_dot};

impl Work<'_> {
    pub(super) fn texts<'a, C: Cell<'a>>(&mut self, read: Read, cell: C, column: usize, rows: &mut Rows) -> Option<()> {
        let is_flat = cell.items().all(|item| item.is_unset() || item.text(self.scratch).is_some());
        if !is_flat {
            return None;
        }
        let mut any = false;
        for item in cell.items() {
            any = true;
            let text = if item.is_unset() { None } else { item.text(self.scratch) };
            let text = if read == Read::LowerTexts { text.map(|text| lower(text, self.second)) } else { text };
            rows.text_item(column, text);
        }
        if any {
            rows.end_texts(column);
        }
        Some(())
    }

    pub(super) fn members<'a, C: Cell<'a>>(
        &mut self,
        member: &str,
        cell: C,
        column: usize,
        rows: &mut Rows,
    ) -> Option<()> {
        let mut any = false;
        for item in cell.items().filter_map(|item| item.part(member)) {
            if let Some(text) = item.text(self.scratch).filter(|text| !text.is_empty()) {
                any = true;
                rows.text_item(column, Some(text));
            }
        }
        if any {
            rows.end_texts(column);
        }
        // The other members are only in the list.
        None
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

    pub(super) fn chosen<'a, C: Cell<'a>>(
        &mut self,
        (by, words, member): (&str, &[&str], &str),
        cell: C,
        column: usize,
        rows: &mut Rows,
    ) -> bool {
        let is_meant = |item: &C| {
            let mut room = String::new();
            let text = item.part(by);
            let text = text.and_then(|text| text.text(&mut room)).unwrap_or_default();
            words.iter().any(|word| word.eq_ignore_ascii_case(text))
        };
        let found = cell.items().find(is_meant).and_then(|item| item.part(member));
        if let Some(text) = found.and_then(|value| value.text(self.scratch)).filter(|text| !text.is_empty()) {
            rows.text(column, lower(text, self.second));
        }
        // The other objects are only in the list.
        false
    }

    pub(super) fn first<'a, C: Cell<'a>>(&mut self, read: Read, cell: C, column: usize, rows: &mut Rows) -> bool {
        let mut items = cell.items();
        let Some(item) = items.next() else { return true };
        if item.is_unset() {
            return false;
        }
        let text = if read == Read::FirstIp { self.ip(item) } else { item.text(self.scratch) };
        let Some(text) = text.filter(|text| !text.is_empty()) else { return false };
        rows.text(column, text);
        items.next().is_none()
    }

    pub(super) fn joined<'a, C: Cell<'a>>(&mut self, by: char, cell: C, column: usize, rows: &mut Rows) -> Option<()> {
        self.second.clear();
        for item in cell.items() {
            let text = item.text(self.scratch)?;
            if !self.second.is_empty() {
                self.second.push(by);
            }
            self.second.push_str(text);
        }
        if !self.second.is_empty() {
            rows.text(column, self.second);
        }
        Some(())
    }

    pub(super) fn divided<'a, C: Cell<'a>>(&mut self, cell: C, column: usize, rows: &mut Rows) -> Option<()> {
        let text = cell.text(self.scratch)?;
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let count = parts.map(|part| rows.text_item(column, Some(part))).count();
        if count > 0 {
            rows.end_texts(column);
        }
        Some(())
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
}
