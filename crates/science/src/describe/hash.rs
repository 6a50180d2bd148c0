//! SipHash-2-4: hashes that nobody can aim at who does not know the key.

/// SipHash-2-4 of Aumasson and Bernstein (2012), 64 bits.
///
/// Sketches are as good as their hashes are random. Names in logs are chosen by others: with a key of its own (a secret
/// of the installation) nobody can fill a sketch with collisions. The same key gives the same hash on every machine, so
/// that sketches can be merged.
pub fn hash(bytes: &[u8], key: (u64, u64)) -> u64 {
    let mut state = State([
        key.0 ^ 0x736f_6d65_7073_6575,
        key.1 ^ 0x646f_7261_6e64_6f6d,
        key.0 ^ 0x6c79_6765_6e65_7261,
        key.1 ^ 0x7465_6462_7974_6573,
    ]);
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().for_each(|word| state.word(u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    state.word(u64::from_le_bytes(last) | (bytes.len() as u64 & 0xff) << 56);
    state.0[2] ^= 0xff;
    (0..4).for_each(|_| state.round());
    state.0[0] ^ state.0[1] ^ state.0[2] ^ state.0[3]
}

struct State([u64; 4]);

impl State {
    fn word(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.round();
        self.0[0] ^= word;
    }

    fn round(&mut self) {
        let [a, b, c, d] = &mut self.0;
        *a = a.wrapping_add(*b);
        *c = c.wrapping_add(*d);
        *b = b.rotate_left(13) ^ *a;
        *d = d.rotate_left(16) ^ *c;
        *a = a.rotate_left(32);
        *c = c.wrapping_add(*b);
        *a = a.wrapping_add(*d);
        *b = b.rotate_left(17) ^ *c;
        *d = d.rotate_left(21) ^ *a;
        *c = c.rotate_left(32);
    }
}
