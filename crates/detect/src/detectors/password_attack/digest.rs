//! Attempts of an hour by source, account, target and outcome.

use std::net::IpAddr;

use arrow_array::RecordBatch;

use crate::{
    Digest, Error,
    habits::digest::Places,
    telemetry::{
        Text,
        columns::{bools, ints, present},
        groups::{Groups, Plan},
    },
};

pub(super) static HOUR: Plan = Plan {
    keys: &["dataset", "source", "account", "target", "outcome"],
    n_owner: 2,
    counts: &["attempts", "unknown", "barred"],
    groups_max: 400_000,
    // A list of ten thousand names tried in an hour is told from its sample.
    of_owner_max: 2_000,
    records_max: 3,
};

/// A day of the past.
pub(super) static DAY: Plan = Plan { records_max: 0, groups_max: 100_000, ..HOUR };

pub(super) const FAILED: &str = "failed";
pub(super) const GRANTED: &str = "granted";

/// What counts as an attempt to prove who one is; a log without the word tells of nothing else.
const ATTEMPTS: [&str; 4] = ["logon", "ticket", "validate", "mfa"];

/// Words of sources that say that there is no such account.
const UNKNOWN: [&str; 5] = ["no such user", "does not exist", "unknown user", "invalid user", "not found"];

/// Words of sources that say that the account was not to be used, whatever the password: nothing was guessed by it.
const BARRED: [&str; 5] = ["expired", "locked", "disabled", "must change", "not allowed"];

/// Attempts that one record may stand for; a sensor that claims more is wrong.
const ATTEMPTS_MAX: i64 = 100_000;

#[derive(Debug)]
pub(super) struct Attempts {
    groups: Groups,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { groups: Groups::new(&HOUR) }
    }
}

impl Digest for Attempts {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        if table != "logons" {
            return Err(Error::new(format!("password_attack does not read table \"{table}\"")));
        }
        let places = Places::of("logons", rows)?;
        let text = |name| Text::of(rows, name);
        let (src_ip, src_host, dst_ip, host) = (text("src_ip")?, text("src_host")?, text("dst_ip")?, text("host")?);
        let (action, user, reason) = (text("action")?, text("user")?, text("reason")?);
        let (success, attempts) = (bools(rows, "success")?, ints(rows, "attempts")?);
        for row in 0..places.len() {
            let (Some(place), Some(granted)) = (places.at(row), present(success, row)) else { continue };
            let proves = action.get(row).is_none_or(|word| ATTEMPTS.contains(&word));
            let account = user.get(row).unwrap_or_default().trim().to_ascii_lowercase();
            // Machines keep their passwords in order by themselves, and fail for their own reasons.
            if !proves || account.ends_with('$') {
                continue;
            }
            let ip = src_ip.get(row).filter(|ip| !ip.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()));
            let target = host.get(row).or(dst_ip.get(row)).unwrap_or_default();
            let source = ip.or(src_host.get(row)).unwrap_or(target).to_ascii_lowercase();
            if source.is_empty() {
                continue;
            }
            let n = present(attempts, row).unwrap_or(1).clamp(1, ATTEMPTS_MAX);
            let reason = reason.get(row).unwrap_or_default().to_ascii_lowercase();
            let unknown = !granted && UNKNOWN.iter().any(|words| reason.contains(words));
            let barred = !granted && BARRED.iter().any(|words| reason.contains(words));
            // A session that ended well after some failures is a success, and its failures were attempts.
            let (outcome, n) = if granted { (GRANTED, 1) } else { (FAILED, n) };
            let key = [place.dataset, &source, &account, &target.to_ascii_lowercase(), outcome];
            self.groups.add(&key, &[n, i64::from(unknown), if barred { n } else { 0 }], place.seen);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        self.groups.finish()
    }
}
