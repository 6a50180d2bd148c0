//! `corpus/<format>/<case>.in` gives `<case>.out`. `MARGAY_BLESS=1` writes the outputs anew: read them before committing.

use std::{fmt::Write as _, fs, path::Path};

use schema::{Claim, Tlp};
use share::formats::{self, Defaults};

#[test]
fn every_case_gives_its_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let bless = std::env::var_os("MARGAY_BLESS").is_some();
    for format in formats::ALL {
        let mut inputs: Vec<_> = fs::read_dir(root.join(format.name))
            .unwrap_or_else(|error| panic!("no corpus for {}: {error}", format.name))
            .map(|entry| entry.expect("readable").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "in"))
            .collect();
        inputs.sort();
        assert!(!inputs.is_empty(), "no cases for {}", format.name);
        for input in inputs {
            let got = told(&fs::read(&input).expect("readable"), format.name);
            let output = input.with_extension("out");
            if bless {
                fs::write(&output, &got).expect("writable");
            }
            let want = fs::read_to_string(&output).unwrap_or_default();
            assert_eq!(got, want, "{}", input.display());
        }
    }
}

#[test]
fn what_is_written_can_be_read_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/csv/spreadsheet.in");
    let claims = decode(&fs::read(root).expect("readable")).1;
    let csv = formats::find("csv").expect("listed");
    let (text, withheld) = formats::encode(csv, &claims, Tlp::AmberStrict).expect("written from claims");
    assert_eq!(withheld, 1, "the unknown marking was read as RED, and RED stays");
    let again = decode(text.as_bytes()).1;
    // Written are canonical forms, so what the source wrote is not known to the next reader.
    let free = claims.into_iter().filter(|claim| claim.tlp != Tlp::Red).map(|claim| Claim { raw: None, ..claim });
    assert_eq!(again, free.collect::<Vec<_>>());
}

#[test]
fn lists_are_told_by_their_content() {
    for (content, want) in [
        ("{\"type\": \"bundle\", \"objects\": []}", Some("stix")),
        ("indicator,type\n", Some("csv")),
        ("# comment\nurl\thost\n", Some("csv")),
        ("evil.example\n", Some("plain")),
        ("", Some("plain")),
        ("<html>", None),
        ("{\"Event\": {}}", Some("misp")),
        ("{\"events\": []}", None),
        ("\0\0\0", None),
    ] {
        assert_eq!(formats::recognize(content.as_bytes()).map(|format| format.name), want, "{content}");
    }
}

#[test]
fn cells_cannot_become_formulas() {
    let mut claims = decode(b"indicator,malware\nevil.example,\"=HYPERLINK(1,\"\"x\"\")\"\n").1;
    claims[0].source = "+1".to_owned();
    let csv = formats::find("csv").expect("listed");
    let (text, _) = formats::encode(csv, &claims, Tlp::AmberStrict).expect("written from claims");
    assert!(text.contains(",\"'+1\",") && text.contains("\"'=HYPERLINK(1,\"\"x\"\")\""), "{text}");
}

fn decode(content: &[u8]) -> (formats::Decoded, Vec<Claim>) {
    let defaults = Defaults { source: "feed".to_owned(), confidence: 60, tlp: Tlp::Amber, label: None };
    let mut claims = Vec::new();
    let decoded = formats::decode(content, None, &defaults, &mut |claim| claims.push(claim)).expect("recognized");
    (decoded, claims)
}

fn told(content: &[u8], format: &str) -> String {
    let defaults = Defaults { source: "feed".to_owned(), confidence: 60, tlp: Tlp::Amber, label: None };
    let mut out = String::new();
    let decoded = formats::decode(content, Some(format), &defaults, &mut |claim| {
        writeln!(out, "{}", line(&claim)).expect("a string takes all");
    });
    let decoded = decoded.expect("a known format");
    for reject in &decoded.rejects {
        writeln!(out, "reject {}: {} <- {:?}", reject.place, reject.reason, reject.text).expect("a string takes all");
    }
    writeln!(out, "{} seen, {} claims, {} rejected", decoded.n_seen, decoded.n_claims, decoded.n_rejected)
        .expect("a string takes all");
    out
}

fn line(claim: &Claim) -> String {
    let Claim { kind, value, source, confidence, tlp, .. } = claim;
    let mut line = format!("{kind} {value} | {source} {confidence} {tlp}");
    let labels = (!claim.labels.is_empty()).then(|| claim.labels.join("+"));
    let reliability = claim.reliability.map(|reliability| reliability.letter().to_owned());
    let revoked = claim.revoked.then(|| "yes".to_owned());
    let more = [
        ("malware", &claim.malware),
        ("actor", &claim.actor),
        ("labels", &labels),
        ("technique", &claim.technique),
        ("reliability", &reliability),
        ("revoked", &revoked),
        ("raw", &claim.raw),
        ("see", &claim.reference),
    ];
    for (name, text) in more {
        if let Some(text) = text {
            line.push_str(&format!(" {name}={text}"));
        }
    }
    let times = [
        ("first", claim.first_seen),
        ("last", claim.last_seen),
        ("from", claim.valid_from),
        ("until", claim.valid_until),
    ];
    for (name, time) in times {
        if let Some(time) = time {
            line.push_str(&format!(" {name}={time}"));
        }
    }
    line
}

#[test]
fn parts_give_what_the_whole_gives() {
    let mut csv = "indicator,malware,reference\n".to_owned();
    let mut plain = String::new();
    for n in 0..200_000 {
        writeln!(csv, "d{n}.example,\"family\n, {}\",https://report.example/{n}", n % 7).expect("a string takes all");
        if n % 1_000 == 0 {
            writeln!(plain, "# Reference: https://report.example/{n}\ncom").expect("a string takes all");
        }
        writeln!(plain, "d{n}.example").expect("a string takes all");
    }
    for content in [format!("\u{feff}{csv}"), csv, plain] {
        let (whole, want) = decode(content.as_bytes());
        let defaults = Defaults { source: "feed".to_owned(), confidence: 60, tlp: Tlp::Amber, label: None };
        let (mut parts, mut got) = (share::Parts::new(&defaults), Vec::new());
        for part in content.as_bytes().chunks(999_983) {
            parts.push(part, &mut |claim| got.push(claim)).expect("known");
        }
        let decoded = parts.finish(&mut |claim| got.push(claim)).expect("known");
        assert_eq!(decoded, whole);
        assert!(got == want, "claims differ");
    }
}
