//! Words for people, made from strings that attackers write: nothing hidden, nothing that reorders, nothing endless.

use schema::{Entity, EntityKind, is_deceptive};

/// The text with every character that is invisible or reorders its neighbors written as `\u{202e}`, cut to
/// `chars_max` characters with `…` in the place of what is left out.
///
/// Letters of all scripts stay: labels and accounts are written in them. Pages and documents must still escape
/// for their own format.
pub fn shown(text: &str, chars_max: usize) -> String {
    clipped(escaped(text, is_deceptive), chars_max)
}

/// Like [`shown`], for what is ASCII on the wire: a name with other letters is there to look like another name.
pub fn shown_ascii(text: &str, chars_max: usize) -> String {
    clipped(escaped(text, |c| is_deceptive(c) || !c.is_ascii()), chars_max)
}

/// The value of an entity, as [`shown`] or [`shown_ascii`] by its kind.
pub fn shown_entity(entity: &Entity, chars_max: usize) -> String {
    match entity.kind {
        EntityKind::Ip | EntityKind::Domain | EntityKind::Url => shown_ascii(&entity.value, chars_max),
        _ => shown(&entity.value, chars_max),
    }
}

/// Whether every character can be seen for what it is.
pub fn is_plain(text: &str) -> bool {
    !text.chars().any(is_deceptive)
}

/// A string literal of SQL; `None` where the value holds characters that a reader could not see, because a query
/// is shown to people before they run it.
pub fn sql_literal(text: &str) -> Option<String> {
    is_plain(text).then(|| format!("'{}'", text.replace('\'', "''")))
}

fn escaped(text: &str, is_hostile: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hostile(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Cuts in the middle: the end of a name says whose it is, the beginning tells it from its neighbors.
fn clipped(text: String, chars_max: usize) -> String {
    let n = text.chars().count();
    if n <= chars_max {
        return text;
    }
    let kept = chars_max.saturating_sub(1);
    let head = kept / 2;
    let tail = kept - head;
    let first: String = text.chars().take(head).collect();
    let last: String = text.chars().skip(n - tail).collect();
    format!("{first}…{last}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_hides_or_reorders_is_written_out() {
        assert_eq!(shown("in\u{202e}gpj.exe\n\0", 99), "in\\u{202e}gpj.exe\\u{a}\\u{0}");
        assert_eq!(shown("Löwe", 99), "Löwe");
        assert_eq!(shown_ascii("pаypal.example", 99), "p\\u{430}ypal.example");
    }

    #[test]
    fn long_text_is_cut_in_the_middle() {
        assert_eq!(shown("abcdefghij", 5), "ab…ij");
        assert_eq!(shown("abcde", 5), "abcde");
        assert_eq!(shown("abc", 0), "…");
    }

    #[test]
    fn literals_cannot_be_left() {
        assert_eq!(sql_literal("o'; DROP TABLE x --").as_deref(), Some("'o''; DROP TABLE x --'"));
        assert_eq!(sql_literal("a\u{200b}b"), None);
    }

    proptest! {
        #[test]
        fn shown_text_is_plain_and_bounded(text in any::<String>(), chars_max in 1_usize..60) {
            let shown = shown(&text, chars_max);
            prop_assert!(is_plain(&shown));
            prop_assert!(shown.chars().count() <= chars_max);
        }
    }
}
