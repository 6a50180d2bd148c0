//! The store as one reader sees it: conditions on dataset and marking, put into each statement that reads for people.

use std::sync::Arc;

use schema::{Datasets, Scope, Tlp};

use super::{Store, sql::Builder};

impl Store {
    /// The same store, of which only this scope is seen.
    pub(crate) fn within(&self, scope: &Scope) -> Self {
        Self { scope: Arc::new(self.scope.within(scope)), ..self.clone() }
    }

    /// The same store, all of it: for what puts events and campaigns together.
    pub(crate) fn unscoped(&self) -> Self {
        Self { scope: Arc::new(Scope::everything()), ..self.clone() }
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// ` AND ...`: that the row of this alias, which has a dataset and a marking, is seen.
    pub(super) fn push_seen(&self, query: &mut Builder<'_>, alias: &str) {
        self.push_dataset_seen(query, alias);
        self.push_marked(query, alias);
    }

    /// ` AND ...`: that the row of this alias is of a dataset that is seen, whatever its marking.
    pub(super) fn push_dataset_seen(&self, query: &mut Builder<'_>, alias: &str) {
        if let Datasets::Only(names) = &self.scope.datasets {
            if names.is_empty() {
                // No list of SQL is empty.
                query.push(" AND 1 = 0");
            } else {
                query.push(format!(" AND {alias}.dataset IN ")).push_list(names.iter().cloned());
            }
        }
    }

    /// ` AND ...`: that the row of this alias is marked no more strictly than the reader may see.
    pub(super) fn push_marked(&self, query: &mut Builder<'_>, alias: &str) {
        if self.scope.ceiling < Tlp::Red {
            // What has no marking that we know is as strict as can be, and in no such list.
            let seen = Tlp::ALL.into_iter().filter(|marking| *marking <= self.scope.ceiling);
            query.push(format!(" AND {alias}.tlp IN ")).push_list(seen.map(|marking| marking.label().to_owned()));
        }
    }

    /// ` AND ...`: that the event, whose id is this column, is seen.
    pub(super) fn push_event_seen(&self, query: &mut Builder<'_>, id: &str) {
        if !self.scope.is_everything() {
            query.push(format!(" AND EXISTS (SELECT 1 FROM threat_events s WHERE s.event_id = {id}"));
            self.push_seen(query, "s");
            query.push(")");
        }
    }

    /// ` AND ...`: that the finding of this alias is seen, and the event that it belongs to.
    pub(super) fn push_finding_seen(&self, query: &mut Builder<'_>, alias: &str) {
        self.push_seen(query, alias);
        if self.scope.ceiling < Tlp::Red {
            // An event is as strict as its strictest finding, and so are the others of it.
            query.push(format!(
                " AND NOT EXISTS (SELECT 1 FROM threat_events s WHERE s.event_id = {alias}.event_id AND NOT (1 = 1"
            ));
            self.push_marked(query, "s");
            query.push("))");
        }
    }
}
