//! Services installed, changed, started and stopped (OCSF windows_service_activity).

use crate::{Column, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "services",
    "One service of a host installed, changed, started, stopped or removed.",
    &[
        actor::HOST,
        actor::OS,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("action", "install, change, start, stop, fail or remove.").required().ocsf("activity_name"),
        actor::USER,
        actor::USER_DOMAIN,
        actor::USER_ID,
        actor::LOGON_ID,
        actor::PID,
        Column::text("name", "Name of the service or unit.").ocsf("win_service.name").hunted(),
        Column::text("path", "Program or command line that it runs.").ocsf("win_service.cmd_line").hunted(),
        Column::text("service_type", "Kind of service, in the system's words.").ocsf("win_service.service_type"),
        Column::text("start_type", "When it starts, in the system's words.").ocsf("win_service.start_type"),
        Column::text("account", "Account that it runs as.").ocsf("win_service.run_as"),
        Column::text("state", "State or reason that the record states.").ocsf("status_detail"),
    ],
);
