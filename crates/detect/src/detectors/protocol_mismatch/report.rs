//! Findings in words and numbers. Input: `judge`.

use schema::{Entity, EntityKind, Finding, Window};
use science::PValue;

use super::{DETECTOR, judge::Odd};
use crate::query::Query;

/// Findings with larger p-values are no lead: an organisation has thousands of pairs.
const TOLD_MAX: f64 = 0.001;

/// A part that speaks for itself.
const CLEAR: f64 = 0.05;

pub(super) fn finding(window: Window, odd: &Odd<'_>) -> Option<Finding> {
    if odd.p_value.get() > TOLD_MAX || odd.row.seen.n_records == 0 {
        return None;
    }
    let columns = "observed_at, src_ip, dst_ip, dst_port, protocol, service, src_bytes, dst_bytes, record_id";
    let query =
        Query::of("connections", columns, odd.dataset, window).is("src_ip", odd.source).is("dst_ip", odd.address);
    let other = format!("{} {}", odd.address, odd.port);
    let finding = Finding {
        object: Some(Entity::new(EntityKind::Ip, odd.address)),
        score: (-12.0 * odd.p_value.get().max(1e-9).log10()).clamp(0.0, 100.0),
        p_value: Some(odd.p_value.get()),
        techniques: techniques(odd),
        because: because(odd),
        unless: "It is a device, a game or a service of one's own with a protocol or certificate of its own, or the \
                 sensor mistakes the protocol."
            .to_owned(),
        statistics: statistics(odd),
        query: query.and(&format!("dst_port = {}", odd.port)).latest_last(),
        ..DETECTOR.finding(window, odd.dataset, Entity::new(EntityKind::Ip, odd.source), &other)
    };
    Some(odd.row.seen.prove("connections", finding))
}

fn techniques(odd: &Odd<'_>) -> Vec<String> {
    let clear = |p: PValue| p.get() <= CLEAR;
    let ids = [(clear(odd.p_protocol), "T1571"), (odd.row.tls && clear(odd.p_identity), "T1573")];
    let mut ids: Vec<String> = ids.into_iter().filter(|(applies, _)| *applies).map(|(_, id)| id.to_owned()).collect();
    if ids.is_empty() {
        ids.push("T1571".to_owned());
    }
    ids
}

fn because(odd: &Odd<'_>) -> String {
    let row = odd.row;
    let service: &str = if row.service == "ssl" { "TLS" } else { &row.service };
    let alike = format!("{:.0} of {:.0} pairs of a host and a service on that port do", odd.n_alike, odd.n_on_port);
    let identity = match (row.tls, row.identity.as_str()) {
        (true, "") => String::new(),
        (true, doubts) => format!(
            "; its identity is {}, as odd as that of {:.1} % of the pairs with TLS",
            doubts.split(' ').collect::<Vec<_>>().join(", "),
            odd.p_identity.get() * 100.0
        ),
        (false, _) if !row.named => "; no name is known for the address".to_owned(),
        _ => String::new(),
    };
    format!("{} speaks {service} with {} on port {}; {alike}{identity}.", odd.source, odd.address, odd.port)
}

fn statistics(odd: &Odd<'_>) -> Vec<(String, f64)> {
    let all = [
        ("n_pairs", odd.n_pairs),
        ("n_on_port", odd.n_on_port),
        ("n_alike", odd.n_alike),
        ("p_protocol", odd.p_protocol.get()),
        ("p_identity", odd.p_identity.get()),
        ("p_name", odd.p_name.get()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
