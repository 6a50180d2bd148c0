//! What a block list must never hold, and each form on the same few entries.

use schema::{Claim, Observable, Timestamp, Tlp};

use super::*;

fn now() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().expect("a time")
}

fn claim(kind: Observable, value: &str) -> Claim {
    Claim { confidence: 80, tlp: Tlp::Green, ..Claim::new(kind, value, "feed") }
}

fn policy<'a>(form: &str, own: &'a [String]) -> Policy<'a> {
    Policy {
        form: find(form).expect("a form"),
        now: now(),
        ceiling: Tlp::Amber,
        confidence_min: 30,
        kinds: &[],
        prefix_min_v4: 16,
        prefix_min_v6: 32,
        own,
        warned: &|_kind, value| (value == "google.com").then(|| "popular sites".to_owned()),
    }
}

fn left_out(chosen: &Chosen) -> Vec<(&str, &str)> {
    chosen
        .left_out
        .iter()
        .flat_map(|out| out.examples.iter().map(|value| (value.as_str(), out.reason.as_str())))
        .collect()
}

#[test]
fn what_must_not_be_blocked_is_left_out_and_told() {
    use Observable::{Domain, Hash, Ip, Url};
    let own: Vec<String> = ["198.51.100.0/24", "corp.example", "2001:db8:1::/48"].map(str::to_owned).to_vec();
    for (kind, value, why) in [
        (Ip, "10.1.2.3", "private"),
        (Ip, "198.51.100.7", "our own networks"),
        (Ip, "198.51.0.0/16", "our own networks"),
        (Ip, "2001:db8:1:2::1", ""),
        (Ip, "45.0.0.0/8", ""),
        (Ip, "45.32.0.0/15", "too wide"),
        (Ip, "2a00::/24", "too wide"),
        (Domain, "mail.corp.example", "our own names"),
        (Domain, "corp.example", "our own names"),
        (Url, "http://www.corp.example/a", "our own names"),
        (Url, "http://198.51.100.9/a", "our own names"),
        (Domain, "co.uk", ""),
        (Domain, "google.com", "popular sites"),
        (Hash, "d41d8cd98f00b204e9800998ecf8427e", "empty file"),
    ] {
        let chosen = choose([claim(kind, value)], &policy("plain", &own));
        assert_eq!(chosen.entries, [], "{value}");
        let told = left_out(&chosen);
        assert!(told.len() == 1 && told[0].0 == value && told[0].1.contains(why), "{value}: {told:?}");
    }
    for (kind, value) in
        [(Ip, "45.32.0.0/16"), (Domain, "notcorp.example"), (Ip, "198.51.101.1"), (Url, "http://a.example/")]
    {
        assert_eq!(choose([claim(kind, value)], &policy("plain", &own)).entries.len(), 1, "{value}");
    }
}

#[test]
fn claims_that_do_not_count_block_nothing() {
    let base = || claim(Observable::Domain, "evil.example");
    let ended = "2026-11-19T00:00:00Z".parse().ok();
    for (claim, why) in [
        (Claim { tlp: Tlp::Red, ..base() }, "more strictly"),
        (Claim { tlp: Tlp::AmberStrict, ..base() }, "more strictly"),
        (Claim { valid_until: ended, ..base() }, "no longer"),
        (Claim { valid_from: "2026-12-01T00:00:00Z".parse().ok(), ..base() }, "not stood by yet"),
        (Claim { revoked: true, ..base() }, "taken back"),
        (Claim { confidence: 29, ..base() }, "too little confidence"),
    ] {
        let chosen = choose([claim.clone()], &policy("plain", &[]));
        assert!(chosen.entries.is_empty() && left_out(&chosen)[0].1.contains(why), "{why}: {chosen:?}");
        // One source that stands by it is enough, and says nothing of what the other is marked with.
        let both = choose([claim, base()], &policy("plain", &[]));
        assert_eq!((both.entries.len(), both.left_out.len()), (1, 0), "{why}");
        assert_eq!(both.entries[0].tlp, Tlp::Green);
    }
}

#[test]
fn claims_of_several_sources_make_one_entry() {
    let one = Claim { malware: Some("Emotet".to_owned()), confidence: 40, ..claim(Observable::Domain, "evil.example") };
    let two = Claim { tlp: Tlp::Amber, source: "other".to_owned(), ..claim(Observable::Domain, "evil.example") };
    let chosen = choose([one, two], &policy("csv", &[]));
    let entry = &chosen.entries[0];
    assert_eq!((entry.confidence, entry.tlp, entry.sources.len()), (80, Tlp::Amber, 2));
    assert_eq!(entry.label.as_deref(), Some("Emotet"), "what only the less sure source says is kept");
}

fn encoded(form: &str) -> String {
    let claims = [
        claim(Observable::Ip, "45.32.1.2"),
        claim(Observable::Ip, "45.32.0.0/16"),
        claim(Observable::Ip, "2a00:1::/32"),
        claim(Observable::Domain, "evil.example"),
        Claim { malware: Some("E\"v;i\\l\n#".to_owned()), ..claim(Observable::Url, "http://evil.example/a;b\"c") },
        claim(Observable::Hash, &"ab".repeat(32)),
        claim(Observable::HostName, "host.example"),
    ];
    let policy = policy(form, &[]);
    let chosen = choose(claims, &policy);
    (policy.form.encode)(&chosen.entries, &About { producer: "We\nthey".to_owned(), made_at: now() })
}

#[test]
fn lists_and_hosts_files() {
    let plain = encoded("plain");
    assert!(plain.lines().any(|line| line == "45.32.0.0/16") && !plain.contains('#'), "{plain}");
    assert_eq!(encoded("hosts"), "# We they, 2026-11-20T00:00:00Z\n0.0.0.0 evil.example\n0.0.0.0 host.example\n");
    let csv = encoded("csv");
    assert_eq!(csv.lines().count(), 8 + 1, "a line break in a label is quoted: {csv}");
}

#[test]
fn a_policy_zone_covers_names_below_and_addresses() {
    let zone = encoded("rpz");
    for line in [
        "evil.example CNAME .",
        "*.evil.example CNAME .",
        "host.example CNAME .",
        "32.2.1.32.45.rpz-ip CNAME .",
        "16.0.0.32.45.rpz-ip CNAME .",
        "32.zz.1.2a00.rpz-ip CNAME .",
    ] {
        assert!(zone.lines().any(|known| known == line), "{line}: {zone}");
    }
    assert!(!zone.contains("*.host.example") && zone.starts_with("; We they, "), "{zone}");
}

#[test]
fn sets_for_a_firewall() {
    let sets = encoded("nftables");
    assert!(
        sets.contains("45.32.0.0/16,\n") && sets.contains("set margay_v6") && sets.contains("2a00:1::/32"),
        "{sets}"
    );
    assert!(!sets.contains("evil"), "{sets}");
}

#[test]
fn rules_cannot_be_bent_by_what_they_are_about() {
    let rules = encoded("suricata");
    for rule in rules.lines().skip(1) {
        assert!(rule.starts_with("alert ") && rule.ends_with("rev:1;)"), "{rule}");
        assert_eq!(rule.matches('"').count() % 2, 0, "{rule}");
        assert_eq!(rule.matches("sid:").count(), 1, "{rule}");
    }
    assert!(rules.contains("content:\"/a|3b|b") && rules.contains("(E'v,i/l #)"), "{rules}");
    assert!(rules.contains("dns.query; dotprefix; content:\".evil.example\"; nocase; endswith;"), "{rules}");
}

#[test]
fn a_bundle_can_be_read_again() {
    let bundle = encoded("stix");
    let defaults = crate::formats::Defaults { source: "x".to_owned(), confidence: 1, tlp: Tlp::Red, label: None };
    let mut claims = Vec::new();
    let decoded = crate::formats::decode(bundle.as_bytes(), Some("stix"), &defaults, &mut |claim| claims.push(claim));
    let decoded = decoded.expect("a bundle");
    assert_eq!(decoded.n_rejected, 0, "{:?}", decoded.rejects);
    assert!(claims.iter().all(|claim| claim.tlp == Tlp::Green && claim.confidence == 80), "{claims:?}");
    assert!(claims.iter().any(|claim| claim.value == "45.32.0.0/16"));
    assert_eq!(bundle, encoded("stix"), "the same list is the same bundle");
}
