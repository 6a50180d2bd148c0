//! A message is the same however often it is made, and nothing in it is obeyed.

use schema::{Observable, ThreatEvent};

use super::*;
use crate::tests::beacon;

const ABOUT: About<'_> =
    About { query_id: "query--1", query: "high <severity>", rhythm: "at once", made_at: Timestamp::from_nanos(0) };

fn titled(title: &str) -> ThreatEvent {
    ThreatEvent { title: title.to_owned(), ..beacon(80, &[(Observable::Domain, "evil.example")]) }
}

#[test]
fn the_same_events_make_the_same_message_in_any_order() {
    let (a, mut b) = (titled("a"), titled("b"));
    b.id = "event--b".to_owned();
    let one = message(ABOUT, &[&a, &b], &["event--c"]);
    assert_eq!(one.id, message(ABOUT, &[&b, &a], &["event--c"]).id);
    assert_ne!(one.id, message(ABOUT, &[&a], &["event--c"]).id);
    assert_eq!(one.n_events, 3);
    assert_eq!(one.body["message_id"], one.id);
}

#[test]
fn what_is_withheld_is_counted_and_nowhere_named() {
    let shown = titled("a");
    let text = message(ABOUT, &[&shown], &["event--secret"]).body.to_string();
    assert!(!text.contains("secret"), "{text}");
    assert!(text.contains("1 are marked too strictly"), "{text}");
}

#[test]
fn titles_of_attackers_are_not_obeyed_by_chats_and_terminals() {
    let event = titled("<!everyone> \u{1b}[2J see <https://evil.example|here> @all \u{202e}gpj.exe `rm` [a](b)");
    let body = message(ABOUT, &[&event], &[]).body;
    let text = body["text"].as_str().expect("text");
    for not in ["<", ">", "@", "://", "`", "[a]", "\u{1b}", "\u{202e}"] {
        assert!(!text.contains(not), "{not:?} in {text}");
    }
    assert_eq!(body["events"][0]["title"], event.title, "programs get it as it is");
    assert!(!syslog(&body, "host").contains('\n'), "one line is one message");
}

#[test]
fn pauses_grow_to_an_hour() {
    let pauses: Vec<i64> = [0, 1, 2, 3, 12, 99, i64::MAX].into_iter().map(pause_seconds).collect();
    assert_eq!(pauses, [5, 5, 10, 20, 3_600, 3_600, 3_600]);
}
