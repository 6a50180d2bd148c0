//! Strangers guess passwords on the public SSH server: from one address or from many, quickly or one guess an hour.

use std::net::IpAddr;

use super::{Casting, Story};
use crate::{
    calendar::seconds,
    life::{Begun, acting},
    names,
    secure_shell::{Attempt, public_gate},
    truth::Episode,
    world::destination::stranger,
};

/// From 1 to 80 addresses, a connection every 5 s to 20 min (both log-uniform), at most 800; the accounts are common
/// names or people of the organisation. One in five ends with a success.
pub(super) static STORY: Story = Story {
    name: "ssh_slow_guessing",
    about: "Strangers guess passwords on the public SSH server, low and slow and from many addresses.",
    technique: "T1110.001",
    detector: Some("password_attack"),
    needs: 20,
    instances: 2.0,
    cast,
};

const COMMON: &[&str] = &["root", "admin", "test", "ubuntu", "oracle", "postgres", "git", "user", "ftp", "guest"];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let server = casting.town.gatekeeper()?;
    let at = casting.moment();
    let left = casting.seconds_left(at);
    let (seed, people) = (casting.world.seed, casting.town.hosts.len() as u64);
    let dice = &mut casting.dice;
    let sources = dice.log_uniform(1.0, 80.0) as usize;
    let addresses: Vec<IpAddr> = (0..sources).map(|_| stranger(dice.bits()).into()).collect();
    let pace = dice.log_uniform(5.0, 1_200.0);
    let guesses = (left * 0.9 / pace).min(dice.log_uniform(20.0, 800.0)) as u64;
    let insider = dice.chance(0.4);
    let succeeds = dice.chance(0.2);
    let episode = casting.note_of(
        at,
        Episode {
            host: "internet".to_owned(),
            src: addresses.clone(),
            destination: public_gate().to_string(),
            addresses: vec![public_gate()],
            port: 22,
            // Two guesses from each address are what people need who mistype.
            hopeless: sources as u64 * 3 > guesses,
            parameters: vec![
                ("sources", sources as f64),
                ("pace_s", pace),
                ("guesses", guesses as f64),
                ("successes", f64::from(u8::from(succeeds))),
            ],
            note: if insider { "accounts of people here" } else { "common accounts" }.to_owned(),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut done = 0;
    Some(acting(at, move |now, _, town| {
        done += 1;
        let success = succeeds && done == guesses;
        let common = *dice.pick(COMMON);
        let account = if insider || success { names::person(seed, dice.below(people)) } else { common.to_owned() };
        let attempt = Attempt {
            account: &account,
            known: insider || success || account == "root",
            success,
            key: false,
            tries: if success { 1 } else { 1 + dice.below(6) },
            client: "SSH-2.0-libssh2_1.11.1",
            down: 2_100,
            lasts: seconds(if success { 900.0 } else { dice.between(1.5, 9.0) }),
        };
        let source = *dice.pick(&addresses);
        let role = if success { "success" } else { "guess" };
        town.tell(episode, role, |town| {
            town.ssh_from_outside((source, public_gate()), now, server, &attempt, &mut dice)
        });
        (done < guesses).then(|| now + seconds(dice.exponential(pace)) + 1_000)
    }))
}
