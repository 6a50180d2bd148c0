//! Findings in words and numbers.

use schema::{Entity, EntityKind, Finding, Window};

use super::{DETECTOR, N_ADDRESSES, N_ANSWERS, TTL_SUM};
use crate::{
    excess::{Basis, Excess},
    query::Query,
};

/// Findings that are no lead by any measure are not told.
const TOLD_MAX: f64 = 0.1;

pub(super) fn finding(window: Window, excess: &Excess) -> Option<Finding> {
    if excess.p_value.get() > TOLD_MAX {
        return None;
    }
    let key = &excess.key;
    let columns = "observed_at, src_ip, query, query_type, answers, ttl_s_min, record_id";
    let query = Query::of("dns_queries", columns, &key.dataset, window).is("src_ip", &key.subject);
    let finding = Finding {
        object: Some(Entity::new(EntityKind::Domain, &key.object)),
        score: (40.0 * excess.value.max(1.0).log10()).min(100.0),
        p_value: Some(excess.p_value.get()),
        because: because(excess),
        unless: "It is a pool of volunteers' servers, or software whose users find each other by that name.".to_owned(),
        statistics: statistics(excess),
        query: query.ends_with("query", &key.object).latest_last(),
        ..DETECTOR.finding(window, &key.dataset, Entity::new(EntityKind::Ip, &key.subject), &key.object)
    };
    Some(excess.amount.seen.prove("dns_queries", finding))
}

fn because(excess: &Excess) -> String {
    let numbers = &excess.amount.numbers;
    let usual = match (excess.usual, excess.basis) {
        (Some(usual), Basis::Habit) => format!("on the {} days before it was {usual:.0}", excess.n_days),
        (Some(usual), _) => format!("no other such domain of the host has more than {usual:.0} on a usual day"),
        (None, _) if excess.n_others > 0 => {
            format!(
                "of {} other hosts the most scattered such domain has {:.0} by the median",
                excess.n_others, excess.usual_of_others
            )
        }
        (None, _) => "nothing is known yet of days before and other hosts".to_owned(),
    };
    let asks = match excess.n_subjects {
        1 => "no other host asks for it".to_owned(),
        n => format!("{n} hosts ask for it"),
    };
    format!(
        "{} was told addresses of {} in about {:.0} networks, by {:.0} answers that live {:.0} s on average; {usual}; \
         {asks}.",
        excess.key.subject,
        excess.key.object,
        excess.value,
        numbers[N_ANSWERS],
        numbers[TTL_SUM] / numbers[N_ANSWERS].max(1.0),
    )
}

fn statistics(excess: &Excess) -> Vec<(String, f64)> {
    let numbers = &excess.amount.numbers;
    let all = [
        ("n_networks", excess.value),
        ("n_answers", numbers[N_ANSWERS]),
        ("n_addresses_told", numbers[N_ADDRESSES]),
        ("ttl_s_mean", numbers[TTL_SUM] / numbers[N_ANSWERS].max(1.0)),
        ("times_usual", excess.value / excess.usual.unwrap_or(excess.usual_of_others).max(1.0)),
        ("n_hosts_of_domain", excess.n_subjects as f64),
        ("n_days_known", excess.n_days as f64),
        ("n_other_hosts", excess.n_others as f64),
        ("p_own", excess.p_own.get()),
        ("p_others", excess.p_others.get()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
