//! Incoming mail of every day: colleagues, partners, newsletters, programs, forwarders, strangers with good reasons.

use super::{Begun, acting};
use crate::{
    calendar::{MINUTE, Micros, day_of, free, seconds, tide},
    dice::{Dice, hex, mix},
    mailbox::{Checked, Message},
    names,
    town::Town,
    truth::{ANY, Innocent},
    world::{
        World,
        destination::{Destination, Hosting, stranger},
    },
};

/// Messages to one person on a workday.
const A_DAY: f64 = 14.0;
/// Companies that the organisation works with, and lists that its people have subscribed to.
const PARTNERS: usize = 25;
const LISTS: usize = 40;
/// Companies that send for others.
const BULK_SENDERS: usize = 4;
const SUBJECTS: &[&str] = &[
    "Minutes of Monday",
    "Re: delivery dates",
    "Offer 2026-114",
    "Question about the contract",
    "Lunch?",
    "Re: Re: drawings",
    "Invoice attached",
    "Your appointment",
    "Please review until Friday",
    "Numbers of last month",
];

/// Sort of message, and of every thousand how many are of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Colleague,
    Partner,
    Newsletter,
    Program,
    Forwarded,
    Stranger,
}

fn sort(dice: &mut Dice) -> Sort {
    match dice.below(1_000) {
        0..380 => Sort::Colleague,
        380..640 => Sort::Partner,
        640..830 => Sort::Newsletter,
        830..950 => Sort::Program,
        950..975 => Sort::Forwarded,
        _ => Sort::Stranger,
    }
}

pub(crate) fn incoming(world: &World, town: &mut Town) -> Vec<Begun> {
    let people: Vec<usize> = (0..town.hosts.len()).filter(|host| town.hosts[*host].is_computer()).collect();
    if people.is_empty() {
        return Vec::new();
    }
    introduce(world, town);
    let mut dice = Dice::of(world.seed, "post", 0);
    let pace = 86_400.0 / (A_DAY * people.len() as f64);
    vec![acting(world.start + seconds(dice.exponential(pace)), move |now, world, town| {
        let host = *dice.pick(&people);
        message(now, host, world, town, &mut dice);
        // Companies write little on free days, programs as much as ever.
        let busy = if free(day_of(now)) { 0.3 } else { 1.0 };
        Some(now + seconds(dice.exponential(pace) * 0.6 / (tide(now) * busy).max(0.05)))
    })]
}

/// Senders that one could take for somebody who pretends.
fn introduce(world: &World, town: &mut Town) {
    let mut known = |software, looks_like, host: &str, destination: String| {
        let host = host.to_owned();
        let innocent =
            Innocent { software, looks_like, host, destination, port: 25, start: world.start, ..Innocent::default() };
        town.wire.truth.innocent(innocent);
    };
    for number in 0..LISTS {
        known("newsletters", "mail_anomaly", ANY, company(world, "list", number));
    }
    for number in 0..BULK_SENDERS {
        known("newsletters", "mail_anomaly", ANY, company(world, "bulk sender", number));
    }
    for number in 0..PARTNERS {
        known("forwarded mail, or a partner's mistakes", "mail_anomaly", ANY, company(world, "partner", number));
    }
    known("first messages of strangers", "mail_anomaly", "mail", ANY.to_owned());
    known("reminders to change a password", "lookalike_domain", ANY, world.domain.clone());
}

/// The address of a person of the organisation.
pub(crate) fn address(world: &World, host: usize) -> String {
    format!("{}@{}", names::person(world.seed, host as u64), world.domain)
}

/// The first server address of a company, for its mail.
fn server_of(world: &World, domain: &str) -> std::net::IpAddr {
    stranger(mix(world.seed, crate::dice::hash(domain))).into()
}

fn company(world: &World, what: &str, number: usize) -> String {
    Destination::invent(world.seed, world.reserved(what, number as u64), Hosting::Own).name
}

fn message(now: Micros, host: usize, world: &World, town: &mut Town, dice: &mut Dice) {
    let to = address(world, host);
    let subject = *dice.pick(SUBJECTS);
    let sort = sort(dice);
    let domain = match sort {
        Sort::Colleague => world.domain.clone(),
        Sort::Partner | Sort::Forwarded => company(world, "partner", dice.zipf(PARTNERS)),
        Sort::Newsletter => company(world, "list", dice.zipf(LISTS)),
        Sort::Program => world.popular(dice.zipf(60)).name.clone(),
        Sort::Stranger => names::domain(world.seed, dice.bits() >> 8),
    };
    let person = names::person(world.seed ^ 0x9a11, dice.below(6) + crate::dice::hash(&domain) % 1_000);
    let local = match sort {
        Sort::Colleague => names::person(world.seed, dice.below(town.hosts.len() as u64)),
        Sort::Newsletter => "news".to_owned(),
        Sort::Program => "no-reply".to_owned(),
        _ => person,
    };
    let from = format!("{local}@{domain}");
    let sender = company(world, "bulk sender", dice.below(BULK_SENDERS as u64) as usize);
    let bulk = format!("bounce-{}@{sender}", hex(dice.bits(), 8));
    let answers = format!("editor@{}", company(world, "list", dice.zipf(LISTS)));
    let expiring = sort == Sort::Colleague && dice.chance(0.01);
    let text = match sort {
        _ if expiring => format!("Your password runs out in 5 days.\nChange it at https://sso.{}/change", world.domain),
        Sort::Newsletter => format!(
            "News of the week\nhttps://{domain}/n/{}\nhttps://{sender}/c/{}",
            hex(dice.bits(), 6),
            hex(dice.bits(), 20)
        ),
        Sort::Program => format!("Something has changed: https://{domain}/notify?id={}", hex(dice.bits(), 12)),
        _ => "Hello,\n\nas agreed. Let me know what you think.\n\nBest regards".to_owned(),
    };
    let checked = match sort {
        Sort::Forwarded => Checked::Forwarded,
        Sort::Partner | Sort::Stranger if mix(crate::dice::hash(&domain), 3).is_multiple_of(7) => Checked::Unknown,
        // Small companies get it wrong for years.
        Sort::Partner if mix(crate::dice::hash(&domain), 4).is_multiple_of(12) => Checked::Failed,
        _ => Checked::Passed,
    };
    let file = format!("{}-{}.pdf", dice.pick::<&str>(&["offer", "minutes", "invoice", "cv"]), dice.below(900));
    let attached = !matches!(sort, Sort::Newsletter | Sort::Program) && dice.chance(0.15);
    let bulky = sort == Sort::Newsletter;
    let sent = Message {
        from_name: local.split('.').next().unwrap_or(&local),
        from: &from,
        return_path: bulky.then_some(bulk.as_str()),
        reply_to: (bulky && dice.chance(0.3)).then_some(answers.as_str()),
        to: &to,
        subject: if expiring { "Your password will expire" } else { subject },
        text: &text,
        attachment: attached.then(|| (file.as_str(), dice.bits())),
        checked,
        mailer: dice.pick::<&str>(&["Microsoft Outlook 16.0", "Apple Mail (2.3826)", "Thunderbird 140.5"]),
        list: bulky,
        ip: if sort == Sort::Colleague {
            world.server(0, 2).into()
        } else {
            server_of(world, if bulky { &sender } else { &domain })
        },
    };
    town.deliver(now + MINUTE / 60, world, &sent, dice);
}
