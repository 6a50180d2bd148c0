//! Indicators as people ask about them: all claims about a value, what they are worth now, and why.

use detect::indicators::Warnings;
use intel::indicators::{Curve, Decay, Score, Standing, curves};
use schema::{Observable, Timestamp, observe, tables};

use crate::{
    Engine, Error, Result, clock,
    error::io,
    store::{ClaimFilter, Judgement, KeptClaim, SeenHere, Verdict},
};

/// Everything that is known of one value.
#[derive(Debug, Clone, serde::Serialize)]
pub struct IndicatorView {
    pub kind: Observable,
    pub value: String,
    /// 0 to 100: the best claim that stands, lowered by warning lists; nothing where a person has found it harmless.
    pub score: f64,
    /// Why the score is what it is.
    pub because: Vec<String>,
    pub claims: Vec<ScoredClaim>,
    /// Warning lists that it is on, and what each leaves of a claim's confidence.
    pub warnings: Vec<(String, f64)>,
    pub verdicts: Vec<Verdict>,
    /// Findings about it, and the newest of them.
    pub n_sightings: u64,
    pub sightings: Vec<SeenHere>,
    /// How the score goes, from when the oldest of what stands was last seen until nothing counts any more, if nobody
    /// sees the value again.
    pub curve: Vec<CurvePoint>,
    /// A score below this has decayed.
    pub threshold: Option<f64>,
    /// When this was asked.
    pub now: Timestamp,
}

/// What the best claim is worth at one time.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct CurvePoint {
    pub at: Timestamp,
    pub score: f64,
}

/// A claim and what is left of it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ScoredClaim {
    #[serde(flatten)]
    pub kept: KeptClaim,
    pub score: Score,
}

/// Values above a value that are shown with it: `evil.example` for `www.evil.example`, a network for an address.
const ABOVE_MAX: usize = 8;

impl Engine {
    /// All that is known of a value, of the domains above it and nothing else; of its kind, or of the one it looks like.
    pub async fn indicator(&self, kind: Option<Observable>, text: &str) -> Result<Vec<IndicatorView>> {
        let (decay, warnings) = (self.decay()?, self.warnings()?);
        let mut views = Vec::new();
        for (kind, value) in candidates(kind, text)? {
            let claims = self.store.kept_claims(&[(kind, value.clone())]).await?;
            let verdicts = if self.sees_own() { self.store.verdicts(kind, &value).await? } else { Vec::new() };
            if !claims.is_empty() || !verdicts.is_empty() {
                views.push(self.described(kind, value, claims, verdicts, &decay, &warnings).await?);
            }
        }
        Ok(views)
    }

    async fn described(
        &self,
        kind: Observable,
        value: String,
        claims: Vec<KeptClaim>,
        verdicts: Vec<Verdict>,
        decay: &Decay,
        warnings: &Warnings,
    ) -> Result<IndicatorView> {
        let (n_sightings, sightings) = self.store.sightings(&value).await?;
        let sighted = self.store.last_sighted(&value).await?;
        let now = clock::now();
        let mut claims = scored(claims, decay, sighted, now);
        claims.sort_by(|a, b| b.score.now.total_cmp(&a.score.now));
        let on = warnings.about(kind, &value);
        let weight = on.first().map_or(1.0, |warning| warning.weight);
        let best = claims.first().map_or(0.0, |claim| claim.score.now);
        let harmless = verdicts.first().is_some_and(|verdict| verdict.judgement == Judgement::FalsePositive);
        let score = if harmless { 0.0 } else { best * weight };
        let curve = if harmless { Vec::new() } else { curve(&claims, decay, sighted, weight, now) };
        let threshold = decay.model(kind).map(|model| model.threshold * weight);
        let mut view = IndicatorView {
            kind,
            value,
            score,
            because: Vec::new(),
            warnings: on.iter().map(|warning| (warning.list.to_owned(), warning.weight)).collect(),
            claims,
            verdicts,
            n_sightings,
            sightings,
            curve,
            threshold,
            now,
        };
        view.because = because(&view, harmless, sighted);
        Ok(view)
    }

    /// Claims in the order of their values, each with what is left of it.
    pub async fn claims(&self, filter: &ClaimFilter) -> Result<Vec<ScoredClaim>> {
        let decay = self.decay()?;
        let now = clock::now();
        let mut scored_claims = Vec::new();
        for kept in self.store.list_claims(filter).await? {
            let sighted = self.store.last_sighted(&kept.claim.value).await?;
            scored_claims.extend(scored(vec![kept], &decay, sighted, now));
        }
        Ok(scored_claims)
    }

    /// Keeps what a person has found about a value, and gives its canonical form.
    pub async fn judge_indicator(
        &self,
        kind: Option<Observable>,
        text: &str,
        judgement: Judgement,
        given_by: &str,
        reason: &str,
    ) -> Result<(Observable, String)> {
        let (kind, value) = canonical(kind, text)?;
        let verdict =
            Verdict { given_at: clock::now(), judgement, given_by: given_by.to_owned(), reason: reason.to_owned() };
        self.store.give_verdict(kind, &value, &verdict).await?;
        self.store.claims_have_changed(verdict.given_at).await?;
        Ok((kind, value))
    }

    /// How long indicators last, by source and kind, from what our telemetry has met.
    pub async fn survival(&self, quiet_days: f64) -> Result<Vec<Curve>> {
        let mut end = None;
        for table in tables::ALL.iter().copied().filter(|table| table.stage == schema::Stage::Telemetry) {
            end = end.max(self.lake.touched(table, None).await?.hours.into_iter().max());
        }
        let sighted = self.store.sighted_claims().await?;
        Ok(curves(&sighted, quiet_days, end.unwrap_or_else(clock::now)))
    }

    /// Tells one content of the models from another: findings that rest on claims are then due again.
    pub(crate) fn decay_fingerprint(&self) -> Result<i64> {
        let path = self.home.decay();
        let text = if path.exists() { std::fs::read(&path).map_err(io("read", &path))? } else { Vec::new() };
        let mut first = [0; 8];
        blake3::Hasher::new().update(&text).finalize_xof().fill(&mut first);
        Ok(i64::from_be_bytes(first))
    }

    /// The models by which scores fall: those of the home folder, or those that Margay brings.
    pub fn decay(&self) -> Result<Decay> {
        let path = self.home.decay();
        if !path.exists() {
            return Decay::shipped().map_err(Error::internal);
        }
        let text = std::fs::read_to_string(&path).map_err(io("read", &path))?;
        Decay::read(&text).map_err(|error| {
            Error::usage(format!("could not read the models of decay {}", path.display()))
                .detail(error.trim_end())
                .hint("take the file away to use those that Margay brings")
        })
    }
}

/// A picture of curves.
pub fn survival_svg(curves: &[Curve]) -> String {
    intel::indicators::svg(curves)
}

fn scored(claims: Vec<KeptClaim>, decay: &Decay, sighted: Option<Timestamp>, now: Timestamp) -> Vec<ScoredClaim> {
    let score = |kept: KeptClaim| ScoredClaim { score: decay.score(&kept.claim, kept.renewed_at, sighted, now), kept };
    claims.into_iter().map(score).collect()
}

/// Claims of one value that a curve is made of, the best.
const CURVE_CLAIMS: usize = 20;

/// Points of a curve: the models fall smoothly.
const CURVE_POINTS: i64 = 120;

/// `claims` are the best first. A claim counts from when its source has last seen the value: what it said before is not
/// kept. It ends with its source's word; when one was taken back is not known, and it is left out.
fn curve(
    claims: &[ScoredClaim],
    decay: &Decay,
    sighted: Option<Timestamp>,
    weight: f64,
    now: Timestamp,
) -> Vec<CurvePoint> {
    let said = claims.iter().filter(|claim| claim.score.standing != Standing::Revoked);
    let claims: Vec<&ScoredClaim> = said.take(CURVE_CLAIMS).collect();
    let Some(first) = claims.iter().map(|claim| claim.score.seen_at).min() else { return Vec::new() };
    let until = |claim: &&ScoredClaim| claim.kept.claim.valid_until;
    let gone = |claim: &&ScoredClaim| claim.score.decays_at.into_iter().chain(until(claim)).min();
    let last = claims.iter().filter_map(gone).max().unwrap_or(now).max(now);
    // A tenth more: one sees that it goes on.
    let span = last.seconds().saturating_sub(first.seconds()).max(1).saturating_mul(11) / 10;
    let at = |point: i64| Timestamp::from_seconds(first.seconds().saturating_add(span / CURVE_POINTS * point));
    let score = |at: Timestamp| {
        let seen = claims.iter().filter(|claim| claim.score.seen_at <= at);
        let left = seen.map(|claim| decay.score(&claim.kept.claim, claim.kept.renewed_at, sighted, at).now);
        left.fold(0.0, f64::max) * weight
    };
    // Where a source's word ends the score falls at once.
    let ends = claims.iter().filter_map(until).flat_map(|end| [Some(end), end.checked_add_nanos(-1_000_000_000)]);
    let end = first.seconds().saturating_add(span);
    let mut times: Vec<Timestamp> =
        (0..=CURVE_POINTS).filter_map(at).chain([first, now]).chain(ends.flatten()).collect();
    times.retain(|at| *at >= first && at.seconds() <= end);
    times.sort();
    times.dedup();
    times.into_iter().map(|at| CurvePoint { at, score: score(at) }).collect()
}

fn because(view: &IndicatorView, harmless: bool, sighted: Option<Timestamp>) -> Vec<String> {
    let mut reasons = Vec::new();
    if harmless {
        reasons.push("a person here has found it harmless: it is matched no more".to_owned());
    }
    match view.claims.first() {
        None => reasons.push("no source claims anything of it".to_owned()),
        Some(best) => {
            let (source, score) = (&best.kept.claim.source, &best.score);
            reasons.push(format!(
                "the claim that is worth most is \"{source}\"'s: {:.0} when last seen, {:.0} now ({}, model \"{}\")",
                score.base,
                score.now,
                score.standing.words(),
                score.model
            ));
        }
    }
    if let Some((list, weight)) = view.warnings.first() {
        reasons.push(format!("it is on the warning list \"{list}\", which leaves {:.0} % of it", weight * 100.0));
    }
    if let Some(sighted) = sighted {
        reasons.push(format!("it was last met here at {sighted}, from when its age counts anew"));
    }
    reasons
}

/// What a text may be listed as.
fn candidates(kind: Option<Observable>, text: &str) -> Result<Vec<(Observable, String)>> {
    let (kind, value) = canonical(kind, text)?;
    let mut all = vec![(kind, value.clone())];
    match kind {
        Observable::Domain => {
            all.push((Observable::HostName, value.clone()));
            let mut above = value.as_str();
            while let Some((_, rest)) = above.split_once('.').filter(|(_, rest)| rest.contains('.')) {
                above = rest;
                all.push((Observable::Domain, above.to_owned()));
            }
        }
        Observable::Url => all.push((Observable::Domain, observe::url_host(&value).to_owned())),
        // 32 hex digits may be any of these, and 40 or 64 a certificate's.
        Observable::Hash => {
            let same =
                [Observable::Ja3, Observable::Ja3s, Observable::Hassh, Observable::Imphash, Observable::Certificate];
            all.extend(same.map(|kind| (kind, value.clone())));
        }
        _ => {}
    }
    all.truncate(ABOVE_MAX);
    Ok(all)
}

fn canonical(kind: Option<Observable>, text: &str) -> Result<(Observable, String)> {
    let read = match kind {
        Some(kind) => observe::canonical(kind, text).map(|value| (kind, value.into_owned())),
        None => observe::read(text),
    };
    read.map_err(|refusal| {
        Error::usage(format!("\"{text}\" is not an indicator"))
            .detail(refusal.reason())
            .hint("say of which kind it is with --kind, as in --kind mutex")
    })
}

#[cfg(test)]
mod tests {
    use schema::Claim;

    use super::*;

    fn day(n: i64) -> Timestamp {
        Timestamp::from_seconds(1_700_000_000 + n * 86_400).expect("in range")
    }

    fn kept(claim: Claim) -> KeptClaim {
        KeptClaim { claim, loaded_at: day(0), renewed_at: day(0) }
    }

    #[test]
    fn a_curve_falls_to_nothing_and_goes_through_now() {
        let decay = Decay::shipped().expect("valid");
        let claim = Claim { confidence: 100, ..Claim::new(Observable::Ip, "192.0.2.1", "a feed") };
        let claims = scored(vec![kept(claim.clone())], &decay, None, day(5));
        let points = curve(&claims, &decay, None, 0.5, day(5));
        assert_eq!(points.first().map(|point| (point.at, point.score)), Some((day(0), 50.0)));
        let now = points.iter().find(|point| point.at == day(5)).expect("now is on it");
        assert!((now.score - claims[0].score.now * 0.5).abs() < 1e-9);
        assert!(points.is_sorted_by(|a, b| a.at < b.at && a.score >= b.score), "{points:?}");
        let decays_at = claims[0].score.decays_at.expect("it decays");
        assert!(points.last().is_some_and(|last| last.at > decays_at && last.score < 10.0));

        let until = Claim { valid_until: Some(day(3)), ..claim.clone() };
        let ended = scored(vec![kept(until)], &decay, None, day(2));
        let points = curve(&ended, &decay, None, 1.0, day(2));
        assert!(
            points.iter().all(|point| (point.at < day(3)) == (point.score > 0.0)),
            "its source stands by it no more"
        );
        let revoked = Claim { revoked: true, ..claim };
        assert!(curve(&scored(vec![kept(revoked)], &decay, None, day(2)), &decay, None, 1.0, day(2)).is_empty());
    }
}
