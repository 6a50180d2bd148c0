//! Every table, one file each. To add one: the file, its `mod` line, its line in [`ALL`].

mod alerts;
mod certificates;
mod connections;
mod dns_queries;
mod files_seen;
mod findings;
mod firewall_events;
mod http_requests;
mod indicators;
mod logons;
mod other_records;
mod quarantine;
mod runs;
mod software_seen;
mod threat_events;
mod tls_sessions;

use crate::Table;

/// The only list of tables; Arrow schemas, the lake, SQL, completion and the data dictionary iterate over it.
pub static ALL: &[&Table] = &[
    &connections::TABLE,
    &dns_queries::TABLE,
    &http_requests::TABLE,
    &tls_sessions::TABLE,
    &certificates::TABLE,
    &files_seen::TABLE,
    &logons::TABLE,
    &firewall_events::TABLE,
    &alerts::TABLE,
    &software_seen::TABLE,
    &other_records::TABLE,
    &quarantine::TABLE,
    &findings::TABLE,
    &threat_events::TABLE,
    &indicators::TABLE,
    &runs::TABLE,
];

/// The table of this name.
pub fn find(name: &str) -> Option<&'static Table> {
    ALL.iter().copied().find(|table| table.name == name)
}

#[cfg(test)]
mod tests;
