//! Hits of a batch as the events that correlations take: with the fields that they group by and count.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use super::Event;
use crate::{
    Error,
    indicators::scan::{Instants, Texts},
    rules::{
        compile::Plan,
        evaluate::Hits,
        rows::{Cell, Rows},
        set::RuleSet,
    },
};

/// The events of rules that some correlation names.
pub fn events(set: &RuleSet, plan: &Plan, batch: &RecordBatch, hits: &Hits) -> Result<Vec<Event>, Error> {
    let rows = Rows::of(batch, plan.columns.iter().copied(), &plan.keys);
    let texts = |name: &str| {
        let column = batch.column_by_name(name).and_then(|column| Texts::of(column.as_ref()));
        column.ok_or_else(|| Error::new(format!("no column \"{name}\" of text in rows of \"{}\"", plan.table.name)))
    };
    let (ids, datasets) = (texts("record_id")?, texts("dataset")?);
    let instants = Instants::of(batch, "observed_at")?;
    let mut events = Vec::new();
    let mut cell = Cell::default();
    for (rule, matched) in &hits.rules {
        let Some(about) = set.rules().get(*rule).map(|rule| &rule.about) else {
            continue;
        };
        let ways: Vec<_> = plan.rules.iter().filter(|planned| planned.feeds && planned.rule == *rule).collect();
        if ways.is_empty() {
            continue;
        }
        for row in matched.iter().map(|row| *row as usize) {
            let Some(at) = instants.nanos(row) else {
                continue;
            };
            let mut fields = BTreeMap::new();
            for (name, getter) in ways.iter().flat_map(|way| &way.fields) {
                if fields.contains_key(name) {
                    continue;
                }
                let value = rows.get(getter, row, &mut cell);
                if let Some(text) = value.first_text() {
                    fields.insert(name.clone(), text.to_owned());
                }
            }
            events.push(Event {
                at,
                rule: about.id.clone(),
                dataset: datasets.get(row).unwrap_or_default().to_owned(),
                table: plan.table.name.to_owned(),
                record_id: ids.get(row).unwrap_or_default().to_owned(),
                fields,
            });
        }
    }
    Ok(events)
}
