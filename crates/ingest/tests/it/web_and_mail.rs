//! Logs of web servers and proxies, and mail, broken on purpose: no panic, no lost record, no stack that overflows.

use ingest::{Format, Normalized, formats::find};
use proptest::prelude::*;

use crate::support::{json_rows, run};

fn format(name: &str) -> &'static Format {
    find(name).expect("listed")
}

fn counts(batches: &[Normalized]) -> (u64, u64) {
    (batches.iter().map(|batch| batch.rows).sum(), batches.iter().map(|batch| batch.rejects).sum())
}

/// Bytes with some changed, taken out or put in.
fn mutated(seed: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..12);
    changes.prop_map(move |changes| {
        let mut bytes = seed.to_vec();
        for (place, byte, change) in changes {
            let place = place.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match change {
                0 => bytes.insert(place, byte),
                1 if !bytes.is_empty() => drop(bytes.remove(place)),
                2 => bytes.truncate(place.max(bytes.len() / 2)),
                _ if !bytes.is_empty() => drop(bytes.splice(place..=place, [byte])),
                _ => {}
            }
        }
        bytes
    })
}

const MESSAGE: &[u8] = b"From a@b.example Sat Nov 21 09:30:00 2026\r\nReceived: from x (HELO y) (192.0.2.1) by z; \
    Sat, 21 Nov 2026 09:30:00 +0000\r\nFrom: =?utf-8?Q?a_=C3=A9?= \"q\\\"\" (c(d)) <a@b.example>, G: c@d.example;\r\n\
    Authentication-Results: mx; spf=pass (a) smtp.mailfrom=x; dkim=pass header.d=b.example\r\nSubject: \
    =?iso-2022-jp?B?GyRCJUYlOSVIGyhC?= =?gb2312?q?=B1=B1?=\r\nContent-Type: multipart/mixed;\r\n boundary*0=\"b\";\
    boundary*1=1; charset*=utf-8''%E2%82\r\n\r\n--b1\r\nContent-Type: text/html; charset=utf-7\r\n\
    Content-Transfer-Encoding: quoted-printable\r\n\r\n<a href=3D'http://x.example/?a&amp;&#x41;&#99999999;'>=C3</a>\
    <!-- http://c.example --><script>\"http://s.example\"</script>\r\n--b1\r\nContent-Type: message/rfc822; \
    name*=utf-16''%00\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeAoKaHR0cDovL3kuZXhhbXBsZQ==\r\n--b1--\r\n\r\n\
    From c@d.example Sat Nov 21 09:31:00 2026\r\nFrom: c@d.example\r\nTo: e@f.example\r\nDate: 21 Nov 26 09:31 EST\r\n\r\n\
    >From here\r\n";

proptest! {
    #[test]
    fn messages_are_rows_or_rejects(bytes in mutated(MESSAGE), piece in 1..200_usize) {
        let whole = run(format("email"), "a.mbox", &bytes, usize::MAX);
        let pieces = run(format("email"), "a.mbox", &bytes, piece);
        prop_assert_eq!(json_rows(&whole), json_rows(&pieces));
        prop_assert!(whole.iter().all(|batch| batch.received == batch.rows + batch.rejects));
        let blank = bytes.iter().all(|&byte| byte == b' ');
        prop_assert_eq!(counts(&whole).0 + counts(&whole).1 > 0, !blank);
    }
}

fn message(content_type: &str, body: &str) -> Vec<u8> {
    format!(
        "Received: from a by b; Sat, 21 Nov 2026 09:30:00 +0000\nFrom: a@b.example\nTo: c@d.example\n\
         Subject: s\nContent-Type: {content_type}\n\n{body}"
    )
    .into_bytes()
}

#[test]
fn messages_within_messages_do_not_overflow_the_stack() {
    let inside = "Content-Type: message/rfc822\n\n".repeat(200_000);
    assert_eq!(counts(&run(format("email"), "", &message("message/rfc822", &inside), 1 << 20)), (1, 0));
    let deep: String = (0..50_000)
        .map(|depth| format!("--b{depth}\nContent-Type: multipart/mixed; boundary=b{}\n\n", depth + 1))
        .collect();
    assert_eq!(counts(&run(format("email"), "", &message("multipart/mixed; boundary=b0", &deep), 1 << 20)), (1, 0));
}

#[test]
fn many_parts_urls_and_fields_stay_bounded() {
    let parts = "--b\n\nx\n".repeat(500_000);
    assert_eq!(counts(&run(format("email"), "", &message("multipart/mixed; boundary=b", &parts), 1 << 20)), (1, 0));
    let urls: String = (0..20_000).map(|url| format!("http://h{url}.example/\n")).collect();
    let rows = json_rows(&run(format("email"), "", &message("text/plain", &urls), 1 << 20));
    let kept = rows.first().and_then(|row| row.get("urls")).and_then(|urls| urls.as_array()).map(Vec::len);
    assert_eq!(kept, Some(1_000));
    let fields: String = (0..200_000).map(|field| format!("X-{field}: y\n")).collect();
    let mail = [b"From: a@b.example\nDate: Sat, 21 Nov 2026 09:30:00 +0000\n", fields.as_bytes()].concat();
    assert_eq!(counts(&run(format("email"), "", &mail, 1 << 20)), (1, 0));
    let folded = format!(
        "From: a@b.example\nDate: Sat, 21 Nov 2026 09:30:00 +0000\nTo: {}\n\nx",
        "((\"<,=?a?b?".repeat(100_000)
    );
    assert_eq!(counts(&run(format("email"), "", folded.as_bytes(), 1 << 20)), (1, 0));
}

#[test]
fn html_that_never_ends_is_read_once() {
    for piece in ["<a href=\"", "<a '", "<!--", "<script>", "&", "<", "http://", "(http://x", "=\"'"] {
        let body = piece.repeat(300_000);
        assert_eq!(counts(&run(format("email"), "", &message("text/html", &body), 1 << 20)), (1, 0), "{piece}");
    }
}

#[test]
fn a_message_that_is_too_long_is_rejected_and_the_next_one_read() {
    let mut mailbox = b"From a@b.example Sat Nov 21 09:30:00 2026\nFrom: a@b.example\nTo: b@c.example\n\n".to_vec();
    mailbox.extend(std::iter::repeat_n(b"0123456789\n".as_slice(), 3_300_000).flatten());
    mailbox
        .extend_from_slice(b"\nFrom a@b.example Sat Nov 21 09:30:00 2026\nFrom: a@b.example\nTo: b@c.example\n\nx\n");
    let found = counts(&run(format("email"), "", &mailbox, 1 << 20));
    assert_eq!(found.0, 1);
    assert!((1..=3).contains(&found.1), "{found:?}");
}
