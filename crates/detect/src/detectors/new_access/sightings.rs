//! What the logons of an hour say of each account. Output: sightings for `habits`.

use std::net::IpAddr;

use arrow_array::RecordBatch;

use crate::{
    Error,
    habits::digest::{Habits, Places},
    telemetry::{
        Text, accounts,
        columns::{bools, present},
        network,
    },
};

/// Actions that are no access of a person: what follows one, or what the system does by itself.
const NO_ACCESS: [&str; 6] = ["logoff", "special", "lock", "disconnect", "elevate", "explicit"];

const HOUR_MICROS: i64 = 3_600_000_000;
const DAY_HOURS: i64 = 24;

/// Hours of the day that count as one: people come earlier or later.
const BLOCK_HOURS: i64 = 6;

pub(super) fn take(habits: &mut Habits, table: &'static str, rows: &RecordBatch) -> Result<(), Error> {
    let places = Places::of(table, rows)?;
    let text = |name| Text::of(rows, name);
    let (src_ip, src_host, dst_ip, host) = (text("src_ip")?, text("src_host")?, text("dst_ip")?, text("host")?);
    let (action, user, logon_type) = (text("action")?, text("user")?, text("logon_type")?);
    let (protocol, method, client, country) = (text("protocol")?, text("method")?, text("client")?, text("country")?);
    let success = bools(rows, "success")?;
    for row in 0..places.len() {
        let granted =
            present(success, row) == Some(true) && !action.get(row).is_some_and(|word| NO_ACCESS.contains(&word));
        let (true, Some(place)) = (granted, places.at(row)) else { continue };
        let Some(account) = accounts::person(user.get(row)) else { continue };
        let ip = src_ip.get(row).and_then(|text| text.parse::<IpAddr>().ok()).filter(|ip| !ip.is_loopback());
        let outside = ip.is_some_and(|ip| !network::inside(ip));
        let mut show = |aspect, item: &str| habits.show(place, &account, aspect, item);
        show("country", &country.get(row).unwrap_or_default().to_ascii_uppercase());
        if let Some(ip) = ip {
            show("network", &accounts::network_of(ip));
            show("address", &ip.to_string());
        }
        show("device", &src_host.get(row).unwrap_or_default().to_ascii_lowercase());
        show("client", &accounts::client(client.get(row).unwrap_or_default()));
        show("target", &host.get(row).or(dst_ip.get(row)).unwrap_or_default().to_ascii_lowercase());
        let words = [logon_type.get(row), protocol.get(row), method.get(row)];
        show("manner", &words.into_iter().flatten().collect::<Vec<_>>().join(" "));
        // Where people sit inside, the machine's own schedule fills the night.
        if outside {
            show("hours", hours(place.seen.at));
        }
    }
    Ok(())
}

/// The part of the week, in UTC.
fn hours(at: i64) -> &'static str {
    let hours = at.div_euclid(HOUR_MICROS);
    // 1970-01-01 was a Thursday.
    let weekday = (hours.div_euclid(DAY_HOURS) + 3).rem_euclid(7);
    let words = if weekday < 5 {
        [
            "on a weekday at 0-6 UTC",
            "on a weekday at 6-12 UTC",
            "on a weekday at 12-18 UTC",
            "on a weekday at 18-24 UTC",
        ]
    } else {
        [
            "at the weekend at 0-6 UTC",
            "at the weekend at 6-12 UTC",
            "at the weekend at 12-18 UTC",
            "at the weekend at 18-24 UTC",
        ]
    };
    let block = hours.rem_euclid(DAY_HOURS) / BLOCK_HOURS;
    words.get(usize::try_from(block).unwrap_or(0)).copied().unwrap_or("")
}
