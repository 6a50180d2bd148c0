//! Process starts as Sysmon writes them, in the forms of XML, Winlogbeat and flat JSON.

use super::mix;

/// Process starts as Sysmon writes them.
pub(super) fn events(rows: usize, write: fn(usize, &[(&str, String)]) -> String) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        let sha256: String = (0..4).map(|word| format!("{:016X}", mix(row * 4 + word))).collect();
        let data = [
            ("RuleName", "-".to_owned()),
            ("UtcTime", format!("2026-11-21 09:{:02}:{:02}.123", r % 60, r / 60 % 60)),
            ("ProcessGuid", format!("{{2C1F9A07-{:04X}-65F2-9C03-0000{:08X}}}", r % 65_536, r as u32)),
            ("ProcessId", (r % 60_000).to_string()),
            ("Image", format!("C:\\Windows\\System32\\tool{}.exe", r % 300)),
            ("FileVersion", "10.0.19041.1".to_owned()),
            ("Description", "A tool".to_owned()),
            ("Product", "Windows".to_owned()),
            ("Company", "Contoso".to_owned()),
            ("OriginalFileName", format!("tool{}.exe", r % 300)),
            ("CommandLine", format!("\"C:\\Windows\\System32\\tool{}.exe\" /run {r:x}", r % 300)),
            ("CurrentDirectory", "C:\\Windows\\".to_owned()),
            ("User", format!("CORP\\user{}", r % 900)),
            ("LogonGuid", "{2C1F9A07-1111-65F2-AB12-5A0000000000}".to_owned()),
            ("LogonId", format!("{:#x}", r % 9_999_999)),
            ("TerminalSessionId", "1".to_owned()),
            ("IntegrityLevel", "Medium".to_owned()),
            ("Hashes", format!("SHA256={sha256}")),
            ("ParentProcessGuid", "{2C1F9A07-5C90-65F2-6B02-000000001A00}".to_owned()),
            ("ParentProcessId", "4410".to_owned()),
            ("ParentImage", "C:\\Windows\\explorer.exe".to_owned()),
            ("ParentCommandLine", "C:\\Windows\\Explorer.EXE".to_owned()),
            ("ParentUser", format!("CORP\\user{}", r % 900)),
        ];
        text.push_str(&write(row, &data));
        text.push('\n');
    }
    text.into_bytes()
}

pub(super) fn xml(row: usize, data: &[(&str, String)]) -> String {
    let data: String = data.iter().map(|(name, value)| format!("<Data Name='{name}'>{value}</Data>")).collect();
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
         <Provider Name='Microsoft-Windows-Sysmon' Guid='{{5770385F-C22A-43E0-BF4C-06F5698FFBD9}}'/><EventID>1</EventID>\
         <Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords>\
         <TimeCreated SystemTime='2026-11-21T09:00:00.1234567Z'/><EventRecordID>{row}</EventRecordID><Correlation/>\
         <Execution ProcessID='2844' ThreadID='3912'/><Channel>Microsoft-Windows-Sysmon/Operational</Channel>\
         <Computer>WS-0417.corp.example</Computer><Security UserID='S-1-5-18'/></System><EventData>{data}</EventData></Event>"
    )
}

/// With everything that Winlogbeat 8 writes beside the event, about 2.4 KB.
pub(super) fn winlogbeat(row: usize, data: &[(&str, String)]) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    let members: Vec<String> = data.iter().map(|(name, value)| format!("\"{name}\":\"{}\"", escaped(value))).collect();
    let lines: String = data.iter().map(|(name, value)| format!("\\r\\n{name}: {}", escaped(value))).collect();
    format!(
        "{{\"@timestamp\":\"2026-11-21T09:00:00.123Z\",\"@metadata\":{{\"beat\":\"winlogbeat\",\"type\":\"_doc\",\
         \"version\":\"8.17.0\"}},\"winlog\":{{\"provider_name\":\"Microsoft-Windows-Sysmon\",\
         \"provider_guid\":\"{{5770385F-C22A-43E0-BF4C-06F5698FFBD9}}\",\"event_id\":\"1\",\"version\":5,\
         \"api\":\"wineventlog\",\"opcode\":\"Info\",\"task\":\"Process Create (rule: ProcessCreate)\",\
         \"channel\":\"Microsoft-Windows-Sysmon/Operational\",\"computer_name\":\"WS-0417.corp.example\",\
         \"user\":{{\"identifier\":\"S-1-5-18\",\"name\":\"SYSTEM\",\"domain\":\"NT AUTHORITY\",\"type\":\"User\"}},\
         \"record_id\":{row},\"process\":{{\"pid\":2844,\"thread\":{{\"id\":3912}}}},\"event_data\":{{{}}}}},\
         \"event\":{{\"kind\":\"event\",\"code\":\"1\",\"provider\":\"Microsoft-Windows-Sysmon\",\
         \"created\":\"2026-11-21T09:00:01.456Z\",\"action\":\"Process Create (rule: ProcessCreate)\"}},\
         \"log\":{{\"level\":\"information\"}},\"message\":\"Process Create:{lines}\",\"ecs\":{{\"version\":\"8.0.0\"}},\
         \"host\":{{\"name\":\"WS-0417.corp.example\"}},\"agent\":{{\"version\":\"8.17.0\",\
         \"ephemeral_id\":\"1b2c3d4e-0000-4000-8000-000000000001\",\"id\":\"1b2c3d4e-0000-4000-8000-000000000002\",\
         \"name\":\"WS-0417\",\"type\":\"winlogbeat\"}}}}",
        members.join(",")
    )
}

/// The same as collectors write it that lay every name side by side.
pub(super) fn flat(row: usize, data: &[(&str, String)]) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    let members: Vec<String> = data.iter().map(|(name, value)| format!("\"{name}\":\"{}\"", escaped(value))).collect();
    let lines: String = data.iter().map(|(name, value)| format!("\\r\\n{name}: {}", escaped(value))).collect();
    format!(
        "{{\"SourceName\":\"Microsoft-Windows-Sysmon\",\"ProviderGuid\":\"{{5770385F-C22A-43E0-BF4C-06F5698FFBD9}}\",\
         \"Level\":\"4\",\"Keywords\":\"0x8000000000000000\",\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\
         \"Hostname\":\"WS-0417.corp.example\",\"TimeCreated\":\"2026-11-21T09:00:00.123Z\",\
         \"@timestamp\":\"2026-11-21T09:00:00.123Z\",\"EventID\":1,\"RecordNumber\":{row},\
         \"Message\":\"Process Create:{lines}\",\"Task\":\"1\",{}}}",
        members.join(",")
    )
}
