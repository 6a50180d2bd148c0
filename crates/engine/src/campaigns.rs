//! Threat events put together into campaigns, after each detection; and analysts' decisions on them.

use std::collections::{BTreeMap, BTreeSet};

use detect::indicators::Warnings;
use futures::TryStreamExt;
use intel::{
    attack::Actors,
    attribute::{Attribution, Evidence, Hypothesis, Model, attribute},
    correlate::{Campaign, Correlation, Decision, Item, Kind, Thing},
};
use schema::{Observable, Reference, ThreatEvent};

use crate::{
    CampaignChange, CampaignDecision, Engine, Error, Result, answers, clock,
    pipeline::noted,
    store::{Outcome, Run},
    surroundings,
};

/// What putting campaigns together has done.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct CorrelationReport {
    pub events: u64,
    pub campaigns: u64,
    /// Campaigns written: new or changed.
    pub written: u64,
    /// Lines added to the history.
    pub changes: u64,
}

/// Raised where what is read of events changes; they are read anew then.
const ITEMS_VERSION: i64 = 2;
const ITEMS_MARK: &str = "correlate.items";

/// Puts all events together anew; what has not changed is not written.
pub(crate) async fn correlate(engine: &Engine, run: &Run) -> Result<CorrelationReport> {
    read_events(engine).await?;
    let (members, taken) = engine.store.campaign_members().await?;
    let decisions = engine.store.campaign_decisions().await?;
    let standing = decisions.into_iter().filter(|one| one.revoked_at.is_none()).map(|one| one.decision);
    let mut correlation = Correlation::resume(members, taken, standing.collect());
    let warnings = engine.warnings()?;
    let mut items = engine.store.items().await?;
    items.iter_mut().for_each(|item| item.things.retain(|thing| !is_harmless(thing, &warnings)));
    surroundings::meet(engine, &mut items).await?;
    surroundings::name_hosts(engine, &mut items).await?;
    items.into_iter().for_each(|item| correlation.put(item));
    surroundings::ask_prevalence(engine, &mut correlation).await?;
    let work = tokio::task::spawn_blocking(move || {
        let changes = correlation.settle();
        let campaigns: Vec<Campaign> =
            correlation.campaigns().iter().map(|members| correlation.describe(members)).collect();
        (correlation.n_events(), changes, campaigns)
    });
    let (n_events, changes, campaigns) =
        work.await.map_err(|error| Error::internal("correlation ended in a way it must not").detail(error))?;
    let written = engine.store.save_campaigns(&campaigns, &changes, clock::now(), run).await?;
    Ok(CorrelationReport {
        events: n_events as u64,
        campaigns: campaigns.len() as u64,
        written,
        changes: changes.len() as u64,
    })
}

/// Notes what correlation reads of events that are new.
async fn read_events(engine: &Engine) -> Result<()> {
    if engine.store.mark(ITEMS_MARK).await? != Some(ITEMS_VERSION) {
        engine.store.forget_items().await?;
        engine.store.set_mark(ITEMS_MARK, ITEMS_VERSION).await?;
    }
    loop {
        let events = engine.store.events_without_item().await?;
        if events.is_empty() {
            return Ok(());
        }
        let mut traits = surroundings::traits(engine, &events).await?;
        let items: Vec<Item> =
            events.iter().map(|event| Item::of(event, traits.remove(&event.id).unwrap_or_default())).collect();
        engine.store.save_items(&items).await?;
    }
}

/// What everybody meets joins nothing: names and addresses on warning lists.
fn is_harmless(thing: &Thing, warnings: &Warnings) -> bool {
    let observable = match thing.kind {
        Kind::Address => Observable::Ip,
        Kind::Domain => Observable::Domain,
        Kind::Url => Observable::Url,
        Kind::Hash => Observable::Hash,
        Kind::Mail => Observable::Email,
        _ => return false,
    };
    !warnings.about(observable, &thing.value).is_empty()
}

/// A campaign that a group may be behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspected {
    pub campaign: Campaign,
    /// Of this group, among all that are known and nobody of them.
    pub probability: f64,
    /// The word of ICD 203 for it.
    pub words: String,
}

/// Below this the words of ICD 203 are "almost no chance".
const SUSPECTED_MIN: f64 = 0.05;

/// Techniques under the ids that they have in the version in force.
fn today(techniques: &BTreeSet<String>, reference: &Reference) -> BTreeSet<String> {
    let now = |id: &String| reference.technique(id).map_or_else(|| id.clone(), |technique| technique.id.clone());
    techniques.iter().map(now).collect()
}

impl Engine {
    /// Puts events together into campaigns now.
    pub async fn correlate(&self) -> Result<CorrelationReport> {
        let run = self.store.begin_run("correlate", clock::now()).await?;
        let result = correlate(self, &run).await;
        noted(self, &run, result, |report| Outcome {
            events: Some(report.events),
            details: serde_json::to_value(report).unwrap_or_default(),
            ..Outcome::default()
        })
        .await
    }

    /// Campaigns, the last ones first.
    pub async fn campaigns(&self, limit: u32) -> Result<Vec<Campaign>> {
        self.store.campaigns(limit).await
    }

    /// The campaign whose id is `id` or begins with it.
    pub async fn campaign(&self, id: &str) -> Result<Campaign> {
        let mut found = self.store.campaigns_by_id(id).await?;
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(Error::usage(format!("there is no campaign \"{id}\"")).hint("`margay campaigns list` shows them")),
            n => Err(Error::usage(format!("{n} campaigns begin with \"{id}\"")).hint("give more of the id")),
        }
    }

    pub async fn campaign_of(&self, event: &str) -> Result<Option<Campaign>> {
        self.store.campaign_of(event).await
    }

    /// The events of a campaign, in the order of time.
    pub async fn events_of_campaign(&self, campaign: &Campaign) -> Result<Vec<ThreatEvent>> {
        let ids: Vec<String> = campaign.thread.iter().map(|step| step.event.clone()).collect();
        let mut events = self.store.events_of_ids(&ids).await?;
        let places: BTreeMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
        events.sort_by_key(|event| places.get(event.id.as_str()).copied());
        Ok(events)
    }

    pub async fn campaign_changes(&self, id: Option<&str>, limit: u32) -> Result<Vec<CampaignChange>> {
        self.store.campaign_changes(id, limit).await
    }

    pub async fn campaign_decisions(&self) -> Result<Vec<CampaignDecision>> {
        self.store.campaign_decisions().await
    }

    /// Decides that all these campaigns and events are one campaign, and puts campaigns together anew.
    pub async fn join_campaigns(&self, ids: &[String], by: &str, reason: &str) -> Result<i64> {
        let mut events = Vec::new();
        for id in ids {
            events.extend(self.events_meant(id).await?);
        }
        events.sort_unstable();
        events.dedup();
        if events.len() < 2 {
            return Err(Error::usage("one event alone is no campaign").hint("name at least two campaigns or events"));
        }
        self.decide(&Decision::Join { events }, by, reason).await
    }

    /// Decides that these events do not belong to what else is in the campaign, and puts campaigns together anew.
    pub async fn split_campaign(&self, id: &str, events: &[String], by: &str, reason: &str) -> Result<i64> {
        let campaign = self.campaign(id).await?;
        let mut out = BTreeSet::new();
        for event in events {
            let event = self.event(event).await?;
            if !campaign.thread.iter().any(|step| step.event == event.id) {
                return Err(Error::usage(format!("event {} is not in campaign {}", event.id, campaign.id))
                    .hint("`margay campaigns show` lists its events"));
            }
            out.insert(event.id);
        }
        let others: Vec<String> =
            campaign.thread.iter().map(|step| step.event.clone()).filter(|event| !out.contains(event)).collect();
        if others.is_empty() {
            return Err(Error::usage("all events of the campaign would leave it")
                .hint("name those that do not belong to the others"));
        }
        self.decide(&Decision::Apart { events: out.into_iter().collect(), others }, by, reason).await
    }

    /// Takes a decision back, and puts campaigns together anew.
    pub async fn undo_decision(&self, number: i64) -> Result<()> {
        let is_seen = self.store.campaign_decisions().await?.iter().any(|decision| decision.number == number);
        if !(is_seen && self.store.revoke_decision(number, clock::now()).await?) {
            return Err(Error::usage(format!("there is no decision {number} that stands"))
                .hint("`margay campaigns decisions` lists them"));
        }
        self.unscoped().correlate().await.map(|_| ())
    }

    /// Who may be behind a campaign, or behind techniques, malware and names that somebody gives.
    pub async fn attribute(&self, campaign: Option<&str>, mut evidence: Evidence) -> Result<Attribution> {
        if let Some(id) = campaign {
            let found = self.campaign(id).await?;
            let of_events = Evidence::of(&self.events_of_campaign(&found).await?);
            evidence.techniques.extend(of_events.techniques);
            evidence.software.extend(of_events.software);
            evidence.names.extend(of_events.names);
        }
        let reference = self.attack("enterprise").await?;
        evidence.techniques = today(&evidence.techniques, &reference);
        let actors = self.actors().await?;
        Ok(attribute(&Model::of(&actors), &evidence))
    }

    /// The newest campaigns that a group of ATT&CK may be behind, the likeliest first.
    pub async fn campaigns_of_actor(&self, actor: &str, limit: u32) -> Result<Vec<Suspected>> {
        let actors = self.actors().await?;
        let named = actors.groups_named(actor);
        let [group] = named[..] else {
            return Err(
                Error::usage(format!("there is no one group \"{actor}\" in ATT&CK")).hint("give its id, as G0016")
            );
        };
        let (group, reference) = (group.to_owned(), self.attack("enterprise").await?);
        let mut evidence = Vec::new();
        for campaign in self.campaigns(limit).await? {
            let mut of_events = Evidence::of(&self.events_of_campaign(&campaign).await?);
            of_events.techniques = today(&of_events.techniques, &reference);
            evidence.push((campaign, of_events));
        }
        let suspected = move || {
            let model = Model::of(&actors);
            let of = |(campaign, evidence): (Campaign, Evidence)| {
                let told = attribute(&model, &evidence).hypotheses.into_iter();
                let behind = told.into_iter().find(|one| one.group.as_deref() == Some(group.as_str()))?;
                let Hypothesis { probability, words, .. } = behind;
                (probability >= SUSPECTED_MIN).then_some(Suspected { campaign, probability, words })
            };
            let mut suspected: Vec<Suspected> = evidence.into_iter().filter_map(of).collect();
            suspected.sort_by(|a, b| b.probability.total_cmp(&a.probability));
            suspected
        };
        tokio::task::spawn_blocking(suspected)
            .await
            .map_err(|error| Error::internal("a thread ended in a way it must not").detail(error))
    }

    /// How good attribution is on the groups that are known.
    pub async fn measure_attribution(&self) -> Result<Vec<intel::attribute::Measured>> {
        let actors = self.actors().await?;
        tokio::task::spawn_blocking(move || intel::attribute::measure(&actors))
            .await
            .map_err(|error| Error::internal("a thread ended in a way it must not").detail(error))
    }

    async fn decide(&self, decision: &Decision, by: &str, reason: &str) -> Result<i64> {
        if reason.trim().is_empty() {
            return Err(
                Error::usage("a decision needs a reason").hint("say in a few words how you know: --reason TEXT")
            );
        }
        let number = self.store.decide_campaign(decision, by, reason.trim(), clock::now()).await?;
        self.unscoped().correlate().await?;
        Ok(number)
    }

    /// The events of a campaign, or the one event, that an id stands for.
    async fn events_meant(&self, id: &str) -> Result<Vec<String>> {
        if !id.starts_with("event--") {
            let found = self.store.campaigns_by_id(id).await?;
            if !found.is_empty() {
                let campaign = self.campaign(id).await?;
                return Ok(campaign.thread.into_iter().map(|step| step.event).collect());
            }
        }
        Ok(vec![self.event(id).await?.id])
    }

    /// Groups, software and campaigns of ATT&CK: those that were loaded last, or those that ship.
    pub(crate) async fn actors(&self) -> Result<Actors> {
        Ok(self.store.attack_actors("enterprise").await?.unwrap_or_else(intel::attack::enterprise_actors))
    }

    pub(crate) async fn number(&self, query: &str) -> Result<u64> {
        let mut rows = self.lake.sql(query, None).await?;
        let Some(batch) = rows.try_next().await? else { return Ok(0) };
        let number = answers::ints(&batch, 0)?.into_iter().flatten().next();
        Ok(number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0))
    }
}
