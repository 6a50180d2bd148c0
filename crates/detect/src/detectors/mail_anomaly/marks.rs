//! The marks of a lure in one message: what its parts are, in the words that findings tell.

/// Words that press or tempt, in the languages that most lures are written in.
const PRESSING: [&str; 40] = [
    "account",
    "action required",
    "alert",
    "bank",
    "confirm",
    "deactivat",
    "delivery",
    "docusign",
    "expire",
    "faktura",
    "fatura",
    "factura",
    "facture",
    "final notice",
    "fund",
    "gehalt",
    "gift",
    "invoice",
    "konto",
    "limited",
    "mahnung",
    "overdue",
    "parcel",
    "password",
    "passwort",
    "payment",
    "payroll",
    "purchase order",
    "quarantine",
    "rechnung",
    "refund",
    "remittance",
    "salary",
    "security",
    "suspend",
    "unusual",
    "urgent",
    "verify",
    "voicemail",
    "wire",
];

/// Endings of files that run, or that carry what runs past a gateway.
const RUNNING: [&str; 36] = [
    "apk", "app", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg", "docm", "exe", "hta", "htm", "html", "img", "iso",
    "jar", "js", "jse", "lnk", "mht", "msi", "one", "pif", "pkg", "ps1", "rtf", "scr", "sh", "shtml", "svg", "vbe",
    "vbs", "vhd", "wsf", "xlsm",
];
const PACKED: [&str; 9] = ["7z", "ace", "arj", "cab", "gz", "rar", "tar", "xz", "zip"];

/// Services that hide where a link leads or that anybody may put a page on.
const ANYBODYS: [&str; 24] = [
    "bit.ly",
    "blogspot.com",
    "cutt.ly",
    "firebaseapp.com",
    "glitch.me",
    "godaddysites.com",
    "goo.gl",
    "is.gd",
    "netlify.app",
    "ngrok.io",
    "pages.dev",
    "r2.dev",
    "rb.gy",
    "rebrand.ly",
    "repl.co",
    "t.co",
    "t.ly",
    "tinyurl.com",
    "vercel.app",
    "web.app",
    "weebly.com",
    "wixsite.com",
    "wordpress.com",
    "workers.dev",
];

/// Mail services where anybody gets an address.
const FREE_MAIL: [&str; 16] = [
    "aol.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "hotmail.com",
    "icloud.com",
    "mail.com",
    "mail.ru",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "tutanota.com",
    "web.de",
    "yahoo.com",
    "yandex.com",
];

/// How authentication went, worst first; `None` where nobody looked.
pub(super) fn authentication(spf: &str, dkim: &str, dmarc: &str) -> Option<String> {
    let results =
        [("DMARC", dmarc), ("SPF", spf), ("DKIM", dkim)].map(|(name, result)| (name, result.to_ascii_lowercase()));
    if results.iter().all(|(_, result)| result.is_empty()) {
        return None;
    }
    let failed = |result: &str| ["fail", "softfail", "permerror", "hardfail"].contains(&result);
    let failures: Vec<&str> = results.iter().filter(|(_, result)| failed(result)).map(|(name, _)| *name).collect();
    if !failures.is_empty() {
        return Some(format!("failed {}", failures.join(" and ")));
    }
    let passed = results.iter().any(|(_, result)| result == "pass" || result == "bestguesspass");
    Some(if passed { "fine: authenticated".to_owned() } else { "no authentication".to_owned() })
}

/// The registered domain of an address or a host.
pub(super) fn registered(text: &str) -> String {
    let host = text.rsplit_once('@').map_or(text, |(_, host)| host).trim_end_matches(['.', '>']);
    let lower = host.to_ascii_lowercase();
    psl::domain_str(&lower).unwrap_or(&lower).to_owned()
}

/// Where answers go.
pub(super) fn answers(from: &str, reply_to: &str, return_path: &str) -> &'static str {
    let from = registered(from);
    if !reply_to.is_empty() && registered(reply_to) != from {
        let free = FREE_MAIL.contains(&registered(reply_to).as_str());
        return if free { "answers that go to a free mailbox" } else { "answers that go to another domain" };
    }
    if !return_path.is_empty() && registered(return_path) != from {
        return "an envelope of another domain";
    }
    "fine: answers go back"
}

/// What the shown name pretends; `to` are the receivers.
pub(super) fn name(shown: &str, from: &str, to: &[String]) -> &'static str {
    let shown = shown.to_ascii_lowercase();
    let from_domain = registered(from);
    let address = shown.split([' ', '<', '>', '"', '(', ')']).find(|word| word.contains('@') && word.contains('.'));
    if address.is_some_and(|address| registered(address) != from_domain) {
        return "the name is another one's address";
    }
    let theirs = to.iter().map(|address| registered(address)).find(|domain| *domain != from_domain);
    let label = theirs.as_deref().and_then(|domain| domain.split('.').next()).filter(|label| label.len() >= 4);
    if label.is_some_and(|label| shown.replace(' ', "").contains(label)) {
        return "the name is that of the receivers' own house";
    }
    "fine: a name"
}

pub(super) fn words(subject: &str) -> &'static str {
    let subject = subject.to_lowercase();
    match PRESSING.iter().filter(|word| subject.contains(*word)).count() {
        0 => "fine: plain words",
        1 => "a subject that presses",
        _ => "a subject that presses twice",
    }
}

/// The riskiest of the attachments.
pub(super) fn attachment(names: &[String]) -> &'static str {
    let ending =
        |name: &String| name.rsplit_once('.').map(|(_, ending)| ending.trim().to_lowercase()).unwrap_or_default();
    let endings: Vec<String> = names.iter().map(ending).collect();
    let any = |list: &[&str]| endings.iter().any(|ending| list.contains(&ending.as_str()));
    if any(&RUNNING) {
        "an attachment that runs"
    } else if any(&PACKED) {
        "a packed attachment"
    } else if endings.is_empty() {
        "fine: nothing attached"
    } else {
        "fine: documents"
    }
}

/// The riskiest of the links.
pub(super) fn links(from: &str, hosts: &[String]) -> &'static str {
    let from = registered(from);
    let is_address = |host: &String| host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    if hosts.iter().any(is_address) {
        return "a link to a bare address";
    }
    let anybodys = |host: &String| {
        let host = host.to_ascii_lowercase();
        ANYBODYS.iter().any(|service| host == *service || host.ends_with(&format!(".{service}")))
    };
    if hosts.iter().any(anybodys) {
        return "a link to where anybody puts pages";
    }
    if hosts.iter().any(|host| host.contains("xn--")) {
        return "a link to a name in foreign letters";
    }
    let elsewhere = hosts.iter().any(|host| registered(host) != from);
    match (hosts.is_empty(), elsewhere) {
        (true, _) => "fine: no links",
        (_, true) => "fine: links to others",
        _ => "fine: links to the sender",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&str]) -> Vec<String> {
        items.iter().map(|item| (*item).to_owned()).collect()
    }

    #[test]
    fn marks_are_read() {
        assert_eq!(authentication("pass", "fail", "FAIL").as_deref(), Some("failed DMARC and DKIM"));
        assert_eq!(authentication("", "", ""), None);
        assert_eq!(answers("a@x.example", "b@gmail.com", ""), "answers that go to a free mailbox");
        assert_eq!(answers("a@x.example", "b@mail.x.example", "bounce@x.example"), "fine: answers go back");
        let house = list(&["boss@bigcorp.com"]);
        assert_eq!(name("BigCorp IT", "it@evil.net", &house), "the name is that of the receivers' own house");
        assert_eq!(name("boss@bigcorp.com", "x@evil.net", &house), "the name is another one's address");
        assert_eq!(attachment(&list(&["a.pdf", "b.pdf.EXE"])), "an attachment that runs");
        assert_eq!(links("a@x.com", &list(&["192.0.2.1"])), "a link to a bare address");
    }
}
