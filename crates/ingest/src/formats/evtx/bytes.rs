//! Little-endian numbers at offsets that nobody has checked yet.

/// `N` bytes at an offset.
#[inline]
pub(super) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

#[inline]
pub(super) fn u8(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

#[inline]
pub(super) fn u16(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

#[inline]
pub(super) fn u32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

#[inline]
pub(super) fn u64(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

/// An offset as Windows writes it.
#[inline]
pub(super) fn offset(bytes: &[u8], at: usize) -> Option<usize> {
    u32(bytes, at).map(|value| value as usize)
}

/// `size` bytes at an offset.
#[inline]
pub(super) fn slice(bytes: &[u8], at: usize, size: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(size)?)
}
