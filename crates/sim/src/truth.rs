//! What really happened, apart from the logs: malicious records, stories, and the innocent beacons.
//!
//! The lines of `truth.ndjson` are described at the head of the crate.

use std::net::IpAddr;

use schema::Timestamp;

use crate::{
    calendar::{Micros, date},
    logs::json::Object,
};

/// The part of a story that brings the implant in: not a contact that a detector of contacts could count.
pub(crate) const DELIVERY: &str = "delivery";

/// Stands for a destination where something innocent has too many to name.
pub(crate) const ANY: &str = "*";

/// One instance of a story, with what a detector should come to say about it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Episode {
    pub(crate) story: &'static str,
    /// `https_beacon-1`
    pub(crate) id: String,
    pub(crate) technique: &'static str,
    /// Detector that should find it, where one exists.
    pub(crate) detector: Option<&'static str>,
    /// Contacts from which on that detector has a fair chance; with fewer the story is not expected to be found.
    pub(crate) needs: u64,
    pub(crate) host: String,
    /// Account that it is about; empty where it is about none.
    pub(crate) account: String,
    /// Addresses under which the sensor may see the host.
    pub(crate) src: Vec<IpAddr>,
    /// Name, or address where there is none; empty where there are many.
    pub(crate) destination: String,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) port: u16,
    /// Sleep between contacts in seconds, and the share of it that is random.
    pub(crate) period: Option<f64>,
    pub(crate) jitter: Option<f64>,
    /// It was there before the simulation began: its first contact tells nothing.
    pub(crate) established: bool,
    pub(crate) start: Micros,
    /// When it was last seen; moves on with its records.
    pub(crate) end: Micros,
    /// It is drawn so that nobody could be expected to find it.
    pub(crate) hopeless: bool,
    /// What makes it easy or hard to find, as numbers.
    pub(crate) parameters: Vec<(&'static str, f64)>,
    pub(crate) note: String,
}

impl Episode {
    /// With sleep and jitter, where it has any.
    pub(crate) fn timed(self, timing: Option<(f64, f64)>) -> Self {
        Self { period: timing.map(|(period, _)| period), jitter: timing.map(|(_, jitter)| jitter), ..self }
    }
}

/// One thing that goes on without anybody meaning harm, and that a detector could mistake.
#[derive(Debug, Clone, Default)]
pub(crate) struct Innocent {
    pub(crate) software: &'static str,
    /// Detector that could mistake it.
    pub(crate) looks_like: &'static str,
    pub(crate) host: String,
    pub(crate) account: String,
    pub(crate) src: Vec<IpAddr>,
    /// Name or address, [`ANY`] where there are many.
    pub(crate) destination: String,
    pub(crate) port: u16,
    /// Seconds; 0 for what has no period.
    pub(crate) period: f64,
    pub(crate) shape: &'static str,
    pub(crate) start: Micros,
}

/// What has been announced, and how much of each has been seen since.
#[derive(Debug)]
struct Told<T> {
    of: Vec<T>,
    /// Contacts and records of each, in the same order.
    contacts: Vec<u64>,
    records: Vec<u64>,
}

// Not derived: that would ask `T` for a default too.
impl<T> Default for Told<T> {
    fn default() -> Self {
        Self { of: Vec::new(), contacts: Vec::new(), records: Vec::new() }
    }
}

impl<T> Told<T> {
    fn add(&mut self, one: T) -> usize {
        self.of.push(one);
        self.contacts.push(0);
        self.records.push(0);
        self.of.len() - 1
    }

    fn each(&self) -> impl Iterator<Item = (&T, u64, u64)> {
        self.of
            .iter()
            .zip(&self.contacts)
            .zip(&self.records)
            .map(|((one, contacts), records)| (one, *contacts, *records))
    }
}

/// A log row that a story caused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caused<'a> {
    pub(crate) file: &'a str,
    pub(crate) uid: &'a str,
    pub(crate) ts: Micros,
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) dst_port: u16,
    /// What the row names: a domain, a URL, a hash, a file, a program.
    pub(crate) name: &'a str,
    /// Machine on which it happened, where that is not the story's own.
    pub(crate) host: Option<&'a str>,
    /// Account that the row is about, or nothing.
    pub(crate) account: &'a str,
}

/// Collects the ground truth while the world runs.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    /// Lines not handed out yet.
    lines: Vec<u8>,
    /// The story that causes what is written now, and its part in it.
    mark: Option<(usize, &'static str)>,
    episodes: Told<Episode>,
    innocents: Told<Innocent>,
}

impl Truth {
    /// Says of an instance that it was there before the simulation began.
    pub(crate) fn establish(&mut self, episode: usize) {
        self.episodes.of[episode].established = true;
    }

    /// Announces an instance of a story; the answer is its number.
    pub(crate) fn announce(&mut self, episode: Episode) -> usize {
        self.episodes.add(episode)
    }

    pub(crate) fn innocent(&mut self, innocent: Innocent) -> usize {
        self.innocents.add(innocent)
    }

    /// Counts a call of an innocent program.
    pub(crate) fn called(&mut self, innocent: usize) {
        self.innocents.contacts[innocent] += 1;
    }

    /// From now on rows belong to this part of this story, until [`Truth::unmark`].
    pub(crate) fn mark(&mut self, episode: usize, role: &'static str) {
        if role != DELIVERY {
            self.episodes.contacts[episode] += 1;
        }
        self.mark = Some((episode, role));
    }

    pub(crate) fn unmark(&mut self) {
        self.mark = None;
    }

    /// Says until when an instance lasts that leaves no records: something that is missing.
    pub(crate) fn lasts_until(&mut self, episode: usize, end: Micros) {
        self.episodes.contacts[episode] += 1;
        self.episodes.of[episode].end = end;
    }

    pub(crate) fn marked(&self) -> bool {
        self.mark.is_some()
    }

    pub(crate) fn episodes(&self) -> usize {
        self.episodes.of.len()
    }

    pub(crate) fn records(&self) -> u64 {
        self.episodes.records.iter().sum()
    }

    /// A row that the present story caused.
    pub(crate) fn record(&mut self, row: &Caused<'_>) {
        let Some((number, role)) = self.mark else { return };
        self.episodes.records[number] += 1;
        let last = &mut self.episodes.of[number].end;
        *last = row.ts.max(*last);
        let episode = &self.episodes.of[number];
        let mut line = Object::new(&mut self.lines);
        line.text("kind", "record");
        line.text("story", episode.story).text("episode", &episode.id).text("technique", episode.technique);
        line.text("role", role).text("file", row.file).text("uid", row.uid).text("ts", &time(row.ts));
        line.text("host", row.host.unwrap_or(&episode.host));
        line.text("src", &row.src.to_string()).text("dst", &row.dst.to_string());
        line.raw("dst_port", row.dst_port).text("name", row.name);
        let account = if row.account.is_empty() { &episode.account } else { row.account };
        if !account.is_empty() {
            line.text("account", account);
        }
        line.end();
    }

    pub(crate) fn misleading(&mut self, observable: &str, value: &str, why: &str) {
        let mut line = Object::new(&mut self.lines);
        line.text("kind", "misleading_indicator");
        line.text("type", observable).text("value", value).text("why", why).end();
    }

    /// Adds what can only be said at the end.
    pub(crate) fn conclude(&mut self) {
        for (episode, contacts, records) in self.episodes.each() {
            let mut line = Object::new(&mut self.lines);
            line.text("kind", "story");
            line.text("story", episode.story).text("episode", &episode.id).text("technique", episode.technique);
            match episode.detector {
                Some(detector) => line.text("detector", detector),
                None => line.raw("detector", "null"),
            };
            let expected = episode.detector.is_some() && contacts >= episode.needs && !episode.hopeless;
            line.raw("expected", expected).text("host", &episode.host);
            line.text("account", &episode.account).addresses("src", &episode.src);
            line.text("destination", &episode.destination).addresses("addresses", &episode.addresses);
            line.raw("port", episode.port).number("period_s", episode.period).number("jitter", episode.jitter);
            line.text("start", &time(episode.start)).text("end", &time(episode.end));
            line.raw("established", episode.established)
                .raw("contacts", contacts)
                .raw("records", records)
                .numbers("parameters", &episode.parameters)
                .text("note", &episode.note)
                .end();
        }
        for (innocent, contacts, _) in self.innocents.each() {
            let mut line = Object::new(&mut self.lines);
            line.text("kind", "innocent");
            line.text("software", innocent.software).text("looks_like", innocent.looks_like);
            line.text("host", &innocent.host).text("account", &innocent.account).addresses("src", &innocent.src);
            line.text("destination", &innocent.destination).raw("port", innocent.port);
            line.number("period_s", Some(innocent.period)).text("shape", innocent.shape);
            line.text("start", &time(innocent.start)).raw("contacts", contacts).end();
        }
    }

    /// The lines since the last call.
    pub(crate) fn take_lines(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.lines)
    }
}

/// RFC 3339 in UTC.
fn time(at: Micros) -> String {
    Timestamp::from_micros(at).map_or_else(|| date(at), |at| at.to_string())
}
