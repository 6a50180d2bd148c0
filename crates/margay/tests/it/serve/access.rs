//! Every address of the description asked by everybody: who may what, and that nobody hears of what they may not see.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::{Client, Server};
use crate::home::{Home, ZEEK_DNS};

/// A name in records of one dataset: whoever does not see the dataset sees it nowhere.
const CANARY: &str = "canary-seven";

/// Two datasets that each meet a listed domain: two events, their records and findings. A claim has no dataset, so the
/// canary is not in the list.
pub(super) fn events(home: &Home) {
    let list = home.path("listed.csv");
    let claims = "indicator,type,malware,confidence,reliability,tlp,first_seen,last_seen,source,reference\n\
                  listed-seven.example,domain,Emotet,90,A,clear,,,ours,\nother-nine.example,domain,Emotet,90,A,clear,,,ours,\n";
    std::fs::write(&list, claims).expect("writes");
    home.ok(&["intel", "load", list.to_str().expect("text")]);
    for (dataset, domain, host) in [
        ("inner", format!("{CANARY}.listed-seven.example"), "10.0.0.7"),
        ("outer", "other-nine.example".to_owned(), "10.0.0.9"),
    ] {
        let log = home.path(&format!("{dataset}.log"));
        let line = |n: u32| {
            format!(
                "{}.5\tC{dataset}{n}\t{host}\t40{n}\t10.0.0.1\t53\tudp\t{domain}\tA\tNOERROR\n",
                1_768_000_000 + 600 * n
            )
        };
        let lines: String = (100..110).map(line).collect();
        std::fs::write(&log, format!("{ZEEK_DNS}{lines}")).expect("writes");
        home.ok(&["ingest", "--dataset", dataset, log.to_str().expect("text")]);
    }
    home.ok(&["detect"]);
}

/// What an address needs, and what it is sent.
struct Address {
    method: &'static str,
    path: &'static str,
    /// A permission; nothing where being signed in is enough; `-` where nobody need be.
    needs: &'static str,
    body: Value,
}

fn of(method: &'static str, path: &'static str, needs: &'static str) -> Address {
    with(method, path, needs, Value::Null)
}

fn with(method: &'static str, path: &'static str, needs: &'static str, body: Value) -> Address {
    Address { method, path, needs, body }
}

/// All addresses. What takes something away from who asks comes last.
fn addresses() -> Vec<Address> {
    let change = json!({ "kind": "comment", "text": "looked at" });
    let rule = json!({ "text": "title: x" });
    vec![
        of("get", "/session", ""),
        with("post", "/session", "-", json!({ "name": "x", "password": "x" })),
        of("get", "/setup", "-"),
        with("post", "/setup", "-", json!({ "token": "x", "password": "x" })),
        of("get", "/me/sessions", ""),
        with("post", "/me/password", "", json!({ "old": "x", "new": "x" })),
        of("post", "/me/totp", ""),
        with("post", "/me/totp/confirm", "", json!({ "code": "000000" })),
        with("delete", "/me/totp", "", json!({ "password": "x" })),
        of("delete", "/me/sessions/{id}", ""),
        of("get", "/overview", "read_events"),
        of("get", "/events", "read_events"),
        of("get", "/events/words", "read_events"),
        of("get", "/events/facets", "read_events"),
        of("get", "/events/{id}", "read_events"),
        of("get", "/events/{id}/evidence", "read_telemetry"),
        of("get", "/events/{id}/history", "read_events"),
        of("get", "/events/{id}/stix", "export"),
        with("post", "/events/work", "work_on_events", json!({ "ids": ["{id}"], "change": change })),
        of("get", "/stream", "read_events"),
        with(
            "post",
            "/sql",
            "run_sql",
            json!({ "sql": "SELECT * FROM dns_queries UNION ALL SELECT * FROM dns_queries" }),
        ),
        with("post", "/sql/explain", "run_sql", json!({ "sql": "SELECT * FROM threat_events" })),
        of("get", "/sql/{id}", "run_sql"),
        of("delete", "/sql/{id}", "run_sql"),
        of("get", "/schema", "read_sources|run_sql"),
        of("get", "/campaigns", "read_events"),
        of("get", "/campaigns/decisions", "read_events"),
        with("post", "/campaigns/decisions", "work_on_events", json!({ "join": ["{id}"], "reason": "x" })),
        of("delete", "/campaigns/decisions/{number}", "work_on_events"),
        of("get", "/campaigns/{id}", "read_events"),
        of("get", "/campaigns/{id}/graph", "read_events"),
        of("get", "/campaigns/{id}/attribution", "read_events"),
        of("get", "/campaigns/{id}/flow", "export"),
        of("get", "/attack/matrix", "read_events"),
        of("get", "/attack/techniques/{id}", "read_events"),
        of("get", "/attack/navigator", "export"),
        of("get", "/actors", "read_events"),
        of("get", "/actors/{id}", "read_events"),
        of("get", "/rules", "read_rules"),
        of("get", "/rules/{id}", "read_rules"),
        of("get", "/rules/{id}/matches", "read_telemetry+read_rules"),
        with("post", "/rules/check", "write_rules", rule.clone()),
        with("post", "/rules/test", "write_rules+read_telemetry", rule),
        with("post", "/indicators/lookup", "read_events", json!({ "text": "listed-seven.example" })),
        of("get", "/indicators/survival", "read_events"),
        with("post", "/indicators/verdict", "work_on_events", json!({ "text": "192.0.2.1", "judgement": "open" })),
        with("post", "/indicators/sweep", "read_telemetry", json!({ "text": "listed-seven.example" })),
        of("get", "/search?q=10.0.0.7", "read_events"),
        of("get", "/detectors", "read_rules"),
        of("get", "/detectors/{name}/p-values", "read_rules"),
        of("get", "/findings", "read_rules"),
        of("get", "/series?table=dns_queries", "read_telemetry"),
        of("get", "/sources", "read_sources"),
        of("get", "/sources/incidents", "read_sources"),
        of("get", "/tables", "read_sources"),
        of("get", "/quarantine", "read_sources+read_telemetry"),
        of("get", "/users", "manage_people"),
        with("post", "/users", "manage_people", json!({ "name": "{new}", "role": "viewer" })),
        with("patch", "/users/{id}", "manage_people", json!({ "disabled": true })),
        with("post", "/users/{id}/reset", "manage_people", json!({})),
        of("delete", "/users/{id}", "manage_people"),
        of("get", "/keys", "make_keys"),
        with("post", "/keys", "make_keys", json!({ "name": "{new}" })),
        of("delete", "/keys/{id}", "make_keys"),
        of("get", "/audit", "read_audit"),
        of("get", "/audit/verify", "read_audit"),
        of("get", "/queries", "read_events"),
        with("post", "/queries", "save_queries", json!({ "name": "{new}", "f": "severity:high" })),
        of("delete", "/queries/{name}", "save_queries"),
        of("get", "/cases", "read_events"),
        with("post", "/cases", "manage_cases", json!({ "title": "{new}" })),
        of("get", "/cases/{id}", "read_events"),
        of("get", "/cases/{id}/timeline", "read_events"),
        with("post", "/cases/{id}/work", "manage_cases", json!({ "change": { "kind": "note", "text": "x" } })),
        of("delete", "/session", ""),
    ]
}

#[test]
fn every_address_asks_who_may_and_tells_nobody_of_what_they_may_not_see() {
    let home = Home::new();
    events(&home);
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let event = event_of(&ann, "inner");
    let described = described(&ann);

    let invite = |name: &str, role: &str, datasets: Value, ceiling: &str| {
        server.invited(&ann, json!({ "name": name, "role": role, "datasets": datasets, "ceiling": ceiling }))
    };
    let key_of = invite("kim", "analyst", Value::Null, "AMBER+STRICT");
    let key = key_of.post("/api/v1/keys", &json!({ "name": "script", "role": "viewer" })).json();
    let key = server.stranger().with("authorization", &format!("Bearer {}", key["secret"].as_str().expect("a secret")));
    let all = Value::Null;
    let everybody: Vec<(&str, Client, bool)> = vec![
        ("nobody", server.stranger(), false),
        ("viewer", invite("vera", "viewer", all.clone(), "AMBER+STRICT"), true),
        ("analyst", invite("ana", "analyst", all.clone(), "AMBER+STRICT"), true),
        ("engineer", invite("dee", "detection_engineer", all.clone(), "AMBER+STRICT"), true),
        ("scientist", invite("sid", "data_scientist", all.clone(), "AMBER+STRICT"), true),
        ("partner", invite("pat", "sharing_partner", all.clone(), "AMBER+STRICT"), true),
        ("auditor", invite("aud", "auditor", all.clone(), "AMBER+STRICT"), false),
        ("key", key, true),
        ("of the other dataset", invite("oda", "analyst", json!(["outer"]), "AMBER+STRICT"), false),
        ("of no dataset", invite("nan", "analyst", json!([]), "AMBER+STRICT"), false),
        ("with a lower ceiling", invite("low", "analyst", all, "GREEN"), false),
    ];
    let addresses = addresses();
    let listed: Vec<String> = addresses.iter().map(|one| name(one.method, one.path)).collect();
    for operation in &described {
        assert!(listed.contains(operation), "{operation} is described and in no list of who may ask it");
    }
    assert_eq!(listed.len(), described.len(), "the list has addresses that are not described");

    let mut reads = 0;
    for (who, client, sees) in &everybody {
        let session = client.get("/api/v1/session");
        let permissions: Vec<String> = match session.status {
            200 => serde_json::from_value(session.json()["permissions"].clone()).expect("names"),
            _ => Vec::new(),
        };
        let is_known = session.status == 200;
        for address in &addresses {
            let path = format!(
                "/api/v1{}",
                address.path.replace("{id}", &event).replace("{number}", "99").replace("{name}", "beaconing")
            );
            let body = address
                .body
                .to_string()
                .replace("{id}", &event)
                .replace("{new}", &format!("new-{}", who.replace(' ', "-")));
            let body: Value = serde_json::from_str(&body).expect("JSON");
            if address.path == "/stream" && permissions.iter().any(|one| one == "read_events") {
                continue;
            }
            let answer = client.ask(&address.method.to_uppercase(), &path, (!body.is_null()).then_some(&body));
            let may = address.needs.is_empty() || allowed(address.needs, &permissions);
            let told = format!("{who}: {} {path}: {} {}", address.method, answer.status, answer.text());
            match (is_known, address.needs, may) {
                (_, "-", _) => assert!(answer.status < 500, "{told}"),
                (false, ..) => assert_eq!(answer.status, 401, "{told}"),
                (true, _, false) => assert_eq!(answer.status, 403, "{told}"),
                (true, _, true) => assert!(answer.status != 403 && answer.status < 500, "{told}"),
            }
            if !sees {
                assert!(!answer.contains(CANARY), "{told}");
            }
            reads += usize::from(*sees && answer.contains(CANARY));
        }
    }
    assert!(reads > 20, "the canary is to be seen by those who may: {reads} answers hold it");
}

/// The event of a dataset.
fn event_of(client: &Client, dataset: &str) -> String {
    let found = client.get(&format!("/api/v1/events?f=dataset:{dataset}")).json();
    found["items"][0]["id"].as_str().unwrap_or_else(|| panic!("no event of {dataset}: {found}")).to_owned()
}

fn allowed(needs: &str, permissions: &[String]) -> bool {
    let has = |one: &str| permissions.iter().any(|known| known == one);
    needs.split('|').any(|all| all.split('+').all(has))
}

fn name(method: &str, path: &str) -> String {
    format!("{method} {}", path.split('?').next().unwrap_or_default())
}

fn described(client: &Client) -> Vec<String> {
    let description = client.get("/api/v1/openapi.json").json();
    let paths: BTreeMap<String, Value> = serde_json::from_value(description["paths"].clone()).expect("paths");
    let methods = ["get", "post", "put", "patch", "delete"];
    paths
        .iter()
        .flat_map(|(path, item)| {
            let path = path.trim_start_matches("/api/v1");
            methods.iter().filter(|method| item.get(**method).is_some()).map(move |method| name(method, path))
        })
        .collect()
}
