//! placeholder
pub(crate) mod marking;
pub(crate) mod pattern;

