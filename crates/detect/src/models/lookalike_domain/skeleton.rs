//! What a label looks like to the eye: encoded letters undone, letters of other scripts as the Latin ones they resemble.

/// A label of DNS has at most 63 bytes; a skeleton may grow a little (`ß` becomes `ss`).
const LONGEST: usize = 96;

/// A label as small Latin letters, digits and hyphens; other characters are `?`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Skeleton {
    bytes: [u8; LONGEST],
    length: usize,
    /// Letters that were not what they look like.
    pub(super) n_disguised: usize,
}

impl Skeleton {
    pub(super) fn of(label: &str) -> Self {
        let mut skeleton = Self { bytes: [0; LONGEST], length: 0, n_disguised: 0 };
        let encoded = label.get(..4).filter(|start| start.eq_ignore_ascii_case("xn--")).and_then(|_| label.get(4..));
        match encoded.map(decoded) {
            Some(Some((letters, n))) => letters.iter().take(n).for_each(|letter| skeleton.push(*letter)),
            _ => label.chars().for_each(|letter| skeleton.push(letter)),
        }
        skeleton
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }

    fn push(&mut self, letter: char) {
        let plain = letter.to_ascii_lowercase();
        if plain.is_ascii_alphanumeric() || plain == '-' {
            self.put(plain as u8);
            return;
        }
        self.n_disguised += 1;
        match RESEMBLES.iter().find(|(letters, _)| letters.contains(letter)) {
            Some((_, latin)) => latin.bytes().for_each(|byte| self.put(byte)),
            None => self.put(b'?'),
        }
    }

    fn put(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }
}

/// Small letters of other alphabets, and Latin ones with marks, that pass for a Latin letter at a glance.
const RESEMBLES: &[(&str, &str)] = &[
    ("аàáâãäåāăąǎȧạảấầẩẫậắằẳẵặɑαӓӑа\u{ff41}", "a"),
    ("ьḃḅḇɓƀвҍ\u{ff42}", "b"),
    ("сçćĉċčƈϲҫ\u{ff43}", "c"),
    ("ԁďđḋḍḏɗժ\u{ff44}", "d"),
    ("еèéêëēĕėęěẹẻẽếềểễệεєёҽ\u{ff45}", "e"),
    ("ƒḟſ\u{ff46}", "f"),
    ("ĝğġģǧɡɠց\u{ff47}", "g"),
    ("һĥħḣḥհ\u{ff48}", "h"),
    ("іìíîïĩīĭįıǐịỉιїɩ\u{ff49}", "i"),
    ("јĵǰϳ\u{ff4a}", "j"),
    ("кķĸƙκқҝ\u{ff4b}", "k"),
    ("ĺļľŀłḷӏӀǀ\u{ff4c}", "l"),
    ("мṁṃɱ\u{ff4d}", "m"),
    ("ոñńņňŋǹṅṇпη\u{ff4e}", "n"),
    ("оòóôõöøōŏőơǒọỏốồổỗộớờởỡợοσөօ\u{ff4f}", "o"),
    ("рṕṗρƿ\u{ff50}", "p"),
    ("ԛգզ\u{ff51}", "q"),
    ("ŕŗřṙṛгѓ\u{ff52}", "r"),
    ("ѕśŝşšșṡṣ\u{ff53}", "s"),
    ("тţťŧțṫṭτ\u{ff54}", "t"),
    ("υùúûüũūŭůűųưǔụủứừửữựսц\u{ff55}", "u"),
    ("ѵṽṿν\u{ff56}", "v"),
    ("ԝŵẁẃẅẇωա\u{ff57}", "w"),
    ("хẋẍχҳ\u{ff58}", "x"),
    ("уýÿŷỳỵỷỹүγў\u{ff59}", "y"),
    ("źżžẑẓƶ\u{ff5a}", "z"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
];

/// Characters of an encoded label (RFC 3492); `None` where it is not one.
fn decoded(encoded: &str) -> Option<([char; LONGEST], usize)> {
    const BASE: u32 = 36;
    const T_MIN: u32 = 1;
    const T_MAX: u32 = 26;
    let mut out = ['\0'; LONGEST];
    let (plain, coded) = encoded.rsplit_once('-').unwrap_or(("", encoded));
    let mut length = 0;
    for letter in plain.chars() {
        *out.get_mut(length)? = letter;
        length += 1;
    }
    let (mut code, mut at, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = coded.bytes().peekable();
    while digits.peek().is_some() {
        let before = at;
        let mut weight = 1_u32;
        let mut k = BASE;
        loop {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => byte - b'a',
                byte @ b'A'..=b'Z' => byte - b'A',
                byte @ b'0'..=b'9' => byte - b'0' + 26,
                _ => return None,
            };
            at = at.checked_add(u32::from(digit).checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if u32::from(digit) < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let n = length as u32 + 1;
        bias = adapted(at - before, n, before == 0);
        code = code.checked_add(at / n)?;
        at %= n;
        if length >= LONGEST {
            return None;
        }
        out.get_mut(at as usize..=length)?.rotate_right(1);
        *out.get_mut(at as usize)? = char::from_u32(code)?;
        length += 1;
        at += 1;
    }
    Some((out, length))
}

fn adapted(delta: u32, n: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / n;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}
