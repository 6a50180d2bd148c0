//! What could be seen: what the lake holds, measured by SQL, and who looks at it, held against ATT&CK.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use detect::detectors;
use futures::TryStreamExt;
use intel::{
    Means,
    visibility::{self, Flow, Gain, LogSources, TechniqueSeen, dettect},
};
use schema::{Stage, Table, Timestamp, tables};

use crate::{
    Engine, Error, Result, Stop,
    answers::{floats, ints, texts},
    clock,
};

/// What to look at.
#[derive(Debug, Clone, Default)]
pub struct VisibilityPlan {
    /// Records from then on; all where there is none.
    pub since: Option<Timestamp>,
    pub dataset: Option<String>,
    /// Only techniques that this group is known for: its name, another name of it, or its ATT&CK id.
    pub actor: Option<String>,
}

/// Could we have seen it?
#[derive(Debug, Clone, serde::Serialize)]
pub struct VisibilityReport {
    /// Of ATT&CK Enterprise, as it is in force here.
    pub attack_version: String,
    /// Id and name of the group whose techniques these are, where one was asked for.
    pub actor: Option<(String, String)>,
    /// Hosts that any log comes from, about, by operating system.
    pub hosts: BTreeMap<String, u64>,
    pub flows: Vec<Flow>,
    pub techniques: Vec<TechniqueSeen>,
    /// Log sources that are missing, the one that would show most first.
    pub gains: Vec<Gain>,
    /// A layer for the ATT&CK Navigator.
    pub navigator: serde_json::Value,
    /// For DeTT&CT: data sources and techniques, as YAML.
    pub dettect: [String; 2],
}

/// Kinds of rows of one table that are looked at, the most frequent ones: events are named by who writes logs.
const FLOWS_MAX: usize = 5_000;

impl Engine {
    /// Measures what the lake holds and holds it against ATT&CK's analytics.
    pub async fn visibility(&self, plan: &VisibilityPlan, stop: &Stop) -> Result<VisibilityReport> {
        let reference = self.attack("enterprise").await?;
        let mut flows = Vec::new();
        for table in tables::ALL.iter().copied().filter(|table| table.stage == Stage::Telemetry) {
            stop.check()?;
            flows.extend(self.flows(table, plan).await?);
        }
        let facts = visibility::Facts { means: self.means()?, found: self.store.found_by_technique().await?, flows };
        let (sources, hosts) = (LogSources::shipped(), self.hosts(plan, &facts.flows).await?);
        let mut techniques = visibility::visibility(&reference, &sources, &facts);
        let actor = match &plan.actor {
            Some(name) => Some(self.only_of(name, &mut techniques).await?),
            None => None,
        };
        let today = clock::now();
        Ok(VisibilityReport {
            gains: visibility::gains(&techniques),
            navigator: visibility::navigator("Margay visibility", &reference.domain, &reference.version, &techniques),
            dettect: [
                dettect::data_sources(&reference, &sources, &facts.flows, &hosts, today),
                dettect::techniques(&reference, &techniques, today),
            ],
            hosts,
            flows: facts.flows,
            attack_version: reference.version,
            actor,
            techniques,
        })
    }

    /// Leaves the techniques that the group of this name is known for; gives its id and name.
    async fn only_of(&self, name: &str, techniques: &mut Vec<TechniqueSeen>) -> Result<(String, String)> {
        let actors = self.actors().await?;
        let named = actors.groups_named(name);
        let [id] = named[..] else {
            let told: Vec<String> =
                named.iter().filter_map(|id| Some(format!("{id} ({})", actors.groups.get(*id)?.name))).collect();
            return Err(match told.as_slice() {
                [] => Error::usage(format!("ATT&CK knows no group \"{name}\""))
                    .hint("give its whole name, another name of it, or its id, as G0016"),
                _ => Error::usage(format!("\"{name}\" is a name of {}", told.join(" and "))).hint("give the id"),
            });
        };
        let known = actors.techniques_of(id);
        techniques.retain(|technique| known.contains(technique.id.as_str()));
        Ok((id.to_owned(), actors.groups.get(id).map(|group| group.name.clone()).unwrap_or_default()))
    }

    /// Detectors, and rules that can match in some table.
    fn means(&self) -> Result<Vec<Means>> {
        let owned = |texts: &mut dyn Iterator<Item = &str>| texts.map(str::to_owned).collect::<Vec<String>>();
        let mut means = Vec::new();
        for detector in detectors::ALL {
            means.push(Means {
                name: detector.name.to_owned(),
                techniques: owned(&mut detector.attack.iter().copied()),
                tables: owned(&mut detector.reads.iter().map(|reads| reads.table)),
            });
        }
        let rules = self.rules(&[])?;
        for (number, tables) in rules.set.tables_of_rules() {
            let Some(rule) = rules.set.rules().get(number) else { continue };
            means.push(Means {
                name: format!("rule: {}", rule.about.title),
                techniques: rule.about.techniques().collect(),
                tables: owned(&mut tables.into_iter()),
            });
        }
        Ok(means)
    }

    /// The kinds of rows that a table holds.
    async fn flows(&self, table: &'static Table, plan: &VisibilityPlan) -> Result<Vec<Flow>> {
        let or = |name: &str, otherwise: &str| {
            let given = if table.column(name).is_some() { name } else { otherwise };
            format!("{given} AS {name}")
        };
        let kinds = ["os", "provider", "event"].map(|name| or(name, "NULL")).join(", ");
        let hosts = if table.column("host").is_some() { "approx_distinct(host)" } else { "0" };
        let query = format!(
            "SELECT {kinds}, count(*) AS records, {hosts} AS hosts, min(observed_at) AS first, max(observed_at) AS last, \
             approx_median(CAST(ingested_at AS BIGINT) - CAST(observed_at AS BIGINT)) AS lag \
             FROM {} WHERE {} GROUP BY os, provider, event ORDER BY records DESC LIMIT {FLOWS_MAX}",
            table.name,
            condition(plan)
        );
        let mut batches = self.lake.sql(&query, None).await?;
        let mut flows = Vec::new();
        while let Some(batch) = batches.try_next().await? {
            flows.extend(read(table, &batch)?);
        }
        Ok(flows)
    }

    /// Hosts by operating system, over all tables that know hosts.
    async fn hosts(&self, plan: &VisibilityPlan, flows: &[Flow]) -> Result<BTreeMap<String, u64>> {
        let with_rows: BTreeSet<&str> =
            flows.iter().filter(|flow| flow.os.is_some()).map(|flow| &*flow.table).collect();
        if with_rows.is_empty() {
            return Ok(BTreeMap::new());
        }
        let parts =
            with_rows.into_iter().map(|table| format!("SELECT os, host FROM {table} WHERE {}", condition(plan)));
        let query = format!(
            "SELECT os, approx_distinct(host) AS hosts FROM ({}) WHERE os IS NOT NULL GROUP BY os",
            parts.collect::<Vec<_>>().join(" UNION ALL ")
        );
        let mut batches = self.lake.sql(&query, None).await?;
        let mut hosts = BTreeMap::new();
        while let Some(batch) = batches.try_next().await? {
            let (names, counts) = (texts(&batch, 0)?, ints(&batch, 1)?);
            hosts.extend(names.into_iter().zip(counts).filter_map(|(os, n)| Some((os?, u64::try_from(n?).ok()?))));
        }
        Ok(hosts)
    }
}

fn condition(plan: &VisibilityPlan) -> String {
    let since = plan.since.map(|since| format!("observed_at >= TIMESTAMP '{since}'"));
    let dataset = plan.dataset.as_ref().map(|name| format!("dataset = '{}'", name.replace('\'', "''")));
    let parts: Vec<String> = since.into_iter().chain(dataset).collect();
    if parts.is_empty() { "TRUE".to_owned() } else { parts.join(" AND ") }
}

fn read(table: &Table, batch: &RecordBatch) -> Result<Vec<Flow>> {
    let (os, provider, event) = (texts(batch, 0)?, texts(batch, 1)?, texts(batch, 2)?);
    let (records, hosts, first, last) = (ints(batch, 3)?, ints(batch, 4)?, ints(batch, 5)?, ints(batch, 6)?);
    let lags = floats(batch, 7)?;
    let mut flows = Vec::with_capacity(batch.num_rows());
    for ((((((os, provider), event), records), hosts), (first, last)), lag) in
        os.into_iter().zip(provider).zip(event).zip(records).zip(hosts).zip(first.into_iter().zip(last)).zip(lags)
    {
        let count = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        if count(records) == 0 {
            continue;
        }
        flows.push(Flow {
            table: table.name.to_owned(),
            os,
            provider,
            event,
            records: count(records),
            hosts: count(hosts),
            first: first.and_then(Timestamp::from_micros),
            last: last.and_then(Timestamp::from_micros),
            lag_s: lag.map(|micros| micros / 1e6),
        });
    }
    Ok(flows)
}
