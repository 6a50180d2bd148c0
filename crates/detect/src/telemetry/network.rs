//! Which contacts leave the organisation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address cannot be reached over the internet: private, link-local, loopback, multicast and the like.
///
/// Documentation ranges count as outside: lab captures and simulations use them for the internet.
pub(crate) fn inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => inside_v4(address),
        IpAddr::V6(address) => address.to_ipv4_mapped().map_or_else(|| inside_v6(address), inside_v4),
    }
}

fn inside_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let shared = first == 100 && second & 0xc0 == 64;
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || first == 0
        || first >= 240
        || shared
}

fn inside_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

/// Whether a contact goes from our side to the other: what an implant does. `*_local` is what the sensor says, where
/// it says something; without any sign that one end is ours, two outside addresses count as outbound.
pub(crate) fn outbound(src: IpAddr, dst: IpAddr, src_local: Option<bool>, dst_local: Option<bool>) -> bool {
    let dst_ours = inside(dst) || dst_local == Some(true);
    let src_ours = inside(src) || src_local == Some(true);
    let transit = src_local == Some(false) && dst_local == Some(false);
    let unknown = src_local.is_none() && dst_local.is_none();
    !dst_ours && (src_ours || transit || unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_contacts_to_the_outside_count() {
        let (host, peer, site, cgnat) = (ip("10.1.2.3"), ip("192.168.0.9"), ip("198.51.100.7"), ip("100.64.0.1"));
        assert!(outbound(host, site, None, None));
        assert!(!outbound(host, peer, None, None));
        assert!(!outbound(site, host, None, None));
        assert!(!outbound(host, cgnat, None, None));
        assert!(!outbound(host, site, Some(true), Some(true)));
        assert!(outbound(ip("147.32.80.9"), site, Some(false), Some(false)));
        assert!(outbound(ip("fd00::1"), ip("2001:db8::1"), None, None));
        assert!(!outbound(host, ip("::ffff:10.0.0.1"), None, None));
    }
}
