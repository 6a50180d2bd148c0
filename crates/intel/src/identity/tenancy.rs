//! Sightings → tenancies: votes of each hour, won by one host or by nobody, and hours of one winner put together.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use schema::Timestamp;

use super::{Names, Sighting, Sort, names::is_somebody};

/// A host had an address.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Tenancy {
    pub address: IpAddr,
    pub host: String,
    /// First and last record that say so.
    pub first: Timestamp,
    pub last: Timestamp,
    /// Records that say so, by sort.
    pub records: BTreeMap<Sort, u64>,
    /// Share of the votes of these hours that say so, 0 to 1.
    pub agreement: f64,
    /// How far to trust it, 0 to 100.
    pub confidence: u8,
}

const HOUR_SECONDS: i64 = 3_600;
/// A winner needs so much of the votes of an hour; below that the address is contested, as a gateway's is.
const AGREEMENT_MIN: f64 = 0.8;
/// Addresses are leased for hours to days; without news a tenancy holds so long before and after.
const HOLD_SECONDS: i64 = 3 * 24 * HOUR_SECONDS;
/// A name that only clients say of themselves, and from more addresses than that within a day, is no machine's.
const ADDRESSES_A_DAY_MAX: usize = 2;

impl Tenancy {
    /// Whether it may still hold, or already.
    pub(super) fn reaches(&self, at: Timestamp) -> bool {
        self.seconds_from(at) <= HOLD_SECONDS
    }

    pub(super) fn seconds_from(&self, at: Timestamp) -> i64 {
        let before = self.first.seconds().saturating_sub(at.seconds());
        let after = at.seconds().saturating_sub(self.last.seconds());
        before.max(after).max(0)
    }

    /// `10.0.3.7 was ws-042 from ... to ...: 31 logons that named it`, for people.
    pub fn words(&self) -> String {
        let mut counts: Vec<(Sort, u64)> = self.records.iter().map(|(sort, records)| (*sort, *records)).collect();
        counts.sort_by_key(|(sort, _)| *sort);
        let counts: Vec<String> = counts.iter().map(|(sort, records)| format!("{records} {}", sort.name())).collect();
        let host = crate::text::shown(&self.host, 80);
        format!("{} was {host} from {} to {}: {}", self.address, self.first, self.last, counts.join(", "))
    }
}

/// All tenancies that sightings tell of, by address and time.
pub fn tenancies(sightings: Vec<Sighting>, names: &Names) -> Vec<Tenancy> {
    let sightings = believable(sightings, names);
    let mut hours: BTreeMap<(IpAddr, i64), Vec<&Sighting>> = BTreeMap::new();
    for sighting in &sightings {
        let hour = sighting.first.seconds().div_euclid(HOUR_SECONDS);
        hours.entry((sighting.address, hour)).or_default().push(sighting);
    }
    let mut tenancies: Vec<Tenancy> = Vec::new();
    let mut votes: Vec<(f64, f64)> = Vec::new();
    for ((address, _), of_hour) in hours {
        let Some((host, won, cast)) = winner(&of_hour) else {
            continue;
        };
        let said: Vec<&Sighting> = of_hour.iter().copied().filter(|one| one.host == host).collect();
        let (Some(first), Some(last)) = (said.iter().map(|one| one.first).min(), said.iter().map(|one| one.last).max())
        else {
            continue;
        };
        let goes_on = tenancies.last().is_some_and(|known| {
            known.address == address && known.host == host && known.seconds_from(first) <= 2 * HOLD_SECONDS
        });
        if !goes_on {
            let (host, records) = (host.to_owned(), BTreeMap::new());
            tenancies.push(Tenancy { address, host, first, last, records, agreement: 0.0, confidence: 0 });
            votes.push((0.0, 0.0));
        }
        if let (Some(tenancy), Some(votes)) = (tenancies.last_mut(), votes.last_mut()) {
            tenancy.last = tenancy.last.max(last);
            for one in said {
                let records = tenancy.records.entry(one.sort).or_default();
                *records = records.saturating_add(one.records);
            }
            votes.0 += won;
            votes.1 += cast;
        }
    }
    for (tenancy, (won, cast)) in tenancies.iter_mut().zip(votes) {
        tenancy.agreement = won / cast;
        tenancy.confidence = (100.0 * tenancy.agreement * (1.0 - 0.5_f64.powf(won / 2.0))).min(99.0) as u8;
    }
    tenancies
}

/// Sightings of machines, under their whole names.
fn believable(sightings: Vec<Sighting>, names: &Names) -> Vec<Sighting> {
    let mut known: Vec<Sighting> = sightings
        .into_iter()
        .filter(|one| is_somebody(&one.host))
        .map(|one| Sighting { host: names.whole(&one.host), last: one.last.max(one.first), ..one })
        .collect();
    let mut addresses: BTreeMap<(String, i64), BTreeSet<IpAddr>> = BTreeMap::new();
    for one in known.iter().filter(|one| one.sort == Sort::Logon) {
        let day = one.first.seconds().div_euclid(24 * HOUR_SECONDS);
        addresses.entry((one.host.clone(), day)).or_default().insert(one.address);
    }
    let roaming: BTreeSet<String> = addresses
        .into_iter()
        .filter(|(_, addresses)| addresses.len() > ADDRESSES_A_DAY_MAX)
        .map(|((host, _), _)| host)
        .collect();
    known.retain(|one| one.sort != Sort::Logon || !roaming.contains(&one.host));
    known
}

/// The host that most votes of an hour are for, its votes, and all of them; nobody where they do not agree.
fn winner<'a>(of_hour: &[&'a Sighting]) -> Option<(&'a str, f64, f64)> {
    let mut votes: BTreeMap<&str, f64> = BTreeMap::new();
    for one in of_hour {
        // A thousand logons of one hour say little more than a dozen.
        *votes.entry(&one.host).or_default() += one.sort.weight() * (1.0 + one.records as f64).log2();
    }
    let cast: f64 = votes.values().sum();
    let (host, won) = votes.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(a.0)))?;
    (won >= AGREEMENT_MIN * cast).then_some((host, won, cast))
}
