//! Findings in words and numbers. Input: `ordinary`.

use std::time::Duration;

use schema::{Entity, EntityKind, Evidence, Finding, Timestamp, Window};

use super::{
    DETECTOR,
    ordinary::{Regular, Start},
    window::{Destination, Host, Organization},
};
/// Ports on which web protocols are at home.
const WEB_PORTS: [i32; 5] = [80, 443, 8080, 8443, 0];

/// A finding for each call that was tested.
pub(super) fn findings(window: Window, organization: &Organization, tested: &[&Regular<'_>]) -> Vec<Finding> {
    tested.iter().filter_map(|regular| Some(Tested::of(organization, regular)?.finding(window))).collect()
}

/// A regular call and its two ends.
struct Tested<'a> {
    regular: &'a Regular<'a>,
    host: &'a Host,
    destination: &'a Destination,
}

impl<'a> Tested<'a> {
    fn of(organization: &'a Organization, regular: &'a Regular<'a>) -> Option<Self> {
        let (host, destination) = (organization.host(regular.calls)?, organization.destination(regular.calls)?);
        Some(Self { regular, host, destination })
    }

    fn key(&self) -> (&str, &str, &str) {
        (&self.host.dataset_name, &self.host.source, &self.destination.name)
    }

    fn finding(&self, window: Window) -> Finding {
        let (calls, rhythm) = (self.regular.calls, self.regular.rhythm);
        let (dataset, source, destination) = self.key();
        let mut addresses = calls.addresses.iter().map(|address| Entity::new(EntityKind::Ip, address));
        let domain = self.destination.named.then(|| Entity::new(EntityKind::Domain, destination));
        let instant = |micros| Timestamp::from_micros(micros).unwrap_or_default();
        let evidence = calls.first_records.iter();
        Finding {
            object: domain.or_else(|| addresses.next()),
            also: addresses.collect(),
            first_seen: instant(rhythm.first),
            last_seen: instant(rhythm.last),
            n_records: u64::try_from(calls.n_contacts).unwrap_or(0),
            score: score(self.regular, self.destination),
            p_value: Some(self.regular.p_value.get()),
            techniques: self.techniques(),
            evidence: evidence
                .map(|(table, record_id)| Evidence { table: table.clone(), record_id: record_id.clone() })
                .collect(),
            because: self.because(),
            unless: self.unless(),
            statistics: self.statistics(),
            ..DETECTOR.finding(window, dataset, Entity::new(EntityKind::Ip, source), destination)
        }
    }

    fn techniques(&self) -> Vec<String> {
        let calls = self.regular.calls;
        let web = calls.n_http > 0 || calls.n_tls > 0 || WEB_PORTS.contains(&calls.port);
        let odd_port = !WEB_PORTS.contains(&calls.port);
        let ids = [(web, "T1071.001"), (odd_port, "T1571"), (calls.n_tls > 0, "T1573")];
        ids.into_iter().filter(|(applies, _)| *applies).map(|(_, id)| id.to_owned()).collect()
    }

    fn because(&self) -> String {
        let (regular, rhythm) = (self.regular, self.regular.rhythm);
        let place = self.place();
        let hosts = match regular.n_hosts {
            1 => "no other host here contacts it".to_owned(),
            n => format!("{n} hosts here contact it"),
        };
        let start = match regular.start {
            Start::Established => {
                "it may have been there before the window, or was gone again soon, so that it began says nothing"
                    .to_owned()
            }
            Start::Late => format!("it began after the host had been at work for {} without it", span(regular.settled)),
        };
        format!(
            "{} contacted {place} {} times, every {} with a jitter of {:.0} % ({} missed); {hosts}; {start}.",
            self.host.source,
            rhythm.n_beats,
            span(rhythm.period),
            rhythm.jitter * 100.0,
            rhythm.n_missed,
        )
    }

    /// The other side in words: the domain, or the one address and its port, or the network that the addresses lie in.
    fn place(&self) -> String {
        let port = self.regular.calls.port;
        match self.regular.calls.addresses.as_slice() {
            _ if self.destination.named => self.destination.name.clone(),
            [only] => format!("{only} port {port}"),
            several => format!("{} addresses in {}", several.len(), self.destination.name),
        }
    }

    fn unless(&self) -> String {
        "Someone knows the program behind it: software that only this host has, such as a device's cloud service, a \
         license check or a script of one's own, calls at intervals as well."
            .to_owned()
    }

    fn statistics(&self) -> Vec<(String, f64)> {
        let (regular, rhythm) = (self.regular, self.regular.rhythm);
        let numbers = [
            ("period_s", rhythm.period),
            ("jitter", rhythm.jitter),
            ("n_beats", rhythm.n_beats as f64),
            ("n_missed", rhythm.n_missed as f64),
            ("regularity", rhythm.regularity),
            ("bowley_skew", rhythm.skew),
            ("mad_s", rhythm.mad),
            ("phase_coherence", rhythm.coherence),
            ("same_size_share", rhythm.same_size),
            ("upload_peak", rhythm.upload_peak),
            ("n_hosts", f64::from(regular.n_hosts)),
            ("settled_s", regular.settled),
            ("persistence", regular.persistence),
            ("p_timing", rhythm.p_value.get()),
            ("p_silent_before", regular.silent),
            ("p_begins", regular.begins.get()),
            ("p_looks", regular.looks.get()),
        ];
        numbers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// 0 to 100, for ranking only: evidence against ordinariness first, then regularity, then oddness of the name.
fn score(regular: &Regular<'_>, destination: &Destination) -> f64 {
    let bits = |p: f64, most: f64| (-p.max(1e-12).log10()).clamp(0.0, most) / most;
    let unnamed = !destination.named || regular.calls.n_untrusted > 0;
    let lasting = regular.persistence;
    let strange = bits(regular.p_value.get(), 4.0);
    let timing = bits(regular.rhythm.p_value.get(), 12.0);
    50.0 * strange
        + 20.0 * timing
        + 10.0 * lasting
        + 10.0 * regular.rhythm.same_size
        + 10.0 * f64::from(u8::from(unnamed))
}

/// A length of time for people: `45 s`, `7 min`, `3.5 h`.
fn span(seconds: f64) -> String {
    let seconds = Duration::try_from_secs_f64(seconds).unwrap_or_default().as_secs_f64();
    match seconds {
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3_600.0),
    }
}
