//! What answers look like: forms, tags, compression, pages of lists, SQL in streams, and the description of it all.

use serde_json::{Value, json};

use super::{access, client::Server, described::DESCRIPTION};
use crate::home::{Home, margay};

#[test]
fn the_description_is_that_of_this_server() {
    let output = margay().args(["serve", "--openapi"]).output().expect("runs");
    assert!(output.status.success());
    let now = String::from_utf8(output.stdout).expect("text");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(DESCRIPTION, &now).expect("writes");
    }
    let written = std::fs::read_to_string(DESCRIPTION).unwrap_or_default();
    assert!(
        written == now,
        "docs/reference/openapi.json is stale: UPDATE=1 cargo test -p margay --test it description"
    );
    let description: Value = serde_json::from_str(&now).expect("JSON");
    assert!(description["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
}

const JSON_DNS: &str = "{\"ts\":1700000000.5,\"uid\":\"C1\",\"id.orig_h\":\"10.0.0.1\",\"id.orig_p\":5353,\"id.resp_h\":\
                        \"10.0.0.2\",\"id.resp_p\":53,\"proto\":\"udp\",\"query\":\"a.example\",\"qtype_name\":\"A\",\
                        \"_path\":\"dns\"}\n";

#[test]
fn an_overview_counts_what_its_span_holds_and_sources_are_told_alike() {
    let home = Home::new();
    access::events(&home);
    let broken = home.path("broken.log");
    std::fs::write(&broken, format!("{}{{\"ts\": broken\n", JSON_DNS)).expect("writes");
    let ingested = home.run(&["ingest", "--dataset", "inner", broken.to_str().expect("text")]);
    assert!(ingested.status.success(), "a reject is kept and told");
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let events = ann.get("/api/v1/events").json()["items"].as_array().map(Vec::len).expect("rows");
    let counted = |span: &str| ann.get(&format!("/api/v1/overview{span}")).json()["new_events"]["total"].clone();
    assert_eq!(counted(""), events);
    assert_eq!(counted("?since=2000-01-01T00:00:00Z"), events);
    assert_eq!(counted("?until=2000-01-01T00:00:00Z"), 0);
    assert_eq!(counted("?since=2099-01-01T00:00:00Z"), 0);

    let sources = ann.get("/api/v1/sources").json();
    let sources = sources["items"].as_array().expect("sources");
    let keys = |of: &Value| -> Vec<String> { of.as_object().expect("an object").keys().cloned().collect() };
    assert!(sources.iter().any(|source| source["name"] == "quarantine" && source["rows"] == 1), "{sources:?}");
    assert!(sources.iter().all(|source| keys(source) == keys(&sources[0])), "{sources:?}");
    assert_eq!(ann.get("/api/v1/series?table=connections").json()["points"], serde_json::json!([]));
}

#[test]
fn lists_come_in_pages_and_in_three_forms() {
    let home = Home::new();
    access::events(&home);
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let all = ann.get("/api/v1/events").json();
    let ids = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert!(ids(&all).len() >= 2 && all["next"].is_null(), "{all}");
    let first = ann.get("/api/v1/events?limit=1").json();
    let second = ann.get(&format!("/api/v1/events?limit=1&after={}", first["next"].as_str().expect("goes on"))).json();
    assert_eq!([ids(&first), ids(&second)].concat(), ids(&all)[..2]);

    let csv = ann.with("accept", "text/csv").get("/api/v1/events");
    assert!(csv.text().starts_with("id,severity,confidence"), "{}", csv.text());
    assert!(csv.header("content-disposition").is_some_and(|told| told.starts_with("attachment")));
    let arrow = ann.with("accept", "application/vnd.apache.arrow.stream").get("/api/v1/events?limit=1");
    assert_eq!(arrow.header("content-type"), Some("application/vnd.apache.arrow.stream"));
    assert_eq!(arrow.header("x-next"), first["next"].as_str());
    assert!(arrow.contains(&ids(&first)[0]));

    let facets = ann.get("/api/v1/events/facets").json();
    assert_eq!(facets["total"], ids(&all).len());
    let counted: u64 = facets["histogram"]["bars"]
        .as_array()
        .expect("bars")
        .iter()
        .flat_map(|bar| bar.as_object().expect("counts").values())
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(counted, ids(&all).len() as u64);

    let tag = ann.with("if-none-match", "\"x\"").get("/api/v1/events");
    let tag = tag.header("etag").expect("a tag").to_owned();
    let again = ann.with("if-none-match", &tag).get("/api/v1/events");
    assert_eq!((again.status, again.body.len()), (304, 0));
    let packed = ann.with("accept-encoding", "gzip").get("/api/v1/events");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(ann.get("/").header("content-security-policy").is_some_and(|policy| policy.contains("script-src 'self';")));
}

#[test]
fn sql_is_answered_in_four_forms_and_told_about_afterwards() {
    let home = Home::new();
    access::events(&home);
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let question =
        json!({ "sql": "SELECT query, query_type FROM dns_queries ORDER BY query", "query_id": "one-two-three" });
    let answer = ann.post("/api/v1/sql", &question);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("x-query-id"), Some("one-two-three"));
    let whole = answer.json();
    assert_eq!(whole["columns"][0]["name"], "query");
    let n_rows = whole["rows"].as_array().expect("rows").len();
    assert!(n_rows >= 2);
    assert_eq!(ann.get("/api/v1/sql/one-two-three").json()["state"], "done");

    let ask = |form: &str| ann.with("accept", form).post("/api/v1/sql", &json!({ "sql": question["sql"] }));
    assert_eq!(ask("application/x-ndjson").text().lines().count(), n_rows);
    assert!(ask("text/csv").text().starts_with("query,query_type"));
    let arrow = ask("application/vnd.apache.arrow.stream");
    assert!(arrow.body.starts_with(&[0xff, 0xff, 0xff, 0xff]), "a stream of Arrow");

    let plan = ann.post("/api/v1/sql/explain", &json!({ "sql": "SELECT 1" })).json();
    assert!(plan["plan"].as_str().is_some_and(|plan| !plan.is_empty()), "{plan}");
    let wrong = ann.post("/api/v1/sql", &json!({ "sql": "SELECT nothing FROM nowhere" }));
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("nowhere"), "{}", wrong.text());
    let log = ann.get("/api/v1/audit?action=sql").json();
    assert!(log["items"][0]["detail"]["sql"].as_str().is_some(), "{log}");
}

#[test]
fn numbers_for_prometheus_name_nothing_that_somebody_typed() {
    let home = Home::new();
    let server = Server::start(&home);
    server.stranger().get("/api/v1/canary-in-a-path");
    server.stranger().ask("CANARYMETHOD", "/api/v1/setup", None);
    let metrics = server.stranger().get("/metrics");
    assert_eq!(metrics.status, 200);
    assert!(metrics.text().contains("margay_http_requests_total"), "{}", metrics.text());
    assert!(!metrics.text().to_lowercase().contains("canary"), "{}", metrics.text());
    assert_eq!(server.stranger().with("x-forwarded-for", "192.0.2.7").get("/metrics").status, 401);
    assert_eq!(server.stranger().get("/healthz").text(), "ok\n");
    assert_eq!(server.stranger().get("/readyz").text(), "ready\n");
}
