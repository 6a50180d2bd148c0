//! Ways to read several fields into one column.

use super::{Cell, Read, Record, plan::Step, work::Work};
use crate::{
    rows::Rows,
    url::{Url, without_port},
};

impl Work<'_> {
    pub(super) fn between<'a, C: Cell<'a>>(&mut self, from: Option<C>, to: Option<C>) -> Option<i64> {
        let from = from?.instant(crate::instant::event_time).ok()?;
        let to = to?.instant(crate::instant::event_time).ok()?;
        (to >= from).then(|| to.since(from))
    }

    /// Puts a URL together in `second`; false where there is no target.
    pub(super) fn url<'a, C: Cell<'a>>(&mut self, read: Read, a: Option<C>, b: Option<C>, target: Option<C>) -> bool {
        self.second.clear();
        let Some(target) = target.and_then(|cell| cell.text(self.scratch)) else { return false };
        if target.contains("://") && Url::split(target).scheme.len() < 12 && !Url::split(target).scheme.is_empty() {
            self.second.push_str(target);
            return true;
        }
        let target = target.to_owned();
        let (scheme, host) = if read == Read::UrlOf { (a, b) } else { (None, a) };
        let port = if read == Read::HttpUrlOf { b.and_then(C::number) } else { None };
        match scheme.and_then(|cell| cell.text(self.scratch)) {
            Some(scheme) if !scheme.is_empty() => self.second.push_str(scheme),
            _ => self.second.push_str("http"),
        }
        self.second.push_str("://");
        let Some(host) = host.and_then(|cell| cell.text(self.scratch)).filter(|host| !host.is_empty()) else {
            return false;
        };
        self.second.push_str(host);
        self.second.make_ascii_lowercase();
        let names_port = without_port(host).len() != host.len();
        if let Some(port) = port.filter(|&port| port != "80" && !names_port) {
            self.second.push(':');
            self.second.push_str(port);
        }
        self.second.push_str(&target);
        true
    }

    pub(super) fn in_folder<'a, C: Cell<'a>>(&mut self, folder: Option<C>, name: Option<C>) -> Option<&str> {
        self.second.clear();
        self.second.push_str(folder?.text(self.scratch)?.trim_end_matches('/'));
        self.second.push('/');
        self.second.push_str(name?.text(self.scratch)?);
        Some(self.second)
    }

    pub(super) fn version<'a, K: AsRef<str>, C: Cell<'a>>(
        &mut self,
        step: &Step,
        record: &Record<'_, K, C>,
        rows: &mut Rows,
    ) -> bool {
        self.second.clear();
        let Some((addition, numbers)) = step.fields.split_last() else { return false };
        for &wanted in numbers {
            let Some(cell) = record.cell(wanted) else { break };
            let Some(text) = cell.text(self.scratch) else { break };
            if !self.second.is_empty() {
                self.second.push('.');
            }
            self.second.push_str(text);
        }
        if self.second.is_empty() {
            return false;
        }
        if let Some(text) = record.cell(*addition).and_then(|cell| cell.text(self.scratch)) {
            self.second.push('-');
            self.second.push_str(text);
        }
        rows.text(step.column, self.second);
        true
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
            Read::IfNot(words) => {
                let text = first.and_then(|cell| cell.text(self.scratch)).unwrap_or_default();
                !words.iter().any(|word| word.eq_ignore_ascii_case(text))
            }
            read => first.is_some() == (read == Read::IfSet),
        };
        second.filter(|cell| applies && !cell.is_empty())?.text(self.scratch)
    }
}
