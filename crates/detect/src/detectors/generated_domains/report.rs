//! Findings in words and numbers.

use schema::{Entity, EntityKind, Finding, Window};

use super::{
    DETECTOR, ODD,
    crowd::{Asked, Host, Suspicion},
};
use crate::query::Query;

/// Findings that are no lead by any measure are not told.
const TOLD_MAX: f64 = 0.05;

pub(super) fn finding(window: Window, host: &Host, asked: &Asked, suspicion: &Suspicion) -> Option<Finding> {
    if suspicion.p_value.get() > TOLD_MAX {
        return None;
    }
    let columns = "observed_at, src_ip, query, response_code, answers, record_id";
    let query = Query::of("dns_queries", columns, &host.dataset, window).is("src_ip", &host.name);
    let answered = asked.answered.iter().map(|name| Entity::new(EntityKind::Domain, name));
    let finding = Finding {
        also: answered.collect(),
        score: score(suspicion),
        p_value: Some(suspicion.p_value.get()),
        because: because(host, asked, suspicion),
        unless: "It is a server that resolves what strangers send, a test of names, or software whose names only look \
                 generated: see whether the names belong to one product."
            .to_owned(),
        statistics: statistics(suspicion),
        query: query.is("response_code", "NXDOMAIN").latest_last(),
        ..DETECTOR.finding(window, &host.dataset, Entity::new(EntityKind::Ip, &host.name), "")
    };
    Some(asked.seen.prove("dns_queries", finding))
}

fn because(host: &Host, asked: &Asked, suspicion: &Suspicion) -> String {
    let tally = suspicion.tally;
    let odd = tally.odd.get(suspicion.look).copied().unwrap_or(0.0);
    let answered = match asked.answered.first() {
        Some(name) => format!("; {name}, which is spelled like them, exists"),
        None => String::new(),
    };
    format!(
        "{} asked for {:.0} different registered names that do not exist and that no more than a few hosts ask for; \
         {odd:.0} of them are spelled as algorithms do, such as {}, where {:.0} % would be usual here{answered}.",
        host.name,
        tally.n,
        asked.examples.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", "),
        suspicion.usual_share * 100.0,
    )
}

fn statistics(suspicion: &Suspicion) -> Vec<(String, f64)> {
    let tally = suspicion.tally;
    let all = [
        ("n_unknown_names", tally.n),
        ("n_odd_names", tally.odd[0]),
        ("n_very_odd_names", tally.odd[1]),
        ("odd_at_most_p", ODD.get(suspicion.look).copied().unwrap_or(0.0)),
        ("usual_share", suspicion.usual_share),
        ("n_days_known", suspicion.n_days as f64),
        ("n_other_hosts", suspicion.n_others as f64),
        ("p_share", suspicion.p_share.get()),
        ("p_count", suspicion.p_count.get()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// 0 to 100, for ranking: evidence first, then how many names.
fn score(suspicion: &Suspicion) -> f64 {
    let evidence = (-suspicion.p_value.get().max(1e-12).log10() / 12.0).clamp(0.0, 1.0);
    let many = (suspicion.tally.odd[0] / 50.0).min(1.0);
    80.0 * evidence + 20.0 * many
}
