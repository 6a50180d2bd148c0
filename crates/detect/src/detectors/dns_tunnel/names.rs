//! What a name can carry below the domain that is registered.

/// Longer names are no names; what is beyond is not looked at.
const NAME_MAX: usize = 255;

/// Zones in which names are addresses, and of the network that one is in.
const STRUCTURAL: [&str; 5] = [".arpa", ".local", ".lan", ".home", ".internal"];

/// A name cut at its registered domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut<'a> {
    pub below: &'a str,
    pub zone: &'a str,
}

/// `None` for what cannot carry anything: reverse zones, names of the local network, bare domains.
pub(super) fn cut(name: &str) -> Option<Cut<'_>> {
    let name = name.trim_end_matches('.');
    if name.len() > NAME_MAX || STRUCTURAL.iter().any(|suffix| name.ends_with(suffix)) {
        return None;
    }
    let zone = psl::domain_str(name)?;
    let below = name.strip_suffix(zone)?.strip_suffix('.')?;
    Some(Cut { below, zone })
}

/// Bytes that the labels below a domain can carry: their length times the entropy of their characters. Addresses turned
/// round, as block lists are asked for, and labels with an underscore, which are services, carry nothing.
pub(super) fn information(below: &str) -> f64 {
    if is_address(below) || below.starts_with('_') {
        return 0.0;
    }
    let mut counts = [0u16; 256];
    let mut n: u16 = 0;
    for byte in below.bytes().filter(|byte| *byte != b'.') {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
            n += 1;
        }
    }
    if n < 2 {
        return 0.0;
    }
    let total = f64::from(n);
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let count = f64::from(*count);
            count * (total / count).log2()
        })
        .sum();
    bits / 8.0
}

/// Four numbers, or thirty-two hexadecimal digits one by one: at the end, as a block list may ask below them.
fn is_address(below: &str) -> bool {
    let numbers = below.rsplit('.').take_while(|label| label.parse::<u8>().is_ok()).count();
    let digits = below.split('.').take_while(|label| label.len() == 1).count();
    let leading = below.split('.').take_while(|label| label.parse::<u8>().is_ok()).count();
    numbers.max(leading) >= 4 || digits >= 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_at_the_registered_domain() {
        assert_eq!(cut("a.b.example.co.uk."), Some(Cut { below: "a.b", zone: "example.co.uk" }));
        for nothing in ["example.com", "4.3.2.1.in-addr.arpa", "printer.local", "", ".", &"a.".repeat(200)] {
            assert_eq!(cut(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn dense_names_carry_more_than_words() {
        let data = information("mzxw6ytboi4dsnrqgeztinjygm3tqobzmfrggzdfmztwq2lkmnwg23tp");
        assert!((28.0..36.0).contains(&data), "{data}");
        assert!(information("www") == 0.0 && information("mail-gateway-2") < 7.0);
        for address in ["4.3.2.1", "4.3.2.1.zen", "_ldap._tcp", &("f.".repeat(31) + "f")] {
            assert_eq!(information(address), 0.0, "{address}");
        }
    }
}
