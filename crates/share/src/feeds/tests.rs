//! Declarations are right, and contents in the shapes that feeds have give the claims that they mean.

use schema::{Claim, Observable, Timestamp};

use super::{Feed, SHIPPED, decode, is_page, manifest, next_page};

const NOW: &str = "2026-11-20T00:00:00Z";

fn shipped(name: &str) -> Feed {
    let (_, text) = SHIPPED.iter().find(|(known, _)| *known == name).expect("a shipped feed");
    Feed::parse(text).expect("a declaration without a fault")
}

fn read(feed: &Feed, content: &str) -> (Vec<Claim>, Vec<String>) {
    let mut claims = Vec::new();
    let now: Timestamp = NOW.parse().expect("a time");
    let decoded = decode(feed, content.as_bytes(), now, &mut |claim| claims.push(claim)).expect("a list");
    assert_eq!(decoded.n_claims, claims.len() as u64);
    (claims, decoded.rejects.into_iter().map(|reject| format!("{}: {}", reject.place, reject.reason)).collect())
}

fn told(claims: &[Claim]) -> Vec<String> {
    let told = |claim: &Claim| {
        let label = claim.label().unwrap_or("-");
        format!("{} {} {} {label}", claim.kind, claim.value, claim.confidence)
    };
    claims.iter().map(told).collect()
}

#[test]
fn every_shipped_declaration_is_right_and_named_as_its_file() {
    for (name, text) in SHIPPED {
        let feed = Feed::parse(text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert_eq!(feed.name, *name);
        assert!(feed.home.is_some() && feed.terms.is_some(), "{name}");
    }
    let listed: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    assert!(listed.is_sorted(), "the list is in order");
}

#[test]
fn urlhaus_has_its_header_in_a_comment_and_commas_in_cells() {
    let (claims, rejects) = read(
        &shipped("urlhaus"),
        "################\n# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n\
         \"1\",\"2026-11-19 10:00:00\",\"http://198.51.100.7/a,b.sh\",\"online\",\"2026-11-19 11:00:00\",\
         \"malware_download\",\"32-bit,elf\",\"https://urlhaus.abuse.ch/url/1/\",\"someone\"\n\
         \"2\",\"2026-11-19 10:00:00\",\"http://\",\"offline\",\"\",\"malware_download\",\"None\",\"\",\"x\"\n",
    );
    assert_eq!(told(&claims), ["url http://198.51.100.7/a,b.sh 75 32-bit"]);
    assert_eq!(claims[0].source, "urlhaus");
    assert_eq!(claims[0].reference.as_deref(), Some("https://urlhaus.abuse.ch/url/1/"));
    assert_eq!(claims[0].valid_until.map(|until| until.to_string()).as_deref(), Some("2027-02-17T11:00:00Z"));
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].starts_with("line 4: "), "{rejects:?}");
}

#[test]
fn threatfox_quotes_behind_spaces_and_adds_columns() {
    let row = |more: &str| {
        format!(
            "\"2026-11-19 10:00:00\", \"77\", \"203.0.113.9:8443\", \"ip:port\", \"botnet_cc\", \"win.x\", \"None\", \
             \"Cobalt Strike\", \"\", \"90\", {more}\"https://example.org/r\", \"a,b\", \"0\", \"me\"\n"
        )
    };
    let header = "# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\",\"fk_malware\",\
                  \"malware_alias\",\"malware_printable\",\"last_seen_utc\",\"confidence_level\",";
    let old = format!("{header}\"reference\",\"tags\",\"anonymous\",\"reporter\"\n{}", row(""));
    let new =
        format!("{header}\"is_compromised\",\"reference\",\"tags\",\"anonymous\",\"reporter\"\n{}", row("\"no\", "));
    for content in [old, new] {
        let (claims, rejects) = read(&shipped("threatfox"), &content);
        assert_eq!(told(&claims), ["ip 203.0.113.9 90 Cobalt Strike"], "{rejects:?}");
        assert_eq!(claims[0].reference.as_deref(), Some("https://example.org/r"));
    }
}

#[test]
fn one_sample_gives_all_of_its_hashes() {
    let header = "# \"first_seen_utc\",\"sha256_hash\",\"md5_hash\",\"sha1_hash\",\"signature\"\n";
    let (sha256, md5, sha1) = ("ab".repeat(32), "cd".repeat(16), "ef".repeat(20));
    let row = format!("\"2026-11-19 10:00:00\", \"{sha256}\", \"{md5}\", \"{sha1}\", \"Mirai\"\n");
    let (claims, _) = read(&shipped("malwarebazaar"), &format!("{header}{row}"));
    assert_eq!(claims.iter().map(|claim| claim.value.len()).collect::<Vec<_>>(), [64, 40, 32]);
    assert!(claims.iter().all(|claim| claim.kind == Observable::Hash && claim.label() == Some("Mirai")));
}

#[test]
fn a_header_without_records_is_an_empty_list_and_a_list_without_header_is_refused() {
    let header = "# text\n\"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\",\"last_online\",\"malware\"\n# END 0 entries\n";
    assert_eq!(read(&shipped("feodo"), header), (Vec::new(), Vec::new()));
    let now = NOW.parse().expect("a time");
    let refused = decode(&shipped("feodo"), b"\"a\",\"b\"\n\"1\",\"2\"\n", now, &mut |_| {});
    assert!(refused.expect_err("no header").to_string().contains("dst_ip"));
}

#[test]
fn spamhaus_ends_with_a_line_about_the_list() {
    let content = "{\"cidr\":\"198.51.100.0/24\",\"sblid\":\"SBL1\",\"rir\":\"arin\"}\n\
                   {\"type\":\"metadata\",\"timestamp\":1,\"size\":2,\"records\":1}\n";
    let (claims, rejects) = read(&shipped("spamhaus_drop_v4"), content);
    assert_eq!((told(&claims), rejects.len()), (vec!["ip 198.51.100.0/24 85 Spamhaus DROP".to_owned()], 0));
}

#[test]
fn counts_become_confidence_within_bounds() {
    let (claims, rejects) = read(&shipped("ipsum"), "# c\n198.51.100.7\t3\n198.51.100.8\t99\n198.51.100.9\tmany\n");
    assert_eq!(told(&claims), ["ip 198.51.100.7 24 on block lists", "ip 198.51.100.8 80 on block lists"]);
    assert_eq!(rejects.len(), 1);
}

#[test]
fn a_line_is_a_record() {
    let (claims, _) = read(&shipped("openphish"), "http://a.example/x,y\r\n\nhttp://b.example/\n");
    assert_eq!(told(&claims), ["url http://a.example/x,y 70 phishing", "url http://b.example/ 70 phishing"]);
}

#[test]
fn vulnerabilities_are_claims_as_well() {
    let kev = r#"{"title": "x", "vulnerabilities": [{"cveID": "CVE-2026-0001", "vulnerabilityName": "A flaw", "dateAdded": "2026-11-01"}]}"#;
    let (claims, rejects) = read(&shipped("cisa_kev"), kev);
    assert_eq!((told(&claims), rejects.len()), (vec!["cve CVE-2026-0001 95 A flaw".to_owned()], 0));
    let epss = "#model_version:v2026.01.01,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2026-0001,0.42123,0.97\n";
    let (claims, rejects) = read(&shipped("epss"), epss);
    assert_eq!((told(&claims), rejects.len()), (vec!["cve CVE-2026-0001 42 EPSS".to_owned()], 0));
    let now = NOW.parse().expect("a time");
    assert!(decode(&shipped("cisa_kev"), b"{\"error\": 1}", now, &mut |_| {}).is_err());
}

#[test]
fn columns_between_bars() {
    let content = "# x\n64500  |  EXAMPLE-AS  |  198.51.100.7  |  2026-11-19 10:00:00  |  sshpwauth\n";
    let (claims, _) = read(&shipped("dataplane_ssh"), content);
    assert_eq!(told(&claims), ["ip 198.51.100.7 50 SSH password guessing"]);
    assert_eq!(claims[0].valid_until.map(|until| until.to_string()).as_deref(), Some("2026-12-03T10:00:00Z"));
}

#[test]
fn unverified_phish_is_no_claim() {
    let content = "phish_id,url,phish_detail_url,submission_time,verified,verification_time,online,target\n\
                   1,\"http://phish.example/a,b\",http://d.example/1,2026-11-19T10:00:00+00:00,yes,2026-11-19T11:00:00+00:00,yes,Bank\n\
                   2,http://phish.example/c,http://d.example/2,2026-11-19T10:00:00+00:00,no,,yes,Other\n";
    let (claims, rejects) = read(&shipped("phishtank"), content);
    assert_eq!(told(&claims), ["url http://phish.example/a,b 80 Bank"]);
    assert_eq!(rejects, ["line 3: verified is \"no\""]);
}

#[test]
fn indicators_of_a_pulse_know_what_the_pulse_says() {
    let content = r#"{"results": [{"name": "P", "tlp": "green", "adversary": "", "malware_families": [{"display_name": "Emotet"}],
        "attack_ids": [], "indicators": [
            {"indicator": "evil.example", "type": "domain", "created": "2026-11-19T10:00:00"},
            {"indicator": "rule x {}", "type": "YARA"}, {"indicator": "1", "type": "Strange"}]}],
        "next": "https://otx.alienvault.com/api/v1/pulses/subscribed?page=2"}"#;
    let feed = shipped("otx");
    let (claims, rejects) = read(&feed, content);
    assert_eq!(told(&claims), ["domain evil.example 50 Emotet"]);
    assert_eq!(claims[0].tlp, schema::Tlp::Green);
    assert_eq!(rejects.len(), 1, "{rejects:?}");
    assert!(rejects[0].starts_with("results[0].indicators[2]: "));
    assert!(next_page(&feed, content.as_bytes()).is_some_and(|next| next.ends_with("page=2")));
}

#[test]
fn pages_are_no_lists() {
    for page in ["<!DOCTYPE html><html>", "\n <HTML lang=en>", "<?xml version=\"1.0\"?><html xmlns=\"\">"] {
        assert!(is_page(page.as_bytes()), "{page}");
        let now = NOW.parse().expect("a time");
        assert!(decode(&shipped("openphish"), page.as_bytes(), now, &mut |_| {}).is_err());
    }
    assert!(!is_page(b"http://a.example/<html>"));
}

#[test]
fn a_declaration_tells_what_is_wrong_with_it() {
    let good = SHIPPED.iter().find(|(name, _)| *name == "openphish").expect("shipped").1;
    for (from, to, want) in [
        ("https://raw", "ftp://raw", "https://"),
        ("keeps = \"snapshot\"", "keeps = \"all\"", "line 8"),
        ("confidence = 70", "confidence = 700", "u8"),
        ("kind = \"url\"", "kind = \"colour\"", "colour"),
        ("form = \"lines\"", "form = \"lines\"\nsecret = { from = \"hunter2\", header = \"K\" }", "env:NAME"),
        ("form = \"lines\"", "form = \"lines\"\nfrom = 1", "unknown field"),
        ("name = \"openphish\"", "name = \"../x\"", "small letters"),
    ] {
        assert!(good.contains(from), "{from}");
        let problem = Feed::parse(&good.replacen(from, to, 1)).expect_err("wrong");
        assert!(problem.to_string().contains(want), "{problem}");
    }
}

#[test]
fn manifests_name_events_newest_first_and_never_paths() {
    let content = br#"{"00000000-0000-4000-8000-000000000001": {"timestamp": "5"},
        "00000000-0000-4000-8000-000000000002": {"timestamp": 9}, "../../etc/passwd": {"timestamp": "1"}}"#;
    let listed = manifest(content).expect("a manifest");
    assert_eq!(listed.iter().map(|listed| listed.changed).collect::<Vec<_>>(), [9, 5]);
    assert!(manifest(b"[]").is_err());
}

proptest::proptest! {
    #[test]
    fn no_content_stops_a_feed(content in "([ -~]|\"|,|\n|#|\\{|\\}|url){0,200}") {
        let now = NOW.parse().expect("a time");
        for (_, text) in SHIPPED {
            let feed = Feed::parse(text).expect("shipped");
            let _outcome = decode(&feed, content.as_bytes(), now, &mut |_| {});
        }
    }
}
