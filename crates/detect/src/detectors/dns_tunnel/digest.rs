//! What the names of one hour carry, by source and zone. Two hash look-ups a row and one pass over its name.

use arrow_array::{Array, ListArray, RecordBatch};

use super::{
    ANSWERED, INFORMATION, N_DATA_TYPES, N_QUERIES, N_UNKNOWN,
    names::{cut, information},
};
use crate::{
    Digest, Error,
    excess::{Lookups, encode},
    telemetry::{Ids, Text, columns::typed, hash::stable_hash},
};

/// What the names of a pair carry in an hour, below which it is not worth a row: 24 of them are still nothing.
const CARRIED_MIN: f64 = 20.0;

/// Information is added up in whole thousandths of a byte, or the sum would depend on the order of rows.
const PARTS: f64 = 1_000.0;

/// Types whose answers are text or names of the server's choice.
const DATA_TYPES: [&str; 7] = ["TXT", "NULL", "CNAME", "MX", "SRV", "KEY", "PRIVATE"];

#[derive(Debug, Default)]
pub(super) struct HourDigest(Lookups);

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        if table != "dns_queries" {
            return Err(Error::new(format!("dns_tunnel does not read table \"{table}\"")));
        }
        let ids = Ids::of(rows)?;
        let (src, dst, query) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?, Text::of(rows, "query")?);
        let (kind, code) = (Text::of(rows, "query_type")?, Text::of(rows, "response_code")?);
        let answers: &ListArray = typed(rows, "answers")?;
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(name)) = (ids.at(row), src.get(row), query.get(row)) else { continue };
            let Some(source) = self.0.source(id.dataset, src) else { continue };
            self.0.resolver(source, dst.get(row));
            let Some(cut) = cut(name) else { continue };
            let Some(pair) = self.0.pair(source, cut.zone, name, id) else { continue };
            let carries_data = kind.get(row).is_some_and(|kind| DATA_TYPES.contains(&kind));
            pair.numbers[INFORMATION] += (information(cut.below) * PARTS).round();
            pair.numbers[N_QUERIES] += 1.0;
            pair.numbers[N_DATA_TYPES] += f64::from(u8::from(carries_data));
            pair.numbers[N_UNKNOWN] += f64::from(u8::from(code.get(row) == Some("NXDOMAIN")));
            if carries_data && row < answers.len() && answers.is_valid(row) {
                pair.numbers[ANSWERED] += text_bytes(answers, row);
            }
            pair.sample.add(stable_hash(cut.below));
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        encode(&self.0.into_table(|amount| {
            amount.numbers[INFORMATION] /= PARTS;
            super::carried(amount) >= CARRIED_MIN
        }))
    }
}

/// Bytes of a row's answers.
fn text_bytes(answers: &ListArray, row: usize) -> f64 {
    use arrow_array::cast::AsArray;
    let list = answers.value(row);
    let short = list.as_string_opt::<i32>().map(|texts| texts.iter().flatten().map(str::len).sum::<usize>());
    let view = || list.as_string_view_opt().map(|texts| texts.iter().flatten().map(str::len).sum::<usize>());
    short.or_else(view).unwrap_or(0) as f64
}
