//! The way of a message: `Received` lines, who handed it over, when. Newest first, as they stand in the header.

use std::net::{IpAddr, Ipv6Addr};

use schema::Timestamp;

use super::date::mail_time;

/// One `Received` line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hop<'m> {
    /// What the sending host called itself.
    helo: Option<&'m str>,
    ip: Option<IpAddr>,
    by: Option<&'m str>,
    from: Option<&'m str>,
    at: Option<Timestamp>,
}

impl<'m> Hop<'m> {
    pub(super) fn read(line: &'m str) -> Self {
        let (way, date) = line.rsplit_once(';').unwrap_or((line, line));
        let at = mail_time(date);
        let Some(sender) = way.trim_ascii_start().get(5..).filter(|_| starts_with_word(way.trim_ascii_start(), "from"))
        else {
            return Self { helo: None, ip: None, by: word_behind(way, "by "), from: None, at };
        };
        let end = sender.find(" by ").unwrap_or(sender.len());
        let (sender, receiver) = sender.split_at_checked(end).unwrap_or((sender, ""));
        let first = sender.split_ascii_whitespace().next();
        let (outside, inside) = sender.split_once('(').unwrap_or((sender, ""));
        // What stands in parentheses was seen by the receiver, what is before them is what the sender says.
        let ip = first_ip(inside).or_else(|| first_ip(outside));
        let said = ["helo=", "HELO ", "EHLO ", "ehlo="].into_iter().find_map(|word| word_behind(inside, word));
        let helo = said.or(first).map(|name| name.trim_matches(['[', ']', '(', ')']));
        Self { helo, ip, by: word_behind(receiver, "by "), from: first, at }
    }

    /// Within one organization: sender and receiver have the same domain.
    fn is_internal(&self) -> bool {
        let (Some(from), Some(by)) = (self.from, self.by) else { return false };
        let (from, by) = (operator(from), operator(by));
        from.is_some() && from == by
    }
}

/// Who handed the message over to the receiving organization: the newest hop from a public address that is not
/// between two of its own servers.
pub(super) fn outermost<'m>(hops: &[Hop<'m>]) -> Option<(IpAddr, Option<&'m str>)> {
    let public = || hops.iter().filter(|hop| hop.ip.is_some_and(is_public));
    let known = public().find(|hop| !hop.is_internal()).or_else(|| public().next_back());
    let known = known.or_else(|| hops.iter().rev().find(|hop| hop.ip.is_some()))?;
    Some((known.ip?, known.helo))
}

/// When the message came in: the newest hop whose time can be read.
pub(super) fn newest_time(hops: &[Hop<'_>]) -> Option<Timestamp> {
    hops.iter().find_map(|hop| hop.at)
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let (start, rest) = text.split_at_checked(word.len()).unwrap_or((text, ""));
    start.eq_ignore_ascii_case(word) && rest.starts_with([' ', '\t'])
}

fn word_behind<'m>(text: &'m str, word: &str) -> Option<&'m str> {
    let start = text.find(word)? + word.len();
    let rest = text.get(start..)?;
    let end = rest.find([' ', ')', '(', ';', '\t']).unwrap_or(rest.len());
    rest.get(..end).filter(|found| !found.is_empty())
}

/// The first address, with or without brackets and the word `IPv6:`.
pub(super) fn first_ip(text: &str) -> Option<IpAddr> {
    let pieces = text.split([' ', '[', ']', '(', ')', ',', ';', '\t']);
    pieces.filter_map(|piece| ip(piece.strip_prefix("IPv6:").unwrap_or(piece))).next()
}

fn ip(text: &str) -> Option<IpAddr> {
    let text = text.split('%').next()?;
    text.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// Addresses that anybody on the Internet may have.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let is_shared = first == 100 && second & 0xc0 == 64;
            !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || is_shared)
        }
        IpAddr::V6(ip) => !(ip.is_loopback() || ip.is_unspecified() || is_local(ip)),
    }
}

/// Unique local and link-local addresses.
fn is_local(ip: Ipv6Addr) -> bool {
    ip.is_unique_local() || ip.is_unicast_link_local()
}

/// The last two labels of a host name; Microsoft's servers have names under several domains.
fn operator(host: &str) -> Option<String> {
    let host = host.trim_matches(['[', ']', '.']);
    let is_name = !host.is_empty() && host.parse::<IpAddr>().is_err() && host.contains('.');
    let mut labels = host.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    let domain = format!("{second}.{top}").to_ascii_lowercase();
    let domain =
        if domain == "office365.com" || domain == "exchangelabs.com" { "outlook.com".to_owned() } else { domain };
    is_name.then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, helo: &str, ip: &str) {
        let hop = Hop::read(line);
        let found = (hop.helo.unwrap_or_default().to_owned(), hop.ip.map(|ip| ip.to_string()).unwrap_or_default());
        assert_eq!(found, (helo.to_owned(), ip.to_owned()), "{line}");
        assert_eq!(hop.at.map(|at| at.to_string()).as_deref(), Some("2026-11-21T09:30:00Z"), "{line}");
    }

    #[test]
    fn lines_of_many_servers() {
        check(
            "from a.example (rdns.example [192.0.2.1]) by mx.example (Postfix) with ESMTPS id X for <b@c.example>; Sat, 21 Nov 2026 09:30:00 +0000 (UTC)",
            "a.example",
            "192.0.2.1",
        );
        check(
            "from [203.0.113.5] (helo=evil.example) by mx.example with esmtp (Exim 4.96) id 1; Sat, 21 Nov 2026 10:30:00 +0100",
            "evil.example",
            "203.0.113.5",
        );
        check(
            "from rdns.example ([203.0.113.5] helo=evil.example) by mx.example with esmtp; Sat, 21 Nov 2026 09:30:00 GMT",
            "evil.example",
            "203.0.113.5",
        );
        check(
            "from unknown (HELO evil.example) (203.0.113.5) by 0 with SMTP; 21 Nov 2026 09:30:00 -0000",
            "evil.example",
            "203.0.113.5",
        );
        check(
            "from a.example (2001:db8::1) by b.example (2001:db8::2) with Microsoft SMTP Server id 15.20; Sat, 21 Nov 2026 09:30:00 +0000",
            "a.example",
            "2001:db8::1",
        );
        check(
            "from [10.0.0.9] (cust.example [IPv6:2001:db8::9]) by mx.example; Sat, 21 Nov 2026 09:30:00 +0000",
            "10.0.0.9",
            "2001:db8::9",
        );
        check("by 2002:a05:6512:1 with SMTP id x; Sat, 21 Nov 2026 01:30:00 -0800 (PST)", "", "");
        check("(qmail 123 invoked by uid 0); 21 Nov 2026 09:30:00 -0000", "", "");
    }

    #[test]
    fn who_handed_it_over() {
        let lines = [
            "by 2002:a05:1 with SMTP id x; Sat, 21 Nov 2026 09:30:00 +0000",
            "from in1.mx.example (in1.mx.example [198.51.100.1]) by store.mx.example; Sat, 21 Nov 2026 09:30:00 +0000",
            "from evil.example (rdns.example [203.0.113.5]) by in1.mx.example; Sat, 21 Nov 2026 09:30:00 +0000",
            "from laptop ([203.0.113.77]) by evil.example; Sat, 21 Nov 2026 09:30:00 +0000",
        ];
        let hops: Vec<Hop<'_>> = lines.into_iter().map(Hop::read).collect();
        let found = outermost(&hops).map(|(ip, helo)| (ip.to_string(), helo));
        assert_eq!(found, Some(("203.0.113.5".to_owned(), Some("evil.example"))));
    }
}
