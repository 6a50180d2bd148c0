//! Socket addresses as the kernel logs them: the bytes of a `struct sockaddr` as hex digits.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An address that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address {
    Inet {
        ip: String,
        port: u16,
        version: u8,
    },
    Local {
        path: String,
    },
    Netlink {
        pid: u32,
    },
    /// The family's number.
    Other(u16),
}

/// Reads the value of `saddr`. The family is in the byte order of the machine, mostly little-endian.
pub(super) fn read(hex: &str) -> Option<Address> {
    let bytes = super::fields::unhex(hex)?;
    let family = match bytes.get(..2)? {
        [0, family] => u16::from(*family),
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => return None,
    };
    let address = match family {
        1 => {
            let name = bytes.get(2..).unwrap_or_default();
            // An abstract name begins with a zero byte, which tools print as `@`.
            let (mark, name) = match name.strip_prefix(&[0]) {
                Some(rest) if rest.first().is_some_and(|&byte| byte != 0) => ("@", rest),
                _ => ("", name),
            };
            let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
            Address::Local { path: format!("{mark}{}", String::from_utf8_lossy(name)) }
        }
        2 => {
            let ip: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
            Address::Inet { ip: Ipv4Addr::from(ip).to_string(), port: port(&bytes)?, version: 4 }
        }
        10 => {
            let ip: [u8; 16] = bytes.get(8..24)?.try_into().ok()?;
            Address::Inet { ip: Ipv6Addr::from(ip).to_canonical().to_string(), port: port(&bytes)?, version: 6 }
        }
        16 => Address::Netlink { pid: u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?) },
        other => Address::Other(other),
    };
    Some(address)
}

fn port(bytes: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))
}

/// The value of a name in `{ saddr_fam=inet laddr=192.0.2.1 lport=22 }`, which is how tools print an address.
pub(super) fn printed<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let inner = text.trim_matches(['{', '}', ' ']);
    inner.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_all_families() {
        let inet = |ip: &str, port, version| Some(Address::Inet { ip: ip.to_owned(), port, version });
        let local = |path: &str| Some(Address::Local { path: path.to_owned() });
        assert_eq!(read("020001BBCB0071090000000000000000"), inet("203.0.113.9", 443, 4));
        let six = "0A00005000000000200106780000000000000000000000AB00000000";
        assert_eq!(read(six), inet("2001:678::ab", 80, 6));
        let mapped = "0A00005000000000 00000000000000000000FFFFC000020100000000".replace(' ', "");
        assert_eq!(read(&mapped), inet("192.0.2.1", 80, 6));
        assert_eq!(read("01002F6465762F6C6F67000000"), local("/dev/log"));
        assert_eq!(read("0100002F746D702F2E583131"), local("@/tmp/.X11"));
        assert_eq!(read("100000000000000000000000"), Some(Address::Netlink { pid: 0 }));
        assert_eq!(read("110003000000"), Some(Address::Other(17)));
        assert_eq!(read("0000"), Some(Address::Other(0)));
        for broken in ["", "02", "020001BB", "0A00", "zz", "020"] {
            assert_eq!(read(broken), None, "{broken}");
        }
        assert_eq!(printed("{ saddr_fam=inet laddr=192.0.2.1 lport=22 }", "lport"), Some("22"));
    }
}
