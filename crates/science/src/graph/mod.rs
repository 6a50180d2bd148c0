//! Graphs by node index: what hangs together, what is central as seen from somewhere, what forms communities.

mod components;
mod csr;
mod labels;
mod layout;
mod leiden;
mod pagerank;

#[cfg(test)]
mod tests;

pub use components::components;
pub use csr::Graph;
pub use labels::propagate_labels;
pub use layout::{Link, layout};
pub use leiden::{Quality, leiden};
pub use pagerank::{DAMPING, pagerank};
