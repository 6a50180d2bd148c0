//! A response policy zone: resolvers answer as if the names, and names that lead to the addresses, did not exist.
//! Spec: draft-vixie-dnsop-dns-rpz, 4.

use std::{fmt::Write as _, net::IpAddr};

use schema::{Observable, observe};

use super::{About, Entry, Form, is_plain_name, one_line};

pub(super) static FORM: Form = Form {
    name: "rpz",
    about: "a response policy zone for resolvers (BIND, Unbound, Knot, PowerDNS): names and addresses give NXDOMAIN",
    takes: |kind: Observable, value| match kind {
        // The zone's own name comes behind it.
        Observable::Domain | Observable::HostName => is_plain_name(value) && value.len() <= NAME_MAX,
        Observable::Ip => trigger(value).is_some(),
        _ => false,
    },
    encode,
};

/// Room for `*.` and for the name of the zone.
const NAME_MAX: usize = 200;

fn encode(entries: &[Entry], about: &About) -> String {
    let serial = u32::try_from(about.made_at.seconds()).unwrap_or(u32::MAX);
    let mut zone = format!(
        "; {}, {}\n$TTL 300\n@ SOA localhost. hostmaster.localhost. {serial} 3600 600 86400 300\n@ NS localhost.\n",
        one_line(&about.producer),
        about.made_at
    );
    for entry in entries {
        let written = match (entry.kind, trigger(&entry.value)) {
            (Observable::Ip, Some(trigger)) => writeln!(zone, "{trigger} CNAME ."),
            (Observable::HostName, _) => writeln!(zone, "{} CNAME .", entry.value),
            (_, _) => writeln!(zone, "{0} CNAME .\n*.{0} CNAME .", entry.value),
        };
        // Writing into a text does not fail.
        debug_assert!(written.is_ok());
    }
    zone
}

/// `24.0.2.0.192.rpz-ip` for 192.0.2.0/24; groups of IPv6 come reversed, with `zz` for the longest run of zeros.
fn trigger(value: &str) -> Option<String> {
    let single = || observe::parse_ip(value).map(|ip| (ip, if ip.is_ipv4() { 32 } else { 128 }));
    let (first, length) = observe::parse_network(value).or_else(single)?;
    let labels = match first {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}")
        }
        IpAddr::V6(v6) => {
            // The common text form has the longest run as `::` already.
            let text = v6.segments().map(|group| format!("{group:x}"));
            let (start, run) = longest_zeros(&v6.segments());
            let mut groups: Vec<&str> = text.iter().map(String::as_str).collect();
            if run > 1 {
                groups.splice(start..start + run, ["zz"]);
            }
            groups.reverse();
            groups.join(".")
        }
    };
    Some(format!("{length}.{labels}.rpz-ip"))
}

fn longest_zeros(groups: &[u16; 8]) -> (usize, usize) {
    let mut longest = (0, 0);
    let mut start = 0;
    for (at, group) in groups.iter().enumerate() {
        if *group != 0 {
            start = at + 1;
        } else if at + 1 - start > longest.1 {
            longest = (start, at + 1 - start);
        }
    }
    longest
}
