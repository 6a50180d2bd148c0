//! Whether a connection came to anything: the words of Zeek, Suricata, Argus and firewalls, and the packets behind them.

use arrow_array::{Int64Array, RecordBatch};

use super::{
    Text,
    columns::{ints, present},
};
use crate::Error;

/// What became of an attempt to reach a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The other side sent something.
    Answered,
    /// Silence, a refusal, a block on the way, or a handshake that was broken off without a word.
    Failed,
    /// The record does not say, as one direction of a flow cannot.
    Unknown,
}

/// Columns that tell it: `state`, `action`, `protocol`, `dst_bytes`, `dst_packets`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcomes<'a> {
    state: Text<'a>,
    action: Text<'a>,
    protocol: Text<'a>,
    dst_bytes: &'a Int64Array,
    dst_packets: &'a Int64Array,
}

/// A TCP server that takes a connection and says something sends at least two packets.
const PACKETS_OF_AN_ANSWER: i64 = 2;

impl<'a> Outcomes<'a> {
    pub(crate) fn of(rows: &'a RecordBatch) -> Result<Self, Error> {
        Ok(Self {
            state: Text::of(rows, "state")?,
            action: Text::of(rows, "action")?,
            protocol: Text::of(rows, "protocol")?,
            dst_bytes: ints(rows, "dst_bytes")?,
            dst_packets: ints(rows, "dst_packets")?,
        })
    }

    pub(crate) fn at(self, row: usize) -> Outcome {
        let state = self.state.get(row).unwrap_or("");
        let tcp = self.protocol.get(row) == Some("tcp");
        let said = present(self.dst_bytes, row);
        let packets = present(self.dst_packets, row);
        if self.action.get(row).is_some_and(blocked) || failed(state) {
            return Outcome::Failed;
        }
        match (said, packets) {
            (_, Some(0)) => Outcome::Failed,
            (_, Some(packets)) if tcp && packets < PACKETS_OF_AN_ANSWER => Outcome::Failed,
            (Some(0), _) if tcp && !state.is_empty() => Outcome::Failed,
            (Some(said), _) if said > 0 => Outcome::Answered,
            (None, None) if state.is_empty() || tcp && !argus_answered(state) => Outcome::Unknown,
            _ => Outcome::Answered,
        }
    }
}

fn blocked(action: &str) -> bool {
    ["reject", "rejected", "block", "blocked", "deny", "denied", "drop", "dropped"].contains(&action)
}

/// Zeek's states of an attempt that came to nothing, and Argus' flags with none from the other side, or its reset.
fn failed(state: &str) -> bool {
    const ZEEK: [&str; 5] = ["S0", "REJ", "RSTOS0", "RSTRH", "SH"];
    const ARGUS: [&str; 5] = ["INT", "REQ", "URP", "URH", "URN"];
    let argus = state.split_once('_').is_some_and(|(ours, theirs)| {
        ours.contains('S') && !theirs.contains('S') && theirs.bytes().all(|flag| b"RA".contains(&flag))
    });
    ZEEK.contains(&state) || ARGUS.contains(&state) || argus
}

/// Zeek always counts bytes; of Argus' TCP states only flags of both sides are an answer.
fn argus_answered(state: &str) -> bool {
    state.split_once('_').is_some_and(|(_, theirs)| theirs.contains('S') || theirs.contains('P'))
        || ["CON", "EST", "SF", "S1", "S2", "S3", "RSTO", "RSTR"].contains(&state)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, StringArray};
    use arrow_schema::{Field, Schema};

    use super::{Outcome::*, *};

    fn outcome(state: &str, action: &str, protocol: &str, bytes: Option<i64>, packets: Option<i64>) -> Outcome {
        let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![Some(text).filter(|t| !t.is_empty())])) };
        let int = |int: Option<i64>| -> ArrayRef { Arc::new(Int64Array::from(vec![int])) };
        let columns = vec![text(state), text(action), text(protocol), int(bytes), int(packets)];
        let names = ["state", "action", "protocol", "dst_bytes", "dst_packets"];
        let fields: Vec<Field> = names
            .iter()
            .zip(&columns)
            .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
            .collect();
        let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("one row");
        Outcomes::of(&rows).expect("its columns").at(0)
    }

    #[test]
    fn every_sensor_says_it_in_its_own_words() {
        for (state, action, protocol, bytes, packets, expected) in [
            ("S0", "", "tcp", None, Some(0), Failed),
            ("REJ", "", "tcp", Some(0), Some(1), Failed),
            ("SF", "", "tcp", Some(900), Some(7), Answered),
            // An open port that was only knocked at.
            ("RSTO", "", "tcp", Some(0), Some(1), Failed),
            ("SF", "", "udp", Some(90), Some(1), Answered),
            ("S_RA", "", "tcp", None, Some(1), Failed),
            ("S_", "", "tcp", None, None, Failed),
            ("FSPA_FSPA", "", "tcp", None, None, Answered),
            ("INT", "", "udp", None, None, Failed),
            ("CON", "", "udp", None, Some(1), Answered),
            // Suricata counts whole packets: one reset is 60 bytes.
            ("closed", "", "tcp", Some(60), Some(1), Failed),
            ("established", "", "tcp", Some(4_000), Some(9), Answered),
            ("", "reject", "tcp", None, None, Failed),
            ("", "accept", "tcp", None, None, Unknown),
            ("", "", "", None, None, Unknown),
        ] {
            let said = outcome(state, action, protocol, bytes, packets);
            assert_eq!(said, expected, "{state} {action} {protocol} {bytes:?} {packets:?}");
        }
    }
}
