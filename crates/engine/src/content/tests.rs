//! Each kind of file with a mistake, and where it is told.
#![allow(clippy::disallowed_methods, reason = "tests write the files that are looked over")]

use std::fs;

use super::{CheckedFile, ContentKind, check_content};

fn check(name: &str, text: &str) -> CheckedFile {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    fs::write(&file, text).expect("written");
    let mut checked = check_content(&[folder.path().to_owned()]).expect("looked over");
    assert_eq!(checked.len(), 1, "{checked:?}");
    checked.remove(0)
}

/// Line and column of the first problem.
fn place(checked: &CheckedFile) -> (usize, usize) {
    let first = checked.problems.first().expect("a problem");
    (first.line, first.column)
}

const FEED: &str = "\
name = \"a\"
about = \"a list\"
home = \"https://feed.example\"
terms = \"none\"
url = \"ftp://feed.example/list\"
keeps = \"snapshot\"
confidence = 10
form = \"lines\"
";

#[test]
fn mistakes_have_their_place_whatever_the_kind() {
    let rule = "title: a\nlogsource: {product: windows, category: process_creation}\ndetection:\n  s: {Image|contian: x}\n  condition: s\n";
    let cases = [
        ("rules/a.yml", rule, ContentKind::Rules, (4, 7)),
        ("pipelines/p.yml", "name: p\ntransformations:\n- type: no_such_step\n", ContentKind::Pipeline, (3, 9)),
        ("feeds/a.toml", FEED, ContentKind::Feed, (5, 1)),
        (
            "decay.toml",
            "[[model]]\nname = \"m\"\nkinds = []\nlifetime_days = -1.0\nspeed = 1.0\nthreshold = 20.0\n",
            ContentKind::Decay,
            (2, 8),
        ),
        (
            "warninglists/weights.toml",
            "default = 0.1\n[[weight]]\nname = \"x\"\nleft = 3.0\n",
            ContentKind::WarningWeights,
            (3, 8),
        ),
        (
            "warninglists/l.json",
            "{\"name\": \"l\", \"version\": 1,\n \"type\": \"cidr\", \"list\": [\"10.0.0.0/8\",\n  \"not a network\"]}",
            ContentKind::WarningList,
            (3, 3),
        ),
        ("shared-hosting.txt", "# shared\nexample.org\nhttps://wrong/\n", ContentKind::SharedHosting, (3, 1)),
        ("sigma/x.toml", "[[source]]\nproduct = \"x\"\ntable = \"no_such_table\"\n", ContentKind::SigmaFields, (3, 9)),
        (
            "mappings/m.toml",
            "name = \"acme\"\ntime = \"ts\"\n[records]\nshape = \"jsn\"\n",
            ContentKind::Mapping,
            (4, 9),
        ),
    ];
    for (name, text, kind, wanted) in cases {
        let checked = check(name, text);
        assert_eq!(checked.kind, kind, "{name}");
        assert!(!checked.is_sound(), "{name}");
        assert_eq!(place(&checked), wanted, "{name}: {:?}", checked.problems);
    }
}

#[test]
fn what_is_of_no_known_kind_is_said_to_be_so() {
    let checked = check("notes.toml", "a = 1\n");
    assert_eq!(checked.kind, ContentKind::Other);
    assert!(checked.is_sound() && checked.says.contains("not looked at"));
}

#[test]
fn all_content_that_ships_is_sound() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../content");
    let checked = check_content(&[folder.into()]).expect("looked over");
    let wrong: Vec<_> = checked.iter().filter(|file| !file.problems.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    for kind in [
        ContentKind::Mapping,
        ContentKind::Rules,
        ContentKind::RuleExamples,
        ContentKind::SigmaFields,
        ContentKind::Feed,
        ContentKind::Decay,
        ContentKind::WarningList,
        ContentKind::WarningWeights,
        ContentKind::SharedHosting,
    ] {
        assert!(checked.iter().any(|file| file.kind == kind), "{kind:?}");
    }
    assert!(checked.iter().all(|file| file.kind != ContentKind::Other), "{checked:?}");
}
