//! Names that pass themselves off as a brand's (T1583.001, T1566): its name misspelled, in look-alike letters, or put
//! together with words such as "login", in a registered label that is not the brand's own.

mod brands;
mod features;
mod learn;
mod model;
mod resemble;
mod skeleton;

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

/// What a name has of a brand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resembles<'a> {
    /// As the list of brands writes it.
    pub brand: &'a str,
    pub how: How,
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

/// How much the label of a name is spelled as those of phishing sites are, whether or not it resembles a brand.
///
/// [`Scored::SILENT`] for names without a label that can be registered, and for the brands' own.
pub fn spelled(name: &str, brands: &Brands) -> Scored {
    SHIPPED.as_ref().map_or(Scored::SILENT, |model| model.spelled(name, brands))
}

/// The shipped model; `None` would mean that the file within this program is broken.
pub fn shipped() -> Option<&'static Model> {
    SHIPPED.as_ref()
}
