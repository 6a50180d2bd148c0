//! Templates and events as Windows writes them, in small.

use super::writer::{Chunk, Element, Instance, Template, Value, data, element, empty, instance, optional, text, value};

/// The template around every event of a modern provider: `System` with its values, and the data as a value of its own.
pub(crate) fn event(provider: &'static str, guid: &'static str) -> Template {
    let provider = empty("Provider").with("Name", text(provider)).with("Guid", text(guid)).node();
    let when_set = |name, slot| element(name, optional(slot)).depending_on(slot).node();
    let system = vec![
        provider,
        element("EventID", optional(3)).depending_on(3).with("Qualifiers", optional(4)).node(),
        when_set("Version", 11),
        when_set("Level", 0),
        when_set("Task", 2),
        when_set("Opcode", 1),
        when_set("Keywords", 5),
        empty("TimeCreated").with("SystemTime", optional(6)).node(),
        when_set("EventRecordID", 10),
        empty("Correlation").with("ActivityID", optional(7)).with("RelatedActivityID", optional(13)).node(),
        empty("Execution").with("ProcessID", optional(8)).with("ThreadID", optional(9)).node(),
        element("Channel", value(14)).node(),
        element("Computer", value(15)).node(),
        empty("Security").with("UserID", optional(12)).node(),
    ];
    let root = element("Event", vec![element("System", system).node()].into_iter().chain(value(16)).collect());
    let root = root.with("xmlns", text("http://schemas.microsoft.com/win/2004/08/events/event"));
    Template { id: 1, root }
}

pub(crate) const SECURITY: (&str, &str) =
    ("Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-a5ba-3e3b0328c30d}");

/// A security event with this id and data.
pub(crate) fn security(event_id: u16, record_id: u64, data: Value) -> Instance {
    let values = vec![
        Value::u8(0),
        Value::u8(0),
        Value::u16(12_544),
        Value::u16(event_id),
        Value::NULL,
        Value::hex64(0x8020_0000_0000_0000),
        Value::filetime(super::writer::WRITTEN),
        Value::guid(0x10),
        Value::u32(716),
        Value::u32(760),
        Value::u64(record_id),
        Value::u8(2),
        Value::NULL,
        Value::NULL,
        Value::text("Security"),
        Value::text("DC01.corp.example"),
        data,
    ];
    instance(&event(SECURITY.0, SECURITY.1), values)
}

/// `EventData` with these names.
pub(crate) fn event_data(id: u32, names: &[&'static str]) -> Template {
    let content = names.iter().enumerate().map(|(slot, name)| data(name, slot as u16)).collect();
    Template { id, root: element("EventData", content) }
}

/// Somebody logs on over the network.
pub(crate) fn logon(record_id: u64, user: &str) -> Instance {
    let names = [
        "SubjectUserSid",
        "SubjectUserName",
        "SubjectDomainName",
        "SubjectLogonId",
        "TargetUserSid",
        "TargetUserName",
        "TargetDomainName",
        "TargetLogonId",
        "LogonType",
        "IpAddress",
        "IpPort",
    ];
    let values = vec![
        Value::sid(&[18]),
        Value::text("DC01$"),
        Value::text("CORP"),
        Value::hex64(0x3e7),
        Value::sid(&[21, 1_004_336_348, 1_177_238_915, 682_003_330, 1_001]),
        Value::text(user),
        Value::text("CORP"),
        Value::hex64(0x9f_3a21),
        Value::u32(3),
        Value::text("198.51.100.23"),
        Value::text("51544"),
    ];
    security(4624, record_id, Value::Instance(instance(&event_data(2, &names), values)))
}

/// A process is started.
pub(crate) fn process(record_id: u64, command_line: &str) -> Instance {
    let names = [
        "SubjectUserSid",
        "SubjectUserName",
        "SubjectDomainName",
        "SubjectLogonId",
        "NewProcessId",
        "NewProcessName",
        "ProcessId",
        "CommandLine",
    ];
    let values = vec![
        Value::sid(&[21, 1_004_336_348, 1_177_238_915, 682_003_330, 1_001]),
        Value::text("alice"),
        Value::text("CORP"),
        Value::hex64(0x9f_3a21),
        Value::hex64(0x1a4c),
        Value::text(r"C:\Windows\System32\cmd.exe"),
        Value::hex64(0xb30),
        Value::text(command_line),
    ];
    security(4688, record_id, Value::Instance(instance(&event_data(3, &names), values)))
}

/// The log was cleared: data in `UserData`, in a namespace of its own.
pub(crate) fn log_cleared(record_id: u64) -> Instance {
    let content = vec![
        element("SubjectUserName", value(0)).node(),
        element("SubjectDomainName", value(1)).node(),
        element("Session", vec![empty("Id").with("Value", value(2)).node(), element("Kind", value(3)).node()]).node(),
    ];
    let root = element("LogFileCleared", content).with("xmlns", text("http://manifests.microsoft.com/win/2004/08"));
    let template = Template { id: 4, root: element("UserData", vec![root.node()]) };
    let values = vec![Value::text("mallory"), Value::text("CORP"), Value::u32(7), Value::text("console")];
    security(1102, record_id, Value::Instance(instance(&template, values)))
}

/// A classic event: the whole event in one template, its values as one array.
pub(crate) fn classic(texts: &[&str], binary: Value) -> Instance {
    let system = vec![
        empty("Provider").with("Name", value(0)).node(),
        element("EventID", value(1)).with("Qualifiers", value(2)).node(),
        element("Level", value(3)).node(),
        element("Keywords", text("0x80000000000000")).node(),
        empty("TimeCreated").with("SystemTime", value(4)).node(),
        element("EventRecordID", value(5)).node(),
        element("Channel", text("System")).node(),
        element("Computer", value(6)).node(),
        empty("Security").node(),
    ];
    let data: Element = element("Data", value(7));
    let binary_element = element("Binary", optional(8)).depending_on(8);
    let content =
        vec![element("System", system).node(), element("EventData", vec![data.node(), binary_element.node()]).node()];
    let template = Template { id: 5, root: element("Event", content) };
    let values = vec![
        Value::text("Service Control Manager"),
        Value::u16(7045),
        Value::u16(16_384),
        Value::u8(4),
        Value::filetime(super::writer::WRITTEN),
        Value::u64(77),
        Value::text("WS-07"),
        Value::texts(texts),
        binary,
    ];
    instance(&template, values)
}

/// A chunk of logons and processes; record ids begin with `first_id`.
pub(crate) fn chunk(first_id: u64, count: u64) -> Chunk {
    let mut chunk = Chunk::new(first_id);
    for id in first_id..first_id + count {
        let event = if id % 2 == 0 { logon(id, "alice") } else { process(id, "cmd.exe /c \"whoami & ver\"") };
        chunk.record(&event);
    }
    chunk
}
