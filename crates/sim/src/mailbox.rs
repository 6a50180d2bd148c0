//! Messages as the organisation's mail server takes them in: one mailbox a day, with what the server says of each sender.

use std::net::IpAddr;

use crate::{
    calendar::{Micros, SECOND, day_of},
    dice::{Dice, hash, hex, mix},
    life::outside::public,
    logs::{daily::Log, zeek::Ends},
    town::Town,
    truth::Caused,
    wire::{Flow, State, uid},
    world::World,
};

/// What the server finds when it checks who has sent a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    Passed,
    /// Nobody has said what would be right.
    Unknown,
    /// A forwarder is not on the list of senders; the signature still holds.
    Forwarded,
    Failed,
}

impl Checked {
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Passed => ("pass", "pass", "pass"),
            Self::Unknown => ("none", "none", "none"),
            Self::Forwarded => ("softfail", "pass", "pass"),
            Self::Failed => ("fail", "none", "fail"),
        }
    }
}

/// One message to one person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'a> {
    pub(crate) from_name: &'a str,
    pub(crate) from: &'a str,
    /// Envelope sender, where it is another.
    pub(crate) return_path: Option<&'a str>,
    pub(crate) reply_to: Option<&'a str>,
    pub(crate) to: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    /// Name of a file that comes with it, and a number for its content.
    pub(crate) attachment: Option<(&'a str, u64)>,
    pub(crate) checked: Checked,
    pub(crate) mailer: &'a str,
    /// It can be unsubscribed from.
    pub(crate) list: bool,
    pub(crate) ip: IpAddr,
}

pub(crate) fn domain_of(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or(address)
}

impl Town {
    /// A message comes in; `ip` outside is also seen by the sensor.
    pub(crate) fn deliver(&mut self, at: Micros, world: &World, message: &Message<'_>, dice: &mut Dice) {
        // Headers tell whole seconds.
        let at = at - at.rem_euclid(SECOND);
        let id = format!("{}@{}", hex(dice.bits(), 20), domain_of(message.from));
        let bytes = write(at, world, message, &id);
        let size = bytes.len() as u64;
        if !crate::wire::local(message.ip) {
            let (dst, src_port) = (public(25), 20_000 + dice.below(40_000) as u16);
            let ends = Ends { src: message.ip, src_port, dst, dst_port: 25 };
            let flow = Flow {
                proto: "tcp",
                service: Some("smtp"),
                up: size + 400,
                down: 700,
                lasts: 2 * SECOND,
                state: State::Sf,
            };
            self.wire.connection(0, &uid('C', dice), at - 2 * SECOND, &ends, &flow, message.from);
        }
        let (host, account, name) = (Some("mail"), message.to, message.from);
        let caused =
            Caused { file: "", uid: &id, ts: at, src: message.ip, dst: public(25), dst_port: 25, name, host, account };
        let wire = &mut self.wire;
        wire.daily.put(Log::Mail, &mut wire.truth, caused, |out| out.extend_from_slice(bytes.as_bytes()));
    }
}

fn write(at: Micros, world: &World, message: &Message<'_>, id: &str) -> String {
    let Message { from, from_name, to, subject, mailer, ip, .. } = *message;
    let return_path = message.return_path.unwrap_or(from);
    let helo = format!("mail.{}", domain_of(return_path));
    let (spf, dkim, dmarc) = message.checked.words();
    let (receiver, when) = (format!("mx.{}", world.domain), rfc5322(at));
    let mut text = format!(
        "From {return_path} {}\nReturn-Path: <{return_path}>\nReceived: from {helo} ({helo} [{ip}])\n\tby {receiver} with ESMTPS id {}\n\tfor <{to}>; {when}\n",
        asctime(at),
        hex(hash(id), 12),
    );
    text.push_str(&format!(
        "Authentication-Results: {receiver};\n\tspf={spf} smtp.mailfrom={return_path};\n\tdkim={dkim} header.d={};\n\tdmarc={dmarc} header.from={}\n",
        domain_of(return_path),
        domain_of(from),
    ));
    text.push_str(&format!(
        "From: \"{from_name}\" <{from}>\nTo: <{to}>\nSubject: {subject}\nDate: {when}\nMessage-ID: <{id}>\n"
    ));
    if let Some(reply_to) = message.reply_to {
        text.push_str(&format!("Reply-To: <{reply_to}>\n"));
    }
    if message.list {
        text.push_str(&format!("List-Unsubscribe: <https://{}/leave?u={}>\n", domain_of(from), hex(hash(to), 10)));
    }
    text.push_str(&format!("X-Mailer: {mailer}\nMIME-Version: 1.0\n"));
    match message.attachment {
        None => text.push_str(&format!("Content-Type: text/plain; charset=utf-8\n\n{}\n\n", message.text)),
        Some((name, content)) => text.push_str(&with_file(message.text, name, content)),
    }
    text
}

fn with_file(text: &str, name: &str, content: u64) -> String {
    let kind = if name.ends_with(".pdf") { "application/pdf" } else { "application/octet-stream" };
    let edge = format!("=_{}", hex(mix(content, 7), 16));
    // Hexadecimal digits are valid base64; a multiple of four needs no padding.
    let body = hex(content, 240);
    format!(
        "Content-Type: multipart/mixed; boundary=\"{edge}\"\n\n--{edge}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n--{edge}\nContent-Type: {kind}; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n\n{body}\n\n--{edge}--\n\n"
    )
}

const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Weekday, day, month, year and time of day.
fn parts(at: Micros) -> (&'static str, String, &'static str, String, String) {
    let text = schema::Timestamp::from_micros(at).unwrap_or_default().to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    let month = part(5, 7).parse::<usize>().unwrap_or(1);
    let weekday = WEEKDAYS[day_of(at).rem_euclid(7) as usize];
    (weekday, part(8, 10), MONTHS[(month + 11) % 12], part(0, 4), part(11, 19))
}

/// `Mon, 05 Jan 2026 09:30:07 +0000`
fn rfc5322(at: Micros) -> String {
    let (weekday, day, month, year, time) = parts(at);
    format!("{weekday}, {day} {month} {year} {time} +0000")
}

/// `Mon Jan  5 09:30:07 2026`, as it opens a message in a mailbox.
fn asctime(at: Micros) -> String {
    let (weekday, day, month, year, time) = parts(at);
    format!("{weekday} {month} {:>2} {time} {year}", day.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::DAY;

    #[test]
    fn dates_are_as_in_mail() {
        let at = 20_458 * DAY + 34_207 * SECOND;
        assert_eq!(rfc5322(at), "Mon, 05 Jan 2026 09:30:07 +0000");
        assert_eq!(asctime(at), "Mon Jan  5 09:30:07 2026");
    }
}
