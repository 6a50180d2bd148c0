//! Plans for the classes of OCSF, made from what the tables say of their columns.

use std::sync::{Arc, LazyLock};

use schema::{Column, Kind, tables};

use crate::{
    mapped::reads::{Way, usual},
    mapping::{Plan, Read},
    own_read::{Clock, Constant, OwnRead},
};

/// The plan for an event of this class and activity.
pub(super) fn of(class: i64, activity: i64) -> &'static Arc<Plan> {
    let acts_on_another = class == 1007 && matches!(activity, 3 | 4);
    if acts_on_another {
        return &PLANS.on_process;
    }
    let by_class = PLANS.by_class.iter().find(|(classes, _)| classes.contains(&class));
    by_class.map_or(&PLANS.other, |(_, plan)| plan)
}

struct Plans {
    by_class: Vec<(&'static [i64], Arc<Plan>)>,
    /// A process that acts on another one.
    on_process: Arc<Plan>,
    other: Arc<Plan>,
}

static PLANS: LazyLock<Plans> = LazyLock::new(|| Plans {
    by_class: CLASSES.iter().map(|class| (class.uids, Arc::new(plan(class)))).collect(),
    on_process: Arc::new(plan(&ON_PROCESS)),
    other: Arc::new(plan(&OTHER)),
});

/// Classes that one table holds.
struct Class {
    uids: &'static [i64],
    table: &'static str,
    /// `activity_id` and the word of the column `action`; other activities are `other`.
    activities: &'static [(&'static str, &'static str)],
    /// Columns that come from elsewhere than the table says, or from there as well; they count first.
    also: &'static [(&'static str, &'static str, Read)],
    /// Columns that the table's attribute does not fill for this class.
    without: &'static [&'static str],
}

const fn class(uids: &'static [i64], table: &'static str) -> Class {
    Class { uids, table, activities: &[], also: &[], without: &[] }
}

/// Process that acts, where the tables name the one that is acted upon.
const ACTING: &[(&str, &str, Read)] = &[
    ("process_guid", "actor.process.uid", Read::Text),
    ("pid", "actor.process.pid", Read::Int),
    ("process_path", "actor.process.file.path", Read::Text),
    ("command_line", "actor.process.cmd_line", Read::Text),
];

static CLASSES: &[Class] = &[
    Class {
        activities: &[("1", "start"), ("2", "end"), ("3", "access"), ("4", "remote_thread"), ("5", "tamper")],
        also: &[
            ("parent_guid", "actor.process.uid", Read::Text),
            ("parent_pid", "actor.process.pid", Read::Int),
            ("parent_path", "actor.process.file.path", Read::Text),
            ("parent_command_line", "actor.process.cmd_line", Read::Text),
            ("user", "process.user.name", Read::Text),
            ("user_id", "process.user.uid", Read::Text),
            ("process_path", "process.name", Read::Text),
        ],
        without: &["target_guid", "target_pid", "target_path"],
        ..class(&[1007], "processes")
    },
    Class {
        activities: &[
            ("1", "create"),
            ("2", "read"),
            ("3", "write"),
            ("4", "delete"),
            ("5", "rename"),
            ("6", "attributes"),
            ("7", "attributes"),
            ("8", "attributes"),
            ("9", "attributes"),
            ("10", "attributes"),
            ("14", "read"),
        ],
        ..class(&[1001], "file_changes")
    },
    Class {
        activities: &[("1", "driver"), ("2", "unload")],
        also: &[("path", "driver.file.path", Read::Text)],
        ..class(&[1002], "modules_loaded")
    },
    Class { activities: &[("1", "library"), ("2", "unload")], ..class(&[1005], "modules_loaded") },
    Class {
        activities: &[
            ("1", "create"),
            ("2", "change"),
            ("3", "remove"),
            ("4", "enable"),
            ("5", "disable"),
            ("6", "run"),
        ],
        ..class(&[1006], "scheduled_tasks")
    },
    class(&[1009], "scripts"),
    Class {
        activities: &[("1", "create_key"), ("2", "access"), ("3", "rename"), ("4", "delete_key"), ("5", "rename")],
        ..class(&[201_001], "registry_changes")
    },
    Class {
        activities: &[("1", "access"), ("2", "set_value"), ("3", "set_value"), ("4", "delete_value")],
        also: &[("key", "reg_value.path", Read::Text)],
        ..class(&[201_002], "registry_changes")
    },
    Class {
        activities: &[
            ("1", "install"),
            ("2", "change"),
            ("3", "start"),
            ("4", "stop"),
            ("5", "start"),
            ("6", "stop"),
            ("7", "remove"),
        ],
        ..class(&[201_004], "services")
    },
    Class {
        activities: &[
            ("1", "logon"),
            ("2", "logoff"),
            ("3", "ticket"),
            ("4", "ticket"),
            ("5", "ticket"),
            ("6", "explicit"),
        ],
        also: &[
            ("host", "device.hostname", Read::Lower),
            ("host", "service.name", Read::Lower),
            ("user", "user.email_addr", Read::Lower),
            ("logon_type", "logon_type", Read::Lower),
        ],
        without: &["logon_type"],
        ..class(&[3002], "logons")
    },
    Class {
        also: &[("service", "app_name", Read::Lower), ("service", "tls.sni", Read::Lower)],
        ..class(&[4001, 4005, 4006, 4007, 4008, 4014], "connections")
    },
    class(&[4002], "http_requests"),
    Class {
        also: &[("action", "disposition", Read::Lower), ("answers", "answers", Read::Members("rdata"))],
        ..class(&[4003], "dns_queries")
    },
    Class {
        also: &[
            ("from_address", "email.from", Read::Mailbox),
            ("from_address", "email.smtp_from", Read::Mailbox),
            ("message_id", "email.message_uid", Read::Mailbox),
            ("to_addresses", "email.smtp_to", Read::Texts),
            ("verdict", "disposition", Read::Text),
        ],
        without: &["from_address", "message_id"],
        ..class(&[4009], "emails")
    },
    Class {
        also: &[
            ("name", "finding_info.title", Read::Text),
            ("name", "finding.title", Read::Text),
            ("category", "finding_info.types", Read::Joined),
            ("category", "finding.types", Read::Joined),
            ("rule_id", "finding_info.analytic.uid", Read::Text),
            ("rule_id", "finding_info.uid", Read::Text),
            ("message", "finding_info.desc", Read::Text),
            ("message", "finding.desc", Read::Text),
            ("src_ip", "evidences.0.src_endpoint.ip", Read::Ip),
            ("dst_ip", "evidences.0.dst_endpoint.ip", Read::Ip),
            ("host", "device.hostname", Read::Lower),
            ("user", "evidences.0.actor.user.name", Read::Text),
            ("severity", "severity_id", Read::Text),
            ("action", "disposition", Read::Text),
        ],
        ..class(&[2001, 2002, 2003, 2004, 2005, 2006, 2007], "alerts")
    },
    Class {
        also: &[
            ("user_id", "actor.user.uid_alt", Read::Text),
            ("uid", "api.request.uid", Read::Text),
            ("provider", "cloud.provider", Read::Lower),
        ],
        without: &["acting_as", "provider"],
        ..class(&[6003], "cloud_api_calls")
    },
];

static ON_PROCESS: Class = Class {
    activities: &[("3", "access"), ("4", "remote_thread")],
    also: ACTING,
    without: &["process_guid", "pid", "process_path", "command_line", "md5", "sha1", "sha256", "imphash"],
    ..class(&[1007], "processes")
};

static OTHER: Class = Class {
    also: &[("kind", "class_name", Read::Text), ("kind", "class_uid", Read::Text), ("uid", "metadata.uid", Read::Text)],
    ..class(&[], "other_records")
};

/// `Success` and `Failure`, and their numbers.
const OUTCOMES: &[(&str, bool)] = &[("success", true), ("failure", false), ("1", true), ("2", false)];

fn plan(class: &Class) -> Plan {
    let table = tables::find(class.table).expect("a test looks up the tables of all classes");
    let times = ["time", "time_dt", "start_time"].map(str::to_owned);
    let mut plan = Plan::open(table, Clock::auto(), &times, Some("count"));
    for (place, column) in table.own.iter().enumerate() {
        // The table's own attribute counts first, but for those that differ by class.
        if !class.without.contains(&column.name) && column.name != "action" {
            add_attribute(&mut plan, place, class.table, column);
        }
        for (_, path, read) in class.also.iter().filter(|(name, ..)| *name == column.name) {
            plan.add_column(place, &[(*path).to_owned()], *read, None);
        }
        if column.name == "action" {
            add_action(&mut plan, place, class);
        }
        if column.required {
            let word = if column.name == "action" { "other" } else { "unknown" };
            plan.add_default(place, Constant::Text(word.to_owned()));
        }
    }
    plan
}

/// Fills a column from the attribute that the table names.
fn add_attribute(plan: &mut Plan, place: usize, table: &str, column: &Column) {
    let Some(path) = column.ocsf else { return };
    let mut add = |path: &str, read: Read, own: Option<OwnRead>| plan.add_column(place, &[path.to_owned()], read, own);
    if let Some((list, member)) = path.split_once("[].") {
        match (column.kind, column.name) {
            (_, "md5") => add(list, Read::Chosen("algorithm", &["MD5"], "value"), None),
            (_, "sha1") => add(list, Read::Chosen("algorithm", &["SHA-1", "SHA1"], "value"), None),
            (_, "sha256") => add(list, Read::Chosen("algorithm", &["SHA-256", "SHA256"], "value"), None),
            (_, "imphash") => add(list, Read::Chosen("algorithm", &["IMPHASH"], "value"), None),
            (Kind::Texts, _) => {
                if let Some(member) = MEMBERS.iter().find(|known| **known == member) {
                    add(list, Read::Members(member), None);
                }
            }
            (Kind::Text, _) => add(&format!("{list}.0.{member}"), Read::Text, None),
            (Kind::Int, _) => add(&format!("{list}.0.{member}"), Read::Int, None),
            _ => {}
        }
        return;
    }
    match (column.kind, path) {
        (Kind::Bool, "status") => {
            let words = || OwnRead::Means(OUTCOMES.iter().map(|(word, is)| ((*word).to_owned(), *is)).collect());
            add("status", Read::Text, Some(words()));
            add("status_id", Read::Text, Some(words()));
        }
        (Kind::Bool, "connection_info.direction") => {
            add(path, Read::Means(&[("outbound", true), ("inbound", false)]), None);
        }
        // Durations of OCSF are milliseconds.
        (Kind::Int, "duration") => add(path, Read::Int, Some(OwnRead::Nanos(6))),
        (Kind::Text, "query.type" | "query.class" | "rcode") => add(path, Read::Upper, None),
        _ => match usual(table, column) {
            Some(Way::Built(read)) => add(path, read, None),
            Some(Way::Time) => add(path, Read::Instant, Some(OwnRead::Time(Clock::auto()))),
            _ => {}
        },
    }
}

/// Members of lists that columns hold, as names that live as long as the program.
const MEMBERS: &[&str] = &["rdata", "value", "name", "url_string"];

fn add_action(plan: &mut Plan, place: usize, class: &Class) {
    if class.activities.is_empty() {
        plan.add_column(place, &["action".to_owned()], Read::Lower, None);
        return;
    }
    let words = class.activities.iter().map(|(id, word)| ((*id).to_owned(), (*word).to_owned())).collect();
    plan.add_column(place, &["activity_id".to_owned()], Read::Text, Some(OwnRead::Words(words)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_name_tables_and_columns_that_exist() {
        for class in CLASSES.iter().chain([&ON_PROCESS, &OTHER]) {
            let table = tables::find(class.table).unwrap_or_else(|| panic!("no table {}", class.table));
            let named = class.also.iter().map(|(name, ..)| name).chain(class.without);
            for name in named {
                assert!(table.own.iter().any(|column| column.name == *name), "{}.{name}", class.table);
            }
        }
        assert_eq!(of(4003, 1).table().name, "dns_queries");
        assert_eq!(of(99, 1).table().name, "other_records");
    }
}
