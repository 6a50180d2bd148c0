//! Values that no single field of a Windows event holds. Maps ask for them by names that begin with `@`.

use super::event::WindowsEvent;

/// Appends the value; nothing where the event does not tell.
pub(super) type Derive = fn(&WindowsEvent<'_>, &mut String);

/// Every derived value.
static ALL: &[(&str, Derive)] = &[
    ("@os", os),
    ("@kind", kind),
    ("@true", |_, to| to.push_str("true")),
    ("@false", |_, to| to.push_str("false")),
    ("@pipeline", pipeline),
    ("@audit_success", audit_success),
    ("@status_success", status_success),
    ("@file_access", file_access),
    ("@key_access", key_access),
    ("@share_path", share_path),
    ("@task_command", task_command),
    ("@task_account", task_account),
    ("@host_application", host_application),
    ("@script_name", script_name),
    ("@context_user", context_user),
    ("@answers", answers),
    ("@outbound", outbound),
    ("@filter_action", filter_action),
];

pub(super) fn find(name: &str) -> Option<Derive> {
    ALL.iter().find(|(known, _)| *known == name).map(|&(_, derive)| derive)
}

impl<'a> WindowsEvent<'a> {
    /// The first value of data of this name, whatever elements it lies in.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let is_named = |known: &str| {
            let above = known.strip_suffix(name);
            above.is_some_and(|above| above.is_empty() || above.ends_with(['/', '@']))
        };
        self.data.iter().find(|field| is_named(field.name)).map(|field| field.value)
    }

    fn first(&self, names: &[&str]) -> &'a str {
        names.iter().find_map(|name| self.get(name)).unwrap_or_default()
    }

    /// The unnamed values of a classic event; Winlogbeat names them `param1`, `param2` ...
    fn unnamed(&self) -> impl Iterator<Item = &'a str> {
        let is_unnamed = |name: &str| name == "Data" || name.starts_with("param");
        self.data.iter().filter(move |field| is_unnamed(field.name)).map(|field| field.value)
    }
}

/// Sysmon for Linux writes the same events.
fn os(event: &WindowsEvent<'_>, to: &mut String) {
    to.push_str(if event.provider.starts_with("Linux-") { "linux" } else { "windows" });
}

fn kind(event: &WindowsEvent<'_>, to: &mut String) {
    let log = if event.channel.is_empty() { event.provider } else { event.channel };
    to.push_str(if log.is_empty() { "unknown" } else { log });
    if let Some(id) = event.event_id {
        to.push('/');
        crate::number::push_digits(u64::from(id), 1, to);
    }
}

/// Bits of `Keywords` that say how an audited attempt ended.
const AUDIT_FAILURE: u64 = 0x0010_0000_0000_0000;
const AUDIT_SUCCESS: u64 = 0x0020_0000_0000_0000;

fn audit_success(event: &WindowsEvent<'_>, to: &mut String) {
    let bits = number(event.keywords).unwrap_or(0);
    if bits & AUDIT_FAILURE != 0 {
        to.push_str("false");
    } else if bits & AUDIT_SUCCESS != 0 {
        to.push_str("true");
    }
}

/// Of a check that states its status; zero is success in NTSTATUS and Kerberos alike.
fn status_success(event: &WindowsEvent<'_>, to: &mut String) {
    match event.get("Status").and_then(number) {
        Some(0) => to.push_str("true"),
        Some(_) => to.push_str("false"),
        None => audit_success(event, to),
    }
}

/// What the rights that were used on a file amount to; the strongest of several counts.
fn file_access(event: &WindowsEvent<'_>, to: &mut String) {
    let Some(mask) = event.get("AccessMask").and_then(number) else { return to.push_str("read") };
    // Write or append data; delete, or delete a child; write (extended) attributes, rights or owner.
    let word = match mask {
        _ if mask & 0x0006 != 0 => "write",
        _ if mask & 0x1_0040 != 0 => "delete",
        _ if mask & 0xc_0110 != 0 => "attributes",
        _ => "read",
    };
    to.push_str(word);
}

/// The same for a registry key.
fn key_access(event: &WindowsEvent<'_>, to: &mut String) {
    let mask = event.get("AccessMask").and_then(number).unwrap_or(0);
    let word = match mask {
        _ if mask & 0x0002 != 0 => "set_value",
        _ if mask & 0x0004 != 0 => "create_key",
        _ if mask & 0x1_0000 != 0 => "delete_key",
        _ => "access",
    };
    to.push_str(word);
}

/// `\??\C:\` and `Windows\x` to `C:\Windows\x`; without a local path the share's name stands before it.
fn share_path(event: &WindowsEvent<'_>, to: &mut String) {
    let local = event.first(&["ShareLocalPath"]);
    let local = local.strip_prefix(r"\??\").unwrap_or(local);
    let base = if local.is_empty() || local == "-" { event.first(&["ShareName"]) } else { local };
    to.push_str(base);
    let target = event.first(&["RelativeTargetName"]).trim_start_matches('\\');
    if target.is_empty() || target == "-" {
        return;
    }
    if !base.ends_with('\\') {
        to.push('\\');
    }
    to.push_str(target);
}

const TASKS: &[&str] = &["TaskContent", "TaskContentNew"];

/// Program and arguments of a task's first action.
fn task_command(event: &WindowsEvent<'_>, to: &mut String) {
    let task = event.first(TASKS);
    let action = task.find("<Exec").and_then(|at| task.get(at..)).unwrap_or(task);
    push_unescaped(element(action, "Command"), to);
    let arguments = element(action, "Arguments");
    if !arguments.is_empty() {
        to.push(' ');
        push_unescaped(arguments, to);
    }
}

fn task_account(event: &WindowsEvent<'_>, to: &mut String) {
    let task = event.first(TASKS);
    let principal = task.find("<Principal").and_then(|at| task.get(at..)).unwrap_or_default();
    let user = element(principal, "UserId");
    push_unescaped(if user.is_empty() { element(principal, "GroupId") } else { user }, to);
}

/// The content of the first element of this name that has no attributes.
fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let content = xml.split('<').skip(1).find_map(|tag| tag.strip_prefix(name)?.strip_prefix('>'));
    content.map(str::trim).unwrap_or_default()
}

fn push_unescaped(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        to.push_str(before);
        let entities = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')];
        let found = entities.iter().find_map(|&(name, char)| Some((from.strip_prefix(name)?, char)));
        let (behind, char) = found.unwrap_or((from.get(1..).unwrap_or_default(), '&'));
        to.push(char);
        rest = behind;
    }
    to.push_str(rest);
}

/// The interpreter's command line, out of the lines `HostApplication=...` or `Host Application = ...`.
fn host_application(event: &WindowsEvent<'_>, to: &mut String) {
    to.push_str(context(event, &["HostApplication", "Host Application"]));
}

fn script_name(event: &WindowsEvent<'_>, to: &mut String) {
    to.push_str(context(event, &["ScriptName", "Script Name"]));
}

fn context_user(event: &WindowsEvent<'_>, to: &mut String) {
    to.push_str(context(event, &["UserId", "User"]));
}

/// The first value of 800, and the line that 4103 was about where its payload is missing.
fn pipeline(event: &WindowsEvent<'_>, to: &mut String) {
    to.push_str(event.unnamed().next().or_else(|| event.get("CommandLine")).unwrap_or_default());
}

/// A line of the context that PowerShell writes into its events.
fn context<'a>(event: &WindowsEvent<'a>, names: &[&str]) -> &'a str {
    // Winlogbeat's module has the lines apart.
    if let Some(value) = names.iter().find_map(|name| event.get(name)) {
        return value;
    }
    let texts = event.get("ContextInfo").into_iter().chain(event.unnamed());
    let mut lines = texts.flat_map(str::lines);
    let value = lines.find_map(|line| {
        let (name, value) = line.split_once('=')?;
        names.contains(&name.trim()).then_some(value.trim())
    });
    value.unwrap_or_default()
}

/// `type:  5 www.example.com;::ffff:192.0.2.1;` to `www.example.com;192.0.2.1`.
fn answers(event: &WindowsEvent<'_>, to: &mut String) {
    for answer in event.first(&["QueryResults"]).split(';') {
        let answer = answer.trim();
        let typed = answer.strip_prefix("type:").map(str::trim_start);
        let named = typed.and_then(|typed| typed.split_once(' ')).map(|(_, name)| name.trim());
        let plain = named.unwrap_or(answer);
        if plain.is_empty() || plain == "-" {
            continue;
        }
        to.push_str(plain.strip_prefix("::ffff:").unwrap_or(plain));
        to.push(';');
    }
}

/// Message ids of `Direction`, which some forms replace by words.
fn is_inbound(event: &WindowsEvent<'_>) -> Option<bool> {
    let direction = event.get("Direction")?;
    match direction {
        "%%14592" => Some(true),
        "%%14593" => Some(false),
        _ if direction.eq_ignore_ascii_case("inbound") => Some(true),
        _ if direction.eq_ignore_ascii_case("outbound") => Some(false),
        _ => None,
    }
}

fn outbound(event: &WindowsEvent<'_>, to: &mut String) {
    if let Some(inbound) = is_inbound(event) {
        to.push_str(if inbound { "false" } else { "true" });
    }
}

fn filter_action(event: &WindowsEvent<'_>, to: &mut String) {
    to.push_str(if is_inbound(event) == Some(true) { "accept" } else { "connect" });
}

/// A number in decimal or as `0x` and hex digits; signed decimals are the same bits.
fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok().or_else(|| text.parse::<i64>().ok().map(i64::cast_unsigned)),
    }
}
