//! Machines of the organisation: what they are, who sits at them, and what they remember.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::clients::{self, Client};
use crate::{
    calendar::{Habits, Micros, Workday, day_of},
    dice::Dice,
};

/// Names that a machine keeps in its DNS cache before it forgets all: some 12 kB a machine, which is most of what the
/// simulator needs, and no more than a map of 256 slots holds.
const CACHE_LIMIT: usize = 224;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Stands on a desk; half of them stay on at night.
    Desktop,
    /// Closed when its owner leaves.
    Laptop,
    Phone,
    Server,
    /// Cameras, meters, screens: on all the time.
    Thing,
    Printer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Os {
    Windows,
    Mac,
    Linux,
    Other,
}

/// One machine.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) os: Os,
    /// Which sensor sees it.
    pub(crate) site: usize,
    /// Address that the sensor sees; several machines behind a gateway share one.
    pub(crate) v4: Ipv4Addr,
    pub(crate) v6: Option<Ipv6Addr>,
    pub(crate) browser: &'static Client,
    pub(crate) dice: Dice,
    /// On without regard to its owner.
    always_on: bool,
    habits: Option<Habits>,
    today: (i64, Option<Workday>),
    cache: HashMap<u64, Remembered>,
    next_port: u16,
    /// Processes started so far.
    processes: u64,
    /// Records in its event logs so far.
    records: u64,
}

/// What a machine remembers of a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Remembered {
    /// The answer is good until then.
    pub(crate) until: Micros,
    pub(crate) address: IpAddr,
    /// A connection stays open until then and is used again.
    pub(crate) open_until: Micros,
}

impl Host {
    pub(crate) fn new(name: String, kind: Kind, os: Os, site: usize, v4: Ipv4Addr, dice: Dice) -> Self {
        let mut dice = dice;
        let next_port = 49_152 + dice.below(10_000) as u16;
        let always_on = match kind {
            Kind::Desktop => dice.chance(0.5),
            Kind::Laptop | Kind::Phone => false,
            Kind::Server | Kind::Thing | Kind::Printer => true,
        };
        let browser = match os {
            Os::Windows => *dice.pick(&[&clients::CHROME, &clients::EDGE, &clients::EDGE, &clients::FIREFOX]),
            Os::Mac => *dice.pick(&[&clients::SAFARI, &clients::SAFARI, &clients::CHROME]),
            Os::Linux => *dice.pick(&[&clients::FIREFOX, &clients::CHROME]),
            Os::Other => &clients::SAFARI,
        };
        let cache = HashMap::new();
        let today = (i64::MIN, None);
        Self {
            name,
            kind,
            os,
            site,
            v4,
            v6: None,
            browser,
            dice,
            always_on,
            habits: None,
            today,
            cache,
            next_port,
            processes: 0,
            records: 0,
        }
    }

    pub(crate) fn with_owner(mut self, habits: Habits) -> Self {
        self.habits = Some(habits);
        self
    }

    pub(crate) fn has_owner(&self) -> bool {
        self.habits.is_some()
    }

    pub(crate) fn always_on(&self) -> bool {
        self.always_on
    }

    pub(crate) fn next_port(&mut self) -> u16 {
        self.next_port = if self.next_port >= 65_500 { 49_152 } else { self.next_port + 1 };
        self.next_port
    }

    /// The id of a new process; Windows counts in fours, and here so does everybody.
    pub(crate) fn next_process(&mut self) -> u64 {
        self.processes += 1;
        1_000 + (self.processes * 4) % 60_000
    }

    /// The number of a new record in its event logs.
    pub(crate) fn next_record(&mut self) -> u64 {
        self.records += 1;
        self.records
    }

    pub(crate) fn is_server(&self) -> bool {
        self.kind == Kind::Server
    }

    /// A desktop or a laptop.
    pub(crate) fn is_computer(&self) -> bool {
        matches!(self.kind, Kind::Desktop | Kind::Laptop)
    }

    /// The owner's day.
    pub(crate) fn workday(&mut self, at: Micros) -> Option<Workday> {
        let day = day_of(at);
        if self.today.0 != day {
            self.today = (day, self.habits.and_then(|habits| habits.workday(day)));
        }
        self.today.1
    }

    /// The machine runs.
    pub(crate) fn awake(&mut self, at: Micros) -> bool {
        self.always_on || self.workday(at).is_some_and(|day| day.open(at))
    }

    /// When it will be switched off or closed, if it is awake at `at` and ever is.
    pub(crate) fn sleeps_after(&mut self, at: Micros) -> Option<Micros> {
        if self.always_on {
            return None;
        }
        let day = self.workday(at)?;
        Some(if day.naps && at < day.lunch { day.lunch } else { day.leave })
    }

    /// Someone sits at it.
    pub(crate) fn present(&mut self, at: Micros) -> bool {
        self.workday(at).is_some_and(|day| day.present(at))
    }

    /// When someone next sits down at it.
    pub(crate) fn next_presence(&mut self, at: Micros) -> Option<Micros> {
        let today = self.workday(at).and_then(|day| day.next_presence(at));
        today.or_else(|| self.habits.and_then(|habits| habits.next_arrival(at)))
    }

    pub(crate) fn recall(&self, place: u64) -> Option<Remembered> {
        self.cache.get(&place).copied()
    }

    pub(crate) fn remember(&mut self, place: u64, what: Remembered) {
        if self.cache.len() >= CACHE_LIMIT {
            self.cache.clear();
        }
        self.cache.insert(place, what);
    }

    /// Addresses under which the sensor may see it.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        let v6 = self.v6.map(IpAddr::V6);
        [Some(IpAddr::V4(self.v4)), v6].into_iter().flatten().collect()
    }
}
