//! Processes and what they do to each other (OCSF process_activity).

use crate::{Column, Observable, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "processes",
    "One process started, ended, opened, injected into or tampered with.",
    &[
        actor::HOST,
        actor::OS,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("action", "start, end, access, remote_thread or tamper.").required().ocsf("activity_name"),
        actor::USER,
        actor::USER_DOMAIN,
        actor::USER_ID,
        actor::LOGON_ID,
        Column::text("process_guid", "The sensor's id of the process, unique on the host over time.")
            .ocsf("process.uid")
            .hunted(),
        Column::int("pid", "Number of the process, which the system uses again.").ocsf("process.pid"),
        Column::text("process_path", "Program, with its path; the one that acts where there are two.")
            .ocsf("process.file.path")
            .observes(Observable::FilePath),
        Column::text("command_line", "Command line as one text; arguments of an audit record are joined by blanks.")
            .ocsf("process.cmd_line"),
        Column::text("working_dir", "Folder it was started in.").ocsf("process.working_directory"),
        Column::text("original_name", "File name in the program's own version information.")
            .ocsf("process.file.internal_name"),
        Column::text("description", "Description in the program's version information.").ocsf("process.file.desc"),
        Column::text("product", "Product in the program's version information.").ocsf("process.file.product.name"),
        Column::text("company", "Company in the program's version information.").ocsf("process.file.company_name"),
        Column::text("file_version", "Version in the program's version information.").ocsf("process.file.version"),
        Column::text("integrity", "Integrity level, or how far the token is elevated, in the system's word.")
            .ocsf("process.integrity"),
        Column::text("parent_guid", "The sensor's id of the parent process.")
            .ocsf("process.parent_process.uid")
            .hunted(),
        Column::int("parent_pid", "Number of the parent process.").ocsf("process.parent_process.pid"),
        Column::text("parent_path", "Program of the parent, with its path.")
            .ocsf("process.parent_process.file.path")
            .hunted(),
        Column::text("parent_command_line", "Command line of the parent.").ocsf("process.parent_process.cmd_line"),
        Column::text("parent_user", "Account of the parent, with its domain.").ocsf("process.parent_process.user.name"),
        Column::text("target_guid", "Process acted upon: the sensor's id.").ocsf("process.uid").hunted(),
        Column::int("target_pid", "Process acted upon: its number.").ocsf("process.pid"),
        Column::text("target_path", "Process acted upon: its program, with path.").ocsf("process.file.path").hunted(),
        Column::text("target_user", "Account of the process acted upon, or the one that a start switched to."),
        Column::text("granted_access", "Rights asked for, as the system writes the mask.").ocsf("actual_permissions"),
        Column::text("call_trace", "Modules on the stack of the thread that acted, the innermost first."),
        Column::int("exit_code", "Status of a process that ended, or of the call that started it.").ocsf("exit_code"),
        Column::text("md5", "MD5 of the program, lower-case hex.")
            .ocsf("process.file.hashes[].value")
            .observes(Observable::Hash),
        Column::text("sha1", "SHA-1 of the program, lower-case hex.")
            .ocsf("process.file.hashes[].value")
            .observes(Observable::Hash),
        Column::text("sha256", "SHA-256 of the program, lower-case hex.")
            .ocsf("process.file.hashes[].value")
            .observes(Observable::Hash),
        Column::text("imphash", "Hash of the import table, lower-case hex.")
            .ocsf("process.file.hashes[].value")
            .observes(Observable::Imphash),
    ],
);
