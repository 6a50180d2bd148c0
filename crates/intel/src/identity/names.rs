//! Names of hosts: short ones are made whole where only one whole name begins so.

use std::collections::{BTreeMap, BTreeSet};

/// Names that programs give where they have none, or that every second machine has: they tell nobody.
const NOBODY: [&str; 14] = [
    "-",
    "localhost",
    "localhost.localdomain",
    "workstation",
    "desktop",
    "laptop",
    "computer",
    "client",
    "server",
    "host",
    "pc",
    "unknown",
    "kali",
    "nmap",
];

/// Which whole name a short one stands for.
#[derive(Debug, Clone, Default)]
pub struct Names {
    whole: BTreeMap<String, Option<String>>,
}

impl Names {
    /// Of all names that are known.
    pub fn of(names: BTreeSet<String>) -> Self {
        let mut whole: BTreeMap<String, Option<String>> = BTreeMap::new();
        for name in names.iter().filter_map(|name| plain(name)).filter(|name| name.contains('.')) {
            let label = name.split('.').next().unwrap_or_default().to_owned();
            whole
                .entry(label)
                .and_modify(|known| {
                    // Two domains with a host of this name: the short one stands for neither.
                    if known.as_deref() != Some(name.as_str()) {
                        *known = None;
                    }
                })
                .or_insert(Some(name));
        }
        Self { whole }
    }

    /// The whole name; the name itself where there is none, or several.
    pub fn whole(&self, name: &str) -> String {
        let name = plain(name).unwrap_or_else(|| name.to_lowercase());
        self.whole.get(&name).cloned().flatten().unwrap_or(name)
    }
}

/// Whether a name could be a machine's.
pub(super) fn is_somebody(name: &str) -> bool {
    plain(name).is_some_and(|name| !NOBODY.contains(&name.as_str()))
}

/// One spelling: lower case, without a dot at the end, without the `$` of machine accounts. `None` for addresses and
/// what is no name.
fn plain(name: &str) -> Option<String> {
    const BYTES_MAX: usize = 253;
    let name = name.trim().trim_end_matches('.').trim_end_matches('$').to_lowercase();
    let is_name = name.len() <= BYTES_MAX
        && name.chars().any(char::is_alphabetic)
        && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_'))
        && name.parse::<std::net::IpAddr>().is_err();
    is_name.then_some(name)
}
