//! Defanged texts come alive: `hxxps[:]//evil[.]example` and its relatives.

use std::borrow::Cow;

use super::starts_with;

/// Undoes what people do to keep an indicator from being clicked: `hxxps[:]//evil[.]example` and its relatives.
pub fn refang(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(is_wrapping);
    if text.contains(UNSEEN) {
        return Cow::Owned(refang(&text.replace(UNSEEN, "")).into_owned());
    }
    let scheme = LIVE_SCHEMES.iter().find(|(fanged, _)| starts_with(text.as_bytes(), fanged.as_bytes()));
    let brackets = text.bytes().any(|byte| matches!(byte, b'[' | b'(' | b'{' | b'<' | b'\\' | b' ' | b']'));
    if scheme.is_none() && !brackets {
        return Cow::Borrowed(text);
    }
    let mut live = String::with_capacity(text.len());
    let mut rest = text;
    if let Some((fanged, plain)) = scheme {
        live.push_str(plain);
        rest = rest.get(fanged.len()..).unwrap_or_default();
    }
    while let Some(next) = rest.chars().next() {
        let mark = FANGS.iter().find(|(fanged, _)| starts_with(rest.as_bytes(), fanged.as_bytes()));
        let taken = match mark {
            Some((fanged, plain)) => {
                live.push_str(plain);
                fanged.len()
            }
            None => {
                live.push(next);
                next.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    Cow::Owned(live)
}

/// Characters that nobody sees, and that come along when something is copied from a page.
const UNSEEN: [char; 4] = ['\u{200b}', '\u{2060}', '\u{feff}', '\u{ad}'];

/// What people put around an indicator, and is no part of it.
pub(super) fn is_wrapping(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\u{200b}' | '\u{feff}')
}

/// What stands for `http` at the front of a defanged URL.
const LIVE_SCHEMES: &[(&str, &str)] = &[
    ("hxxps", "https"),
    ("hxxp", "http"),
    ("h**ps", "https"),
    ("h**p", "http"),
    ("h__ps", "https"),
    ("h__p", "http"),
    ("meows", "https"),
    ("meow", "http"),
    ("fxp", "ftp"),
    ("[https]", "https"),
    ("[http]", "http"),
    ("htxps", "https"),
    ("htxp", "http"),
    ("hxtps", "https"),
    ("hxtp", "http"),
];

/// Longer forms before those they start with. A single bracket beside a dot is somebody's half-finished `[.]`.
const FANGS: &[(&str, &str)] = &[
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("{dot}", "."),
    (" [dot] ", "."),
    (" dot ", "."),
    ("[://]", "://"),
    ("[:]", ":"),
    ("(:)", ":"),
    ("{:}", ":"),
    ("[/]", "/"),
    ("<.>", "."),
    ("[@]", "@"),
    ("{@}", "@"),
    ("(@)", "@"),
    ("[at]", "@"),
    ("(at)", "@"),
    ("{at}", "@"),
    ("\\.", "."),
    ("[.", "."),
    (".]", "."),
];
