//! Networks in CIDR notation, and addresses held against them.

use std::net::IpAddr;

use crate::rules::model::Network;

/// `10.0.0.0/8`, `fe80::/10`, or a bare address; bits behind the prefix are ignored, as rules are not always tidy.
pub(super) fn read(text: &str) -> Option<Network> {
    let (address, prefix) = text.trim().split_once('/').map_or((text.trim(), None), |(a, p)| (a, Some(p)));
    let address: IpAddr = address.parse().ok()?;
    let (v6, width, bits) = match address {
        IpAddr::V4(v4) => (false, 32, u128::from(v4.to_bits())),
        IpAddr::V6(v6) => (true, 128, v6.to_bits()),
    };
    let prefix: u8 = prefix.map_or(Some(width), |prefix| prefix.parse().ok())?;
    (prefix <= width).then(|| Network { v6, bits: masked(bits, width, prefix), prefix })
}

/// An address as records write it. A zone (`fe80::1%eth0`) says on which link, not which address.
pub(in crate::rules) fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    text.split_once('%').map_or(text, |(address, _)| address).parse().ok()
}

impl Network {
    /// Whether the text is an address of this network.
    pub fn contains(&self, text: &str) -> bool {
        address(text).is_some_and(|address| self.holds(address))
    }

    pub(in crate::rules) fn holds(&self, address: IpAddr) -> bool {
        let (v6, width, bits) = match address.to_canonical() {
            IpAddr::V4(v4) => (false, 32, u128::from(v4.to_bits())),
            IpAddr::V6(v6) => (true, 128, v6.to_bits()),
        };
        // A rule may write IPv4-mapped networks (`::ffff:10.0.0.0/104`): then the address is held against it as it came.
        match (self.v6, address) {
            (true, IpAddr::V6(as_written)) if !v6 => masked(as_written.to_bits(), 128, self.prefix) == self.bits,
            _ => v6 == self.v6 && masked(bits, width, self.prefix) == self.bits,
        }
    }
}

fn masked(bits: u128, width: u8, prefix: u8) -> u128 {
    let shift = u32::from(width - prefix.min(width));
    bits.checked_shr(shift).and_then(|kept| kept.checked_shl(shift)).unwrap_or(0)
}
