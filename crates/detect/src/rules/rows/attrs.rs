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

    pub(in crate::rules) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Ascending.
    pub(in crate::rules) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.numbers.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    fn find(&self, path: &str) -> Option<u16> {
        self.numbers.get(path).copied()
    }

    /// The keys that may stand at the top for this path.
    pub(in crate::rules) fn above<'a>(&'a self, path: &'a str) -> impl Iterator<Item = u16> + 'a {
        let dots = path.match_indices('.').map(|(dot, _)| dot).chain([path.len()]);
        dots.filter_map(|end| self.find(path.get(..end)?))
    }
}

/// Where the wanted keys of each row have their values, as far as rows were looked at.
pub(super) struct Attrs<'a> {
    keys: &'a Keys,
    /// Where the spans of each row begin and end; [`UNSEEN`] where it was not looked at.
    rows: Vec<(u32, u32)>,
    spans: Vec<(u16, u32, u32)>,
    /// Keys of the row before, in their order: most rows have the same ones, and to compare is cheaper than to look up.
    layout: Vec<(String, Option<u16>)>,
}

const UNSEEN: (u32, u32) = (u32::MAX, 0);

/// Spans remembered before all are forgotten: 12 MB.
const MAX_SPANS: usize = 1 << 20;

impl<'a> Attrs<'a> {
    pub(super) fn new(keys: &'a Keys, n_rows: usize) -> Self {
        Self { keys, rows: vec![UNSEEN; n_rows], spans: Vec::new(), layout: Vec::new() }
    }

    /// Calls back with each wanted key that a row has at the top.
    pub(super) fn each_key(&mut self, text: &str, row: usize, mut found: impl FnMut(u16)) {
        let spans = self.spans_of(text, row);
        self.spans.get(spans).into_iter().flatten().for_each(|(key, ..)| found(*key));
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
            let mut place = 0;
            json::each_entry(object, |key, value| {
                if let Some(number) = number_of(&mut self.layout, place, key, self.keys) {
                    let at = (value.as_ptr() as usize).saturating_sub(base);
                    self.spans.push((number, at as u32, (at + value.len()) as u32));
                }
                place += 1;
            });
        }
        let range = start..self.spans.len();
        if let Some(known) = self.rows.get_mut(row) {
            *known = (range.start as u32, range.end as u32);
        }
        range
    }
}

/// Objects with more keys are looked up from there on.
const MAX_LAYOUT: usize = 256;

fn number_of(layout: &mut Vec<(String, Option<u16>)>, place: usize, key: &str, keys: &Keys) -> Option<u16> {
    match layout.get_mut(place) {
        Some((known, number)) if known == key => *number,
        Some((known, number)) => {
            known.clear();
            known.push_str(key);
            *number = keys.find(&json::unescaped(key));
            *number
        }
        None => {
            let number = keys.find(&json::unescaped(key));
            if place == layout.len() && place < MAX_LAYOUT {
                layout.push((key.to_owned(), number));
            }
            number
        }
    }
}
