//! Mail under a name that looks like the organisation's own, with a link to a page of that name, which some follow.

use super::{
    Casting, Story,
    lookalike_visit::{IMITATIONS, imitate},
};
use crate::{
    calendar::{SECOND, day_of, seconds},
    dice::hex,
    life::{Begun, acting, post::address},
    mailbox::{Checked, Message},
    town::Call,
    truth::Episode,
    world::destination::{Destination, Hosting, stranger},
};

/// 1 to 40 people get it (log-uniform); each follows the link with a chance of one in eight, within minutes. The name
/// imitates the organisation's or one of twenty well-known ones; the checks of the sender mostly pass, as the name is his.
pub(super) static STORY: Story = Story {
    name: "credential_mail",
    about: "Mail under a name that looks like a known one asks to log on at a page of that name; some do.",
    technique: "T1566.002",
    detector: Some("credential_phish"),
    needs: 1,
    instances: 2.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let people: Vec<usize> =
        (0..casting.town.hosts.len()).filter(|host| casting.town.hosts[*host].is_computer()).collect();
    let at = casting.moment();
    let (id, rest) = (casting.private_number("page"), casting.private_number("rest"));
    let own = casting.dice.chance(0.6);
    let brand = if own {
        casting.world.domain.clone()
    } else {
        casting.world.popular(casting.dice.below(20) as usize).name.clone()
    };
    let dice = &mut casting.dice;
    let imitation = *dice.pick(&IMITATIONS);
    let name = imitate(&brand, imitation, rest, dice);
    let recipients = dice.log_uniform(1.0, 40.0) as u64;
    let pace = dice.log_uniform(1.0, 600.0);
    let checked = *dice.pick(&[Checked::Passed, Checked::Passed, Checked::Unknown, Checked::Failed]);
    let (age, ip) = (dice.below(10) as i64, stranger(dice.bits()).into());
    let place = Destination {
        clear: false,
        tls13: false,
        ..Destination::named(casting.world.seed, id, name.clone(), Hosting::Own)
    };
    let place = place.with_certificate_of(age, day_of(at));
    let from = format!("it-support@{name}");
    let episode = casting.note_of(
        at,
        Episode {
            host: "mail".to_owned(),
            src: vec![ip],
            destination: name.clone(),
            addresses: place.addresses(),
            port: 443,
            parameters: vec![("recipients", recipients as f64), ("pace_s", pace), ("certificate_days", age as f64)],
            note: format!("imitates {brand}: {}", format!("{imitation:?}").to_lowercase()),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut sent = 0;
    let mut visit: Option<(i64, usize)> = None;
    Some(acting(at, move |now, world, town| {
        if let Some((when, host)) = visit.take_if(|(when, _)| now >= *when) {
            if town.hosts[host].awake(when) {
                let client = town.hosts[host].browser;
                let call = Call { client, port: 443, up: 4_000, down: 120_000, lasts: 50 * SECOND, resumed: false };
                town.tell(episode, "visit", |town| town.tls(host, now, world, &place, &call));
            }
        } else {
            let host = *people.get(dice.below(people.len() as u64) as usize)?;
            let to = address(world, host);
            let text =
                format!("Your password expires today.\nKeep it: https://{name}/session/{}", hex(dice.bits(), 16));
            let message = Message {
                from_name: "IT Support",
                from: &from,
                return_path: None,
                reply_to: None,
                to: &to,
                subject: "Action required: your password",
                text: &text,
                attachment: None,
                checked,
                mailer: "Microsoft Outlook 16.0",
                list: false,
                ip,
            };
            town.tell(episode, "mail", |town| town.deliver(now, world, &message, &mut dice));
            sent += 1;
            if visit.is_none() && dice.chance(0.125) {
                visit = Some((now + seconds(dice.exponential(400.0)), host));
            }
        }
        match (visit, sent < recipients) {
            (Some((when, _)), false) => Some(when),
            (_, true) => Some(now + seconds(dice.exponential(pace)) + 1_000),
            (None, false) => None,
        }
    }))
}
