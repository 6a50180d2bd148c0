//! Text of attackers in messages for eyes.

use schema::is_deceptive;

/// Characters of a title that are shown.
const CHARS_MAX: usize = 200;

/// The text with controls and characters that hide or reorder written out, and without what a chat would take for
/// markup: `<!everyone>`, `<https://...|a harmless word>`, `@here`.
pub(super) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().take(CHARS_MAX) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("(at)"),
            '`' | '*' | '[' | ']' => out.push('\''),
            c if is_deceptive(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    if text.chars().nth(CHARS_MAX).is_some() {
        out.push('…');
    }
    // A chat makes a link of it by itself.
    out.replace("://", "[:]//")
}
