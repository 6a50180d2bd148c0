//! What unrelated parties use at once: blocking it hits bystanders, and a step must say so.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use schema::ThreatEvent;

/// Names and addresses, one a line; the file says what belongs there.
static SHARED: &str = include_str!("../../../content/shared-hosting.txt");

/// Which names the events of one plan saw behind each address.
#[derive(Debug, Default)]
pub struct Neighbors {
    owners: BTreeMap<IpAddr, BTreeSet<String>>,
}

impl Neighbors {
    pub(crate) fn of(events: &[ThreatEvent]) -> Self {
        let mut owners: BTreeMap<IpAddr, BTreeSet<String>> = BTreeMap::new();
        for event in events {
            let values = &event.diamond.infrastructure.values;
            let names: BTreeSet<String> = values.iter().filter_map(|value| owner(value)).collect();
            for address in values.iter().filter_map(|value| value.parse().ok()) {
                owners.entry(address).or_default().extend(names.iter().cloned());
            }
        }
        Self { owners }
    }

    /// How many owners' names were met behind the address.
    pub(crate) fn n_owners(&self, address: IpAddr) -> usize {
        self.owners.get(&address).map_or(0, BTreeSet::len)
    }
}

/// The registered domain of a name; `None` for a public suffix and for what is no name.
pub(crate) fn owner(name: &str) -> Option<String> {
    (is_name(name) && name.parse::<IpAddr>().is_err()).then(|| psl::domain_str(name).map(str::to_owned)).flatten()
}

/// The part of a name below which unrelated parties publish, where there is one.
pub(crate) fn host_of_many(name: &str) -> Option<String> {
    let listed = entries().find(|entry| is_below(name, entry));
    let private = || {
        let suffix = psl::suffix(name.as_bytes())?;
        let is_private = suffix.typ() == Some(psl::Type::Private);
        is_private.then(|| psl::suffix_str(name).map(str::to_owned)).flatten()
    };
    listed.map(str::to_owned).or_else(private)
}

pub(crate) fn is_shared_address(address: IpAddr) -> bool {
    entries().any(|entry| entry.parse() == Ok(address))
}

/// Two labels or more of letters, digits, hyphens and underscores: what a resolver would block as written.
pub(crate) fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        (1..=63).contains(&label.len()) && label.bytes().all(plain)
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

fn is_below(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

fn entries() -> impl Iterator<Item = &'static str> {
    SHARED.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}
