//! Campaigns: of each, its events inside of the scope, and nothing of the others.

use intel::{
    attribute::{Attribution, Evidence},
    correlate::Campaign,
};
use schema::ThreatEvent;

use super::View;
use crate::{CampaignChange, CampaignDecision, Result, Suspected, outward::Shared};

impl View {
    /// Campaigns, the last ones first.
    pub async fn campaigns(&self, limit: u32) -> Result<Vec<Campaign>> {
        self.seen.campaigns(limit).await
    }

    /// The newest campaigns that a group of ATT&CK may be behind, the likeliest first.
    pub async fn campaigns_of_actor(&self, actor: &str, limit: u32) -> Result<Vec<Suspected>> {
        self.seen.campaigns_of_actor(actor, limit).await
    }

    /// The campaign whose id is `id` or begins with it.
    pub async fn campaign(&self, id: &str) -> Result<Campaign> {
        self.seen.campaign(id).await
    }

    pub async fn campaign_of(&self, event: &str) -> Result<Option<Campaign>> {
        self.seen.campaign_of(event).await
    }

    /// The events of a campaign, in the order of time.
    pub async fn events_of_campaign(&self, campaign: &Campaign) -> Result<Vec<ThreatEvent>> {
        self.seen.events_of_campaign(campaign).await
    }

    pub async fn campaign_changes(&self, id: Option<&str>, limit: u32) -> Result<Vec<CampaignChange>> {
        self.seen.campaign_changes(id, limit).await
    }

    /// What analysts have decided of events inside of the scope.
    pub async fn campaign_decisions(&self) -> Result<Vec<CampaignDecision>> {
        self.seen.campaign_decisions().await
    }

    /// Decides that all these campaigns and events are one campaign.
    pub async fn join_campaigns(&self, ids: &[String], reason: &str) -> Result<i64> {
        self.seen.join_campaigns(ids, &self.by, reason).await
    }

    /// Decides that these events do not belong to what else is in the campaign.
    pub async fn split_campaign(&self, id: &str, events: &[String], reason: &str) -> Result<i64> {
        self.seen.split_campaign(id, events, &self.by, reason).await
    }

    /// Takes a decision back.
    pub async fn undo_decision(&self, number: i64) -> Result<()> {
        self.seen.undo_decision(number).await
    }

    /// Who may be behind a campaign, or behind techniques, malware and names that somebody gives.
    pub async fn attribute(&self, campaign: Option<&str>, evidence: Evidence) -> Result<Attribution> {
        self.seen.attribute(campaign, evidence).await
    }

    /// A campaign as Attack Flow 2.0.
    pub async fn attack_flow(&self, campaign: &str, conceal: bool) -> Result<Shared> {
        self.seen.attack_flow(campaign, conceal).await
    }
}
