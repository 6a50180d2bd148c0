//! Names of the values of common events by position, for tools that write values without names.
//!
//! Later versions of an event have more values behind those of earlier ones, so one list serves all of them. Values
//! behind the end of a list stay unnamed.

use super::event::WindowsEvent;

/// Provider, event id, names.
static EVENTS: &[(&str, u32, &str)] = &[
    (
        SECURITY,
        4624,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid TargetUserName TargetDomainName \
         TargetLogonId LogonType LogonProcessName AuthenticationPackageName WorkstationName LogonGuid \
         TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort ImpersonationLevel \
         RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId \
         ElevatedToken",
    ),
    (
        SECURITY,
        4625,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid TargetUserName TargetDomainName \
         Status FailureReason SubStatus LogonType LogonProcessName AuthenticationPackageName WorkstationName \
         TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort",
    ),
    (SECURITY, 4634, "TargetUserSid TargetUserName TargetDomainName TargetLogonId LogonType"),
    (SECURITY, 4647, "TargetUserSid TargetUserName TargetDomainName TargetLogonId"),
    (
        SECURITY,
        4648,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId LogonGuid TargetUserName TargetDomainName \
         TargetLogonGuid TargetServerName TargetInfo ProcessId ProcessName IpAddress IpPort",
    ),
    (SECURITY, 4672, "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId PrivilegeList"),
    (
        SECURITY,
        4688,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId NewProcessId NewProcessName TokenElevationType \
         ProcessId CommandLine TargetUserSid TargetUserName TargetDomainName TargetLogonId ParentProcessName \
         MandatoryLabel",
    ),
    (SECURITY, 4689, "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId Status ProcessId ProcessName"),
    (
        SECURITY,
        4697,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId ServiceName ServiceFileName ServiceType \
         ServiceStartType ServiceAccount",
    ),
    (SECURITY, 4698, "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TaskName TaskContent"),
    (SECURITY, 4699, "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TaskName TaskContent"),
    (SECURITY, 4700, "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TaskName TaskContent"),
    (SECURITY, 4701, "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TaskName TaskContent"),
    (SECURITY, 4702, "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TaskName TaskContentNew"),
    (
        SECURITY,
        4768,
        "TargetUserName TargetDomainName TargetSid ServiceName ServiceSid TicketOptions Status TicketEncryptionType \
         PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint",
    ),
    (
        SECURITY,
        4769,
        "TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType IpAddress IpPort \
         Status LogonGuid TransmittedServices",
    ),
    (SECURITY, 4771, "TargetUserName TargetSid ServiceName TicketOptions Status PreAuthType IpAddress IpPort"),
    (SECURITY, 4776, "PackageName TargetUserName Workstation Status"),
    (
        SECURITY,
        5140,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId ObjectType IpAddress IpPort ShareName \
         ShareLocalPath AccessMask AccessList",
    ),
    (
        SECURITY,
        5145,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId ObjectType IpAddress IpPort ShareName \
         ShareLocalPath RelativeTargetName AccessMask AccessList AccessReason",
    ),
    (
        SECURITY,
        5156,
        "ProcessID Application Direction SourceAddress SourcePort DestAddress DestPort Protocol FilterRTID LayerName \
         LayerRTID RemoteUserID RemoteMachineID",
    ),
    ("Service Control Manager", 7045, "ServiceName ImagePath ServiceType StartType AccountName"),
    ("Service Control Manager", 7036, "param1 param2"),
    ("Service Control Manager", 7040, "param1 param2 param3 param4"),
    ("Microsoft-Windows-PowerShell", 4104, "MessageNumber MessageTotal ScriptBlockText ScriptBlockId Path"),
    ("Microsoft-Windows-PowerShell", 4103, "ContextInfo UserData Payload"),
];

const SECURITY: &str = "Microsoft-Windows-Security-Auditing";

/// Gives the unnamed values of an event their names.
pub(super) fn name_values(event: &mut WindowsEvent<'_>) {
    let found = EVENTS.iter().find(|(provider, id, _)| event.event_id == Some(*id) && *provider == event.provider);
    let Some((_, _, names)) = found else { return };
    for (field, name) in event.data.iter_mut().zip(names.split(' ')) {
        if field.name == "Data" {
            field.name = name;
        }
    }
}
