//! The event time of a record: which field holds it, and what is wrong where none does.

use schema::Timestamp;

use super::{Cell, Plan, Record};
use crate::{
    instant::NoInstant,
    own_read::Clock,
    parsed::{Fault, Reason},
};

pub(super) fn time_of<'a, K: AsRef<str>, C: Cell<'a>>(
    plan: &Plan,
    record: &Record<'_, K, C>,
) -> Result<Option<Timestamp>, Fault> {
    match &plan.clock {
        Some(clock) => told_time(plan, clock, record),
        None => event_time(plan, record),
    }
}

fn event_time<'a, K: AsRef<str>, C: Cell<'a>>(
    plan: &Plan,
    record: &Record<'_, K, C>,
) -> Result<Option<Timestamp>, Fault> {
    for &wanted in &plan.times {
        let Some(cell) = record.cell(wanted) else { continue };
        return cell.instant(crate::instant::event_time).map(Some).map_err(|no| no_time(plan, wanted, no));
    }
    if record.undated && plan.complete {
        return Ok(None);
    }
    Err(missing_time(plan))
}

/// The event time as a person has said that it is written.
fn told_time<'a, K: AsRef<str>, C: Cell<'a>>(
    plan: &Plan,
    clock: &Clock,
    record: &Record<'_, K, C>,
) -> Result<Option<Timestamp>, Fault> {
    let (mut scratch, mut joined) = (String::new(), String::new());
    for (time, &wanted) in plan.times.iter().enumerate() {
        let Some(cell) = record.cell(wanted).filter(|cell| !cell.is_empty()) else { continue };
        let text = cell.text(&mut scratch).unwrap_or_default();
        if !clock.joins(time) {
            return clock.read(text).map(Some).map_err(|no| no_time(plan, wanted, no));
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(text);
    }
    match plan.times.first() {
        Some(&wanted) if !joined.is_empty() => clock.read(&joined).map(Some).map_err(|no| no_time(plan, wanted, no)),
        _ => Err(missing_time(plan)),
    }
}

fn no_time(plan: &Plan, wanted: usize, why: NoInstant) -> Fault {
    let name = plan.wanted.get(wanted).map_or("", |name| name);
    match why {
        NoInstant::OutOfRange => {
            Fault::new(Reason::TimeOutOfRange, format!("field \"{name}\" lies outside 1970 to 2199"))
        }
        NoInstant::Unreadable => {
            Fault::new(Reason::BadTime, format!("field \"{name}\" holds no time that can be read"))
        }
    }
}

fn missing_time(plan: &Plan) -> Fault {
    let names: Vec<&str> =
        plan.times.iter().filter_map(|&wanted| plan.wanted.get(wanted)).map(|name| &**name).collect();
    Fault::new(Reason::MissingTime, format!("no event time; looked for {}", names.join(", ")))
}
