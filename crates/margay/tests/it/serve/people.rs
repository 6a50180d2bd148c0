//! Beginning, signing in and out, and two people at once.

use serde_json::json;

use super::client::{PASSWORD, Server};
use crate::home::Home;

#[test]
fn the_first_link_makes_one_administrator_and_is_good_once() {
    let home = Home::new();
    let server = Server::start(&home);
    let stranger = server.stranger();
    assert_eq!(stranger.get("/api/v1/session").status, 401);
    assert_eq!(stranger.get("/api/v1/events").json()["code"], "sign_in");
    let ann = server.set_up("ann");
    let session = ann.get("/api/v1/session").json();
    assert_eq!(session["person"]["name"], "ann");
    assert_eq!(session["person"]["role"], "admin");
    let again = json!({ "token": server.token, "name": "eve", "password": PASSWORD });
    assert!(stranger.post("/api/v1/setup", &again).status >= 400);
    assert_eq!(stranger.get("/api/v1/setup").json()["needed"], false);

    let overview = ann.get("/api/v1/overview").json();
    assert_eq!(overview["empty"], true);
    assert!(overview["next_steps"].as_array().is_some_and(|steps| steps.len() > 2), "{overview}");

    assert_eq!(ann.ask("DELETE", "/api/v1/session", None).status, 204);
    assert_eq!(ann.get("/api/v1/session").status, 401, "a session that has ended is good for nothing");
    let wrong = json!({ "name": "ann", "password": "not this one at all" });
    assert_eq!(stranger.post("/api/v1/session", &wrong).json()["code"], "bad_credentials");
    stranger.sign_in("ann");
}

#[test]
fn what_a_change_does_not_name_stays_as_it_is() {
    let home = Home::new();
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let invited = json!({ "name": "ben", "role": "analyst", "datasets": ["mail"], "ceiling": "AMBER" });
    let ben = ann.post("/api/v1/users", &invited).json()["user"].clone();
    let only_mail = json!({ "datasets": ["mail"], "ceiling": "AMBER" });
    assert_eq!(ben["scope"], only_mail);
    let address = format!("/api/v1/users/{}", ben["id"].as_str().expect("an id"));
    for (change, scope) in [
        (json!({ "role": "viewer" }), only_mail),
        (json!({ "ceiling": "GREEN" }), json!({ "datasets": ["mail"], "ceiling": "GREEN" })),
        (json!({ "datasets": ["edge", "mail"] }), json!({ "datasets": ["edge", "mail"], "ceiling": "GREEN" })),
        (json!({ "datasets": null }), json!({ "datasets": null, "ceiling": "GREEN" })),
    ] {
        let changed = ann.ask("PATCH", &address, Some(&change));
        assert_eq!(changed.json()["scope"], scope, "{change}");
    }
    let key = json!({ "name": "notebook", "datasets": ["mail"] });
    assert_eq!(ann.post("/api/v1/keys", &key).json()["key"]["scope"]["datasets"], json!(["mail"]));
    assert_eq!(ann.get("/api/v1/keys").json()["items"][0]["scope"]["datasets"], json!(["mail"]));
}

#[test]
fn sessions_outlive_a_kill_and_a_stop_is_in_order() {
    let home = Home::new();
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    assert_eq!(ann.get("/api/v1/session").status, 200);
    server.kill();
    let server = Server::start(&home);
    assert!(server.token.is_none(), "somebody administrates already");
    let ann = server.stranger().sign_in("ann");
    // A stream that is open does not keep the server from stopping.
    let stream = std::thread::spawn(move || ann.get("/api/v1/stream"));
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(server.stop(), Some(0));
    let stream = stream.join().expect("ends");
    assert!(stream.text().contains("event: heartbeat"), "{}", stream.text());
}

#[test]
fn whoever_was_faster_wins_and_the_other_is_told() {
    let home = Home::new();
    super::access::events(&home);
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let everything = json!({ "name": "ben", "role": "analyst", "ceiling": "AMBER+STRICT" });
    let ben = server.invited(&ann, everything);
    let id = ben.get("/api/v1/events").json()["items"][0]["id"].as_str().expect("an event").to_owned();
    let order = |to: &str| json!({ "ids": [id], "version": 0, "change": { "kind": "assign", "to": to } });
    let answers: Vec<_> = [("ann", ann.clone()), ("ben", ben)]
        .into_iter()
        .map(|(to, client)| {
            let order = order(to);
            std::thread::spawn(move || client.post("/api/v1/events/work", &order).json())
        })
        .collect();
    let mut results: Vec<String> = answers
        .into_iter()
        .map(|answer| answer.join().expect("ends")["results"][0]["result"].as_str().expect("a result").to_owned())
        .collect();
    results.sort();
    assert_eq!(results, ["changed", "refused"]);
    let history = ann.get(&format!("/api/v1/events/{id}/history")).json();
    assert_eq!(history["items"].as_array().map(Vec::len), Some(1));
}
