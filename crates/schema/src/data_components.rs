//! Which data components of ATT&CK a table can hold: what could be seen if it had rows.
//!
//! Names are those of ATT&CK 18 (<https://attack.mitre.org/datacomponents/>) that some technique is detected by; `intel`
//! checks that.

/// Table, and the data components that its rows can be.
static COMPONENTS: &[(&str, &[&str])] = &[
    ("connections", &["Network Connection Creation", "Network Traffic Flow"]),
    ("dns_queries", &["Network Traffic Content"]),
    ("http_requests", &["Network Traffic Content", "Application Log Content", "Response Content"]),
    ("tls_sessions", &["Network Traffic Content"]),
    ("certificates", &["Certificate Registration", "Network Traffic Content"]),
    ("files_seen", &["File Metadata", "Network Traffic Content"]),
    ("logons", &["Logon Session Creation", "Logon Session Metadata", "User Account Authentication"]),
    ("firewall_events", &["Network Traffic Flow", "Network Connection Creation"]),
    ("alerts", &["Application Log Content"]),
    (
        "processes",
        &[
            "Process Creation",
            "Process Termination",
            "Process Access",
            "Process Modification",
            "Process Metadata",
            "Command Execution",
        ],
    ),
    ("file_changes", &["File Creation", "File Modification", "File Deletion", "File Access", "File Metadata"]),
    (
        "registry_changes",
        &["Windows Registry Key Creation", "Windows Registry Key Modification", "Windows Registry Key Access"],
    ),
    ("modules_loaded", &["Module Load", "Driver Load", "Kernel Module Load"]),
    ("scripts", &["Script Execution", "Command Execution", "WMI Creation"]),
    ("services", &["Service Creation", "Service Modification", "Service Metadata"]),
    ("scheduled_tasks", &["Scheduled Job Creation", "Scheduled Job Modification", "Scheduled Job Metadata"]),
    ("network_by_process", &["Network Connection Creation"]),
    ("pipes", &["Named Pipe Metadata"]),
    (
        "cloud_api_calls",
        &[
            "Cloud Service Enumeration",
            "Cloud Service Modification",
            "Cloud Storage Access",
            "Instance Creation",
            "Instance Modification",
            "User Account Creation",
            "User Account Modification",
            "Application Log Content",
        ],
    ),
    ("emails", &["Application Log Content", "Network Traffic Content"]),
    ("software_seen", &["Network Traffic Content"]),
];

/// The data components of a table; none where its rows can be anything.
pub fn data_components(table: &str) -> &'static [&'static str] {
    COMPONENTS.iter().find(|(name, _)| *name == table).map_or(&[], |(_, components)| components)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Stage, tables};

    #[test]
    fn every_table_of_telemetry_is_listed_and_no_other() {
        let listed: Vec<&str> = COMPONENTS.iter().map(|(name, _)| *name).collect();
        let telemetry = tables::ALL.iter().filter(|table| table.stage == Stage::Telemetry);
        let wanted: Vec<&str> = telemetry.map(|table| table.name).filter(|name| *name != "other_records").collect();
        assert_eq!(listed, wanted);
    }
}
