//! Reads what a mapping file says of times: which fields hold the event time, and how times are written.

use super::{
    document::{Placed, Section},
    problem::Problems,
};
use crate::own_read::{Clock, form_fault, zone};

/// Where the event time is, and how it is written.
#[derive(Debug, Clone)]
pub(super) struct EventTime {
    pub(super) fields: Vec<String>,
    pub(super) clock: Clock,
}

/// The `time` of a file or a record: a field, a list of fields of which the first that is set counts, or a table.
pub(super) fn read(section: &Section<'_, '_>, problems: &mut Problems<'_>) -> Option<EventTime> {
    let value = section.value("time")?;
    if value.get_ref().as_table().is_none() {
        let fields = section.texts("time", problems);
        let fields: Vec<String> = fields.into_iter().map(|field| field.text).collect();
        return (!fields.is_empty()).then(|| EventTime { fields, clock: Clock::auto() });
    }
    let section = section.section("time", "[time]", problems)?;
    section.knows(&["field", "fields", "join", "format", "zone"], problems);
    let mut fields = section.texts("field", problems);
    fields.extend(section.texts("fields", problems));
    let joined = section.texts("join", problems);
    let mut clock = own_clock(&section, &Clock::auto(), problems);
    if !joined.is_empty() {
        clock = clock.joining(fields.len());
        fields.extend(joined);
    }
    fields.retain(|field| !field.text.is_empty());
    if fields.is_empty() {
        let hint = "write field = \"...\", fields = [\"this\", \"or this\"], or join = [\"date\", \"time\"]".to_owned();
        problems.add("no_time", section.at, "[time] names no field", Some(hint));
        return None;
    }
    let fields = fields.into_iter().map(|field| field.text).collect();
    Some(EventTime { fields, clock })
}

/// The clock of a table with `format` and `zone`; what is not said there is as in `outer`.
pub(super) fn own_clock(section: &Section<'_, '_>, outer: &Clock, problems: &mut Problems<'_>) -> Clock {
    let mut clock = outer.clone();
    if let Some(format) = section.text("format", problems) {
        match form_fault(&format.text) {
            Some(fault) => bad_form(format, fault, problems),
            None => clock = clock.formed(&format.text),
        }
    }
    if let Some(name) = section.text("zone", problems) {
        match zone(&name.text) {
            Some(zone) => clock = clock.in_zone(zone),
            None => {
                let hint =
                    "write a name such as \"Europe/Warsaw\", \"UTC\", or an offset such as \"+02:00\"".to_owned();
                problems.add("bad_zone", name.at, format!("there is no time zone \"{}\"", name.text), Some(hint));
            }
        }
    }
    clock
}

fn bad_form(format: Placed, fault: &'static str, problems: &mut Problems<'_>) {
    let hint = "such as \"%Y-%m-%d %H:%M:%S%.f\" or \"%d/%b/%Y:%H:%M:%S %z\"; forms without year can be joined with a field that has it".to_owned();
    problems.add("bad_format", format.at, fault, Some(hint));
}
