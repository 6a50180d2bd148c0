//! Sigma rules: the specification feature by feature, rules that try to hurt, correlations, and the public set.

mod correlation;
mod differential;
mod hostile;
mod language;
mod pipelines;
mod public_set;
mod shortcuts;
mod support;
