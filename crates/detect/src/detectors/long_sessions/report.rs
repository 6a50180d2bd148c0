//! Findings in words and numbers.

use std::net::IpAddr;

use schema::{Entity, EntityKind, Finding, Window};

use super::{DETECTOR, HOUR_SECONDS, PORT, RECEIVED, SENT};
use crate::{
    excess::{Basis, Excess},
    query::Query,
};

/// Findings that are no lead by any measure are not told.
const TOLD_MAX: f64 = 0.05;

/// Ports of programs that show and steer a screen: RDP, VNC, TeamViewer, AnyDesk, ScreenConnect.
const SCREEN_PORTS: [f64; 9] = [3_389.0, 5_900.0, 5_901.0, 5_938.0, 6_568.0, 7_070.0, 8_040.0, 8_041.0, 5_800.0];

/// Records of the session that a query shows: those of five minutes and more.
const SHOWN_NS: &str = "duration_ns >= 300000000000";

pub(super) fn finding(window: Window, excess: &Excess) -> Option<Finding> {
    if excess.p_value.get() > TOLD_MAX {
        return None;
    }
    let (key, amount) = (&excess.key, &excess.amount);
    let is_address = key.object.parse::<IpAddr>().is_ok();
    let kind = if is_address { EntityKind::Ip } else { EntityKind::Domain };
    let screen = SCREEN_PORTS.contains(&amount.numbers[PORT]);
    let columns = "observed_at, src_ip, dst_ip, dst_port, protocol, duration_ns, src_bytes, dst_bytes, record_id";
    let query = Query::of("connections", columns, &key.dataset, window).is("src_ip", &key.subject);
    let finding = Finding {
        object: Some(Entity::new(kind, &key.object)),
        also: (!is_address).then(|| Entity::new(EntityKind::Ip, &amount.detail)).into_iter().collect(),
        score: (25.0 * (1.0 + excess.value / HOUR_SECONDS).log2()).min(100.0),
        p_value: Some(excess.p_value.get()),
        techniques: vec![if screen { "T1219" } else { "T1572" }.to_owned()],
        because: because(excess),
        unless: "It is a VPN, a stream, a backup or a shell that someone knows of.".to_owned(),
        statistics: statistics(excess),
        query: query.is("dst_ip", &amount.detail).and(SHOWN_NS).latest_last(),
        ..DETECTOR.finding(window, &key.dataset, Entity::new(EntityKind::Ip, &key.subject), &key.object)
    };
    Some(amount.seen.prove("connections", finding))
}

fn because(excess: &Excess) -> String {
    let usual = match (excess.usual, excess.basis) {
        (Some(usual), Basis::Habit) => format!("on the {} days before it was {}", excess.n_days, span(usual)),
        (Some(usual), _) => format!("its longest to any other such place is {} on a usual day", span(usual)),
        (None, _) if excess.n_others > 0 => {
            format!("of {} other hosts the longest is {} by the median", excess.n_others, span(excess.usual_of_others))
        }
        (None, _) => "nothing is known yet of days before and other hosts".to_owned(),
    };
    let users = match excess.n_subjects {
        1 => "no other host is connected there for long".to_owned(),
        n => format!("{n} hosts are connected there"),
    };
    let numbers = &excess.amount.numbers;
    format!(
        "{} held a connection to {} port {} open for {}, with {:.1} MB sent and {:.1} MB received; {usual}; {users}.",
        excess.key.subject,
        excess.key.object,
        numbers[PORT],
        span(excess.value),
        numbers[SENT] / 1e6,
        numbers[RECEIVED] / 1e6,
    )
}

fn span(seconds: f64) -> String {
    if seconds < 2.0 * HOUR_SECONDS {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / HOUR_SECONDS)
    }
}

fn statistics(excess: &Excess) -> Vec<(String, f64)> {
    let numbers = &excess.amount.numbers;
    let all = [
        ("duration_s", excess.value),
        ("times_usual", excess.value / excess.usual.unwrap_or(excess.usual_of_others).max(60.0)),
        ("bytes_sent", numbers[SENT]),
        ("bytes_received", numbers[RECEIVED]),
        ("n_hosts_of_place", excess.n_subjects as f64),
        ("n_days_known", excess.n_days as f64),
        ("n_other_hosts", excess.n_others as f64),
        ("p_own", excess.p_own.get()),
        ("p_others", excess.p_others.get()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
