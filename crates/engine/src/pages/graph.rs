//! A campaign as a graph: its events, and what they have in common.

use std::collections::BTreeMap;

use intel::correlate::Campaign;
use schema::ThreatEvent;
use science::graph::{Link, layout};

use crate::{Result, View};

#[derive(Debug, Clone, serde::Serialize)]
pub struct CampaignGraph {
    pub nodes: Vec<GraphNode>,
    pub edges: Vec<GraphEdge>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct GraphNode {
    pub id: String,
    /// `event`, `target`, `indicator`, `technique`.
    pub kind: &'static str,
    pub label: String,
    /// From -1 to 1.
    pub x: f64,
    pub y: f64,
    pub size: f64,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct GraphEdge {
    pub from: String,
    pub to: String,
    pub label: String,
    /// For links between events: log2 of the odds that both are of one campaign.
    pub weight: f64,
}

/// Nodes that are shown; those with the most links first.
const NODES_MAX: usize = 2_000;

/// Things of one kind that are shown of one event.
const THINGS_MAX: usize = 20;

impl View {
    pub async fn campaign_graph(&self, id: &str) -> Result<CampaignGraph> {
        let campaign = self.campaign(id).await?;
        let events = self.events_of_campaign(&campaign).await?;
        Ok(graph(&campaign, &events))
    }
}

fn graph(campaign: &Campaign, events: &[ThreatEvent]) -> CampaignGraph {
    let mut nodes: BTreeMap<String, (&'static str, String, f64)> = BTreeMap::new();
    let mut edges = Vec::new();
    for event in events {
        let size = 2.0 + f64::from(event.severity as u8);
        nodes.insert(event.id.clone(), ("event", event.title.clone(), size));
        let targets = event.targets.iter().map(|target| ("target", target.value.clone()));
        let indicators = event.indicators.iter().map(|(_, value)| ("indicator", value.clone()));
        let techniques = event.techniques.iter().map(|claim| ("technique", claim.id.clone()));
        let things = targets.take(THINGS_MAX).chain(indicators.take(THINGS_MAX)).chain(techniques.take(THINGS_MAX));
        for (kind, value) in things {
            let thing = format!("{kind}:{value}");
            let node = nodes.entry(thing.clone()).or_insert((kind, value, 0.0));
            node.2 += 1.0;
            edges.push(GraphEdge { from: event.id.clone(), to: thing, label: kind.to_owned(), weight: 0.5 });
        }
    }
    for step in &campaign.thread {
        if let Some(arc) = &step.after {
            let label =
                arc.reasons.first().map_or_else(|| "decided by a person".to_owned(), |reason| reason.what.clone());
            edges.push(GraphEdge { from: arc.event.clone(), to: step.event.clone(), label, weight: arc.bits.max(1.0) });
        }
    }
    placed(nodes, edges)
}

fn placed(nodes: BTreeMap<String, (&'static str, String, f64)>, mut edges: Vec<GraphEdge>) -> CampaignGraph {
    let mut nodes: Vec<GraphNode> = nodes
        .into_iter()
        .map(|(id, (kind, label, size))| GraphNode { id, kind, label, x: 0.0, y: 0.0, size })
        .collect();
    nodes.sort_by(|a, b| {
        (b.kind == "event").cmp(&(a.kind == "event")).then(b.size.total_cmp(&a.size)).then(a.id.cmp(&b.id))
    });
    nodes.truncate(NODES_MAX);
    let numbers: BTreeMap<String, usize> =
        nodes.iter().enumerate().map(|(number, node)| (node.id.clone(), number)).collect();
    edges.retain(|edge| numbers.contains_key(&edge.from) && numbers.contains_key(&edge.to));
    let links: Vec<Link> = edges
        .iter()
        .filter_map(|edge| {
            let (from, to) = (*numbers.get(&edge.from)?, *numbers.get(&edge.to)?);
            Some(Link { from, to, weight: edge.weight.min(3.0) })
        })
        .collect();
    for (node, (x, y)) in nodes.iter_mut().zip(layout(numbers.len(), &links)) {
        (node.x, node.y) = (x, y);
    }
    CampaignGraph { nodes, edges }
}
