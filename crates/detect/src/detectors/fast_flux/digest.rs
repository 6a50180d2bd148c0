//! The networks of one hour's answers, by host and registered domain.

use std::net::IpAddr;

use arrow_array::{Array, ListArray, RecordBatch, cast::AsArray};

use super::{N_ADDRESSES, N_ANSWERS, TTL_SUM};
use crate::{
    Digest, Error,
    excess::{Lookups, encode},
    telemetry::{
        Ids, Text,
        columns::{ints, present, typed},
        hash::stir,
        network,
        places::registered,
    },
};

/// Answers that live longer do not flux.
const TTL_MAX: i64 = 3_600;

/// Addresses of one answer that are looked at.
const ADDRESSES_MAX: usize = 64;

/// Networks from which on a pair is worth a row: nearly all names have one.
const NETWORKS_MIN: f64 = 2.0;

#[derive(Debug, Default)]
pub(super) struct HourDigest(Lookups);

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        if table != "dns_queries" {
            return Err(Error::new(format!("fast_flux does not read table \"{table}\"")));
        }
        let ids = Ids::of(rows)?;
        let (src, dst, query) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?, Text::of(rows, "query")?);
        let ttl = ints(rows, "ttl_s_min")?;
        let answers: &ListArray = typed(rows, "answers")?;
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(name)) = (ids.at(row), src.get(row), query.get(row)) else { continue };
            let Some(source) = self.0.source(id.dataset, src) else { continue };
            self.0.resolver(source, dst.get(row));
            let ttl = present(ttl, row).unwrap_or(0);
            let (Some(domain), true) = (registered(name), (0..=TTL_MAX).contains(&ttl)) else { continue };
            let networks = networks(answers, row);
            if networks.is_empty() {
                continue;
            }
            let Some(pair) = self.0.pair(source, domain, name, id) else { continue };
            pair.numbers[N_ANSWERS] += 1.0;
            pair.numbers[N_ADDRESSES] += networks.len() as f64;
            pair.numbers[TTL_SUM] += ttl as f64;
            for network in networks {
                pair.sample.add(network);
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        encode(&self.0.into_table(|amount| amount.sample.n_distinct() >= NETWORKS_MIN))
    }
}

/// Hashes of the networks of a row's addresses outside.
fn networks(answers: &ListArray, row: usize) -> Vec<u64> {
    if row >= answers.len() || answers.is_null(row) {
        return Vec::new();
    }
    let list = answers.value(row);
    let network = |text: &str| text.parse().ok().filter(|address| !network::inside(*address)).map(network_of);
    let short = list.as_string_opt::<i32>();
    let short = short.map(|texts| texts.iter().flatten().take(ADDRESSES_MAX).filter_map(network).collect());
    let view = || {
        let texts = list.as_string_view_opt()?;
        Some(texts.iter().flatten().take(ADDRESSES_MAX).filter_map(network).collect())
    };
    short.or_else(view).unwrap_or_default()
}

/// A /16, or a /32 in IPv6: what one owner mostly has.
fn network_of(address: IpAddr) -> u64 {
    let bits = match address {
        IpAddr::V4(address) => u64::from(address.to_bits() >> 16),
        IpAddr::V6(address) => 1 << 40 | (address.to_bits() >> 96) as u64,
    };
    stir(bits.wrapping_add(0x9e37_79b9_7f4a_7c15))
}
