//! Text with wildcards: reading it as Sigma escapes it, and holding a text against it in one pass.

use memchr::memmem;

/// `\bin\*sh?` as parts. Two texts never stand side by side, nor two stars.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern {
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    Text(String),
    /// `*`: any number of characters.
    Any,
    /// `?`: one character.
    One,
    /// One of [`DASHES`], from the modifier `windash`.
    Dash,
    /// `%name%` under the modifier `expand`, before it is filled in.
    Placeholder(String),
}

/// What Windows programs take for the sign before a flag: hyphen, slash, en dash, em dash, horizontal bar.
pub const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// One character without case, always to one character, so that `?` and offsets mean the same before and after.
///
/// Final sigma and long s join their other forms; of letters that lower to several characters the first counts.
pub(super) fn fold_char(char: char) -> char {
    match char {
        'ς' => 'σ',
        'ſ' => 's',
        _ if char.is_ascii() => char.to_ascii_lowercase(),
        _ => char.to_lowercase().next().unwrap_or(char),
    }
}

/// A text without case.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::new();
    fold_into(text, &mut folded);
    folded
}

/// As [`fold`], into a buffer that is used again.
pub(super) fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    if text.is_ascii() {
        folded.push_str(text);
        folded.make_ascii_lowercase();
        return;
    }
    // Most characters of most texts are ASCII, and those are fast.
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let start = folded.len();
        folded.push_str(rest.get(..end).unwrap_or_default());
        folded.get_mut(start..).into_iter().for_each(str::make_ascii_lowercase);
        let mut chars = rest.get(end..).unwrap_or_default().chars();
        folded.extend(chars.next().map(fold_char));
        rest = chars.as_str();
    }
}

/// Whether folding leaves alone what is not ASCII and makes no ASCII of it, so that an ASCII text stands in the folded
/// text exactly where it stands in this one without regard to the case of ASCII. A long s, a dotted I and the sign for
/// Kelvin are the only characters that fold to letters of ASCII.
pub(super) fn folds_within_ascii(text: &str) -> bool {
    let has = |char: &str| memmem::find(text.as_bytes(), char.as_bytes()).is_some();
    !["ſ", "İ", "\u{212a}"].into_iter().any(has)
}

impl Pattern {
    /// A text without wildcards.
    pub fn literal(text: impl Into<String>) -> Self {
        let mut pattern = Self::default();
        pattern.push_text(&text.into());
        pattern
    }

    /// Reads a value as the specification escapes it: a backslash takes the meaning from `*`, `?` and another
    /// backslash, and stands for itself before anything else. With `placeholders`, `%name%` is one.
    pub fn read(value: &str, placeholders: bool) -> Self {
        let mut pattern = Self::default();
        let mut text = String::new();
        let mut rest = value.chars();
        while let Some(char) = rest.next() {
            let next = rest.clone().next();
            match (char, next) {
                ('\\', Some(escaped @ ('*' | '?' | '\\'))) => {
                    text.push(escaped);
                    rest.next();
                }
                ('\\', Some('%')) if placeholders => {
                    text.push('%');
                    rest.next();
                }
                ('*' | '?', _) => {
                    pattern.push_text(&text);
                    text.clear();
                    pattern.push(if char == '*' { Part::Any } else { Part::One });
                }
                ('%', _) if placeholders => {
                    let tail = rest.as_str();
                    let end = tail.find('%').filter(|end| *end > 0);
                    let Some((name, after)) = end.and_then(|end| Some((tail.get(..end)?, tail.get(end + 1..)?))) else {
                        text.push('%');
                        continue;
                    };
                    pattern.push_text(&text);
                    text.clear();
                    pattern.push(Part::Placeholder(name.to_owned()));
                    rest = after.chars();
                }
                _ => text.push(char),
            }
        }
        pattern.push_text(&text);
        pattern
    }

    pub fn push(&mut self, part: Part) {
        match part {
            Part::Text(text) => self.push_text(&text),
            Part::Any if self.parts.last() == Some(&Part::Any) => {}
            part => self.parts.push(part),
        }
    }

    fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }

    /// The same with any characters before it.
    pub fn after_anything(self) -> Self {
        let mut pattern = Self { parts: vec![Part::Any] };
        self.parts.into_iter().for_each(|part| pattern.push(part));
        pattern
    }

    /// The same with any characters behind it.
    pub fn before_anything(mut self) -> Self {
        self.push(Part::Any);
        self
    }

    /// The text, where there are no wildcards.
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    pub fn has_wildcards(&self) -> bool {
        self.as_literal().is_none()
    }

    /// Lower-case, for matching without case.
    pub fn folded(&self) -> Self {
        let fold_part = |part: &Part| match part {
            Part::Text(text) => Part::Text(fold(text)),
            part => part.clone(),
        };
        Self { parts: self.parts.iter().map(fold_part).collect() }
    }

    /// Whether the whole text is of this pattern. Both must be folded where case does not matter.
    pub fn matches(&self, text: &str) -> bool {
        let mut segments = self.parts.split(|part| *part == Part::Any);
        let first = segments.next().unwrap_or_default();
        let rest: Vec<&[Part]> = segments.collect();
        let Some(mut at) = match_segment(first, text, 0) else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else {
            return at == text.len();
        };
        // The leftmost place of each middle part is as good as any: what follows only needs room behind it.
        for segment in middle {
            match find_segment(segment, text, at) {
                Some(end) => at = end,
                None => return false,
            }
        }
        if last.is_empty() {
            return true;
        }
        let chars: usize = last.iter().map(width).sum();
        let back =
            if chars == 0 { Some(text.len()) } else { text.char_indices().nth_back(chars - 1).map(|(at, _)| at) };
        back.is_some_and(|start| start >= at && match_segment(last, text, start) == Some(text.len()))
    }
}

fn width(part: &Part) -> usize {
    match part {
        Part::Text(text) => text.chars().count(),
        Part::One | Part::Dash => 1,
        Part::Any | Part::Placeholder(_) => 0,
    }
}

/// Where the parts end if they begin at byte `at`.
fn match_segment(parts: &[Part], text: &str, at: usize) -> Option<usize> {
    let mut rest = text.get(at..)?;
    for part in parts {
        rest = match part {
            Part::Text(literal) => rest.strip_prefix(literal.as_str())?,
            Part::One => after_char(rest, |_| true)?,
            Part::Dash => after_char(rest, |char| DASHES.contains(&char))?,
            // A placeholder is filled in before anything is matched.
            Part::Any | Part::Placeholder(_) => return None,
        };
    }
    Some(text.len() - rest.len())
}

fn after_char(text: &str, wanted: impl Fn(char) -> bool) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().filter(|char| wanted(*char)).map(|_| chars.as_str())
}

/// Where the leftmost occurrence of the parts from byte `from` on ends.
fn find_segment(parts: &[Part], text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        if let Some(Part::Text(literal)) = parts.first() {
            at += memmem::find(text.as_bytes().get(at..)?, literal.as_bytes())?;
        }
        if let Some(end) = match_segment(parts, text, at) {
            return Some(end);
        }
        at += text.get(at..)?.chars().next()?.len_utf8();
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Any => f.write_str("*")?,
                Part::One => f.write_str("?")?,
                Part::Dash => f.write_str("[-/–—―]")?,
                Part::Placeholder(name) => write!(f, "%{name}%")?,
            }
        }
        Ok(())
    }
}
