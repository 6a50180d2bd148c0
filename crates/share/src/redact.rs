//! What may leave, and what is taken out of it first. Every format asks here and nowhere else.

use schema::{Claim, Tlp};

/// What stands in a text where one of our own hosts, accounts or the like was named.
pub const CONCEALED: &str = "[our side]";

/// Whether something marked `tlp` may go where at most `ceiling` may go. RED goes nowhere: it is for the people who
/// were there, and not for files.
pub fn release(tlp: Tlp, ceiling: Tlp) -> bool {
    tlp != Tlp::Red && tlp <= ceiling
}

/// The claims that may leave, and how many may not.
pub fn released(claims: &[Claim], ceiling: Tlp) -> (Vec<&Claim>, u64) {
    let (free, withheld): (Vec<&Claim>, Vec<&Claim>) = claims.iter().partition(|claim| release(claim.tlp, ceiling));
    (free, withheld.len() as u64)
}

/// Takes names of our side out of a text, wherever they stand as a whole word: `10.0.0.1`, but not inside `10.0.0.12`.
pub fn conceal(text: &str, ours: &[&str]) -> String {
    // Longer names first, or a part of one would be taken for the whole of another.
    let mut ours: Vec<&str> = ours.iter().copied().filter(|name| !name.is_empty()).collect();
    ours.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(next) = rest.chars().next() {
        let fresh = !before.is_some_and(in_word);
        let name = ours.iter().find(|name| fresh && rest.strip_prefix(**name).is_some_and(ends_word));
        let taken = match name {
            Some(name) => {
                out.push_str(CONCEALED);
                name.len()
            }
            None => {
                out.push(next);
                next.len_utf8()
            }
        };
        before = rest.get(..taken).and_then(|taken| taken.chars().next_back());
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

/// Whether a name may end before this text: a final dot ends a sentence, a dot before more of a name does not.
fn ends_word(after: &str) -> bool {
    let mut after = after.chars();
    match after.next() {
        None => true,
        Some('.') => !after.next().is_some_and(|next| next.is_alphanumeric()),
        Some(next) => !in_word(next),
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_never_leaves_and_the_ceiling_holds() {
        for ceiling in Tlp::ALL {
            assert!(!release(Tlp::Red, ceiling));
            for tlp in Tlp::ALL {
                assert!(!release(tlp, ceiling) || tlp <= ceiling);
            }
        }
        assert!(release(Tlp::Green, Tlp::Green));
    }

    #[test]
    fn names_of_ours_are_taken_out_whole() {
        let text = "10.0.0.1 asked 10.0.0.12 and host-1.corp.example (10.0.0.1:53); then 10.0.0.1.";
        let want = "[our side] asked 10.0.0.12 and [our side] ([our side]:53); then [our side].";
        assert_eq!(conceal(text, &["10.0.0.1", "host-1.corp.example", ""]), want);
    }
}
