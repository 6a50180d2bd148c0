//! Windows events as Winlogbeat sends them, one a line. Spec: elastic.co/docs/reference/beats/winlogbeat/exported-fields.

use super::{json::Object, text::json_string};
use crate::calendar::{Micros, SECOND};

/// Who writes an event, and to which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    Security,
    Sysmon,
    Services,
}

impl Provider {
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Security => {
                ("Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-A5BA-3E3B0328C30D}", "Security")
            }
            Self::Sysmon => (
                "Microsoft-Windows-Sysmon",
                "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}",
                "Microsoft-Windows-Sysmon/Operational",
            ),
            Self::Services => ("Service Control Manager", "{555908D1-A6D7-4695-8E1E-26931D2012F4}", "System"),
        }
    }
}

/// One event with its data in the order of its template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'a> {
    pub(crate) provider: Provider,
    pub(crate) id: u16,
    pub(crate) computer: &'a str,
    pub(crate) record: u64,
    pub(crate) at: Micros,
    pub(crate) data: &'a [(&'a str, &'a str)],
}

pub(crate) fn write(out: &mut Vec<u8>, event: &Event<'_>) {
    let (provider, guid, channel) = event.provider.names();
    let at = milliseconds(event.at);
    let mut data = vec![b'{'];
    for (n, (name, value)) in event.data.iter().enumerate() {
        if n > 0 {
            data.push(b',');
        }
        json_string(&mut data, name);
        data.push(b':');
        json_string(&mut data, value);
    }
    data.push(b'}');
    let mut line = Object::new(out);
    line.text("@timestamp", &at);
    line.raw("@metadata", r#"{"beat":"winlogbeat","type":"_doc","version":"8.17.0"}"#);
    line.raw("event", format_args!(r#"{{"kind":"event","code":"{}","provider":"{provider}"}}"#, event.id));
    line.raw("host", format_args!(r#"{{"name":"{}"}}"#, event.computer));
    line.raw(
        "winlog",
        format_args!(
            r#"{{"channel":"{channel}","provider_name":"{provider}","provider_guid":"{guid}","event_id":"{}","computer_name":"{}","record_id":{},"api":"wineventlog","process":{{"pid":4}},"event_data":{}}}"#,
            event.id,
            event.computer,
            event.record,
            String::from_utf8_lossy(&data),
        ),
    );
    line.end();
}

/// RFC 3339 with milliseconds: the clock of the agent.
pub(crate) fn milliseconds(at: Micros) -> String {
    let second = schema::Timestamp::from_seconds(at.div_euclid(SECOND)).unwrap_or_default().to_string();
    format!("{}.{:03}Z", second.trim_end_matches('Z'), at.rem_euclid(SECOND) / 1_000)
}
