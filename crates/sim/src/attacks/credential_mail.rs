//! Mail under a name that looks like the organisation's own, with a link to a page of that name, which some follow.

use std::net::IpAddr;

use super::{
    Casting, Story,
    lookalike_visit::{IMITATIONS, imitate},
};
use crate::{
    calendar::{Micros, SECOND, day_of, seconds},
    dice::{Dice, hex},
    life::{Begun, acting, post::address},
    mailbox::{Checked, Message},
    town::{Call, Town},
    truth::Episode,
    world::{
        World,
        destination::{Destination, Hosting, stranger},
    },
};

/// 1 to 40 people get it (log-uniform); each follows the link with a chance of one in eight, within minutes. The name
/// imitates the organisation's or one of twenty well-known ones; the checks of the sender mostly pass, as the name is his.
pub(super) static STORY: Story = Story {
    name: "credential_mail",
    about: "Mail under a name that looks like a known one asks to log on at a page of that name; some do.",
    technique: "T1566.002",
    detector: Some("lookalike_domain"),
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
    let dice = casting.dice.clone();
    let mut campaign = Campaign { episode, people, name, from, checked, ip, place, visit: None, dice };
    let mut sent = 0;
    Some(acting(at, move |now, world, town| {
        if !campaign.visited(now, world, town) {
            campaign.send(now, world, town);
            sent += 1;
        }
        match (campaign.visit, sent < recipients) {
            (Some((when, _)), false) => Some(when),
            (_, true) => Some(now + seconds(campaign.dice.exponential(pace)) + 1_000),
            (None, false) => None,
        }
    }))
}

struct Campaign {
    episode: usize,
    /// Machines of those who may get it.
    people: Vec<usize>,
    name: String,
    from: String,
    checked: Checked,
    ip: IpAddr,
    place: Destination,
    /// When somebody will follow the link, and who.
    visit: Option<(Micros, usize)>,
    dice: Dice,
}

impl Campaign {
    fn send(&mut self, now: Micros, world: &World, town: &mut Town) {
        let Some(host) = self.people.get(self.dice.below(self.people.len() as u64) as usize).copied() else { return };
        let to = address(world, host);
        let session = hex(self.dice.bits(), 16);
        let text = format!("Your password expires today.\nKeep it: https://{}/session/{session}", self.name);
        let message = Message {
            from_name: "IT Support",
            from: &self.from,
            return_path: None,
            reply_to: None,
            to: &to,
            subject: "Action required: your password",
            text: &text,
            attachment: None,
            checked: self.checked,
            mailer: "Microsoft Outlook 16.0",
            list: false,
            ip: self.ip,
        };
        town.tell(self.episode, "mail", |town| town.deliver(now, world, &message, &mut self.dice));
        if self.visit.is_none() && self.dice.chance(0.125) {
            self.visit = Some((now + seconds(self.dice.exponential(400.0)), host));
        }
    }

    /// Somebody follows the link, if it is time and his machine is on; whether it was time.
    fn visited(&mut self, now: Micros, world: &World, town: &mut Town) -> bool {
        let Some((_, host)) = self.visit.take_if(|(when, _)| now >= *when) else { return false };
        if town.hosts[host].awake(now) {
            let client = town.hosts[host].browser;
            let call = Call { client, port: 443, up: 4_000, down: 120_000, lasts: 50 * SECOND, resumed: false };
            town.tell(self.episode, "visit", |town| town.tls(host, now, world, &self.place, &call));
        }
        true
    }
}
