//! Logons, tickets and sessions of the Security log.
//! Spec: <https://learn.microsoft.com/windows/security/threat-protection/auditing/advanced-security-auditing>.

use super::{
    super::words::{AUTHENTICATION, FAILURE_REASONS, KERBEROS_STATUS, LOGON_STATUS, LOGON_TYPES},
    Map, Source,
};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source = Source { providers: &["Microsoft-Windows-Security-Auditing"], maps: MAPS };

static MAPS: &[Map] = &[
    Map {
        ids: &[4624],
        when: None,
        table: "logons",
        rules: &[LOGON, &[("success", &["@true"], Read::Bool)], TARGET, ACTOR, ORIGIN],
    },
    Map {
        ids: &[4625],
        when: None,
        table: "logons",
        rules: &[LOGON, &[("success", &["@false"], Read::Bool)], REASON, TARGET, ACTOR, ORIGIN],
    },
    Map { ids: &[4634, 4647], when: None, table: "logons", rules: &[LOGOFF, TARGET] },
    Map {
        ids: &[4648],
        when: None,
        table: "logons",
        rules: &[&[("action", &[], Read::Is("explicit"))], TARGET, ACTOR, ORIGIN],
    },
    Map { ids: &[4672, 4964], when: None, table: "logons", rules: &[SPECIAL, TARGET, SELF] },
    Map { ids: &[4768, 4769, 4770, 4771, 4772, 4773], when: None, table: "logons", rules: &[TICKET, TARGET, ORIGIN] },
    Map { ids: &[4774, 4775, 4776], when: None, table: "logons", rules: &[VALIDATION, TARGET] },
    Map { ids: &[4778], when: None, table: "logons", rules: &[&[("action", &[], Read::Is("reconnect"))], SESSION] },
    Map { ids: &[4779], when: None, table: "logons", rules: &[&[("action", &[], Read::Is("disconnect"))], SESSION] },
    Map { ids: &[4800, 4802], when: None, table: "logons", rules: &[&[("action", &[], Read::Is("lock"))], TARGET] },
    Map { ids: &[4801, 4803], when: None, table: "logons", rules: &[&[("action", &[], Read::Is("unlock"))], TARGET] },
];

static TARGET: &[Rule] = &[
    ("user", &["TargetUserName"], Read::Account),
    ("user_domain", &["TargetDomainName"], Read::Text),
    ("user_domain", &["TargetUserName"], Read::AccountDomain),
    ("user_id", &["TargetUserSid"], Read::Text),
    ("user_id", &["TargetSid"], Read::Text),
    ("logon_id", &["TargetLogonId"], Read::Luid),
];

static ACTOR: &[Rule] = &[
    ("actor_user", &["SubjectUserName"], Read::Text),
    ("actor_domain", &["SubjectDomainName"], Read::Text),
    ("actor_id", &["SubjectUserSid"], Read::Text),
    ("actor_logon_id", &["SubjectLogonId"], Read::Luid),
    ("pid", &["ProcessId"], Read::Hex),
    ("process_path", &["ProcessName"], Read::Text),
];

/// Events whose only account is called the subject.
static SELF: &[Rule] = &[
    ("user", &["SubjectUserName"], Read::Text),
    ("user_domain", &["SubjectDomainName"], Read::Text),
    ("user_id", &["SubjectUserSid"], Read::Text),
    ("logon_id", &["SubjectLogonId"], Read::Luid),
];

static ORIGIN: &[Rule] = &[
    ("src_ip", &["IpAddress"], Read::PeerIp),
    ("src_port", &["IpPort"], Read::Int),
    ("src_host", &["WorkstationName"], Read::Lower),
];

static LOGON: &[Rule] = &[
    ("action", &[], Read::Is("logon")),
    ("logon_type", &["LogonType"], Read::Code(LOGON_TYPES)),
    ("protocol", &["AuthenticationPackageName"], Read::Code(AUTHENTICATION)),
];

static REASON: &[Rule] = &[
    ("reason", &["SubStatus"], Read::Code(LOGON_STATUS)),
    ("reason", &["Status"], Read::Code(LOGON_STATUS)),
    ("reason", &["FailureReason"], Read::Code(FAILURE_REASONS)),
    ("reason", &["SubStatus"], Read::Text),
];

static LOGOFF: &[Rule] =
    &[("action", &[], Read::Is("logoff")), ("logon_type", &["LogonType"], Read::Code(LOGON_TYPES))];

static SPECIAL: &[Rule] = &[("action", &[], Read::Is("special"))];

static TICKET: &[Rule] = &[
    ("action", &[], Read::Is("ticket")),
    ("protocol", &[], Read::Is("kerberos")),
    ("success", &["@status_success"], Read::Bool),
    ("reason", &["Status"], Read::Code(KERBEROS_STATUS)),
    ("reason", &["FailureCode"], Read::Code(KERBEROS_STATUS)),
];

/// A domain controller checks credentials for another host.
static VALIDATION: &[Rule] = &[
    ("action", &[], Read::Is("validate")),
    ("protocol", &["PackageName"], Read::Code(AUTHENTICATION)),
    ("success", &["@status_success"], Read::Bool),
    ("reason", &["Status"], Read::Code(LOGON_STATUS)),
    ("src_host", &["Workstation"], Read::Lower),
];

static SESSION: &[Rule] = &[
    ("user", &["AccountName"], Read::Account),
    ("user_domain", &["AccountDomain"], Read::Text),
    ("logon_id", &["LogonID"], Read::Luid),
    ("logon_type", &[], Read::Is("remote_interactive")),
    ("src_host", &["ClientName"], Read::Lower),
    ("src_ip", &["ClientAddress"], Read::PeerIp),
];
