//! Where the events of Endpoint Security go.

use crate::mapping::{Mapping, Read, Rule};

/// Name of an event, and where it goes.
pub(super) static BY_EVENT: &[(&str, &Mapping)] = &[
    ("exec", &EXEC),
    ("fork", &FORK),
    ("exit", &EXIT),
    ("get_task", &GET_TASK),
    ("get_task_read", &GET_TASK_READ),
    ("trace", &TRACE),
    ("signal", &SIGNAL),
    ("proc_suspend_resume", &PROC_SUSPEND_RESUME),
    ("remote_thread_create", &REMOTE_THREAD_CREATE),
    ("create", &CREATE),
    ("open", &OPEN),
    ("write", &WRITE),
    ("close", &CLOSE),
    ("truncate", &TRUNCATE),
    ("unlink", &UNLINK),
    ("rename", &RENAME),
    ("link", &LINK),
    ("clone", &CLONE),
    ("copyfile", &COPYFILE),
    ("setmode", &SETMODE),
    ("setowner", &SETOWNER),
    ("setflags", &SETFLAGS),
    ("setacl", &SETACL),
    ("setextattr", &SETEXTATTR),
    ("deleteextattr", &DELETEEXTATTR),
    ("utimes", &UTIMES),
    ("mmap", &MMAP),
    ("kextload", &KEXTLOAD),
    ("kextunload", &KEXTUNLOAD),
    ("openssh_login", &OPENSSH_LOGIN),
    ("openssh_logout", &OPENSSH_LOGOUT),
    ("login_login", &LOGIN_LOGIN),
    ("login_logout", &LOGIN_LOGOUT),
    ("lw_session_login", &LW_SESSION_LOGIN),
    ("lw_session_logout", &LW_SESSION_LOGOUT),
    ("lw_session_lock", &LW_SESSION_LOCK),
    ("lw_session_unlock", &LW_SESSION_UNLOCK),
    ("screensharing_attach", &SCREENSHARING_ATTACH),
    ("screensharing_detach", &SCREENSHARING_DETACH),
    ("authentication", &AUTHENTICATION),
    ("su", &SU),
    ("sudo", &SUDO),
    ("btm_launch_item_add", &BTM_LAUNCH_ITEM_ADD),
    ("btm_launch_item_remove", &BTM_LAUNCH_ITEM_REMOVE),
    ("xp_malware_detected", &XP_MALWARE_DETECTED),
];

const TIMES: &[&str] = &["time"];
const MACOS: (&str, &str) = ("os", "macos");
const PROVIDER: (&str, &str) = ("provider", "endpoint_security");

const EVENT: Rule = ("event", &["=name"], Read::Text);
const USER_ID: Rule = ("user_id", &["process.audit_token.euid"], Read::Text);
const LOGON_ID: Rule = ("logon_id", &["process.audit_token.asid"], Read::Text);
const PID: Rule = ("pid", &["process.audit_token.pid"], Read::Int);
const PROCESS_PATH: Rule = ("process_path", &["process.executable.path"], Read::Text);
const PARENT: Rule = ("parent_pid", &["process.ppid"], Read::Int);

const fn mapping(
    kind: &'static str,
    table: &'static str,
    constants: &'static [(&'static str, &'static str)],
    columns: &'static [Rule],
) -> Mapping {
    Mapping { kind, table, times: TIMES, weight: None, constants, columns }
}

static EXEC: Mapping = mapping(
    "exec",
    "processes",
    &[MACOS, PROVIDER, ("action", "start")],
    &[
        EVENT,
        ("user_id", &["event.exec.target.audit_token.euid"], Read::Text),
        ("logon_id", &["event.exec.target.audit_token.asid"], Read::Text),
        ("pid", &["event.exec.target.audit_token.pid"], Read::Int),
        ("process_path", &["event.exec.target.executable.path"], Read::Text),
        ("command_line", &["event.exec.args"], Read::Spaced),
        ("working_dir", &["event.exec.cwd.path"], Read::Text),
        ("parent_pid", &["event.exec.target.ppid"], Read::Int),
    ],
);

static FORK: Mapping = mapping(
    "fork",
    "processes",
    &[MACOS, PROVIDER, ("action", "start")],
    &[
        EVENT,
        ("user_id", &["event.fork.child.audit_token.euid"], Read::Text),
        ("logon_id", &["event.fork.child.audit_token.asid"], Read::Text),
        ("pid", &["event.fork.child.audit_token.pid"], Read::Int),
        ("process_path", &["event.fork.child.executable.path"], Read::Text),
        ("parent_pid", &["process.audit_token.pid"], Read::Int),
        ("parent_path", &["process.executable.path"], Read::Text),
    ],
);

static EXIT: Mapping = mapping(
    "exit",
    "processes",
    &[MACOS, PROVIDER, ("action", "end")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, PARENT, ("exit_code", &["event.exit.stat"], Read::Int)],
);

static GET_TASK: Mapping = mapping(
    "get_task",
    "processes",
    &[MACOS, PROVIDER, ("action", "access")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        PARENT,
        ("target_pid", &["event.get_task.target.audit_token.pid"], Read::Int),
        ("target_path", &["event.get_task.target.executable.path"], Read::Text),
    ],
);

static GET_TASK_READ: Mapping = mapping(
    "get_task_read",
    "processes",
    &[MACOS, PROVIDER, ("action", "access")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        PARENT,
        ("target_pid", &["event.get_task_read.target.audit_token.pid"], Read::Int),
        ("target_path", &["event.get_task_read.target.executable.path"], Read::Text),
    ],
);

static TRACE: Mapping = mapping(
    "trace",
    "processes",
    &[MACOS, PROVIDER, ("action", "access")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        PARENT,
        ("target_pid", &["event.trace.target.audit_token.pid"], Read::Int),
        ("target_path", &["event.trace.target.executable.path"], Read::Text),
    ],
);

static SIGNAL: Mapping = mapping(
    "signal",
    "processes",
    &[MACOS, PROVIDER, ("action", "access")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        PARENT,
        ("target_pid", &["event.signal.target.audit_token.pid"], Read::Int),
        ("target_path", &["event.signal.target.executable.path"], Read::Text),
    ],
);

static PROC_SUSPEND_RESUME: Mapping = mapping(
    "proc_suspend_resume",
    "processes",
    &[MACOS, PROVIDER, ("action", "access")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        PARENT,
        ("target_pid", &["event.proc_suspend_resume.target.audit_token.pid"], Read::Int),
        ("target_path", &["event.proc_suspend_resume.target.executable.path"], Read::Text),
    ],
);

static REMOTE_THREAD_CREATE: Mapping = mapping(
    "remote_thread_create",
    "processes",
    &[MACOS, PROVIDER, ("action", "remote_thread")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        PARENT,
        ("target_pid", &["event.remote_thread_create.target.audit_token.pid"], Read::Int),
        ("target_path", &["event.remote_thread_create.target.executable.path"], Read::Text),
    ],
);

static CREATE: Mapping = mapping(
    "create",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "create")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        ("path", &["event.create.destination.existing_file.path"], Read::Text),
        (
            "path",
            &["event.create.destination.new_path.dir.path", "event.create.destination.new_path.filename"],
            Read::InFolder,
        ),
    ],
);

static OPEN: Mapping = mapping(
    "open",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "read")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        ("path", &["event.open.file.path"], Read::Text),
        ("size_bytes", &["event.open.file.stat.st_size"], Read::Int),
    ],
);

static WRITE: Mapping = mapping(
    "write",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "write")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.write.target.path"], Read::Text)],
);

static CLOSE: Mapping = mapping(
    "close",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "write")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.close.target.path"], Read::Text)],
);

static TRUNCATE: Mapping = mapping(
    "truncate",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "write")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.truncate.target.path"], Read::Text)],
);

static UNLINK: Mapping = mapping(
    "unlink",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "delete")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.unlink.target.path"], Read::Text)],
);

static RENAME: Mapping = mapping(
    "rename",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "rename")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        ("path", &["event.rename.source.path"], Read::Text),
        ("new_path", &["event.rename.destination.existing_file.path"], Read::Text),
        (
            "new_path",
            &["event.rename.destination.new_path.dir.path", "event.rename.destination.new_path.filename"],
            Read::InFolder,
        ),
    ],
);

static LINK: Mapping = mapping(
    "link",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "link")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        ("path", &["event.link.source.path"], Read::Text),
        ("new_path", &["event.link.target_dir.path", "event.link.target_filename"], Read::InFolder),
    ],
);

static CLONE: Mapping = mapping(
    "clone",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "create")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        ("path", &["event.clone.target_dir.path", "event.clone.target_name"], Read::InFolder),
    ],
);

static COPYFILE: Mapping = mapping(
    "copyfile",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "create")],
    &[
        EVENT,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        ("path", &["event.copyfile.target_file.path"], Read::Text),
        ("path", &["event.copyfile.target_dir.path", "event.copyfile.target_name"], Read::InFolder),
    ],
);

static SETMODE: Mapping = mapping(
    "setmode",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "attributes")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.setmode.target.path"], Read::Text)],
);

static SETOWNER: Mapping = mapping(
    "setowner",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "attributes")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.setowner.target.path"], Read::Text)],
);

static SETFLAGS: Mapping = mapping(
    "setflags",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "attributes")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.setflags.target.path"], Read::Text)],
);

static SETACL: Mapping = mapping(
    "setacl",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "attributes")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.setacl.target.path"], Read::Text)],
);

static SETEXTATTR: Mapping = mapping(
    "setextattr",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "attributes")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.setextattr.target.path"], Read::Text)],
);

static DELETEEXTATTR: Mapping = mapping(
    "deleteextattr",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "attributes")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.deleteextattr.target.path"], Read::Text)],
);

static UTIMES: Mapping = mapping(
    "utimes",
    "file_changes",
    &[MACOS, PROVIDER, ("action", "attributes")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.utimes.target.path"], Read::Text)],
);

static MMAP: Mapping = mapping(
    "mmap",
    "modules_loaded",
    &[MACOS, PROVIDER, ("action", "library")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.mmap.source.path"], Read::Text)],
);

static KEXTLOAD: Mapping = mapping(
    "kextload",
    "modules_loaded",
    &[MACOS, PROVIDER, ("action", "driver")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.kextload.identifier"], Read::Text)],
);

static KEXTUNLOAD: Mapping = mapping(
    "kextunload",
    "modules_loaded",
    &[MACOS, PROVIDER, ("action", "unload")],
    &[EVENT, USER_ID, LOGON_ID, PID, PROCESS_PATH, ("path", &["event.kextunload.identifier"], Read::Text)],
);

static OPENSSH_LOGIN: Mapping = mapping(
    "openssh_login",
    "logons",
    &[MACOS, PROVIDER, ("action", "logon")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.openssh_login.username"], Read::Account),
        ("user_id", &["event.openssh_login.uid"], Read::Text),
        ("src_ip", &["event.openssh_login.source_address"], Read::PeerIp),
        ("success", &["event.openssh_login.success"], Read::Bool),
        ("reason", &["event.openssh_login.result_type"], Read::Text),
        ("protocol", &[], Read::Is("ssh")),
    ],
);

static OPENSSH_LOGOUT: Mapping = mapping(
    "openssh_logout",
    "logons",
    &[MACOS, PROVIDER, ("action", "logoff")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.openssh_logout.username"], Read::Account),
        ("user_id", &["event.openssh_logout.uid"], Read::Text),
        ("src_ip", &["event.openssh_logout.source_address"], Read::PeerIp),
        ("protocol", &[], Read::Is("ssh")),
    ],
);

static LOGIN_LOGIN: Mapping = mapping(
    "login_login",
    "logons",
    &[MACOS, PROVIDER, ("action", "logon")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.login_login.username"], Read::Account),
        ("user_id", &["event.login_login.uid"], Read::Text),
        ("success", &["event.login_login.success"], Read::Bool),
        ("reason", &["event.login_login.failure_message"], Read::Text),
    ],
);

static LOGIN_LOGOUT: Mapping = mapping(
    "login_logout",
    "logons",
    &[MACOS, PROVIDER, ("action", "logoff")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.login_logout.username"], Read::Account),
        ("user_id", &["event.login_logout.uid"], Read::Text),
    ],
);

static LW_SESSION_LOGIN: Mapping = mapping(
    "lw_session_login",
    "logons",
    &[MACOS, PROVIDER, ("action", "logon")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.lw_session_login.username"], Read::Account),
        ("logon_id", &["event.lw_session_login.graphical_session_id"], Read::Text),
    ],
);

static LW_SESSION_LOGOUT: Mapping = mapping(
    "lw_session_logout",
    "logons",
    &[MACOS, PROVIDER, ("action", "logoff")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.lw_session_logout.username"], Read::Account),
        ("logon_id", &["event.lw_session_logout.graphical_session_id"], Read::Text),
    ],
);

static LW_SESSION_LOCK: Mapping = mapping(
    "lw_session_lock",
    "logons",
    &[MACOS, PROVIDER, ("action", "lock")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.lw_session_lock.username"], Read::Account),
        ("logon_id", &["event.lw_session_lock.graphical_session_id"], Read::Text),
    ],
);

static LW_SESSION_UNLOCK: Mapping = mapping(
    "lw_session_unlock",
    "logons",
    &[MACOS, PROVIDER, ("action", "unlock")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.lw_session_unlock.username"], Read::Account),
        ("logon_id", &["event.lw_session_unlock.graphical_session_id"], Read::Text),
    ],
);

static SCREENSHARING_ATTACH: Mapping = mapping(
    "screensharing_attach",
    "logons",
    &[MACOS, PROVIDER, ("action", "logon")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.screensharing_attach.session_username"], Read::Account),
        ("src_ip", &["event.screensharing_attach.source_address"], Read::PeerIp),
        ("success", &["event.screensharing_attach.success"], Read::Bool),
        ("method", &["event.screensharing_attach.authentication_type"], Read::Text),
        ("protocol", &[], Read::Is("vnc")),
    ],
);

static SCREENSHARING_DETACH: Mapping = mapping(
    "screensharing_detach",
    "logons",
    &[MACOS, PROVIDER, ("action", "logoff")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("src_ip", &["event.screensharing_detach.source_address"], Read::PeerIp),
        ("protocol", &[], Read::Is("vnc")),
    ],
);

static AUTHENTICATION: Mapping = mapping(
    "authentication",
    "logons",
    &[MACOS, PROVIDER, ("action", "logon")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.authentication.data.od.record_name"], Read::Account),
        ("success", &["event.authentication.success"], Read::Bool),
    ],
);

static SU: Mapping = mapping(
    "su",
    "logons",
    &[MACOS, PROVIDER, ("action", "elevate")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.su.to_username"], Read::Account),
        ("user_id", &["event.su.to_uid"], Read::Text),
        ("actor_user", &["event.su.from_username"], Read::Text),
        ("actor_id", &["event.su.from_uid"], Read::Text),
        ("success", &["event.su.success"], Read::Bool),
        ("reason", &["event.su.failure_message"], Read::Text),
    ],
);

static SUDO: Mapping = mapping(
    "sudo",
    "logons",
    &[MACOS, PROVIDER, ("action", "elevate")],
    &[
        EVENT,
        PID,
        PROCESS_PATH,
        ("user", &["event.sudo.to_username"], Read::Account),
        ("user_id", &["event.sudo.to_uid"], Read::Text),
        ("actor_user", &["event.sudo.from_username"], Read::Text),
        ("actor_id", &["event.sudo.from_uid"], Read::Text),
        ("success", &["event.sudo.success"], Read::Bool),
        ("reason", &["event.sudo.failure_message"], Read::Text),
    ],
);

static BTM_LAUNCH_ITEM_ADD: Mapping = mapping(
    "btm_launch_item_add",
    "services",
    &[MACOS, PROVIDER, ("action", "install")],
    &[
        EVENT,
        PID,
        ("name", &["event.btm_launch_item_add.item.item_url"], Read::Text),
        ("path", &["event.btm_launch_item_add.executable_path"], Read::Text),
        ("service_type", &["event.btm_launch_item_add.item.item_type"], Read::Text),
        ("user_id", &["event.btm_launch_item_add.item.uid"], Read::Text),
    ],
);

static BTM_LAUNCH_ITEM_REMOVE: Mapping = mapping(
    "btm_launch_item_remove",
    "services",
    &[MACOS, PROVIDER, ("action", "remove")],
    &[
        EVENT,
        PID,
        ("name", &["event.btm_launch_item_remove.item.item_url"], Read::Text),
        ("service_type", &["event.btm_launch_item_remove.item.item_type"], Read::Text),
    ],
);

static XP_MALWARE_DETECTED: Mapping = mapping(
    "xp_malware_detected",
    "alerts",
    &[("product", "xprotect")],
    &[
        ("name", &["event.xp_malware_detected.malware_identifier"], Read::Text),
        ("rule_id", &["event.xp_malware_detected.signature_version"], Read::Text),
    ],
);

pub(super) static OTHER: Mapping = mapping(
    "eslogger",
    "other_records",
    &[("product", "endpoint_security")],
    &[("kind", &["=name"], Read::Text), ("kind", &["event_type"], Read::Text), ("kind", &[], Read::Is("event"))],
);
