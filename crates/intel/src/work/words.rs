//! What people may write, and how much of it: names are plain and short, texts are bounded.

use super::Refusal;
use crate::text::is_plain;

/// Characters of each sort of text. A text is for reading: what is longer belongs into a file that the case names.
const NAME_MAX: usize = 100;
const TAG_MAX: usize = 64;
const TITLE_MAX: usize = 300;
const REASON_MAX: usize = 1_000;
const NOTE_MAX: usize = 20_000;

/// A sort of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// One line that names a thing.
    Title,
    /// A few words on how somebody knows.
    Reason,
    /// What somebody writes down.
    Note,
}

impl Words {
    fn chars_max(self) -> usize {
        match self {
            Self::Title => TITLE_MAX,
            Self::Reason => REASON_MAX,
            Self::Note => NOTE_MAX,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Reason => "reason",
            Self::Note => "text",
        }
    }
}

/// A text as it is kept: without blanks around it, never empty, never endless. Control characters stay, because they
/// may be what the text is about; whoever shows it writes them out.
pub fn text(kind: Words, text: &str) -> Result<String, Refusal> {
    let (trimmed, name) = (text.trim(), kind.name());
    if trimmed.is_empty() {
        return Err(Refusal::new(format!("the {name} is empty"), "say in a few words what you mean"));
    }
    let n = trimmed.chars().count();
    if n > kind.chars_max() {
        return Err(Refusal::new(
            format!("the {name} has {n} characters, and {} are the most", kind.chars_max()),
            "keep the long form in a file, and name the file",
        ));
    }
    // PostgreSQL cannot keep it.
    if trimmed.contains('\0') {
        return Err(Refusal::new(format!("the {name} holds a NUL character"), "write it as text: \\0"));
    }
    let one_line = kind == Words::Title;
    if one_line && trimmed.contains(['\n', '\r']) {
        return Err(Refusal::new(
            format!("the {name} has several lines"),
            "a title is one line; put the rest into a note",
        ));
    }
    Ok(trimmed.to_owned())
}

/// Who did it: a short name in which every character can be seen.
pub fn who(name: &str) -> Result<String, Refusal> {
    named("name of a person or team", name, NAME_MAX)
}

/// A tag: lower case, in one piece. Machine tags such as `priority:level="high"` are tags.
pub fn tag(tag: &str) -> Result<String, Refusal> {
    let tag = named("tag", tag, TAG_MAX)?.to_lowercase();
    if tag.contains(|c: char| c.is_whitespace() || c == ',') {
        return Err(Refusal::new(format!("the tag \"{tag}\" has blanks or commas in it"), "write one-word-like-this"));
    }
    Ok(tag)
}

fn named(what: &str, name: &str, chars_max: usize) -> Result<String, Refusal> {
    let trimmed = name.trim();
    let n = trimmed.chars().count();
    if n == 0 || n > chars_max {
        return Err(Refusal::new(format!("a {what} has 1 to {chars_max} characters, and not {n}"), "shorten it"));
    }
    if !is_plain(trimmed) {
        let shown = crate::text::shown(trimmed, chars_max);
        return Err(Refusal::new(
            format!("the {what} \"{shown}\" holds characters that cannot be seen"),
            "type it anew",
        ));
    }
    Ok(trimmed.to_owned())
}
