//! Claims and rows in, findings out: the features of the matcher, each as a table of rows.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray,
    builder::{ListBuilder, StringBuilder},
};
use proptest::prelude::*;
use schema::{Claim, Entity, EntityKind, Finding, Observable, Timestamp, Tlp, Window, observe};

use super::{look_up::look_up_name, *};

const HOUR: &str = "2026-11-21T09:00:00Z";

fn claim(kind: Observable, value: &str) -> Claim {
    Claim { confidence: 80, tlp: Tlp::Green, ..Claim::new(kind, value, "feed") }
}

fn at(minutes: i64) -> i64 {
    HOUR.parse::<Timestamp>().expect("valid").micros() + minutes * 60_000_000
}

/// Rows of one table: `columns` are texts, with one row a minute; `a|b` in `answers` is a list.
fn rows(columns: &[(&str, &[&str])]) -> RecordBatch {
    let n = columns.first().map_or(0, |(_, texts)| texts.len());
    let minutes: Vec<i64> = (0..n as i64).map(at).collect();
    let mut named: Vec<(&str, ArrayRef)> = vec![
        ("record_id", Arc::new(StringArray::from_iter_values((0..n).map(|row| format!("r{row:03}"))))),
        ("dataset", Arc::new(StringArray::from_iter_values((0..n).map(|_| "default")))),
        ("observed_at", Arc::new(TimestampMicrosecondArray::from(minutes).with_timezone("UTC"))),
    ];
    for (name, texts) in columns {
        named.push((name, if *name == "answers" { lists(texts) } else { Arc::new(optional(texts)) }));
    }
    RecordBatch::try_from_iter_with_nullable(named.into_iter().map(|(name, array)| (name, array, true)))
        .expect("equal lengths")
}

fn optional(texts: &[&str]) -> StringArray {
    texts.iter().map(|text| (!text.is_empty()).then_some(*text)).collect()
}

fn lists(texts: &[&str]) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for text in texts {
        text.split('|').filter(|item| !item.is_empty()).for_each(|item| lists.values().append_value(item));
        lists.append(true);
    }
    Arc::new(lists.finish())
}

fn hour() -> Window {
    let start: Timestamp = HOUR.parse().expect("valid");
    Window::new(start, start.checked_add_nanos(3_600_000_000_000).expect("in range"))
}

fn find(claims: Vec<Claim>, table: &str, columns: &[(&str, &[&str])]) -> Vec<Finding> {
    let listed = Listed::new(claims);
    let mut hits = Hits::new();
    listed.scan(&mut hits, table, &rows(columns)).expect("the record's columns");
    hits.finish(&listed.matcher, hour())
}

/// Claims as the engine has them: a sieve of all, and a matcher of all.
struct Listed {
    sieve: Sieve,
    matcher: Matcher,
}

impl Listed {
    fn new(claims: impl IntoIterator<Item = Claim>) -> Self {
        let claims: Vec<Claim> = claims.into_iter().collect();
        let sieve = sieve(&claims);
        let mut matcher = Matcher::new();
        matcher.add(claims);
        Self { sieve, matcher }
    }

    fn scan(&self, hits: &mut Hits, table: &str, rows: &RecordBatch) -> Result<(), crate::Error> {
        let mut sifted = Sifted::default();
        self.sieve.sift(table, rows, &mut sifted)?;
        hits.scan(&self.matcher, table, rows, &sifted)
    }
}

fn sieve(claims: &[Claim]) -> Sieve {
    let mut builder = SieveBuilder::new();
    claims.iter().for_each(|claim| builder.push(claim.kind, &claim.value));
    builder.finish()
}

/// Objects of the findings, sorted.
fn met(claims: Vec<Claim>, table: &str, columns: &[(&str, &[&str])]) -> Vec<String> {
    let mut objects: Vec<String> = find(claims, table, columns)
        .into_iter()
        .filter_map(|finding| finding.object)
        .map(|object| object.value)
        .collect();
    objects.sort();
    objects
}

/// One claim, one row that meets it and one that looks alike and does not.
#[test]
fn every_kind_that_a_table_has_a_column_for_is_met_there() {
    let url_path = "http://a.example/up/gate.php?id=7";
    for (kind, value, table, column, met_by, not_by) in [
        (Observable::HostName, "c2.example", "dns_queries", "query", "C2.example", "a.c2.example"),
        (
            Observable::UrlPrefix,
            "http://a.example/up",
            "http_requests",
            "url",
            "https://a.example/up/x?y",
            "http://a.example/upper",
        ),
        (Observable::UrlPath, "/up/gate.php", "http_requests", "url", url_path, "http://a.example/up/gate.php5"),
        (
            Observable::UrlPath,
            "/up/gate.php?id=",
            "http_requests",
            "url",
            url_path,
            "http://a.example/up/gate.php?no=7",
        ),
        (
            Observable::UrlPath,
            "/deep/folder/",
            "http_requests",
            "url",
            "http://b.example/deep/folder/x",
            "http://b.example/deep/folder",
        ),
        (Observable::EmailDomain, "evil.example", "emails", "from_address", "x@mail.evil.example", "evil@good.example"),
        (Observable::EmailSubject, "your invoice 42", "emails", "subject", "Your  INVOICE 42", "Re: your invoice 42"),
        (
            Observable::Imphash,
            "44d88612fea8a8f36de82e1278abb02f",
            "processes",
            "imphash",
            "44d88612fea8a8f36de82e1278abb02f",
            "44d88612fea8a8f36de82e1278abb02e",
        ),
        (
            Observable::FileName,
            "evil.exe",
            "processes",
            "process_path",
            "C:\\Users\\x\\EVIL.exe",
            "C:\\evil.exe\\x.exe",
        ),
        (
            Observable::FilePath,
            "%APPDATA%\\x\\evil.exe",
            "file_changes",
            "path",
            "C:\\Users\\bob\\AppData\\Roaming\\x\\Evil.exe",
            "C:\\x\\evil.exe",
        ),
        (
            Observable::RegistryKey,
            "HKCU\\Software\\Evil",
            "registry_changes",
            "key",
            "HKU\\S-1-5-21-1-2-3-1001\\Software\\Evil\\Key",
            "HKCU\\Software\\Evil\\a\\b",
        ),
        (Observable::NamedPipe, "\\\\.\\pipe\\evil_1", "pipes", "name", "\\Evil_1", "\\evil_12"),
        (
            Observable::Ja3s,
            "44d88612fea8a8f36de82e1278abb02f",
            "tls_sessions",
            "ja3s",
            "44d88612fea8a8f36de82e1278abb02f",
            "44d88612fea8a8f36de82e1278abb02e",
        ),
    ] {
        let rows = [met_by, not_by];
        let clients = ["10.1.2.3"; 2];
        let ours = match table {
            "emails" => "to_addresses",
            "processes" | "file_changes" | "registry_changes" | "pipes" => "host",
            _ => "src_ip",
        };
        let columns: [(&str, &[&str]); 2] = [(ours, &clients), (column, &rows)];
        let found = find(vec![claim(kind, value)], table, &columns);
        assert_eq!(found.iter().map(|finding| finding.n_records).sum::<u64>(), 1, "{kind} {value}: {found:?}");
        assert_eq!(found[0].evidence[0].record_id, "r000", "{kind} {value}");
    }
}

#[test]
fn networks_are_met_by_their_number() {
    let numbers: ArrayRef = Arc::new(arrow_array::Int64Array::from(vec![Some(64_496), Some(64_497), None]));
    let plain = rows(&[("src_ip", &["10.0.0.1"; 3]), ("device", &["edge"; 3])]);
    let mut columns: Vec<(&str, ArrayRef)> =
        plain.schema_ref().fields().iter().map(|field| field.name().as_str()).zip(plain.columns().to_vec()).collect();
    columns.push(("asn", numbers));
    let with_numbers =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let listed = Listed::new([claim(Observable::Asn, "AS64496")]);
    let mut hits = Hits::new();
    listed.scan(&mut hits, "http_requests", &with_numbers.expect("equal lengths")).expect("the record's columns");
    let found = hits.finish(&listed.matcher, hour());
    assert_eq!((found.len(), found[0].n_records), (1, 1));
}

#[test]
fn a_revoked_claim_is_met_no_more() {
    let revoked = Claim { revoked: true, ..claim(Observable::Domain, "evil.example") };
    let columns: [(&str, &[&str]); 2] = [("src_ip", &["10.1.2.3"]), ("query", &["evil.example"])];
    assert!(find(vec![revoked], "dns_queries", &columns).is_empty());
}

#[test]
fn a_domain_covers_its_subdomains_and_nothing_else() {
    let queries = ["evil.example", "a.b.EVIL.example.", "notevil.example", "evil.example.org", "example", ""];
    let clients = ["10.1.2.3"; 6];
    let found = find(
        vec![claim(Observable::Domain, "evil.example")],
        "dns_queries",
        &[("src_ip", &clients), ("query", &queries)],
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].n_records, 2);
    assert_eq!(found[0].subject, Entity::new(EntityKind::Ip, "10.1.2.3"));
    assert!(found[0].also.contains(&Entity::new(EntityKind::Domain, "a.b.evil.example")));
    assert_eq!((found[0].first_seen.micros(), found[0].last_seen.micros()), (at(0), at(1)));
}

#[test]
fn addresses_meet_addresses_and_networks_around_them() {
    let claims = vec![
        claim(Observable::Ip, "198.51.100.7"),
        claim(Observable::Ip, "198.51.100.0/24"),
        claim(Observable::Ip, "198.51.0.0/16"),
        claim(Observable::Ip, "2001:db8::/32"),
        claim(Observable::Ip, "2001:db8::7"),
    ];
    let check = |address: &str, want: &[&str]| {
        assert_eq!(met(claims.clone(), "connections", &[("src_ip", &["10.1.2.3"]), ("dst_ip", &[address])]), want);
    };
    check("198.51.100.7", &["198.51.0.0/16", "198.51.100.0/24", "198.51.100.7"]);
    check("198.51.100.255", &["198.51.0.0/16", "198.51.100.0/24"]);
    check("198.51.101.0", &["198.51.0.0/16"]);
    check("198.52.0.0", &[]);
    check("198.50.255.255", &[]);
    check("2001:db8::7", &["2001:db8::/32", "2001:db8::7"]);
    check("2001:db9::7", &[]);
    check("::ffff:198.51.101.0", &["198.51.0.0/16"]);
}

#[test]
fn our_side_is_the_one_that_is_not_listed() {
    let claims = vec![claim(Observable::Ip, "198.51.100.7")];
    let out = find(claims.clone(), "connections", &[("src_ip", &["10.1.2.3"]), ("dst_ip", &["198.51.100.7"])]);
    let inward = find(claims, "connections", &[("src_ip", &["198.51.100.7"]), ("dst_ip", &["10.1.2.3"])]);
    assert_eq!((out[0].subject.value.as_str(), out[0].techniques.len()), ("10.1.2.3", 1));
    assert_eq!((inward[0].subject.value.as_str(), inward[0].techniques.len()), ("10.1.2.3", 0));
    assert_ne!(out[0].because, inward[0].because);
}

#[test]
fn answers_urls_hosts_and_fingerprints_are_looked_into() {
    let ours: (&str, &[&str]) = ("src_ip", &["10.1.2.3"]);
    let listed = |kind, value: &str| vec![claim(kind, value)];
    let ip = "198.51.100.7";
    assert_eq!(
        met(listed(Observable::Ip, ip), "dns_queries", &[ours, ("answers", &["cdn.example|198.51.100.7"])]),
        [ip]
    );
    let name = "evil.example";
    let domain = listed(Observable::Domain, name);
    assert_eq!(met(domain.clone(), "dns_queries", &[ours, ("answers", &["x.evil.example"])]), [name]);
    assert_eq!(met(domain.clone(), "http_requests", &[ours, ("url", &["http://u@www.Evil.example:81/a"])]), [name]);
    assert_eq!(met(domain, "tls_sessions", &[ours, ("server_name", &["evil.example"])]), [name]);
    let address = listed(Observable::Ip, ip);
    assert_eq!(met(address, "http_requests", &[ours, ("host", &["198.51.100.7:8080"])]), [ip]);
    let ja3 = "44d88612fea8a8f36de82e1278abb02f";
    assert_eq!(met(listed(Observable::Ja3, ja3), "tls_sessions", &[ours, ("ja3", &[ja3])]), [ja3]);
    assert_eq!(
        met(listed(Observable::Hash, ja3), "tls_sessions", &[ours, ("ja3", &[ja3])]),
        [""; 0],
        "kinds stay apart"
    );
    assert_eq!(met(listed(Observable::Hash, ja3), "files_seen", &[("dst_ip", &["10.1.2.3"]), ("md5", &[ja3])]), [ja3]);
    let mail = listed(Observable::Email, "bob@evil.example");
    let to: (&str, &[&str]) = ("email_to", &["ann@ours.example"]);
    let received = find(mail, "alerts", &[to, ("email_from", &["Bob <Bob@Evil.example>"])]);
    assert_eq!(received[0].object.as_ref().map(|object| object.value.as_str()), Some("bob@evil.example"));
    assert_eq!(received[0].subject.value, "ann@ours.example");
    let certificate = met(listed(Observable::Hash, ja3), "certificates", &[("fingerprint", &[ja3])]);
    assert_eq!(certificate, [""; 0], "a certificate alone is nobody's contact");
}

#[test]
fn hosts_clouds_and_mail_have_their_own_side() {
    let sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8aa";
    let told = |kind, value: &str, table: &str, columns: &[(&str, &[&str])]| {
        let found = find(vec![claim(kind, value)], table, columns);
        found.first().map(|finding| (finding.subject.value.clone(), finding.techniques.clone()))
    };
    let wanted = |subject: &str, technique: &str| Some((subject.to_owned(), vec![technique.to_owned()]));
    let host: (&str, &[&str]) = ("host", &["ws01.ours.example"]);
    let run = told(Observable::Hash, sha, "processes", &[host, ("sha256", &[sha])]);
    assert_eq!(run, wanted("ws01.ours.example", "T1204.002"));
    let looked_up =
        told(Observable::Domain, "evil.example", "network_by_process", &[host, ("query", &["x.evil.example"])]);
    assert_eq!(looked_up, wanted("ws01.ours.example", "T1071"));
    let called = [("user", &["deploy"][..]), ("src_ip", &["198.51.100.7"])];
    assert_eq!(told(Observable::Ip, "198.51.100.7", "cloud_api_calls", &called), wanted("deploy", "T1078.004"));
    let mail = [("to_addresses", &["ann@ours.example"][..]), ("urls", &["https://evil.example/login"])];
    assert_eq!(told(Observable::Domain, "evil.example", "emails", &mail), wanted("ann@ours.example", "T1566.002"));
    let attached = [("to_addresses", &["ann@ours.example"][..]), ("attachment_sha256", &[sha])];
    assert_eq!(told(Observable::Hash, sha, "emails", &attached), wanted("ann@ours.example", "T1566.001"));
}

#[test]
fn a_url_meets_itself_whatever_the_query_unless_the_claim_has_one() {
    let check = |listed: &str, seen: &str, want: bool| {
        let columns: &[(&str, &[&str])] = &[("src_ip", &["10.1.2.3"]), ("url", &[seen])];
        let found = met(vec![claim(Observable::Url, listed)], "http_requests", columns);
        assert_eq!(!found.is_empty(), want, "{listed} {seen}");
    };
    check("http://evil.example/gate.php", "https://EVIL.example:443/gate.php#x", true);
    check("http://evil.example/gate.php", "evil.example/gate.php?id=7", true);
    check("http://evil.example/gate.php?id=7", "http://evil.example/gate.php?id=8", false);
    check("http://evil.example/gate.php", "http://evil.example/gate.php/more", false);
    check("http://evil.example/", "http://evil.example/?q=1", false);
    check("http://evil.example", "http://evil.example/", true);
}

#[test]
fn a_claim_counts_only_while_its_source_stands_by_it() {
    let minutes = |minutes| Timestamp::from_micros(at(minutes));
    let bounded =
        Claim { valid_from: minutes(1), valid_until: minutes(3), ..claim(Observable::Domain, "evil.example") };
    let columns: &[(&str, &[&str])] = &[("src_ip", &["10.1.2.3"; 5]), ("query", &["evil.example"; 5])];
    assert_eq!(find(vec![bounded], "dns_queries", columns)[0].n_records, 2);
    let over = Claim { valid_until: minutes(0), ..claim(Observable::Domain, "evil.example") };
    assert_eq!(find(vec![over], "dns_queries", columns), []);
}

#[test]
fn all_claims_about_a_value_are_kept_and_told() {
    let base = claim(Observable::Domain, "evil.example");
    let claims = vec![
        base.clone(),
        base.clone(),
        Claim {
            source: "other".to_owned(),
            confidence: 95,
            tlp: Tlp::Amber,
            malware: Some("Emotet".to_owned()),
            ..base.clone()
        },
        Claim { source: "third".to_owned(), technique: Some("T1568".to_owned()), ..base },
    ];
    let mut matcher = Matcher::new();
    matcher.add(claims.clone());
    assert_eq!(matcher.len(), 3, "the very same claim is kept once");
    assert_eq!(matcher.listings(Observable::Domain, "www.EVIL.example").len(), 3);
    let found = find(claims, "dns_queries", &[("src_ip", &["10.1.2.3"; 12]), ("query", &["evil.example"; 12])]);
    let finding = &found[0];
    assert_eq!((finding.confidence, finding.tlp, finding.p_value), (95, Tlp::Amber, None));
    assert_eq!(
        (finding.labels.as_slice(), finding.techniques.as_slice()),
        (&["Emotet".to_owned()][..], &["T1568".to_owned()][..])
    );
    assert_eq!(
        finding.because,
        "10.1.2.3 asked for evil.example 12 times; \"other\" lists it as Emotet with confidence 95, \"feed\" lists it \
         with confidence 80, \"third\" lists it with confidence 80."
    );
}

#[test]
fn what_is_too_broad_is_refused_with_its_reason() {
    let broad = [
        (Observable::Domain, "com"),
        (Observable::Ip, "0.0.0.0/0"),
        (Observable::Ip, "10.0.0.1"),
        (Observable::Url, "nothing"),
    ];
    let mut builder = SieveBuilder::new();
    let mut matcher = Matcher::new();
    for (kind, value) in broad.into_iter().chain([(Observable::Domain, "evil[.]example")]) {
        builder.push(kind, value);
        matcher.add([claim(kind, value)]);
    }
    assert_eq!((builder.n_refused(), builder.refused().len()), (3, 3));
    assert!(builder.refused().iter().all(|refused| !refused.reason.is_empty()));
    assert_eq!((builder.finish().len(), matcher.len()), (2, 2));
}

#[test]
fn only_columns_that_can_meet_something_are_asked_for() {
    let addresses = sieve(&[claim(Observable::Ip, "198.51.100.7")]);
    assert_eq!(addresses.columns("connections"), ["record_id", "dataset", "observed_at", "src_ip", "dst_ip"]);
    let hashes = sieve(&[claim(Observable::Hash, "44d88612fea8a8f36de82e1278abb02f")]);
    assert_eq!(hashes.columns("connections"), [""; 0]);
    assert_eq!(hashes.columns("findings"), [""; 0]);
    assert_eq!(hashes.columns("no such table"), [""; 0]);
}

#[test]
fn a_flood_is_bounded_and_what_stays_does_not_depend_on_order() {
    let clients: Vec<String> = (0..200).map(|n| format!("10.0.{}.{n}", n % 7)).collect();
    let mut backwards: Vec<&str> = clients.iter().map(String::as_str).collect();
    let forwards = backwards.clone();
    backwards.reverse();
    let claims = [
        Claim { confidence: 10, ..claim(Observable::Domain, "low.example") },
        claim(Observable::Domain, "evil.example"),
    ];
    let listed = Listed::new(claims);
    let judge = |clients: &[&str]| {
        let names: Vec<&str> =
            clients.iter().map(|client| if client.ends_with('7') { "evil.example" } else { "low.example" }).collect();
        let mut hits = Hits::new().with_max_findings(30);
        listed.scan(&mut hits, "dns_queries", &rows(&[("src_ip", clients), ("query", &names)])).expect("columns");
        let left_out = hits.n_left_out();
        let mut sides: Vec<String> = hits
            .finish(&listed.matcher, hour())
            .iter()
            .map(|finding| format!("{:?}{:?}", finding.subject, finding.object))
            .collect();
        sides.sort();
        (left_out, sides)
    };
    let (left_out, kept) = judge(&forwards);
    assert_eq!((left_out, kept.len()), (170, 30));
    assert_eq!(kept.iter().filter(|side| side.contains("evil.example")).count(), 20, "high confidence stays");
    assert_eq!(judge(&backwards).1, kept);
}

#[test]
fn layouts_of_the_lake_are_read_and_missing_columns_told() {
    let listed = Listed::new([claim(Observable::Domain, "evil.example")]);
    let plain = rows(&[("src_ip", &["10.1.2.3", "10.1.2.3"]), ("query", &["evil.example", "evil.example"])]);
    let views =
        RecordBatch::try_from_iter(plain.schema().fields().iter().zip(plain.columns()).map(|(field, column)| {
            let texts = column.as_any().downcast_ref::<StringArray>();
            let view: ArrayRef = match texts {
                Some(texts) => Arc::new(texts.iter().collect::<StringViewArray>()),
                None => Arc::clone(column),
            };
            (field.name().clone(), view)
        }));
    let mut hits = Hits::new();
    listed.scan(&mut hits, "dns_queries", &views.expect("equal lengths")).expect("columns");
    assert_eq!(hits.finish(&listed.matcher, hour())[0].n_records, 2);
    let nameless = plain.project(&[3, 4]).expect("columns");
    assert!(listed.scan(&mut Hits::new(), "dns_queries", &nameless).is_err());
    assert!(listed.scan(&mut Hits::new(), "nothing", &plain).is_err());
}

/// What the matcher must equal: every claim held against the text, one by one.
fn plainly(claims: &[Claim], name: &str) -> Vec<String> {
    let mut values: Vec<String> = claims
        .iter()
        .filter(|claim| match claim.kind {
            Observable::Domain => name == claim.value || name.ends_with(&format!(".{}", claim.value)),
            _ => observe::parse_ip(name).is_some_and(|ip| {
                observe::parse_network(&claim.value).is_some_and(|(first, length)| {
                    observe::parse_network(&format!("{ip}/{length}")).is_some_and(|(around, _)| around == first)
                })
            }),
        })
        .map(|claim| claim.value.clone())
        .collect();
    values.sort();
    values.dedup();
    values
}

proptest! {
    #[test]
    fn the_matcher_equals_plain_comparison(
        domains in prop::collection::vec("([ab]\\.){0,3}[ab]\\.example", 0..20),
        networks in prop::collection::vec((0_u32..256, 8_u8..=32), 0..20),
        names in prop::collection::vec("([ab]\\.){0,4}[ab]\\.example|7[01]\\.0\\.[0-3]\\.[0-9]{1,2}", 0..20),
    ) {
        let mut claims: Vec<Claim> = domains.iter().map(|name| claim(Observable::Domain, name)).collect();
        for (low, length) in networks {
            let text = format!("7{}.0.{}.{}/{length}", low & 1, low >> 1 & 3, low >> 3);
            let value = observe::canonical(Observable::Ip, &text).expect("a network").into_owned();
            claims.push(claim(Observable::Ip, &value));
        }
        let Listed { sieve, matcher } = Listed::new(claims.clone());
        for name in &names {
            let mut found: Vec<String> = Vec::new();
            look_up_name(&matcher, name, &mut |entry| found.extend(matcher.kind_and_value(entry).map(|(_, value)| value.to_owned())));
            found.sort();
            prop_assert_eq!(&found, &plainly(&claims, name), "{}", name);
            let mut sifted: Vec<String> = Vec::new();
            look_up_name(&sieve, name, &mut |(_, value)| sifted.push(value));
            sifted.sort();
            prop_assert_eq!(&sifted, &found, "the sieve of {}", name);
        }
    }

    #[test]
    fn a_summary_says_no_exactly_where_no_row_meets_anything(
        domains in prop::collection::vec("([ab]\\.){0,2}[a-c]\\.example", 0..4),
        networks in prop::collection::vec("7[01]\\.0\\.[0-3]\\.0/2[4-9]|7[01]\\.0\\.0\\.[0-9]|2001:db8:[0-3]::/48", 0..3),
        names in prop::collection::vec("([ab]\\.){0,3}[A-D]\\.example\\.?|https?://[a-d]\\.example/x\\?y", 1..8),
        addresses in prop::collection::vec("7[01]\\.0\\.[0-3]\\.[0-9]{1,2}|2001:db8:[0-9]::1", 1..8),
    ) {
        let claims = domains.iter().map(|name| claim(Observable::Domain, name));
        let networks = networks.iter().map(|text| {
            claim(Observable::Ip, &observe::canonical(Observable::Ip, text).expect("a network"))
        });
        let listed = Listed::new(claims.chain(networks).collect::<Vec<_>>());
        let (names, addresses): (Vec<&str>, Vec<&str>) =
            (names.iter().map(String::as_str).collect(), addresses.iter().map(String::as_str).collect());
        for (table, batch) in [
            ("dns_queries", rows(&[("query", &names)])),
            ("http_requests", rows(&[("url", &names)])),
            ("connections", rows(&[("dst_ip", &addresses)])),
        ] {
            let mut sifted = Sifted::default();
            listed.sieve.sift(table, &batch, &mut sifted).expect("columns");
            let mut summary = SummaryBuilder::new();
            summary.add(table, &batch).expect("columns");
            let kept = Summary::from_bytes(&summary.finish().to_bytes()).expect("as it was kept");
            prop_assert_eq!(kept.may_meet(&listed.sieve), !sifted.is_empty(), "{}", table);
        }
    }

    #[test]
    fn no_text_stops_the_matcher(texts in prop::collection::vec("\\PC{0,40}|[a-z.:/@\\[\\]%]{0,30}", 1..10)) {
        let listed = Listed::new([claim(Observable::Domain, "evil.example"), claim(Observable::Ip, "2001:db8::/32"), claim(Observable::Url, "http://evil.example/a")]);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut hits = Hits::new();
        for (table, column) in [("dns_queries", "query"), ("http_requests", "url"), ("connections", "dst_ip")] {
            listed.scan(&mut hits, table, &rows(&[("src_ip", &texts), (column, &texts)])).expect("columns");
        }
        let _findings = hits.finish(&listed.matcher, hour());
    }

    #[test]
    fn a_sieve_comes_back_as_it_was_kept_and_merging_is_building_of_both(
        one in prop::collection::vec("[a-d]{1,3}\\.example|7[01]\\.0\\.[0-3]\\.[0-9]{1,2}|7[01]\\.[0-3]\\.0\\.0/16|2001:db8:[0-3]::/48", 0..40),
        two in prop::collection::vec("[a-d]{1,3}\\.example|7[01]\\.0\\.[0-3]\\.[0-9]{1,2}", 0..40),
        damage in 0_usize..10_000,
    ) {
        let claims = |texts: &[String]| -> Vec<Claim> {
            let read = |text: &String| observe::read(text).ok().map(|(kind, value)| claim(kind, &value));
            texts.iter().filter_map(read).collect()
        };
        let (one, two) = (claims(&one), claims(&two));
        let merged = sieve(&one).merged(&sieve(&two));
        let both = sieve(&[one, two].concat());
        prop_assert_eq!(merged.to_bytes(), both.to_bytes());
        let mut bytes = both.to_bytes();
        let back = Sieve::from_bytes(&bytes).expect("whole");
        prop_assert_eq!(back.to_bytes(), both.to_bytes());
        let at = damage % bytes.len();
        bytes[at] ^= 1;
        prop_assert!(Sieve::from_bytes(&bytes).is_err());
        prop_assert!(Sieve::from_bytes(&bytes[..at]).is_err());
    }
}
