//! Where a fetch may go: public addresses, and those of our own that the configuration names. A feed's address is
//! written by others, and a redirect by whoever answers: neither may make this machine ask our own services.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use schema::observe;

use super::Failure;
use crate::{Error, Result};

/// Networks of our own that may be fetched from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Internal {
    networks: Vec<(IpAddr, u8)>,
}

impl Internal {
    pub(crate) fn of(networks: &[String]) -> Result<Self> {
        let read = |text: &String| {
            observe::parse_network(text).ok_or_else(|| {
                Error::usage(format!("feeds.internal: \"{text}\" is no network"))
                    .hint("write addresses in CIDR form, as 10.1.0.0/16")
            })
        };
        Ok(Self { networks: networks.iter().map(read).collect::<Result<_>>()? })
    }

    /// Whether a connection to this address may be made.
    pub(crate) fn permits(&self, address: IpAddr) -> bool {
        is_public(address) || self.networks.iter().any(|network| observe::network_holds(*network, address))
    }
}

/// Whether a message may be posted there; why not, otherwise.
pub(crate) fn check_address(url: &Url, internal: &Internal) -> std::result::Result<(), String> {
    check(url, internal).map_err(|failure| failure.why)
}

/// The address of a request: `http` or `https`, a host, no password, and no number that is not permitted.
pub(super) fn check(url: &Url, internal: &Internal) -> std::result::Result<(), Failure> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Failure::lasting(format!("addresses of the form {}: are not fetched", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::lasting("an address with a user name in it is not fetched"));
    }
    let host = url.host_str().unwrap_or_default();
    // The reader of URLs has made decimal, octal and hex forms of addresses into the common one.
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    match number {
        _ if host.is_empty() => Err(Failure::lasting("an address without a host is not fetched")),
        Some(number) if !internal.permits(number) => Err(Failure::lasting(refusal(host))),
        _ => Ok(()),
    }
}

pub(super) fn refusal(host: &str) -> String {
    format!("{host} is an address of our own network; feeds.internal in margay.toml can permit it")
}

/// Whether everybody on the internet means the same by this address (IANA special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        // An IPv4 address in another dress: mapped, by NAT64, by 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] => is_public_v4(embedded(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(embedded(high, low)),
        [0x2002, high, low, ..] => is_public_v4(embedded(high, low)),
        // Teredo and its neighbors up to ORCHID, documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Global unicast is 2000::/3; all else is local, reserved or for many.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(url: &str, internal: &[&str]) -> bool {
        let internal: Vec<String> = internal.iter().map(|network| (*network).to_owned()).collect();
        let internal = Internal::of(&internal).expect("networks");
        Url::parse(url).is_ok_and(|url| check(&url, &internal).is_ok())
    }

    #[test]
    fn no_spelling_of_our_own_addresses_is_fetched() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0.0.0.0/",
            "http://0/",
            "http://169.254.169.254/latest/meta-data",
            "http://10.1.2.3/",
            "http://172.31.0.1/",
            "http://192.168.0.1/",
            "http://100.64.0.1/",
            "http://198.18.0.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::1]/",
            "http://[::]/",
            "http://[fe80::1]/",
            "http://[fc00::1]/",
            "http://[ff02::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::10.0.0.1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:db8::1]/",
            "http://[2001::1]/",
            "http://[::127.0.0.1]/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "http://user:pw@example.org/",
            "gopher://example.org/",
        ] {
            assert!(!permitted(url, &[]), "{url}");
        }
    }

    #[test]
    fn public_addresses_and_those_that_are_named_are_fetched() {
        for url in ["https://example.org/a", "http://1.1.1.1/", "http://[2606:4700::1111]/", "http://[::ffff:1.1.1.1]/"]
        {
            assert!(permitted(url, &[]), "{url}");
        }
        assert!(permitted("http://127.0.0.1:8080/", &["127.0.0.1/32"]));
        assert!(permitted("http://10.1.200.3/", &["10.1.0.0/16"]));
        assert!(!permitted("http://10.2.0.1/", &["10.1.0.0/16"]));
        assert!(!permitted("http://[::1]/", &["127.0.0.1/32"]));
        assert!(Internal::of(&["ten".to_owned()]).is_err());
    }
}
