//! Malware that looks for its server under names that an algorithm makes up: most do not exist.

use super::{Casting, Story};
use crate::{
    calendar::{Micros, day_of, seconds},
    dice::{Dice, hex, mix},
    life::{Begun, acting},
    names::{self, WORDS_OF_LISTS},
    town::{Call, Question},
    truth::Episode,
    world::{
        clients,
        destination::{Destination, Hosting},
        host::Kind,
    },
};

/// 10 to 600 names a round (log-uniform), a lookup every 0.1 s to 5 min, one to eight rounds a day with other names on the next
/// day; zero to three names of a round exist and are called. Six styles of names, two of them made of words.
pub(super) static STORY: Story = Story {
    name: "generated_domains",
    about: "A machine looks up many names that an algorithm makes up, until one answers.",
    technique: "T1568.002",
    detector: Some("generated_domains"),
    needs: 10,
    instances: 3.0,
    cast,
};

/// How an algorithm makes names.
#[derive(Debug, Clone, Copy)]
enum Style {
    /// `9f8e7d6c5b4a.net`
    Hex,
    /// `qxkvbzrwtp.com`: letters, all equally likely.
    Letters,
    /// `a7k2m9qx.info`
    LettersAndDigits,
    /// `korumibeta.org`: consonants and vowels in turn.
    Spoken,
    /// `silverharbor.com`: two or three words.
    Words,
    /// `merolixonline.net`: syllables like a real brand's, and a word.
    BrandLike,
}

const STYLES: [Style; 6] =
    [Style::Letters, Style::Words, Style::Hex, Style::Spoken, Style::LettersAndDigits, Style::BrandLike];
const ENDINGS: &[&str] = &["com", "net", "org", "info", "biz", "xyz", "top", "ru", "su", "cc", "pw"];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop))?;
    let left = casting.seconds_left(scene.at);
    let first = casting.dice.below(2) * 3;
    let style = STYLES[((casting.number + first) % STYLES.len() as u64) as usize];
    let dice = &mut casting.dice;
    let pace = dice.log_uniform(0.1, 300.0);
    let per_round = (left * 0.5 / pace).min(dice.log_uniform(10.0, 600.0)).max(1.0) as u64;
    let rounds_per_day = 1 + dice.below(8);
    let length = 7 + dice.below(14) as usize;
    let endings: Vec<&str> = (0..1 + dice.below(4)).map(|_| *dice.pick(ENDINGS)).collect();
    let existing = dice.below(4);
    let key = dice.bits();
    let episode = casting.note(
        scene,
        Episode {
            port: 53,
            parameters: vec![
                ("names_per_round", per_round as f64),
                ("rounds_per_day", rounds_per_day as f64),
                ("pace_s", pace),
                ("existing_per_round", existing as f64),
            ],
            note: format!("{style:?}").to_lowercase(),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut asked = 0u64;
    Some(acting(scene.at, move |now, world, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(20.0, 200.0)));
        }
        let number = asked % per_round;
        asked += 1;
        let today = mix(key, day_of(now).unsigned_abs());
        let ending = endings[(mix(today, number) % endings.len() as u64) as usize];
        let name = format!("{}.{ending}", invent(style, mix(today, number + 1), length));
        // The same of each day's names exist, so that a round finds what the one before has found.
        let exists = mix(today, number ^ 0xe715) % per_round < existing;
        town.tell(episode, if exists { "rendezvous" } else { "lookup" }, |town| {
            if exists {
                let place = Destination {
                    clear: false,
                    ..Destination::named(world.seed, mix(key, number), name, Hosting::Own)
                };
                let call =
                    Call { client: &clients::WINHTTP, port: 443, up: 700, down: 900, lasts: 400_000, resumed: false };
                town.tls(scene.host, now, world, &place, &call);
            } else {
                town.dns(scene.host, now, world, &Question { name: &name, kind: "A", answers: &[], ttl: 0 });
            }
        });
        Some(now + next(number + 1 == per_round, rounds_per_day, pace, &mut dice))
    }))
}

fn next(round_is_over: bool, rounds_per_day: u64, pace: f64, dice: &mut Dice) -> Micros {
    let wait = if round_is_over { 80_000.0 / rounds_per_day as f64 } else { pace };
    seconds(dice.exponential(wait).max(0.02))
}

fn invent(style: Style, key: u64, length: usize) -> String {
    let mut dice = Dice::of(key, "generated", 0);
    let mut from =
        |letters: &[u8], count: usize| -> String { (0..count).map(|_| char::from(*dice.pick(letters))).collect() };
    match style {
        Style::Hex => hex(key, length.max(10)),
        Style::Letters => from(b"abcdefghijklmnopqrstuvwxyz", length),
        Style::LettersAndDigits => from(b"abcdefghijklmnopqrstuvwxyz0123456789", length),
        Style::Spoken => (0..length / 2).map(|_| from(b"bcdfghjklmnprstvz", 1) + &from(b"aeiou", 1)).collect(),
        Style::Words => (0..2 + length % 2).map(|_| *dice.pick(WORDS_OF_LISTS)).collect(),
        Style::BrandLike => names::label(key, 1),
    }
}
