//! Values parted by blanks, where a value with blanks stands between quotes or brackets, as in access logs.

/// The values of a line: `a "b c" [d e] -`. A quote ends where a blank or the end of the line follows it, because some
/// writers do not escape quotes within.
#[derive(Debug, Clone)]
pub(crate) struct Quoted<'a> {
    rest: &'a str,
}

impl<'a> Quoted<'a> {
    pub(crate) fn of(line: &'a str) -> Self {
        Self { rest: line }
    }

    /// `[2001:db8::1]:443` is no value in brackets.
    fn is_address(&self) -> bool {
        self.rest.split_once(']').is_some_and(|(_, behind)| behind.starts_with(':'))
    }

    fn take(&mut self, end: usize, behind: usize) -> &'a str {
        let value = self.rest.get(..end).unwrap_or_default();
        self.rest = self.rest.get(end + behind..).unwrap_or_default();
        value
    }
}

impl<'a> Iterator for Quoted<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start_matches(' ');
        let bytes = self.rest.as_bytes();
        let close = match bytes.first()? {
            b'"' => b'"',
            b'[' if !self.is_address() => b']',
            _ => {
                let end = self.rest.find(' ').unwrap_or(self.rest.len());
                return Some(self.take(end, 0));
            }
        };
        let ends = |at: &usize| matches!(bytes.get(at + 1), None | Some(b' '));
        let is_escaped = |at: usize| bytes.get(..at).is_some_and(ends_in_open_escape);
        let end = memchr::memchr_iter(close, bytes).skip_while(|&at| at == 0).find(|at| ends(at) && !is_escaped(*at));
        let Some(end) = end else {
            // Without an end the value is the rest of the line.
            let end = self.rest.len();
            return Some(self.take(end, 0));
        };
        self.rest = self.rest.get(1..).unwrap_or_default();
        Some(self.take(end - 1, 1))
    }
}

/// An odd number of backslashes stands at the end.
fn ends_in_open_escape(bytes: &[u8]) -> bool {
    bytes.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

/// A request line: method, target and protocol; `None` where it is none.
pub(crate) fn request_line(request: &str) -> Option<(&str, &str, &str)> {
    let (method, rest) = request.split_once(' ')?;
    let (target, protocol) = rest.rsplit_once(' ')?;
    let fits = !target.is_empty() && !target.starts_with('-') && method.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then_some((method, target.trim(), protocol))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_in_quotes_and_brackets() {
        let line = r#"a  "b c" [d e] "" "x \" y" "say "hi"-"hi"." - [::1]:80 "open"#;
        let values: Vec<&str> = Quoted::of(line).collect();
        assert_eq!(values, ["a", "b c", "d e", "", r#"x \" y"#, "say \"hi\"-\"hi\".", "-", "[::1]:80", "\"open"]);
    }

    #[test]
    fn request_lines() {
        assert_eq!(request_line("GET /a b HTTP/1.1"), Some(("GET", "/a b", "HTTP/1.1")));
        for text in ["", "-", "- - - ", "GET", "GET /"] {
            assert_eq!(request_line(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn ends_on_any_text(line: String) {
            prop_assert!(Quoted::of(&line).count() <= line.len());
        }
    }
}
