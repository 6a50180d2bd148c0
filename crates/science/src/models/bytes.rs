//! Models and sketches as bytes: little-endian numbers behind a kind, a version and a checksum, read without trust.

/// Writes a model or a sketch.
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn new(kind: [u8; 4], version: u8) -> Self {
        let mut bytes = kind.to_vec();
        bytes.push(version);
        Self { bytes }
    }

    pub(crate) fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn f32(&mut self, value: f32) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn f64(&mut self, value: f64) {
        self.bytes.extend(value.to_le_bytes());
    }

    /// A count, seven bits a byte: small ones are short.
    pub(crate) fn count(&mut self, value: u32) {
        self.long_count(u64::from(value));
    }

    pub(crate) fn long_count(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.byte((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.byte(value as u8);
    }

    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        let sum = checksum(&self.bytes);
        self.u32(sum);
        self.bytes
    }
}

/// Reads what a [`Writer`] wrote; whatever the bytes are, it answers `None` rather than more than there is.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], kind: [u8; 4], version: u8) -> Option<Self> {
        let (body, sum) = bytes.split_last_chunk::<4>()?;
        let intact = u32::from_le_bytes(*sum) == checksum(body);
        let rest = body.strip_prefix(&kind)?.strip_prefix(&[version])?;
        intact.then_some(Self { rest })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.take().map(u8::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    /// `None` where the number is not finite, too.
    pub(crate) fn f32(&mut self) -> Option<f32> {
        self.take().map(f32::from_le_bytes).filter(|value| value.is_finite())
    }

    /// `None` where the number is not finite, too.
    pub(crate) fn f64(&mut self) -> Option<f64> {
        self.take().map(f64::from_le_bytes).filter(|value| value.is_finite())
    }

    pub(crate) fn count(&mut self) -> Option<u32> {
        self.long_count().and_then(|value| u32::try_from(value).ok())
    }

    pub(crate) fn long_count(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            // Of the tenth byte there is room for one bit.
            value |= part.checked_shl(shift).filter(|shifted| shifted >> shift == part)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }
}

/// FNV-1a with 32 bits: finds what broke on the way. It does not keep out somebody who computes it anew.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
