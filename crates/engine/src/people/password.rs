//! Which passwords are taken: long ones that are not what everybody chooses. Nothing is asked of their letters.

use crate::{Error, Result};

/// Characters.
const LENGTH_MIN: usize = 12;
/// Characters; beyond it, nobody types a password.
const LENGTH_MAX: usize = 1_024;

/// What is left when everything that guessers try first counts as one character. Twelve letters of which eight are
/// `password` have no more to guess than five.
const PIECES_MIN: usize = 8;

/// Shortest run of repeated or neighboring characters that counts as one piece.
const RUN_MIN: usize = 3;

/// Rows of keyboards and the alphabets, in which neighbors are guessed; both directions.
const ROWS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiopü",
    "asdfghjklöä",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "!@#$%^&*()",
];

/// Words that the passwords most often found in breaches are made of.
const COMMON: &str = "\
    password passwort passwd pass letmein welcome willkommen iloveyou iloveu loveyou love admin administrator root \
    user guest login master secret changeme change default test testing temp hello hallo monkey dragon sunshine \
    princess princesa football baseball basketball soccer hockey superman batman spiderman pokemon naruto starwars \
    trustno shadow michael jordan jennifer jessica ashley daniel charlie thomas george robert matthew anthony andrew \
    joshua michelle nicole hunter buster tigger ginger pepper cookie chocolate cheese banana orange apple summer \
    winter spring autumn sommer january february march april june july august september october november december \
    monday tuesday wednesday thursday friday saturday sunday freedom whatever computer internet server network \
    security firewall cisco oracle google facebook linkedin microsoft windows linux ubuntu samsung margay analyst \
    company office mustang ferrari mercedes porsche harley yankees cowboys lakers arsenal liverpool chelsea \
    barcelona juventus realmadrid jesus christ angel heaven family friend friends forever mother father baby lovely \
    beautiful killer ninja access please flower purple yellow silver golden black white green blue money power \
    matrix phoenix thunder tiger eagle lion horse maggie bailey jasmine qwerty qwertz azerty asdf zxcv abc \
    correcthorsebatterystaple staple battery correct";

/// What letters are written as to look clever.
const DISGUISES: &[(char, char)] =
    &[('0', 'o'), ('1', 'i'), ('!', 'i'), ('3', 'e'), ('4', 'a'), ('@', 'a'), ('5', 's'), ('$', 's'), ('7', 't')];

/// Says why a password is not taken.
pub(super) fn check(password: &str, name: &str) -> Result<()> {
    let n = password.chars().count();
    if n < LENGTH_MIN {
        return Err(Error::usage(format!("the password is too short: {n} of at least {LENGTH_MIN} characters"))
            .hint("four or five words that do not belong together are long and easy to keep in mind"));
    }
    if n > LENGTH_MAX {
        return Err(Error::usage(format!("the password has more than {LENGTH_MAX} characters")).hint("shorten it"));
    }
    if n_pieces(password, name) < PIECES_MIN {
        return Err(Error::usage("the password is one of those that are guessed first")
            .detail("it consists of common words, names, rows of keys, dates or repetitions")
            .hint("take four or five words that do not belong together, or let a password manager make one"));
    }
    Ok(())
}

/// How many things somebody has to guess who knows what people choose.
fn n_pieces(password: &str, name: &str) -> usize {
    let letters: Vec<char> = password.to_lowercase().chars().collect();
    let once = without_repetition(&letters);
    let plain: Vec<char> = once.iter().map(|letter| undisguised(*letter)).collect();
    let common: Vec<&str> = COMMON.split(' ').collect();
    let own: Vec<&str> =
        name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| part.len() > 2).collect();
    let repeated = usize::from(once.len() < letters.len());
    let mut place = 0;
    let mut n = repeated;
    while place < once.len() {
        let known = [
            word_at(once, place, &common),
            word_at(&plain, place, &common),
            word_at(once, place, &own),
            run_at(once, place),
            year_at(once, place),
        ];
        place += known.into_iter().max().unwrap_or(0).max(1);
        n += 1;
    }
    n
}

/// The shortest text that, said again and again, is this one.
fn without_repetition(letters: &[char]) -> &[char] {
    let period =
        (1..=letters.len() / 2).find(|period| letters.iter().zip(letters.iter().skip(*period)).all(|(a, b)| a == b));
    period.and_then(|period| letters.get(..period)).unwrap_or(letters)
}

fn undisguised(letter: char) -> char {
    DISGUISES.iter().find(|(as_written, _)| *as_written == letter).map_or(letter, |(_, meant)| *meant)
}

/// Length of the longest of these words that begins here.
fn word_at(letters: &[char], place: usize, words: &[&str]) -> usize {
    let rest = letters.get(place..).unwrap_or_default();
    let begins = |word: &&&str| {
        let n = word.chars().count();
        n <= rest.len() && word.chars().zip(rest).all(|(a, b)| a == *b)
    };
    words.iter().filter(begins).map(|word| word.chars().count()).max().unwrap_or(0)
}

/// Length of the run that begins here: one character again and again, or neighbors in a row; 0 where it is short.
fn run_at(letters: &[char], place: usize) -> usize {
    let rest = letters.get(place..).unwrap_or_default();
    let same = rest.iter().take_while(|letter| Some(*letter) == rest.first()).count();
    let in_rows = ROWS.iter().flat_map(|row| {
        let forward: Vec<char> = row.chars().collect();
        let backward: Vec<char> = row.chars().rev().collect();
        [neighbors(rest, &forward), neighbors(rest, &backward)]
    });
    let longest = in_rows.max().unwrap_or(0).max(same);
    if longest < RUN_MIN { 0 } else { longest }
}

/// How far a text follows a row from where its first character lies in it.
fn neighbors(rest: &[char], row: &[char]) -> usize {
    let Some(first) = rest.first() else { return 0 };
    let from = |start: usize| row.iter().skip(start).zip(rest).take_while(|(a, b)| a == b).count();
    row.iter().enumerate().filter(|(_, letter)| *letter == first).map(|(start, _)| from(start)).max().unwrap_or(0)
}

/// Length of a year of our time that begins here.
fn year_at(letters: &[char], place: usize) -> usize {
    match letters.get(place..) {
        Some(['1', '9', a, b, ..] | ['2', '0', a, b, ..]) if a.is_ascii_digit() && b.is_ascii_digit() => 4,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_chooses_is_refused() {
        for common in [
            "short",
            "aaaaaaaaaaaaaaaa",
            "123456789012",
            "098765432109",
            "abcabcabcabc",
            "passwordpassword",
            "Password1234!",
            "P@ssw0rd2026!!",
            "qwertyuiop12",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
            "Summer2026!!!",
            "Ilov3you1234",
            "ann.lee-2026!",
            "margayadmin1",
            "welcomewelcome1",
            "correcthorsebatterystaple",
            "MonkeyDragon99",
            "zxcvbnmasdfgh",
        ] {
            assert!(check(common, "ann.lee@example.org").is_err(), "{common}");
        }
    }

    #[test]
    fn long_and_own_is_enough() {
        for own in [
            "gravel umbrella vat",
            "Tq8#vLz2!mRw",
            "drei nasse Zwerge",
            "ты не угадаешь это",
            "7261034958621",
            "the kettle sings at noon",
            &"ab3".chars().chain("x9k7m2pq".chars()).cycle().take(1_024).collect::<String>(),
        ] {
            check(own, "ann").unwrap_or_else(|error| panic!("{own}: {error}"));
        }
        assert!(check(&"x7Gq".repeat(257), "ann").is_err(), "too long");
    }
}
