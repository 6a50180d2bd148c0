//! Where each machine went in an hour, by logons and by connections for administration. Output: sightings for `habits`.

use std::net::IpAddr;

use arrow_array::RecordBatch;
use schema::{Entity, EntityKind};

use crate::{
    Error,
    habits::digest::{Habits, Places},
    telemetry::{
        Text, accounts,
        columns::{bools, ints, present},
        network,
    },
};

/// Ports through which machines are administered or used from afar, in the words of logs.
const WAYS: [(i64, &str); 9] = [
    (22, "ssh"),
    (23, "telnet"),
    (135, "dcom"),
    (445, "smb"),
    (3389, "rdp"),
    (5900, "vnc"),
    (5985, "winrm"),
    (5986, "winrm"),
    (512, "rexec"),
];

/// Logons that come over the network, besides those whose protocol says so.
const FROM_AFAR: [&str; 4] = ["network", "remote_interactive", "network_cleartext", "new_credentials"];
const REMOTE_PROTOCOLS: [&str; 4] = ["ssh", "rdp", "smb", "winrm"];

/// Zeek's words for connections on which both sides spoke.
const SPOKEN: [&str; 7] = ["SF", "S1", "S2", "S3", "RSTO", "RSTR", "OTH"];

pub(super) fn logons(habits: &mut Habits, table: &'static str, rows: &RecordBatch) -> Result<(), Error> {
    let places = Places::of(table, rows)?;
    let text = |name| Text::of(rows, name);
    let (src_ip, src_host, dst_ip, host) = (text("src_ip")?, text("src_host")?, text("dst_ip")?, text("host")?);
    let (action, user, logon_type, protocol) = (text("action")?, text("user")?, text("logon_type")?, text("protocol")?);
    let success = bools(rows, "success")?;
    for row in 0..places.len() {
        let is_logon = action.get(row).is_none_or(|word| word == "logon");
        let way = way(logon_type.get(row), protocol.get(row));
        let (true, Some(true), Some(way), Some(place)) = (is_logon, present(success, row), way, places.at(row)) else {
            continue;
        };
        let ip = src_ip.get(row).filter(|ip| is_inside(ip));
        let source = ip.or(src_host.get(row)).unwrap_or_default().to_lowercase();
        let target = host.get(row).or(dst_ip.get(row)).unwrap_or_default().to_lowercase();
        let outside = src_ip.get(row).is_some() && ip.is_none();
        if outside || source.is_empty() || source == target {
            continue;
        }
        habits.show(place, &source, "logon", &format!("{target} by {way}"));
        if let Some(account) = accounts::person(user.get(row)) {
            habits.show(place, &source, "account", &account);
        }
    }
    Ok(())
}

/// How the logon came, where it came from another machine.
fn way<'a>(logon_type: Option<&'a str>, protocol: Option<&'a str>) -> Option<&'a str> {
    let known = protocol.filter(|word| REMOTE_PROTOCOLS.contains(word));
    known.or(match logon_type? {
        "remote_interactive" => Some("rdp"),
        other => FROM_AFAR.contains(&other).then_some(other),
    })
}

pub(super) fn connections(habits: &mut Habits, table: &'static str, rows: &RecordBatch) -> Result<(), Error> {
    let ports = ints(rows, "dst_port")?;
    let places = Places::of(table, rows)?;
    let (src_ip, dst_ip, state) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?, Text::of(rows, "state")?);
    let dst_bytes = ints(rows, "dst_bytes")?;
    for row in 0..places.len() {
        // Most connections are none of these, and must cost nothing.
        let Some((_, way)) = WAYS.iter().find(|(port, _)| present(ports, row) == Some(*port)) else { continue };
        let answered = present(dst_bytes, row).is_none_or(|bytes| bytes > 0)
            && state.get(row).is_none_or(|state| SPOKEN.contains(&state));
        let (true, Some(place)) = (answered, places.at(row)) else { continue };
        let (source, target) = (src_ip.get(row).unwrap_or_default(), dst_ip.get(row).unwrap_or_default());
        if is_inside(source) && is_inside(target) && source != target {
            habits.show(place, source, "reach", &format!("{target} by {way}"));
        }
    }
    Ok(())
}

fn is_inside(ip: &str) -> bool {
    ip.parse().is_ok_and(|ip: IpAddr| network::inside(ip) && !ip.is_loopback() && !ip.is_multicast())
}

/// A machine by address or name.
pub(super) fn machine(name: &str) -> Entity {
    let kind = if name.parse::<IpAddr>().is_ok() { EntityKind::Ip } else { EntityKind::Host };
    Entity::new(kind, name)
}

/// The ports of [`WAYS`] as SQL lists them.
pub(super) fn ports() -> String {
    WAYS.map(|(port, _)| port.to_string()).join(", ")
}
