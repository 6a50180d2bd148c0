//! One box for everything: says what a text seems to be, and finds what there is of it.

use intel::work::case::Case;
use schema::observe;

use crate::{Asks, CaseFilter, Condition, EventFilter, Result, View};

#[derive(Debug, Clone, serde::Serialize)]
pub struct Found {
    /// What the text seems to be, where it is more than words.
    pub understood: Option<Understood>,
    pub hits: Vec<SearchHit>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Understood {
    /// `event`, `campaign`, `case`, `technique`, `actor`, or the kind of an observable.
    pub kind: String,
    /// In canonical form, defanged or not.
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SearchHit {
    /// `event`, `campaign`, `case`, `indicator`, `technique`, `actor` or `rule`.
    pub kind: &'static str,
    pub id: String,
    pub title: String,
    pub detail: String,
}

/// Characters of what is looked for.
const TEXT_MAX: usize = 500;

/// Hits of one kind.
const OF_KIND: usize = 8;

/// Campaigns and cases that are looked through.
const LOOKED_THROUGH: u32 = 1_000;

impl View {
    pub async fn search(&self, text: &str) -> Result<Found> {
        let text: String = text.trim().chars().take(TEXT_MAX).collect();
        let mut found = Found { understood: None, hits: Vec::new() };
        if text.is_empty() {
            return Ok(found);
        }
        self.by_id(&text, &mut found).await?;
        self.techniques_and_actors(&text, &mut found).await?;
        let mut looked_for = text.clone();
        if let Ok((kind, value)) = observe::read(&text) {
            found.understood.get_or_insert(Understood { kind: kind.to_string(), value: value.clone() });
            for view in self.indicator(None, &text).await? {
                let detail = format!(
                    "{} claims, score {:.0}, seen {} times here",
                    view.claims.len(),
                    view.score,
                    view.n_sightings
                );
                found.hits.push(SearchHit { kind: "indicator", id: view.value.clone(), title: view.value, detail });
            }
            // Events hold things in canonical form.
            looked_for = value;
        }
        self.events_with(&looked_for, &mut found).await?;
        self.campaigns_and_cases(&text, &mut found).await?;
        self.rules_with(&text, &mut found)?;
        Ok(found)
    }

    async fn by_id(&self, text: &str, found: &mut Found) -> Result<()> {
        // Ids are named by eight of their letters at least.
        let of_id = text.strip_prefix("event--").unwrap_or(text);
        let is_id = of_id.len() >= 8 && of_id.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
        if is_id && let Ok(event) = self.event(text).await {
            found.understood = Some(Understood { kind: "event".to_owned(), value: event.id.clone() });
            found.hits.push(of_event(&event));
        }
        if (is_id || text.starts_with("campaign--"))
            && let Ok(campaign) = self.campaign(text).await
        {
            found.understood = Some(Understood { kind: "campaign".to_owned(), value: campaign.id });
        }
        Ok(())
    }

    async fn techniques_and_actors(&self, text: &str, found: &mut Found) -> Result<()> {
        let reference = self.seen().attack("enterprise").await?;
        let lower = text.to_lowercase();
        if let Some(technique) = reference.technique(&text.to_uppercase()) {
            found.understood = Some(Understood { kind: "technique".to_owned(), value: technique.id.clone() });
        }
        let named = reference.techniques.values().filter(|technique| {
            technique.id.to_lowercase().starts_with(&lower) || technique.name.to_lowercase().contains(&lower)
        });
        for technique in named.filter(|technique| !technique.deprecated).take(OF_KIND) {
            let (id, detail) = (technique.id.clone(), technique.tactics.join(", "));
            found.hits.push(SearchHit { kind: "technique", title: format!("{id} {}", technique.name), id, detail });
        }
        let actors = self.seen().actors().await?;
        let exact: Vec<String> = actors.groups_named(text).into_iter().map(str::to_owned).collect();
        if let Some(id) = exact.first() {
            found.understood = Some(Understood { kind: "actor".to_owned(), value: id.clone() });
        }
        let bears = |group: &intel::attack::Group| {
            std::iter::once(&group.name).chain(&group.aliases).any(|name| name.to_lowercase().contains(&lower))
        };
        for (id, group) in actors.groups.iter().filter(|(id, group)| exact.contains(id) || bears(group)).take(OF_KIND) {
            let detail = group.aliases.join(", ");
            found.hits.push(SearchHit { kind: "actor", id: id.clone(), title: group.name.clone(), detail });
        }
        Ok(())
    }

    async fn events_with(&self, text: &str, found: &mut Found) -> Result<()> {
        let conditions = vec![Condition { not: false, asks: Asks::Containing(text.to_owned()) }];
        let filter = EventFilter { conditions, limit: Some(OF_KIND as u32), ..EventFilter::default() };
        for event in self.events(&filter).await? {
            if !found.hits.iter().any(|hit| hit.id == event.id) {
                found.hits.push(of_event(&event));
            }
        }
        Ok(())
    }

    async fn campaigns_and_cases(&self, text: &str, found: &mut Found) -> Result<()> {
        let lower = text.to_lowercase();
        let campaigns = self.campaigns(LOOKED_THROUGH).await?.into_iter().filter(|campaign| {
            campaign.name.to_lowercase().contains(&lower)
                || campaign.id.starts_with(text)
                || campaign.shared.iter().any(|thing| thing.value.to_lowercase().contains(&lower))
        });
        for campaign in campaigns.take(OF_KIND) {
            let detail = format!("{} events", campaign.thread.len());
            found.hits.push(SearchHit { kind: "campaign", id: campaign.id, title: campaign.name, detail });
        }
        let filter = CaseFilter { closed: true, limit: Some(LOOKED_THROUGH), ..CaseFilter::default() };
        let is_meant = |case: &Case| case.title.to_lowercase().contains(&lower) || case.number.to_string() == text;
        for case in self.cases(&filter).await?.into_iter().filter(is_meant).take(OF_KIND) {
            let title = format!("#{} {}", case.number, case.title);
            found.hits.push(SearchHit { kind: "case", id: case.id, title, detail: case.description });
        }
        Ok(())
    }

    /// Rules are the same for everybody.
    fn rules_with(&self, text: &str, found: &mut Found) -> Result<()> {
        let lower = text.to_lowercase();
        let loaded = self.seen().rules(&[])?;
        let rules = loaded.set.rules().iter().map(|rule| &rule.about);
        for about in rules.filter(|about| about.title.to_lowercase().contains(&lower) || about.id == text).take(OF_KIND)
        {
            let detail = about.severity().name().to_owned();
            found.hits.push(SearchHit { kind: "rule", id: about.id.clone(), title: about.title.clone(), detail });
        }
        Ok(())
    }
}

fn of_event(event: &schema::ThreatEvent) -> SearchHit {
    let detail = format!("{}, {}", event.severity.name(), event.last_seen);
    SearchHit { kind: "event", id: event.id.clone(), title: event.title.clone(), detail }
}
