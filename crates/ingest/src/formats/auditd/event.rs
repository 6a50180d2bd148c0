//! One event of the audit log: its records brought together under the names that `mappings` reads.

use std::borrow::Cow;

use super::{
    fields::{self, argument},
    line::Line,
    route::{self, Route},
    sockaddr::{self, Address},
    syscalls, types,
};
use crate::{json::push_json_string, mapping::Mapping, pairs::Pairs};

/// More arguments than the kernel takes; others are dropped from columns, and stay in `raw`.
const MAX_ARGUMENTS: usize = 4096;

/// How the audit system writes that there is no session or account.
const UNSET_IDS: &[&str] = &["4294967295", "-1", "unset"];

/// Words for nothing.
const NOTHING: &[&str] = &["?", "(null)", ""];

/// Accounts and groups, whose numbers ausearch turns into names. With the name that enriched records have for these.
const IDS: &[(&str, &str)] = &[
    ("uid", "UID"),
    ("gid", "GID"),
    ("euid", "EUID"),
    ("suid", "SUID"),
    ("fsuid", "FSUID"),
    ("egid", "EGID"),
    ("sgid", "SGID"),
    ("fsgid", "FSGID"),
    ("auid", "AUID"),
    ("ouid", "OUID"),
    ("ogid", "OGID"),
    ("oauid", "OAUID"),
    ("id", "ID"),
    ("syscall", "SYSCALL"),
    ("arch", "ARCH"),
];

/// The records of one event. Made once a batch.
#[derive(Debug, Default)]
pub(super) struct Event<'a> {
    /// Host that an envelope names; what the record says counts.
    pub(super) host: Option<&'a str>,
    pub(super) lines: Vec<Line<'a>>,
    fields: Vec<Field<'a>>,
}

#[derive(Debug)]
struct Field<'a> {
    /// Its record's place in the event.
    record: usize,
    name: &'a str,
    value: Cow<'a, str>,
}

impl<'a> Event<'a> {
    pub(super) fn clear(&mut self) {
        self.host = None;
        self.lines.clear();
        self.fields.clear();
    }

    pub(super) fn take(&mut self, line: Line<'a>) {
        let record = self.lines.len();
        self.lines.push(line);
        let renamed = |name: &'a str| match IDS.iter().find(|known| known.0 == name) {
            Some(known) if line.interpreted => known.1,
            _ => name,
        };
        let list = &mut self.fields;
        fields::read(line.kind, line.fields, line.interpreted, |name, value| {
            list.push(Field { record, name: renamed(name), value });
        });
    }

    pub(super) fn has(&self, kind: &str) -> bool {
        self.lines.iter().any(|line| line.kind == kind)
    }

    /// The type that names the event best: what a program was started with, a type of its own, the system call.
    pub(super) fn kind(&self) -> &'a str {
        let find = |fits: &dyn Fn(&str) -> bool| self.lines.iter().map(|line| line.kind).find(|kind| fits(kind));
        find(&|kind| kind == "EXECVE")
            .or_else(|| find(&|kind| kind != "SYSCALL" && !types::is_detail(kind)))
            .or_else(|| find(&|kind| kind == "SYSCALL"))
            .or_else(|| find(&|_| true))
            .unwrap_or_default()
    }

    /// The value of a field; the first one of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| &*field.value).filter(|value| is_set(value))
    }

    /// The same in the record of this type.
    pub(super) fn get_of(&self, kind: &str, name: &str) -> Option<&str> {
        let record = self.lines.iter().position(|line| line.kind == kind)?;
        let is_it = |field: &&Field<'_>| field.record == record && field.name == name;
        self.fields.iter().find(is_it).map(|field| &*field.value).filter(|value| is_set(value))
    }

    /// Name of the system call.
    pub(super) fn syscall(&self) -> Option<&str> {
        let told = || self.get("SYSCALL");
        let looked_up = || syscalls::name(self.get_of("SYSCALL", "arch")?, self.get_of("SYSCALL", "syscall")?);
        told().or_else(looked_up)
    }

    /// The paths of the event: kind of name and name, in order.
    pub(super) fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        let of = |record: usize, name: &str| {
            let is_it = |field: &&Field<'_>| field.record == record && field.name == name;
            self.fields.iter().find(is_it).map(|field| &*field.value)
        };
        let records = self.lines.iter().enumerate().filter(|(_, line)| line.kind == "PATH");
        records.map(move |(record, _)| (of(record, "nametype").unwrap_or("UNKNOWN"), of(record, "name").unwrap_or("")))
    }

    pub(super) fn address(&self) -> Option<Address> {
        let text = self.get_of("SOCKADDR", "saddr")?;
        if !text.starts_with('{') {
            return sockaddr::read(text);
        }
        let part = |name| sockaddr::printed(text, name);
        let family = part("saddr_fam").or_else(|| part("fam"))?;
        match (family, part("laddr").or_else(|| part("host"))) {
            ("inet" | "inet6", Some(ip)) => {
                let port = part("lport").or_else(|| part("serv")).and_then(|port| port.parse().ok()).unwrap_or(0);
                Some(Address::Inet { ip: ip.to_owned(), port, version: if family == "inet" { 4 } else { 6 } })
            }
            ("local" | "unix", _) => Some(Address::Local { path: part("path").unwrap_or_default().to_owned() }),
            _ => None,
        }
    }

    /// The arguments of a program that was started, joined by blanks; else the title of the process.
    pub(super) fn command_line(&self) -> Option<String> {
        let mut line = String::new();
        let mut last = None;
        let started = self.fields.iter().filter(|field| self.is_of(field, "EXECVE"));
        for field in started {
            let Some(number) = argument(field.name) else { continue };
            // A long argument comes in parts: `a1[0]`, `a1[1]`.
            let goes_on = last == Some(number);
            if last.is_some() && !goes_on {
                line.push(' ');
            }
            line.push_str(&field.value);
            last = Some(number);
        }
        if last.is_some() {
            return Some(line);
        }
        self.get_of("PROCTITLE", "proctitle").map(str::to_owned)
    }

    fn is_of(&self, field: &Field<'_>, kind: &str) -> bool {
        self.lines.get(field.record).is_some_and(|line| line.kind == kind)
    }

    /// Adds the event to `pairs`, and says by which mapping it becomes a row.
    pub(super) fn write(&self, pairs: &mut Pairs<'a>) -> &'static Mapping {
        let Route { mapping, derived } = route::of(self);
        let is_other = std::ptr::eq(mapping, &raw const super::mappings::OTHER);
        if is_other {
            pairs.push("kind", self.kind());
        } else {
            pairs.push("=event", self.kind());
            for (name, value) in &derived {
                pairs.push(*name, value);
            }
        }
        self.write_head(pairs);
        self.write_fields(pairs);
        self.write_arguments(pairs);
        self.write_paths(pairs);
        self.write_address(pairs);
        mapping
    }

    fn write_head(&self, pairs: &mut Pairs<'a>) {
        let Some(first) = self.lines.first() else { return };
        if let Some(node) = first.node.or(self.host) {
            pairs.push("node", node);
        }
        match self.lines.as_slice() {
            [one] => pairs.push("type", one.kind),
            lines => pairs.push_json("type", &list(lines.iter().map(|line| line.kind))),
        }
        pairs.push("serial", first.serial);
        if let Some(name) = self.syscall().filter(|_| self.has("SYSCALL")) {
            pairs.push("SYSCALL", name);
        }
    }

    fn write_fields(&self, pairs: &mut Pairs<'a>) {
        let has_arguments = self.has("EXECVE");
        for field in &self.fields {
            let kind = self.lines.get(field.record).map_or("", |line| line.kind);
            let is_elsewhere = kind == "PATH" || (kind == "EXECVE" && field.name != "argc") || field.name == "SYSCALL";
            if is_elsewhere || !is_kept(field.name, &field.value) {
                continue;
            }
            let is_call_argument = kind == "SYSCALL" && has_arguments && argument(field.name).is_some();
            if is_call_argument {
                pairs.push(format!("syscall.{}", field.name), &field.value);
                continue;
            }
            let known = if field.record > 0 || kind != "SYSCALL" { pairs.get(field.name) } else { None };
            match known {
                Some(value) if value == field.value => {}
                Some(_) => pairs.push(format!("{}.{}", kind.to_ascii_lowercase(), field.name), &field.value),
                None => pairs.push(field.name, &field.value),
            }
        }
    }

    fn write_arguments(&self, pairs: &mut Pairs<'a>) {
        let mut open: Option<(u32, String)> = None;
        let flush = |open: Option<(u32, String)>, pairs: &mut Pairs<'a>| {
            if let Some((number, value)) = open {
                pairs.push(format!("a{number}"), &value);
            }
        };
        for field in self.fields.iter().filter(|field| self.is_of(field, "EXECVE")).take(MAX_ARGUMENTS) {
            let Some(number) = argument(field.name) else { continue };
            match &mut open {
                Some((last, value)) if *last == number => value.push_str(&field.value),
                _ => flush(open.replace((number, field.value.clone().into_owned())), pairs),
            }
        }
        flush(open, pairs);
    }

    /// One path as its fields; of several the names and kinds as lists, and all fields as objects.
    fn write_paths(&self, pairs: &mut Pairs<'a>) {
        let count = self.paths().count();
        if count == 1 {
            for field in self.fields.iter().filter(|field| self.is_of(field, "PATH")) {
                if !is_kept(field.name, &field.value) {
                    continue;
                }
                match pairs.get(field.name) {
                    None => pairs.push(field.name, &field.value),
                    Some(value) if value == field.value => {}
                    Some(_) => pairs.push(format!("path.{}", field.name), &field.value),
                }
            }
        }
        if count < 2 {
            return;
        }
        pairs.push_json("name", &list(self.paths().map(|path| path.1)));
        pairs.push_json("nametype", &list(self.paths().map(|path| path.0)));
        pairs.push_json("paths", &self.path_objects());
    }

    fn path_objects(&self) -> String {
        let mut json = String::from("[");
        let mut last = None;
        for field in self.fields.iter().filter(|field| self.is_of(field, "PATH")) {
            json.push_str(match last {
                None => "{",
                Some(record) if record == field.record => ",",
                Some(_) => "},{",
            });
            last = Some(field.record);
            push_json_string(field.name, &mut json);
            json.push(':');
            push_json_string(&field.value, &mut json);
        }
        json.push_str("}]");
        json
    }

    fn write_address(&self, pairs: &mut Pairs<'a>) {
        let Some(address) = self.address() else { return };
        match address {
            Address::Inet { ip, port, version } => {
                pairs.push("saddr_fam", if version == 4 { "inet" } else { "inet6" });
                pairs.push("laddr", &ip);
                pairs.push("lport", &port.to_string());
            }
            Address::Local { path } => {
                pairs.push("saddr_fam", "local");
                pairs.push("saddr_path", &path);
            }
            Address::Netlink { pid } => {
                pairs.push("saddr_fam", "netlink");
                pairs.push("nlnk-pid", &pid.to_string());
            }
            Address::Other(family) => pairs.push("saddr_fam", &family.to_string()),
        }
    }
}

pub(super) fn is_set(value: &str) -> bool {
    !NOTHING.contains(&value)
}

pub(super) fn is_unset_id(value: &str) -> bool {
    UNSET_IDS.contains(&value)
}

/// Words for nothing are left out, and so are sessions that there are not. Names that nobody could look up are none.
fn is_kept(name: &str, value: &str) -> bool {
    let is_no_name = name == "UID" && (value == "unset" || value.starts_with("unknown("));
    is_set(value) && !(name == "ses" && is_unset_id(value)) && !is_no_name
}

fn list<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut json = String::from("[");
    for text in texts {
        if json.len() > 1 {
            json.push(',');
        }
        push_json_string(text, &mut json);
    }
    json.push(']');
    json
}
