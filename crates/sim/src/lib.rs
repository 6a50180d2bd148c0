//! A small world with ground truth: ordinary life and attack stories, written in the sources' own log formats.
//!
//! The world is seeded and streaming: the same [`Plan`] always gives the same bytes, and memory depends on the number
//! of machines, not on days or rows. Nothing is opened here: bytes go to the caller's [`Sinks`].
//!
//! Files: `zeek/<date>/<log>.log` (TSV, main site), `zeek_branch/<date>/<log>.log` (JSON, second site),
//! `cloudflare/<dataset>/<date>/*.log` (Logpush NDJSON), `linux/<date>/auth.log` (what servers say of logons),
//! `windows/<date>/events.ndjson` (Security log and Sysmon as Winlogbeat sends them),
//! `mail/<date>/incoming.mbox`, `cloudtrail/<date>/events.ndjson` (calls of the cloud's interface), `intel.csv` (what a feed claims), `truth.ndjson` (what really happened). A line of the truth has a `kind`:
//!
//! | kind | one line for each | fields |
//! |---|---|---|
//! | `record` | log row that a story caused | `story episode technique role file uid ts host src dst dst_port name account` |
//! | `story` | instance of a story | `story episode technique detector expected host account src[] destination addresses[] port period_s jitter start end established contacts records parameters{} note` |
//! | `innocent` | thing that a detector could mistake | `software looks_like host account src[] destination port period_s shape start contacts` |
//! | `misleading_indicator` | entry of `intel.csv` that is wrong or old | `type value why` |
//!
//! `src` lists every address under which the sensor may see the host: IPv4 (perhaps a gateway's) and IPv6. A story is
//! `expected` where a detector is named, it made enough contacts for that detector to have a fair chance, and was not
//! drawn so that it cannot be told from ordinary life; whether that detector exists is for the reader to know. `record` lines of a beacon have the role `delivery`, `beat` or
//! `tasking`; lookups belong to the contact they serve. `host` of a `record` is the machine on which it happened, as
//! its own log writes it (Windows: the whole name); `name` is what the row names: a name asked for, a path, a program, a
//! file, a sender, a call. `account` stands only where the row is about one. `parameters` are the numbers that make
//! an instance easy or hard; `destination` of a `story` that has several names them with spaces between.
//!
//! Of an `innocent`, `looks_like` is the detector that could mistake it, `destination` is `*` where there are many,
//! `host` is `*` where anybody does it (never both), and `period_s` and `contacts` are 0 where nothing is counted.
//!
//! What is missing leaves no records: a story `sudden_silence` is found by its `host` and its time. `internet_scan` and
//! `web_probe` are one instance each for the many strangers of every day; their records name them.
//!
//! Not simulated: changing DHCP leases, packet loss, clock errors of sensors, and TLS that a proxy opens.
//!
//! ```
//! struct Count(usize);
//! impl sim::Sinks for Count {
//!     fn write(&mut self, _file: &str, bytes: &[u8]) -> std::io::Result<()> {
//!         self.0 += bytes.len();
//!         Ok(())
//!     }
//! }
//! let plan = sim::Plan { scale: 0.02, ..sim::Plan::default() };
//! let mut count = Count(0);
//! let summary = sim::run(&plan, &mut count, &mut |_| {})?;
//! assert!(summary.rows > 1_000 && count.0 > 100_000);
//! # std::io::Result::Ok(())
//! ```

pub mod attacks;
mod calendar;
mod cloud;
mod conditions;
mod dice;
mod intel;
mod life;
mod logs;
mod mailbox;
mod names;
mod payloads;
mod secure_shell;
mod town;
mod truth;
mod windows_host;
mod wire;
mod world;
mod zone;

#[cfg(test)]
mod tests;

use std::{cmp::Reverse, collections::BinaryHeap, io};

use schema::Timestamp;

use crate::{
    calendar::{DAY, HOUR, Micros},
    intel::Intel,
    life::Begun,
    town::Town,
    wire::Wire,
    world::World,
};

/// What to simulate.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Everything follows from it.
    pub seed: u64,
    /// Whole days from `start`; at least one.
    pub days: u32,
    /// 1 is an organisation of 200 machines with about a million connections a day; brought into 0.02 to 1,000.
    pub scale: f64,
    /// The first day; its time of day is ignored.
    pub start: Timestamp,
    pub stories: Stories,
}

impl Default for Plan {
    /// Seed 1, one day, scale 1, Monday 2026-01-05, all stories.
    fn default() -> Self {
        const MONDAY: i64 = 1_767_571_200;
        let start = Timestamp::from_seconds(MONDAY).unwrap_or_default();
        Self { seed: 1, days: 1, scale: 1.0, start, stories: Stories::All }
    }
}

/// Which attack stories are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stories {
    All,
    /// Benign life only.
    None,
    /// Those of these names ([`attacks::ALL`]); unknown names tell nothing.
    Only(Vec<String>),
}

impl Stories {
    fn includes(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Only(names) => names.iter().any(|wanted| wanted == name),
        }
    }
}

/// Where the bytes go.
pub trait Sinks {
    /// Appends to a file, named by its path below the output folder with `/` between its parts.
    fn write(&mut self, file: &str, bytes: &[u8]) -> io::Result<()>;

    /// Nothing more will be written to this file.
    fn close(&mut self, _file: &str) -> io::Result<()> {
        Ok(())
    }
}

/// How far a run has come; given out at every simulated hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Simulated time.
    pub at: Timestamp,
    /// Share of the whole, 0 to 1.
    pub done: f64,
    /// Log rows written so far.
    pub rows: u64,
}

/// What a run has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub machines: u64,
    /// Log rows of all sources.
    pub rows: u64,
    /// Rows of Zeek's connection logs among them.
    pub connections: u64,
    /// Instances of attack stories.
    pub stories: u64,
    /// Rows that belong to them.
    pub malicious_rows: u64,
}

/// Runs the world and hands out its logs as they come about. Errors are those of the sinks.
pub fn run(plan: &Plan, sinks: &mut dyn Sinks, progress: &mut dyn FnMut(Progress)) -> io::Result<Summary> {
    let start = calendar::day_of(plan.start.micros()) * DAY;
    let end = start + i64::from(plan.days.max(1)) * DAY;
    let scale = if plan.scale.is_finite() { plan.scale.clamp(0.02, 1_000.0) } else { 0.02 };
    let (world, hosts) = World::found(plan.seed, scale, start, end);
    let mut town = Town { hosts, wire: Wire::new(end) };
    let mut intel = Intel::new(start);
    let mut lives = life::everyone(&world, &mut town, scale);
    lives.extend(attacks::tell(&plan.stories, &world, &mut town, &mut intel, scale));
    intel.add_noise(&world, &mut town.wire.truth);
    sinks.write("intel.csv", &intel.into_bytes())?;
    sinks.close("intel.csv")?;
    live(&world, &mut town, lives, sinks, progress)?;
    conclude(&mut town, sinks)
}

/// Wakes everything in the order of time; ties go by birth.
fn live(
    world: &World,
    town: &mut Town,
    mut lives: Vec<Begun>,
    sinks: &mut dyn Sinks,
    progress: &mut dyn FnMut(Progress),
) -> io::Result<()> {
    let mut queue: BinaryHeap<Reverse<(Micros, usize)>> =
        lives.iter().enumerate().map(|(life, (first, _))| Reverse((*first, life))).collect();
    let mut next_hour = world.start;
    let mut woken = 0u32;
    while let Some(Reverse((now, life))) = queue.pop() {
        if now >= world.end {
            break;
        }
        // Looking at fifty spools costs more than one act; a few hundred acts make at most a few hundred kilobytes.
        woken = woken.wrapping_add(1);
        if woken.is_multiple_of(256) {
            town.wire.flush_ready(now, sinks)?;
            hand_out_truth(town, sinks)?;
        }
        if now >= next_hour {
            progress(report(world, town, now));
            next_hour = now.div_euclid(HOUR) * HOUR + HOUR;
        }
        if let Some(next) = lives[life].1.wake(now, world, town) {
            queue.push(Reverse((next.max(now + 1), life)));
        }
    }
    progress(report(world, town, world.end));
    Ok(())
}

fn report(world: &World, town: &Town, now: Micros) -> Progress {
    let done = (now - world.start) as f64 / (world.end - world.start) as f64;
    Progress { at: Timestamp::from_micros(now).unwrap_or_default(), done, rows: town.wire.all_rows() }
}

const TRUTH: &str = "truth.ndjson";

fn hand_out_truth(town: &mut Town, sinks: &mut dyn Sinks) -> io::Result<()> {
    let lines = town.wire.truth.take_lines();
    if lines.is_empty() {
        return Ok(());
    }
    sinks.write(TRUTH, &lines)
}

fn conclude(town: &mut Town, sinks: &mut dyn Sinks) -> io::Result<Summary> {
    town.wire.finish(sinks)?;
    town.wire.truth.conclude();
    hand_out_truth(town, sinks)?;
    sinks.close(TRUTH)?;
    Ok(Summary {
        machines: town.hosts.len() as u64,
        rows: town.wire.all_rows(),
        connections: town.wire.connections,
        stories: town.wire.truth.episodes() as u64,
        malicious_rows: town.wire.truth.records(),
    })
}
