//! What the mail of an hour shows of each sender. Output: sightings for `habits`.

use arrow_array::{Array, ListArray, RecordBatch, cast::AsArray};

use super::marks;
use crate::{
    Error,
    habits::digest::{Habits, Places},
    telemetry::{Text, accounts, columns::typed},
};

/// Begins what is said of a message that has nothing odd in that respect.
const FINE: &str = "fine";

/// Items of a list that are looked at.
const ITEMS_MAX: usize = 100;

pub(super) fn take(habits: &mut Habits, table: &'static str, rows: &RecordBatch) -> Result<(), Error> {
    let places = Places::of(table, rows)?;
    let text = |name| Text::of(rows, name);
    let (from, from_name, return_path) = (text("from_address")?, text("from_name")?, text("return_path")?);
    let (reply_to, subject, mailer) = (text("reply_to")?, text("subject")?, text("mailer")?);
    let (spf, dkim, dmarc, direction) = (text("spf")?, text("dkim")?, text("dmarc")?, text("direction")?);
    let list = |name| typed::<ListArray>(rows, name);
    let (to, url_hosts, names) = (list("to_addresses")?, list("url_hosts")?, list("attachment_names")?);
    for row in 0..places.len() {
        let outbound = direction.get(row) == Some("outbound");
        let (false, Some(place), Some(from)) = (outbound, places.at(row), from.get(row)) else { continue };
        let or_empty = |column: Text<'_>| column.get(row).unwrap_or_default().to_owned();
        let mut show = |aspect, item: &str| {
            habits.show(place, from, if item.starts_with(FINE) { FINE } else { aspect }, item);
        };
        let checked = marks::authentication(&or_empty(spf), &or_empty(dkim), &or_empty(dmarc));
        show("authentication", &checked.unwrap_or_default());
        show("answers", marks::answers(from, &or_empty(reply_to), &or_empty(return_path)));
        show("name", marks::name(&or_empty(from_name), from, &items(to, row)));
        show("words", marks::words(&or_empty(subject)));
        show("attachment", marks::attachment(&items(names, row)));
        show("links", marks::links(from, &items(url_hosts, row)));
        let program = accounts::client(&or_empty(mailer));
        show("program", &if program.is_empty() { String::new() } else { format!("mail program {program}") });
    }
    Ok(())
}

/// The texts of a list, whatever layout they have.
fn items(lists: &ListArray, row: usize) -> Vec<String> {
    if row >= lists.len() || lists.is_null(row) {
        return Vec::new();
    }
    let list = lists.value(row);
    let short = list.as_string_opt::<i32>().map(|texts| texts.iter().flatten().map(str::to_owned).collect::<Vec<_>>());
    let view = || list.as_string_view_opt().map(|texts| texts.iter().flatten().map(str::to_owned).collect());
    let large = || list.as_string_opt::<i64>().map(|texts| texts.iter().flatten().map(str::to_owned).collect());
    let mut items: Vec<String> = short.or_else(view).or_else(large).unwrap_or_default();
    items.truncate(ITEMS_MAX);
    items
}
