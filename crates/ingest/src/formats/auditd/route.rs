//! Where an event of the audit log goes, and what is worked out for it: by its system call, else by its type.

use super::{
    event::{Event, is_set, is_unset_id},
    mappings::{COMMAND, FILE, LOGON, MODULE, NETWORK, OTHER, PROCESS, SERVICE},
    sockaddr::Address,
};
use crate::mapping::Mapping;

/// A mapping, and values for those of its names that begin with `=`.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) mapping: &'static Mapping,
    pub(super) derived: Vec<(&'static str, String)>,
}

impl Route {
    fn to(mapping: &'static Mapping, action: &str) -> Self {
        let derived = if action.is_empty() { Vec::new() } else { vec![("=action", action.to_owned())] };
        Self { mapping, derived }
    }

    fn with(mut self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        self.derived.extend(value.map(|value| (name, value.into())));
        self
    }
}

pub(super) fn of(event: &Event<'_>) -> Route {
    let by_call = || event.syscall().filter(|_| event.has("SYSCALL")).and_then(|call| of_call(call, event));
    by_call().or_else(|| of_type(event.kind(), event)).unwrap_or_else(|| Route::to(&OTHER, ""))
}

fn of_call(call: &str, event: &Event<'_>) -> Option<Route> {
    match call {
        "execve" | "execveat" => Some(started(event)),
        "exit" | "exit_group" => Some(Route::to(&PROCESS, "end")),
        "ptrace" | "process_vm_readv" | "process_vm_writev" => Some(Route::to(&PROCESS, "access")),
        "init_module" | "finit_module" | "create_module" => Some(module(event, "driver")),
        "delete_module" => Some(module(event, "unload")),
        "socketcall" => connection(socket_operation(event)?, event),
        "connect" | "bind" | "accept" | "accept4" | "sendto" | "sendmsg" | "sendmmsg" => connection(call, event),
        call => file(call, event),
    }
}

fn started(event: &Event<'_>) -> Route {
    let effective = event.get("EUID").filter(|_| event.get("euid") != event.get("uid") || event.get("euid").is_none());
    let switched = effective.filter(|name| event.get("UID") != Some(name) && !name.starts_with("unknown("));
    Route::to(&PROCESS, "start")
        .with("=command_line", event.command_line())
        .with("=target_user", switched)
        .with("=exit_code", event.get_of("SYSCALL", "exit").filter(|exit| exit.parse::<i64>().is_ok()))
}

fn module(event: &Event<'_>, action: &str) -> Route {
    let named = event.get_of("KERN_MODULE", "name");
    let file = || event.paths().map(|path| path.1).find(|name| is_set(name));
    Route::to(&MODULE, action).with("=path", named.or_else(file))
}

/// What the one call does that 32-bit x86 has for all sockets; its first argument says it.
fn socket_operation(event: &Event<'_>) -> Option<&'static str> {
    match event.get_of("SYSCALL", "a0")? {
        "2" | "bind" => Some("bind"),
        "3" | "connect" => Some("connect"),
        "5" | "accept" => Some("accept"),
        "b" | "sendto" => Some("sendto"),
        "10" | "sendmsg" => Some("sendmsg"),
        "12" | "accept4" => Some("accept4"),
        _ => None,
    }
}

/// Sockets of the internet; others are no network.
fn connection(call: &str, event: &Event<'_>) -> Option<Route> {
    let Address::Inet { ip, port, .. } = event.address()? else { return None };
    let port = (port > 0).then(|| port.to_string());
    Some(match call {
        "bind" => Route::to(&NETWORK, "bind").with("=dst_ip", Some(ip)).with("=dst_port", port),
        "accept" | "accept4" => Route::to(&NETWORK, "accept")
            .with("=initiated", Some("false"))
            .with("=src_ip", Some(ip))
            .with("=src_port", port),
        _ => Route::to(&NETWORK, "connect")
            .with("=initiated", Some("true"))
            .with("=dst_ip", Some(ip))
            .with("=dst_port", port),
    })
}

fn file(call: &str, event: &Event<'_>) -> Option<Route> {
    let action = match call {
        "open" | "openat" | "openat2" | "open_by_handle_at" => opened(call, event),
        "creat" if !made(event) => "write",
        "creat" | "mkdir" | "mkdirat" | "mknod" | "mknodat" => "create",
        "truncate" | "truncate64" | "ftruncate" | "ftruncate64" | "write" | "pwrite64" | "writev" | "fallocate" => {
            "write"
        }
        "read" | "pread64" | "readv" | "sendfile" => "read",
        "rename" | "renameat" | "renameat2" => "rename",
        "unlink" | "unlinkat" | "rmdir" => "delete",
        "link" | "linkat" | "symlink" | "symlinkat" => "link",
        "chmod" | "fchmod" | "fchmodat" | "fchmodat2" | "chown" | "chown32" | "fchown" | "fchown32" | "lchown"
        | "lchown32" | "fchownat" | "setxattr" | "lsetxattr" | "fsetxattr" | "removexattr" | "lremovexattr"
        | "fremovexattr" | "utime" | "utimes" | "utimensat" | "futimesat" => "attributes",
        _ => return None,
    };
    let kinds: &[&str] = match action {
        "create" => &["CREATE", "NORMAL"],
        "rename" | "delete" => &["DELETE"],
        "link" => &["NORMAL", "UNKNOWN"],
        _ => &["NORMAL", "CREATE", "UNKNOWN"],
    };
    let of = |kinds: &[&str]| kinds.iter().find_map(|kind| path(event, call, kind));
    let new_path = if matches!(action, "rename" | "link") { of(&["CREATE"]) } else { None };
    let path = of(kinds).or_else(|| of(&["NORMAL", "DELETE", "UNKNOWN", "CREATE"]));
    path.as_ref()?;
    Some(Route::to(&FILE, action).with("=path", path).with("=new_path", new_path))
}

fn made(event: &Event<'_>) -> bool {
    event.paths().any(|path| path.0 == "CREATE")
}

/// A file that was not there was made; else the flags of the call say what it was opened for.
fn opened(call: &str, event: &Event<'_>) -> &'static str {
    /// `O_WRONLY`, `O_RDWR`; then `O_TRUNC` and `O_APPEND`, equal on the architectures that we know.
    const WRITES: u64 = 0o3 | 0o1000 | 0o2000;
    if made(event) {
        return "create";
    }
    let told = event.get_of("OPENAT2", "oflag").and_then(octal);
    let place = if call == "open" { "a1" } else { "a2" };
    let argument = event.get_of("SYSCALL", place).filter(|_| call != "openat2");
    let flags = told.or_else(|| u64::from_str_radix(argument?, 16).ok());
    let writes = match (flags, argument) {
        (Some(flags), _) => flags & WRITES != 0,
        (None, Some(names)) => ["O_WRONLY", "O_RDWR", "O_TRUNC", "O_APPEND"].iter().any(|name| names.contains(name)),
        (None, None) => false,
    };
    if writes { "write" } else { "read" }
}

fn octal(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 8).ok()
}

/// The path of this kind, made absolute where the event tells by what.
fn path(event: &Event<'_>, call: &str, kind: &str) -> Option<String> {
    let name = event.paths().find(|path| path.0 == kind && is_set(path.1)).map(|path| path.1)?;
    if name.starts_with('/') {
        return Some(name.to_owned());
    }
    let relative = name.strip_prefix("./").unwrap_or(name);
    let parent = event.paths().find(|path| path.0 == "PARENT" && path.1.starts_with('/')).map(|path| path.1);
    let is_alone = !relative.contains('/');
    // Calls that take an open folder say by -100 that they mean the working folder.
    let in_open_folder = call.contains("at")
        && !matches!(event.get_of("SYSCALL", "a0"), Some("ffffff9c" | "ffffffffffffff9c" | "AT_FDCWD"));
    let folder = match parent.filter(|_| is_alone) {
        Some(parent) => Some(parent),
        None if in_open_folder && call.ends_with("at") => None,
        None => event.get_of("CWD", "cwd"),
    };
    Some(match folder {
        Some(folder) => format!("{}/{relative}", folder.trim_end_matches('/')),
        None => name.to_owned(),
    })
}

fn of_type(kind: &str, event: &Event<'_>) -> Option<Route> {
    match kind {
        "EXECVE" => Some(started(event)),
        "USER_CMD" => Some(command(event)),
        "USER_LOGIN" | "USER_AUTH" | "USER_START" | "GRP_AUTH" | "USER_ERR" => {
            let action = if kind != "USER_LOGIN" && is_elevation(event) { "elevate" } else { "logon" };
            Some(logon(event, action))
        }
        "USER_LOGOUT" | "USER_END" => Some(logon(event, "logoff")),
        "SERVICE_START" => {
            let failed = event.get("res").is_some_and(|outcome| outcome != "success" && outcome != "1");
            Some(Route::to(&SERVICE, if failed { "fail" } else { "start" }))
        }
        "SERVICE_STOP" => Some(Route::to(&SERVICE, "stop")),
        "KERN_MODULE" => Some(module(event, "driver")),
        _ => None,
    }
}

/// Programs that change the account of somebody who is logged on.
fn is_elevation(event: &Event<'_>) -> bool {
    let program = event.get("exe").map_or("", |exe| exe.rsplit('/').next().unwrap_or(exe));
    matches!(program, "sudo" | "su" | "doas" | "pkexec" | "runuser" | "newgrp" | "polkit-agent-helper-1")
}

/// A command that sudo ran, or refused.
fn command(event: &Event<'_>) -> Route {
    let refused = event.get("res").is_some_and(|outcome| outcome != "success" && outcome != "1");
    if refused {
        return logon(event, "elevate");
    }
    let program = event.get("cmd").and_then(|command| command.split(' ').next()).filter(|word| word.starts_with('/'));
    Route::to(&COMMAND, "start").with("=program", program)
}

fn logon(event: &Event<'_>, action: &str) -> Route {
    let account = event.get("acct").filter(|account| !account.starts_with('('));
    let is_known = |name: &&str| *name != "unset" && !name.starts_with("unknown(");
    let user = account.or_else(|| event.get("ID").filter(is_known));
    let id = event.get("id").filter(|id| !is_unset_id(id) && id.parse::<u32>().is_ok());
    let host = event.get("hostname").filter(|host| host.parse::<std::net::IpAddr>().is_err());
    let is_ssh = event.get("terminal") == Some("ssh") || event.get("exe").is_some_and(|exe| exe.ends_with("/sshd"));
    let is_elevation = action == "elevate";
    // Who has logged on keeps this number through every change of account.
    let actor = event.get("auid").filter(|id| is_elevation && !is_unset_id(id));
    let actor = actor.or_else(|| event.get("uid").filter(|_| is_elevation));
    let actor_name = event.get("AUID").filter(|name| is_elevation && is_known(name));
    Route::to(&LOGON, action)
        .with("=user", user)
        .with("=user_id", id)
        .with("=actor_id", actor)
        .with("=actor_user", actor_name)
        .with("=src_host", host)
        .with("=protocol", is_ssh.then_some("ssh"))
        .with("=method", method(event))
}

fn method(event: &Event<'_>) -> Option<&'static str> {
    let operation = event.get("op")?;
    let is_key = matches!(operation, "pubkey" | "key" | "pubkey_auth") || operation.starts_with("pubkey");
    match operation {
        _ if is_key => Some("publickey"),
        "PAM:authentication" | "password" => Some("password"),
        _ => None,
    }
}
