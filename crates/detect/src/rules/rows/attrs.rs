//! The keys that rules ask for in a column of JSON, found in one pass over each row that is looked at.

use std::ops::Range;

use ahash::HashMap;

use super::{Cell, json};

/// Keys at the top of an object that some path may begin with, by number.
#[derive(Debug, Clone, Default)]
pub(in crate::rules) struct Keys {
    numbers: HashMap<String, u16>,
}

impl Keys {
    /// Adds every key that may stand at the top for this path: `a.b.c`, `a.b` and `a`.
    pub(in crate::rules) fn add(&mut self, path: &str) {
        let mut end = path.len();
        while let Some(key) = path.get(..end) {
            let number = self.numbers.len() as u16;
            self.numbers.entry(key.to_owned()).or_insert(number);
            match key.rfind('.') {
                Some(dot) => end = dot,
                None => return,
            }
        }
    }

    fn find(&self, path: &str) -> Option<u16> {
        self.numbers.get(path).copied()
    }
}

/// Where the wanted keys of each row have their values, as far as rows were looked at.
pub(super) struct Attrs<'a> {
    keys: &'a Keys,
    /// Where the spans of each row begin and end; [`UNSEEN`] where it was not looked at.
    rows: Vec<(u32, u32)>,
    spans: Vec<(u16, u32, u32)>,
}

const UNSEEN: (u32, u32) = (u32::MAX, 0);

/// Spans remembered before all are forgotten: 12 MB.
const MAX_SPANS: usize = 1 << 20;

impl<'a> Attrs<'a> {
    pub(super) fn new(keys: &'a Keys, n_rows: usize) -> Self {
        Self { keys, rows: vec![UNSEEN; n_rows], spans: Vec::new() }
    }

    pub(super) fn collect(&mut self, text: &str, row: usize, path: &str, cell: &mut Cell) {
        let found = self.spans_of(text, row);
        let spans = self.spans.get(found).unwrap_or_default();
        let mut end = path.len();
        while let Some(key) = path.get(..end) {
            let number = self.keys.find(key);
            if let Some((_, start, stop)) = spans.iter().find(|(span, ..)| Some(*span) == number) {
                let value = text.get(*start as usize..*stop as usize).unwrap_or_default();
                json::collect(value, path.get(end + 1..).unwrap_or_default(), cell);
                return;
            }
            match key.rfind('.') {
                Some(dot) => end = dot,
                None => return,
            }
        }
    }

    fn spans_of(&mut self, text: &str, row: usize) -> Range<usize> {
        let known = self.rows.get(row).copied().filter(|known| *known != UNSEEN);
        if let Some((start, end)) = known {
            return start as usize..end as usize;
        }
        if self.spans.len() > MAX_SPANS {
            self.rows.fill(UNSEEN);
            self.spans.clear();
        }
        let start = self.spans.len();
        let base = text.as_ptr() as usize;
        let object = text.trim_start();
        if object.starts_with('{') {
            json::each_entry(object, |key, value| {
                if let Some(number) = self.keys.find(&json::unescaped(key)) {
                    let at = (value.as_ptr() as usize).saturating_sub(base);
                    self.spans.push((number, at as u32, (at + value.len()) as u32));
                }
            });
        }
        let range = start..self.spans.len();
        if let Some(known) = self.rows.get_mut(row) {
            *known = (range.start as u32, range.end as u32);
        }
        range
    }
}
