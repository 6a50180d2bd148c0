//! Sigma rules: the specification feature by feature, rules that try to hurt, and the public set.

mod language;
mod public_set;
mod support;
