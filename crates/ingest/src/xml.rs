//! A pull reader of small XML documents: tags and texts as slices, no tree, no recursion, no entities but the five.
//!
//! It reads what programs write. Declarations, comments and processing instructions are passed over, a document type
//! with them, so that there are no entities to expand and nothing to fetch. Names of end tags must fit.

use crate::parsed::{Fault, Reason};

/// Deeper nesting than anybody writes by intention.
const MAX_DEPTH: usize = 64;

/// What comes next in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A start tag; its attributes are read by [`attributes`]. An empty element has a start and an end.
    Start {
        name: &'a str,
        attributes: &'a str,
    },
    End,
    /// Text with its entities, see [`push_text`].
    Text(&'a str),
    /// Text as it is.
    Cdata(&'a str),
}

/// Reads one element and everything in it.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    open: Vec<&'a str>,
    /// The element at hand was empty: its end comes next.
    empty: bool,
    /// The outermost element has ended.
    done: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, open: Vec::new(), empty: false, done: false }
    }

    /// The next token; `None` behind the outermost element.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, Fault> {
        if self.empty {
            self.empty = false;
            return Ok(Some(self.close()));
        }
        if self.done {
            return Ok(None);
        }
        loop {
            let rest = self.rest();
            if !rest.starts_with('<') {
                let length = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                self.at += length;
                // Around the outermost element there is nothing to read.
                if !self.open.is_empty() && length > 0 {
                    return Ok(Some(Token::Text(rest.get(..length).unwrap_or_default())));
                }
                if self.rest().is_empty() {
                    return Err(self.fault("ends within an element"));
                }
            } else if let Some(cdata) = rest.strip_prefix("<![CDATA[") {
                let length = cdata.find("]]>").ok_or_else(|| self.fault("CDATA without end"))?;
                self.at += "<![CDATA[".len() + length + "]]>".len();
                return Ok(Some(Token::Cdata(cdata.get(..length).unwrap_or_default())));
            } else if rest.starts_with("<!--") {
                self.pass("-->")?;
            } else if rest.starts_with("<?") {
                self.pass("?>")?;
            } else if rest.starts_with("<!") {
                self.pass(">")?;
            } else {
                return self.tag(rest).map(Some);
            }
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fault(&self, what: &str) -> Fault {
        Fault::new(Reason::MalformedXml, format!("{what} at byte {}", self.at))
    }

    fn pass(&mut self, end: &str) -> Result<(), Fault> {
        let length = self.rest().find(end).ok_or_else(|| self.fault("markup without end"))?;
        self.at += length + end.len();
        Ok(())
    }

    fn close(&mut self) -> Token<'a> {
        self.open.pop();
        self.done = self.open.is_empty();
        Token::End
    }

    fn tag(&mut self, rest: &'a str) -> Result<Token<'a>, Fault> {
        let length = tag_length(rest.as_bytes()).ok_or_else(|| self.fault("tag without end"))?;
        let inner = rest.get(1..length - 1).unwrap_or_default();
        if let Some(name) = inner.strip_prefix('/') {
            if self.open.last() != Some(&local(name.trim_end())) {
                return Err(self.fault("end tag of another element"));
            }
            self.at += length;
            return Ok(self.close());
        }
        let (inner, empty) = inner.strip_suffix('/').map_or((inner, false), |inner| (inner, true));
        let name_length = inner.find(|char: char| char.is_ascii_whitespace()).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at_checked(name_length).unwrap_or((inner, ""));
        let name = local(name);
        if name.is_empty() || name.contains(['<', '"', '\'', '=', '&']) {
            return Err(self.fault("no name in a tag"));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(Fault::new(Reason::TooDeep, format!("elements nested more than {MAX_DEPTH} deep")));
        }
        self.at += length;
        self.open.push(name);
        self.empty = empty;
        Ok(Token::Start { name, attributes })
    }
}

/// Length of the tag at the start of the text; quotes may hold its end.
fn tag_length(text: &[u8]) -> Option<usize> {
    let mut quote = 0;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'"' | b'\'' if quote == 0 => quote = byte,
            _ if quote != 0 => quote = if byte == quote { 0 } else { quote },
            b'>' => return Some(at + 1),
            b'<' if at > 0 => return None,
            _ => {}
        }
    }
    None
}

/// A name without its namespace prefix.
fn local(name: &str) -> &str {
    let prefix = name.bytes().rposition(|byte| byte == b':');
    prefix.and_then(|at| name.get(at + 1..)).unwrap_or(name)
}

/// Names and raw values of a tag's attributes, without namespaces; what is no attribute ends them.
pub(crate) fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (name, behind) = rest.split_once('=')?;
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let (value, behind) = behind.get(1..)?.split_once(quote)?;
            rest = behind;
            let name = name.trim();
            if name != "xmlns" && !name.starts_with("xmlns:") {
                return Some((local(name), value));
            }
        }
    })
}

/// Whether the text is not what it says.
pub(crate) fn has_entities(text: &str) -> bool {
    memchr::memchr(b'&', text.as_bytes()).is_some()
}

/// Appends a text with its entities replaced; what is no known entity stays as it is.
pub(crate) fn push_text(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        to.push_str(before);
        match entity(from) {
            Some((char, length)) => {
                to.push(char);
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                to.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    to.push_str(rest);
}

/// The longest entity that there is: `&#x10FFFF;`, with some zeros to spare.
const MAX_ENTITY_BYTES: usize = 16;

/// What the entity at the start of the text stands for, and its length.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(MAX_ENTITY_BYTES).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let char = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            // NUL is no character of XML.
            char::from_u32(code).filter(|&char| char != '\0')?
        }
    };
    Some((char, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens on one line.
    fn tokens(text: &str) -> String {
        let mut reader = Reader::new(text);
        let mut shown = String::new();
        loop {
            match reader.next() {
                Ok(Some(Token::Start { name, attributes: text })) => {
                    shown.push_str(&format!("<{name}"));
                    attributes(text).for_each(|(name, value)| shown.push_str(&format!(" {name}={value}")));
                    shown.push('>');
                }
                Ok(Some(Token::End)) => shown.push_str("</>"),
                Ok(Some(Token::Text(text))) => push_text(text, &mut shown),
                Ok(Some(Token::Cdata(text))) => shown.push_str(text),
                Ok(None) => return shown,
                Err(fault) => return format!("{shown} !{}", fault.reason),
            }
        }
    }

    #[test]
    fn elements_texts_and_attributes() {
        assert_eq!(tokens("<?xml version='1.0'?>\n<a b='1' c = \"x>y\"><d/>t</a >"), "<a b=1 c=x>y><d></>t</>");
        assert_eq!(
            tokens("<n:a xmlns:n='u' xmlns='v' n:b='1'><!-- <x> --><![CDATA[<&amp;]]></n:a>"),
            "<a b=1><&amp;</>"
        );
    }

    #[test]
    fn entities_are_the_five_and_numbers() {
        assert_eq!(tokens("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</a>"), "<a><>&\"'AB</>");
        assert_eq!(tokens("<!DOCTYPE a><a>&bomb; & &#xD800; &#0; &amp</a>"), "<a>&bomb; & &#xD800; &#0; &amp</>");
    }

    #[test]
    fn what_is_broken_is_a_fault() {
        for text in ["", "<a>", "<a></b>", "<a", "<a><![CDATA[x</a>", "<a><!-- </a>", "<a><b</a>", "text", "< a></a>"] {
            assert!(tokens(text).ends_with("!malformed_xml"), "{text}: {}", tokens(text));
        }
        assert!(tokens(&"<a>".repeat(100_000)).ends_with("!too_deep"));
    }
}
