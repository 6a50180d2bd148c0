//! Digits and pairs of letters that pass for another letter at a glance.

/// As long as a skeleton.
const LONGEST: usize = 96;

/// A label with signs read as the letters that they resemble.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Signs {
    pub(super) fn of(letters: &[u8]) -> Self {
        let mut signs = Self { bytes: [0; LONGEST], length: 0 };
        let mut rest = letters;
        loop {
            let (letter, taken) = match rest {
                [b'r', b'n', ..] => (b'm', 2),
                [b'v', b'v', ..] => (b'w', 2),
                [b'c', b'l', ..] => (b'd', 2),
                [b'0', ..] => (b'o', 1),
                [b'1', ..] => (b'l', 1),
                [b'3', ..] => (b'e', 1),
                [b'4', ..] => (b'a', 1),
                [b'5', ..] => (b's', 1),
                [b'7', ..] => (b't', 1),
                [b'8', ..] => (b'b', 1),
                [letter, ..] => (*letter, 1),
                [] => return signs,
            };
            if let Some(slot) = signs.bytes.get_mut(signs.length) {
                *slot = letter;
                signs.length += 1;
            }
            rest = rest.get(taken..).unwrap_or(&[]);
        }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }
}
