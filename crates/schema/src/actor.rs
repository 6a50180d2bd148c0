//! Columns that tables about hosts and accounts share, so that a join on them means the same everywhere.
//!
//! The keys are the same for Windows, Linux and macOS: `host` + `logon_id` is a session, `host` + `process_guid` (or
//! `pid` at a time, where the sensor gives no guid) is a process.

use crate::Column;

pub(crate) const HOST: Column =
    Column::text("host", "Host the record is about, as it names itself, lower-case.").ocsf("device.hostname").hunted();
pub(crate) const OS: Column = Column::text("os", "windows, linux or macos.").ocsf("device.os.type");
pub(crate) const EVENT: Column = Column::text(
    "event",
    "The source's own name or number of the event: a Windows event id, an auditd record type, an API event type.",
)
.ocsf("metadata.event_code");
pub(crate) const PROVIDER: Column =
    Column::text("provider", "Who wrote the record on the host: a Windows provider, a syslog program, an agent.")
        .ocsf("metadata.log_provider");

pub(crate) const USER: Column =
    Column::text("user", "Account that acted, without its domain.").ocsf("actor.user.name").hunted();
pub(crate) const USER_DOMAIN: Column =
    Column::text("user_domain", "Domain or realm of the account.").ocsf("actor.user.domain");
pub(crate) const USER_ID: Column =
    Column::text("user_id", "Id of the account: SID, uid or principal id.").ocsf("actor.user.uid").hunted();
pub(crate) const LOGON_ID: Column = Column::text(
    "logon_id",
    "Session on that host: the LUID as 0x and hex digits (Windows), the audit session number (Linux).",
)
.ocsf("actor.session.uid");

pub(crate) const PROCESS_GUID: Column =
    Column::text("process_guid", "The sensor's id of the process, unique on the host over time.")
        .ocsf("actor.process.uid")
        .hunted();
pub(crate) const PID: Column =
    Column::int("pid", "Number of the process, which the system uses again.").ocsf("actor.process.pid");
pub(crate) const PROCESS_PATH: Column =
    Column::text("process_path", "Program that acted, with its path.").ocsf("actor.process.file.path").hunted();
