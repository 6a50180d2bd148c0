//! A brand in front of somebody else's domain: `paypal.com.session.example.net`, `login.paypal.example.net`.

use super::{brands::Brands, resemble::is_lure};

/// Longest name that is put together for reading: a label of DNS and its hyphens.
const LONGEST: usize = 96;

/// What stands in front of the registered domain, read as one label with what is registered at its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Front {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Front {
    pub(super) fn text(&self) -> &str {
        self.bytes.get(..self.length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }

    /// `None` where a name says nothing in front of its domain that would be worth reading.
    ///
    /// A brand's name alone is everyday life there (`google.` in front of a map's, `zoom.` of a firm's domain); its whole
    /// domain is not, nor is its name beside a word that asks to log on.
    pub(super) fn of(name: &str, domain: &str, brands: &Brands) -> Option<Self> {
        let front = name.strip_suffix(domain)?.strip_suffix('.')?;
        let tells = holds_domain_of(front, |part| brands.owns(part)) || holds_lured_brand(front, brands);
        tells.then(|| Self::joined(front, domain))
    }

    fn joined(front: &str, domain: &str) -> Self {
        let mut joined = Self { bytes: [0; LONGEST], length: 0 };
        let label = domain.split('.').next().unwrap_or_default();
        // What is cut off stands in front: the registered label is what the eye sees last.
        let letters = front.bytes().chain([b'-']).chain(label.bytes());
        let slots = joined.bytes.iter_mut().zip(letters);
        for (slot, letter) in slots {
            *slot = if letter == b'.' {
                b'-'
            } else if letter.is_ascii() {
                letter
            } else {
                b'?'
            };
            joined.length += 1;
        }
        joined
    }
}

/// Whether somebody's whole domain may stand in front of another's: a label and a suffix behind it.
pub(super) fn holds_domain(name: &str, domain: &str) -> bool {
    let front = name.strip_suffix(domain).and_then(|front| front.strip_suffix('.'));
    front.is_some_and(|front| holds_domain_of(front, is_registrable))
}

fn holds_domain_of(front: &str, is: impl Fn(&str) -> bool) -> bool {
    let mut rest = front;
    // A name of DNS has at most 127 labels.
    loop {
        let mut end = rest.find('.');
        for _ in 0..2 {
            let Some(at) = end else { break };
            end = rest.get(at + 1..).and_then(|after| after.find('.')).map(|next| at + 1 + next);
            let part = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
            if is_registrable(part) && is(part) {
                return true;
            }
        }
        match rest.split_once('.') {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
}

fn is_registrable(part: &str) -> bool {
    let is_icann = psl::suffix(part.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Icann));
    is_icann && psl::domain_str(part) == Some(part)
}

/// A brand's name between dots and hyphens, and a word that asks for trust beside it.
fn holds_lured_brand(front: &str, brands: &Brands) -> bool {
    let parts = || front.split(['.', '-']);
    parts().any(|part| is_lure(part.as_bytes()) && part != "com" && part != "www")
        && parts().any(|part| brands.exactly(part.as_bytes()).is_some())
}
