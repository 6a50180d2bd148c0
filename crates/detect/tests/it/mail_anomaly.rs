//! Lures among the mail: found, and newsletters, forwarders and first letters spared.

use crate::{
    diary::{self, DAY, Diary},
    organization::{Dice, HOUR, START},
    rig::{p_values_stay, within_three_errors},
};

const NAME: &str = "mail_anomaly";
const N_DAYS: i64 = 12;

/// One message; empty is as usual.
#[derive(Debug, Clone, Default)]
struct Mail<'a> {
    from: &'a str,
    name: &'a str,
    reply_to: &'a str,
    return_path: &'a str,
    subject: &'a str,
    dmarc: &'a str,
    host: &'a str,
    attachment: &'a str,
}

fn log(diary: &mut Diary, at: i64, mail: &Mail<'_>) {
    let cells = [
        ("from_address", mail.from),
        ("from_name", mail.name),
        ("reply_to", mail.reply_to),
        ("return_path", mail.return_path),
        ("subject", mail.subject),
        ("to_addresses", "anna@ourhouse.example"),
        ("spf", if mail.dmarc == "fail" { "fail" } else { "pass" }),
        ("dkim", "pass"),
        ("dmarc", if mail.dmarc.is_empty() { "pass" } else { mail.dmarc }),
        ("url_hosts", mail.host),
        ("attachment_names", mail.attachment),
        ("direction", "inbound"),
    ];
    diary.add(at, "emails", &cells);
}

/// Partners who write every day, first letters, newsletters of which some press, forwarders that break signatures.
fn post(seed: u64) -> Diary {
    let mut dice = Dice(seed);
    let mut diary = Diary::default();
    for day in 0..N_DAYS {
        let at = |dice: &mut Dice| START + day * DAY + (dice.between(7.0, 19.0) * HOUR as f64) as i64;
        for partner in 0..60 {
            let from = format!("p{partner}@partner{partner}.example");
            log(&mut diary, at(&mut dice), &Mail { from: &from, subject: "minutes", ..Mail::default() });
        }
        for nth in 0..60 {
            let from = format!("x{nth}@new{day}x{nth}.example");
            let mut mail = Mail { from: &from, subject: "hello", ..Mail::default() };
            if dice.unit() < 0.3 {
                mail = Mail { return_path: "bounce@sender.example", host: "click.sender.example", ..mail };
            }
            if dice.unit() < 0.15 {
                mail.subject = "invoice for your order";
            }
            if dice.unit() < 0.05 {
                mail.dmarc = "fail";
            }
            if dice.unit() < 0.1 {
                mail.attachment = "offer.pdf";
            }
            if dice.unit() < 0.03 {
                mail.reply_to = "office@other.example";
            }
            log(&mut diary, at(&mut dice), &mail);
        }
    }
    diary
}

fn last_day() -> i64 {
    START + (N_DAYS - 1) * DAY + 11 * HOUR
}

fn lure() -> Mail<'static> {
    Mail {
        from: "it@evil.example",
        name: "ourhouse IT",
        reply_to: "desk@gmail.com",
        subject: "URGENT: your password expires",
        dmarc: "fail",
        host: "192.0.2.66",
        attachment: "form.html",
        ..Mail::default()
    }
}

#[test]
fn a_lure_is_found_and_explained() {
    let mut diary = post(1);
    log(&mut diary, last_day(), &lure());
    let proven = diary.proven(NAME, N_DAYS);
    let [finding] = proven.as_slice() else { panic!("{proven:#?}") };
    assert_eq!((finding.subject.value.as_str(), finding.techniques.len()), ("it@evil.example", 2));
    assert!(finding.because.contains("answers that go to a free mailbox"), "{}", finding.because);
}

#[test]
fn a_partner_who_is_not_himself_is_found() {
    let mut diary = post(2);
    log(&mut diary, last_day(), &Mail { from: "p7@partner7.example", ..lure() });
    let findings = diary.findings(NAME, N_DAYS);
    assert!(findings.iter().any(|finding| finding.subject.value == "p7@partner7.example"), "{findings:#?}");
}

#[test]
fn everyday_mail_is_no_finding() {
    let proven: usize = (1..=5).map(|seed| post(seed).proven(NAME, N_DAYS).len()).sum();
    assert!(proven <= 1, "{proven} on five days of which nothing is to be told");
}

#[test]
fn newsletters_and_forwarders_are_no_finding() {
    let mut diary = post(6);
    let newsletter =
        Mail { from: "news@shop.example", return_path: "b@mailer.example", subject: "your account", ..Mail::default() };
    let forwarded = Mail { from: "friend@list.example", dmarc: "fail", ..Mail::default() };
    log(&mut diary, last_day(), &newsletter);
    log(&mut diary, last_day(), &forwarded);
    let proven = diary.proven(NAME, N_DAYS);
    assert!(proven.is_empty(), "{proven:#?}");
}

#[test]
fn p_values_are_no_smaller_than_they_may_be() {
    p_values_stay((20..32).map(|seed| post(seed).judged(NAME, N_DAYS)), &[0.05, 0.01, 0.001], within_three_errors);
}

#[test]
fn order_of_rows_does_not_matter() {
    let mut diary = post(8);
    diary.rows.truncate(500);
    diary.reads_in_any_order(NAME);
}

#[test]
fn corpus() {
    diary::check_corpus(NAME);
}
