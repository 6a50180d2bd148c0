//! Values of many lines, such as scripts and messages: most of their lines came before, and need not be searched again.

use super::grams::Grams;
use crate::rules::memo::{MAX_VALUE_BYTES, Memo};

/// Shorter values are searched about as fast as their lines are looked up.
const LONG: usize = 256;

/// Searching a line costs about twice what looking it up does: of so many one must be known.
const LOOKS: u32 = 2;

/// What is known of lines, by the number of the scanner that asks. For texts without a line break: where such a text
/// stands, it stands in one line.
#[derive(Debug, Default)]
pub(in crate::rules) struct Lines {
    memos: Vec<Memo>,
    found: Vec<u32>,
}

impl Lines {
    pub(in crate::rules) fn memos(&mut self) -> impl Iterator<Item = &mut Memo> {
        self.memos.iter_mut()
    }

    /// Calls back with the texts that stand in the value, some of them several times.
    pub(super) fn each(&mut self, scanner: usize, texts: &Grams, value: &[u8], mut found: impl FnMut(u32)) {
        let first_line = memchr::memchr(b'\n', value).filter(|_| value.len() >= LONG);
        let Some(mut end) = first_line else {
            return texts.each(value, found);
        };
        if self.memos.len() <= scanner {
            self.memos.resize_with(scanner + 1, Memo::default);
        }
        let Some(memo) = self.memos.get_mut(scanner) else {
            return texts.each(value, found);
        };
        memo.make_room();
        let mut rest = value;
        while !rest.is_empty() {
            if !memo.is_worth_of(LOOKS) {
                return texts.each(rest, found);
            }
            let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            rest = behind.get(1..).unwrap_or_default();
            end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            if line.len() > MAX_VALUE_BYTES {
                texts.each(line, &mut found);
                continue;
            }
            let number = match memo.find(line, false) {
                Ok(number) => number,
                Err(hash) => {
                    self.found.clear();
                    texts.each(line, |text| self.found.push(text));
                    self.found.sort_unstable();
                    self.found.dedup();
                    memo.add(hash, line, false, &self.found)
                }
            };
            memo.atoms(number).iter().for_each(|text| found(*text));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn each(lines: &mut Lines, texts: &Grams, value: &str) -> Vec<u32> {
        let mut found = Vec::new();
        lines.each(0, texts, value.as_bytes(), |text| found.push(text));
        found.sort_unstable();
        found.dedup();
        found
    }

    proptest! {
        /// What was met in values before changes nothing.
        #[test]
        fn lines_hold_what_the_value_holds(
            texts in prop::collection::btree_set("[ab]{1,5}", 1..6),
            values in prop::collection::vec("([abAB]{0,7}\r?\n){20,90}[ab]{0,4}", 1..12),
        ) {
            let grams = Grams::new(texts.iter().map(String::as_str));
            let mut lines = Lines::default();
            for value in &values {
                let mut wanted = Vec::new();
                grams.each(value.as_bytes(), |text| wanted.push(text));
                wanted.sort_unstable();
                wanted.dedup();
                prop_assert_eq!(each(&mut lines, &grams, value), wanted);
            }
        }
    }

    #[test]
    fn lines_that_never_come_again_are_not_kept_for_long() {
        let grams = Grams::new(["needle"].into_iter());
        let mut lines = Lines::default();
        for number in 0..3_000 {
            let value: String = (0..20).map(|line| format!("{number} {line} some words\n")).collect();
            assert!(each(&mut lines, &grams, &value).is_empty());
        }
        assert_eq!(lines.memos().map(|memo| memo.len()).sum::<usize>(), 0);
        assert_eq!(each(&mut lines, &grams, &format!("{}\nA NEEDLE\n", "x".repeat(300))), [0]);
    }
}
