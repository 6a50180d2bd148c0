//! Every table, one file each. To add one: the file, its `mod` line, its line in [`ALL`].

mod alerts;
mod cases;
mod certificates;
mod cloud_api_calls;
mod connections;
mod dns_queries;
mod emails;
mod event_work;
mod file_changes;
mod files_seen;
mod findings;
mod firewall_events;
mod http_requests;
mod indicators;
mod logons;
mod modules_loaded;
mod network_by_process;
mod other_records;
mod pipes;
mod processes;
mod quarantine;
mod registry_changes;
mod runs;
mod scheduled_tasks;
mod scripts;
mod services;
mod software_seen;
mod threat_events;
mod tls_sessions;
mod work_history;

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
    &processes::TABLE,
    &file_changes::TABLE,
    &registry_changes::TABLE,
    &modules_loaded::TABLE,
    &scripts::TABLE,
    &services::TABLE,
    &scheduled_tasks::TABLE,
    &network_by_process::TABLE,
    &pipes::TABLE,
    &cloud_api_calls::TABLE,
    &emails::TABLE,
    &software_seen::TABLE,
    &other_records::TABLE,
    &quarantine::TABLE,
    &findings::TABLE,
    &threat_events::TABLE,
    &event_work::TABLE,
    &work_history::TABLE,
    &cases::TABLE,
    &indicators::TABLE,
    &runs::TABLE,
];

/// The table of this name.
pub fn find(name: &str) -> Option<&'static Table> {
    ALL.iter().copied().find(|table| table.name == name)
}

#[cfg(test)]
mod tests;
