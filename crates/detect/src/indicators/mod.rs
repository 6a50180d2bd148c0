//! Matches indicators.
