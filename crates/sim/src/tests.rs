//! What the simulated world promises: the same bytes for the same plan, files in the sources' order and form, a
//! rhythm, and a ground truth that can be found again in the logs.
#![allow(clippy::unwrap_used, reason = "a test that meets what it does not expect should stop")]

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    io,
};

use proptest::prelude::*;
use serde_json::Value;

use crate::{
    Plan, Sinks, Stories, Summary,
    attacks::ALL,
    calendar::{DAY, Habits, MINUTE, SECOND, weekend},
    dice::Dice,
    logs::{spool::Spool, text},
    run,
};

/// Files in memory.
#[derive(Default, PartialEq, Debug)]
struct Files {
    bytes: BTreeMap<String, Vec<u8>>,
    closed: BTreeSet<String>,
}

impl Sinks for Files {
    fn write(&mut self, file: &str, bytes: &[u8]) -> io::Result<()> {
        assert!(!self.closed.contains(file), "{file} is written to after it was closed");
        self.bytes.entry(file.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn close(&mut self, file: &str) -> io::Result<()> {
        self.closed.insert(file.to_owned());
        Ok(())
    }
}

impl Files {
    fn text(&self, file: &str) -> &str {
        std::str::from_utf8(&self.bytes[file]).unwrap()
    }

    fn named(&self, ending: &str) -> Vec<&str> {
        self.bytes.keys().filter(|name| name.ends_with(ending)).map(String::as_str).collect()
    }

    fn truth(&self, kind: &str) -> Vec<Value> {
        let lines = self.text("truth.ndjson").lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["kind"] == kind).collect()
    }
}

fn simulate(plan: &Plan) -> (Files, Summary) {
    let mut files = Files::default();
    let summary = run(plan, &mut files, &mut |_| {}).unwrap();
    (files, summary)
}

fn small() -> Plan {
    Plan { scale: 0.1, seed: 7, ..Plan::default() }
}

/// Rows of a Zeek TSV file as maps from field to text.
fn tsv(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let fields: Vec<&str> = text.lines().find_map(|line| line.strip_prefix("#fields\t")).unwrap().split('\t').collect();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let values: Vec<&str> = row.split('\t').collect();
        assert_eq!(values.len(), fields.len(), "{row}");
        fields.iter().copied().zip(values).collect()
    })
    .collect()
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let plan = small();
    let (first, summary) = simulate(&plan);
    let (second, again) = simulate(&plan);
    assert_eq!(summary, again);
    assert!(first == second, "two runs of one plan differ");
    let (other, _) = simulate(&Plan { seed: 8, ..plan });
    assert!(first != other, "another seed gives the same world");
}

#[test]
fn every_file_is_closed_and_days_have_their_own() {
    let (files, _) = simulate(&Plan { days: 2, scale: 0.04, ..small() });
    let names: BTreeSet<String> = files.bytes.keys().cloned().collect();
    assert_eq!(names, files.closed);
    let folders = ["zeek", "zeek_branch", "cloudflare", "windows", "linux", "mail", "cloudtrail"];
    for name in names.iter().filter(|name| name.contains('/')) {
        assert!(folders.iter().any(|folder| name.split('/').next() == Some(folder)), "{name} is in no known folder");
    }
    assert_eq!(files.named("conn.log").len(), 4, "two sensors, two days");
}

#[test]
fn zeek_headers_and_rows_agree() {
    let (files, _) = simulate(&small());
    let mut seen = 0;
    for name in files.named(".log").into_iter().filter(|name| name.starts_with("zeek/")) {
        let text = files.text(name);
        assert!(text.starts_with("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"), "{name}");
        let types = text.lines().find_map(|line| line.strip_prefix("#types\t")).unwrap().split('\t').count();
        for row in tsv(text) {
            assert_eq!(row.len(), types, "{name}");
            seen += 1;
        }
        assert!(text.lines().last().unwrap().starts_with("#close\t2026-01-06-00-00-00"), "{name}");
    }
    assert!(seen > 20_000, "{seen} rows");
}

#[test]
fn json_logs_and_edge_logs_are_json() {
    let (files, _) = simulate(&small());
    let json = ["zeek_branch/", "cloudflare/", "windows/", "cloudtrail/"];
    let json = files.bytes.keys().filter(|name| json.iter().any(|folder| name.starts_with(folder)));
    let mut forms = BTreeSet::new();
    for name in json {
        for line in files.text(name).lines() {
            let row: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}: {line}"));
            if let Some(at) = row.get("EdgeStartTimestamp") {
                forms.insert(at.as_str().map_or_else(|| at.to_string().len(), |text| 100 + text.len()));
            }
        }
    }
    // Unix seconds, milliseconds, nanoseconds; RFC 3339 with and without nanoseconds.
    assert_eq!(forms, BTreeSet::from([10, 13, 19, 120, 130]));
}

#[test]
fn connections_are_in_the_order_in_which_zeek_writes_them() {
    let (files, _) = simulate(&small());
    let micros = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    let end = Plan::default().start.micros() + DAY;
    let mut last = 0;
    for row in tsv(files.text("zeek/2026-01-05/conn.log")) {
        let lasted = if row["duration"] == "-" { 0 } else { micros(row["duration"]) };
        let linger = match (row["proto"], row["id.resp_p"]) {
            ("tcp", _) => 5 * SECOND,
            ("udp", "53") => 10 * SECOND,
            _ => MINUTE,
        };
        let written = (micros(row["ts"]) + lasted + linger).min(end - 1);
        assert!(written >= last, "{row:?}");
        last = written;
    }
}

#[test]
fn nights_are_quieter_than_days() {
    let (files, _) = simulate(&small());
    let mut hours = [0u32; 24];
    for row in tsv(files.text("zeek/2026-01-05/conn.log")) {
        let second: i64 = row["ts"].split('.').next().unwrap().parse().unwrap();
        hours[(second.rem_euclid(86_400) / 3_600) as usize] += 1;
    }
    let night: u32 = hours[0..6].iter().sum();
    let day: u32 = hours[10..16].iter().sum();
    assert!(night > 500 && day > 2 * night, "night {night}, day {day}");
}

#[test]
fn weekends_are_nearly_empty() {
    let works = |day: i64| (0..400).filter(|person| Habits::draw(3, *person).workday(day).is_some()).count();
    let monday = 20_458;
    assert!(works(monday + 10) < 80, "a holiday");
    assert!(!weekend(monday) && weekend(monday + 5) && weekend(monday + 6) && !weekend(monday + 7));
    assert!(works(monday) > 340, "{}", works(monday));
    assert!(works(monday + 5) < 80, "{}", works(monday + 5));
}

#[test]
fn rows_grow_with_scale() {
    let (_, small) = simulate(&Plan { scale: 0.1, ..small() });
    let (_, large) = simulate(&Plan { scale: 0.4, ..self::small() });
    let ratio = large.connections as f64 / small.connections as f64;
    assert!((2.5..6.0).contains(&ratio), "{ratio}");
}

#[test]
fn truth_records_exist_in_the_logs() {
    let (files, summary) = simulate(&small());
    let records = files.truth("record");
    assert_eq!(records.len() as u64, summary.malicious_rows);
    assert!(records.len() > 100);
    let uids: BTreeMap<&str, HashSet<String>> =
        files.bytes.keys().map(|name| (name.as_str(), ids(name, files.text(name)))).collect();
    for record in records {
        let (file, uid) = (record["file"].as_str().unwrap(), record["uid"].as_str().unwrap());
        let nameless = file.ends_with("notice.log") || file.ends_with("software.log") || file.ends_with("x509.log");
        assert!(nameless || uids[file].contains(uid), "{record}");
    }
}

/// What could be the id of a record in a file, as the truth writes it.
fn ids(file: &str, text: &str) -> HashSet<String> {
    match file.split('/').next().unwrap() {
        // 2026-01-05T00:00:09.393998+00:00 hq-srv-0003 sshd[1004]: ...
        "linux" => text
            .lines()
            .map(|line| {
                let mut words = line.split_ascii_whitespace().skip(1);
                let (host, program) = (words.next().unwrap(), words.next().unwrap());
                format!("{host}:{}", program.split(['[', ']']).nth(1).unwrap())
            })
            .collect(),
        "mail" => text
            .lines()
            .filter_map(|line| line.strip_prefix("Message-ID: <"))
            .map(|id| id.trim_end_matches('>').to_owned())
            .collect(),
        "windows" => text
            .lines()
            .map(|line| {
                let event = &serde_json::from_str::<Value>(line).unwrap()["winlog"];
                let computer = event["computer_name"].as_str().unwrap();
                format!("{}:{}", computer.split('.').next().unwrap(), event["record_id"])
            })
            .collect(),
        // Ids of Zeek have 18 letters, those of the edge 16 or 18, those of the cloud 36.
        _ => {
            let words = text.split(['\t', '"', '\n']).filter(|word| matches!(word.len(), 16 | 18 | 36));
            words.map(str::to_owned).collect()
        }
    }
}

#[test]
fn every_story_is_told_and_its_records_counted() {
    let (files, summary) = simulate(&Plan { scale: 0.3, ..small() });
    let stories = files.truth("story");
    assert_eq!(stories.len() as u64, summary.stories);
    for story in ALL {
        let told: Vec<&Value> = stories.iter().filter(|told| told["story"] == story.name).collect();
        assert!(!told.is_empty(), "{}", story.name);
        for told in told {
            assert_eq!(told["technique"], story.technique);
            let leaves_records = told["story"] != "sudden_silence";
            assert!(!leaves_records || told["records"].as_u64().unwrap() > 0, "{told}");
        }
    }
}

#[test]
fn a_world_without_stories_is_innocent() {
    let (files, summary) = simulate(&Plan { stories: Stories::None, ..small() });
    assert_eq!((summary.stories, summary.malicious_rows), (0, 0));
    assert!(files.truth("innocent").len() > 100);
    let (files, _) = simulate(&Plan { stories: Stories::Only(vec!["dns_tunnel".to_owned()]), ..small() });
    assert_eq!(files.truth("story").len(), 1);
}

#[test]
fn listed_contacts_are_on_the_list() {
    let (files, _) = simulate(&Plan { scale: 1.0, ..small() });
    let list = files.text("intel.csv");
    assert!(list.lines().count() > 2_000);
    let contacts = files.truth("story").into_iter().filter(|story| story["story"] == "listed_contact");
    for contact in contacts {
        let value = contact["note"].as_str().unwrap().splitn(3, ' ').nth(2).unwrap().to_owned();
        assert!(list.contains(&value), "{value}");
        let occurs =
            files.bytes.keys().filter(|name| name.starts_with("zeek")).any(|name| files.text(name).contains(&value));
        assert!(occurs, "{value}");
    }
}

#[test]
fn every_story_file_is_listed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/attacks");
    let names: BTreeSet<&str> = ALL.iter().map(|story| story.name).collect();
    assert_eq!(names.len(), ALL.len(), "two stories have one name");
    // `implant` is what the beacon stories share, not a story.
    let shared = ["mod.rs", "implant.rs"];
    #[allow(clippy::disallowed_methods, reason = "a test walks the folder of the stories")]
    let files = std::fs::read_dir(folder).unwrap();
    for file in files {
        let file = file.unwrap().file_name().into_string().unwrap();
        let listed = names.contains(file.trim_end_matches(".rs"));
        assert!(listed || shared.contains(&file.as_str()), "{file} is not in attacks::ALL");
    }
}

#[test]
fn odd_scales_are_brought_into_range() {
    for scale in [f64::NAN, -1.0, 0.0] {
        let (_, summary) = simulate(&Plan { scale, days: 0, ..small() });
        assert!(summary.rows > 0);
    }
}

/// Detectors of behavior; each needs attacks to find and innocent things to leave alone.
const DETECTORS: [&str; 19] = [
    "beaconing",
    "bot_traffic",
    "cloud_misuse",
    "data_exfiltration",
    "dns_tunnel",
    "fast_flux",
    "generated_domains",
    "lateral_movement",
    "long_sessions",
    "lookalike_domain",
    "mail_anomaly",
    "new_access",
    "password_attack",
    "protocol_mismatch",
    "ransom_activity",
    "rare_execution",
    "scan",
    "volume_anomaly",
    "web_attack",
];

#[test]
fn every_detector_has_attacks_and_innocents() {
    let named: BTreeSet<&str> = ALL.iter().filter_map(|story| story.detector).collect();
    // Launches are rare: a few weeks have one.
    let (files, _) = simulate(&Plan { scale: 0.06, days: 25, stories: Stories::None, ..small() });
    let innocents = files.truth("innocent");
    for detector in DETECTORS {
        assert!(named.contains(detector), "no story for {detector}");
        assert!(innocents.iter().any(|innocent| innocent["looks_like"] == detector), "nothing looks like {detector}");
    }
    let expected: BTreeSet<&str> = DETECTORS.into_iter().chain(["indicators"]).collect();
    assert!(named.is_subset(&expected), "{named:?}");
    for innocent in &innocents {
        assert!(innocent["host"] != "*" || innocent["destination"] != "*", "would explain everything: {innocent}");
    }
    assert_eq!(files.truth("record").len(), 0, "innocent life has no malicious records");
}

#[test]
fn weeks_hold_in_every_log() {
    let (files, _) = simulate(&Plan { scale: 0.1, days: 7, stories: Stories::None, ..small() });
    let lines = |file: &str| files.text(file).lines().count() as f64;
    let of_people = |date: &str| {
        let events = files.text(&format!("windows/{date}/events.ndjson"));
        events.lines().filter(|line| line.contains("explorer.exe")).count() as f64
    };
    let (wednesday, sunday) = ("2026-01-07", "2026-01-11");
    assert!(of_people(wednesday) > 50.0 && of_people(sunday) < 0.4 * of_people(wednesday));
    for file in ["mail/{}/incoming.mbox", "zeek/{}/conn.log"] {
        let (busy, idle) = (lines(&file.replace("{}", wednesday)), lines(&file.replace("{}", sunday)));
        assert!(idle > 20.0 && idle < 0.8 * busy, "{file}: {idle} on Sunday, {busy} on Wednesday");
    }
}

#[test]
fn what_stands_out_against_a_past_has_one() {
    let (files, _) = simulate(&Plan { scale: 0.2, days: 6, ..small() });
    let stories = files.truth("story");
    let of = |detector: &str| stories.iter().filter(|story| story["detector"] == detector).collect::<Vec<_>>();
    for detector in ["new_access", "cloud_misuse", "rare_execution", "mail_anomaly"] {
        assert!(!of(detector).is_empty(), "{detector}");
        for story in of(detector) {
            assert!(story["start"].as_str().unwrap() >= "2026-01-08", "{story}");
        }
    }
}

#[test]
fn what_is_missing_is_missing() {
    let plan = Plan { scale: 0.3, stories: Stories::Only(vec!["sudden_silence".to_owned()]), ..small() };
    let (mut sensor, mut site) = (0, 0);
    for seed in 0..12 {
        let (files, _) = simulate(&Plan { seed, scale: 0.05, ..plan.clone() });
        let story = files.truth("story").remove(0);
        let time = |name: &str| story[name].as_str().unwrap().parse::<schema::Timestamp>().unwrap().micros();
        let (from, until) = (time("start"), time("end"));
        let gone = |at: i64| (from..until).contains(&at);
        if story["host"] == "sensor zeek_branch" {
            sensor += 1;
            for line in files.text("zeek_branch/2026-01-05/conn.log").lines() {
                let row: Value = serde_json::from_str(line).unwrap();
                assert!(!gone((row["ts"].as_f64().unwrap() * 1e6) as i64), "{line}");
            }
        } else if story["note"] == "no request reaches the web site" {
            site += 1;
            // Files of which the timestamps are whole seconds, and those of finer ones: the file's hour is enough.
            let silent = (from / 3_600_000_000 + 1)..(until / 3_600_000_000);
            for hour in silent {
                let stamp = schema::Timestamp::from_seconds(hour * 3_600).unwrap().to_string().replace(['-', ':'], "");
                let any = files.bytes.keys().any(|name| name.contains(&format!("http_requests/20260105/{stamp}")));
                assert!(!any, "{stamp}");
            }
        }
    }
    assert!(sensor > 0 && site > 0, "{sensor} sensors, {site} sites");
}

/// What Zeek's reader makes of an escaped TSV value.
fn unescape(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        rest = match (first, tail) {
            (b'\\', [b'\\', tail @ ..]) => {
                out.push(b'\\');
                tail
            }
            (b'\\', [b'x', high, low, tail @ ..]) => {
                let digits = [*high, *low];
                out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                tail
            }
            _ => {
                out.push(*first);
                tail
            }
        };
    }
    out
}

proptest! {
    #[test]
    fn zeek_strings_survive(value in ".*", in_set: bool) {
        let mut out = Vec::new();
        text::zeek_string(&mut out, &value, in_set);
        prop_assert!(!out.contains(&b'\t') && !out.contains(&b'\n'));
        prop_assert!(!in_set || !out.contains(&b','));
        prop_assert_ne!(out.as_slice(), b"-");
        if value.is_empty() {
            prop_assert_eq!(out.as_slice(), b"(empty)");
        } else {
            prop_assert_ne!(out.as_slice(), b"(empty)");
            prop_assert_eq!(unescape(&out), value.as_bytes());
        }
    }

    #[test]
    fn json_strings_survive(value in ".*") {
        let mut out = Vec::new();
        text::json_string(&mut out, &value);
        prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), value);
    }

    #[test]
    fn numbers_print_as_numbers(number: u64, micros in -4_000_000_000_000_000i64..4_000_000_000_000_000) {
        let mut out = Vec::new();
        text::decimal(&mut out, number);
        prop_assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        let mut six = Vec::new();
        text::six_decimals(&mut six, micros);
        let six = String::from_utf8(six).unwrap();
        prop_assert_eq!(six.replace('.', "").parse::<i64>().unwrap(), micros);
        prop_assert_eq!(six.split('.').nth(1).unwrap().len(), 6);
        let mut few = Vec::new();
        text::few_decimals(&mut few, micros);
        let few = String::from_utf8(few).unwrap();
        prop_assert_eq!(few.parse::<f64>().unwrap(), six.parse::<f64>().unwrap());
    }

    #[test]
    fn spools_give_everything_in_order(times in prop::collection::vec(0i64..1_000, 0..200), cut in 0i64..1_000) {
        let mut spool = Spool::default();
        for at in &times {
            spool.push(*at, |out| out.extend_from_slice(at.to_string().as_bytes()));
        }
        let mut given = Vec::new();
        for until in [cut, 1_000] {
            spool.drain(until, |at, row| {
                assert_eq!(row, at.to_string().as_bytes());
                given.push(at);
                Ok(())
            }).unwrap();
        }
        let mut want = times;
        want.sort_unstable();
        prop_assert_eq!(given, want);
    }

    #[test]
    fn dice_stay_in_their_ranges(seed: u64, n in 1u64..1_000_000) {
        let mut dice = Dice::of(seed, "test", 0);
        for _ in 0..50 {
            prop_assert!(dice.below(n) < n);
            prop_assert!((0.0..1.0).contains(&dice.unit()));
            prop_assert!(dice.zipf(n as usize) < n as usize);
            prop_assert!(dice.exponential(2.0) >= 0.0);
            prop_assert!(dice.lognormal(2.0, 1.0) > 0.0);
            prop_assert!((30.0..600.1).contains(&dice.log_uniform(30.0, 600.0)));
        }
    }
}
