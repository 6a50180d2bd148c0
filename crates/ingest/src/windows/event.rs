//! One Windows event, whatever form it came in. Filled by `formats` (EVTX, XML, JSON), read by the mapping beside it.
//!
//! Everything is borrowed text as Windows writes it in event XML, because XML and JSON have nothing else and an EVTX
//! reader has just written it for the raw record; only what decides where a record goes is typed.

use schema::Timestamp;

/// One event. An empty text means that the source has no such value; Windows writes both for "nothing".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WindowsEvent<'a> {
    /// `System/Provider@Name`; of a classic event its source.
    pub(crate) provider: &'a str,
    /// `{...}` as the source writes it.
    pub(crate) provider_guid: &'a str,
    /// `EventID` without its qualifiers.
    pub(crate) event_id: Option<u32>,
    pub(crate) qualifiers: &'a str,
    pub(crate) version: &'a str,
    pub(crate) level: &'a str,
    pub(crate) task: &'a str,
    pub(crate) opcode: &'a str,
    /// `0x` and hex digits.
    pub(crate) keywords: &'a str,
    /// `TimeCreated@SystemTime`, where it can be read; the text is beside it for the reject.
    pub(crate) time: Option<Timestamp>,
    pub(crate) time_text: &'a str,
    /// `EventRecordID`: the number of the record in its channel.
    pub(crate) record_id: &'a str,
    pub(crate) activity_id: &'a str,
    pub(crate) related_activity_id: &'a str,
    /// `Execution@ProcessID`: the process that wrote the event, rarely the one that the event is about.
    pub(crate) pid: &'a str,
    pub(crate) tid: &'a str,
    pub(crate) channel: &'a str,
    pub(crate) computer: &'a str,
    /// `Security@UserID`: SID of the account in whose context the event was written.
    pub(crate) user_sid: &'a str,
    /// What `System` holds beyond these, by path: `Provider@EventSourceName`, `Execution@ProcessorID` ...
    pub(crate) system: Vec<Field<'a>>,
    /// `EventData`, or the name of the element within `UserData`; empty where the event has neither.
    pub(crate) data_root: &'a str,
    /// The content of `EventData` or `UserData` in the order of the source. Names may come again.
    pub(crate) data: Vec<Field<'a>>,
    /// What lies beside `System` and the data, by path: `RenderingInfo/Message`, `ProcessingErrorData/ErrorCode` ...
    pub(crate) beside: Vec<Field<'a>>,
    /// Two events of one batch with the same shape have the same names in `system`, `data` and `beside`, in the same
    /// order, so that what was looked up by name need not be looked up again.
    pub(crate) shape: Option<Shape>,
}

/// One value and its name.
///
/// In data the name is: of `<Data Name='X'>` `X`; of `<Data>` without a name `Data`; of any other element its path below
/// the root (`Child`, `Child/Grandchild`); of an attribute the element's path and `@Attribute`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    /// Empty also where nobody but `attrs` has asked for it so far, and `json` has it.
    pub(crate) value: &'a str,
    /// The value as it stands between the quotes of a JSON string with no more escapes than needed, where the source
    /// has it so; else empty.
    pub(crate) json: &'a str,
}

impl<'a> Field<'a> {
    pub(crate) const fn new(name: &'a str, value: &'a str) -> Self {
        Self { name, value, json: "" }
    }
}

/// Number of a list of names within one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Shape(pub(crate) u32);
