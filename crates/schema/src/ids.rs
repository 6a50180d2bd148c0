//! Ids that say the same thing on every run: derived from content, never drawn at random.

use std::fmt;

use uuid::Uuid;

/// Namespace of all our derived ids (a UUIDv5 of "margay" in the URL namespace, fixed for ever).
const NAMESPACE: Uuid = Uuid::from_u128(0x6d61_7267_6179_5e00_a000_0000_0000_0001);

/// A deterministic id, `kind--uuid`, from the parts that make the thing what it is (UUIDv5, RFC 9562 §5.5).
///
/// Parts are length-prefixed, so `["ab", "c"]` and `["a", "bc"]` differ.
pub fn stable_id(kind: &str, parts: &[&str]) -> String {
    let mut name = String::with_capacity(parts.iter().map(|part| part.len() + 8).sum::<usize>() + kind.len());
    name.push_str(kind);
    for part in parts {
        name.push_str(&format!("\u{1f}{}:{part}", part.len()));
    }
    format!("{kind}--{}", Uuid::new_v5(&NAMESPACE, name.as_bytes()))
}

/// Identifies one source of bytes (a file's content, a topic partition), whatever it is called today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceKey(pub u64);

impl fmt::Display for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The id of the record that starts at byte `position` of a source: `<source key>-<position>`, 33 characters.
///
/// It is a position and not a hash of the content, because two equal log lines are two events; ids of one
/// source share long prefixes and ascend, which Parquet's delta encodings store in a few bits.
pub fn record_id(source: SourceKey, position: u64) -> String {
    format!("{source}-{position:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_repeat_and_parts_do_not_run_together() {
        assert_eq!(stable_id("finding", &["a", "b"]), stable_id("finding", &["a", "b"]));
        assert_ne!(stable_id("finding", &["ab", "c"]), stable_id("finding", &["a", "bc"]));
        assert_ne!(stable_id("finding", &["a"]), stable_id("event", &["a"]));
    }

    #[test]
    fn record_ids_sort_by_position() {
        let source = SourceKey(7);
        assert!(record_id(source, 9) < record_id(source, 10));
        assert_eq!(record_id(source, 10).len(), 33);
    }
}
