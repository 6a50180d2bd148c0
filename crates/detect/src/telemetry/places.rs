//! What addresses outside are called: the registered domain that handshakes and requests named for them.

use ahash::HashMap;
use arrow_array::RecordBatch;

use super::{Hosts, Ids, Names, Text};
use crate::Error;

/// Addresses that are remembered in one hour.
const NAMED_MAX: usize = 2_000_000;

#[derive(Debug, Default)]
pub(crate) struct Places {
    /// By (dataset, address): the smallest of the domains, the same whatever the order of rows.
    names: HashMap<(u32, u32), Box<str>>,
}

impl Places {
    /// Takes the names that rows with `dst_ip` give in `column`.
    pub(crate) fn learn(
        &mut self,
        datasets: &mut Names,
        hosts: &mut Hosts,
        rows: &RecordBatch,
        column: &str,
    ) -> Result<(), Error> {
        let (ids, dst, name) = (Ids::of(rows)?, Text::of(rows, "dst_ip")?, Text::of(rows, column)?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(dst), Some(name)) = (ids.at(row), dst.get(row), name.get(row)) else { continue };
            let (Some(dst), Some(domain)) = (hosts.host(dst), registered(name)) else { continue };
            let key = (datasets.index(id.dataset), dst.index);
            let full = self.names.len() >= NAMED_MAX;
            match self.names.get_mut(&key) {
                Some(known) if domain < known.as_ref() => *known = domain.into(),
                Some(_) => {}
                None if dst.inside || full => {}
                None => drop(self.names.insert(key, domain.into())),
            }
        }
        Ok(())
    }

    pub(crate) fn name(&self, dataset: u32, address: u32) -> Option<&str> {
        self.names.get(&(dataset, address)).map(AsRef::as_ref)
    }
}

/// The registered domain of a host name.
pub(crate) fn registered(name: &str) -> Option<&str> {
    let name = name.trim_end_matches('.');
    (name.len() <= 253 && name.parse::<std::net::IpAddr>().is_err()).then(|| psl::domain_str(name)).flatten()
}
