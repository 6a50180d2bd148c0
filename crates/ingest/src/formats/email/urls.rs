//! URLs of a message: in texts, in links and sources of HTML. Each once, in their order.

use std::collections::HashSet;

use mail_parser::decoders::html::add_html_token;

use crate::url::{Url, without_final_dot, without_port};

/// More are not kept; the column says so.
const MAX_URLS: usize = 1_000;

/// Longer ones are no links that anybody could click on.
const MAX_URL_BYTES: usize = 8_192;

/// The longest named entity of HTML, with room for digits.
const MAX_ENTITY_BYTES: usize = 33;

/// URLs and their hosts, each once.
#[derive(Debug, Default)]
pub(super) struct Urls {
    pub(super) all: Vec<String>,
    pub(super) hosts: Vec<String>,
    known: HashSet<String>,
    known_hosts: HashSet<String>,
}

impl Urls {
    fn add(&mut self, url: &str) {
        let is_usable = url.len() <= MAX_URL_BYTES && self.all.len() < MAX_URLS;
        let host = without_final_dot(without_port(Url::split(url).host)).to_lowercase();
        if !is_usable || host.is_empty() || !self.known.insert(url.to_owned()) {
            return;
        }
        self.all.push(url.to_owned());
        if self.known_hosts.insert(host.clone()) {
            self.hosts.push(host);
        }
    }

    /// Finds what is written out in a text.
    pub(super) fn add_from_text(&mut self, text: &str) {
        let mut from = 0;
        while let Some(rest) = text.get(from..) {
            let Some(found) = memchr::memmem::find(rest.as_bytes(), b"://") else { break };
            let marker = from + found;
            from = marker + 3;
            let before = text.get(..marker).unwrap_or_default();
            let letters = before.bytes().rev().take_while(u8::is_ascii_alphanumeric).take(12).count();
            let start = ["https", "http", "ftp"].into_iter().find_map(|scheme| {
                let start = marker.checked_sub(scheme.len()).filter(|_| letters >= scheme.len())?;
                text.get(start..marker)?.eq_ignore_ascii_case(scheme).then_some(start)
            });
            let Some(start) = start else { continue };
            let url = ending(text.get(start..).unwrap_or_default());
            self.add(url);
            from = from.max(start + url.len());
        }
    }

    /// Finds links and sources, and what is written out between tags, in scripts and comments. The visible text is
    /// appended to `text`.
    pub(super) fn add_from_html(&mut self, html: &str, text: &mut String) {
        let mut rest = html;
        let mut is_hidden = None;
        while let Some(place) = memchr::memchr(b'<', rest.as_bytes()) {
            let (before, tag) = rest.split_at_checked(place).unwrap_or((rest, ""));
            self.between_tags(before, is_hidden.is_some(), text);
            if let Some(comment) = tag.strip_prefix("<!--") {
                let (inside, behind) = comment.split_once("-->").unwrap_or((comment, ""));
                self.add_from_text(inside);
                rest = behind;
                continue;
            }
            let name = tag_name(tag);
            let is_tag = !name.is_empty() || tag.starts_with("</") || tag.starts_with("<!");
            // Within a script or style only its own end is a tag.
            let ends_hidden = is_hidden.is_some_and(|hidden: &str| name.eq_ignore_ascii_case(hidden));
            if !is_tag || (is_hidden.is_some() && !ends_hidden) {
                self.between_tags("<", is_hidden.is_some(), text);
                rest = tag.get(1..).unwrap_or_default();
                continue;
            }
            let (inside, behind) = tag_end(tag);
            is_hidden = if ends_hidden { None } else { self.tag(name, inside, text) };
            rest = behind;
        }
        self.between_tags(rest, is_hidden.is_some(), text);
    }

    fn between_tags(&mut self, piece: &str, is_hidden: bool, text: &mut String) {
        if is_hidden {
            self.add_from_text(piece);
            return;
        }
        let mut decoded = String::new();
        push_decoded(piece, &mut decoded);
        self.add_from_text(&decoded);
        push_collapsed(&decoded, text);
    }

    /// Reads the attributes of a tag; gives the name of what is hidden until its end tag.
    fn tag<'h>(&mut self, name: &'h str, inside: &'h str, text: &mut String) -> Option<&'h str> {
        let breaks = ["br", "p", "div", "tr", "li", "h1", "h2", "h3", "table", "/p", "/div", "/tr", "/table", "title"];
        if breaks.iter().any(|known| name.eq_ignore_ascii_case(known)) && !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let mut attributes = inside;
        while let Some((name, value, behind)) = attribute(attributes) {
            attributes = behind;
            let links =
                ["href", "src", "action", "formaction", "background", "data", "poster", "content", "srcset", "style"];
            if links.iter().any(|known| name.eq_ignore_ascii_case(known)) {
                self.add_from_attribute(value);
            }
        }
        ["script", "style"].into_iter().any(|hidden| name.eq_ignore_ascii_case(hidden)).then_some(name)
    }

    /// Browsers pass over blanks around an address and line breaks in it.
    fn add_from_attribute(&mut self, value: &str) {
        let mut decoded = String::new();
        push_decoded(value, &mut decoded);
        decoded.retain(|character| !matches!(character, '\r' | '\n' | '\t' | '\0'));
        let address = decoded.trim();
        let scheme = Url::split(address).scheme;
        let is_address = ["http", "https", "ftp"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        if is_address && !address.contains([',', '<', '"']) {
            self.add(address.trim_end());
        } else {
            self.add_from_text(address);
        }
    }
}

/// The URL at the start of the text.
fn ending(text: &str) -> &str {
    let mut open = (0_i32, 0_i32);
    let mut end = text.len();
    for (place, character) in text.char_indices() {
        match character {
            '(' => open.0 += 1,
            '[' => open.1 += 1,
            ')' => open.0 -= 1,
            ']' => open.1 -= 1,
            _ => {}
        }
        let ends = character.is_whitespace()
            || character.is_control()
            || matches!(character, '<' | '>' | '"' | '\\' | '`' | '^' | '«' | '»' | '“' | '”' | '’' | '\u{200b}')
            || open.0 < 0
            || open.1 < 0;
        if ends || place > MAX_URL_BYTES {
            end = place;
            break;
        }
    }
    let url = text.get(..end).unwrap_or_default();
    url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_'])
}

/// Name of the tag, with the slash of an end tag's name taken off; `/p` and the like keep it.
fn tag_name(tag: &str) -> &str {
    let inside = tag.get(1..).unwrap_or_default();
    let slash = usize::from(inside.starts_with('/'));
    let letters = inside.bytes().skip(slash).take_while(u8::is_ascii_alphanumeric).count();
    let name = if letters == 0 { "" } else { inside.get(..slash + letters).unwrap_or_default() };
    let is_hiding = ["/script", "/style"].iter().any(|end| name.eq_ignore_ascii_case(end));
    if is_hiding { name.trim_start_matches('/') } else { name }
}

/// What a tag holds behind its name, and what follows it; a `>` within quotes does not end it.
fn tag_end(tag: &str) -> (&str, &str) {
    let name = tag.bytes().skip(1).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'/').count() + 1;
    let mut at = name;
    while let Some(found) = tag.as_bytes().get(at..).and_then(|rest| memchr::memchr3(b'>', b'"', b'\'', rest)) {
        at += found;
        let byte = tag.as_bytes().get(at).copied().unwrap_or_default();
        if byte == b'>' {
            return (tag.get(name..at).unwrap_or_default(), tag.get(at + 1..).unwrap_or_default());
        }
        let is_value = tag.get(..at).is_some_and(|before| before.trim_ascii_end().ends_with('='));
        let closing = tag.as_bytes().get(at + 1..).and_then(|rest| memchr::memchr(byte, rest));
        at += match closing {
            Some(closing) if is_value => closing + 2,
            _ => 1,
        };
    }
    (tag.get(name..).unwrap_or_default(), "")
}

/// The first attribute with a value, and what follows it.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let (before, behind) = text.split_once('=')?;
    let name = before.trim_ascii_end().rsplit(|c: char| c.is_ascii_whitespace() || c == '/' || c == '"').next()?;
    let behind = behind.trim_ascii_start();
    for quote in ['"', '\''] {
        if let Some(inside) = behind.strip_prefix(quote) {
            let (value, rest) = inside.split_once(quote).unwrap_or((inside, ""));
            return Some((name, value, rest));
        }
    }
    let end = behind.find(|c: char| c.is_ascii_whitespace()).unwrap_or(behind.len());
    let (value, rest) = behind.split_at_checked(end)?;
    Some((name, value, rest))
}

/// Appends text with its blanks collapsed.
fn push_collapsed(piece: &str, text: &mut String) {
    for character in piece.chars() {
        let is_blank = character.is_whitespace();
        if !is_blank {
            text.push(character);
        } else if !text.is_empty() && !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
}

fn push_decoded(piece: &str, to: &mut String) {
    let mut rest = piece;
    while let Some(place) = memchr::memchr(b'&', rest.as_bytes()) {
        let (before, behind) = rest.split_at_checked(place).unwrap_or((rest, ""));
        to.push_str(before);
        let window = behind.as_bytes().get(..MAX_ENTITY_BYTES).unwrap_or(behind.as_bytes());
        let entity = memchr::memchr(b';', window).and_then(|end| behind.get(..end + 1));
        let entity = entity
            .filter(|entity| entity.bytes().skip(1).all(|b| b.is_ascii_alphanumeric() || matches!(b, b'#' | b';')));
        match entity {
            Some(entity) => add_html_token(to, entity.as_bytes(), false),
            None => to.push('&'),
        }
        rest = behind.get(entity.map_or(1, str::len)..).unwrap_or_default();
    }
    to.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_urls(text: &str) -> Vec<String> {
        let mut urls = Urls::default();
        urls.add_from_text(text);
        urls.all
    }

    fn html(html: &str) -> (Vec<String>, String) {
        let (mut urls, mut text) = (Urls::default(), String::new());
        urls.add_from_html(html, &mut text);
        (urls.all, text)
    }

    #[test]
    fn urls_end_where_people_would_end_them() {
        assert_eq!(
            text_urls("see (http://a.example/x(1)), <HTTPS://b.example>."),
            ["http://a.example/x(1)", "HTTPS://b.example"]
        );
        assert_eq!(
            text_urls("[a](http://a.example/b) \"ftp://f.example/c\"!"),
            ["http://a.example/b", "ftp://f.example/c"]
        );
        assert_eq!(text_urls("xhttp://a.example http:// ://x nothing://y"), ["http://a.example"]);
        assert_eq!(text_urls("http://a.example/?u=http://b.example"), ["http://a.example/?u=http://b.example"]);
    }

    #[test]
    fn html_gives_links_and_text() {
        let (urls, text) = html(
            "<html><style>a{background:url(http://css.example/i)}</style><p>Dear&nbsp;you &amp; me</p>\
             <a class=x href='https://evil.example/?a=1&amp;b=2'>http://bank.example</a><img src=http://t.example/p.gif>\
             <form action=\"https://post.example/login\"><script>var u='http://js.example/x';</script>a < b",
        );
        assert_eq!(
            urls,
            [
                "http://css.example/i",
                "https://evil.example/?a=1&b=2",
                "http://bank.example",
                "http://t.example/p.gif",
                "https://post.example/login",
                "http://js.example/x",
            ]
        );
        assert_eq!(text, "Dear you & me\nhttp://bank.examplea < b");
    }

    #[test]
    fn broken_html_ends() {
        for text in
            ["<", "<a", "<a href=", "<a href=\"http://x.example", "<!--", "<script>", "&", "&#", "</", "<a '\"="]
        {
            html(text);
        }
    }
}
