//! Names: how those of others are compared, and neutral ones for what nobody has named.

/// No animal, spice or weather that vendors name actors after, and nothing that hints at a country.
const FIRST: [&str; 32] = [
    "amber", "ashen", "azure", "beige", "brass", "bronze", "chalk", "cobalt", "copper", "coral", "cream", "ebony",
    "flint", "golden", "granite", "hazel", "indigo", "ivory", "jade", "khaki", "lilac", "linen", "maroon", "mauve",
    "ochre", "olive", "pearl", "plum", "russet", "silver", "slate", "umber",
];

const SECOND: [&str; 32] = [
    "anchor", "arch", "basin", "beacon", "bell", "bridge", "candle", "canopy", "compass", "cradle", "drum", "easel",
    "fender", "gable", "hinge", "kettle", "ladder", "lantern", "lattice", "lever", "loom", "mallet", "mortar",
    "paddle", "parapet", "pulley", "quill", "rudder", "saddle", "shuttle", "spindle", "trellis",
];

/// Names as they are compared: without case, blanks and signs between, and whole. `APT 28` is APT28; APT280 is not.
pub(crate) fn compared(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Two plain words from an id, always the same ones, as `slate lantern 3f2a`: the words are for
/// talking, the digits for telling two of the same words apart.
pub fn neutral(id: &str) -> String {
    let digits: Vec<u32> = id.split("--").last().unwrap_or(id).chars().filter_map(|c| c.to_digit(16)).collect();
    let pick = |words: &[&'static str; 32], from: usize| {
        let sum = digits.iter().skip(from).take(4).fold(0_usize, |sum, digit| sum * 16 + *digit as usize);
        words.get(sum % words.len()).copied().unwrap_or_default()
    };
    let tail: String = digits.iter().take(4).filter_map(|digit| char::from_digit(*digit, 16)).collect();
    format!("{} {} {tail}", pick(&FIRST, 8), pick(&SECOND, 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_always_the_same_and_ends_in_the_beginning_of_the_id() {
        let id = schema::stable_id("campaign", &["event--1"]);
        assert_eq!(neutral(&id), neutral(&id));
        let digits: String = id.split("--").last().unwrap_or_default().chars().take(4).collect();
        assert!(neutral(&id).ends_with(&digits), "{}", neutral(&id));
        assert_ne!(neutral(&id), neutral(&schema::stable_id("campaign", &["event--2"])));
        assert_eq!(neutral(""), "amber anchor ");
    }
}
