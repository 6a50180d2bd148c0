//! What the logs of security devices (CEF, LEEF) have in common: the syslog header before them, and what sort of event
//! a record is.

/// Which table a record goes to, told by its fields and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Alert,
    Connection,
    Firewall,
    Http,
    Logon,
    Logoff,
}

/// What a record says, in the words that sorts are told by.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traits<'a> {
    /// Name, class and category of the event, as the device calls it.
    pub(crate) words: [&'a str; 3],
    pub(crate) has_url: bool,
    pub(crate) has_endpoints: bool,
    pub(crate) has_action: bool,
    pub(crate) has_bytes: bool,
    pub(crate) has_user: bool,
}

/// Words by which a device says that it has found something, and not only let something pass.
const THREATS: &[&str] = &[
    "threat",
    "virus",
    "malware",
    "attack",
    "intrusion",
    "exploit",
    "vulnerability",
    "spyware",
    "wildfire",
    "trojan",
    "worm",
    "phish",
    "botnet",
    "ransom",
    "anomaly",
    "suspicious",
    "malicious",
    "injection",
    "scan",
    "ips",
    "ids",
    "backdoor",
];

const LOGONS: &[&str] =
    &["logon", "login", "log on", "logged on", "logged in", "sign-in", "signin", "authentication", "authenticated"];
const LOGOFFS: &[&str] = &["logoff", "logout", "log off", "logged off", "logged out", "sign-out"];

impl Traits<'_> {
    pub(crate) fn sort(&self) -> Sort {
        match () {
            () if self.has_word(THREATS) => Sort::Alert,
            () if self.has_user && self.has_word(LOGOFFS) => Sort::Logoff,
            () if self.has_user && self.has_word(LOGONS) => Sort::Logon,
            () if self.has_url && self.has_endpoints => Sort::Http,
            () if self.has_endpoints && self.has_action => Sort::Firewall,
            () if self.has_endpoints && self.has_bytes => Sort::Connection,
            () => Sort::Alert,
        }
    }

    fn has_word(&self, known: &[&str]) -> bool {
        self.words.iter().any(|text| known.iter().any(|word| contains_word(text, word)))
    }
}

/// Whether a word begins somewhere in a text, in any case; short words must also end there.
fn contains_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let letter = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphabetic);
    text.windows(word.len()).enumerate().any(|(at, part)| {
        let begins = at == 0 || !letter(at - 1);
        let ends = word.len() > 3 || !letter(at + word.len());
        begins && ends && part.eq_ignore_ascii_case(word)
    })
}

/// What a syslog header before a record says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Envelope<'a> {
    /// A whole date and time; classic syslog has none, because it leaves out the year.
    pub(crate) time: Option<&'a str>,
    pub(crate) host: Option<&'a str>,
}

impl<'a> Envelope<'a> {
    /// Reads what stands before the record's mark.
    pub(crate) fn of(before: &'a str) -> Self {
        let before = before.trim();
        let rest = before.strip_prefix('<').and_then(|rest| rest.split_once('>')).map_or(before, |(_, rest)| rest);
        let rest = rest.strip_prefix("1 ").unwrap_or(rest).trim_start();
        let (first, behind) = rest.split_once(' ').unwrap_or((rest, ""));
        let is_date = first.len() >= 19 && first.as_bytes().get(4) == Some(&b'-');
        if is_date {
            return Self { time: Some(first), host: host(behind) };
        }
        // Mmm dd hh:mm:ss host
        let classic = rest.get(..15).filter(|stamp| stamp.as_bytes().get(9) == Some(&b':'));
        let behind = if classic.is_some() { rest.get(15..).unwrap_or_default() } else { "" };
        Self { time: None, host: host(behind) }
    }
}

fn host(behind: &str) -> Option<&str> {
    behind.split_ascii_whitespace().next().filter(|host| *host != "-" && !host.ends_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes() {
        let told = |text| {
            let envelope = Envelope::of(text);
            (envelope.time, envelope.host)
        };
        assert_eq!(told("Sep 19 08:26:10 fw1 "), (None, Some("fw1")));
        assert_eq!(told("<134>1 2026-11-21T10:00:00Z fw1 - - - - "), (Some("2026-11-21T10:00:00Z"), Some("fw1")));
        assert_eq!(told("<134>2026-11-21T10:00:00.5+01:00 fw1 "), (Some("2026-11-21T10:00:00.5+01:00"), Some("fw1")));
        assert_eq!(told(""), (None, None));
    }

    #[test]
    fn sorts_follow_words_and_fields() {
        let flow = Traits { has_endpoints: true, has_action: true, ..Traits::default() };
        assert_eq!(flow.sort(), Sort::Firewall);
        assert_eq!(Traits { words: ["Port Scan", "", ""], ..flow }.sort(), Sort::Alert);
        assert_eq!(Traits { words: ["tips of the day", "", ""], ..flow }.sort(), Sort::Firewall);
        assert_eq!(Traits { words: ["User Login Failed", "", ""], has_user: true, ..flow }.sort(), Sort::Logon);
        assert_eq!(Traits { has_url: true, ..flow }.sort(), Sort::Http);
    }
}
