//! What may be told of cases and histories to somebody who sees a part of the events and records only.

use std::collections::BTreeSet;

use intel::work::case::{Case, ItemKind};
use schema::{Datasets, Evidence};
use serde_json::Value;

use crate::{Engine, Error, HistoryLine, Result};

/// A piece of evidence by its kind and name.
type Named = (ItemKind, String);

impl Engine {
    /// The case with the evidence that is seen; nothing where it is about things alone that are not.
    pub(super) async fn case_seen(&self, mut case: Case) -> Result<Option<Case>> {
        if self.scope().is_everything() {
            return Ok(Some(case));
        }
        let of_scope = |kind| matches!(kind, ItemKind::Event | ItemKind::Campaign | ItemKind::Record);
        let named: Vec<Named> = case.items.iter().map(|item| (item.kind, item.value.clone())).collect();
        let seen = self.items_seen(&named).await?;
        let is_about_something = named.iter().any(|(kind, _)| of_scope(*kind));
        if is_about_something && !seen.iter().any(|(kind, _)| of_scope(*kind)) {
            return Ok(None);
        }
        case.items.retain(|item| seen.contains(&(item.kind, item.value.clone())));
        Ok(Some(case))
    }

    pub(super) async fn cases_seen(&self, cases: Vec<Case>) -> Result<Vec<Case>> {
        let mut seen = Vec::with_capacity(cases.len());
        for case in cases {
            seen.extend(self.case_seen(case).await?);
        }
        Ok(seen)
    }

    /// Lines of history without those that name something which is not seen.
    pub(super) async fn lines_seen(&self, lines: Vec<HistoryLine>) -> Result<Vec<HistoryLine>> {
        if self.scope().is_everything() {
            return Ok(lines);
        }
        let named: BTreeSet<Named> = lines.iter().flat_map(named_in).collect();
        let seen = self.items_seen(&named.into_iter().collect::<Vec<_>>()).await?;
        Ok(lines.into_iter().filter(|line| named_in(line).all(|one| seen.contains(&one))).collect())
    }

    /// A case or event of this name that is not seen has no history.
    pub(super) async fn subject_is_seen(&self, subject: &str) -> Result<bool> {
        if self.scope().is_everything() {
            return Ok(true);
        }
        if subject.starts_with("case--") {
            return Ok(self
                .cases_seen(self.store.cases_by_name(subject).await?)
                .await?
                .iter()
                .any(|case| case.id == subject));
        }
        Ok(self.store.ids_seen(&[subject.to_owned()]).await?.contains(subject))
    }

    /// What is marked more strictly than the reader may see is not made by him either: he could not read it again.
    pub(super) fn may_mark(&self, marking: schema::Tlp) -> Result<()> {
        let ceiling = self.scope().ceiling;
        if marking <= ceiling {
            return Ok(());
        }
        Err(Error::usage(format!("you may mark a case {ceiling} at most"))
            .hint("leave the marking to somebody who may read it"))
    }

    async fn items_seen(&self, items: &[Named]) -> Result<BTreeSet<Named>> {
        let of = |kind: ItemKind| items.iter().filter(move |(of, _)| *of == kind).map(|(_, value)| value);
        let events: Vec<String> = of(ItemKind::Event).cloned().collect();
        let events = self.store.ids_seen(&events).await?;
        let records = self.records_seen(of(ItemKind::Record)).await?;
        let mut campaigns = BTreeSet::new();
        for id in of(ItemKind::Campaign) {
            if self.store.campaigns_by_id(id).await?.iter().any(|campaign| campaign.id == *id) {
                campaigns.insert(id.clone());
            }
        }
        let is_seen = |(kind, value): &&Named| match kind {
            ItemKind::Event => events.contains(value),
            ItemKind::Campaign => campaigns.contains(value),
            ItemKind::Record => records.contains(value),
            // Somebody has written them down: the marking of the case is theirs.
            ItemKind::Indicator | ItemKind::File => true,
        };
        Ok(items.iter().filter(is_seen).cloned().collect())
    }

    async fn records_seen(&self, records: impl Iterator<Item = &String>) -> Result<BTreeSet<String>> {
        if !self.sees_own() {
            return Ok(BTreeSet::new());
        }
        if self.scope().datasets == Datasets::All {
            return Ok(records.cloned().collect());
        }
        let evidence = records.filter_map(|name| {
            let (table, record_id) = name.split_once('/')?;
            Some(Evidence { table: table.to_owned(), record_id: record_id.to_owned() })
        });
        let rows = self.evidence(&evidence.collect::<Vec<_>>()).await?;
        Ok(rows.into_iter().map(|row| format!("{}/{}", row.table, row.record_id)).collect())
    }
}

/// The things that a line of history names: what was put into a case or taken out of it, and events that were linked.
fn named_in(line: &HistoryLine) -> impl Iterator<Item = Named> {
    let is_link = line.entry.change == "link";
    [&line.entry.before, &line.entry.after].into_iter().filter_map(move |value| named(value, is_link))
}

fn named(value: &Value, is_link: bool) -> Option<Named> {
    let event = if is_link { value.as_str() } else { value.get("duplicate_of").and_then(Value::as_str) };
    if let Some(id) = event {
        return Some((ItemKind::Event, id.to_owned()));
    }
    let kind = serde_json::from_value(value.get("kind")?.clone()).ok()?;
    Some((kind, value.get("value")?.as_str()?.to_owned()))
}
