//! How much rules would fire over a period of the lake, on whom, and which filter would calm each.

use detect::rules::{Evaluator, NOISE_COLUMNS, Noise, RuleNoise, RuleSet};
use futures::TryStreamExt;
use schema::Window;

use super::{broken, columns_with};
use crate::{Engine, Result, Stop};

/// What rules fired over a period.
#[derive(Debug, Default)]
pub struct NoiseReport {
    pub rows: u64,
    /// The loudest first; rules that did not fire are not named.
    pub rules: Vec<RuleNoise>,
}

impl Engine {
    /// Holds every record of the period against the rules and counts; nothing is kept. Correlations are not judged.
    pub async fn noise(&self, rules: &RuleSet, window: Window, stop: &Stop) -> Result<NoiseReport> {
        let mut noise = Noise::new(rules);
        let mut report = NoiseReport::default();
        for plan in rules.plans() {
            let mut evaluator = Evaluator::new(plan.clone());
            let wanted = columns_with(&plan, &NOISE_COLUMNS);
            let mut batches = self.lake.scan(plan.table(), &wanted, window).await?;
            while let Some(batch) = batches.try_next().await? {
                stop.check()?;
                report.rows += batch.num_rows() as u64;
                let hits = evaluator.evaluate(&batch);
                noise.add(&plan, &batch, &hits).map_err(broken)?;
            }
        }
        report.rules = noise.finish(&format!("from {} to {}", window.start, window.end));
        Ok(report)
    }
}
