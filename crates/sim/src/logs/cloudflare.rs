//! Cloudflare Logpush: NDJSON batches, one file an hour and dataset, like a push job would write them.
//!
//! Spec: developers.cloudflare.com/logs/logpush/. A job writes its timestamps in one of several forms; here the form
//! changes from file to file, so that a reader meets all of them.

use std::io;

use super::{json::Object, spool::Spool};
use crate::{
    Sinks,
    calendar::{HOUR, Micros, SECOND},
    dice::mix,
    truth::{Caused, Truth},
};

/// The datasets that the organisation has pushed to it.
pub(crate) static DATASETS: [&str; 4] = ["http_requests", "firewall_events", "gateway_dns", "network_analytics_logs"];

/// Position of a dataset in [`DATASETS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dataset {
    HttpRequests,
    FirewallEvents,
    GatewayDns,
    NetworkAnalytics,
}

/// How a file writes its timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stamp {
    Rfc3339,
    Rfc3339Nanos,
    Unix,
    UnixMillis,
    UnixNanos,
}

const STAMPS: [Stamp; 5] = [Stamp::Rfc3339, Stamp::UnixNanos, Stamp::Rfc3339Nanos, Stamp::Unix, Stamp::UnixMillis];

/// The jobs that push the organisation's logs.
#[derive(Debug, Default)]
pub(crate) struct Edge {
    spools: [Spool; DATASETS.len()],
    open: [Option<i64>; DATASETS.len()],
    pub(crate) rows: u64,
}

impl Edge {
    /// Adds a record of a dataset; `write` gets the object and a way to write times.
    pub(crate) fn put(
        &mut self,
        dataset: Dataset,
        truth: &mut Truth,
        caused: Caused<'_>,
        write: impl FnOnce(&mut Object<'_>, Clock),
    ) {
        let hour = caused.ts.div_euclid(HOUR);
        let clock = Clock(STAMPS[((hour + dataset as i64).rem_euclid(STAMPS.len() as i64)) as usize]);
        self.spools[dataset as usize].push(caused.ts, |out| {
            let mut object = Object::new(out);
            write(&mut object, clock);
            object.end();
        });
        self.rows += 1;
        if truth.marked() {
            truth.record(&Caused { file: &file(dataset as usize, hour), ..caused });
        }
    }

    pub(crate) fn flush_ready(&mut self, now: Micros, sinks: &mut dyn Sinks) -> io::Result<()> {
        for dataset in 0..DATASETS.len() {
            if self.spools[dataset].ready() {
                self.flush(dataset, now, sinks)?;
            }
        }
        Ok(())
    }

    /// Hands over all that is left and closes the files.
    pub(crate) fn finish(&mut self, sinks: &mut dyn Sinks) -> io::Result<()> {
        for dataset in 0..DATASETS.len() {
            self.flush(dataset, Micros::MAX, sinks)?;
            if let Some(hour) = self.open[dataset].take() {
                sinks.close(&file(dataset, hour))?;
            }
        }
        Ok(())
    }

    fn flush(&mut self, dataset: usize, until: Micros, sinks: &mut dyn Sinks) -> io::Result<()> {
        let mut chunk = Vec::new();
        let open = &mut self.open[dataset];
        self.spools[dataset].drain(until, |at, row| {
            let hour = at.div_euclid(HOUR);
            if let Some(before) = open.replace(hour).filter(|before| *before != hour) {
                sinks.write(&file(dataset, before), &chunk)?;
                sinks.close(&file(dataset, before))?;
                chunk.clear();
            }
            chunk.extend_from_slice(row);
            Ok(())
        })?;
        match *open {
            Some(hour) if !chunk.is_empty() => sinks.write(&file(dataset, hour), &chunk),
            _ => Ok(()),
        }
    }
}

/// `cloudflare/http_requests/20260105/20260105T100000Z_20260105T110000Z_1f2e3d4c.log`
fn file(dataset: usize, hour: i64) -> String {
    let stamp = |hour: i64| {
        let text = schema::Timestamp::from_seconds(hour * 3_600).unwrap_or_default().to_string();
        text.replace(['-', ':'], "")
    };
    let from = stamp(hour);
    let day: String = from.chars().take(8).collect();
    let id = mix(hour.unsigned_abs(), dataset as u64) as u32;
    format!("cloudflare/{}/{day}/{from}_{}_{id:08x}.log", DATASETS[dataset], stamp(hour + 1))
}

/// Writes times in the form of one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock(Stamp);

impl Clock {
    pub(crate) fn time(self, object: &mut Object<'_>, name: &str, at: Micros) {
        let second = schema::Timestamp::from_seconds(at.div_euclid(SECOND)).unwrap_or_default();
        match self.0 {
            Stamp::Rfc3339 => object.text(name, &second.to_string()),
            Stamp::Rfc3339Nanos => {
                let day = second.to_string();
                let nanos = at.rem_euclid(SECOND) * 1_000;
                object.text(name, &format!("{}.{nanos:09}Z", day.trim_end_matches('Z')))
            }
            Stamp::Unix => object.raw(name, at.div_euclid(SECOND)),
            Stamp::UnixMillis => object.raw(name, at.div_euclid(1_000)),
            Stamp::UnixNanos => object.raw(name, at * 1_000),
        };
    }
}
