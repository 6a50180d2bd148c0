//! The bytes of a model file: a kind, a version, then numbers one behind another; reading checks all of it.

/// Every model file begins with these bytes, the name of its model and a version.
const MAGIC: &[u8; 4] = b"MGMD";

/// Writes a model file.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new(name: &str, version: u8) -> Self {
        let mut writer = Self::default();
        writer.bytes.extend_from_slice(MAGIC);
        writer.bytes.push(version);
        writer.bytes.push(name.len() as u8);
        writer.bytes.extend_from_slice(name.as_bytes());
        writer
    }

    pub(super) fn count(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    pub(super) fn f32(&mut self, number: f32) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn f32s(&mut self, numbers: &[f32]) {
        self.count(numbers.len() as u64);
        numbers.iter().for_each(|number| self.f32(*number));
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.count(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    /// The file: a checksum closes it, so that a cut or changed file is noticed.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let sum = checksum(&self.bytes);
        self.bytes.extend_from_slice(&sum.to_le_bytes());
        self.bytes
    }
}

/// Reads a model file; every question may be answered with `None`.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// `None` where the file is none of this model and version, or is not whole.
    pub(super) fn new(file: &'a [u8], name: &str, version: u8) -> Option<Self> {
        let (body, sum) = file.split_last_chunk::<8>()?;
        if checksum(body) != u64::from_le_bytes(*sum) {
            return None;
        }
        let rest =
            body.strip_prefix(MAGIC)?.strip_prefix(&[version, name.len() as u8])?.strip_prefix(name.as_bytes())?;
        Some(Self { rest })
    }

    pub(super) fn count(&mut self) -> Option<u64> {
        let mut n = 0_u64;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            n |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(n);
            }
        }
        None
    }

    pub(super) fn f32(&mut self) -> Option<f32> {
        let (bytes, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(f32::from_le_bytes(*bytes)).filter(|number| number.is_finite())
    }

    /// As many numbers as the file says, which must be `n`.
    pub(super) fn f32s(&mut self, n: usize) -> Option<Vec<f32>> {
        if self.count()? != n as u64 || self.rest.len() < n.checked_mul(4)? {
            return None;
        }
        (0..n).map(|_| self.f32()).collect()
    }

    pub(super) fn raw(&mut self) -> Option<&'a [u8]> {
        let n = usize::try_from(self.count()?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// FNV-1a of 64 bits: against accidents; it does not keep out who wants to forge.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
