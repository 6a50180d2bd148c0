//! A small office with ordinary software, and an implant to put into it: input for tests, the bench and the power table.

use std::{collections::BTreeMap, sync::Arc};

use arrow_array::{Array, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow_schema::{Field, Schema};
use detect::{Case, Control, Detector, Digest, Judged, Params, detectors};
use schema::{Finding, Timestamp, Window};

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const HOUR: i64 = 3_600 * SECOND;
/// Monday 2026-01-05, midnight UTC.
pub(crate) const START: i64 = 1_767_571_200 * SECOND;

/// One TLS session, as the sensor logs it twice: the connection and the handshake.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Contact {
    /// Microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) src: String,
    pub(crate) dst: String,
    pub(crate) port: i64,
    /// Empty where the client named none.
    pub(crate) name: String,
    pub(crate) client: String,
    pub(crate) bytes: i64,
}

/// How an implant calls; times in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Implant {
    pub(crate) period: f64,
    /// Each gap is uniform in `period × (1 − jitter, 1]`.
    pub(crate) jitter: f64,
    /// Chance that a beat does not come.
    pub(crate) missed: f64,
    /// Offset from [`START`].
    pub(crate) from: f64,
    pub(crate) to: f64,
}

/// SplitMix64 (Steele, Lea and Flood 2014): a few lines, and the same numbers everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Uniform in 0 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }
}

/// A day of `n_hosts` workstations: people who browse from nine to five, thirty programs that most of them share, and
/// a dozen devices that each call a place of their own.
pub(crate) fn office(seed: u64, n_hosts: usize) -> Vec<Contact> {
    let mut dice = Dice(seed);
    let mut contacts = Vec::new();
    for host in 0..n_hosts {
        let src = format!("10.1.{}.{}", host / 200, host % 200 + 10);
        browse(&mut dice, &src, &mut contacts);
        for program in 0..30 {
            if dice.unit() < 0.7 {
                run_program(&mut dice, &src, program, &mut contacts);
            }
        }
    }
    for device in 0..12 {
        let call =
            Implant { period: 60.0 * f64::from(device + 1), jitter: 0.02, missed: 0.01, from: 0.0, to: 86_400.0 };
        let place = (format!("device{device}.vendor{device}.com"), format!("firmware{}", device / 2));
        contacts.extend(calls(&mut dice, &format!("10.9.0.{}", device + 1), (&place.0, &place.1), call));
    }
    contacts
}

/// A program with its own timer and noise; one in a hundred was installed during the day.
fn run_program(dice: &mut Dice, src: &str, program: u32, contacts: &mut Vec<Contact>) {
    let period = [120.0, 300.0, 300.0, 600.0, 900.0, 1_800.0][program as usize % 6];
    let jitter = [0.0, 0.02, 0.05, 0.1, 0.3][program as usize % 5];
    let from = if dice.unit() < 0.01 { dice.between(9.0, 17.0) * 3_600.0 } else { period * dice.unit() };
    let call = Implant { period, jitter, missed: 0.02, from, to: 86_400.0 };
    let place = (format!("api.program{program}.com"), format!("library{}", program % 8));
    contacts.extend(calls(dice, src, (&place.0, &place.1), call));
}

/// Pages of a long tail of sites, at log-normal distances while someone is there.
fn browse(dice: &mut Dice, src: &str, contacts: &mut Vec<Contact>) {
    let mut at = 9.0 * 3_600.0 + dice.exponential(1_200.0);
    while at < 17.0 * 3_600.0 {
        let site = (1.0 / (1.0 - 0.999 * dice.unit())) as u64 * 7 % 3_000;
        contacts.push(contact(dice, at, src, &format!("www.site{site}.com"), "browser"));
        at += dice.exponential(40.0) * (1.0 + dice.exponential(1.0));
    }
}

/// What an implant on `src` does; `place` is a name and a client.
pub(crate) fn calls(dice: &mut Dice, src: &str, place: (&str, &str), call: Implant) -> Vec<Contact> {
    let mut contacts = Vec::new();
    let mut at = call.from;
    while at < call.to {
        if dice.unit() >= call.missed {
            contacts.push(contact(dice, at, src, place.0, place.1));
        }
        at += (call.period * (1.0 - call.jitter * dice.unit()) + dice.exponential(0.1)).max(1.0);
    }
    contacts
}

fn contact(dice: &mut Dice, seconds: f64, src: &str, name: &str, client: &str) -> Contact {
    let spot = name.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
    Contact {
        at: START + (seconds * 1e6) as i64,
        src: src.to_owned(),
        dst: format!("22.{}.{}.{}", spot >> 16 & 0xff, spot >> 8 & 0xff, spot % 250 + 1),
        port: 443,
        name: if name.starts_with("bare") { String::new() } else { name.to_owned() },
        client: client.to_owned(),
        bytes: 600 + (dice.unit() * 20.0) as i64,
    }
}

/// What the detector says of the first day, and nothing decided yet.
pub(crate) fn judged(digests: &[RecordBatch]) -> Judged {
    let params = Params::defaults(detector());
    let case = Case { window: days(1), hours: digests, past: &[], params: &params };
    (detector().judge)(&case).expect("digests of this version")
}

/// Findings of a first day at a false discovery rate of 5 %, and ten leads.
pub(crate) fn decided(judged: Judged) -> Vec<Finding> {
    let control = Control { rate: 0.05, leads_max: 10, leads_only: false };
    control.decide(judged, &BTreeMap::new()).into_findings()
}

pub(crate) fn detector() -> &'static Detector {
    detectors::ALL.iter().copied().find(|detector| detector.name == "beaconing").expect("listed")
}

/// One digest an hour, oldest first.
pub(crate) fn digests(contacts: &[Contact]) -> Vec<RecordBatch> {
    let mut hours: BTreeMap<i64, Vec<Contact>> = BTreeMap::new();
    for contact in contacts {
        hours.entry(contact.at.div_euclid(HOUR)).or_default().push(contact.clone());
    }
    hours.values().map(|contacts| digest(&tables(contacts))).collect()
}

pub(crate) fn digest(tables: &[(&str, RecordBatch)]) -> RecordBatch {
    let mut digest: Box<dyn Digest> = (detector().digest)(&Params::defaults(detector()));
    for (table, rows) in tables {
        digest.add(table, rows).expect("columns as declared");
    }
    digest.finish().expect("a digest")
}

/// The window of whole days from [`START`].
pub(crate) fn days(n_days: i64) -> Window {
    let instant = |micros| Timestamp::from_micros(micros).expect("in range");
    Window::new(instant(START), instant(START + n_days * 24 * HOUR))
}

/// Connections and handshakes with the columns that the detector asks for.
pub(crate) fn tables(contacts: &[Contact]) -> Vec<(&'static str, RecordBatch)> {
    vec![("connections", connections(contacts)), ("tls_sessions", handshakes(contacts))]
}

pub(crate) fn connections(contacts: &[Contact]) -> RecordBatch {
    let mut columns = ends(contacts, 'c', 0);
    let n = contacts.len();
    columns.push(("protocol", texts((0..n).map(|_| Some("tcp")))));
    columns.push(("state", texts((0..n).map(|_| Some("SF")))));
    columns.push(("src_bytes", Arc::new(Int64Array::from_iter(contacts.iter().map(|contact| Some(contact.bytes))))));
    columns.push(("src_local", Arc::new(BooleanArray::from(vec![Some(true); n]))));
    columns.push(("dst_local", Arc::new(BooleanArray::from(vec![Some(false); n]))));
    batch(columns)
}

pub(crate) fn handshakes(contacts: &[Contact]) -> RecordBatch {
    let mut columns = ends(contacts, 's', 20_000);
    let n = contacts.len();
    let named = |contact: &Contact| (!contact.name.is_empty()).then(|| contact.name.clone());
    columns.push(("server_name", texts(contacts.iter().map(named))));
    columns.push(("validation_status", texts((0..n).map(|_| None::<&str>))));
    columns.push(("ja3", texts((0..n).map(|_| None::<&str>))));
    columns.push(("ja4", texts(contacts.iter().map(|contact| Some(contact.client.clone())))));
    batch(columns)
}

/// The columns that both tables share.
fn ends(contacts: &[Contact], kind: char, later: i64) -> Vec<(&'static str, Arc<dyn Array>)> {
    let id = |contact: &Contact| format!("{}-{}-{}", contact.src, contact.dst, contact.at);
    let at = contacts.iter().map(|contact| Some(contact.at + later)).collect::<TimestampMicrosecondArray>();
    let n = contacts.len();
    vec![
        ("record_id", texts(contacts.iter().map(|contact| Some(format!("{kind}{}", id(contact)))))),
        ("dataset", texts((0..n).map(|_| Some("office")))),
        ("observed_at", Arc::new(at.with_timezone("UTC"))),
        ("uid", texts(contacts.iter().map(|contact| Some(id(contact))))),
        ("src_ip", texts(contacts.iter().map(|contact| Some(contact.src.clone())))),
        ("dst_ip", texts(contacts.iter().map(|contact| Some(contact.dst.clone())))),
        ("dst_port", Arc::new(Int64Array::from_iter(contacts.iter().map(|contact| Some(contact.port))))),
    ]
}

fn texts<T: AsRef<str>>(values: impl Iterator<Item = Option<T>>) -> Arc<dyn Array> {
    Arc::new(values.collect::<StringArray>())
}

fn batch(columns: Vec<(&'static str, Arc<dyn Array>)>) -> RecordBatch {
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("columns of one length")
}
