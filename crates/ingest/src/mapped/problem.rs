//! What is wrong with a mapping file, where, and what to write instead.

use std::{fmt, ops::Range};

/// One thing that is wrong; the codes are stable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: &'static str,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Characters that are meant, from `column` on; at least 1.
    pub width: usize,
    pub says: String,
    pub hint: Option<String>,
    /// The line as it stands in the file.
    pub text: String,
}

impl fmt::Display for Problem {
    /// Message, the line with a mark below, and the hint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}: {} [{}]", self.line, self.column, self.says, self.code)?;
        writeln!(f, "    | {}", self.text)?;
        let before: String =
            self.text.chars().take(self.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        write!(f, "    | {before}{}", "^".repeat(self.width))?;
        match &self.hint {
            Some(hint) => write!(f, "\n    = {hint}"),
            None => Ok(()),
        }
    }
}

/// Collects the problems of one file.
#[derive(Debug)]
pub(super) struct Problems<'t> {
    text: &'t str,
    all: Vec<(usize, Problem)>,
}

impl<'t> Problems<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, all: Vec::new() }
    }

    pub(super) fn add(&mut self, code: &'static str, at: Range<usize>, says: impl Into<String>, hint: Option<String>) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let text = self.text.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default();
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        let meant = self.text.get(at.clone()).unwrap_or_default().lines().next().unwrap_or_default();
        let problem = Problem {
            code,
            line: before.matches('\n').count() + 1,
            column,
            width: meant.chars().count().max(1),
            says: says.into(),
            hint,
            text: text.to_owned(),
        };
        self.all.push((at.start, problem));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// In the order of the file.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        self.all.sort_by_key(|(at, _)| *at);
        self.all.into_iter().map(|(_, problem)| problem).collect()
    }
}

/// "did you mean", where a known name is near.
pub(super) fn did_you_mean<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    let near = known
        .map(|known| (distance(name, known), known))
        .filter(|(far, known)| *far <= limit || (name.len() > 3 && (known.contains(name) || name.contains(known))));
    near.min().map(|(_, known)| format!("did you mean \"{known}\"?"))
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().take(64).enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        for (j, b) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or_default();
            let cheapest = (corner + usize::from(a != *b)).min(above + 1).min(left + 1);
            corner = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = left;
            }
            left = cheapest;
        }
        if let Some(last) = row.last_mut() {
            *last = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_and_hints() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(
            did_you_mean("conections", ["alerts", "connections"].into_iter()).as_deref(),
            Some("did you mean \"connections\"?")
        );
        assert_eq!(did_you_mean("zzz", ["alerts", "connections"].into_iter()), None);
    }

    #[test]
    fn a_problem_points_at_its_place() {
        let mut problems = Problems::of("a = 1\nä = \"x\"\n");
        problems.add("bad_value", 11..14, "no", Some("write y".to_owned()));
        let told: Vec<String> = problems.finish().iter().map(Problem::to_string).collect();
        assert_eq!(told, ["2:5: no [bad_value]\n    | ä = \"x\"\n    |     ^^^\n    = write y"]);
    }
}
