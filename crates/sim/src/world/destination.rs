//! Places on the internet: any number of them, each fully determined by its number, so that none is stored.
//!
//! Addresses come from blocks that are allocated but never announced (22, 26, 28, 29, 30 and 33/8): they look
//! global to software and belong to nobody's traffic. IPv6 uses 3fff::/20, reserved for documentation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{
    dice::{hex, mix},
    names,
};

const BLOCKS: [u8; 4] = [22, 28, 29, 33];
/// Networks of content delivery networks, each a /24 per provider that hundreds of names share.
const CDN_BLOCK: u8 = 26;
/// Six providers; some 60 % of all names are behind one.
const CDNS: u64 = 6;

/// What kind of place it is; decides how it is hosted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hosting {
    /// As the web at large: mostly behind a content delivery network.
    Usual,
    /// Always behind one.
    Fronted,
    /// On servers of its own.
    Own,
}

/// One server name and where it lives. An empty `name` is a bare address: no DNS, no SNI.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) v4: Vec<Ipv4Addr>,
    pub(crate) v6: Option<Ipv6Addr>,
    /// Name that the provider answers with, for places behind one.
    pub(crate) cname: Option<String>,
    pub(crate) ttl_seconds: i64,
    pub(crate) tls13: bool,
    /// Serves plain HTTP only.
    pub(crate) clear: bool,
    /// Round trip to it, in microseconds.
    pub(crate) rtt: i64,
    pub(crate) trusted: bool,
    /// Only the organisation's own authority vouches for it.
    pub(crate) own_authority: bool,
    /// Days by which the renewals of its certificate are shifted.
    pub(crate) certificate_shift: i64,
}

impl Destination {
    /// The place with this number.
    pub(crate) fn invent(seed: u64, id: u64, hosting: Hosting) -> Self {
        Self::named(seed, id, names::domain(seed, id), hosting)
    }

    /// A place with this number and name.
    pub(crate) fn named(seed: u64, id: u64, name: String, hosting: Hosting) -> Self {
        let key = mix(seed, id);
        let draw = |what: u64, below: u64| mix(key, what) % below;
        let fronted = match hosting {
            Hosting::Usual => draw(1, 100) < 60,
            Hosting::Fronted => true,
            Hosting::Own => false,
        };
        let cdn = draw(2, CDNS);
        let how_many = 1 + draw(3, if fronted { 4 } else { 2 });
        let v4 = (0..how_many).map(|n| if fronted { edge(key, cdn, n) } else { origin(key, n) }).collect();
        let has_v6 = fronted && draw(4, 100) < 55 || draw(4, 100) < 12;
        let bits = mix(key, 5);
        let v6 = has_v6.then(|| Ipv6Addr::new(0x3fff, (cdn + 1) as u16, (bits >> 48) as u16, 0, 0, 0, 0, bits as u16));
        let ttl_seconds =
            if fronted { [20, 60, 300][draw(6, 3) as usize] } else { [300, 900, 3600, 14_400][draw(6, 4) as usize] };
        Self {
            id,
            cname: (fronted && draw(7, 2) == 0).then(|| format!("{}.edge{}.example.net", hex(key, 8), cdn + 1)),
            name,
            v4,
            v6,
            ttl_seconds,
            tls13: draw(8, 100) < 78,
            clear: !fronted && draw(9, 100) < 6,
            rtt: if fronted { 4_000 + draw(10, 12_000) as i64 } else { 12_000 + draw(10, 140_000) as i64 },
            trusted: true,
            own_authority: false,
            certificate_shift: draw(11, 60) as i64,
        }
    }

    /// A server without a name.
    pub(crate) fn bare(seed: u64, id: u64) -> Self {
        let place = Self::named(seed, id, String::new(), Hosting::Own);
        Self { v6: None, trusted: false, clear: false, ..place }
    }

    /// Another name at the same place, such as `api.` or `static.`.
    pub(crate) fn under(&self, seed: u64, prefix: &str) -> Self {
        let hosting = if self.cname.is_some() { Hosting::Fronted } else { Hosting::Usual };
        let id = mix(self.id, crate::dice::hash(prefix));
        let child = Self::named(seed, id, format!("{prefix}.{}", self.name), hosting);
        Self { clear: self.clear, tls13: self.tls13, ..child }
    }

    /// Fingerprint of its leaf certificate (SHA-256).
    pub(crate) fn fingerprint(&self, day: i64) -> String {
        hex(mix(self.id, 0xce27 + self.certificate_since(day).unsigned_abs()), 64)
    }

    /// The day from which its certificate is valid: renewed every sixty days, as those of ninety are.
    pub(crate) fn certificate_since(&self, day: i64) -> i64 {
        const RENEWED_DAYS: i64 = 60;
        let shift = self.certificate_shift;
        (day + shift).div_euclid(RENEWED_DAYS) * RENEWED_DAYS - shift
    }

    /// With a certificate that is as old as this on that day.
    pub(crate) fn with_certificate_of(self, age_days: i64, day: i64) -> Self {
        Self { certificate_shift: age_days - day, ..self }
    }

    /// The addresses as text, for the ground truth.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        self.v4.iter().map(|ip| IpAddr::V4(*ip)).chain(self.v6.map(IpAddr::V6)).collect()
    }

    /// The name, or the first address where there is none.
    pub(crate) fn label(&self) -> String {
        match (self.name.is_empty(), self.v4.first()) {
            (true, Some(ip)) => ip.to_string(),
            _ => self.name.clone(),
        }
    }
}

fn edge(key: u64, cdn: u64, n: u64) -> Ipv4Addr {
    let host = mix(key, 100 + n) % 250;
    Ipv4Addr::new(CDN_BLOCK, 10 + cdn as u8, (mix(key, 50) % 2) as u8, host as u8 + 1)
}

/// A server of one's own: neighbours in one network.
fn origin(key: u64, n: u64) -> Ipv4Addr {
    let bits = mix(key, 200);
    let block = BLOCKS[(bits % 4) as usize];
    Ipv4Addr::new(block, (bits >> 8) as u8, (bits >> 16) as u8, ((bits >> 24) as u8 % 120) * 2 + 1 + n as u8)
}

/// A random address outside, for scanners and visitors.
pub(crate) fn stranger(bits: u64) -> Ipv4Addr {
    Ipv4Addr::new(30, (bits >> 8) as u8, (bits >> 16) as u8, (bits >> 24) as u8)
}
