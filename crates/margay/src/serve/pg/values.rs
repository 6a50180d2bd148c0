//! Values of parameters, in either form of the protocol, as texts.

use pgwire::{
    api::{Type, portal::Portal},
    error::PgWireResult,
};
use schema::Timestamp;

use super::told::wrong;

/// Bytes of all values of one question, as the gate allows its text.
const VALUES_BYTES_MAX: usize = 256 << 10;

/// Microseconds from 1970 to 2000, where PostgreSQL's times begin.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// All values that a portal binds.
pub(super) fn of<S: Clone>(portal: &Portal<S>, kinds: &[Type]) -> PgWireResult<Vec<Option<String>>> {
    let all: usize = portal.parameters.iter().flatten().map(|value| value.len()).sum();
    if all > VALUES_BYTES_MAX {
        return Err(wrong(
            "54000",
            format!("the values of a question may have {VALUES_BYTES_MAX} bytes, these have {all}"),
        ));
    }
    let values = portal.parameters.iter().enumerate().map(|(at, value)| {
        let Some(bytes) = value else { return Ok(None) };
        let text = if portal.parameter_format.is_binary(at) {
            binary(bytes, kinds.get(at).unwrap_or(&Type::TEXT))
        } else {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        };
        let number = at + 1;
        let text = text.filter(|text| !text.contains('\0'));
        text.map(Some).ok_or_else(|| wrong("22P03", format!("the value of parameter ${number} cannot be read")))
    });
    values.collect()
}

/// A value in the binary form, as a text; nothing where it is not of this type.
fn binary(bytes: &[u8], kind: &Type) -> Option<String> {
    match *kind {
        Type::BOOL => Some((*bytes.first()? != 0).to_string()),
        Type::INT2 => Some(i16::from_be_bytes(bytes.try_into().ok()?).to_string()),
        Type::INT4 => Some(i32::from_be_bytes(bytes.try_into().ok()?).to_string()),
        Type::OID => Some(u32::from_be_bytes(bytes.try_into().ok()?).to_string()),
        Type::INT8 => Some(i64::from_be_bytes(bytes.try_into().ok()?).to_string()),
        Type::FLOAT4 => Some(f32::from_be_bytes(bytes.try_into().ok()?).to_string()),
        Type::FLOAT8 => Some(f64::from_be_bytes(bytes.try_into().ok()?).to_string()),
        Type::NUMERIC => numeric(bytes),
        Type::TIMESTAMPTZ => instant(i64::from_be_bytes(bytes.try_into().ok()?)),
        Type::TIMESTAMP => Some(instant(i64::from_be_bytes(bytes.try_into().ok()?))?.trim_end_matches('Z').to_owned()),
        Type::DATE => {
            let days = i64::from(i32::from_be_bytes(bytes.try_into().ok()?));
            instant(days.checked_mul(86_400_000_000)?)?.get(..10).map(str::to_owned)
        }
        Type::BYTEA => Some(bytes.iter().fold("\\x".to_owned(), |text, byte| text + &format!("{byte:02x}"))),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        }
        _ => None,
    }
}

fn instant(micros: i64) -> Option<String> {
    Some(Timestamp::from_micros(micros.checked_add(EPOCH_MICROS)?)?.to_string())
}

/// A decimal number: how many digits in base 10,000 there are, the weight of the first, the sign, the scale, the digits.
fn numeric(bytes: &[u8]) -> Option<String> {
    let mut words = bytes.chunks_exact(2).map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)));
    let mut next = || words.next().flatten();
    let (n_digits, weight, sign, scale) = (next()?, next()?.cast_signed(), next()?, usize::from(next()?));
    let digits: Vec<u16> = (0..n_digits).map(|_| next().filter(|digit| *digit < 10_000)).collect::<Option<_>>()?;
    let sign = match sign {
        0 => "",
        0x4000 => "-",
        _ => return None,
    };
    let digit = |power: i32| {
        let at = usize::try_from(i32::from(weight) - power).ok();
        at.and_then(|at| digits.get(at)).copied().unwrap_or(0)
    };
    // A number beyond this is none that a column here could hold.
    if !(-16..=16).contains(&weight) || scale > 64 {
        return None;
    }
    let whole: String = (0..=i32::from(weight).max(0)).rev().map(|power| format!("{:04}", digit(power))).collect();
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction: String = (1..=17).map(|power| format!("{:04}", digit(-power))).collect();
    match fraction.get(..scale).unwrap_or_default() {
        "" => Some(format!("{sign}{whole}")),
        fraction => Some(format!("{sign}{whole}.{fraction}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_values_read_as_they_are_written() {
        assert_eq!(binary(&1_i32.to_be_bytes(), &Type::INT4).as_deref(), Some("1"));
        assert_eq!(binary(&[1], &Type::BOOL).as_deref(), Some("true"));
        assert_eq!(binary(&0_i64.to_be_bytes(), &Type::TIMESTAMPTZ).as_deref(), Some("2000-01-01T00:00:00Z"));
        assert_eq!(binary(&366_i32.to_be_bytes(), &Type::DATE).as_deref(), Some("2001-01-01"));
        assert_eq!(binary(b"caf\xc3\xa9", &Type::TEXT).as_deref(), Some("café"));
        assert_eq!(binary(b"\xff", &Type::TEXT), None);
        assert_eq!(binary(&[0; 3], &Type::INT4), None);
        assert_eq!(binary(&[0, 255], &Type::BYTEA).as_deref(), Some("\\x00ff"));
    }

    #[test]
    fn decimal_numbers_read() {
        let words = |words: &[u16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        assert_eq!(numeric(&words(&[2, 0, 0x4000, 2, 12, 3_400])).as_deref(), Some("-12.34"));
        assert_eq!(numeric(&words(&[2, 1, 0, 0, 1, 2])).as_deref(), Some("10002"));
        assert_eq!(numeric(&words(&[0, 0, 0, 0])).as_deref(), Some("0"));
        assert_eq!(numeric(&words(&[1, 0xffff, 0, 4, 5])).as_deref(), Some("0.0005"));
        assert_eq!(numeric(&words(&[0, 0, 0xC000, 0])), None);
        assert_eq!(numeric(&[0, 1]), None);
    }
}
