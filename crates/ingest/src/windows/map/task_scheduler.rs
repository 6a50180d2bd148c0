//! Scheduled tasks: the Task Scheduler's own log, and 4698 to 4702 of the Security log.

use super::{Map, Source, security_processes::SUBJECT};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source = Source {
    providers: &["Microsoft-Windows-TaskScheduler"],
    maps: &[
        Map { ids: &[106], when: None, table: "scheduled_tasks", rules: &[CREATE, TASK] },
        Map { ids: &[140], when: None, table: "scheduled_tasks", rules: &[CHANGE, TASK] },
        Map { ids: &[141], when: None, table: "scheduled_tasks", rules: &[REMOVE, TASK] },
        Map { ids: &[142], when: None, table: "scheduled_tasks", rules: &[DISABLE, TASK] },
        Map {
            ids: &[100, 107, 108, 109, 110, 117, 118, 119, 120, 200, 319, 325],
            when: None,
            table: "scheduled_tasks",
            rules: &[RUN, TASK],
        },
        Map { ids: &[129], when: None, table: "scheduled_tasks", rules: &[RUN, TASK, PROCESS] },
        Map {
            ids: &[102, 103, 111, 201, 202, 203, 329, 330],
            when: None,
            table: "scheduled_tasks",
            rules: &[END, TASK],
        },
    ],
};

pub(super) static SECURITY: Source = Source {
    providers: &["Microsoft-Windows-Security-Auditing"],
    maps: &[
        Map { ids: &[4698], when: None, table: "scheduled_tasks", rules: &[CREATE, AUDITED, SUBJECT] },
        Map { ids: &[4699], when: None, table: "scheduled_tasks", rules: &[REMOVE, AUDITED, SUBJECT] },
        Map {
            ids: &[4700],
            when: None,
            table: "scheduled_tasks",
            rules: &[&[("action", &[], Read::Is("enable"))], AUDITED, SUBJECT],
        },
        Map { ids: &[4701], when: None, table: "scheduled_tasks", rules: &[DISABLE, AUDITED, SUBJECT] },
        Map { ids: &[4702], when: None, table: "scheduled_tasks", rules: &[CHANGE, AUDITED, SUBJECT] },
    ],
};

static CREATE: &[Rule] = &[("action", &[], Read::Is("create"))];
static CHANGE: &[Rule] = &[("action", &[], Read::Is("change"))];
static REMOVE: &[Rule] = &[("action", &[], Read::Is("remove"))];
static DISABLE: &[Rule] = &[("action", &[], Read::Is("disable"))];
static RUN: &[Rule] = &[("action", &[], Read::Is("run"))];
static END: &[Rule] = &[("action", &[], Read::Is("end"))];

/// 129 names the program, 200 and 201 the action; the account is a name or a SID.
static TASK: &[Rule] = &[
    ("name", &["TaskName"], Read::Text),
    ("user", &["UserName"], Read::Account),
    ("user_domain", &["UserName"], Read::AccountDomain),
    ("user_id", &["UserName"], Read::Sid),
    ("user", &["UserContext"], Read::Account),
    ("user_domain", &["UserContext"], Read::AccountDomain),
    ("user_id", &["UserContext"], Read::Sid),
    ("command", &["ActionName"], Read::Text),
    ("command", &["Path"], Read::Text),
];

/// The program that the task has become.
static PROCESS: &[Rule] = &[("pid", &["ProcessID"], Read::Int)];

static AUDITED: &[Rule] = &[
    ("name", &["TaskName"], Read::Text),
    ("command", &["@task_command"], Read::Text),
    ("account", &["@task_account"], Read::Text),
    ("content", &["TaskContent"], Read::Text),
    ("content", &["TaskContentNew"], Read::Text),
    ("pid", &["ClientProcessId"], Read::Hex),
];
