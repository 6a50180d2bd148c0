//! The only clock of the product. The core never reads it: instants are handed down.

use std::time::{SystemTime, UNIX_EPOCH};

use schema::Timestamp;

/// Now, in UTC.
pub fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanos(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
}
