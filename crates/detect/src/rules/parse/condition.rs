//! The condition of a detection: `1 of selection_* and not (filter_main or filter_other)`.

use std::collections::BTreeSet;

use crate::rules::{
    model::Condition,
    problem::{Code, Place, Problem},
};

/// Nested parentheses and negations; the public rules have three.
const MAX_DEPTH: usize = 64;

/// Words of one condition, patterns counted out.
const MAX_WORDS: usize = 20_000;

/// Reads a condition over the searches of these names.
pub(super) fn read(text: &str, place: Place, searches: &[&str]) -> Result<Condition, Problem> {
    let words = words(text, place)?;
    let mut reader = Reader { words: &words, at: 0, depth: 0, searches, place, n_leaves: 0 };
    let condition = reader.any()?;
    match reader.peek() {
        None => Ok(condition),
        Some(word) => Err(reader.unexpected(word)),
    }
}

/// The names that a condition gives, in the order in which they come first.
pub(super) fn named(text: &str, place: Place) -> Result<Vec<String>, Problem> {
    let mut names: Vec<String> = Vec::new();
    let mut known = BTreeSet::new();
    for word in words(text, place)? {
        let is_name = !["(", ")", "and", "or", "not"].iter().any(|key| word.eq_ignore_ascii_case(key));
        if is_name && known.insert(word) {
            names.push(word.to_owned());
        }
    }
    Ok(names)
}

/// Whether a search's name fits `selection_*`: stars anywhere, case as written.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let pattern = crate::rules::pattern::Pattern::read(pattern, false);
    pattern.matches(name)
}

fn words(text: &str, place: Place) -> Result<Vec<&str>, Problem> {
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            return Ok(words);
        };
        let name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '*' | '-' | '.' | '?');
        let length = if matches!(first, '(' | ')') { 1 } else { rest.find(|char| !name(char)).unwrap_or(rest.len()) };
        if first == '|' {
            return Err(Problem::new(Code::Condition, place, "aggregations behind \"|\" are no longer part of Sigma")
                .hint("write a correlation rule: https://sigmahq.io/docs/meta/correlations.html"));
        }
        if length == 0 {
            return Err(Problem::new(
                Code::Condition,
                place,
                format!("the condition has a \"{first}\" that means nothing there"),
            )
            .hint("use names of searches, and, or, not, 1 of, all of, them and parentheses"));
        }
        if words.len() >= MAX_WORDS {
            return Err(too_long(place));
        }
        words.push(rest.get(..length).unwrap_or_default());
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn too_long(place: Place) -> Problem {
    Problem::new(Code::TooLarge, place, format!("the condition has more than {MAX_WORDS} parts")).hint("split the rule")
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
    depth: usize,
    searches: &'a [&'a str],
    place: Place,
    n_leaves: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn takes(&mut self, word: &str) -> bool {
        let taken = self.peek().is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += usize::from(taken);
        taken
    }

    fn any(&mut self) -> Result<Condition, Problem> {
        let mut parts = vec![self.all()?];
        while self.takes("or") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, Problem> {
        let mut parts = vec![self.not()?];
        while self.takes("and") {
            parts.push(self.not()?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn not(&mut self) -> Result<Condition, Problem> {
        let mut negated = false;
        while self.takes("not") {
            negated = !negated;
        }
        let inner = self.part()?;
        Ok(if negated { Condition::Not(Box::new(inner)) } else { inner })
    }

    fn part(&mut self) -> Result<Condition, Problem> {
        let Some(word) = self.peek() else {
            return Err(self.wrong("the condition ends where a search is expected"));
        };
        self.at += 1;
        let of = self.peek().is_some_and(|next| next.eq_ignore_ascii_case("of"));
        match word {
            "(" => self.parenthesis(),
            ")" => Err(self.unexpected(word)),
            _ if of && (word == "1" || word.eq_ignore_ascii_case("any")) => Ok(one_or(self.of()?, Condition::Any)),
            _ if of && word.eq_ignore_ascii_case("all") => Ok(one_or(self.of()?, Condition::All)),
            _ if of => Err(self.wrong(&format!("\"{word} of\" is not a quantity"))),
            _ if ["and", "or", "of", "them"].iter().any(|key| word.eq_ignore_ascii_case(key)) => {
                Err(self.unexpected(word))
            }
            name => self.search(name),
        }
    }

    fn parenthesis(&mut self) -> Result<Condition, Problem> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Problem::new(
                Code::TooLarge,
                self.place,
                format!("parentheses are nested deeper than {MAX_DEPTH}"),
            )
            .hint("flatten the condition"));
        }
        let inner = self.any()?;
        self.depth -= 1;
        if self.takes(")") { Ok(inner) } else { Err(self.wrong("a parenthesis is not closed")) }
    }

    fn search(&mut self, name: &str) -> Result<Condition, Problem> {
        self.count(1)?;
        let found = self.searches.iter().position(|search| *search == name);
        let Some(number) = found else {
            let known = self.searches.join(", ");
            return Err(Problem::new(Code::UnknownSearch, self.place, format!("there is no search \"{name}\""))
                .hint(format!("the detection has: {known}")));
        };
        Ok(Condition::Search(number))
    }

    /// The searches behind `of`.
    fn of(&mut self) -> Result<Vec<Condition>, Problem> {
        self.at += 1;
        let Some(pattern) = self.peek() else {
            return Err(self.wrong("\"of\" needs \"them\" or the name of searches with a star"));
        };
        self.at += 1;
        let them = pattern.eq_ignore_ascii_case("them");
        let wanted = |name: &str| if them { !name.starts_with('_') } else { fits(pattern, name) };
        let found = self.searches.iter().enumerate().filter(|(_, name)| wanted(name));
        let found: Vec<Condition> = found.map(|(number, _)| Condition::Search(number)).collect();
        self.count(found.len())?;
        if found.is_empty() {
            return Err(Problem::new(Code::UnknownSearch, self.place, format!("no search fits \"{pattern}\""))
                .hint("name a search so, or take this part out of the condition"));
        }
        Ok(found)
    }

    fn count(&mut self, n: usize) -> Result<(), Problem> {
        self.n_leaves += n;
        if self.n_leaves > MAX_WORDS { Err(too_long(self.place)) } else { Ok(()) }
    }

    fn unexpected(&self, word: &str) -> Problem {
        self.wrong(&format!("\"{word}\" stands where it means nothing"))
    }

    fn wrong(&self, what: &str) -> Problem {
        Problem::new(Code::Condition, self.place, format!("{what}: \"{}\"", shortened(&self.words.join(" "))))
            .hint("join searches with and, or, not; `1 of name_*` and `all of name_*` stand for several")
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

fn one_or(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}
