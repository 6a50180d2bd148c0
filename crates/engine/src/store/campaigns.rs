//! Campaigns, what has become of them, and what analysts have decided.

use std::collections::{BTreeMap, BTreeSet};

use intel::correlate::{Campaign, Change, Decision, Item, Members};
use schema::{ThreatEvent, Timestamp};

use super::{
    ROWS_PER_STATEMENT, Run, Store,
    sql::{self, Builder, Connection},
    work::NOT_WITHDRAWN,
};
use crate::Result;

/// What an analyst has decided, and whether it still stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CampaignDecision {
    pub number: i64,
    pub given_at: Timestamp,
    pub given_by: String,
    pub reason: String,
    pub decision: Decision,
    pub revoked_at: Option<Timestamp>,
}

/// A line of a campaign's history.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CampaignChange {
    pub changed_at: Timestamp,
    #[serde(flatten)]
    pub change: Change,
}

/// Lines of history that are looked at for who sees some of them only.
const CHANGES_LOOKED_AT: i64 = 10_000;

/// Events read at once where items are made.
const EVENTS_AT_ONCE: i64 = 2_000;

impl Store {
    /// Some of the events that correlation has not read yet.
    pub(crate) async fn events_without_item(&self) -> Result<Vec<ThreatEvent>> {
        let mut query = Builder::new(format!(
            "SELECT e.document FROM threat_events e LEFT JOIN event_items i ON i.event_id = e.event_id \
             WHERE i.event_id IS NULL AND {NOT_WITHDRAWN} ORDER BY e.event_id LIMIT "
        ));
        query.push_bind(EVENTS_AT_ONCE);
        let rows: Vec<String> = query.build_scalar().fetch_all(&self.pool).await?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    pub(crate) async fn save_items(&self, items: &[Item]) -> Result<()> {
        let mut transaction = self.begin().await?;
        for item in items {
            sql::query(
                "INSERT INTO event_items (event_id, item) VALUES ($1, $2) \
                 ON CONFLICT (event_id) DO UPDATE SET item = excluded.item",
            )
            .bind(&item.id)
            .bind(serde_json::to_string(item)?)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Has every event read anew.
    pub(crate) async fn forget_items(&self) -> Result<()> {
        sql::query("DELETE FROM event_items").execute(&self.pool).await?;
        Ok(())
    }

    /// What correlation reads of every event.
    pub(crate) async fn items(&self) -> Result<Vec<Item>> {
        let query = Builder::new(format!(
            "SELECT i.item FROM event_items i JOIN threat_events e ON e.event_id = i.event_id WHERE {NOT_WITHDRAWN} \
             ORDER BY i.event_id"
        ));
        let rows: Vec<String> = query.build_scalar().fetch_all(&self.pool).await?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    /// Campaigns as they last were, and every id that ever was one.
    pub(crate) async fn campaign_members(&self) -> Result<(Vec<Members>, BTreeSet<String>)> {
        let rows: Vec<(String, String)> =
            sql::query_as("SELECT campaign_id, event_id FROM campaign_events ORDER BY campaign_id, place")
                .fetch_all(&self.pool)
                .await?;
        let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (campaign, event) in rows {
            members.entry(campaign).or_default().push(event);
        }
        let taken: Vec<String> =
            sql::query_scalar("SELECT DISTINCT campaign_id FROM campaign_changes").fetch_all(&self.pool).await?;
        let members = members.into_iter().map(|(id, events)| Members { id, events }).collect();
        Ok((members, taken.into_iter().collect()))
    }

    /// Puts these in the place of all campaigns; what has not changed is not written.
    pub(crate) async fn save_campaigns(
        &self,
        campaigns: &[Campaign],
        changes: &[Change],
        now: Timestamp,
        run: &Run,
    ) -> Result<u64> {
        let mut transaction = self.begin().await?;
        let known: Vec<(String, String)> =
            sql::query_as("SELECT campaign_id, document FROM campaigns").fetch_all(&mut *transaction).await?;
        let mut known: BTreeMap<String, String> = known.into_iter().collect();
        let mut new = Vec::new();
        for campaign in campaigns {
            let document = serde_json::to_string(campaign)?;
            if known.remove(&campaign.id).as_deref() != Some(&document) {
                new.push((campaign, document));
            }
        }
        // All that goes, goes first: an event moves from one campaign to another.
        for id in known.keys().chain(new.iter().map(|(campaign, _)| &campaign.id)) {
            for statement in
                ["DELETE FROM campaigns WHERE campaign_id = $1", "DELETE FROM campaign_events WHERE campaign_id = $1"]
            {
                sql::query(statement).bind(id).execute(&mut *transaction).await?;
            }
        }
        for (campaign, document) in &new {
            insert(&mut transaction, campaign, document, run).await?;
        }
        for (change, number) in changes.iter().zip(0_i64..) {
            sql::query(
                "INSERT INTO campaign_changes (changed_at, number, campaign_id, run_id, change) \
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(now.micros())
            .bind(number)
            .bind(change.campaign())
            .bind(&run.id)
            .bind(serde_json::to_string(change)?)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(new.len() as u64)
    }

    /// The last campaigns first.
    pub(crate) async fn campaigns(&self, limit: u32) -> Result<Vec<Campaign>> {
        let mut query = Builder::new("SELECT c.document FROM campaigns c WHERE 1 = 1");
        self.push_campaign_seen(&mut query);
        query.push(" ORDER BY c.last_seen DESC, c.campaign_id LIMIT ").push_bind(i64::from(limit));
        let mut campaigns = self.read_campaigns(query).await?;
        if !self.scope().is_everything() {
            // Their ends may have been those of events that are not seen.
            campaigns.sort_by(|a, b| (b.last_seen, &a.id).cmp(&(a.last_seen, &b.id)));
        }
        Ok(campaigns)
    }

    /// ` AND ...`: that several events of the campaign `c` are seen.
    fn push_campaign_seen(&self, query: &mut Builder<'_>) {
        if !self.scope().is_everything() {
            query.push(" AND (SELECT count(*) FROM campaign_events m WHERE m.campaign_id = c.campaign_id");
            self.push_event_seen(query, "m.event_id");
            query.push(") > 1");
        }
    }

    async fn read_campaigns(&self, query: Builder<'_>) -> Result<Vec<Campaign>> {
        let rows: Vec<String> = query.build_scalar().fetch_all(&self.pool).await?;
        let mut campaigns = Vec::with_capacity(rows.len());
        for text in &rows {
            campaigns.extend(self.part(serde_json::from_str(text)?).await?);
        }
        Ok(campaigns)
    }

    /// What may be told of a campaign.
    async fn part(&self, campaign: Campaign) -> Result<Option<Campaign>> {
        if self.scope().is_everything() {
            return Ok(Some(campaign));
        }
        let ids: Vec<String> = campaign.thread.iter().map(|step| step.event.clone()).collect();
        let seen = self.ids_seen(&ids).await?;
        let mut items = Vec::new();
        for chunk in seen.iter().collect::<Vec<_>>().chunks(ROWS_PER_STATEMENT) {
            let mut query = Builder::new("SELECT item FROM event_items WHERE event_id IN ");
            query.push_list(chunk.iter().copied());
            for text in query.build_scalar::<String>().fetch_all(&self.pool).await? {
                items.push(serde_json::from_str::<Item>(&text)?);
            }
        }
        Ok(campaign.part(&seen, &items))
    }

    /// The campaigns whose id, without its kind, begins so.
    pub(crate) async fn campaigns_by_id(&self, id: &str) -> Result<Vec<Campaign>> {
        let whole = if id.starts_with("campaign--") { id.to_owned() } else { format!("campaign--{id}") };
        let mut query = Builder::new("SELECT c.document FROM campaigns c WHERE substr(c.campaign_id, 1, ");
        query.push_bind(i64::try_from(whole.chars().count()).unwrap_or(i64::MAX)).push(") = ").push_bind(whole);
        self.push_campaign_seen(&mut query);
        query.push(" ORDER BY c.campaign_id LIMIT 20");
        self.read_campaigns(query).await
    }

    pub(crate) async fn campaign_of(&self, event: &str) -> Result<Option<Campaign>> {
        let mut query = Builder::new("SELECT c.document FROM campaign_events e ");
        query.push("JOIN campaigns c ON c.campaign_id = e.campaign_id WHERE e.event_id = ").push_bind(event);
        self.push_event_seen(&mut query, "e.event_id");
        Ok(self.read_campaigns(query).await?.pop())
    }

    /// What has become of campaigns, the newest first; of one where its id is given.
    pub(crate) async fn campaign_changes(&self, id: Option<&str>, limit: u32) -> Result<Vec<CampaignChange>> {
        let rows = sql::query(
            "SELECT changed_at, change FROM campaign_changes WHERE $1 IS NULL OR campaign_id = $1 \
             OR change LIKE '%\"' || $1 || '\"%' ORDER BY changed_at DESC, number LIMIT $2",
        )
        .bind(id)
        .bind(if self.scope().is_everything() { i64::from(limit) } else { CHANGES_LOOKED_AT })
        .fetch_all(&self.pool)
        .await?;
        let mut changes = Vec::with_capacity(rows.len());
        for row in &rows {
            let change = serde_json::from_str(row.try_get("change")?)?;
            changes.push(CampaignChange { changed_at: instant(row.try_get("changed_at")?), change });
        }
        self.only_seen(changes, limit).await
    }

    /// Of changes, what may be told: of events that are seen, in campaigns that are.
    async fn only_seen(&self, changes: Vec<CampaignChange>, limit: u32) -> Result<Vec<CampaignChange>> {
        if self.scope().is_everything() {
            return Ok(changes);
        }
        let named: BTreeSet<String> = changes.iter().flat_map(|one| one.change.events().iter().cloned()).collect();
        let seen = self.ids_seen(&named.into_iter().collect::<Vec<_>>()).await?;
        let mut query = Builder::new("SELECT c.campaign_id FROM campaigns c WHERE 1 = 1");
        self.push_campaign_seen(&mut query);
        let campaigns: BTreeSet<String> =
            query.build_scalar::<String>().fetch_all(&self.pool).await?.into_iter().collect();
        let told = changes.into_iter().filter(|one| campaigns.contains(one.change.campaign()));
        let told = told.filter_map(|one| Some(CampaignChange { change: one.change.part(&seen)?, ..one }));
        Ok(told.take(limit as usize).collect())
    }

    pub(crate) async fn decide_campaign(
        &self,
        decision: &Decision,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<i64> {
        let mut transaction = self.begin().await?;
        let number: i64 = sql::query_scalar("SELECT coalesce(max(decision_id), 0) + 1 FROM campaign_decisions")
            .fetch_one(&mut *transaction)
            .await?;
        sql::query(
            "INSERT INTO campaign_decisions (decision_id, given_at, given_by, reason, decision) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(number)
        .bind(now.micros())
        .bind(by)
        .bind(reason)
        .bind(serde_json::to_string(decision)?)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(number)
    }

    /// Takes a decision back. Gives whether there was one that stood.
    pub(crate) async fn revoke_decision(&self, number: i64, now: Timestamp) -> Result<bool> {
        let done =
            sql::query("UPDATE campaign_decisions SET revoked_at = $2 WHERE decision_id = $1 AND revoked_at IS NULL")
                .bind(number)
                .bind(now.micros())
                .execute(&self.pool)
                .await?;
        Ok(done.rows_affected() > 0)
    }

    /// All decisions, the oldest first, also those that were taken back.
    pub(crate) async fn campaign_decisions(&self) -> Result<Vec<CampaignDecision>> {
        let rows = sql::query(
            "SELECT decision_id, given_at, given_by, reason, decision, revoked_at FROM campaign_decisions \
             ORDER BY decision_id",
        )
        .fetch_all(&self.pool)
        .await?;
        let decisions: Result<Vec<CampaignDecision>> = rows
            .iter()
            .map(|row| {
                Ok(CampaignDecision {
                    number: row.try_get("decision_id")?,
                    given_at: instant(row.try_get("given_at")?),
                    given_by: row.try_get("given_by")?,
                    reason: row.try_get("reason")?,
                    decision: serde_json::from_str(row.try_get("decision")?)?,
                    revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(instant),
                })
            })
            .collect();
        let decisions = decisions?;
        if self.scope().is_everything() {
            return Ok(decisions);
        }
        let named: BTreeSet<String> = decisions.iter().flat_map(|one| one.decision.events()).cloned().collect();
        let seen = self.ids_seen(&named.into_iter().collect::<Vec<_>>()).await?;
        let is_seen = |one: &CampaignDecision| one.decision.events().all(|event| seen.contains(event));
        Ok(decisions.into_iter().filter(is_seen).collect())
    }
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap_or_default()
}

async fn insert(transaction: &mut Connection, campaign: &Campaign, document: &str, run: &Run) -> Result<()> {
    sql::query(
        "INSERT INTO campaigns (campaign_id, name, first_seen, last_seen, n_events, run_id, document) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&campaign.id)
    .bind(&campaign.name)
    .bind(campaign.first_seen.micros())
    .bind(campaign.last_seen.micros())
    .bind(i64::try_from(campaign.thread.len()).unwrap_or(i64::MAX))
    .bind(&run.id)
    .bind(document)
    .execute(&mut *transaction)
    .await?;
    for (step, place) in campaign.thread.iter().zip(0_i64..) {
        sql::query("INSERT INTO campaign_events (event_id, campaign_id, place) VALUES ($1, $2, $3)")
            .bind(&step.event)
            .bind(&campaign.id)
            .bind(place)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}
