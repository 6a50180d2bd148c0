//! Two fields of one record held against each other (`fieldref`).

use crate::rules::{
    compile::Pair,
    model::How,
    pattern,
    rows::{Cell, Rows, Value},
};

impl Pair {
    /// Whether any value of the one fits any value of the other. A field that is missing fits nothing.
    pub(in crate::rules) fn holds(&self, rows: &Rows<'_>, row: usize) -> bool {
        let (mut left, mut right) = (Cell::default(), Cell::default());
        let texts = texts(rows.get(&self.field, row, &mut left), self.cased);
        let others = self::texts(rows.get(&self.other, row, &mut right), self.cased);
        texts.iter().any(|text| others.iter().any(|other| fits(text, other, self.how)))
    }
}

fn texts(value: Value<'_>, cased: bool) -> Vec<String> {
    let text = |text: &str| if cased { text.to_owned() } else { pattern::fold(text) };
    match value {
        Value::Missing | Value::Null => Vec::new(),
        Value::Text(only) => vec![text(only)],
        Value::Many(cell) => cell.texts().map(text).collect(),
    }
}

fn fits(text: &str, other: &str, how: How) -> bool {
    match how {
        How::Equal => text == other,
        How::Contains => text.contains(other),
        How::StartsWith => text.starts_with(other),
        How::EndsWith => text.ends_with(other),
    }
}
