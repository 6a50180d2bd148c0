//! Somebody follows a link to a page whose name looks like one that he knows, and logs on there.

use super::{Casting, Story};
use crate::{
    calendar::{SECOND, day_of, seconds},
    dice::Dice,
    life::{Begun, acting},
    names,
    town::Call,
    truth::Episode,
    world::{
        destination::{Destination, Hosting},
        host::Host,
    },
};

/// The imitated name is the organisation's own or one of the forty best known; seven ways to imitate it, from a single
/// wrong letter to a word added. One to three visits.
pub(super) static STORY: Story = Story {
    name: "lookalike_visit",
    about: "Somebody visits a page whose name looks like one that he knows, and logs on there.",
    technique: "T1566.002",
    detector: Some("lookalike_domain"),
    needs: 1,
    instances: 3.0,
    cast,
};

/// How a name is imitated.
#[derive(Debug, Clone, Copy)]
pub(super) enum Imitation {
    /// `rn` for `m`, `1` for `l`, `0` for `o`.
    LooksAlike,
    /// A letter of another alphabet, in its ASCII form.
    Homoglyph,
    /// A letter too many, too few, or two in the wrong order.
    Typo,
    /// `merolix-login.com`
    WordAdded,
    /// `merolix.com.secure-session.net`
    Subdomain,
    /// The same under another ending.
    OtherEnding,
    /// `mero-lix.com`
    Hyphen,
}

pub(super) const IMITATIONS: [Imitation; 7] = [
    Imitation::WordAdded,
    Imitation::Typo,
    Imitation::Subdomain,
    Imitation::LooksAlike,
    Imitation::OtherEnding,
    Imitation::Homoglyph,
    Imitation::Hyphen,
];
const LURES: &[&str] =
    &["login", "secure", "account", "verify", "support", "sso", "portal", "update", "mail", "billing"];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(Host::is_computer)?;
    let own = casting.dice.chance(0.5);
    let brand = if own {
        casting.world.domain.clone()
    } else {
        casting.world.popular(casting.dice.below(40) as usize).name.clone()
    };
    let imitation = *casting.dice.pick(&IMITATIONS);
    let name = imitate(&brand, imitation, casting.private_number("rest"), &mut casting.dice);
    let id = casting.private_number("look-alike");
    let place = Destination { clear: false, ..Destination::named(casting.world.seed, id, name, Hosting::Usual) };
    let place = Destination { tls13: casting.dice.chance(0.5), ..place };
    let place = place.with_certificate_of(casting.dice.below(12) as i64, day_of(scene.at));
    let mut visits = 1 + casting.dice.below(3);
    let episode = casting.note(
        scene,
        Episode {
            destination: place.label(),
            addresses: place.addresses(),
            port: 443,
            note: format!("imitates {brand}: {}", format!("{imitation:?}").to_lowercase()),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    Some(acting(scene.at, move |now, world, town| {
        let machine = &town.hosts[scene.host];
        let (client, down) = (machine.browser, dice.lognormal(90_000.0, 0.7) as u64);
        let call = Call { client, port: 443, up: 3_200, down, lasts: 40 * SECOND, resumed: false };
        town.tell(episode, "visit", |town| town.tls(scene.host, now, world, &place, &call));
        visits -= 1;
        (visits > 0).then(|| now + seconds(dice.exponential(900.0)) + SECOND)
    }))
}

/// A registered name and its ending: `merolix`, `com`.
fn parts(brand: &str) -> (&str, &str) {
    brand.rsplit_once('.').unwrap_or((brand, "com"))
}

/// A name that could be taken for `brand`.
pub(super) fn imitate(brand: &str, imitation: Imitation, rest: u64, dice: &mut Dice) -> String {
    let (label, ending) = parts(brand);
    let other = *dice.pick(&["net", "org", "info", "co", "online", "site", "top"]);
    let lure = *dice.pick(LURES);
    let place = 1 + dice.below(label.len().saturating_sub(2) as u64) as usize;
    match imitation {
        Imitation::LooksAlike => format!("{}.{ending}", confused(label)),
        Imitation::Homoglyph => format!("{}.{ending}", punycode_of_homoglyph(label)),
        Imitation::Typo => format!("{}.{ending}", mistyped(label, place, dice.below(3))),
        Imitation::WordAdded if dice.chance(0.5) => format!("{label}-{lure}.{ending}"),
        Imitation::WordAdded => format!("{lure}{label}.{other}"),
        Imitation::Subdomain => format!("{brand}.{lure}.{}", names::domain(rest, 5)),
        Imitation::OtherEnding => format!("{label}.{}", if other == ending { "biz" } else { other }),
        Imitation::Hyphen => {
            let (before, after) = label.split_at_checked(place).unwrap_or((label, ""));
            format!("{before}-{after}.{ending}")
        }
    }
}

/// The first letters that can be exchanged are; names without any get a digit for their last letter.
fn confused(label: &str) -> String {
    for (from, to) in [("m", "rn"), ("l", "1"), ("o", "0"), ("i", "l"), ("w", "vv"), ("d", "cl"), ("e", "3")] {
        if label.contains(from) {
            return label.replacen(from, to, 1);
        }
    }
    format!("{label}1")
}

pub(crate) fn mistyped(label: &str, place: usize, how: u64) -> String {
    let mut letters: Vec<char> = label.chars().collect();
    if place + 1 >= letters.len() {
        return format!("{label}s");
    }
    match how {
        0 => letters.insert(place, letters[place]),
        1 => {
            letters.remove(place);
        }
        _ => letters.swap(place, place + 1),
    }
    // Two equal letters in turn would give the name itself.
    let typed: String = letters.into_iter().collect();
    if typed == label { format!("{label}s") } else { typed }
}

/// The name with one vowel of the Cyrillic alphabet.
fn punycode_of_homoglyph(label: &str) -> String {
    const TWINS: [(char, char); 4] = [('a', 'а'), ('e', 'е'), ('o', 'о'), ('i', 'і')];
    let found = TWINS.iter().find_map(|(latin, twin)| label.find(*latin).map(|place| (place, *twin)));
    found.map_or_else(|| format!("{label}1"), |(place, twin)| punycode(label, place, twin))
}

/// A label of ASCII letters in which one is exchanged for a letter beyond them, as DNS writes it (RFC 3492).
pub(crate) fn punycode(label: &str, place: usize, letter: char) -> String {
    let rest: String = label.chars().enumerate().filter(|(n, _)| *n != place).map(|(_, c)| c).collect();
    format!("xn--{rest}-{}", delta(place as u32, u32::from(letter), rest.len() as u32))
}

/// The one number of RFC 3492 that says which character stands where, for a label with one character beyond ASCII.
fn delta(place: u32, code: u32, basic: u32) -> String {
    const BASE: u32 = 36;
    let mut left = (code - 128) * (basic + 1) + place;
    let mut digits = String::new();
    let mut k = BASE;
    let digit = |value: u32| char::from(if value < 26 { b'a' + value as u8 } else { b'0' + (value - 26) as u8 });
    loop {
        // The bias begins at 72; tmin is 1 and tmax 26.
        let threshold = k.saturating_sub(72).clamp(1, 26);
        if left < threshold {
            digits.push(digit(left));
            return digits;
        }
        digits.push(digit(threshold + (left - threshold) % (BASE - threshold)));
        left = (left - threshold) / (BASE - threshold);
        k += BASE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punycode_agrees_with_idna() {
        // Python: "mеrolix".encode("idna") with a Cyrillic e.
        assert_eq!(punycode_of_homoglyph("merolix"), "xn--mrolix-3of");
        assert_eq!(punycode("munchen", 1, 'ü'), "xn--mnchen-3ya");
    }

    #[test]
    fn no_imitation_is_the_name_itself() {
        let mut dice = Dice::of(3, "imitate", 0);
        for imitation in IMITATIONS {
            for brand in ["merolix.com", "xxxx.net", "qqq.io", "ab.com", "bbbb.org"] {
                let name = imitate(brand, imitation, 7, &mut dice);
                assert_ne!(name, brand);
                assert!(name.is_ascii() && !name.contains(".."), "{name}");
            }
        }
    }
}
