//! Services: the Service Control Manager in the System log, and 4697 of the Security log.

use super::{
    super::words::{SERVICE_STATES, SERVICE_TYPES, START_TYPES},
    Map, Source,
    security_processes::SUBJECT,
};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source =
    Source { providers: &["Service Control Manager", "Microsoft-Windows-Security-Auditing"], maps: MAPS };

static MAPS: &[Map] = &[
    Map { ids: &[7045], when: None, table: "services", rules: &[INSTALLED] },
    Map { ids: &[4697], when: None, table: "services", rules: &[AUDITED, SUBJECT] },
    Map { ids: &[7036], when: None, table: "services", rules: &[STATE] },
    Map { ids: &[7035], when: None, table: "services", rules: &[CONTROL] },
    Map { ids: &[7040], when: None, table: "services", rules: &[START_TYPE] },
    Map {
        ids: &[7000, 7001, 7003, 7009, 7011, 7016, 7022, 7023, 7024, 7031, 7032, 7034, 7038, 7041],
        when: None,
        table: "services",
        rules: &[FAILED],
    },
];

static INSTALLED: &[Rule] = &[
    ("action", &[], Read::Is("install")),
    ("user_id", &["Security_UserID"], Read::Text),
    ("name", &["ServiceName"], Read::Text),
    ("path", &["ImagePath"], Read::Text),
    ("service_type", &["ServiceType"], Read::Text),
    ("start_type", &["StartType"], Read::Text),
    ("account", &["AccountName"], Read::Text),
];

static AUDITED: &[Rule] = &[
    ("action", &[], Read::Is("install")),
    ("name", &["ServiceName"], Read::Text),
    ("path", &["ServiceFileName"], Read::Text),
    ("service_type", &["ServiceType"], Read::Code(SERVICE_TYPES)),
    ("service_type", &["ServiceType"], Read::Text),
    ("start_type", &["ServiceStartType"], Read::Code(START_TYPES)),
    ("start_type", &["ServiceStartType"], Read::Text),
    ("account", &["ServiceAccount"], Read::Text),
    ("pid", &["ClientProcessId"], Read::Hex),
];

/// `param1` is the service's display name in all of these.
static STATE: &[Rule] = &[
    ("action", &["param2"], Read::Code(SERVICE_STATES)),
    ("action", &[], Read::Is("change")),
    ("name", &["param1"], Read::Text),
    ("state", &["param2"], Read::Text),
];

static CONTROL: &[Rule] = &[
    ("action", &["param2"], Read::Code(&[("start", "start"), ("stop", "stop")])),
    ("action", &[], Read::Is("change")),
    ("user_id", &["Security_UserID"], Read::Text),
    ("name", &["param1"], Read::Text),
    ("state", &["param2"], Read::Text),
];

static START_TYPE: &[Rule] = &[
    ("action", &[], Read::Is("change")),
    ("user_id", &["Security_UserID"], Read::Text),
    ("name", &["param4"], Read::Text),
    ("name", &["param1"], Read::Text),
    ("start_type", &["param3"], Read::Text),
];

static FAILED: &[Rule] =
    &[("action", &[], Read::Is("fail")), ("name", &["param1"], Read::Text), ("state", &["param2"], Read::Text)];
