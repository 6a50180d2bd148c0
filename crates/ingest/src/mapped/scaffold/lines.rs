//! Guesses a pattern for lines of text: what they begin with, told token by token, and the rest as a message.

use regex::Regex;

/// What a line may go on with: how it looks, how it is written in the pattern, and what the group is called.
struct Token {
    looks: &'static str,
    pattern: &'static str,
    name: &'static str,
}

const fn token(looks: &'static str, pattern: &'static str, name: &'static str) -> Token {
    Token { looks, pattern, name }
}

/// The first that fits counts. The `{}` of a pattern stands for the group's name.
static TOKENS: &[Token] = &[
    token(r"<\d{1,3}>", r"<(?P<{}>\d{1,3})>", "priority"),
    token(
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d| [+-]\d{4})?",
        r"(?P<{}>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d| [+-]\d{4})?)",
        "time",
    ),
    token(r"\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]", r"\[(?P<{}>[^\]]+)\]", "time"),
    token(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?", r"(?P<{}>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?)", "time"),
    token(
        r"\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
        r"(?P<{}>\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4})",
        "time",
    ),
    token(r"\d\d-\w{3}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)?", r"(?P<{}>\d\d-\w{3}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)?)", "time"),
    token(r"1\d{9}(?:\.\d+)?|1\d{12}", r"(?P<{}>1\d{9}(?:\.\d+)?|1\d{12})", "time"),
    token(r"(?:\d{1,3}\.){3}\d{1,3}:\d{1,5}", r"(?P<{}>[\d.]+):(?P<{}_port>\d+)", "ip"),
    token(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}", r"(?P<{}>[0-9a-fA-F.:]+)", "ip"),
    token(
        r#""(?:[A-Z]{3,10}) \S+ HTTP/[\d.]+""#,
        r#""(?P<method>\S+) (?P<path>\S+) HTTP/(?P<version>[\d.]+)""#,
        "request",
    ),
    token(r#""https?://[^"]*""#, r#""(?P<{}>[^"]*)""#, "url"),
    token(r#""Mozilla/[^"]*""#, r#""(?P<{}>[^"]*)""#, "user_agent"),
    token(r#""[^"]*""#, r#""(?P<{}>[^"]*)""#, "text"),
    token(r"\[\d+\]", r"\[(?P<{}>\d+)\]", "pid"),
    token(
        r"\[(?i:trace|debug|info|notice|warn|warning|error|crit|critical|alert|fatal|emerg)\]",
        r"\[(?P<{}>\w+)\]",
        "level",
    ),
    token(r"\[[^\]]*\]", r"\[(?P<{}>[^\]]*)\]", "context"),
    token(
        r"(?i:trace|debug|info|notice|warn|warning|error|crit|critical|alert|fatal|emerg)\b:?",
        r"(?P<{}>\w+):?",
        "level",
    ),
    token(r"[\w./-]+\[\d+\]:", r"(?P<program>[\w./-]+)\[(?P<{}>\d+)\]:", "pid"),
    token(r"(?:GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH|CONNECT)\b", r"(?P<{}>[A-Z]+)", "method"),
    token(r"https?://\S+", r"(?P<{}>\S+)", "url"),
    token(r"-?\d+(?:\.\d+)?(?:\s|$)", r"(?P<{}>-|-?\d+(?:\.\d+)?)", "number"),
    token(r"-(?:\s|$)", r"(?P<{}>\S+)", "word"),
];

/// Tokens that are told apart before the rest is a message.
const MAX_TOKENS: usize = 24;

/// The pattern of a line's beginning, up to where the first pair begins; `None` where lines begin with pairs.
pub(super) fn prefix(all: &[&str], between: char) -> Option<String> {
    let first = all.first()?;
    let end = first.split(between).scan(0, |at, part| {
        let start = *at;
        *at += part.len() + between.len_utf8();
        Some((start, part))
    });
    let mut named = end.filter(|(_, part)| part.contains('=')).map(|(start, _)| start);
    let start = named.next()?;
    let before = first.get(..start)?;
    // `<189>date=...`: a mark glued to the first name.
    let glued = Regex::new(r"^<\d{1,3}>").ok()?;
    if start == 0 {
        return glued.is_match(first).then(|| r"^<(?P<priority>\d{1,3})>".to_owned());
    }
    let (pattern, rest) = tokens(before);
    let pattern = if rest.trim().is_empty() { pattern } else { format!("{pattern}(?P<head>.*?)") };
    let pattern = format!("^{}\\s*", pattern.trim_end_matches("\\s+"));
    let regex = Regex::new(&pattern).ok()?;
    all.iter().all(|line| regex.is_match(line)).then_some(pattern)
}

/// A pattern that most of the lines have; `None` where nothing but a message is seen.
pub(super) fn pattern_of(all: &[&str]) -> Option<String> {
    let candidates = all.iter().take(5).filter_map(|line| {
        let (pattern, rest) = tokens(line);
        if pattern.is_empty() {
            return None;
        }
        let tail = if rest.is_empty() { String::new() } else { "(?P<message>.*)".to_owned() };
        Some(format!("^{pattern}{tail}$"))
    });
    let matching = |pattern: &String| {
        let Ok(regex) = Regex::new(pattern) else { return 0 };
        all.iter().filter(|line| regex.is_match(line)).count()
    };
    let (count, pattern) = candidates.map(|pattern| (matching(&pattern), pattern)).max_by_key(|(count, _)| *count)?;
    (count * 10 >= all.len() * 7).then_some(pattern)
}

/// The pattern of as many tokens as are known, and what comes after them.
fn tokens(line: &str) -> (String, &str) {
    let looks: Vec<(Regex, &Token)> =
        TOKENS.iter().filter_map(|token| Some((Regex::new(&format!("^(?:{})", token.looks)).ok()?, token))).collect();
    let mut pattern = String::new();
    let mut names: Vec<String> = Vec::new();
    let mut rest = line;
    for _ in 0..MAX_TOKENS {
        if rest.is_empty() {
            break;
        }
        let found = looks.iter().find_map(|(looks, token)| Some((looks.find(rest)?.end(), token)));
        let (length, part, name) = match found {
            Some((length, token)) => {
                let length = rest.get(..length).unwrap_or_default().trim_end().len();
                (length, token.pattern, token.name)
            }
            None if !names.is_empty() && is_word_before_more(rest, &looks) => {
                (rest.find(char::is_whitespace).unwrap_or(rest.len()), r"(?P<{}>\S+)", "word")
            }
            None => break,
        };
        let name = in_context(name, &names, rest.get(..length).unwrap_or_default());
        let same = names.iter().filter(|known| *known == name).count();
        names.push(name.to_owned());
        let numbered = if same == 0 { name.to_owned() } else { format!("{name}{}", same + 1) };
        if name == "request" && same > 0 {
            break;
        }
        pattern.push_str(&part.replace("{}", &numbered));
        let behind = rest.get(length..).unwrap_or_default();
        rest = behind.trim_start();
        if !rest.is_empty() {
            pattern.push_str(if rest.len() < behind.len() { r"\s+" } else { "" });
        }
    }
    (pattern, rest)
}

/// What a number is after what came before it.
fn in_context<'n>(name: &'n str, before: &[String], text: &str) -> &'n str {
    if name != "number" {
        return name;
    }
    let is_port = text.parse::<u32>().is_ok_and(|port| (1_024..65_536).contains(&port));
    match before.last().map(String::as_str) {
        Some("request") => "status",
        Some("status") => "bytes",
        Some("ip") if is_port => "ip_port",
        _ => name,
    }
}

/// Whether a plain word is a field and not the start of a sentence: something that is no word comes soon after it.
fn is_word_before_more(rest: &str, looks: &[(Regex, &Token)]) -> bool {
    let told = |text: &str| {
        looks.iter().any(|(looks, token)| !matches!(token.name, "number" | "word" | "level") && looks.is_match(text))
    };
    let behind = |text: &str| text.split_once(char::is_whitespace).map(|(_, behind)| behind.trim_start().to_owned());
    let Some(second) = behind(rest) else { return false };
    told(&second) || behind(&second).is_some_and(|third| told(&third))
}
