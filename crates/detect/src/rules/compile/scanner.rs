//! All tests of one field at once: which of thousands of them hold for a value, in about one pass over it.
//!
//! Whole values are one look-up, beginnings and ends a walk through a trie, what may stand anywhere one pass with
//! [`Grams`]. Patterns with inner wildcards wait for a text that they cannot match without.

use ahash::{HashMap, HashMapExt};

use super::{grams::Grams, lines::Lines, predicate::Predicate, trie::Trie};
use crate::rules::{
    model::{Network, Test},
    parse::address,
    pattern::{self, DASHES, Part, Pattern},
    rows::Value,
};

/// Forms of one pattern with dashes that are looked for one by one: two dashes of five kinds.
const MAX_DASH_FORMS: usize = 25;

/// Tests of one field by number, in the order added.
#[derive(Debug)]
pub(super) struct Builder {
    numbers: HashMap<Test, u32>,
    predicates: Vec<Predicate>,
    whole: HashMap<String, Vec<u32>>,
    prefixes: Trie,
    suffixes: Trie,
    /// Texts looked for anywhere, and what finding one means.
    texts: HashMap<String, Vec<Clue>>,
    networks: Vec<(u32, Network)>,
    always: Vec<u32>,
    without_value: Vec<u32>,
    ascii: bool,
}

#[derive(Debug, Clone, Copy)]
enum Clue {
    Holds(u32),
    /// The predicate must still be tried.
    MayHold(u32),
}

#[derive(Debug)]
pub(in crate::rules) struct Scanner {
    predicates: Vec<Predicate>,
    whole: HashMap<String, Vec<u32>>,
    /// Bytes of the longest whole value.
    longest_whole: Option<usize>,
    prefixes: Trie,
    suffixes: Trie,
    /// All texts that are looked for within values are ASCII.
    ascii: bool,
    /// Texts that are looked for anywhere, those without a line break first; of those that have one `across` knows.
    grams: Grams,
    across: Grams,
    /// Texts of `grams`.
    n_within_lines: u32,
    clues: Vec<Vec<Clue>>,
    networks: Vec<(u32, Network)>,
    always: Vec<u32>,
    without_value: Vec<u32>,
    /// Tells the scanners of a plan apart.
    number: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            numbers: HashMap::new(),
            predicates: Vec::new(),
            whole: HashMap::new(),
            prefixes: Trie::new(),
            suffixes: Trie::new(),
            texts: HashMap::new(),
            networks: Vec::new(),
            always: Vec::new(),
            without_value: Vec::new(),
            ascii: true,
        }
    }
}

impl Builder {
    /// The number of a test; equal tests have one. Fails on a regular expression that grows too large.
    pub(super) fn add(&mut self, test: &Test) -> Result<u32, String> {
        if let Some(known) = self.numbers.get(test) {
            return Ok(*known);
        }
        let predicate = Predicate::of(test)?;
        let number = self.predicates.len() as u32;
        self.numbers.insert(test.clone(), number);
        if predicate.holds_without_value(false) || predicate.holds_without_value(true) {
            self.without_value.push(number);
        }
        match &predicate {
            Predicate::Like(pattern) => self.add_pattern(&pattern.clone(), number),
            // The folded text finds it, case decides.
            Predicate::LikeCased(pattern) => self.add_clues(longest_text(&pattern.folded()), number),
            Predicate::Network(network) => self.networks.push((number, *network)),
            Predicate::Nothing => self.whole.entry(String::new()).or_default().push(number),
            Predicate::Null | Predicate::Never => {}
            _ => self.always.push(number),
        }
        self.predicates.push(predicate);
        Ok(number)
    }

    fn add_pattern(&mut self, pattern: &Pattern, number: u32) {
        let Some(forms) = dash_forms(pattern) else {
            return self.add_clues(longest_text(pattern), number);
        };
        for form in forms {
            match form.parts.as_slice() {
                [] => self.whole.entry(String::new()).or_default().push(number),
                [Part::Text(text)] => self.whole.entry(text.clone()).or_default().push(number),
                [Part::Text(text), Part::Any] => {
                    self.ascii &= text.is_ascii();
                    self.prefixes.insert(text.bytes(), number);
                }
                [Part::Any, Part::Text(text)] => {
                    self.ascii &= text.is_ascii();
                    self.suffixes.insert(text.bytes().rev(), number);
                }
                [Part::Any, Part::Text(text), Part::Any] => {
                    self.ascii &= text.is_ascii();
                    self.texts.entry(text.clone()).or_default().push(Clue::Holds(number));
                }
                _ => self.add_clues(longest_text(&form), number),
            }
        }
    }

    fn add_clues(&mut self, texts: Vec<String>, number: u32) {
        if texts.is_empty() {
            self.always.push(number);
        }
        for text in texts {
            self.ascii &= text.is_ascii();
            self.texts.entry(text).or_default().push(Clue::MayHold(number));
        }
    }

    pub(super) fn finish(self, number: usize) -> Scanner {
        let mut texts: Vec<(String, Vec<Clue>)> = self.texts.into_iter().collect();
        texts.sort_by(|a, b| (a.0.contains('\n'), &a.0).cmp(&(b.0.contains('\n'), &b.0)));
        let n_within_lines = texts.partition_point(|(text, _)| !text.contains('\n'));
        let (texts, clues): (Vec<String>, Vec<Vec<Clue>>) = texts.into_iter().unzip();
        Scanner {
            predicates: self.predicates,
            longest_whole: self.whole.keys().map(String::len).max(),
            ascii: self.ascii,
            whole: self.whole,
            prefixes: self.prefixes,
            suffixes: self.suffixes,
            grams: Grams::new(texts.iter().take(n_within_lines).map(String::as_str)),
            across: Grams::new(texts.iter().skip(n_within_lines).map(String::as_str)),
            n_within_lines: n_within_lines as u32,
            clues,
            networks: self.networks,
            always: self.always,
            without_value: self.without_value,
            number,
        }
    }
}

impl Scanner {
    /// Sets what holds for a value.
    pub(in crate::rules) fn scan(&self, value: Value<'_>, work: &mut Work) {
        work.begin(self.predicates.len());
        match value {
            Value::Missing => self.scan_nothing(false, work),
            Value::Null => self.scan_nothing(true, work),
            Value::Text(text) => self.scan_text(text, work),
            Value::Many(cell) => cell.texts().for_each(|text| self.scan_text(text, work)),
        }
    }

    fn scan_nothing(&self, there: bool, work: &mut Work) {
        for number in &self.without_value {
            let holds =
                self.predicates.get(*number as usize).is_some_and(|predicate| predicate.holds_without_value(there));
            if holds {
                work.set(*number);
            }
        }
    }

    fn scan_text(&self, original: &str, work: &mut Work) {
        let mut text = CaseLess { original, folded: std::mem::take(&mut work.folded), ready: false };
        // A sign of three bytes may fold to a letter of one.
        if self.longest_whole.is_some_and(|longest| original.len() <= longest * 3) {
            self.whole.get(text.folded()).into_iter().flatten().for_each(|number| work.set(*number));
        }
        let any_case = original.is_ascii() || self.ascii && pattern::folds_within_ascii(original);
        let bytes = if any_case { original.as_bytes() } else { text.folded().as_bytes() };
        if !self.prefixes.is_empty() {
            self.prefixes.each(bytes.iter().map(u8::to_ascii_lowercase), |number| work.set(number));
        }
        if !self.suffixes.is_empty() {
            self.suffixes.each(bytes.iter().rev().map(u8::to_ascii_lowercase), |number| work.set(number));
        }
        if !self.clues.is_empty() {
            self.find_texts(bytes, work);
            for clue in std::mem::take(&mut work.clues).drain(..) {
                self.follow(clue, &mut text, work);
            }
        }
        if let Some(address) = Some(original).filter(|_| !self.networks.is_empty()).and_then(address) {
            let around = self.networks.iter().filter(|(_, network)| network.holds(address));
            around.for_each(|(number, _)| work.set(*number));
        }
        for number in &self.always {
            self.attempt(*number, &mut text, work);
        }
        work.folded = text.folded;
    }

    /// Notes the texts that stand in a value. Each counts once, however often it is there.
    fn find_texts(&self, bytes: &[u8], work: &mut Work) {
        work.begin_clues(self.clues.len());
        let Work { clues, clue_stamps, clue_stamp, lines, .. } = work;
        let mut note = |text: u32| {
            if first(clue_stamps, *clue_stamp, text as usize) {
                clues.push(text);
            }
        };
        if !self.grams.is_empty() {
            lines.each(self.number, &self.grams, bytes, &mut note);
        }
        if !self.across.is_empty() {
            self.across.each(bytes, |text| note(self.n_within_lines + text));
        }
    }

    fn follow(&self, found: u32, text: &mut CaseLess<'_>, work: &mut Work) {
        for clue in self.clues.get(found as usize).into_iter().flatten() {
            match clue {
                Clue::Holds(number) => work.set(*number),
                Clue::MayHold(number) => self.attempt(*number, text, work),
            }
        }
    }

    fn attempt(&self, number: u32, text: &mut CaseLess<'_>, work: &mut Work) {
        let Some(predicate) = self.predicates.get(number as usize).filter(|_| !work.has(number)) else {
            return;
        };
        let original = text.original;
        let folded = if matches!(predicate, Predicate::Like(_)) { text.folded() } else { original };
        if predicate.holds_for(original, folded) {
            work.set(number);
        }
    }

    /// How many tests are tried on every value, for lack of a text that says they might hold.
    pub(in crate::rules) fn n_always(&self) -> usize {
        self.always.len()
    }
}

/// A text that is folded when that is asked for: most values need it in part only.
struct CaseLess<'t> {
    original: &'t str,
    folded: String,
    ready: bool,
}

impl CaseLess<'_> {
    fn folded(&mut self) -> &str {
        if !self.ready {
            pattern::fold_into(self.original, &mut self.folded);
            self.ready = true;
        }
        &self.folded
    }
}

/// What holds for the value at hand; used again from value to value.
#[derive(Debug, Default)]
pub(in crate::rules) struct Work {
    stamps: Vec<u32>,
    stamp: u32,
    /// Numbers of predicates that hold, each once.
    pub(in crate::rules) holding: Vec<u32>,
    clue_stamps: Vec<u32>,
    clue_stamp: u32,
    clues: Vec<u32>,
    folded: String,
    pub(in crate::rules) lines: Lines,
}

impl Work {
    fn begin(&mut self, n_predicates: usize) {
        self.holding.clear();
        next_stamp(&mut self.stamps, &mut self.stamp, n_predicates);
    }

    fn begin_clues(&mut self, n_clues: usize) {
        next_stamp(&mut self.clue_stamps, &mut self.clue_stamp, n_clues);
    }

    fn has(&self, number: u32) -> bool {
        self.stamps.get(number as usize) == Some(&self.stamp)
    }

    fn set(&mut self, number: u32) {
        if first(&mut self.stamps, self.stamp, number as usize) {
            self.holding.push(number);
        }
    }
}

fn next_stamp(stamps: &mut Vec<u32>, stamp: &mut u32, n: usize) {
    if stamps.len() < n {
        stamps.resize(n, 0);
    }
    *stamp = stamp.wrapping_add(1);
    if *stamp == 0 {
        stamps.fill(0);
        *stamp = 1;
    }
}

fn first(stamps: &mut [u32], stamp: u32, at: usize) -> bool {
    match stamps.get_mut(at) {
        Some(seen) if *seen != stamp => {
            *seen = stamp;
            true
        }
        _ => false,
    }
}

/// The longest text of a pattern, as the only clue; none where it has none.
fn longest_text(pattern: &Pattern) -> Vec<String> {
    let texts = pattern.parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(text),
        _ => None,
    });
    texts.max_by_key(|text| text.len()).cloned().into_iter().collect()
}

/// The pattern with every dash in each of its kinds; `None` where that would be too many.
fn dash_forms(pattern: &Pattern) -> Option<Vec<Pattern>> {
    let mut forms = vec![Pattern::default()];
    for part in &pattern.parts {
        if *part != Part::Dash {
            forms.iter_mut().for_each(|form| form.push(part.clone()));
            continue;
        }
        if forms.len() * DASHES.len() > MAX_DASH_FORMS {
            return None;
        }
        let with = |form: &Pattern, dash: char| {
            let mut form = form.clone();
            form.push(Part::Text(dash.to_string()));
            form
        };
        forms = forms.iter().flat_map(|form| DASHES.map(|dash| with(form, dash))).collect();
    }
    Some(forms)
}
