//! Events that another system has reported: written where they are new or say something else than before.

use std::collections::BTreeMap;

use schema::ThreatEvent;

use super::super::{Run, Store, sql::Builder};
use crate::Result;

/// Events of one transaction.
const EVENTS_AT_ONCE: usize = 500;

impl Store {
    /// Writes these events, or only counts without a run: how many are new, have changed, and are as they were.
    pub(crate) async fn import_events(&self, imported: &[ThreatEvent], run: Option<&Run>) -> Result<[u64; 3]> {
        let (mut new, mut changed, mut same) = (0, 0, 0);
        for chunk in imported.chunks(EVENTS_AT_ONCE) {
            let mut query = Builder::new("SELECT event_id, document FROM threat_events WHERE event_id IN ");
            query.push_list(chunk.iter().map(|event| event.id.as_str()));
            let mut before: BTreeMap<String, String> = BTreeMap::new();
            for row in &query.build().fetch_all(&self.pool).await? {
                before.insert(row.try_get(0)?, row.try_get(1)?);
            }
            let mut written = Vec::new();
            for event in chunk {
                match before.get(&event.id) {
                    Some(document) if *document == serde_json::to_string(event)? => {
                        same += 1;
                        continue;
                    }
                    Some(_) => changed += 1,
                    None => new += 1,
                }
                written.push(event.clone());
            }
            if let Some(run) = run {
                self.add_events(&written, run).await?;
            }
        }
        Ok([new, changed, same])
    }
}
