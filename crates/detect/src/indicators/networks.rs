//! Networks in CIDR form, flattened into the spans between their borders: one search finds the narrowest network
//! around an address, whatever prefix lengths are in use.

use std::{cmp::Reverse, net::IpAddr};

/// No network here.
const NONE: u32 = u32::MAX;

/// A listed network and its entry in the matcher.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed {
    pub(super) first: IpAddr,
    pub(super) length: u8,
    pub(super) entry: u32,
}

#[derive(Debug, Default)]
pub(super) struct Networks {
    v4: Spans<u32>,
    v6: Spans<u128>,
    /// For each IPv4 /16 the first border in it, so that a search covers few borders.
    v4_start: Vec<u32>,
}

impl Networks {
    pub(super) fn new(listed: &[Listed]) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for network in listed {
            match network.first {
                IpAddr::V4(first) => {
                    let first = u32::from(first);
                    let hosts = u32::MAX.checked_shr(u32::from(network.length)).unwrap_or(0);
                    v4.push(Span { first, last: first | hosts, entry: network.entry });
                }
                IpAddr::V6(first) => {
                    let first = u128::from(first);
                    let hosts = u128::MAX.checked_shr(u32::from(network.length)).unwrap_or(0);
                    v6.push(Span { first, last: first | hosts, entry: network.entry });
                }
            }
        }
        let v4 = Spans::flatten(v4, |last| last.checked_add(1));
        let v6 = Spans::flatten(v6, |last| last.checked_add(1));
        let v4_start = if v4.borders.is_empty() {
            Vec::new()
        } else {
            (0..=0x1_0000_u64)
                .map(|high| v4.borders.partition_point(|border| u64::from(*border) < high << 16) as u32)
                .collect()
        };
        Self { v4, v6, v4_start }
    }

    /// Calls back with the entry of every network around the address, narrowest first.
    pub(super) fn around_v4(&self, address: u32, found: impl FnMut(u32)) {
        let high = (address >> 16) as usize;
        let (Some(from), Some(to)) = (self.v4_start.get(high), self.v4_start.get(high + 1)) else {
            return;
        };
        let within = self.v4.borders.get(*from as usize..*to as usize).unwrap_or_default();
        let past = *from as usize + within.partition_point(|border| *border <= address);
        self.v4.climb(past, found);
    }

    pub(super) fn around_v6(&self, address: u128, found: impl FnMut(u32)) {
        let past = self.v6.borders.partition_point(|border| *border <= address);
        self.v6.climb(past, found);
    }

    pub(super) fn bytes(&self) -> usize {
        self.v4.bytes() + self.v6.bytes() + self.v4_start.capacity() * 4
    }
}

#[derive(Debug, Clone, Copy)]
struct Span<A> {
    first: A,
    last: A,
    entry: u32,
}

/// Borders in order, the narrowest network from each border on, and the networks around each network.
#[derive(Debug)]
struct Spans<A> {
    borders: Vec<A>,
    /// For each border the index in `networks`, or [`NONE`].
    inner: Vec<u32>,
    /// Entry of each network, and the index of the next wider one.
    networks: Vec<(u32, u32)>,
}

impl<A> Default for Spans<A> {
    fn default() -> Self {
        Self { borders: Vec::new(), inner: Vec::new(), networks: Vec::new() }
    }
}

impl<A: Copy + Ord> Spans<A> {
    /// Two networks are disjoint or one lies in the other, so a sweep with a stack of open networks sees all.
    fn flatten(mut spans: Vec<Span<A>>, after: impl Fn(A) -> Option<A>) -> Self {
        spans.sort_by_key(|span| (span.first, Reverse(span.last), span.entry));
        let mut flat = Self::default();
        let mut open: Vec<(A, u32)> = Vec::new();
        for span in spans {
            flat.close(&mut open, Some(span.first), &after);
            let around = open.last().map_or(NONE, |(_, network)| *network);
            let network = flat.networks.len() as u32;
            flat.networks.push((span.entry, around));
            flat.border(span.first, network);
            open.push((span.last, network));
        }
        flat.close(&mut open, None, &after);
        flat
    }

    /// Ends the open networks that lie wholly before `next`; all of them where there is no next.
    fn close(&mut self, open: &mut Vec<(A, u32)>, next: Option<A>, after: impl Fn(A) -> Option<A>) {
        while let Some((last, _)) = open.last().copied().filter(|(last, _)| next.is_none_or(|next| *last < next)) {
            open.pop();
            if let Some(border) = after(last) {
                self.border(border, open.last().map_or(NONE, |(_, network)| *network));
            }
        }
    }

    fn border(&mut self, at: A, inner: u32) {
        if self.borders.last() == Some(&at) {
            self.borders.pop();
            self.inner.pop();
        }
        self.borders.push(at);
        self.inner.push(inner);
    }

    fn climb(&self, past: usize, mut found: impl FnMut(u32)) {
        let Some(mut at) = past.checked_sub(1).and_then(|index| self.inner.get(index)).copied() else {
            return;
        };
        while let Some((entry, around)) = self.networks.get(at as usize) {
            found(*entry);
            at = *around;
        }
    }

    fn bytes(&self) -> usize {
        self.borders.capacity() * size_of::<A>() + self.inner.capacity() * 4 + self.networks.capacity() * 8
    }
}
