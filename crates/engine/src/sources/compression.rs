//! Unpacks gzip, Zstandard, xz and bzip2 by their first bytes, whatever the file is called; UTF-16 comes out as UTF-8.

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{Input, encoding::as_utf8, files::is_link};
use crate::{Error, Result, error};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

impl Packing {
    fn of(start: &[u8]) -> Self {
        match start {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // A frame (RFC 8878 §3.1.1), or a skippable frame before it.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            // A block, or the end of a stream without any.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => Self::Bzip2,
            _ => Self::Plain,
        }
    }
}

/// Memory that an xz stream may ask for: what its own tool needs at its highest level is a quarter of it.
const XZ_MEMORY_BYTES: u64 = 256 << 20;

/// How much may come out of an input: what is more is taken for a bomb.
///
/// Honest logs become 5 to 200 times larger. Where little came out yet, the ratio says nothing.
const MOST_RATIO: u64 = 2_000;
const ALWAYS_ALLOWED_BYTES: u64 = 4 << 30;

/// What went into and came out of one input so far, over everything that is packed in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Budget(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    packed: AtomicU64,
    unpacked: AtomicU64,
}

impl Budget {
    /// Of an input whose size is known.
    pub(crate) fn of(packed_bytes: u64) -> Self {
        let budget = Self::default();
        budget.add_packed(packed_bytes);
        budget
    }

    pub(crate) fn add_packed(&self, bytes: u64) {
        self.0.packed.fetch_add(bytes, Ordering::Relaxed);
    }

    fn spend(&self, bytes: u64) -> io::Result<()> {
        let unpacked = self.0.unpacked.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let allowed = self.0.packed.load(Ordering::Relaxed).saturating_mul(MOST_RATIO).max(ALWAYS_ALLOWED_BYTES);
        if unpacked <= allowed {
            return Ok(());
        }
        let why = format!("more than {MOST_RATIO} times its size came out, which no log does: it is taken for a bomb");
        Err(io::Error::new(io::ErrorKind::InvalidData, why))
    }
}

/// A reader that is charged for what it gives.
struct Charged<R> {
    reader: R,
    budget: Budget,
}

impl<R: Read> Read for Charged<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(into)?;
        self.budget.spend(n as u64)?;
        Ok(n)
    }
}

/// A reader of the unpacked bytes. Streams and frames behind each other are read to the last; output is streamed, so a
/// bomb costs time and never memory, and the budget bounds the time.
pub(crate) fn unpack<'a>(mut packed: impl BufRead + 'a, budget: &Budget) -> io::Result<(Packing, Box<dyn Read + 'a>)> {
    let packing = Packing::of(packed.fill_buf()?);
    let reader: Box<dyn Read + 'a> = match packing {
        Packing::Plain => return Ok((packing, as_utf8(packed)?)),
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(packed)?),
        Packing::Xz => unxz(packed)?,
        Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
    };
    Ok((packing, as_utf8(Charged { reader, budget: budget.clone() })?))
}

/// A reader of what xz has packed, in bounded memory.
pub(super) fn unxz<'a>(packed: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY_BYTES, liblzma::stream::CONCATENATED)?;
    Ok(Box::new(liblzma::bufread::XzDecoder::new_stream(packed, stream)))
}

/// The unpacked bytes of an input, from its start.
pub(crate) fn open(input: &Input) -> Result<Box<dyn Read>> {
    let packed: Box<dyn BufRead> = match input {
        Input::Stdin => Box::new(BufReader::new(io::stdin())),
        Input::Link { .. } => return Err(is_link(input)),
        Input::File { path, .. } => {
            Box::new(BufReader::new(std::fs::File::open(path).map_err(error::io("open", path))?))
        }
    };
    let (_, reader) = unpack(packed, &Budget::default())
        .map_err(|error| Error::input(format!("could not read {}", input.name())).detail(error))?;
    Ok(reader)
}

/// The first unpacked bytes of an input, as far as they can be read.
pub(crate) fn read_start(input: &Input, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Err(error) = open(input)?.take(limit).read_to_end(&mut bytes) {
        tracing::warn!(source = %input.name(), %error, "only a part could be unpacked");
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn unpacked(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        unpack(packed, &Budget::default())?.1.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).expect("in memory")
    }

    fn xz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    type Packer = fn(&[u8]) -> Vec<u8>;
    const PACKERS: [Packer; 4] = [gzip, zstd, xz, bzip2];

    #[test]
    fn packed_twice_over_is_read_to_the_last_member() {
        for pack in PACKERS {
            assert_eq!(unpacked(&[pack(b"one "), pack(b"two")].concat()).expect("whole"), b"one two");
            assert_eq!(unpacked(&pack(b"")).expect("whole"), b"");
        }
        assert_eq!(unpacked(b"plain").expect("whole"), b"plain");
        assert_eq!(unpacked(b"").expect("whole"), b"");
    }

    #[test]
    fn a_cut_stream_is_an_error_and_not_a_short_success() {
        for pack in PACKERS {
            let whole = pack(&[7; 10_000]);
            assert!(unpacked(whole.get(..whole.len() - 3).expect("longer")).is_err());
        }
    }

    #[test]
    fn a_bomb_is_stopped_by_its_ratio() {
        let budget = Budget::of(1 << 20);
        assert!(budget.spend(ALWAYS_ALLOWED_BYTES).is_ok(), "little at first");
        budget.add_packed(8 << 20);
        assert!(budget.spend(8 << 30).is_ok(), "a large input may be large unpacked");
        assert!(budget.spend(16 << 30).is_err());
    }
}
