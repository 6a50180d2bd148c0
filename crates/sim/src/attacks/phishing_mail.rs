//! Mail of a stranger who pretends: a known name over a foreign address, answers that go elsewhere, a lure.

use super::{Casting, Story};
use crate::{
    calendar::seconds,
    dice::{Dice, hex},
    life::{Begun, acting, post::address},
    mailbox::{Checked, Message},
    names,
    truth::Episode,
    world::destination::stranger,
};

/// 1 to 60 people get it (log-uniform), 1 s to 20 min apart (log-uniform). Each of: a name of somebody here, answers to another
/// address, a failed check, a link, a file, is drawn by itself, so that some have hardly anything wrong.
pub(super) static STORY: Story = Story {
    name: "phishing_mail",
    about: "Mail of a stranger who pretends to be somebody else, with a lure.",
    technique: "T1566.001",
    detector: Some("mail_anomaly"),
    needs: 1,
    instances: 3.0,
    cast,
};

const LURES: &[(&str, &str)] = &[
    ("Overdue invoice", "please see the overdue invoice and arrange payment today."),
    ("Are you at your desk?", "I need you to do something for me, quickly and discreetly. Just answer here."),
    ("Your parcel could not be delivered", "confirm the address and pay the fee of 1.99."),
    ("Salary adjustment 2026", "the new list is ready; please look at your entry."),
    ("Voice message from 0:42", "you have a new voice message."),
    ("Shared document", "somebody has shared a document with you."),
];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let people: Vec<usize> =
        (0..casting.town.hosts.len()).filter(|host| casting.town.hosts[*host].is_computer()).collect();
    let at = casting.moment();
    let id = casting.private_number("sender");
    let seed = casting.world.seed;
    let dice = &mut casting.dice;
    let recipients = dice.log_uniform(1.0, 60.0) as u64;
    let pace = dice.log_uniform(1.0, 1_200.0);
    let [boss, elsewhere, link, file] = [dice.chance(0.5), dice.chance(0.5), dice.chance(0.6), dice.chance(0.3)];
    let checked = *dice.pick(&[Checked::Failed, Checked::Failed, Checked::Unknown, Checked::Passed]);
    let domain = names::domain(seed, id);
    let pretended = names::person(seed, *dice.pick(&people) as u64).replace('.', " ");
    let from_name = if boss { pretended } else { "Accounts Service".to_owned() };
    let from = format!("{}@{domain}", dice.pick::<&str>(&["office", "info", "ceo.private", "service", "billing"]));
    let reply_to = format!("{}@{}", hex(dice.bits(), 8), names::domain(seed, id ^ 1));
    let (subject, lure) = *dice.pick(LURES);
    let url = format!("https://{}/{}", names::domain(seed, id ^ 2), hex(dice.bits(), 10));
    let ip = stranger(dice.bits()).into();
    let content = dice.bits();
    let number = |yes: bool| f64::from(u8::from(yes));
    let episode = casting.note_of(
        at,
        Episode {
            host: "mail".to_owned(),
            src: vec![ip],
            destination: from.clone(),
            port: 25,
            // Nothing about it is wrong but the words.
            hopeless: !boss && !elsewhere && checked != Checked::Failed,
            parameters: vec![
                ("recipients", recipients as f64),
                ("pace_s", pace),
                ("known_name", number(boss)),
                ("answers_elsewhere", number(elsewhere)),
                ("link", number(link)),
                ("file", number(file)),
                ("failed_check", number(checked == Checked::Failed)),
            ],
            note: subject.to_lowercase(),
            ..Episode::default()
        },
    );
    let mut dice: Dice = casting.dice.clone();
    let mut sent = 0;
    Some(acting(at, move |now, world, town| {
        let to = address(world, *people.get(dice.below(people.len() as u64) as usize)?);
        let text = if link {
            format!("Hello,\n\n{lure}\n{url}?u={}", hex(dice.bits(), 6))
        } else {
            format!("Hello,\n\n{lure}")
        };
        let message = Message {
            from_name: &from_name,
            from: &from,
            return_path: None,
            reply_to: elsewhere.then_some(reply_to.as_str()),
            to: &to,
            subject,
            text: &text,
            attachment: file.then_some(("document.html", content)),
            checked,
            mailer: "PHPMailer 6.9.1 (https://github.com/PHPMailer/PHPMailer)",
            list: false,
            ip,
        };
        town.tell(episode, "mail", |town| town.deliver(now, world, &message, &mut dice));
        sent += 1;
        (sent < recipients).then(|| now + seconds(dice.exponential(pace)) + 1_000)
    }))
}
