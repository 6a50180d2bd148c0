//! Where countries are, roughly: enough to tell whether a person can have come from one to the other.

/// Kilometres around the earth.
const AROUND_KM: f64 = 40_030.0;

/// Latitude and longitude of the middle of a country, in degrees.
#[rustfmt::skip]
static MIDDLES: &[(&str, i16, i16)] = &[
    ("AD", 42, 1), ("AE", 24, 54), ("AF", 33, 66), ("AG", 17, -62), ("AL", 41, 20), ("AM", 40, 45), ("AO", -12, 18),
    ("AR", -34, -64), ("AT", 47, 14), ("AU", -27, 134), ("AZ", 40, 47), ("BA", 44, 18), ("BB", 13, -60),
    ("BD", 24, 90), ("BE", 51, 4), ("BF", 13, -2), ("BG", 43, 25), ("BH", 26, 51), ("BI", -3, 30), ("BJ", 9, 2),
    ("BN", 5, 115), ("BO", -17, -65), ("BR", -10, -52), ("BS", 24, -77), ("BT", 27, 90), ("BW", -22, 24),
    ("BY", 53, 28), ("BZ", 17, -89), ("CA", 55, -97), ("CD", -3, 23), ("CF", 7, 21), ("CG", -1, 15), ("CH", 47, 8),
    ("CI", 8, -5), ("CL", -33, -71), ("CM", 6, 12), ("CN", 34, 105), ("CO", 4, -73), ("CR", 10, -84), ("CU", 22, -79),
    ("CV", 16, -24), ("CY", 35, 33), ("CZ", 50, 15), ("DE", 51, 10), ("DJ", 12, 43), ("DK", 56, 10), ("DM", 15, -61),
    ("DO", 19, -70), ("DZ", 30, 3), ("EC", -2, -78), ("EE", 59, 26), ("EG", 27, 30), ("ER", 15, 39), ("ES", 40, -4),
    ("ET", 8, 39), ("FI", 63, 26), ("FJ", -18, 178), ("FR", 46, 2), ("GA", -1, 12), ("GB", 54, -2), ("GE", 42, 44),
    ("GH", 8, -1), ("GM", 13, -15), ("GN", 11, -11), ("GQ", 2, 10), ("GR", 39, 22), ("GT", 15, -90), ("GW", 12, -15),
    ("GY", 5, -59), ("HK", 22, 114), ("HN", 15, -87), ("HR", 45, 16), ("HT", 19, -72), ("HU", 47, 19),
    ("ID", -2, 115), ("IE", 53, -8), ("IL", 31, 35), ("IN", 22, 79), ("IQ", 33, 44), ("IR", 32, 54), ("IS", 65, -18),
    ("IT", 43, 12), ("JM", 18, -77), ("JO", 31, 36), ("JP", 37, 138), ("KE", 0, 38), ("KG", 41, 75), ("KH", 13, 105),
    ("KM", -12, 44), ("KP", 40, 127), ("KR", 36, 128), ("KW", 29, 48), ("KZ", 48, 67), ("LA", 18, 104),
    ("LB", 34, 36), ("LK", 7, 81), ("LR", 6, -9), ("LS", -29, 28), ("LT", 55, 24), ("LU", 50, 6), ("LV", 57, 25),
    ("LY", 27, 18), ("MA", 32, -6), ("MC", 44, 7), ("MD", 47, 29), ("ME", 43, 19), ("MG", -19, 47), ("MK", 42, 22),
    ("ML", 17, -4), ("MM", 21, 96), ("MN", 47, 104), ("MO", 22, 114), ("MR", 20, -11), ("MT", 36, 14),
    ("MU", -20, 57), ("MV", 4, 73), ("MW", -13, 34), ("MX", 24, -102), ("MY", 3, 110), ("MZ", -18, 36),
    ("NA", -22, 17), ("NE", 17, 9), ("NG", 9, 8), ("NI", 13, -85), ("NL", 52, 5), ("NO", 62, 10), ("NP", 28, 84),
    ("NZ", -42, 173), ("OM", 21, 57), ("PA", 9, -80), ("PE", -10, -75), ("PG", -6, 145), ("PH", 12, 122),
    ("PK", 30, 70), ("PL", 52, 19), ("PR", 18, -66), ("PS", 32, 35), ("PT", 39, -8), ("PY", -23, -58), ("QA", 25, 51),
    ("RO", 46, 25), ("RS", 44, 21), ("RU", 60, 90), ("RW", -2, 30), ("SA", 24, 45), ("SC", -5, 55), ("SD", 15, 30),
    ("SE", 62, 15), ("SG", 1, 104), ("SI", 46, 15), ("SK", 49, 19), ("SL", 8, -12), ("SN", 14, -14), ("SO", 5, 46),
    ("SR", 4, -56), ("SS", 8, 30), ("SV", 14, -89), ("SY", 35, 38), ("SZ", -26, 31), ("TD", 15, 19), ("TG", 8, 1),
    ("TH", 15, 101), ("TJ", 39, 71), ("TL", -9, 126), ("TM", 39, 60), ("TN", 34, 9), ("TR", 39, 35), ("TT", 11, -61),
    ("TW", 24, 121), ("TZ", -6, 35), ("UA", 49, 32), ("UG", 1, 32), ("US", 39, -97), ("UY", -33, -56), ("UZ", 41, 64),
    ("VE", 7, -66), ("VN", 16, 107), ("XK", 43, 21), ("YE", 15, 48), ("ZA", -30, 25), ("ZM", -14, 28),
    ("ZW", -19, 30),
];

/// Kilometres between the middles of two countries, by ISO 3166-1 alpha-2 code.
pub(super) fn distance_km(a: &str, b: &str) -> Option<f64> {
    let ((lat_a, lon_a), (lat_b, lon_b)) = (middle(a)?, middle(b)?);
    let angle = lat_a.sin() * lat_b.sin() + lat_a.cos() * lat_b.cos() * (lon_a - lon_b).cos();
    Some(angle.clamp(-1.0, 1.0).acos() / std::f64::consts::TAU * AROUND_KM)
}

fn middle(country: &str) -> Option<(f64, f64)> {
    let place = MIDDLES.binary_search_by(|(code, ..)| (*code).cmp(country)).ok()?;
    let (_, latitude, longitude) = MIDDLES.get(place)?;
    Some((f64::from(*latitude).to_radians(), f64::from(*longitude).to_radians()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_about_right() {
        assert!(MIDDLES.is_sorted());
        let km = |a, b| distance_km(a, b).expect("listed");
        assert!((7_000.0..9_000.0).contains(&km("DE", "US")) && (300.0..700.0).contains(&km("DE", "NL")));
        assert!(distance_km("DE", "ZZ").is_none() && km("FR", "FR") < 1.0);
    }
}
