//! What is said beside questions: transactions, settings, and the end of a statement.
//!
//! There is nothing to commit and little to set, but tools say these words at every connection and expect an answer.

/// One statement, as far as it is not for the lake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// For the lake.
    Question,
    Begin,
    /// `COMMIT` and `ROLLBACK`, by the word that answers them.
    End(&'static str),
    /// `ROLLBACK TO`: the transaction goes on as if nothing had failed.
    BackTo,
    /// Nothing to do, by the word that answers it.
    Done(&'static str),
    Set {
        name: String,
        value: Option<String>,
    },
    ResetAll,
    Show(String),
    /// A prepared statement, or all of them.
    Deallocate(Option<String>),
    /// Would write.
    Writes,
    NotOffered(&'static str),
}

impl Said {
    pub(super) fn of(statement: &str) -> Self {
        let words = words(statement);
        let word = |at: usize| words.get(at).map(|word| word.to_ascii_uppercase()).unwrap_or_default();
        match word(0).as_str() {
            "BEGIN" => Self::Begin,
            "START" if word(1) == "TRANSACTION" => Self::Begin,
            "COMMIT" | "END" => Self::End("COMMIT"),
            "ROLLBACK" if word(1) == "TO" => Self::BackTo,
            "ROLLBACK" | "ABORT" => Self::End("ROLLBACK"),
            "SAVEPOINT" => Self::Done("SAVEPOINT"),
            "RELEASE" => Self::Done("RELEASE"),
            "DISCARD" if word(1) == "ALL" => Self::ResetAll,
            "DISCARD" => Self::Done("DISCARD"),
            "CLOSE" => Self::Done("CLOSE CURSOR"),
            "UNLISTEN" => Self::Done("UNLISTEN"),
            "DEALLOCATE" => {
                let at = if word(1) == "PREPARE" { 2 } else { 1 };
                Self::Deallocate(words.get(at).filter(|name| !name.eq_ignore_ascii_case("all")).map(|name| plain(name)))
            }
            "RESET" if word(1) == "ALL" => Self::ResetAll,
            "RESET" => Self::Set { name: word(1).to_lowercase(), value: None },
            "SET" => set(&words),
            // These two are of the lake.
            "SHOW" if matches!(word(1).as_str(), "TABLES" | "COLUMNS") => Self::Question,
            "SHOW" => Self::Show(shown(&words)),
            "COPY" => Self::NotOffered("COPY is not offered: ask with SELECT"),
            "DECLARE" | "FETCH" | "MOVE" => Self::NotOffered("cursors are not offered: rows come as they are read"),
            "LISTEN" | "NOTIFY" => Self::NotOffered("notifications are not offered"),
            "PREPARE" | "EXECUTE" => Self::NotOffered("prepare statements by the protocol, not by name in SQL"),
            "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "GRANT"
            | "REVOKE" | "VACUUM" | "ANALYZE" | "REINDEX" | "CLUSTER" | "COMMENT" | "LOCK" | "CALL" | "DO"
            | "REFRESH" | "IMPORT" | "LOAD" | "CHECKPOINT" | "REASSIGN" | "SECURITY" => Self::Writes,
            _ => Self::Question,
        }
    }
}

fn set(words: &[&str]) -> Said {
    let is = |at: usize, word: &str| words.get(at).is_some_and(|given| given.eq_ignore_ascii_case(word));
    let mut at = 1;
    if is(at, "SESSION") && is(at + 1, "CHARACTERISTICS") || is(at, "TRANSACTION") || is(at, "CONSTRAINTS") {
        return Said::Done("SET");
    }
    if is(at, "SESSION") || is(at, "LOCAL") {
        at += 1;
    }
    if is(at, "TIME") && is(at + 1, "ZONE") {
        let value = words.get(at + 2).map(|value| plain(value));
        return Said::Set { name: "timezone".to_owned(), value };
    }
    let name = words.get(at).map(|name| plain(name).to_lowercase()).unwrap_or_default();
    let from = if is(at + 1, "TO") || is(at + 1, "=") { at + 2 } else { at + 1 };
    let value: String =
        words.get(from..).unwrap_or_default().iter().map(|word| plain(word)).collect::<Vec<_>>().join(" ");
    let is_default = value.is_empty() || value.eq_ignore_ascii_case("default");
    Said::Set { name, value: (!is_default).then(|| value.replace(" ,", ",")) }
}

fn shown(words: &[&str]) -> String {
    let name = words.get(1..).unwrap_or_default().join("_").to_lowercase();
    match name.as_str() {
        "time_zone" => "timezone".to_owned(),
        "transaction_isolation_level" => "transaction_isolation".to_owned(),
        _ => plain(&name),
    }
}

/// A name or value without its quotes.
fn plain(word: &str) -> String {
    for quote in ['\'', '"'] {
        if let Some(inner) = word.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            let twice = [quote, quote].iter().collect::<String>();
            return inner.replace(&twice, &quote.to_string());
        }
    }
    word.to_owned()
}

/// The first words of a statement: enough to know what it is.
fn words(statement: &str) -> Vec<&str> {
    const ENOUGH: usize = 32;
    pieces(statement).filter(|piece| piece.kind == Kind::Word).map(|piece| piece.text).take(ENOUGH).collect()
}

/// The statements of a text, without those that say nothing.
pub(super) fn statements(text: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let (mut from, mut has_words) = (0, false);
    for piece in pieces(text) {
        match piece.kind {
            Kind::Word => has_words = true,
            Kind::Nothing => {}
            Kind::End => {
                if has_words {
                    statements.extend(text.get(from..piece.at));
                }
                (from, has_words) = (piece.at + piece.text.len(), false);
            }
        }
    }
    if has_words {
        statements.extend(text.get(from..));
    }
    statements
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Also a text in quotes, and a sign.
    Word,
    /// Blanks and comments.
    Nothing,
    /// A semicolon.
    End,
}

struct Piece<'t> {
    kind: Kind,
    at: usize,
    text: &'t str,
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (kind, length) = piece(rest);
        let piece = Piece { kind, at, text: rest.get(..length).unwrap_or(rest) };
        at += piece.text.len().max(1);
        Some(piece)
    })
}

/// Kind and length of the first piece of a text that is not empty.
fn piece(text: &str) -> (Kind, usize) {
    let bytes = text.as_bytes();
    let until = |end: &str| text.find(end).map_or(text.len(), |found| found + end.len());
    match bytes {
        [b';', ..] => (Kind::End, 1),
        [b'-', b'-', ..] => (Kind::Nothing, until("\n")),
        [b'/', b'*', ..] => (Kind::Nothing, comment(bytes)),
        [b'E' | b'e', b'\'', ..] => (Kind::Word, 1 + quoted(bytes.get(1..).unwrap_or_default(), b'\'', true)),
        [quote @ (b'\'' | b'"'), ..] => (Kind::Word, quoted(bytes, *quote, false)),
        [b'$', ..] => (Kind::Word, dollar_quoted(text)),
        _ => {
            let belongs = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
            let word = text.find(|letter: char| !belongs(letter)).unwrap_or(text.len());
            let first = text.chars().next().map_or(1, char::len_utf8);
            let kind = if bytes.first().is_some_and(u8::is_ascii_whitespace) { Kind::Nothing } else { Kind::Word };
            (kind, word.max(first))
        }
    }
}

/// Length of a text in quotes; a quote that is written twice does not end it.
fn quoted(bytes: &[u8], quote: u8, escapes: bool) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        if escapes && *byte == b'\\' {
            at += 2;
        } else if *byte != quote {
            at += 1;
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    bytes.len()
}

/// Length of a comment; PostgreSQL's hold others.
fn comment(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(pair) = bytes.get(at..at + 2) {
        match pair {
            b"/*" => (at, depth) = (at + 2, depth + 1),
            b"*/" if depth == 1 => return at + 2,
            b"*/" => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Length of `$tag$ ... $tag$`, or of `$1`.
fn dollar_quoted(text: &str) -> usize {
    let tag = text.get(1..).and_then(|rest| rest.split_once('$')).map(|(tag, _)| tag);
    let is_tag = |tag: &&str| {
        !tag.starts_with(|first: char| first.is_ascii_digit())
            && tag.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    let Some(tag) = tag.filter(is_tag) else { return 1 };
    let mark = format!("${tag}$");
    let inner = text.get(mark.len()..).unwrap_or_default();
    inner.find(&mark).map_or(text.len(), |found| found + 2 * mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_at_semicolons_that_are_no_part_of_a_text() {
        assert_eq!(statements("SELECT 1; SELECT 2 ;; "), ["SELECT 1", " SELECT 2 "]);
        for one in [
            "SELECT ';'",
            "SELECT \";\"",
            "SELECT 1 -- ;",
            "SELECT /* ; /* ; */ ; */ 1",
            "SELECT E'\\';'",
            "SELECT $a$;$$;$a$",
            "SELECT 'it''s;'",
        ] {
            assert_eq!(statements(one), [one]);
        }
        assert!(statements(" ; -- nothing\n/* at all */;").is_empty());
        assert_eq!(statements("SELECT $1; SELECT 'x").len(), 2);
    }

    #[test]
    fn the_words_of_tools_are_known() {
        assert_eq!(Said::of("/* a tool */ begin read only"), Said::Begin);
        assert_eq!(Said::of("SELECT 1"), Said::Question);
        assert_eq!(Said::of("show tables"), Said::Question);
        assert_eq!(Said::of("SHOW TRANSACTION ISOLATION LEVEL"), Said::Show("transaction_isolation".to_owned()));
        assert_eq!(Said::of("DROP TABLE x"), Said::Writes);
        assert_eq!(Said::of("DEALLOCATE ALL"), Said::Deallocate(None));
        let set = |name: &str, value: &str| Said::Set { name: name.to_owned(), value: Some(value.to_owned()) };
        assert_eq!(Said::of("SET statement_timeout = '5s'"), set("statement_timeout", "5s"));
        assert_eq!(Said::of("set session DateStyle to ISO, MDY"), set("datestyle", "ISO, MDY"));
        assert_eq!(Said::of("SET TIME ZONE 'UTC'"), set("timezone", "UTC"));
        assert_eq!(Said::of("SET x TO DEFAULT"), Said::Set { name: "x".to_owned(), value: None });
    }

    #[test]
    fn any_text_is_cut_without_losing_its_way() {
        let mut state = 3_u64;
        let signs = ["'", "\"", "$", "a", "$a$", ";", "--", "\n", "/*", "*/", "é", "\\", "E'", " ", "1"];
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..state % 17 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(signs[usize::try_from(state >> 33).unwrap() % signs.len()]);
            }
            state = state.wrapping_add(1);
            let rebuilt: String = pieces(&text).map(|piece| piece.text).collect();
            assert_eq!(rebuilt, text);
            let _said = Said::of(&text);
        }
    }
}
