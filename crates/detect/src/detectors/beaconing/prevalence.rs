//! How many hosts contact a destination, by its name and by the domain that it is registered under. Input: `window`.

use ahash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::window::Organization;

/// A registered domain with this many names, most of them contacted by one host each, rents names out: that many
/// hosts contact *some* name of it says nothing about one name.
const PLATFORM_NAMES_MIN: u32 = 20;

#[derive(Debug)]
pub(super) struct Prevalence {
    /// By destination: hosts that contact its registered domain; 0 where that says nothing.
    domain_hosts: Vec<u32>,
    /// Hosts by dataset.
    hosts: HashMap<u32, u32>,
}

/// All names under one registered domain in one dataset.
#[derive(Debug, Default)]
struct Domain {
    n_names: u32,
    n_lone_names: u32,
    n_hosts: u32,
}

impl Prevalence {
    pub(super) fn of(organization: &Organization) -> Self {
        let mut places: HashMap<(u32, &str), usize> = HashMap::new();
        let mut domains: Vec<Domain> = Vec::new();
        let place_of: Vec<Option<usize>> = organization
            .destinations
            .iter()
            .map(|destination| {
                let registered = destination.named.then(|| psl::domain_str(&destination.name)).flatten()?;
                let place = *places.entry((destination.dataset, registered)).or_insert_with(|| {
                    domains.push(Domain::default());
                    domains.len() - 1
                });
                let domain = domains.get_mut(place)?;
                domain.n_names += 1;
                domain.n_lone_names += u32::from(destination.n_hosts == 1);
                Some(place)
            })
            .collect();
        count_hosts(organization, &place_of, &mut domains);

        let domain_hosts = place_of.iter().map(|place| place.and_then(|place| domains.get(place)).map_or(0, shared));
        let domain_hosts = domain_hosts.collect();
        let mut hosts = HashMap::new();
        for host in &organization.hosts {
            *hosts.entry(host.dataset).or_default() += 1;
        }
        Self { domain_hosts, hosts }
    }

    /// Hosts that contact any name under the destination's registered domain; 0 where that says nothing of it.
    pub(super) fn n_hosts_of(&self, destination: u32) -> u32 {
        self.domain_hosts.get(destination as usize).copied().unwrap_or(0)
    }

    /// Hosts seen in a dataset.
    pub(super) fn n_hosts_in(&self, dataset: u32) -> u32 {
        self.hosts.get(&dataset).copied().unwrap_or(0)
    }
}

/// Counts each host once a domain. A domain with one name needs no counting: it has the hosts of that name.
fn count_hosts(organization: &Organization, place_of: &[Option<usize>], domains: &mut [Domain]) {
    let mut seen = HashSet::new();
    for (host, destination) in &organization.contacted {
        let place = place_of.get(*destination as usize).copied().flatten();
        if let Some((place, domain)) = place.and_then(|place| Some((place, domains.get_mut(place)?)))
            && (domain.n_names == 1 || seen.insert((place, *host)))
        {
            domain.n_hosts += 1;
        }
    }
}

fn shared(domain: &Domain) -> u32 {
    let platform = domain.n_names >= PLATFORM_NAMES_MIN && domain.n_lone_names * 2 > domain.n_names;
    if platform { 0 } else { domain.n_hosts }
}
