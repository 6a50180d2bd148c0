//! Names made by an algorithm (T1568.002): how the registered label of a name is spelled, and nothing else.
//!
//! Alone a name says little: a list of popular names holds as random ones. Many names of one host say much, see
//! [`together`].

pub(super) mod features;
mod learn;
mod made_up;
mod model;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use science::PValue;

use super::Scored;

pub use learn::{Family, Parts, Untold, labels, learn, parts};
pub use model::Model;

/// `content/models/generated_domains.bin`, which a test reads before anybody else does.
static SHIPPED: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::read(include_bytes!("../../../../../content/models/generated_domains.bin")));

/// The shipped model; `None` would mean that the file within this program is broken.
pub fn shipped() -> Option<&'static Model> {
    SHIPPED.as_ref()
}

/// Judges a name as it stands in a query, in any case, with or without a dot at its end.
///
/// Names without a label that can be registered, such as addresses, reverse zones and public suffixes, and labels of
/// less than four letters are not judged: [`Scored::SILENT`]. Neither are internationalized labels: no algorithm that
/// is known makes them, and their encoded form looks random.
pub fn score(name: &str) -> Scored {
    SHIPPED.as_ref().map_or(Scored::SILENT, |model| model.score(name))
}

/// One p-value for several **different** registered names that one host asked for.
///
/// Stouffer's combination of their p-values assumes that ordinary names of one host are like independent draws from the
/// calibration list. Ask about each registered name once; a host that works with a machine-named service breaks that.
/// On families left out it found more than Fisher's, which lives on the few smallest p-values: families whose every name
/// is only somewhat strange are those that need help.
pub fn together(p_values: &[PValue]) -> PValue {
    let weighted: Vec<(PValue, f64)> = p_values.iter().map(|p_value| (*p_value, 1.0)).collect();
    science::hypothesis::stouffer(&weighted)
}

/// The part of a name that is judged: the registered label, `None` where there is none to judge.
pub fn label(name: &str) -> Option<&str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let domain = psl::domain_str(name)?;
    let label = domain.split('.').next()?;
    let is_encoded = label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    let is_number = domain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_long_enough = label.len() >= features::SHORTEST;
    (is_long_enough && label.is_ascii() && !is_encoded && !is_number && !domain.ends_with(".arpa")).then_some(label)
}
