//! Logs of which there is one file a day: what hosts, the mail server and the cloud write.

use std::io;

use super::spool::Spool;
use crate::{
    Sinks,
    calendar::{DAY, Micros, date, day_of},
    truth::{Caused, Truth},
};

/// Position of a log in [`Daily`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// Security and Sysmon events of Windows machines as Winlogbeat sends them.
    Windows,
    /// What sshd, sudo and cron say on Linux servers, with rsyslog's RFC 3339 stamps.
    Linux,
    /// Messages as they came in, in one mailbox.
    Mail,
    /// Calls of the cloud's interface, one CloudTrail record a line.
    Cloud,
}

const LOGS: usize = 4;

impl Log {
    fn file(self, day: i64) -> String {
        let date = date(day * DAY);
        match self {
            Self::Windows => format!("windows/{date}/events.ndjson"),
            Self::Linux => format!("linux/{date}/auth.log"),
            Self::Mail => format!("mail/{date}/incoming.mbox"),
            Self::Cloud => format!("cloudtrail/{date}/events.ndjson"),
        }
    }
}

const ALL: [Log; LOGS] = [Log::Windows, Log::Linux, Log::Mail, Log::Cloud];

/// The logs with their open files.
#[derive(Debug)]
pub(crate) struct Daily {
    spools: [Spool; LOGS],
    days: [Option<i64>; LOGS],
    /// Nothing is written from then on.
    end: Micros,
    pub(crate) rows: u64,
}

impl Daily {
    pub(crate) fn new(end: Micros) -> Self {
        Self { spools: Default::default(), days: [None; LOGS], end, rows: 0 }
    }

    /// Adds a record; `write` appends it with the end of its last line.
    pub(crate) fn put(&mut self, log: Log, truth: &mut Truth, caused: Caused<'_>, write: impl FnOnce(&mut Vec<u8>)) {
        if caused.ts >= self.end {
            return;
        }
        self.spools[log as usize].push(caused.ts, write);
        self.rows += 1;
        if truth.marked() {
            truth.record(&Caused { file: &log.file(day_of(caused.ts)), ..caused });
        }
    }

    pub(crate) fn flush_ready(&mut self, now: Micros, sinks: &mut dyn Sinks) -> io::Result<()> {
        for log in ALL {
            if self.spools[log as usize].ready() {
                self.flush(log, now, sinks)?;
            }
        }
        Ok(())
    }

    /// Hands over all that is left and closes the files.
    pub(crate) fn finish(&mut self, sinks: &mut dyn Sinks) -> io::Result<()> {
        for log in ALL {
            self.flush(log, Micros::MAX, sinks)?;
            if let Some(day) = self.days[log as usize].take() {
                sinks.close(&log.file(day))?;
            }
        }
        Ok(())
    }

    fn flush(&mut self, log: Log, until: Micros, sinks: &mut dyn Sinks) -> io::Result<()> {
        let mut chunk = Vec::new();
        let open = &mut self.days[log as usize];
        self.spools[log as usize].drain(until, |at, row| {
            let day = day_of(at);
            if let Some(before) = open.replace(day).filter(|before| *before != day) {
                sinks.write(&log.file(before), &chunk)?;
                sinks.close(&log.file(before))?;
                chunk.clear();
            }
            chunk.extend_from_slice(row);
            Ok(())
        })?;
        match *open {
            Some(day) if !chunk.is_empty() => sinks.write(&log.file(day), &chunk),
            _ => Ok(()),
        }
    }
}
