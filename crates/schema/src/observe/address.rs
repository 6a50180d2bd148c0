//! IP addresses and networks: their one spelling, whatever a source writes.

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::Refusal;

/// An IPv4 or IPv6 address; an IPv4 address inside IPv6 is given as IPv4. Leading zeros are refused, because some
/// programs read them as octal.
pub fn parse_ip(text: &str) -> Option<IpAddr> {
    if let Some(v4) = parse_ipv4(text.as_bytes()) {
        return Some(IpAddr::V4(v4));
    }
    if !text.contains(':') {
        return None;
    }
    // The zone names an interface of the host that wrote it, and no other host.
    let address = text.split('%').next().unwrap_or_default();
    address.parse::<Ipv6Addr>().ok().map(unmapped)
}

/// Dotted decimal to address, without the cost of the general parser: this runs for every address of every row.
pub fn parse_ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    if text.len() > 15 {
        return None;
    }
    let (mut address, mut octet, mut digits, mut dots) = (0_u32, 0_u32, 0_u8, 0_u8);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                let leading_zero = digits > 0 && octet == 0;
                octet = octet * 10 + u32::from(byte - b'0');
                digits += 1;
                if leading_zero || octet > 255 {
                    return None;
                }
            }
            b'.' if digits > 0 && dots < 3 => {
                address = address << 8 | octet;
                (octet, digits) = (0, 0);
                dots += 1;
            }
            _ => return None,
        }
    }
    (dots == 3 && digits > 0).then(|| Ipv4Addr::from(address << 8 | octet))
}

/// A network in CIDR form or a single address, as its first address and prefix length.
pub fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let Some((address, prefix)) = text.split_once('/') else {
        return parse_ip(text).map(|ip| (ip, bits(ip)));
    };
    let written_v4_in_v6 = address.contains(':');
    let address = parse_ip(address)?;
    let mut length: u8 = prefix.parse().ok()?;
    if written_v4_in_v6 && address.is_ipv4() {
        length = length.checked_sub(96)?;
    }
    (length <= bits(address)).then(|| (first_address(address, length), length))
}

pub(super) fn ip(text: &str) -> Result<Cow<'_, str>, Refusal> {
    const NOT_AN_ADDRESS: Refusal = Refusal("not an IP address or network");
    let bare = without_port(text);
    let (address, length) = parse_network(bare).ok_or(NOT_AN_ADDRESS)?;
    let single = length == bits(address);
    // A dotted quad without leading zeros is its own canonical form.
    if single && address.is_ipv4() && parse_ipv4(bare.as_bytes()).is_some() {
        return Ok(Cow::Borrowed(bare));
    }
    Ok(Cow::Owned(if single { address.to_string() } else { format!("{address}/{length}") }))
}

/// Takes the port off `host:port` and `[v6]:port`; an IPv6 address without brackets has none.
pub(super) fn without_port(text: &str) -> &str {
    if let Some(inner) = text.strip_prefix('[') {
        return inner.split(']').next().unwrap_or_default();
    }
    match text.split_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => text,
    }
}

pub(super) fn unmapped(address: Ipv6Addr) -> IpAddr {
    address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4)
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn first_address(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4(mask_v4(u32::from(v4), length).into()),
        IpAddr::V6(v6) => IpAddr::V6(mask_v6(u128::from(v6), length).into()),
    }
}

/// Whether a network, as [`parse_network`] gives it, holds an address. One family never holds the other's.
pub fn network_holds((first, length): (IpAddr, u8), address: IpAddr) -> bool {
    first_address(address, length) == first_address(first, length)
}

pub(super) fn mask_v4(address: u32, length: u8) -> u32 {
    address & u32::MAX.checked_shl(32 - u32::from(length.min(32))).unwrap_or(0)
}

pub(super) fn mask_v6(address: u128, length: u8) -> u128 {
    address & u128::MAX.checked_shl(128 - u32::from(length.min(128))).unwrap_or(0)
}
