//! Numbers in, numbers out: descriptions, tests, false discovery control, models, graphs. Knows nothing of security.
//!
//! Every statistic is compared with an independent implementation: `reference/*.csv` holds the cases,
//! `reference/make.py` is the script that made them, `tests/it` compares.
//!
//! ```
//! use science::{PValue, hypothesis};
//!
//! let p: Vec<PValue> = [0.001, 0.2, 0.9].into_iter().filter_map(PValue::new).collect();
//! let q = hypothesis::benjamini_hochberg(&p);
//! assert!((q[0].get() - 0.003).abs() < 1e-12);
//! ```

mod probability;
mod random;
mod rows;

pub mod anomaly;
pub mod calibrate;
pub mod cluster;
pub mod conformal;
pub mod describe;
pub mod evaluate;
pub mod extremes;
pub mod graph;
pub mod hypothesis;
pub mod models;
pub mod online;
pub mod series;
pub mod survival;
pub mod text;

pub use probability::{Confidence, EValue, PValue, QValue};
pub use rows::Rows;
