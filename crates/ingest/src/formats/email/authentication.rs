//! What the receiver says of SPF, DKIM and DMARC. Spec: RFC 8601 (Authentication-Results), RFC 7208, RFC 8617.

use super::headers::Fields;

/// Results in the receiver's words, lower-case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Authentication {
    pub(super) spf: Option<String>,
    pub(super) dkim: Option<String>,
    /// Who signed: of a signature that passed, else of the first one.
    pub(super) dkim_domain: Option<String>,
    pub(super) dmarc: Option<String>,
}

/// Where results stand, the most trustworthy first: the receiver's own before what was said on the way.
const HEADERS: [&str; 3] = ["authentication-results", "arc-authentication-results", "authentication-results-original"];

impl Authentication {
    pub(super) fn read(fields: &Fields) -> Self {
        let mut found = Self::default();
        for header in HEADERS {
            fields.all(header).for_each(|value| found.add(value));
        }
        if found.spf.is_none() {
            let spf = fields.get("received-spf").and_then(|value| value.split_ascii_whitespace().next());
            found.spf = spf.map(result_word).filter(|word| !word.is_empty());
        }
        if found.dkim_domain.is_none() {
            let mut signatures = fields.all("dkim-signature");
            found.dkim_domain = signatures.find_map(|signature| tag(signature, "d"));
        }
        found
    }

    /// Takes what one header says; what an earlier one said stays.
    fn add(&mut self, value: &str) {
        let mut signed = None;
        for clause in without_comments(value).split(';') {
            let Some((method, rest)) = clause.trim().split_once('=') else { continue };
            // `dkim/1=pass` names a version of the method.
            let method = method.trim().split('/').next().unwrap_or_default();
            let result = result_word(rest);
            let column = match method {
                _ if method.eq_ignore_ascii_case("spf") => &mut self.spf,
                _ if method.eq_ignore_ascii_case("dmarc") => &mut self.dmarc,
                _ if method.eq_ignore_ascii_case("dkim") => {
                    let is_better = signed.is_none()
                        || (result == "pass" && signed.as_ref().is_some_and(|(known, _)| known != "pass"));
                    if is_better {
                        signed = Some((result, property(rest)));
                    }
                    continue;
                }
                _ => continue,
            };
            column.get_or_insert(result);
        }
        if let (None, Some((result, domain))) = (&self.dkim, signed) {
            self.dkim = Some(result);
            self.dkim_domain = domain;
        }
    }
}

/// The letters at the start, lower-case.
fn result_word(text: &str) -> String {
    let text = text.trim_start();
    text.chars().take_while(char::is_ascii_alphabetic).take(32).collect::<String>().to_ascii_lowercase()
}

/// The domain of `header.d=` or `header.i=`.
fn property(clause: &str) -> Option<String> {
    let by = |name: &str| {
        clause.split_ascii_whitespace().find_map(|word| {
            let (key, value) = word.split_once('=')?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    };
    let domain =
        by("header.d").or_else(|| by("header.i").map(|identity| identity.rsplit('@').next().unwrap_or(identity)));
    domain.map(as_domain).filter(|domain| !domain.is_empty())
}

/// The value of a tag such as `d=` of a DKIM signature.
fn tag(signature: &str, name: &str) -> Option<String> {
    let mut tags = signature.split(';').filter_map(|tag| tag.split_once('='));
    let (_, value) = tags.find(|(key, _)| key.trim() == name)?;
    Some(as_domain(value)).filter(|domain| !domain.is_empty())
}

fn as_domain(text: &str) -> String {
    text.trim().trim_matches(['"', '.', '@', ',']).to_ascii_lowercase()
}

/// Comments stand in parentheses, which nest; what is never closed is no comment.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            character if depth == 0 => kept.push(character),
            _ => {}
        }
    }
    if depth == 0 { kept } else { text.replace(['(', ')'], " ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &str, want: [&str; 4]) {
        let (fields, _) = Fields::split(headers.as_bytes());
        let found = Authentication::read(&fields);
        let words = [found.spf, found.dkim, found.dkim_domain, found.dmarc].map(Option::unwrap_or_default);
        assert_eq!(words, want, "{headers}");
    }

    #[test]
    fn results_of_many_receivers() {
        check(
            "Authentication-Results: mx.google.com;\r\n dkim=pass header.i=@a.example header.s=s1;\r\n spf=pass (x; y) smtp.mailfrom=b@a.example;\r\n dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=a.example\r\n",
            ["pass", "pass", "a.example", "fail"],
        );
        check(
            "Authentication-Results: spf=softfail (sender IP is 192.0.2.1)\n smtp.mailfrom=a.example; dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=a.example;\n",
            ["softfail", "none", "none", "none"],
        );
        check(
            "Authentication-Results: mx; dkim=fail header.d=x.example; dkim=pass header.d=y.example\n",
            ["", "pass", "y.example", ""],
        );
        check(
            "Received-SPF: Fail (protection.outlook.com: ...)\nDKIM-Signature: v=1; a=rsa-sha256; d=Signer.Example; s=x\n",
            ["fail", "", "signer.example", ""],
        );
        check("ARC-Authentication-Results: i=1; mx; spf=neutral smtp.mailfrom=z\n", ["neutral", "", "", ""]);
        check("Authentication-Results: mx; spf=pass (never closed\n", ["pass", "", "", ""]);
    }
}
