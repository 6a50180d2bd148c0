//! The encodings that modifiers ask for.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let sextet = (bits >> (18 - 6 * at)) & 63;
            let char = ALPHABET.get(sextet as usize).copied().unwrap_or(b'=');
            text.push(if at > group.len() { '=' } else { char::from(char) });
        }
    }
    text
}

/// The parts that are the same whatever stands around the bytes, for each of the three offsets at which they may begin
/// within a longer text that is encoded as a whole.
pub(super) fn base64_offsets(bytes: &[u8]) -> Vec<String> {
    /// Characters at the start that also hold bits of what stands before.
    const STARTS: [usize; 3] = [0, 2, 3];
    let mut texts = Vec::new();
    for (offset, start) in STARTS.into_iter().enumerate() {
        let shifted = [vec![b' '; offset], bytes.to_vec()].concat();
        let encoded = base64(&shifted);
        // At the end: padding, and the character that also holds bits of what follows.
        let cut = match shifted.len() % 3 {
            0 => 0,
            1 => 3,
            _ => 2,
        };
        let text = encoded.get(start..encoded.len().saturating_sub(cut)).unwrap_or_default();
        if !text.is_empty() {
            texts.push(text.to_owned());
        }
    }
    texts
}

/// Bytes as text: UTF-8 where they are that, and else each byte as the character of its number.
pub(super) fn as_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
