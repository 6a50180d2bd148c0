//! ATT&CK as a matrix: what was found, what could be seen, who looks for it.

use std::collections::BTreeMap;

use intel::attack::Actors;

use crate::{EventFilter, Result, Stop, View, VisibilityPlan, VisibilityReport, store::Label};

#[derive(Debug, Clone, serde::Serialize)]
pub struct Matrix {
    pub version: String,
    pub tactics: Vec<MatrixTactic>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct MatrixTactic {
    pub id: String,
    pub shortname: String,
    pub name: String,
    pub techniques: Vec<MatrixTechnique>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct MatrixTechnique {
    pub id: String,
    pub name: String,
    pub n_events: u64,
    pub n_rules: usize,
    /// 0 to 1; 1 where all logs of some analytic are here.
    pub visibility: f64,
    pub detectors: Vec<String>,
    /// It could be seen, and nobody looks for it.
    pub gap: bool,
    /// The actor that was asked for is known for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<bool>,
}

/// A group that ATT&CK knows, and what of it was met here.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ActorUse {
    pub id: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub n_techniques: usize,
    pub n_software: usize,
    /// Techniques of it that events here show.
    pub n_met: usize,
}

/// A group with all that it is known for.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ActorDetail {
    #[serde(flatten)]
    pub about: ActorUse,
    pub techniques: Vec<MatrixTechnique>,
    pub software: Vec<(String, String)>,
}

impl View {
    /// What could be seen here, measured anew: it reads the lake, and is worth keeping for some minutes.
    pub async fn visibility_now(&self) -> Result<VisibilityReport> {
        self.visibility(&VisibilityPlan::default(), &Stop::default()).await
    }

    pub async fn matrix(&self, seen: &VisibilityReport, actor: Option<&str>) -> Result<Matrix> {
        let reference = self.seen().attack("enterprise").await?;
        let counts = self.technique_counts().await?;
        let used = match actor {
            Some(name) => {
                let actors = self.seen().actors().await?;
                let ids: Vec<String> = actors.groups_named(name).into_iter().map(str::to_owned).collect();
                let used = ids.iter().flat_map(|id| actors.techniques_of(id)).map(str::to_owned);
                Some(used.collect::<std::collections::BTreeSet<String>>())
            }
            None => None,
        };
        let tactics = reference.tactics.iter().map(|tactic| MatrixTactic {
            id: tactic.id.clone(),
            shortname: tactic.shortname.clone(),
            name: tactic.name.clone(),
            techniques: seen
                .techniques
                .iter()
                .filter(|technique| technique.tactics.contains(&tactic.shortname))
                .map(|technique| {
                    let mut cell = cell(technique, &counts);
                    cell.used = used.as_ref().map(|used| used.contains(&cell.id));
                    cell
                })
                .collect(),
        });
        Ok(Matrix { version: reference.version.clone(), tactics: tactics.collect() })
    }

    /// Groups, those of which most was met here first.
    pub async fn actors(&self) -> Result<Vec<ActorUse>> {
        let actors = self.seen().actors().await?;
        let counts = self.technique_counts().await?;
        let mut uses: Vec<ActorUse> = actors.groups.keys().filter_map(|id| actor_use(&actors, id, &counts)).collect();
        uses.sort_by(|a, b| b.n_met.cmp(&a.n_met).then_with(|| a.name.cmp(&b.name)));
        Ok(uses)
    }

    /// The group of this id, or of this name where only one bears it.
    pub async fn actor(&self, name: &str, seen: &VisibilityReport) -> Result<ActorDetail> {
        let actors = self.seen().actors().await?;
        let counts = self.technique_counts().await?;
        let named = actors.groups_named(name);
        let [id] = named[..] else {
            return Err(crate::Error::usage(format!("there is no one group \"{name}\" in ATT&CK"))
                .hint("give its id, as G0016"));
        };
        let known = actors.techniques_of(id);
        let techniques = seen.techniques.iter().filter(|technique| known.contains(technique.id.as_str()));
        let techniques = techniques.map(|technique| cell(technique, &counts)).collect();
        let of_group = actors.groups.get(id).map(|group| group.software.as_slice()).unwrap_or_default();
        let software = of_group
            .iter()
            .map(|id| (id.clone(), actors.software.get(id).map(|software| software.name.clone()).unwrap_or_default()));
        let about = actor_use(&actors, id, &counts).ok_or_else(|| crate::Error::internal("a group is gone"))?;
        Ok(ActorDetail { about, techniques, software: software.collect() })
    }

    /// Events by technique; those of a sub-technique are also such of the technique that it belongs to.
    async fn technique_counts(&self) -> Result<BTreeMap<String, u64>> {
        let (store, all) = (&self.seen().store, EventFilter::default());
        let _turn = store.turn_to_count().await?;
        Ok(store.counting(&all).await?.labels(Label::Technique, usize::MAX).await?.into_iter().collect())
    }
}

fn actor_use(actors: &Actors, id: &str, counts: &BTreeMap<String, u64>) -> Option<ActorUse> {
    let group = actors.groups.get(id)?;
    let known = actors.techniques_of(id);
    Some(ActorUse {
        id: id.to_owned(),
        name: group.name.clone(),
        aliases: group.aliases.clone(),
        n_techniques: known.len(),
        n_software: group.software.len(),
        n_met: known.iter().filter(|technique| counts.contains_key(**technique)).count(),
    })
}

fn cell(technique: &intel::visibility::TechniqueSeen, counts: &BTreeMap<String, u64>) -> MatrixTechnique {
    let is_rule = |name: &&String| name.starts_with("rule: ");
    let detectors: Vec<String> = technique.looking.iter().filter(|name| !is_rule(name)).cloned().collect();
    MatrixTechnique {
        id: technique.id.clone(),
        name: technique.name.clone(),
        n_events: counts.get(&technique.id).copied().unwrap_or(0),
        n_rules: technique.looking.iter().filter(is_rule).count(),
        visibility: technique.share,
        gap: technique.share > 0.0 && technique.looking.is_empty(),
        detectors,
        used: None,
    }
}
