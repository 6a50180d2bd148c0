//! Who logs on from where: accounts that stand for people or programs, networks and clients as habits know them.

use std::net::IpAddr;

/// Accounts that a system uses for itself; who gets them has been let in otherwise.
const SYSTEM: [&str; 8] =
    ["system", "local service", "network service", "anonymous logon", "anonymous", "guest", "iusr", "-"];

/// Beginnings of accounts that Windows makes for each session.
const SYSTEM_PREFIXES: [&str; 3] = ["dwm-", "umfd-", "nt authority"];

/// Characters of a client's name that tell it from others.
const CLIENT_CHARS_MAX: usize = 60;

/// The account, lower-case; `None` for machines' and systems' own.
pub(crate) fn person(user: Option<&str>) -> Option<String> {
    let user = user?.trim().to_ascii_lowercase();
    let own = user.is_empty()
        || user.ends_with('$')
        || SYSTEM.contains(&user.as_str())
        || SYSTEM_PREFIXES.iter().any(|prefix| user.starts_with(prefix));
    (!own).then_some(user)
}

/// The network that an address belongs to for those who come from it: /24, or /48 in IPv6.
pub(crate) fn network_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            ip.to_ipv4_mapped().map_or_else(|| format!("{a:x}:{b:x}:{c:x}::/48"), |ip| network_of(IpAddr::V4(ip)))
        }
    }
}

/// A client without its version: numbers change with every update.
pub(crate) fn client(text: &str) -> String {
    let mut name = String::new();
    let mut in_number = false;
    for letter in text.chars() {
        let numeric = letter.is_ascii_digit() || (in_number && ['.', '_'].contains(&letter));
        if !numeric {
            name.push(letter);
        } else if !in_number {
            name.push('#');
        }
        in_number = numeric;
        if name.len() >= CLIENT_CHARS_MAX {
            break;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_no_people() {
        assert_eq!(person(Some(" Anna.Smith ")), Some("anna.smith".to_owned()));
        for own in ["", "PC7$", "SYSTEM", "DWM-3", "-", "ANONYMOUS LOGON"] {
            assert_eq!(person(Some(own)), None, "{own}");
        }
    }

    #[test]
    fn an_update_is_no_new_client() {
        assert_eq!(client("Mozilla/5.0 (X11) Firefox/120.0.1"), client("Mozilla/5.0 (X11) Firefox/121.0"));
        assert_ne!(client("curl/8.1"), client("Mozilla/5.0"));
        assert_eq!(network_of("2001:db8:7::1".parse().expect("an address")), "2001:db8:7::/48");
    }
}
