//! The fields of one record: `name=value`, quoted, as hex digits, within `msg='...'`, enriched behind a separator.

use std::borrow::Cow;

/// auditd puts what it has looked up behind this; rsyslog writes control characters as `#` and octal digits.
const ENRICHED: [&str; 2] = ["\u{1d}", "#035"];

/// Fields whose value user space chooses; the kernel writes it as hex digits where it is not plain.
const ENCODED: &[&str] = &[
    "name",
    "cwd",
    "exe",
    "comm",
    "proctitle",
    "cmd",
    "acct",
    "key",
    "path",
    "dir",
    "data",
    "vm",
    "ocomm",
    "file",
    "root_dir",
    "sw",
    "device",
    "grp",
    "new_group",
    "watch",
    "old",
    "new",
    "profile",
];

/// Calls `each` with the name and value of every field, in order.
pub(super) fn read<'a>(kind: &str, text: &'a str, interpreted: bool, mut each: impl FnMut(&'a str, Cow<'a, str>)) {
    for part in parts(text) {
        let mut words = Words { rest: part, kind_is_execve: kind == "EXECVE", interpreted, within: false };
        if interpreted && kind == "PROCTITLE" {
            let title = part.split_once('=').map_or(part, |(_, title)| title);
            each("proctitle", Cow::Borrowed(title.trim_ascii()));
            continue;
        }
        while let Some(word) = words.next() {
            each(word.name, decoded(kind, &word, interpreted));
        }
    }
}

/// What the record says, and what it was enriched with.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let split = ENRICHED.iter().find_map(|mark| text.split_once(mark));
    let (said, added) = split.map_or((text, None), |(said, added)| (said, Some(added)));
    [Some(said), added].into_iter().flatten()
}

#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    name: &'a str,
    value: &'a str,
    quoted: bool,
}

/// Walks the fields of a text.
struct Words<'a> {
    rest: &'a str,
    kind_is_execve: bool,
    interpreted: bool,
    /// Within `msg='...'`, where the closing quote is no part of a value.
    within: bool,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<Word<'a>> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', ',', ';', '\t']);
            if self.rest.is_empty() {
                return None;
            }
            if let Some(word) = self.permissions() {
                return Some(word);
            }
            let at = self.rest.find([' ', '='])?;
            let (word, behind) = self.rest.split_at_checked(at)?;
            if let Some(value) = behind.strip_prefix('=').filter(|_| !word.is_empty()) {
                let name = word.trim_start_matches('(');
                if name == "msg" && value.starts_with('\'') && !self.within {
                    self.enter(value);
                    continue;
                }
                return Some(self.value(name, value));
            }
            self.rest = behind.get(1..)?;
            if matches!(word, "denied" | "granted") {
                return Some(Word { name: "seresult", value: word, quoted: true });
            }
        }
    }

    /// `{ read write }` of an access vector.
    fn permissions(&mut self) -> Option<Word<'a>> {
        let (inner, behind) = self.rest.strip_prefix('{')?.split_once('}')?;
        self.rest = behind;
        Some(Word { name: "seperms", value: inner.trim_ascii(), quoted: true })
    }

    /// Goes on within the quotes of `msg='...'`; nothing follows them.
    fn enter(&mut self, value: &'a str) {
        self.within = true;
        let inner = value.get(1..).unwrap_or_default();
        self.rest = inner.rsplit_once('\'').map_or(inner, |(inner, _)| inner);
    }

    fn value(&mut self, name: &'a str, text: &'a str) -> Word<'a> {
        let delimited = |open: char, close: char| text.strip_prefix(open)?.split_once(close);
        if let Some((value, behind)) = delimited('"', '"') {
            self.rest = behind.trim_start_matches([',', ')']);
            return Word { name, value, quoted: true };
        }
        if let Some((_, behind)) = delimited('{', '}') {
            let value = text.get(..text.len() - behind.len()).unwrap_or(text);
            self.rest = behind;
            return Word { name, value, quoted: true };
        }
        let length = if self.interpreted { self.printed_length(text) } else { text.find(' ').unwrap_or(text.len()) };
        let (value, behind) = text.split_at_checked(length).unwrap_or((text, ""));
        self.rest = behind;
        let value = value.trim_end_matches(',');
        // Old releases write `(hostname=?, addr=?, terminal=ssh res=success)`.
        let value = if value.contains('(') { value } else { value.trim_end_matches(')') };
        Word { name, value: value.trim_ascii(), quoted: false }
    }

    /// Values that ausearch prints may have blanks: they end before what looks like the next field.
    fn printed_length(&self, text: &str) -> usize {
        let mut at = 0;
        while let Some(blank) = text.get(at..).and_then(|rest| rest.find(' ')) {
            let behind = text.get(at + blank + 1..).unwrap_or_default();
            if self.begins_field(behind) {
                return at + blank;
            }
            at += blank + 1;
        }
        text.len()
    }

    fn begins_field(&self, text: &str) -> bool {
        let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-[]".contains(byte)).count();
        let is_field = length > 0 && text.as_bytes().get(length) == Some(&b'=');
        // Arguments often have the form of fields.
        let is_argument = || text.starts_with('a') && text.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        is_field && (!self.kind_is_execve || is_argument())
    }
}

fn decoded<'a>(kind: &str, word: &Word<'a>, interpreted: bool) -> Cow<'a, str> {
    let plain = Cow::Borrowed(word.value);
    if word.quoted || interpreted || !is_encoded(kind, word.name) || !is_upper_hex(word.value) {
        return plain;
    }
    // An account that is all digits is more likely a number than a name of control characters.
    let is_number = word.name == "acct" && word.value.bytes().all(|byte| byte.is_ascii_digit());
    let Some(bytes) = unhex(word.value).filter(|_| !is_number) else { return plain };
    let text = String::from_utf8_lossy(&bytes);
    Cow::Owned(match word.name {
        "proctitle" => text.trim_end_matches('\0').replace('\0', " "),
        "key" => text.replace('\u{1}', ","),
        _ => text.trim_end_matches('\0').replace('\0', " "),
    })
}

fn is_encoded(kind: &str, name: &str) -> bool {
    ENCODED.contains(&name) || (kind == "EXECVE" && argument(name).is_some())
}

/// The number of an argument, `a2` or `a2[0]`, of a program that is started.
pub(super) fn argument(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('a')?;
    let digits = digits.split_once('[').map_or(digits, |(digits, _)| digits);
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_upper_hex(text: &str) -> bool {
    text.len() >= 2
        && text.len().is_multiple_of(2)
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
}

/// The bytes of hex digits.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &str, text: &str, interpreted: bool, want: &[(&str, &str)]) {
        let mut found = Vec::new();
        read(kind, text, interpreted, |name, value| found.push((name.to_owned(), value.into_owned())));
        let want: Vec<_> = want.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn values_of_all_forms() {
        check("CWD", "cwd=\"/root\"", false, &[("cwd", "/root")]);
        check("CWD", "cwd=2F746D702F6120622F", false, &[("cwd", "/tmp/a b/")]);
        check("EXECVE", "argc=2 a0=\"ls\" a1=2D6C2061", false, &[("argc", "2"), ("a0", "ls"), ("a1", "-l a")]);
        check("SYSCALL", "a0=7FFF key=(null)", false, &[("a0", "7FFF"), ("key", "(null)")]);
        check("PROCTITLE", "proctitle=6C73002D6C00", false, &[("proctitle", "ls -l")]);
        check("USER_AUTH", "pid=1 acct=1000", false, &[("pid", "1"), ("acct", "1000")]);
    }

    #[test]
    fn records_of_user_space() {
        let text = "pid=7 uid=0 msg='op=login acct=\"al\" exe=\"/bin/x\" addr=? res=failed'\u{1d}UID=\"root\"";
        let want = [("pid", "7"), ("uid", "0"), ("op", "login"), ("acct", "al"), ("exe", "/bin/x"), ("addr", "?")];
        check("USER_LOGIN", text, false, &[&want[..], &[("res", "failed"), ("UID", "root")]].concat());
        let old = "user pid=7 msg='PAM: session open acct=\"root\" : exe=\"/bin/x\" (hostname=?, addr=?, terminal=cron res=success)'";
        let want = [("pid", "7"), ("acct", "root"), ("exe", "/bin/x"), ("hostname", "?"), ("addr", "?")];
        check("USER_START", old, false, &[&want[..], &[("terminal", "cron"), ("res", "success")]].concat());
    }

    #[test]
    fn access_vectors() {
        let text = "avc:  denied  { read write } for  pid=7 comm=\"nginx\" tclass=file";
        let want = [("seresult", "denied"), ("seperms", "read write"), ("pid", "7"), ("comm", "nginx")];
        check("AVC", text, false, &[&want[..], &[("tclass", "file")]].concat());
    }

    #[test]
    fn what_ausearch_interprets() {
        let text = "arch=x86_64 exit=EACCES(Permission denied) comm=my prog exe=/bin/x";
        let want = [("arch", "x86_64"), ("exit", "EACCES(Permission denied)"), ("comm", "my prog"), ("exe", "/bin/x")];
        check("SYSCALL", text, true, &want);
        let text = "argc=3 a0=dd a1=if=/dev/zero of=x a2=z";
        check("EXECVE", text, true, &[("argc", "3"), ("a0", "dd"), ("a1", "if=/dev/zero of=x"), ("a2", "z")]);
        check("PROCTITLE", "proctitle=cat a=b c ", true, &[("proctitle", "cat a=b c")]);
        let text = "saddr={ saddr_fam=inet laddr=192.0.2.1 lport=22 } x=1";
        let address = "{ saddr_fam=inet laddr=192.0.2.1 lport=22 }";
        check("SOCKADDR", text, true, &[("saddr", address), ("x", "1")]);
    }
}
