//! Which table the events of a provider and id go to, as data: one file a provider or topic, listed in [`ALL`].
//!
//! A map names its ids, its table and lists of rules; the first rule of a column that yields a value counts. Fields
//! are called what `rows` calls them in `attrs`; names that begin with `@` are derived. What no map knows goes to
//! `other_records`, complete.

mod applocker;
mod defender;
mod dns_client;
mod others;
mod powershell;
mod rdp;
mod security_logons;
mod security_objects;
mod security_processes;
mod services;
mod sysmon;
mod task_scheduler;

use std::sync::LazyLock;

use super::event::WindowsEvent;
use crate::{
    mapping::{Read, Rule},
    number_map::NumberMap,
};

/// The events of some providers.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) providers: &'static [&'static str],
    pub(super) maps: &'static [Map],
}

/// Where some events go, and how.
#[derive(Debug)]
pub(super) struct Map {
    pub(super) ids: &'static [u32],
    /// A field and its texts (in any case), one of which it must have.
    pub(super) when: Option<(&'static str, &'static [&'static str])>,
    pub(super) table: &'static str,
    pub(super) rules: &'static [&'static [Rule]],
}

/// What stands behind the rules of every map, where its table has the columns.
pub(super) static COMMON: &[&[Rule]] = &[
    &[("host", &["Computer"], Read::Lower)],
    &[("os", &["@os"], Read::Text)],
    &[("provider", &["Provider_Name"], Read::Text)],
    &[("event", &["EventID"], Read::Text)],
];

static ALL: &[&Source] = &[
    &sysmon::LINUX,
    &sysmon::SOURCE,
    &security_logons::SOURCE,
    &security_processes::SOURCE,
    &security_objects::SOURCE,
    &services::SOURCE,
    &task_scheduler::SOURCE,
    &task_scheduler::SECURITY,
    &powershell::SOURCE,
    &powershell::CLASSIC,
    &rdp::SESSIONS,
    &rdp::CONNECTIONS,
    &dns_client::SOURCE,
    &defender::SOURCE,
    &applocker::SOURCE,
];

/// Tables that Windows events may go to.
pub(crate) static TABLES: &[&str] = &[
    "processes",
    "file_changes",
    "registry_changes",
    "modules_loaded",
    "logons",
    "scripts",
    "services",
    "scheduled_tasks",
    "network_by_process",
    "pipes",
    "alerts",
    "other_records",
];

/// A map, and its number among all.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) number: usize,
    pub(super) map: &'static Map,
    providers: &'static [&'static str],
}

static OTHERS: Place = Place { number: 0, map: &others::MAP, providers: &[] };

/// Maps by event id, in the order of the list.
static BY_ID: LazyLock<NumberMap<u32, Vec<Place>>> = LazyLock::new(|| {
    let mut by_id: NumberMap<u32, Vec<Place>> = NumberMap::default();
    let mut number = 0;
    for source in ALL {
        for map in source.maps {
            number += 1;
            for &id in map.ids {
                by_id.entry(id).or_default().push(Place { number, map, providers: source.providers });
            }
        }
    }
    by_id
});

/// The map of an event.
pub(super) fn place(event: &WindowsEvent<'_>) -> &'static Place {
    let provider = if event.provider.is_empty() { provider_of(event.channel) } else { event.provider };
    let places = event.event_id.and_then(|id| BY_ID.get(&id)).map_or(&[][..], Vec::as_slice);
    let fits = |place: &&Place| {
        let is_ours = place.providers.iter().any(|known| known.eq_ignore_ascii_case(provider));
        is_ours && place.map.when.is_none_or(|(field, texts)| has(event, field, texts))
    };
    places.iter().find(fits).unwrap_or(&OTHERS)
}

fn has(event: &WindowsEvent<'_>, field: &str, texts: &[&str]) -> bool {
    event.get(field).is_some_and(|value| texts.iter().any(|text| text.eq_ignore_ascii_case(value)))
}

/// Some forms leave the provider out; these channels have one that matters.
fn provider_of(channel: &str) -> &str {
    match channel {
        "Security" => "Microsoft-Windows-Security-Auditing",
        "Windows PowerShell" => "PowerShell",
        _ => channel.split('/').next().unwrap_or(channel),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::derive, *};

    fn maps() -> impl Iterator<Item = &'static Map> {
        ALL.iter().flat_map(|source| source.maps).chain([&others::MAP])
    }

    #[test]
    fn tables_columns_and_derived_values_exist() {
        for map in maps() {
            let table = schema::tables::find(map.table).unwrap_or_else(|| panic!("no table {}", map.table));
            assert!(TABLES.contains(&map.table), "{} is not in TABLES", map.table);
            for &(column, fields, _) in map.rules.iter().copied().flatten() {
                let known = table.own.iter().any(|own| own.name == column);
                assert!(known, "{:?}: no column {column} in {}", map.ids, map.table);
                for field in fields.iter().filter(|field| field.starts_with('@')) {
                    assert!(derive::find(field).is_some(), "{:?}: nothing derives {field}", map.ids);
                }
            }
        }
    }

    #[test]
    fn columns_that_every_row_has_are_filled() {
        for map in maps() {
            let table = schema::tables::find(map.table).expect("checked above");
            for column in table.own.iter().filter(|column| column.required) {
                let mut rules = map.rules.iter().copied().flatten().filter(|rule| rule.0 == column.name);
                let always = rules.next_back().is_some_and(|&(_, fields, read)| {
                    matches!(read, Read::Is(_)) || fields.iter().any(|field| field.starts_with('@'))
                });
                assert!(always, "{:?} may leave {} of {} empty", map.ids, column.name, map.table);
            }
        }
    }

    #[test]
    fn an_event_has_one_map_unless_conditions_tell_them_apart() {
        let ids: BTreeSet<u32> = maps().flat_map(|map| map.ids).copied().collect();
        for places in ids.iter().filter_map(|id| BY_ID.get(id)) {
            for (at, place) in places.iter().enumerate() {
                let same = |other: &&Place| other.providers == place.providers && other.map.when.is_none();
                let before = places.iter().take(at).find(same);
                assert!(before.is_none(), "{:?} is never reached", place.map.ids);
            }
        }
    }
}
