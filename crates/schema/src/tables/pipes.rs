//! Named pipes (OCSF file_activity on a named pipe).

use crate::{Column, Observable, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "pipes",
    "One named pipe made or opened.",
    &[
        actor::HOST,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("action", "create or connect.").required().ocsf("activity_name"),
        actor::USER,
        actor::USER_DOMAIN,
        actor::USER_ID,
        actor::LOGON_ID,
        actor::PROCESS_GUID,
        actor::PID,
        actor::PROCESS_PATH,
        Column::text("name", "Name of the pipe, as the source writes it.")
            .ocsf("file.name")
            .observes(Observable::NamedPipe),
    ],
);
