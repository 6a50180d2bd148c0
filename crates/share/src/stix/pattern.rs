//! STIX patterns ⇄ observables. Reads the forms that feeds use: comparisons with `=` and `IN`, joined by OR and AND.
//!
//! OR gives both sides. AND gives its most telling side (a hash before a URL before an address before a name), and
//! all hashes, because these name one file: a claim is one observable, and what is narrowed by a port or a second
//! observable is met somewhat more broadly than its source meant. What would be met much more broadly is refused:
//! negation, wildcards, several observations that must come together, and qualifiers of time.

use schema::Observable;

/// Comparisons that one pattern may have.
const MAX_COMPARISONS: usize = 10_000;

/// The observables of a pattern, or why it cannot be taken.
pub(crate) fn observables(pattern: &str) -> Result<Vec<(Observable, String)>, String> {
    let mut tokens = Tokens { rest: pattern };
    let mut stack = vec![Level::default()];
    let mut n_comparisons = 0;
    let mut in_observation = false;
    while let Some(token) = tokens.next()? {
        match token {
            Token::Open(bracket) => {
                in_observation |= bracket == '[';
                stack.push(Level::default());
            }
            Token::Close(bracket) => {
                in_observation &= bracket != ']';
                let inner = stack.pop().ok_or("brackets do not match")?.finish();
                stack.last_mut().ok_or("brackets do not match")?.operand(inner);
            }
            Token::Word(word) if word.eq_ignore_ascii_case("OR") => level(&mut stack)?.or(),
            Token::Word(word) if word.eq_ignore_ascii_case("AND") && in_observation => level(&mut stack)?.joined = true,
            Token::Word(path) if in_observation && path.contains(':') => {
                n_comparisons += 1;
                if n_comparisons > MAX_COMPARISONS {
                    return Err(format!("more than {MAX_COMPARISONS} comparisons"));
                }
                let values = comparison(&mut tokens)?;
                level(&mut stack)?.operand(meanings(path, values));
            }
            Token::Word(word) => return Err(format!("\"{word}\" is not read in a pattern here")),
            Token::Text(_) | Token::Comma => return Err("a value without a comparison".to_owned()),
            Token::Sign(sign) => return Err(format!("\"{sign}\" without an object path")),
        }
    }
    match (stack.pop(), stack.is_empty()) {
        (Some(top), true) => Ok(top.finish()),
        _ => Err("brackets do not match".to_owned()),
    }
}

/// The pattern that matches one observable; `None` where STIX has no object property for it (JA3, a pipe).
pub(crate) fn of(kind: Observable, value: &str) -> Option<String> {
    let literal = format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
    let path = match kind {
        Observable::Ip => {
            let object = if value.contains(':') { "ipv6-addr" } else { "ipv4-addr" };
            let operator = if value.contains('/') { "ISSUBSET" } else { "=" };
            return Some(format!("[{object}:value {operator} {literal}]"));
        }
        Observable::Domain => "domain-name:value",
        Observable::Url => "url:value",
        Observable::Hash => match value.len() {
            32 => "file:hashes.MD5",
            40 => "file:hashes.'SHA-1'",
            64 => "file:hashes.'SHA-256'",
            _ => "file:hashes.'SHA-512'",
        },
        Observable::Email => "email-addr:value",
        Observable::Pattern => return Some(value.to_owned()),
        Observable::UserAgent => "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
        Observable::HostName => "domain-name:value",
        Observable::EmailSubject => "email-message:subject",
        Observable::FileName => "file:name",
        Observable::Ssdeep => "file:hashes.SSDEEP",
        Observable::Tlsh => "file:hashes.TLSH",
        Observable::RegistryKey => "windows-registry-key:key",
        Observable::Mutex => "mutex:name",
        Observable::CertificateSerial => "x509-certificate:serial_number",
        Observable::Certificate => match value.len() {
            32 => "x509-certificate:hashes.MD5",
            40 => "x509-certificate:hashes.'SHA-1'",
            _ => "x509-certificate:hashes.'SHA-256'",
        },
        Observable::Asn => {
            return value.strip_prefix("AS").map(|number| format!("[autonomous-system:number = {number}]"));
        }
        _ => return None,
    };
    Some(format!("[{path} = {literal}]"))
}

type Meant = Vec<(Observable, String)>;

/// One pair of brackets: what is complete, and the operands joined by AND so far.
#[derive(Default)]
struct Level {
    done: Meant,
    current: Meant,
    joined: bool,
}

impl Level {
    fn operand(&mut self, operand: Meant) {
        self.current = if self.joined { more_telling(std::mem::take(&mut self.current), operand) } else { operand };
        self.joined = false;
    }

    fn or(&mut self) {
        self.done.append(&mut self.current);
    }

    fn finish(mut self) -> Meant {
        self.or();
        self.done
    }
}

fn level(stack: &mut [Level]) -> Result<&mut Level, String> {
    stack.last_mut().ok_or_else(|| "brackets do not match".to_owned())
}

fn more_telling(mut left: Meant, mut right: Meant) -> Meant {
    let rank = |meant: &Meant| meant.iter().map(|(kind, _)| telling(*kind)).max().unwrap_or(0);
    let both_hashes = rank(&left) == telling(Observable::Hash) && rank(&right) == telling(Observable::Hash);
    if both_hashes {
        left.append(&mut right);
        return left;
    }
    if rank(&right) > rank(&left) { right } else { left }
}

fn telling(kind: Observable) -> u8 {
    match kind {
        Observable::Hash => 9,
        Observable::Certificate | Observable::Tlsh | Observable::Ssdeep => 8,
        Observable::Url => 7,
        Observable::Email => 6,
        Observable::Domain | Observable::HostName => 5,
        Observable::Ip => 4,
        Observable::Ja4 => 3,
        Observable::Ja3 | Observable::RegistryKey | Observable::Mutex | Observable::CertificateSerial => 2,
        _ => 1,
    }
}

/// What an object path and its values name; nothing for a path that narrows and names no observable, as a port does.
fn meanings(path: &str, values: Vec<String>) -> Meant {
    let path = path.replace('\'', "");
    let property = path.rsplit('.').next().unwrap_or_default();
    let kind = match path.split(':').next().unwrap_or_default() {
        "ipv4-addr" | "ipv6-addr" if path.ends_with(":value") => Observable::Ip,
        "domain-name" if path.ends_with(":value") => Observable::Domain,
        "url" if path.ends_with(":value") => Observable::Url,
        "email-addr" if path.ends_with(":value") => Observable::Email,
        "email-message" if path.ends_with("from_ref.value") || path.ends_with("sender_ref.value") => Observable::Email,
        "x509-certificate" if path.contains(":hashes.") => Observable::Certificate,
        "x509-certificate" if path.ends_with(":serial_number") => Observable::CertificateSerial,
        "file" | "artifact" if property.eq_ignore_ascii_case("ssdeep") => Observable::Ssdeep,
        "file" | "artifact" if property.eq_ignore_ascii_case("tlsh") => Observable::Tlsh,
        "file" | "artifact" if path.contains(":hashes.") => Observable::Hash,
        "file" if path.ends_with(":name") => Observable::FileName,
        "windows-registry-key" if path.ends_with(":key") => Observable::RegistryKey,
        "mutex" if path.ends_with(":name") => Observable::Mutex,
        "email-message" if path.ends_with(":subject") => Observable::EmailSubject,
        "network-traffic" if path.ends_with("dst_ref.value") || path.ends_with("src_ref.value") => Observable::Ip,
        "network-traffic" if property.eq_ignore_ascii_case("User-Agent") => Observable::UserAgent,
        _ => return Vec::new(),
    };
    values.into_iter().map(|value| (kind_of_value(kind, &value), value)).collect()
}

/// A reference of traffic may be to an address or to a name.
fn kind_of_value(kind: Observable, value: &str) -> Observable {
    let is_name = kind == Observable::Ip && schema::observe::parse_network(value).is_none();
    if is_name { Observable::Domain } else { kind }
}

/// The operator and values after an object path.
fn comparison(tokens: &mut Tokens<'_>) -> Result<Vec<String>, String> {
    let operator = match tokens.next()? {
        Some(Token::Sign(sign)) => sign.to_owned(),
        Some(Token::Word(word)) => word.to_ascii_uppercase(),
        _ => return Err("an object path without an operator".to_owned()),
    };
    match operator.as_str() {
        "=" | "ISSUBSET" => match tokens.next()? {
            Some(Token::Text(text)) => Ok(vec![text]),
            // A number narrows, as a port does, and is no observable.
            Some(Token::Word(_)) => Ok(Vec::new()),
            _ => Err(format!("\"{operator}\" without a value")),
        },
        "IN" => set(tokens),
        _ => Err(format!("the operator {operator} is not read here")),
    }
}

fn set(tokens: &mut Tokens<'_>) -> Result<Vec<String>, String> {
    const NO_SET: &str = "IN without a set of values";
    if !matches!(tokens.next()?, Some(Token::Open('('))) {
        return Err(NO_SET.to_owned());
    }
    let mut values = Vec::new();
    loop {
        match tokens.next()? {
            Some(Token::Text(text)) => values.push(text),
            Some(Token::Word(_) | Token::Comma) => {}
            Some(Token::Close(')')) => return Ok(values),
            _ => return Err(NO_SET.to_owned()),
        }
    }
}

#[derive(Debug)]
enum Token<'a> {
    Open(char),
    Close(char),
    Comma,
    Sign(&'a str),
    /// An object path, a keyword or a number.
    Word(&'a str),
    Text(String),
}

struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Result<Option<Token<'a>>, String> {
        self.rest = self.rest.trim_start();
        let Some(first) = self.rest.chars().next() else {
            return Ok(None);
        };
        let token = match first {
            '[' | '(' => Token::Open(first),
            ']' | ')' => Token::Close(first),
            ',' => Token::Comma,
            '\'' => return self.text().map(Some),
            '=' | '!' | '<' | '>' => {
                let length = self.rest.find(|c| !matches!(c, '=' | '!' | '<' | '>')).unwrap_or(self.rest.len());
                return Ok(Some(Token::Sign(self.take(length))));
            }
            _ => return Ok(Some(Token::Word(self.word()))),
        };
        self.take(first.len_utf8());
        Ok(Some(token))
    }

    /// A quoted text; `\'` and `\\` are the only escapes.
    fn text(&mut self) -> Result<Token<'a>, String> {
        let mut text = String::new();
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if escaped => {
                    text.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                '\'' => {
                    self.take(at + 1);
                    return Ok(Token::Text(text));
                }
                _ => text.push(c),
            }
        }
        Err("a text without its closing quote".to_owned())
    }

    /// Up to a space, a bracket or a sign; a path may have quoted parts with any of these in them, and list steps.
    fn word(&mut self) -> &'a str {
        let (mut quoted, mut depth) = (false, 0_usize);
        let end = self.rest.char_indices().find(|(_, c)| {
            match c {
                '\'' => quoted = !quoted,
                '[' if !quoted => depth += 1,
                ']' if !quoted && depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            !quoted && (c.is_whitespace() || matches!(c, ')' | '(' | ',' | '=' | '!' | '<' | '>' | ']'))
        });
        let end = end.map_or(self.rest.len(), |(at, _)| at);
        self.take(end.max(1))
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(pattern: &str, want: &[(Observable, &str)]) {
        let want: Vec<_> = want.iter().map(|(kind, value)| (*kind, (*value).to_owned())).collect();
        assert_eq!(observables(pattern), Ok(want), "{pattern}");
    }

    #[test]
    fn common_forms_are_read() {
        use Observable::{Domain, Hash, Ip, Url};
        check("[ipv4-addr:value = '198.51.100.7']", &[(Ip, "198.51.100.7")]);
        check("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", &[(Ip, "198.51.100.0/24")]);
        check("[url:value='http://a.example/it\\'s']", &[(Url, "http://a.example/it's")]);
        check("[domain-name:value IN ('a.example', 'b.example')]", &[(Domain, "a.example"), (Domain, "b.example")]);
        check(
            "[domain-name:value = 'a.example' OR ipv4-addr:value = '198.51.100.7'] OR [file:hashes.MD5 = 'aa']",
            &[(Domain, "a.example"), (Ip, "198.51.100.7"), (Hash, "aa")],
        );
        check(
            "[file:hashes.'SHA-256' = 'aa' AND file:hashes.MD5 = 'bb' AND file:name = 'x.exe']",
            &[(Hash, "aa"), (Hash, "bb")],
        );
        check(
            "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 443]",
            &[(Ip, "198.51.100.7")],
        );
        check("([domain-name:value = 'a.example' AND (ipv4-addr:value = '198.51.100.7')])", &[(Domain, "a.example")]);
        check("[x509-certificate:hashes.'SHA-1' = 'aa']", &[(Observable::Certificate, "aa")]);
        check("[mutex:name = 'm']", &[(Observable::Mutex, "m")]);
    }

    #[test]
    fn what_would_match_too_much_is_refused() {
        for pattern in [
            "[domain-name:value != 'a.example']",
            "[domain-name:value LIKE '%.example']",
            "[url:value MATCHES 'a.*']",
            "[domain-name:value = 'a.example'] AND [ipv4-addr:value = '198.51.100.7']",
            "[domain-name:value = 'a.example'] FOLLOWEDBY [ipv4-addr:value = '198.51.100.7']",
            "[domain-name:value = 'a.example'] REPEATS 5 TIMES",
            "[NOT domain-name:value = 'a.example']",
            "[domain-name:value NOT = 'a.example']",
            "[domain-name:value = 'a.example'",
            "domain-name:value = 'a.example'",
            "[domain-name:value = 'a.example]",
        ] {
            assert!(observables(pattern).is_err(), "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn no_text_stops_the_reader(pattern in "([\\[\\]()',=a-z:. ]|AND|OR|IN|'|url:value){0,40}") {
            let _outcome = observables(&pattern);
        }

        #[test]
        fn values_come_back_as_they_went_out(value in "[ -~é]{1,30}") {
            let pattern = of(Observable::Url, &value).expect("a property of STIX");
            prop_assert_eq!(observables(&pattern), Ok(vec![(Observable::Url, value)]));
        }
    }
}
