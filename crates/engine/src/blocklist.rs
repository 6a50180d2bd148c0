//! Block lists out of the claims in the store: what may be blocked, in the form that a device understands.

use schema::{Observable, Tlp};
use share::export::{self, About, Form, LeftOut, Policy};

use crate::{Engine, Error, Result, clock, store::ClaimFilter};

/// Networks of more addresses than these prefixes leave hold too many who have done nothing.
const PREFIX_MIN_V4: u8 = 16;
const PREFIX_MIN_V6: u8 = 32;

/// What to put into a list.
#[derive(Debug, Clone, Default)]
pub struct BlocklistPlan {
    /// Name of a form.
    pub form: String,
    /// Only these kinds; all that the form can hold where there are none.
    pub kinds: Vec<Observable>,
    /// Claims below this confidence block nothing.
    pub confidence_min: u8,
    /// Only claims of this source.
    pub source: Option<String>,
    /// The configured ceiling where `None`.
    pub tlp_ceiling: Option<Tlp>,
}

/// A list, ready to leave.
#[derive(Debug, Clone, Default)]
pub struct Blocklist {
    pub text: String,
    pub n_entries: u64,
    pub left_out: Vec<LeftOut>,
}

impl Engine {
    /// Forms in which block lists can be written.
    pub fn blocklist_forms() -> &'static [&'static Form] {
        export::ALL
    }

    /// What is claimed with enough confidence, and may be blocked and told.
    pub async fn blocklist(&self, plan: &BlocklistPlan) -> Result<Blocklist> {
        let form = export::find(&plan.form).ok_or_else(|| {
            let names: Vec<&str> = export::ALL.iter().map(|form| form.name).collect();
            Error::usage(format!("\"{}\" is no form of a block list", plan.form))
                .hint(format!("use one of {}", names.join(", ")))
        })?;
        let filter = ClaimFilter { source: plan.source.clone(), limit: u64::MAX, ..ClaimFilter::default() };
        let claims = self.store.list_claims(&filter).await?;
        let (warnings, harmless) = (self.warnings()?, self.store.false_positives().await?);
        let sharing = &self.config.sharing;
        let policy = Policy {
            form,
            now: clock::now(),
            ceiling: plan.tlp_ceiling.unwrap_or(sharing.tlp_ceiling),
            confidence_min: plan.confidence_min,
            kinds: &plan.kinds,
            prefix_min_v4: PREFIX_MIN_V4,
            prefix_min_v6: PREFIX_MIN_V6,
            own: &sharing.own,
            warned: &|kind, value| warnings.about(kind, value).first().map(|warning| warning.list.to_owned()),
        };
        // A verdict of a person here is the strongest warning: what was found harmless is blocked nowhere.
        let claims = claims.into_iter().map(|kept| kept.claim);
        let standing = claims.filter(|claim| !harmless.contains(&(claim.kind, claim.value.clone())));
        let chosen = export::choose(standing, &policy);
        let about = About { producer: sharing.identity.clone(), made_at: policy.now };
        Ok(Blocklist {
            text: (form.encode)(&chosen.entries, &about),
            n_entries: chosen.entries.len() as u64,
            left_out: chosen.left_out,
        })
    }
}
