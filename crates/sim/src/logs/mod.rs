//! The sources' own wire formats, and the spools that put rows into the order in which the sources write them.

pub(crate) mod cloudflare;
pub(crate) mod daily;
pub(crate) mod json;
pub(crate) mod spool;
pub(crate) mod text;
pub(crate) mod winlogbeat;
pub(crate) mod zeek;
