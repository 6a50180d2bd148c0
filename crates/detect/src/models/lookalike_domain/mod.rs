//! Names that pass themselves off as a brand's (T1583.001, T1566): its name misspelled, in look-alike letters, or put
//! together with words such as "login", in a registered label that is not the brand's own.

mod below;
mod brands;
mod features;
mod learn;
mod model;
mod registered;
mod resemble;
mod signs;
mod skeleton;
mod suffixes;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use science::PValue;

pub use brands::{Brand, Brands};
pub use learn::{Parts, Untold, learn, parts};
pub use model::Model;
pub use resemble::How;

use super::Scored;

/// `content/models/lookalike_domain.bin`, which a test reads before anybody else does.
static SHIPPED: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::read(include_bytes!("../../../../../content/models/lookalike_domain.bin")));

/// The ordinary names that p-values are ranks among, and those of them that resemble a shipped brand.
pub const N_ORDINARY: f64 = 99_224.0;
pub const N_ORDINARY_RESEMBLING: f64 = 911.0;

/// What a name has of a brand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resembles<'a> {
    /// As the list of brands writes it.
    pub brand: &'a str,
    pub how: How,
    /// The raw score, in log odds that are not calibrated: what to rank names by.
    pub score: f64,
    pub probability: f64,
    /// Null hypothesis: the name is exchangeable with the ordinary names that the model was calibrated on.
    pub p_value: PValue,
}

/// Which brand a name passes itself off as, if any of these.
///
/// `None` for names that resemble none, and for the brands' own. A name may resemble a brand innocently (a dealer, a
/// fan, another firm of that name): how young and how rarely seen it is says more than its letters.
pub fn score<'a>(name: &str, brands: &'a Brands) -> Option<Resembles<'a>> {
    SHIPPED.as_ref()?.score(name, brands)
}

/// Whether [`score`] would have anything to say: the cheap half of it.
pub fn resembles(name: &str, brands: &Brands) -> bool {
    model::look(name, brands).is_some()
}

/// Whether somebody's whole domain stands in front of `domain`, the registered one of the name, whoever he is.
pub fn holds_domain(name: &str, domain: &str) -> bool {
    below::holds_domain(name, domain)
}

/// How much a registered name is spelled, and placed, as those of phishing sites are, whether or not it resembles a brand.
///
/// [`Scored::SILENT`] for names without a label that can be registered, and for the brands' own.
pub fn spelled(name: &str, brands: &Brands) -> Scored {
    SHIPPED.as_ref().map_or(Scored::SILENT, |model| model.spelled(name, brands))
}

/// The shipped model; `None` would mean that the file within this program is broken.
pub fn shipped() -> Option<&'static Model> {
    SHIPPED.as_ref()
}
