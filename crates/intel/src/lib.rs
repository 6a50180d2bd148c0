//! Findings in, threat events out; and the ATT&CK reference that names them. No clock, no I/O.
//!
//! ```
//! let reference = intel::attack::enterprise();
//! let classified = intel::classify(&[], &reference, &intel::Policy::default());
//! assert!(classified.events.is_empty());
//! ```

pub mod attack;
pub mod attribute;
pub mod correlate;
pub mod identity;
pub mod indicators;
pub mod learn;
pub mod names;

mod budget;
mod classify;
mod coverage;

pub mod text;
pub mod visibility;
pub mod work;

pub use budget::best;
pub use classify::{Classified, Merged, Policy, classify};
pub use coverage::{Covered, Means, coverage};
