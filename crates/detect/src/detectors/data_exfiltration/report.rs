//! Findings in words and numbers.

use std::net::IpAddr;

use schema::{Entity, EntityKind, Finding, Window};

use super::{DETECTOR, MEGA, PORT, RECEIVED, SENT};
use crate::{
    excess::{Basis, Excess},
    query::Query,
};

/// Findings that are no lead by any measure are not told.
const TOLD_MAX: f64 = 0.05;

/// Ports of the web: a transfer there is one to a web service.
const WEB_PORTS: [f64; 5] = [0.0, 80.0, 443.0, 8_080.0, 8_443.0];

pub(super) fn finding(window: Window, excess: &Excess) -> Option<Finding> {
    if excess.p_value.get() > TOLD_MAX {
        return None;
    }
    let (key, amount) = (&excess.key, &excess.amount);
    let is_address = key.object.parse::<IpAddr>().is_ok();
    let kind = if is_address { EntityKind::Ip } else { EntityKind::Domain };
    let behind = amount.detail.parse::<IpAddr>().is_ok() && !is_address;
    let web = WEB_PORTS.contains(&amount.numbers[PORT]);
    let proxied = amount.detail == key.object && !is_address;
    let table = if proxied { "http_requests" } else { "connections" };
    let finding = Finding {
        object: Some(Entity::new(kind, &key.object)),
        also: behind.then(|| Entity::new(EntityKind::Ip, &amount.detail)).into_iter().collect(),
        score: score(excess),
        p_value: Some(excess.p_value.get()),
        techniques: vec![if web { "T1567" } else { "T1048" }.to_owned()],
        because: because(excess),
        unless: "It is a backup, a publication or a move of data that someone knows of.".to_owned(),
        statistics: statistics(excess),
        query: query(window, excess, proxied),
        ..DETECTOR.finding(window, &key.dataset, Entity::new(EntityKind::Ip, &key.subject), &key.object)
    };
    Some(amount.seen.prove(table, finding))
}

fn because(excess: &Excess) -> String {
    let numbers = &excess.amount.numbers;
    let own = match (excess.usual, excess.basis) {
        (Some(usual), Basis::Habit) => {
            format!("on the {} days before on which it sent there it was {}", excess.n_days, size(usual))
        }
        (Some(usual), _) => format!("the most that it sent to any such place was {} on a usual day", size(usual)),
        (None, _) => "no days before are known".to_owned(),
    };
    let others = match excess.basis {
        _ if excess.n_others == 0 => "no other host is known".to_owned(),
        Basis::Shared => {
            format!("the {} others that send there send {}", excess.n_others, size(excess.usual_of_others))
        }
        _ => format!(
            "of {} other hosts the most to any such place is {} by the median",
            excess.n_others,
            size(excess.usual_of_others)
        ),
    };
    format!(
        "{} sent {} to {} and received {}; {own}; {others}.",
        excess.key.subject,
        size(numbers[SENT]),
        excess.key.object,
        size(numbers[RECEIVED]),
    )
}

/// Bytes for people.
fn size(bytes: f64) -> String {
    match bytes {
        b if b < 1e6 => format!("{:.0} kB", b / 1e3),
        b if b < 1e9 => format!("{:.1} MB", b / MEGA),
        b => format!("{:.1} GB", b / 1e9),
    }
}

fn statistics(excess: &Excess) -> Vec<(String, f64)> {
    let numbers = &excess.amount.numbers;
    let usual = excess.usual.unwrap_or(excess.usual_of_others).max(1e3);
    let all = [
        ("bytes_sent", numbers[SENT]),
        ("bytes_received", numbers[RECEIVED]),
        ("net_bytes", excess.value),
        ("times_usual", excess.value / usual),
        ("n_days_known", excess.n_days as f64),
        ("n_other_hosts", excess.n_others as f64),
        ("n_hosts_of_place", excess.n_subjects as f64),
        ("n_places_tested", excess.n_tested as f64),
        ("p_own", excess.p_own.get()),
        ("p_others", excess.p_others.get()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// 0 to 100 by what was sent: 5 MB are 14, 1 GB is 60.
fn score(excess: &Excess) -> f64 {
    (20.0 * (excess.value / MEGA).max(1.0).log10()).min(100.0)
}

fn query(window: Window, excess: &Excess, proxied: bool) -> Option<String> {
    let (key, amount) = (&excess.key, &excess.amount);
    let table = if proxied { "http_requests" } else { "connections" };
    let columns = if proxied {
        "observed_at, src_ip, host, path, request_bytes, response_bytes, record_id"
    } else {
        "observed_at, src_ip, dst_ip, dst_port, src_bytes, dst_bytes, record_id"
    };
    let query = Query::of(table, columns, &key.dataset, window).is("src_ip", &key.subject);
    let query = if proxied { query.ends_with("host", &key.object) } else { query.is("dst_ip", &amount.detail) };
    query.latest_last()
}
