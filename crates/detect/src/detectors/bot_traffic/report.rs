//! Findings in words and numbers. Input: `judge`.

use schema::{Finding, SUCCESS, Window};

use super::{
    DETECTOR,
    judge::{Aspect, Suspicion},
    table::Who,
};
use crate::{query::Query, telemetry::requests};

/// Findings that are no lead by any measure are not told.
const TOLD_MAX: f64 = 0.05;

pub(super) fn finding(window: Window, suspicion: &Suspicion<'_>) -> Option<Finding> {
    let row = suspicion.row;
    if suspicion.p_value.get() > TOLD_MAX || row.seen.n_records == 0 {
        return None;
    }
    let key = suspicion.key;
    let columns = "observed_at, src_ip, host, method, path, status, user_agent, ja4, asn, record_id";
    let query = Query::of("http_requests", columns, &key.dataset, window);
    let (Who::Client(who) | Who::Stack(who)) = &key.who;
    let (object, its_column) = requests::client(who);
    let (site, sites_column) = requests::site(&key.site);
    let (technique, unless, other) = match suspicion.aspect {
        Aspect::Reading => (
            "T1594",
            "It is somebody who reads much with images turned off, a reader for the blind, or a program of a partner \
             that has leave to read the site.",
            "reads",
        ),
        Aspect::SigningIn => (
            "T1110.004",
            "It is a program that still uses an old password, or an application that asks for a sign-in on each start.",
            "signs in",
        ),
    };
    let finding = Finding {
        score: score(suspicion),
        p_value: Some(suspicion.p_value.get()),
        techniques: vec![technique.to_owned()],
        because: because(suspicion, &object.value),
        unless: unless.to_owned(),
        statistics: statistics(suspicion),
        query: query.is(its_column, who).is(sites_column, &key.site).latest_last(),
        object: Some(object.clone()),
        ..DETECTOR.finding(window, &key.dataset, site, &format!("{} {other}", object.value))
    };
    Some(row.seen.prove("http_requests", finding))
}

fn granted(suspicion: &Suspicion<'_>) -> i64 {
    suspicion.row.n_sign_ins - suspicion.row.n_failed
}

fn because(suspicion: &Suspicion<'_>, who: &str) -> String {
    let (row, site) = (suspicion.row, &suspicion.key.site);
    let names: Vec<&str> = row.names.iter().map(String::as_str).collect();
    let called = if names.is_empty() { String::new() } else { format!(" under the name of {}", names.join(", ")) };
    let days = match suspicion.n_days_known {
        0 => "it was not seen here on days before".to_owned(),
        n => format!("it was seen here on {n} days before"),
    };
    match suspicion.aspect {
        Aspect::Reading => format!(
            "{who} read {:.0} different pages of {site} in {} requests{called} and loaded {} images, scripts and \
             styles, where {:.0} % of what other browsers ask for is such; {days}.",
            row.pages.n_distinct(),
            row.n_pages,
            row.n_assets,
            suspicion.usual_share * 100.0,
        ),
        Aspect::SigningIn => {
            let clients = row.clients.n_distinct();
            let from = match &suspicion.key.who {
                Who::Stack(_) => format!(" from about {clients:.0} addresses with one TLS stack"),
                Who::Client(_) => String::new(),
            };
            format!(
                "{who} tried {} sign-ins on {site}{from}{called}; {} failed and {} did not, where {:.0} % of those of \
                 others fail; {days}.",
                row.n_sign_ins,
                row.n_failed,
                granted(suspicion),
                suspicion.usual_share * 100.0,
            )
        }
    }
}

fn statistics(suspicion: &Suspicion<'_>) -> Vec<(String, f64)> {
    let row = suspicion.row;
    let all = [
        ("n_requests", row.n_requests as f64),
        ("n_page_requests", row.n_pages as f64),
        ("n_pages", row.pages.n_distinct()),
        ("n_assets", row.n_assets as f64),
        ("n_sign_ins", row.n_sign_ins as f64),
        ("n_failed", row.n_failed as f64),
        (SUCCESS, f64::from(u8::from(suspicion.aspect == Aspect::SigningIn && granted(suspicion) > 0))),
        ("n_clients", row.clients.n_distinct().max(1.0)),
        ("n_browser_names", row.names.len() as f64),
        ("n_stacks", row.stacks.len() as f64),
        ("usual_share", suspicion.usual_share),
        ("n_others", suspicion.n_others as f64),
        ("n_days_known", suspicion.n_days_known as f64),
        ("p_share", suspicion.p_share.get()),
        ("p_breadth", suspicion.p_breadth.get()),
        ("p_own", suspicion.p_own.get()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// 0 to 100, for ranking: evidence first, then how much was done.
fn score(suspicion: &Suspicion<'_>) -> f64 {
    let evidence = (-suspicion.p_value.get().max(1e-12).log10() / 12.0).clamp(0.0, 1.0);
    let done = match suspicion.aspect {
        Aspect::Reading => suspicion.row.pages.n_distinct(),
        Aspect::SigningIn => suspicion.row.n_failed as f64,
    };
    80.0 * evidence + 20.0 * (done / 1_000.0).min(1.0)
}
