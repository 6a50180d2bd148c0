//! Cuts a filter into words: `key:value`, bare words, texts in quotes, each perhaps with a `-` before it.

use super::FilterProblem;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) not: bool,
    /// What stands before the colon, in small letters.
    pub(super) key: Option<String>,
    pub(super) value: String,
    /// Whether the value stood in quotes: it is then one value, commas or not.
    pub(super) quoted: bool,
    position: usize,
    length: usize,
}

impl Word {
    pub(super) fn problem(&self, what: String, hint: impl Into<String>) -> FilterProblem {
        FilterProblem { what, hint: hint.into(), position: self.position, length: self.length }
    }
}

pub(super) fn cut(text: &str) -> Result<Vec<Word>, FilterProblem> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if letters.get(at).is_some_and(|letter| letter.is_whitespace()) {
            at += 1;
            continue;
        }
        let (word, next) = one(&letters, at)?;
        words.push(word);
        at = next;
    }
    Ok(words)
}

/// The word that begins here, and where the text goes on behind it.
fn one(letters: &[char], begin: usize) -> Result<(Word, usize), FilterProblem> {
    let letter = |at: usize| letters.get(at).copied();
    let not = letter(begin) == Some('-') && letter(begin + 1).is_some_and(|next| !next.is_whitespace());
    let mut at = begin + usize::from(not);
    let (mut key, mut value, mut quoted) = (None, String::new(), false);
    while let Some(next) = letter(at).filter(|next| !next.is_whitespace()) {
        match next {
            '"' if value.is_empty() && !quoted => {
                (value, at) = quotation(letters, at)?;
                quoted = true;
                continue;
            }
            ':' if key.is_none() && !quoted && is_key(&value) => {
                key = Some(std::mem::take(&mut value).to_ascii_lowercase())
            }
            other => value.push(other),
        }
        at += 1;
    }
    let word = Word { not, key, value, quoted, position: begin, length: at - begin };
    if word.value.is_empty() {
        let (what, hint) = match &word.key {
            Some(key) => (
                format!("\"{key}:\" asks for nothing"),
                format!("write what it shall be behind the colon, as {key}:..."),
            ),
            None => (
                "there is nothing between the quotes".to_owned(),
                "write a text between them, or take them away".to_owned(),
            ),
        };
        return Err(word.problem(what, hint));
    }
    Ok((word, at))
}

/// Keys are words. What stands before the colon of an address or a URL is none: `::1`, `https://...`, `10.0.0.1:443`.
fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '_')
        && !matches!(text, "http" | "https" | "ftp" | "hxxp" | "hxxps")
}

/// A text in quotes, in which `\"` is a quote, and where the text goes on behind it.
fn quotation(letters: &[char], begin: usize) -> Result<(String, usize), FilterProblem> {
    let mut text = String::new();
    let mut at = begin + 1;
    while let Some(letter) = letters.get(at) {
        match (letter, letters.get(at + 1)) {
            ('"', _) => return Ok((text, at + 1)),
            ('\\', Some(next @ ('"' | '\\'))) => {
                text.push(*next);
                at += 2;
            }
            (other, _) => {
                text.push(*other);
                at += 1;
            }
        }
    }
    Err(FilterProblem {
        what: "a text in quotes does not end".to_owned(),
        hint: "close it with another \"".to_owned(),
        position: begin,
        length: letters.len() - begin,
    })
}
