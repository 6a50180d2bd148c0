//! Work that a host does by itself at times or on events (OCSF scheduled_job_activity).

use crate::{Column, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "scheduled_tasks",
    "One scheduled task, cron job or timer registered, changed, run or removed.",
    &[
        actor::HOST,
        actor::OS,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("action", "create, change, enable, disable, run, end or remove.").required().ocsf("activity_name"),
        actor::USER,
        actor::USER_DOMAIN,
        actor::USER_ID,
        actor::LOGON_ID,
        actor::PID,
        Column::text("name", "Name of the task, with its folder.").ocsf("job.name").hunted(),
        Column::text("command", "What it runs, where the record says so.").ocsf("job.cmd_line").hunted(),
        Column::text("content", "The task's whole definition, where the record holds it.").ocsf("job.desc"),
        Column::text("account", "Account that it runs as.").ocsf("job.user.name"),
    ],
);
