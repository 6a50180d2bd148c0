//! Rules for Suricata: names in DNS, TLS and HTTP, addresses, URLs. They alert; `drop` is for the operator to write.
//! Keywords: docs.suricata.io, chapters "DNS Keywords", "SSL/TLS Keywords", "HTTP Keywords".

use std::{collections::BTreeSet, fmt::Write as _};

use schema::{Observable, observe, stable_id};

use super::{About, Entry, Form, is_plain_name, one_line};

pub(super) static FORM: Form = Form {
    name: "suricata",
    about: "rules for Suricata 7 on names, addresses, URLs and JA3; they alert and do not drop",
    takes: |kind: Observable, value| match kind {
        Observable::Domain | Observable::HostName => is_plain_name(value),
        Observable::Ip => observe::parse_ip(value).is_some() || observe::parse_network(value).is_some(),
        Observable::Url => is_plain_name(observe::url_host(value)) && value.starts_with("http://"),
        Observable::Ja3 => true,
        _ => false,
    },
    encode,
};

/// Numbers of rules that Emerging Threats leaves to local use end at 1,999,999; these lie beyond all that is taken.
const SID_FIRST: u32 = 910_000_000;
const SIDS: u32 = 80_000_000;

fn encode(entries: &[Entry], about: &About) -> String {
    let mut list = format!("# {}, {}\n", one_line(&about.producer), about.made_at);
    let mut taken = BTreeSet::new();
    for entry in entries {
        for (part, matching) in matching(entry).into_iter().enumerate() {
            let sid = sid(entry, part, &mut taken);
            let written = writeln!(
                list,
                "alert {matching}classtype:trojan-activity; metadata:confidence {}, tlp {}; sid:{sid}; rev:1;)",
                entry.confidence,
                entry.tlp.label().to_ascii_lowercase(),
            );
            debug_assert!(written.is_ok());
        }
    }
    list
}

/// Protocol, sides and what must be met, up to the classification.
fn matching(entry: &Entry) -> Vec<String> {
    let label = entry.label.as_deref().unwrap_or("listed");
    let message = quoted(&format!("Margay {} {} ({label})", entry.kind, entry.value));
    let value = &entry.value;
    match entry.kind {
        Observable::Domain => [("dns", "dns.query"), ("tls", "tls.sni"), ("http", "http.host")]
            .iter()
            .map(|(protocol, buffer)| {
                // The dot before the name lets names below it match, and `notevil.example` not.
                // `http.host` is lower-case already, and Suricata refuses `nocase` there.
                let nocase = if *buffer == "http.host" { "" } else { "nocase; " };
                format!(
                    "{protocol} $HOME_NET any -> any any (msg:\"{message}\"; {buffer}; dotprefix; \
                     content:\".{value}\"; {nocase}endswith; "
                )
            })
            .collect(),
        Observable::HostName => vec![format!(
            "dns $HOME_NET any -> any any (msg:\"{message}\"; dns.query; content:\"{value}\"; nocase; startswith; \
             endswith; "
        )],
        Observable::Ip => vec![format!("ip $HOME_NET any -> [{value}] any (msg:\"{message}\"; ")],
        Observable::Ja3 => {
            vec![format!("tls $HOME_NET any -> any any (msg:\"{message}\"; ja3.hash; content:\"{value}\"; ")]
        }
        Observable::Url => {
            let host = observe::url_host(value);
            let rest = value.strip_prefix("http://").unwrap_or(value);
            let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
            vec![format!(
                "http $HOME_NET any -> any any (msg:\"{message}\"; http.host; content:\"{host}\"; startswith; endswith; \
                 http.uri.raw; content:\"{}\"; startswith; endswith; ",
                content(path)
            )]
        }
        _ => Vec::new(),
    }
}

/// A number that stays the same from list to list; where two things share one, the next that is free.
fn sid(entry: &Entry, part: usize, taken: &mut BTreeSet<u32>) -> u32 {
    let id = stable_id("rule", &[entry.kind.name(), &entry.value, &part.to_string()]);
    let number = id.bytes().fold(0_u32, |number, byte| number.wrapping_mul(31).wrapping_add(u32::from(byte))) % SIDS;
    let mut sid = SID_FIRST + number;
    while !taken.insert(sid) {
        sid = if sid + 1 < SID_FIRST + SIDS { sid + 1 } else { SID_FIRST };
    }
    sid
}

/// A text within quotes, where `"`, `;` and `\` mean something.
fn quoted(text: &str) -> String {
    one_line(text).replace('\\', "/").replace('"', "'").replace(';', ",")
}

/// Bytes to be matched; all that mean something in a rule are written in hex.
fn content(text: &str) -> String {
    let mut content = String::new();
    for byte in text.bytes() {
        let is_plain = byte.is_ascii_graphic() && !matches!(byte, b'"' | b';' | b'\\' | b'|' | b':');
        let written = if is_plain { write!(content, "{}", char::from(byte)) } else { write!(content, "|{byte:02x}|") };
        debug_assert!(written.is_ok());
    }
    content
}
