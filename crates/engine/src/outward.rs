//! Intelligence for others: which events, with which evidence, under which ceiling.

use intel::work::case::ItemKind;
use schema::{Finding, Observable, ThreatEvent, Tlp};
use share::stix;

use crate::{Engine, Error, EventFilter, Result, clock};

/// What to share.
#[derive(Debug, Clone, Default)]
pub struct SharePlan {
    /// Ids of threat events, or beginnings of them; where there are none, the filter decides.
    pub ids: Vec<String>,
    pub filter: EventFilter,
    /// The configured ceiling where `None`.
    pub tlp_ceiling: Option<Tlp>,
    /// Take the names of our hosts and accounts out.
    pub conceal: bool,
}

/// What is ready to leave.
#[derive(Debug, Clone)]
pub struct Shared {
    /// STIX 2.1 as JSON text.
    pub bundle: String,
    pub events: usize,
    pub objects: usize,
    /// Events left out because their marking is above the ceiling.
    pub withheld: usize,
    /// Indicators left out because STIX has no pattern for their kind.
    pub inexpressible: usize,
}

impl Shared {
    fn of(bundle: &stix::Bundle) -> Self {
        Self {
            events: bundle.n_events,
            objects: bundle.n_objects,
            withheld: bundle.n_withheld,
            inexpressible: bundle.n_inexpressible,
            bundle: bundle.to_json(),
        }
    }
}

impl Engine {
    /// A campaign as Attack Flow 2.0.
    pub async fn attack_flow(&self, campaign: &str, conceal: bool) -> Result<Shared> {
        let campaign = self.campaign(campaign).await?;
        let events = self.events_of_campaign(&campaign).await?;
        let steps = campaign.thread.iter().filter_map(|step| {
            let event = events.iter().find(|event| event.id == step.event)?;
            Some(stix::FlowStep { event, after: step.after.as_ref().map(|arc| arc.event.as_str()) })
        });
        let description = campaign.because.join(" ");
        let flow =
            stix::Flow { id: &campaign.id, name: &campaign.name, description: &description, steps: steps.collect() };
        let options =
            stix::Options { ceiling: self.config.sharing.tlp_ceiling, created: clock::now(), name_our_side: !conceal };
        Ok(Shared::of(&stix::flow(&flow, &self.producer(), &options)))
    }

    /// A case as STIX: what is marked too strictly stays, and with it every text of the case.
    pub async fn share_case(&self, name: &str, ceiling: Option<Tlp>, conceal: bool) -> Result<Shared> {
        let case = self.case(name).await?;
        let events = self.events_of_case(&case).await?;
        let (findings, rows) = self.behind(&events).await?;
        let mut indicators = Vec::new();
        for value in case.of_kind(ItemKind::Indicator) {
            let Some((kind, value)) = value.split_once(':') else { continue };
            let Ok(kind) = kind.parse::<Observable>() else { continue };
            let claims = self.store.kept_claims(&[(kind, value.to_owned())]).await?;
            let strictest = claims.iter().map(|kept| kept.claim.tlp).max().unwrap_or(case.tlp);
            indicators.push((kind, value.to_owned(), strictest));
        }
        let options = stix::Options {
            ceiling: ceiling.unwrap_or(self.config.sharing.tlp_ceiling),
            created: clock::now(),
            name_our_side: !conceal,
        };
        let written = stix::Case {
            id: &case.id,
            number: case.number,
            title: &case.title,
            description: &case.description,
            opened_at: case.opened_at,
            tlp: case.tlp,
            events: &events,
            findings: &findings,
            rows: &rows,
            indicators,
            files: case.of_kind(ItemKind::File).map(str::to_owned).collect(),
        };
        let bundle = stix::case(&written, &self.producer(), &options).ok_or_else(|| {
            Error::usage(format!(
                "case {} is marked {} and does not leave under {}",
                case.number, case.tlp, options.ceiling
            ))
            .hint("`margay cases edit --tlp` marks it anew; TLP:RED never leaves in a file")
        })?;
        Ok(Shared {
            events: bundle.n_events,
            objects: bundle.n_objects,
            withheld: bundle.n_withheld,
            inexpressible: bundle.n_inexpressible,
            bundle: bundle.to_json(),
        })
    }

    /// The findings behind events, and the rows that they rest on.
    async fn behind(&self, events: &[ThreatEvent]) -> Result<(Vec<Finding>, Vec<stix::EvidenceRow>)> {
        let mut findings = Vec::new();
        let mut evidence = Vec::new();
        for event in events {
            findings.extend(self.findings_behind(&event.id).await?);
            evidence.extend(event.evidence.iter().cloned());
        }
        evidence.sort_unstable();
        evidence.dedup();
        Ok((findings, self.evidence(&evidence).await?.into_iter().map(row).collect()))
    }

    fn producer(&self) -> stix::Producer {
        stix::Producer { name: self.config.sharing.identity.clone(), class: "organization".to_owned() }
    }

    /// Threat events as a STIX 2.1 bundle.
    pub async fn share_stix(&self, plan: &SharePlan) -> Result<Shared> {
        let mut events = Vec::new();
        for id in &plan.ids {
            events.push(self.event(id).await?);
        }
        if plan.ids.is_empty() {
            events = self.events(&plan.filter).await?;
        }
        let (findings, rows) = self.behind(&events).await?;
        let options = stix::Options {
            ceiling: plan.tlp_ceiling.unwrap_or(self.config.sharing.tlp_ceiling),
            created: clock::now(),
            name_our_side: !plan.conceal,
        };
        Ok(Shared::of(&stix::bundle(&events, &findings, &rows, &self.producer(), &options)))
    }
}

fn row(row: crate::EvidenceRow) -> stix::EvidenceRow {
    stix::EvidenceRow { table: row.table, record_id: row.record_id, observed_at: row.observed_at, fields: row.fields }
}
