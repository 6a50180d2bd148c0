//! Findings in words and numbers.

use schema::{Entity, EntityKind, Finding, Window};

use super::{ANSWERED, DETECTOR, N_DATA_TYPES, N_QUERIES, N_UNKNOWN, TESTED_MAX};
use crate::{
    excess::{Basis, Excess},
    query::Query,
};

/// What is carried beyond this is more than orders and their answers: data leaves.
const EXFILTRATION_MIN: f64 = 1e6;

/// Characters of a name shown in a sentence.
const NAME_SHOWN: usize = 60;

pub(super) fn finding(window: Window, excess: &Excess) -> Option<Finding> {
    if excess.p_value.get() > TESTED_MAX {
        return None;
    }
    let key = &excess.key;
    let data_leaves = excess.value >= EXFILTRATION_MIN;
    let techniques = ["T1071.004"].into_iter().chain(data_leaves.then_some("T1048"));
    let columns = "observed_at, src_ip, dst_ip, query, query_type, response_code, answers, record_id";
    let query = Query::of("dns_queries", columns, &key.dataset, window).is("src_ip", &key.subject);
    let finding = Finding {
        object: Some(Entity::new(EntityKind::Domain, &key.object)),
        score: score(excess),
        p_value: Some(excess.p_value.get()),
        techniques: techniques.map(str::to_owned).collect(),
        because: because(excess),
        unless: "It is a product that asks for a reputation, or reports, by name, and that only this host has."
            .to_owned(),
        statistics: statistics(excess),
        query: query.ends_with("query", &key.object).latest_last(),
        ..DETECTOR.finding(window, &key.dataset, Entity::new(EntityKind::Ip, &key.subject), &key.object)
    };
    Some(excess.amount.seen.prove("dns_queries", finding))
}

fn because(excess: &Excess) -> String {
    let (numbers, n_distinct) = (&excess.amount.numbers, excess.amount.sample.n_distinct());
    let usual = match (excess.usual, excess.basis) {
        (Some(usual), Basis::Habit) => format!("on the {} days before it was {usual:.0} bytes", excess.n_days),
        (Some(usual), _) => format!("under no such zone did it carry more than {usual:.0} bytes on a usual day"),
        (None, _) if excess.n_others > 0 => {
            format!("of {} other hosts the median is {:.0} bytes", excess.n_others, excess.usual_of_others)
        }
        (None, _) => "nothing is known yet of days before and other hosts".to_owned(),
    };
    let asks = match excess.n_subjects {
        1 => "no other host asks for it".to_owned(),
        n => format!("{n} hosts ask for it"),
    };
    let name: String = excess.amount.detail.chars().take(NAME_SHOWN).collect();
    let more = if excess.amount.detail.chars().count() > NAME_SHOWN { "..." } else { "" };
    format!(
        "{} asked {:.0} times for about {n_distinct:.0} different names under {}, such as {name}{more}; they can carry \
         {:.0} bytes; {usual}; {asks}.",
        excess.key.subject, numbers[N_QUERIES], excess.key.object, excess.value,
    )
}

fn statistics(excess: &Excess) -> Vec<(String, f64)> {
    let numbers = &excess.amount.numbers;
    let n_queries = numbers[N_QUERIES].max(1.0);
    let all = [
        ("bytes_carried", excess.value),
        ("n_queries", numbers[N_QUERIES]),
        ("n_names", excess.amount.sample.n_distinct()),
        ("bytes_answered", numbers[ANSWERED]),
        ("data_type_share", numbers[N_DATA_TYPES] / n_queries),
        ("unknown_share", numbers[N_UNKNOWN] / n_queries),
        ("times_usual", excess.value / excess.usual.unwrap_or(excess.usual_of_others).max(50.0)),
        ("n_hosts_of_zone", excess.n_subjects as f64),
        ("n_days_known", excess.n_days as f64),
        ("n_other_hosts", excess.n_others as f64),
        ("p_own", excess.p_own.get()),
        ("p_others", excess.p_others.get()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// 0 to 100 by what can be carried: 1 kB is 30, 1 MB is 75.
fn score(excess: &Excess) -> f64 {
    (15.0 * excess.value.max(1.0).log10() - 15.0).clamp(0.0, 100.0)
}
