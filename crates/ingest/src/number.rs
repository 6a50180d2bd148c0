//! Numbers from text, exactly: never through a float, so that 19-digit nanoseconds survive.

/// A whole number that fits into 64 bits; no sign but `-`, no spaces, no fraction.
pub(crate) fn int(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let mut value: u64 = 0;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // Nineteen digits cannot overflow 64 bits without a sign.
        value = value * 10 + u64::from(digit);
    }
    if negative { 0_i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

/// A decimal fraction times `10^places`, rounded half to even; `None` where it is no decimal or does not fit.
///
/// Accepts `1521911720.865716`, `-3`, `2e-7`, `1.5E3`.
pub(crate) fn scaled(text: &str, places: i32) -> Option<i64> {
    let decimal = Decimal::parse(text)?;
    let value = decimal.shifted(places)?;
    if decimal.negative { 0_i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

/// Appends a number as Zeek prints it for people: six decimals at most, rounded half to even, no trailing zeros
/// but at least one decimal. What does not fit into 64 bits at that resolution is appended as it came.
pub(crate) fn push_six_decimals(text: &str, to: &mut String) {
    let Some(micros) = scaled(text, 6) else {
        to.push_str(text);
        return;
    };
    let whole = micros.unsigned_abs() / 1_000_000;
    let fraction = micros.unsigned_abs() % 1_000_000;
    if micros < 0 {
        to.push('-');
    }
    push_digits(whole, 1, to);
    to.push('.');
    let (mut fraction, mut width) = (fraction, 6);
    while width > 1 && fraction % 10 == 0 {
        fraction /= 10;
        width -= 1;
    }
    push_digits(fraction, width, to);
}

/// Appends a number with leading zeros up to `width` (at most 20).
pub(crate) fn push_digits(value: u64, width: usize, to: &mut String) {
    let mut digits = [b'0'; 20];
    let mut rest = value;
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        if rest == 0 && used >= width {
            break;
        }
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        used += 1;
    }
    to.extend(digits.iter().skip(20 - used).map(|&digit| char::from(digit)));
}

/// Whether the text has the form of a JSON number.
pub(crate) fn is_json_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(unsigned);
    let leading_zero = whole > 1 && unsigned.first() == Some(&b'0');
    if whole == 0 || leading_zero {
        return false;
    }
    let mut rest = unsigned.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let places = digits(fraction);
        if places == 0 {
            return false;
        }
        rest = fraction.get(places..).unwrap_or_default();
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        let exponent = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

/// `digits × 10^exponent`.
struct Decimal {
    negative: bool,
    digits: u64,
    exponent: i32,
    /// Digits other than zero were left out behind the last kept one.
    more: bool,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let mut decimal = Self { negative: false, digits: 0, exponent: 0, more: false };
        let mut bytes = text.as_bytes().iter().copied().peekable();
        decimal.negative = bytes.next_if_eq(&b'-').is_some();
        let mut any = false;
        while let Some(byte) = bytes.next_if(u8::is_ascii_digit) {
            any = true;
            decimal.push(byte - b'0', 0);
        }
        if bytes.next_if_eq(&b'.').is_some() {
            while let Some(byte) = bytes.next_if(u8::is_ascii_digit) {
                any = true;
                decimal.push(byte - b'0', 1);
            }
        }
        if bytes.next_if(|byte| matches!(byte, b'e' | b'E')).is_some() {
            let negative = bytes.next_if_eq(&b'-').is_some();
            let _plus = !negative && bytes.next_if_eq(&b'+').is_some();
            let mut exponent: i32 = 0;
            bytes.peek()?;
            while let Some(byte) = bytes.next_if(u8::is_ascii_digit) {
                exponent = exponent.saturating_mul(10).saturating_add(i32::from(byte - b'0'));
            }
            decimal.exponent = decimal.exponent.saturating_add(if negative { -exponent } else { exponent });
        }
        (any && bytes.next().is_none()).then_some(decimal)
    }

    /// Takes one more digit that stands `place` (0 or 1) further behind the point than the one before.
    fn push(&mut self, digit: u8, place: i32) {
        match self.digits.checked_mul(10).and_then(|digits| digits.checked_add(u64::from(digit))) {
            Some(digits) if !self.more => {
                self.digits = digits;
                self.exponent = self.exponent.saturating_sub(place);
            }
            // Nineteen digits are all that 64 bits can hold; of the rest only their being there counts.
            _ => {
                self.more |= digit != 0;
                self.exponent = self.exponent.saturating_add(1 - place);
            }
        }
    }

    /// `self × 10^places` without its sign, rounded half to even.
    fn shifted(&self, places: i32) -> Option<u64> {
        let exponent = self.exponent.checked_add(places)?;
        if self.digits == 0 {
            return Some(0);
        }
        if exponent >= 0 {
            let factor = 10_u64.checked_pow(exponent.unsigned_abs())?;
            return self.digits.checked_mul(factor);
        }
        let Some(divisor) = 10_u64.checked_pow(exponent.unsigned_abs()) else { return Some(0) };
        let (whole, rest) = (self.digits / divisor, self.digits % divisor);
        let half = divisor / 2;
        let up = rest > half || (rest == half && (self.more || whole % 2 == 1));
        Some(whole + u64::from(up))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_numbers_are_exact_to_the_last() {
        assert_eq!(int("9223372036854775807"), Some(i64::MAX));
        assert_eq!(int("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(int("9223372036854775808"), None);
        for text in ["", "-", "+1", "1.0", " 1", "1e3", "12345678901234567890"] {
            assert_eq!(int(text), None, "{text}");
        }
    }

    #[test]
    fn fractions_round_half_to_even() {
        assert_eq!(scaled("1521911720.865716", 6), Some(1_521_911_720_865_716));
        assert_eq!(scaled("0.0078125", 6), Some(7_812));
        assert_eq!(scaled("0.0078135", 6), Some(7_814));
        assert_eq!(scaled("0.00086998939514160160000000001", 6), Some(870));
        assert_eq!(scaled("2e-7", 6), Some(0));
        assert_eq!(scaled("9.5367431640625e-07", 6), Some(1));
        assert_eq!(scaled("-1.5E3", 0), Some(-1500));
        assert_eq!(scaled("1e400", 0), None);
        assert_eq!(scaled("1e-400", 0), Some(0));
        assert_eq!(scaled("0e99999999999", 0), Some(0));
        for text in ["", ".", "-", "1e", "1e+", "1.2.3", "NaN", "inf", "0x10", "1 "] {
            assert_eq!(scaled(text, 3), None, "{text}");
        }
    }

    #[test]
    fn six_decimals_as_the_tsv_writer() {
        let six = |text: &str| {
            let mut to = String::new();
            push_six_decimals(text, &mut to);
            to
        };
        assert_eq!(six("0.13974087420570516"), "0.139741");
        assert_eq!(six("60"), "60.0");
        assert_eq!(six("60.000000"), "60.0");
        assert_eq!(six("-0.5"), "-0.5");
        assert_eq!(six("1e300"), "1e300");
        assert_eq!(six("900.0002009868622"), "900.000201");
    }

    #[test]
    fn json_numbers() {
        for text in ["0", "-1", "1.5", "1e9", "10.25E-3"] {
            assert!(is_json_number(text), "{text}");
        }
        for text in ["", "-", "01", "1.", ".5", "1e", "+1", "1x", "NaN"] {
            assert!(!is_json_number(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(value: i64) {
            prop_assert_eq!(int(&value.to_string()), Some(value));
            prop_assert_eq!(scaled(&value.to_string(), 0), Some(value));
        }

        #[test]
        fn microseconds_survive(seconds in 0_i64..7_258_118_400, micros in 0_i64..1_000_000) {
            let text = format!("{seconds}.{micros:06}");
            prop_assert_eq!(scaled(&text, 6), Some(seconds * 1_000_000 + micros));
        }

        #[test]
        fn digits_round_trip(value: u64) {
            let mut to = String::new();
            push_digits(value, 1, &mut to);
            prop_assert_eq!(to, value.to_string());
        }

        #[test]
        fn never_panics(text: String, places in -20_i32..20) {
            let _ = (int(&text), scaled(&text, places), is_json_number(&text));
        }
    }
}
