//! How much one person, key or address may ask for: a bucket of requests that fills again, in bounded memory.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Principal(String),
    Address(IpAddr),
}

impl Who {
    /// Who has one address of IPv6 has a whole /64 of them.
    pub(crate) fn at(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = u128::from(address) >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from(network))
            }
            address => address,
        })
    }

    /// Requests a second that go on for ever, and how many may come at once.
    fn allowance(&self) -> (f64, f64) {
        match self {
            // A page in front of a person asks for a dozen things at once; a program for 100 a second is meant to work.
            Self::Principal(_) => (200.0, 1_000.0),
            // Nobody signed in yet: loads the page, signs in. Many people may share an address.
            Self::Address(_) => (50.0, 500.0),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// Buckets that are held at once. Full ones say nothing and are dropped first.
const BUCKETS_MAX: usize = 20_000;

#[derive(Debug, Default)]
pub(crate) struct Limits {
    buckets: Mutex<HashMap<Who, Bucket>>,
}

impl Limits {
    /// Takes one request out of a bucket, or says in how many seconds there will be one.
    pub(crate) fn take(&self, who: Who, now: Instant) -> Result<(), u64> {
        let (rate, most) = who.allowance();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX && !buckets.contains_key(&who) {
            make_room(&mut buckets, now);
        }
        let bucket = buckets.entry(who).or_insert(Bucket { left: most, at: now });
        bucket.left = filled(bucket, rate, most, now);
        bucket.at = now;
        if bucket.left < 1.0 {
            return Err(((1.0 - bucket.left) / rate).ceil().max(1.0) as u64);
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

fn filled(bucket: &Bucket, rate: f64, most: f64, now: Instant) -> f64 {
    (bucket.left + now.saturating_duration_since(bucket.at).as_secs_f64() * rate).min(most)
}

/// Drops the buckets that are full again; where none is, all: being counted anew is better than a memory that grows.
fn make_room(buckets: &mut HashMap<Who, Bucket>, now: Instant) {
    buckets.retain(|who, bucket| {
        let (rate, most) = who.allowance();
        filled(bucket, rate, most, now) < most
    });
    if buckets.len() >= BUCKETS_MAX {
        buckets.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_served_and_then_a_steady_rate() {
        let limits = Limits::default();
        let begun = Instant::now();
        let who = || Who::Principal("ann".to_owned());
        let served = (0..5_000).filter(|_| limits.take(who(), begun).is_ok()).count();
        assert_eq!(served, 1_000);
        assert_eq!(limits.take(who(), begun), Err(1));
        let later = begun + Duration::from_secs(1);
        let served = (0..5_000).filter(|_| limits.take(who(), later).is_ok()).count();
        assert_eq!(served, 200);
        assert!(limits.take(Who::Principal("ben".to_owned()), later).is_ok(), "others are not starved");
    }

    #[test]
    fn many_addresses_need_bounded_room_and_a_network_is_one() {
        let limits = Limits::default();
        let now = Instant::now();
        for number in 0..3 * BUCKETS_MAX as u32 {
            assert!(limits.take(Who::at(IpAddr::V4(number.into())), now).is_ok());
        }
        assert!(limits.buckets.lock().unwrap().len() <= BUCKETS_MAX);
        let [one, other] = ["2001:db8::1", "2001:db8::ffff"].map(|text| Who::at(text.parse().unwrap()));
        assert_eq!(one, other);
        assert_eq!(Who::at("::ffff:192.0.2.1".parse().unwrap()), Who::at("192.0.2.1".parse().unwrap()));
    }
}
