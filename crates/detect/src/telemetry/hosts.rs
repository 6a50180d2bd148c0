//! Addresses by number: each is parsed once.

use std::net::IpAddr;

use super::{Names, hash::stable_hash, network};

#[derive(Debug, Default)]
pub(crate) struct Hosts {
    names: Names,
    known: Vec<Option<Host>>,
}

/// An address of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Host {
    pub(crate) index: u32,
    pub(crate) address: IpAddr,
    pub(crate) inside: bool,
    /// Of its text.
    pub(crate) hash: u64,
}

impl Hosts {
    /// `None` where the text is no address, as in the logs of an edge that hides them.
    pub(crate) fn host(&mut self, text: &str) -> Option<Host> {
        let index = self.names.index(text);
        if self.known.len() < self.names.len() {
            let host = |address| Host { index, address, inside: network::inside(address), hash: stable_hash(text) };
            self.known.push(text.parse().ok().map(host));
        }
        self.known.get(index as usize).copied().flatten()
    }

    pub(crate) fn text(&self, index: u32) -> &str {
        self.names.text(index)
    }
}
