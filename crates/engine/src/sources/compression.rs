//! Unpacks gzip and Zstandard by their first bytes, whatever the file is called; UTF-16 comes out as UTF-8.

use std::io::{BufRead, BufReader, Read};

use super::{Input, encoding::as_utf8};
use crate::{Error, Result, error::io};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    fn of(start: &[u8]) -> Self {
        match start {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // A frame (RFC 8878 §3.1.1), or a skippable frame before it.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }
}

/// A reader of the unpacked bytes. Concatenated gzip members and Zstandard frames are read to the last; output is
/// streamed, so a bomb costs time and never memory.
pub(crate) fn unpack<'a>(mut packed: impl BufRead + 'a) -> std::io::Result<(Packing, Box<dyn Read + 'a>)> {
    let packing = Packing::of(packed.fill_buf()?);
    let reader: Box<dyn Read + 'a> = match packing {
        Packing::Plain => Box::new(packed),
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(packed)?),
    };
    Ok((packing, as_utf8(reader)?))
}

/// The first unpacked bytes of an input, as far as they can be read.
pub(crate) fn read_start(input: &Input, limit: u64) -> Result<Vec<u8>> {
    let packed: Box<dyn BufRead> = match input {
        Input::Stdin => Box::new(BufReader::new(std::io::stdin())),
        Input::File { path, .. } => Box::new(BufReader::new(std::fs::File::open(path).map_err(io("open", path))?)),
    };
    let mut bytes = Vec::new();
    let (_, reader) =
        unpack(packed).map_err(|error| Error::input(format!("could not read {}", input.name())).detail(error))?;
    if let Err(error) = reader.take(limit).read_to_end(&mut bytes) {
        tracing::warn!(source = %input.name(), %error, "only a part could be unpacked");
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn unpacked(packed: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        unpack(packed)?.1.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    #[test]
    fn packed_twice_over_is_read_to_the_last_member() {
        let twice = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(unpacked(&twice).expect("whole"), b"one two");
        let frames =
            [zstd::encode_all(&b"one "[..], 1).expect("packs"), zstd::encode_all(&b"two"[..], 1).expect("packs")];
        assert_eq!(unpacked(&frames.concat()).expect("whole"), b"one two");
        assert_eq!(unpacked(b"plain").expect("whole"), b"plain");
        assert_eq!(unpacked(b"").expect("whole"), b"");
    }

    #[test]
    fn a_cut_stream_is_an_error_and_not_a_short_success() {
        let whole = gzip(&[7; 10_000]);
        assert!(unpacked(whole.get(..whole.len() - 6).expect("longer")).is_err());
        let whole = zstd::encode_all(&[7; 10_000][..], 1).expect("packs");
        assert!(unpacked(whole.get(..whole.len() - 3).expect("longer")).is_err());
    }
}
