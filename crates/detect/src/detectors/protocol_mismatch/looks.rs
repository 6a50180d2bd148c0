//! The digest: odd pairs, and how many pairs have each look, to Arrow and back; a day of the past in the same shape.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use crate::{
    Error, Params,
    sheet::{Rows, Sheet},
    telemetry::{Sample, Seen, SeenColumns},
};

/// Odd pairs of a dataset that a past day remembers, and looks.
const PAIRS_MAX: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// How many pairs have this look: `port 443 ssl`, `identity untrusted unnamed`, `named no`.
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

/// A past day: its looks, and its odd pairs without records.
pub(super) fn fold(hours: &[RecordBatch], _: &Params) -> Result<RecordBatch, Error> {
    let mut day = joined(hours)?;
    let mut n_kept: BTreeMap<String, usize> = BTreeMap::new();
    day.retain(|key, _| {
        let n_kept = n_kept.entry(key.parts().0.to_owned()).or_default();
        *n_kept += 1;
        *n_kept <= PAIRS_MAX
    });
    day.values_mut().for_each(|row| row.seen = Seen::default());
    encode(&day)
}
