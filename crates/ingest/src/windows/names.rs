//! What the JSON forms call the values of `System`.

/// Names of a form, each with the path that the value has in XML; `a.b` is member `b` of `a`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names(&'static [(&'static str, &'static str)]);

impl Names {
    pub(super) fn find(self, name: &str) -> Option<&'static str> {
        self.0.iter().find(|(known, _)| *known == name).map(|known| known.1)
    }

    /// The same for a member of an object.
    pub(super) fn find_below(self, name: &str, member: &str) -> Option<&'static str> {
        let is_it = |known: &str| known.split_once('.') == Some((name, member));
        self.0.iter().find(|(known, _)| is_it(known)).map(|known| known.1)
    }

    /// Whether members of this object are known.
    pub(super) fn has_below(self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known.split_once('.').is_some_and(|(above, _)| above == name))
    }
}

/// Members of `winlog`, and of the top level up to version 6.
pub(super) static WINLOGBEAT: Names = Names(&[
    ("provider_name", "Provider@Name"),
    ("source_name", "Provider@Name"),
    ("provider_guid", "Provider@Guid"),
    ("event_id", "EventID"),
    ("version", "Version"),
    ("level", "Level"),
    ("task", "Task"),
    ("opcode", "Opcode"),
    ("keywords", "Keywords"),
    ("record_id", "EventRecordID"),
    ("record_number", "EventRecordID"),
    ("activity_id", "Correlation@ActivityID"),
    ("related_activity_id", "Correlation@RelatedActivityID"),
    ("process.pid", "Execution@ProcessID"),
    ("process.thread", "Execution@ThreadID"),
    ("process_id", "Execution@ProcessID"),
    ("thread_id", "Execution@ThreadID"),
    ("channel", "Channel"),
    ("log_name", "Channel"),
    ("computer_name", "Computer"),
    ("user.identifier", "Security@UserID"),
]);

/// What stands beside `winlog`.
pub(super) static WINLOGBEAT_TOP: Names = Names(&[("@timestamp", "TimeCreated@SystemTime")]);

/// Members of `data.win.system`.
pub(super) static WAZUH: Names = Names(&[
    ("providerName", "Provider@Name"),
    ("providerGuid", "Provider@Guid"),
    ("eventSourceName", "Provider@EventSourceName"),
    ("eventID", "EventID"),
    ("version", "Version"),
    ("level", "Level"),
    ("task", "Task"),
    ("opcode", "Opcode"),
    ("keywords", "Keywords"),
    ("systemTime", "TimeCreated@SystemTime"),
    ("eventRecordID", "EventRecordID"),
    ("processID", "Execution@ProcessID"),
    ("threadID", "Execution@ThreadID"),
    ("channel", "Channel"),
    ("computer", "Computer"),
]);

/// NXLog's names and their relatives; Get-WinEvent's are among them.
pub(super) static FLAT: Names = Names(&[
    ("SourceName", "Provider@Name"),
    ("ProviderName", "Provider@Name"),
    ("Provider_Name", "Provider@Name"),
    ("EventSourceName", "Provider@Name"),
    ("Provider", "Provider@Name"),
    ("ProviderGuid", "Provider@Guid"),
    ("ProviderId", "Provider@Guid"),
    ("Provider_Guid", "Provider@Guid"),
    ("EventID", "EventID"),
    ("EventId", "EventID"),
    ("Qualifiers", "EventID@Qualifiers"),
    ("Version", "Version"),
    ("Level", "Level"),
    ("Task", "Task"),
    ("OpcodeValue", "Opcode"),
    ("Keywords", "Keywords"),
    ("RecordNumber", "EventRecordID"),
    ("EventRecordID", "EventRecordID"),
    ("RecordId", "EventRecordID"),
    ("ActivityID", "Correlation@ActivityID"),
    ("ActivityId", "Correlation@ActivityID"),
    ("RelatedActivityID", "Correlation@RelatedActivityID"),
    ("RelatedActivityId", "Correlation@RelatedActivityID"),
    ("ExecutionProcessID", "Execution@ProcessID"),
    ("ProcessID", "Execution@ProcessID"),
    ("ExecutionThreadID", "Execution@ThreadID"),
    ("ThreadID", "Execution@ThreadID"),
    ("ThreadId", "Execution@ThreadID"),
    ("Channel", "Channel"),
    ("LogName", "Channel"),
    ("Hostname", "Computer"),
    ("Computer", "Computer"),
    ("ComputerName", "Computer"),
    ("MachineName", "Computer"),
    ("UserID", "Security@UserID"),
    ("Security_UserID", "Security@UserID"),
]);
