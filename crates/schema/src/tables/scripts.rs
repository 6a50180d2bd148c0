//! Script code as the interpreter saw it (OCSF script_activity).

use crate::{Column, Observable, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "scripts",
    "One script, script block or interpreter command, as the interpreter logged it.",
    &[
        actor::HOST,
        actor::OS,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("language", "powershell, wmi, bash, python, vbscript ...").ocsf("script.type"),
        actor::USER,
        actor::USER_DOMAIN,
        actor::USER_ID,
        actor::LOGON_ID,
        actor::PROCESS_GUID,
        actor::PID,
        actor::PROCESS_PATH,
        Column::text("script_id", "The interpreter's id of the script; the parts of one share it.")
            .ocsf("script.uid")
            .hunted(),
        Column::int("part", "Number of this part, from 1."),
        Column::int("parts", "How many parts the script has."),
        Column::text("path", "File it came from, where there is one.")
            .ocsf("script.file.path")
            .observes(Observable::FilePath),
        Column::text("content", "The code, or the part of it that the record holds.").ocsf("script.script_content"),
        Column::text("command_line", "Command line of the interpreter, where the record gives it.")
            .ocsf("actor.process.cmd_line"),
    ],
);
