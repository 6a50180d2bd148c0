//! The text of a STIX pattern to what it asks of one record. Spec: STIX 2.1, 9.
//!
//! Read are comparisons over one observation, with AND, OR, NOT and brackets, and several observations joined by OR.
//! What needs several records at once (AND and FOLLOWEDBY between observations, WITHIN, REPEATS, START) is refused,
//! with its place: a pattern that is only half obeyed would match what its author did not mean.

use schema::pattern::{Expression, Literal, Operator, Pattern, Test};

/// Brackets within brackets.
const DEPTH_MAX: usize = 32;

const COMPARISONS_MAX: usize = 10_000;
const TEXT_MAX: usize = 1 << 20;

/// Why a pattern cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Byte of the text.
    pub at: usize,
    pub why: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at {}: {}", self.at + 1, self.why)
    }
}

impl std::error::Error for Refusal {}

type Outcome<T> = Result<T, Refusal>;

/// Reads a pattern.
pub fn read_pattern(text: &str) -> Outcome<Pattern> {
    if text.len() > TEXT_MAX {
        return Err(Refusal { at: 0, why: "longer than a pattern may be".to_owned() });
    }
    let mut reader = Reader { text, at: 0, n_comparisons: 0 };
    let observations = reader.observations(0)?;
    reader.space();
    match reader.rest() {
        "" => Ok(Pattern { text: text.to_owned(), observations }),
        _ => Err(reader.what_follows()),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    n_comparisons: usize,
}

impl<'a> Reader<'a> {
    /// Observations joined by OR, each in square brackets or within round ones.
    fn observations(&mut self, depth: usize) -> Outcome<Vec<Expression>> {
        self.deep(depth)?;
        let mut observations = Vec::new();
        loop {
            self.space();
            if self.take("(") {
                observations.extend(self.observations(depth + 1)?);
                self.expect(")")?;
            } else {
                self.expect("[")?;
                observations.push(self.any(depth + 1)?);
                self.expect("]")?;
            }
            if !self.keyword("OR") {
                return Ok(observations);
            }
        }
    }

    fn any(&mut self, depth: usize) -> Outcome<Expression> {
        self.deep(depth)?;
        let mut parts = vec![self.all(depth)?];
        while self.keyword("OR") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    /// AND binds closer than OR.
    fn all(&mut self, depth: usize) -> Outcome<Expression> {
        let mut parts = vec![self.part(depth)?];
        while self.keyword("AND") {
            parts.push(self.part(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn part(&mut self, depth: usize) -> Outcome<Expression> {
        self.space();
        if self.take("(") {
            let inner = self.any(depth + 1)?;
            self.expect(")")?;
            return Ok(inner);
        }
        self.n_comparisons += 1;
        if self.n_comparisons > COMPARISONS_MAX {
            return Err(self.refuse(format!("more than {COMPARISONS_MAX} comparisons")));
        }
        let at = self.at;
        if self.keyword("EXISTS") {
            let path = self.path()?;
            return Ok(Expression::Test(Test {
                at,
                path,
                negated: false,
                operator: Operator::Exists,
                values: Vec::new(),
            }));
        }
        let path = self.path()?;
        let negated = self.keyword("NOT");
        let operator = self.operator()?;
        let values = if operator == Operator::In { self.set()? } else { vec![self.literal()?] };
        Ok(Expression::Test(Test { at, path, negated, operator, values }))
    }

    /// `file:hashes.'SHA-256'`, `email-message:to_refs[*].value`.
    fn path(&mut self) -> Outcome<String> {
        self.space();
        let start = self.at;
        let (mut quoted, mut in_step) = (false, false);
        let end = self.rest().char_indices().find(|(_, c)| {
            match c {
                '\'' => quoted = !quoted,
                '[' if !quoted => in_step = true,
                ']' if !quoted && in_step => {
                    in_step = false;
                    return false;
                }
                _ => {}
            }
            !(quoted || in_step || c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.' | '\'' | '['))
        });
        let length = end.map_or(self.rest().len(), |(at, _)| at);
        let path: String = self.rest().get(..length).unwrap_or_default().replace('\'', "");
        self.at += length;
        let is_path = path.split_once(':').is_some_and(|(object, property)| !object.is_empty() && !property.is_empty());
        if is_path {
            Ok(path)
        } else {
            Err(Refusal { at: start, why: "an object path is expected, as domain-name:value".to_owned() })
        }
    }

    fn operator(&mut self) -> Outcome<Operator> {
        self.space();
        const SIGNS: &[(&str, Operator)] = &[
            ("!=", Operator::NotEqual),
            ("<>", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("==", Operator::Equal),
            ("=", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        const WORDS: &[(&str, Operator)] = &[
            ("IN", Operator::In),
            ("LIKE", Operator::Like),
            ("MATCHES", Operator::Matches),
            ("ISSUBSET", Operator::Subset),
            ("ISSUPERSET", Operator::Superset),
        ];
        if let Some((_, operator)) = SIGNS.iter().find(|(sign, _)| self.take(sign)) {
            return Ok(*operator);
        }
        let found = WORDS.iter().find(|(word, _)| self.keyword(word)).map(|(_, operator)| *operator);
        found.ok_or_else(|| self.refuse("a comparison is expected: = != < > <= >= IN LIKE MATCHES ISSUBSET ISSUPERSET"))
    }

    fn set(&mut self) -> Outcome<Vec<Literal>> {
        self.space();
        self.expect("(")?;
        let mut values = vec![self.literal()?];
        while self.take_spaced(",") {
            values.push(self.literal()?);
        }
        self.expect(")")?;
        Ok(values)
    }

    fn literal(&mut self) -> Outcome<Literal> {
        self.space();
        let rest = self.rest();
        if rest.starts_with('\'') {
            return self.text().map(Literal::Text);
        }
        if rest.starts_with("t'") {
            self.at += 1;
            return self.text().map(Literal::Text);
        }
        if rest.starts_with("b'") || rest.starts_with("h'") {
            return Err(self.refuse("values of bytes are not compared here"));
        }
        let length =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        let literal = match word.to_ascii_lowercase().as_str() {
            "true" => Some(Literal::Bool(true)),
            "false" => Some(Literal::Bool(false)),
            _ => word.parse().ok().filter(|number: &f64| number.is_finite()).map(Literal::Number),
        };
        let literal = literal.ok_or_else(|| self.refuse("a value is expected: 'text', a number, true or false"))?;
        self.at += length;
        Ok(literal)
    }

    /// `\'` and `\\` are the only escapes.
    fn text(&mut self) -> Outcome<String> {
        let mut text = String::new();
        let mut escaped = false;
        for (at, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if escaped => {
                    text.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                '\'' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                _ => text.push(c),
            }
        }
        Err(self.refuse("a text without its closing quote"))
    }

    /// Why the text should have ended here.
    fn what_follows(&self) -> Refusal {
        let word: String = self.rest().chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        match word.to_ascii_uppercase().as_str() {
            word @ ("AND" | "FOLLOWEDBY") => self.refuse(format!(
                "{word} between observations asks for several records at once, which is not evaluated; write a Sigma correlation"
            )),
            word @ ("WITHIN" | "REPEATS" | "START") => self.refuse(format!(
                "{word} asks for several records over time, which is not evaluated; write a Sigma correlation"
            )),
            _ => self.refuse("the pattern should end here, or go on with OR"),
        }
    }

    fn deep(&self, depth: usize) -> Outcome<()> {
        if depth > DEPTH_MAX {
            Err(self.refuse(format!("brackets are nested deeper than {DEPTH_MAX}")))
        } else {
            Ok(())
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len() } else { 0 };
        found
    }

    fn take_spaced(&mut self, sign: &str) -> bool {
        self.space();
        self.take(sign)
    }

    fn expect(&mut self, sign: &str) -> Outcome<()> {
        if self.take_spaced(sign) { Ok(()) } else { Err(self.refuse(format!("\"{sign}\" is expected"))) }
    }

    /// A word of the grammar, in either case, that ends here.
    fn keyword(&mut self, word: &str) -> bool {
        self.space();
        let (Some(head), Some(behind)) = (self.rest().get(..word.len()), self.rest().get(word.len()..)) else {
            return false;
        };
        let ends = !behind.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.'));
        let found = ends && head.eq_ignore_ascii_case(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn refuse(&self, why: impl Into<String>) -> Refusal {
        Refusal { at: self.at, why: why.into() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The pattern in a form in which brackets show what binds closer.
    fn shown(expression: &Expression) -> String {
        let join =
            |parts: &[Expression], with: &str| format!("({})", parts.iter().map(shown).collect::<Vec<_>>().join(with));
        match expression {
            Expression::All(parts) => join(parts, " & "),
            Expression::Any(parts) => join(parts, " | "),
            Expression::Test(test) => {
                let not = if test.negated { "!" } else { "" };
                format!("{} {not}{:?} {}", test.path, test.operator, test.values.len())
            }
        }
    }

    fn check(text: &str, want: &[&str]) {
        let pattern = read_pattern(text).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
        assert_eq!(pattern.observations.iter().map(shown).collect::<Vec<_>>(), want, "{text}");
    }

    #[test]
    fn the_grammar_of_one_observation() {
        check("[domain-name:value = 'a.example']", &["domain-name:value Equal 1"]);
        check("[a:b = 1 OR a:c = 2 AND a:d = 3]", &["(a:b Equal 1 | (a:c Equal 1 & a:d Equal 1))"]);
        check(
            "[(a:b = 1 or a:c != 2) and a:d NOT IN ('x', 'y', 3)]",
            &["((a:b Equal 1 | a:c NotEqual 1) & a:d !In 3)"],
        );
        check(
            "[file:hashes.'SHA-256' LIKE 'a%'] OR ([a:b >= 1.5])",
            &["file:hashes.SHA-256 Like 1", "a:b GreaterOrEqual 1"],
        );
        check("[email-message:to_refs[*].value MATCHES '^x']", &["email-message:to_refs[*].value Matches 1"]);
        check(
            "[EXISTS url:value AND ipv4-addr:value ISSUBSET '10.0.0.0/8']",
            &["(url:value Exists 0 & ipv4-addr:value Subset 1)"],
        );
        check(
            "[process:command_line = 'it\\'s \\\\ here' AND user-account:is_privileged = true]",
            &["(process:command_line Equal 1 & user-account:is_privileged Equal 1)"],
        );
    }

    #[test]
    fn what_is_not_evaluated_is_refused_with_its_place() {
        let deep = format!("[{}a:b = 1{}]", "(".repeat(40), ")".repeat(40));
        for (text, at, why) in [
            ("[a:b = 1] AND [a:c = 2]", 10, "AND between observations"),
            ("[a:b = 1] FOLLOWEDBY [a:c = 2]", 10, "FOLLOWEDBY"),
            ("[a:b = 1] WITHIN 5 SECONDS", 10, "WITHIN"),
            ("[a:b = 1] REPEATS 5 TIMES", 10, "REPEATS"),
            ("[a:b = h'00']", 7, "bytes"),
            ("[a:b ~ 1]", 5, "comparison"),
            ("[a = 1]", 1, "object path"),
            ("[a:b = 'x]", 7, "closing quote"),
            ("[a:b = 1", 8, "\"]\" is expected"),
            ("a:b = 1", 0, "\"[\" is expected"),
            ("", 0, "\"[\" is expected"),
            (deep.as_str(), 33, "nested"),
        ] {
            let refusal = read_pattern(text).expect_err(text);
            assert!(refusal.at == at && refusal.why.contains(why), "{text}: {refusal:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_stops_the_reader(text in "([\\[\\]()',=<>!a-z:.é ]|AND|OR|NOT|IN|LIKE|'|a:b|[0-9]){0,60}") {
            let _outcome = read_pattern(&text);
        }
    }
}
