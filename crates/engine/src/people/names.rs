//! Names of people and of keys.

use intel::work;

use crate::{Error, Result};

/// Characters of a name.
const LENGTH_MAX: usize = 64;

/// Words of the filter language and of history, which must not be taken for somebody.
const RESERVED: &[&str] = &["me", "none", "nobody", "anybody", "unknown", "system", "margay", "owner"];

/// The name of a person as it is kept: letters that look alike must not make two people, so few are taken, in lower
/// case. An e-mail address is a name.
pub(super) fn of_person(text: &str) -> Result<String> {
    let name = text.trim().to_ascii_lowercase();
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "._-@+".contains(letter);
    let begins = name.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    if !begins || name.len() > LENGTH_MAX || !name.chars().all(fits) {
        return Err(Error::usage("that cannot be the name of a person").hint(format!(
            "use up to {LENGTH_MAX} letters, digits and . _ - @ + without accents; the first is a letter or digit"
        )));
    }
    if RESERVED.contains(&name.as_str()) {
        return Err(Error::usage(format!("\"{name}\" has another meaning here")).hint("use another name"));
    }
    Ok(name)
}

/// The name of a key: any words that name it for its owner.
pub(super) fn of_key(text: &str) -> Result<String> {
    work::who(text).map_err(|refusal| Error::usage(refusal.why).hint(refusal.hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_in_lower_case() {
        assert_eq!(of_person(" Ann.Lee@example.org ").expect("a name"), "ann.lee@example.org");
        for wrong in ["", "me", "None", "an n", "аnn", "-ann", "a\u{202e}b", "a/b", &"a".repeat(65)] {
            assert!(of_person(wrong).is_err(), "{wrong}");
        }
    }
}
