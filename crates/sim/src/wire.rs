//! The sensors: takes connections and what was said in them, writes the rows that Zeek would write.
//!
//! Rows go to spools by the instant at which Zeek writes them: a connection when it is over and its state has timed
//! out, everything inside it when it is seen.

use std::{collections::HashSet, io, net::IpAddr};

use crate::{
    Sinks,
    calendar::{DAY, Micros, SECOND, date, day_of},
    conditions::Conditions,
    dice::Dice,
    logs::{
        cloudflare::Edge,
        daily::Daily,
        spool::Spool,
        zeek::{Ends, Form, Kind, LOGS, Row, footer},
    },
    truth::{Caused, Truth},
};

/// How a connection went, in Zeek's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Opened and closed as it should be.
    Sf,
    /// No answer.
    S0,
    /// Refused.
    Rej,
    /// Reset by the side that opened it.
    Rsto,
    /// Reset by the other side.
    Rstr,
    /// Still open when the sensor stopped.
    Open,
}

impl State {
    fn words(self, udp: bool) -> (&'static str, &'static str) {
        match self {
            Self::Sf if udp => ("SF", "Dd"),
            Self::Sf => ("SF", "ShADadfF"),
            Self::S0 if udp => ("S0", "D"),
            Self::S0 => ("S0", "S"),
            Self::Rej => ("REJ", "Sr"),
            Self::Rsto => ("RSTO", "ShADadR"),
            Self::Rstr => ("RSTR", "ShADadr"),
            Self::Open if udp => ("SF", "Dd"),
            Self::Open => ("S1", "ShADad"),
        }
    }

    fn answered(self) -> bool {
        matches!(self, Self::Sf | Self::Rsto | Self::Rstr | Self::Open)
    }
}

/// One connection or flow as a whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flow {
    /// `tcp`, `udp` or `icmp`
    pub(crate) proto: &'static str,
    pub(crate) service: Option<&'static str>,
    /// Payload bytes from and to the side that opened it.
    pub(crate) up: u64,
    pub(crate) down: u64,
    pub(crate) lasts: Micros,
    pub(crate) state: State,
}

/// One Zeek sensor and its log files.
#[derive(Debug)]
struct Sensor {
    folder: &'static str,
    form: Form,
    spools: [Spool; LOGS.len()],
    /// Day of the file that each log has open.
    days: [Option<i64>; LOGS.len()],
    /// Certificates and software already logged today, as Zeek logs each only once a day.
    seen: (i64, HashSet<u64>),
}

impl Sensor {
    fn new(folder: &'static str, form: Form) -> Self {
        Self { folder, form, spools: Default::default(), days: [None; LOGS.len()], seen: (0, HashSet::new()) }
    }

    fn file(&self, kind: usize, day: i64) -> String {
        format!("{}/{}/{}.log", self.folder, date(day * DAY), LOGS[kind].path)
    }

    /// Hands the rows written before `until` to the sinks, opening and closing daily files.
    fn flush(&mut self, kind: usize, until: Micros, sinks: &mut dyn Sinks) -> io::Result<()> {
        let mut chunk = Vec::new();
        let mut spool = std::mem::take(&mut self.spools[kind]);
        let drained = spool.drain(until, |at, row| {
            let day = day_of(at);
            if self.days[kind] != Some(day) {
                self.turn(kind, day, &mut chunk, sinks)?;
            }
            chunk.extend_from_slice(row);
            Ok(())
        });
        self.spools[kind] = spool;
        drained?;
        match self.days[kind] {
            Some(day) if !chunk.is_empty() => sinks.write(&self.file(kind, day), &chunk),
            _ => Ok(()),
        }
    }

    /// Closes the file of the day before and begins that of `day`.
    fn turn(&mut self, kind: usize, day: i64, chunk: &mut Vec<u8>, sinks: &mut dyn Sinks) -> io::Result<()> {
        self.close(kind, chunk, sinks)?;
        self.days[kind] = Some(day);
        if self.form == Form::Tsv {
            chunk.extend_from_slice(LOGS[kind].header(day * DAY).as_bytes());
        }
        Ok(())
    }

    fn close(&mut self, kind: usize, chunk: &mut Vec<u8>, sinks: &mut dyn Sinks) -> io::Result<()> {
        let Some(day) = self.days[kind].take() else { return Ok(()) };
        if self.form == Form::Tsv {
            chunk.extend_from_slice(footer((day + 1) * DAY).as_bytes());
        }
        let file = self.file(kind, day);
        sinks.write(&file, chunk)?;
        chunk.clear();
        sinks.close(&file)
    }
}

/// Folders of the sensors' files, by the site that each watches.
pub(crate) const SENSORS: [&str; 2] = ["zeek", "zeek_branch"];

/// All sensors of the organisation, and the ground truth about what they write.
#[derive(Debug)]
pub(crate) struct Wire {
    sensors: [Sensor; 2],
    /// The edge provider in front of the organisation's web site.
    pub(crate) edge: Edge,
    /// What hosts, mail and cloud log.
    pub(crate) daily: Daily,
    pub(crate) truth: Truth,
    pub(crate) conditions: Conditions,
    /// When the simulation ends: connections still open are logged then, as by a sensor that shuts down.
    end: Micros,
    pub(crate) rows: u64,
    pub(crate) connections: u64,
}

impl Wire {
    pub(crate) fn new(end: Micros) -> Self {
        let sensors = [Sensor::new(SENSORS[0], Form::Tsv), Sensor::new(SENSORS[1], Form::Json)];
        Self {
            sensors,
            edge: Edge::default(),
            daily: Daily::new(end),
            truth: Truth::default(),
            conditions: Conditions::default(),
            end,
            rows: 0,
            connections: 0,
        }
    }

    /// Writes one row of `site`'s sensor at `at`; `caused` names it for the ground truth.
    pub(crate) fn put(
        &mut self,
        site: usize,
        kind: Kind,
        at: Micros,
        caused: Caused<'_>,
        write: impl for<'r> FnOnce(Row<'r>) -> Row<'r>,
    ) {
        if caused.ts >= self.end || self.conditions.sensor_down(site, caused.ts) {
            return;
        }
        let at = at.clamp(caused.ts, self.end - 1);
        let sensor = &mut self.sensors[site];
        let form = sensor.form;
        sensor.spools[kind as usize].push(at, |out| write(Row::new(kind.log(), form, out)).end());
        self.rows += 1;
        if self.truth.marked() {
            let file = self.sensors[site].file(kind as usize, day_of(at));
            self.truth.record(&Caused { file: &file, ..caused });
        }
    }

    /// Rows of all logs.
    pub(crate) fn all_rows(&self) -> u64 {
        self.rows + self.edge.rows + self.daily.rows
    }

    /// Logs a connection: its row is written when Zeek gives up its state.
    pub(crate) fn connection(&mut self, site: usize, uid: &str, ts: Micros, ends: &Ends, flow: &Flow, name: &str) {
        if ts < self.end && !self.conditions.sensor_down(site, ts) {
            self.connections += 1;
        }
        let flow = self.cut(ts, flow);
        let udp = flow.proto != "tcp";
        let (state, history) = flow.state.words(udp);
        let answered = flow.state.answered();
        let (sent, received) = packets(&flow, udp);
        let header = if ends.src.is_ipv6() { 40 } else { 20 } + if udp { 8 } else { 32 };
        let measured = answered || flow.lasts > 0;
        let written = ts + flow.lasts + linger(&flow, ends.dst_port);
        self.put(site, Kind::Conn, written, caused(uid, ts, ends, name), |row| {
            row.time(ts)
                .text(uid)
                .ends(ends)
                .text(flow.proto)
                .texts(flow.service)
                .interval(measured.then_some(flow.lasts))
                .counts(measured.then_some(flow.up))
                .counts(measured.then_some(flow.down))
                .text(state)
                .yes(local(ends.src))
                .yes(local(ends.dst))
                .count(0)
                .text(history)
                .count(sent)
                .count(flow.up + sent * header)
                .count(received)
                .count(flow.down + received * header)
                .unset()
        });
    }

    /// A connection that is still open at the end has moved only part of its bytes.
    fn cut(&self, ts: Micros, flow: &Flow) -> Flow {
        let left = (self.end - 1 - ts).max(0);
        if flow.lasts <= left {
            return *flow;
        }
        let part = |bytes: u64| (bytes as f64 * left as f64 / flow.lasts as f64) as u64;
        let state = if flow.state == State::Sf { State::Open } else { flow.state };
        Flow { up: part(flow.up), down: part(flow.down), lasts: left, state, ..*flow }
    }

    /// True the first time that `what` is asked about on the day of `at`.
    pub(crate) fn first_today(&mut self, site: usize, at: Micros, what: u64) -> bool {
        let (day, seen) = &mut self.sensors[site].seen;
        if *day != day_of(at) {
            *day = day_of(at);
            seen.clear();
        }
        seen.insert(what)
    }

    /// Hands over what is due before `now`, where enough has come together.
    pub(crate) fn flush_ready(&mut self, now: Micros, sinks: &mut dyn Sinks) -> io::Result<()> {
        for sensor in &mut self.sensors {
            for kind in 0..LOGS.len() {
                if sensor.spools[kind].ready() {
                    sensor.flush(kind, now, sinks)?;
                }
            }
        }
        self.daily.flush_ready(now, sinks)?;
        self.edge.flush_ready(now, sinks)
    }

    /// Hands over all that is left and closes the files.
    pub(crate) fn finish(&mut self, sinks: &mut dyn Sinks) -> io::Result<()> {
        for sensor in &mut self.sensors {
            for kind in 0..LOGS.len() {
                sensor.flush(kind, Micros::MAX, sinks)?;
                sensor.close(kind, &mut Vec::new(), sinks)?;
            }
        }
        self.daily.finish(sinks)?;
        self.edge.finish(sinks)
    }
}

/// What the ground truth needs to know of a row; the file is filled in when the row is written.
pub(crate) fn caused<'a>(uid: &'a str, ts: Micros, ends: &Ends, name: &'a str) -> Caused<'a> {
    Caused { file: "", uid, ts, src: ends.src, dst: ends.dst, dst_port: ends.dst_port, name, host: None, account: "" }
}

/// How long Zeek keeps the state of a finished connection: tcp_close_delay, dns_session_timeout,
/// udp_inactivity_timeout.
fn linger(flow: &Flow, dst_port: u16) -> Micros {
    match (flow.proto, dst_port) {
        ("tcp", _) => 5 * SECOND,
        ("udp", 53) => 10 * SECOND,
        _ => 60 * SECOND,
    }
}

fn packets(flow: &Flow, udp: bool) -> (u64, u64) {
    let handshake = if udp { 0 } else { 4 };
    match flow.state {
        State::S0 => (if udp { 1 } else { 3 }, 0),
        State::Rej => (1, 1),
        _ => (flow.up.div_ceil(1_300) + flow.down / 2_800 + handshake, flow.down.div_ceil(1_350) + handshake),
    }
}

/// The organisation's own networks, as in Zeek's networks.cfg.
pub(crate) fn local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => matches!(v4.octets(), [10, ..] | [198, 51, 100, _]),
        IpAddr::V6(v6) => v6.segments()[0] == 0x2001,
    }
}

/// An id like Zeek's: `C` for connections or `F` for files, and 17 characters of base 62.
pub(crate) fn uid(prefix: char, dice: &mut Dice) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut id = String::with_capacity(18);
    id.push(prefix);
    for length in [10, 7] {
        let mut bits = dice.bits();
        for _ in 0..length {
            id.push(char::from(DIGITS[(bits % 62) as usize]));
            bits /= 62;
        }
    }
    id
}
