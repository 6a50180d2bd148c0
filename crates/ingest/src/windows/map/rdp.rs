//! Remote Desktop: sessions on this host, and connections that reached it.

use super::{Map, Source};
use crate::mapping::{Read, Rule};

pub(super) static SESSIONS: Source = Source {
    providers: &["Microsoft-Windows-TerminalServices-LocalSessionManager"],
    maps: &[
        Map {
            ids: &[21],
            when: None,
            table: "logons",
            rules: &[&[("action", &[], Read::Is("logon")), ("success", &["@true"], Read::Bool)], SESSION],
        },
        Map { ids: &[23], when: None, table: "logons", rules: &[&[("action", &[], Read::Is("logoff"))], SESSION] },
        Map { ids: &[24], when: None, table: "logons", rules: &[&[("action", &[], Read::Is("disconnect"))], SESSION] },
        Map { ids: &[25], when: None, table: "logons", rules: &[&[("action", &[], Read::Is("reconnect"))], SESSION] },
    ],
};

pub(super) static CONNECTIONS: Source = Source {
    providers: &["Microsoft-Windows-TerminalServices-RemoteConnectionManager"],
    maps: &[Map { ids: &[1149], when: None, table: "logons", rules: &[CONNECTED] }],
};

/// `Address` is `LOCAL` for the console.
static SESSION: &[Rule] = &[
    ("logon_type", &["Address"], Read::Code(&[("LOCAL", "interactive"), ("LOKAL", "interactive")])),
    ("logon_type", &[], Read::Is("remote_interactive")),
    ("user", &["User"], Read::Account),
    ("user_domain", &["User"], Read::AccountDomain),
    ("src_ip", &["Address"], Read::PeerIp),
];

/// The name is of user authentication, but the event comes before the logon where network level authentication is off.
static CONNECTED: &[Rule] = &[
    ("action", &[], Read::Is("logon")),
    ("logon_type", &[], Read::Is("remote_interactive")),
    ("user", &["Param1"], Read::Text),
    ("user_domain", &["Param2"], Read::Text),
    ("src_ip", &["Param3"], Read::PeerIp),
];
