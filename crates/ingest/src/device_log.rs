//! What the logs of security devices (CEF, LEEF) have in common: the syslog header before them, and what sort of event
//! a record is.

use crate::{observed::Observed, syslog::Header};

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

/// What the syslog header before a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Envelope<'a> {
    pub(crate) observed: Observed,
    pub(crate) host: Option<&'a str>,
}

impl<'a> Envelope<'a> {
    /// Reads what stands before the record's mark; a header that cannot be read says nothing.
    pub(crate) fn of(before: &'a str) -> Self {
        Header::parse(before).map_or(Self { observed: Observed::Unstated, host: None }, |header| Self::from(&header))
    }
}

impl<'a> From<&Header<'a>> for Envelope<'a> {
    fn from(header: &Header<'a>) -> Self {
        Self { observed: header.observed, host: header.host }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_say_time_and_host_as_far_as_they_do() {
        let told = |text| {
            let envelope = Envelope::of(text);
            (
                matches!(envelope.observed, Observed::At(_)),
                matches!(envelope.observed, Observed::Unstated),
                envelope.host,
            )
        };
        assert_eq!(told("Sep 19 08:26:10 fw1 "), (false, false, Some("fw1")));
        assert_eq!(told("<134>1 2026-11-21T10:00:00Z fw1 - - - - "), (true, false, Some("fw1")));
        assert_eq!(told("<134>2026-11-21T10:00:00.5+01:00 fw1 "), (true, false, Some("fw1")));
        assert_eq!(told(""), (false, true, None));
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
