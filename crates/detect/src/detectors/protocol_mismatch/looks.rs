//! The digest: odd pairs, and how many pairs have each look, to Arrow and back; a day of the past in the same shape.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use crate::{
    Error, Params,
    sheet::{Rows, Sheet},
    telemetry::{Sample, Seen, SeenColumns},
};

/// Odd pairs of a dataset that a past day remembers, and as many looks.
const ROOM: usize = 40_000;

/// What is spoken where the sensor recognizes nothing.
pub(super) const UNKNOWN: &str = "unknown";

/// The look of all TLS of one source begins so; its name follows.
pub(super) const OF_SOURCE: &str = "tls of ";

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// How many pairs have this look: `on 443 ssl`, `identity untrusted unnamed`, `no name`, `tls of 10.0.0.1`.
    Look {
        dataset: String,
        look: String,
    },
    Pair {
        dataset: String,
        source: String,
        address: String,
        port: u16,
    },
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    /// Pairs with the look.
    pub pairs: Sample,
    /// Of a pair: its looks.
    pub service: String,
    pub identity: String,
    pub named: bool,
    pub tls: bool,
    pub seen: Seen,
}

impl Row {
    fn join(&mut self, other: &Self) {
        self.pairs.join(&other.pairs);
        for (known, more) in [(&mut self.service, &other.service), (&mut self.identity, &other.identity)] {
            if more.as_str() > known.as_str() {
                known.clone_from(more);
            }
        }
        self.named |= other.named;
        self.tls |= other.tls;
        self.seen.join(&other.seen);
    }
}

pub(super) type Table = BTreeMap<Key, Row>;

pub(super) fn encode(table: &Table) -> Result<RecordBatch, Error> {
    let parts = || table.keys().map(Key::parts);
    let samples: Vec<Vec<i64>> = table.values().map(|row| row.pairs.encoded()).collect();
    let sheet = Sheet::default()
        .text("dataset", parts().map(|parts| parts.0))
        .text("source", parts().map(|parts| parts.1))
        .text("address_or_look", parts().map(|parts| parts.2))
        .int("port", parts().map(|parts| parts.3))
        .text("service", table.values().map(|row| &row.service))
        .text("identity", table.values().map(|row| &row.identity))
        .int("named", table.values().map(|row| i64::from(row.named)))
        .int("tls", table.values().map(|row| i64::from(row.tls)))
        .ints("pairs", samples.iter().map(Vec::as_slice));
    Seen::write(sheet, table.values().map(|row| &row.seen)).finish()
}

impl Key {
    /// Dataset, source, address or look, and port; a look has no source.
    fn parts(&self) -> (&str, &str, &str, i64) {
        match self {
            Self::Look { dataset, look } => (dataset, "", look, -1),
            Self::Pair { dataset, source, address, port } => (dataset, source, address, i64::from(*port)),
        }
    }

    fn of((dataset, source, text, port): (&str, &str, &str, i64)) -> Self {
        match u16::try_from(port) {
            Ok(port) => {
                Self::Pair { dataset: dataset.to_owned(), source: source.to_owned(), address: text.to_owned(), port }
            }
            Err(_) => Self::Look { dataset: dataset.to_owned(), look: text.to_owned() },
        }
    }
}

pub(super) fn joined<'a>(digests: impl IntoIterator<Item = &'a RecordBatch>) -> Result<Table, Error> {
    let mut table = Table::new();
    for digest in digests {
        let rows = Rows(digest);
        let (dataset, source) = (rows.text("dataset")?, rows.text("source")?);
        let (text, port) = (rows.text("address_or_look")?, rows.int("port")?);
        let (service, identity) = (rows.text("service")?, rows.text("identity")?);
        let (named, tls, pairs) = (rows.int("named")?, rows.int("tls")?, rows.ints("pairs")?);
        let seen = SeenColumns::of(rows)?;
        for i in 0..rows.len() {
            let row = Row {
                pairs: Sample::decoded(&pairs.ints_at(i)),
                service: service.at(i).to_owned(),
                identity: identity.at(i).to_owned(),
                named: named.at(i) == 1,
                tls: tls.at(i) == 1,
                seen: seen.at(i),
            };
            let key = Key::of((dataset.at(i), source.at(i), text.at(i), port.at(i)));
            table.entry(key).or_default().join(&row);
        }
    }
    Ok(table)
}

/// A past day: its most common looks, and its odd pairs without records, those first of which most is known.
///
/// Looks and pairs each have their own room: programs that talk to strangers on thousands of ports would else leave
/// none for what must be known again tomorrow.
pub(super) fn fold(hours: &[RecordBatch], _: &Params) -> Result<RecordBatch, Error> {
    let mut rooms: BTreeMap<(String, bool), Vec<(Key, Row)>> = BTreeMap::new();
    for (key, mut row) in joined(hours)? {
        row.seen = Seen::default();
        let room = (key.parts().0.to_owned(), matches!(key, Key::Pair { .. }));
        rooms.entry(room).or_default().push((key, row));
    }
    let mut day = Table::new();
    for (_, mut rows) in rooms {
        rows.sort_by(|a, b| b.1.worth().total_cmp(&a.1.worth()).then_with(|| a.0.cmp(&b.0)));
        rows.truncate(ROOM);
        day.extend(rows);
    }
    encode(&day)
}

impl Row {
    /// How much a past day would miss it: of a look how many pairs have it, of a pair whether anything is known of it.
    fn worth(&self) -> f64 {
        let known = [!self.identity.is_empty(), self.tls, self.service != UNKNOWN];
        self.pairs.n_distinct() + known.into_iter().filter(|known| *known).count() as f64
    }
}
