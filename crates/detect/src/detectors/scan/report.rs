//! Findings in words and numbers. Input: `judge`.

use schema::{Entity, EntityKind, Finding, Window};

use super::{
    DETECTOR,
    judge::{Axis, Route, Suspect},
    summary::Kind,
};
use crate::{
    query::{Query, literal},
    telemetry::Seen,
};

/// An axis joins the strongest in a finding where its own p-value is at most this.
const JOINS_MAX: f64 = 1e-4;

/// Findings that are no lead by any measure are not told.
const TOLD_MAX: f64 = 0.05;

/// Axes of both kinds from which on it is a block that is scanned.
const BLOCK_MIN: usize = 3;

/// Services named in a sentence.
const NAMED_MAX: usize = 5;

pub(super) fn finding(window: Window, suspect: &Suspect<'_>) -> Option<Finding> {
    let strongest = suspect.axes.first().filter(|_| suspect.p_value.get() <= TOLD_MAX)?;
    let shown: Vec<&Axis<'_>> = suspect
        .axes
        .iter()
        .enumerate()
        .filter(|(i, axis)| *i == 0 || axis.p_value.get() <= JOINS_MAX)
        .map(|(_, axis)| axis)
        .collect();
    let shape = Shape::of(strongest, &shown);
    let mut seen = Seen::default();
    shown.iter().for_each(|axis| seen.join(&axis.tried.seen));
    let key = suspect.key;
    let object = (shape == Shape::Vertical).then(|| Entity::new(EntityKind::Ip, &strongest.key.axis));
    let finding = Finding {
        object,
        score: score(strongest),
        p_value: Some(suspect.p_value.get()),
        techniques: techniques(suspect, strongest),
        labels: vec![shape.label().to_owned()],
        because: because(suspect, strongest, &shown, shape),
        unless:
            "It is a vulnerability scanner, an inventory or a monitoring system that is new here, or a program that \
                 looks for servers which are gone."
                .to_owned(),
        statistics: statistics(suspect, strongest),
        query: query(window, suspect, strongest, shape),
        ..DETECTOR.finding(window, &key.dataset, Entity::new(EntityKind::Ip, &key.source), "")
    };
    Some(seen.prove("connections", finding))
}

/// How the targets lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Horizontal,
    Vertical,
    Block,
    Sweep,
}

impl Shape {
    fn of(strongest: &Axis<'_>, shown: &[&Axis<'_>]) -> Self {
        let n_hosts = shown.iter().filter(|axis| axis.key.kind == Kind::Host).count();
        let n_services = shown.len() - n_hosts;
        match strongest.key.kind {
            _ if n_hosts.min(n_services) >= BLOCK_MIN => Self::Block,
            Kind::Source => Self::Block,
            Kind::Host if n_hosts < BLOCK_MIN => Self::Vertical,
            Kind::Host => Self::Block,
            _ if strongest.key.axis == "icmp" => Self::Sweep,
            _ => Self::Horizontal,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Horizontal => "horizontal scan",
            Self::Vertical => "vertical scan",
            Self::Block => "block scan",
            Self::Sweep => "ping sweep",
        }
    }
}

fn because(suspect: &Suspect<'_>, strongest: &Axis<'_>, shown: &[&Axis<'_>], shape: Shape) -> String {
    let source = &suspect.key.source;
    let sample = &strongest.tried.sample;
    let (n, n_failed) = sample.counts();
    let about = if sample.n_targets() > n as f64 { "about " } else { "" };
    let (count, share) = (sample.n_targets(), 100.0 * n_failed as f64 / n.max(1) as f64);
    let tried = match shape {
        Shape::Vertical => format!("{source} tried {about}{count:.0} ports of {}", strongest.key.axis),
        Shape::Sweep => format!("{source} pinged {about}{count:.0} hosts"),
        Shape::Horizontal => format!("{source} tried {} on {about}{count:.0} hosts", services(shown)),
        Shape::Block => {
            let along = match strongest.key.kind {
                Kind::Source => "pairs of a host and a port".to_owned(),
                Kind::Host => format!("ports of {}", strongest.key.axis),
                _ => format!("hosts for {}", strongest.key.axis),
            };
            format!("{source} tried many ports on many hosts, {about}{count:.0} {along}")
        }
    };
    let outcome = match strongest.route {
        Route::Wide => String::new(),
        Route::Slow => format!(" over {} days; {share:.0} % did not answer", strongest.n_days),
        Route::Failing => format!("; {share:.0} % did not answer"),
    };
    let usual = match (strongest.usual, strongest.route) {
        (Some(usual), _) => format!("; on {} days before it was {usual:.0} a day", strongest.n_days),
        (None, Route::Slow) => String::new(),
        (None, _) => "; no day before is known to compare with".to_owned(),
    };
    format!("{tried}{outcome}{usual}.")
}

/// The services of the axes: `tcp/445, tcp/139 and 3 more`.
fn services(shown: &[&Axis<'_>]) -> String {
    let mut names: Vec<&str> = shown
        .iter()
        .filter(|axis| !matches!(axis.key.kind, Kind::Host | Kind::Source))
        .map(|axis| axis.key.axis.as_str())
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    match names.len().checked_sub(NAMED_MAX) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names.get(..NAMED_MAX).unwrap_or_default().join(", ")),
    }
}

fn techniques(suspect: &Suspect<'_>, strongest: &Axis<'_>) -> Vec<String> {
    let id = match (suspect.ours, strongest.key.axis.as_str()) {
        (false, _) => "T1595.001",
        (true, "icmp") => "T1018",
        (true, _) => "T1046",
    };
    vec![id.to_owned()]
}

fn statistics(suspect: &Suspect<'_>, strongest: &Axis<'_>) -> Vec<(String, f64)> {
    let sample = &strongest.tried.sample;
    let (n, n_failed) = sample.counts();
    let numbers = [
        ("n_targets", sample.n_targets()),
        ("n_failed", sample.n_failed()),
        ("failing_share", n_failed as f64 / n.max(1) as f64),
        ("n_targets_sampled", n as f64),
        ("n_axes_tested", suspect.n_axes_tested as f64),
        ("n_days_known", strongest.n_days as f64),
        ("p_failing", strongest.p_failing.get()),
        ("p_usual", strongest.p_usual.get()),
    ];
    let usual = strongest.usual.map(|usual| ("usual_a_day", usual));
    numbers.into_iter().chain(usual).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// 0 to 100 by the number of targets: 10 are 24, 1,000 are 69.
fn score(strongest: &Axis<'_>) -> f64 {
    (23.0 * (1.0 + strongest.tried.sample.n_targets()).log10()).min(100.0)
}

fn query(window: Window, suspect: &Suspect<'_>, strongest: &Axis<'_>, shape: Shape) -> Option<String> {
    let columns = "observed_at, src_ip, dst_ip, dst_port, protocol, state, action, dst_bytes, record_id";
    let query = Query::of("connections", columns, &suspect.key.dataset, window).is("src_ip", &suspect.key.source);
    let axis = &strongest.key.axis;
    let query = match shape {
        Shape::Vertical => query.is("dst_ip", axis),
        Shape::Sweep => query.is("protocol", "icmp"),
        Shape::Block => query,
        Shape::Horizontal => match axis.split_once('/') {
            Some((protocol, port)) if port.parse::<u16>().is_ok() => {
                query.and(&format!("protocol = {} AND dst_port = {port}", literal(protocol)))
            }
            _ => query,
        },
    };
    query.latest_last()
}
