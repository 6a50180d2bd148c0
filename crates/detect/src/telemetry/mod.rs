//! Telemetry rows as detectors read them: columns by name, texts by number, addresses by side.

pub(crate) mod columns;
pub(crate) mod names;
pub(crate) mod network;

pub(crate) use columns::Text;
pub(crate) use names::Names;
