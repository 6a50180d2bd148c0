//! Sketches as bytes, to be kept and merged later. Bytes that are damaged, or another sketch's, give `None`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cardinality, CountMin, Quantiles, cardinality::State};
use crate::models::bytes::{Reader, Writer};

/// Kinds, and the version of all.
const QUANTILES: [u8; 4] = *b"MGQU";
const CARDINALITY: [u8; 4] = *b"MGCA";
const COUNT_MIN: [u8; 4] = *b"MGCM";
const VERSION: u8 = 1;

impl Quantiles {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(QUANTILES, VERSION);
        writer.f64(self.log_gamma);
        let (low, high) = self.range.unwrap_or((0.0, 0.0));
        writer.byte(u8::from(self.range.is_some()));
        writer.f64(low);
        writer.f64(high);
        writer.u64(self.zeros);
        for bins in [&self.positive, &self.negative] {
            writer.count(bins.len() as u32);
            for (bin, count) in bins {
                writer.u32(bin.cast_unsigned());
                writer.u64(*count);
            }
        }
        writer.into_bytes()
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes, QUANTILES, VERSION)?;
        // Errors of 0.0001 to 0.5.
        let log_gamma = reader.f64().filter(|log| (1e-4..=1.2).contains(log))?;
        let some = reader.byte()? == 1;
        let (low, high) = (reader.f64()?, reader.f64()?);
        let zeros = reader.u64()?;
        let (positive, negative) = (bins(&mut reader)?, bins(&mut reader)?);
        let range = some.then_some((low, high)).filter(|(low, high)| low <= high);
        let sound =
            reader.is_empty() && (range.is_some() || (zeros == 0 && positive.is_empty() && negative.is_empty()));
        sound.then_some(Self { log_gamma, positive, negative, zeros, range })
    }
}

fn bins(reader: &mut Reader<'_>) -> Option<BTreeMap<i32, u64>> {
    let n = reader.count().filter(|n| *n as usize <= Quantiles::BINS_MAX)?;
    (0..n).map(|_| Some((reader.u32()?.cast_signed(), reader.u64()?))).collect()
}

impl Cardinality {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(CARDINALITY, VERSION);
        writer.byte(self.precision);
        match &self.state {
            State::Few(hashes) => {
                writer.byte(0);
                writer.count(hashes.len() as u32);
                hashes.iter().for_each(|hash| writer.u64(*hash));
            }
            State::Many(registers) => {
                writer.byte(1);
                registers.iter().for_each(|register| writer.byte(*register));
            }
        }
        writer.into_bytes()
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes, CARDINALITY, VERSION)?;
        let precision = reader.byte().filter(|precision| (4..=18).contains(precision))?;
        let state = match reader.byte()? {
            0 => {
                let n = reader.count().filter(|n| *n <= 1 << (precision - 4))?;
                State::Few((0..n).map(|_| reader.u64()).collect::<Option<BTreeSet<u64>>>()?)
            }
            1 => {
                let register = |_| reader.byte().filter(|register| *register <= 65 - precision);
                State::Many((0..1 << precision).map(register).collect::<Option<Vec<u8>>>()?)
            }
            _ => return None,
        };
        reader.is_empty().then_some(Self { precision, state })
    }
}

impl CountMin {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(COUNT_MIN, VERSION);
        writer.u32(self.width as u32);
        writer.byte((self.counts.len() / self.width) as u8);
        writer.u64(self.total);
        self.counts.iter().for_each(|count| writer.u64(*count));
        writer.into_bytes()
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes, COUNT_MIN, VERSION)?;
        let width = reader.u32().filter(|width| (1..=1 << 24).contains(width))? as usize;
        let depth = reader.byte().filter(|depth| (1..=16).contains(depth))?;
        let total = reader.u64()?;
        // Collecting stops where the bytes do: a false size takes no memory.
        let counts = (0..width * usize::from(depth)).map(|_| reader.u64()).collect::<Option<Vec<u64>>>()?;
        reader.is_empty().then_some(Self { width, counts, total })
    }
}
