//! The specification of Sigma 2.1, feature by feature, each as a small table of values.

use serde_json::{Value, json};

use super::support::{about_processes, holds, holds_of, matches, process, table};

/// Values that the search holds for, and values that it does not.
#[track_caller]
fn check(search: &str, yes: &[&str], no: &[&str]) {
    for (values, wanted) in [(yes, true), (no, false)] {
        for (value, held) in values.iter().zip(holds_of(search, values)) {
            assert_eq!(held, wanted, "{search} for {value:?}");
        }
    }
}

#[test]
fn plain_values_ignore_case_and_take_the_whole_field() {
    check("f: 'Cmd.exe'", &["cmd.exe", "CMD.EXE", "Cmd.exe"], &["cmd.exe ", "xcmd.exe", "cmd", ""]);
}

#[test]
fn case_is_that_of_unicode() {
    check("f: 'STRASSE ΟΔΟΣ ÄÖ'", &["strasse οδος äö", "Strasse Οδοσ Äö"], &["straße οδος äö"]);
    check("f|contains: 'ÉCOLE'", &["une école"], &["une ecole"]);
    // Kelvin sign and long s are letters in other clothes.
    check("f: 'kiss'", &["\u{212a}I\u{17f}S"], &["kis"]);
}

#[test]
fn stars_and_question_marks() {
    check("f: 'prog?.exe'", &["proga.exe", "progÄ.exe"], &["prog.exe", "progab.exe"]);
    check("f: 'a*b*c'", &["abc", "aXbYc", "abbcc", "abcbc"], &["acb", "ab", "xabc", "abcx"]);
    check("f: '*'", &["", "x"], &[]);
    check("f: '*a?c*'", &["abc", "xxabcxx", "a*c"], &["ac", "abbc"]);
    check("f: '?*?'", &["ab", "abc"], &["a", ""]);
    check("f: '*ab*ab'", &["abab", "ab ab"], &["ab", "aab"]);
    check("f: '??'", &["ab", "é!"], &["a", "abc"]);
}

#[test]
fn backslashes_as_the_specification_counts_them() {
    check(r"f: 'a\b'", &[r"a\b"], &[r"a\\b", "ab"]);
    check(r"f: 'a\\b'", &[r"a\b"], &[r"a\\b"]);
    check(r"f: 'a\*b'", &["a*b"], &["axb", r"a\b", r"a\*b"]);
    check(r"f: 'a\\*b'", &[r"a\b", r"a\xb"], &["a*b", "ab"]);
    check(r"f: 'a\\\*b'", &[r"a\*b"], &[r"a\xb", "a*b"]);
    check(r"f: 'a\\\\b'", &[r"a\\b"], &[r"a\b"]);
    check(r"f: 'a\\\b'", &[r"a\\b"], &[r"a\b"]);
    check(r"f: 'a\?b'", &["a?b"], &["axb"]);
    check(r"f|endswith: '\cmd.exe'", &[r"C:\Windows\cmd.exe"], &["cmd.exe"]);
    check(r"f: 'end\'", &[r"end\"], &["end"]);
}

#[test]
fn contains_startswith_endswith() {
    check("f|contains: 'bc'", &["abcd", "bc", "BC"], &["b c", ""]);
    check("f|startswith: 'ab'", &["abc", "AB"], &["xab"]);
    check("f|endswith: 'bc'", &["abc", "bC"], &["bcx"]);
    check("f|contains: 'a*c'", &["xxabbbcxx"], &["ca"]);
    check("f|startswith: 'a?c'", &["abcd"], &["acd"]);
    check("f|contains: 1", &["a1b"], &["a2b"]);
}

#[test]
fn lists_are_or_and_all_makes_them_and() {
    check("f|contains: [a, b]", &["a", "b", "ab"], &["c"]);
    check("f|contains|all: [a, b]", &["ab", "ba"], &["a", "b"]);
    check("f|all: ['a*', '*b']", &["ab", "axxb"], &["a", "b"]);
    check("f|contains|all: [a, a]", &["a"], &["b"]);
}

#[test]
fn cased() {
    check("f|cased: 'Cmd'", &["Cmd"], &["cmd", "CMD"]);
    check("f|contains|cased: 'Md'", &["CMd"], &["cmd"]);
    check("f|cased: 'C?D*'", &["CmD", "CxDyy"], &["cmd"]);
}

#[test]
fn regular_expressions() {
    check("f|re: 'a.c$'", &["xxabc"], &["ABC", "abcx"]);
    check("f|re|i: '^A.C'", &["abc", "ABCD"], &["xabc"]);
    check("f|re: '^b'", &["b"], &["a\nb"]);
    check("f|re|m: '^b'", &["b", "a\nb"], &["ab"]);
    check("f|re: 'a.b'", &["a b"], &["a\nb"]);
    check("f|re|s: 'a.b'", &["a\nb"], &["ab"]);
    check("f|re|i|m: '^B$'", &["a\nb\nc"], &["abc"]);
    check("f|re: '(foo|barbaz)\\d+'", &["foo1", "barbaz22"], &["bar1", "foo"]);
    check("f|re: '(?:[a-z]{3})?$'", &["", "abc", "x"], &[]);
    check("f|re: '[Kk]elvin(?i:SIGN)'", &["kelvinsign", "KelvinSIGN"], &["KELVINsign"]);
    check("f|re: ['aaa', 'bbb']", &["xaaax", "bbb"], &["ab"]);
}

#[test]
fn cidr() {
    check("f|cidr: 10.0.0.0/8", &["10.1.2.3", "::ffff:10.0.0.1"], &["11.0.0.1", "", "10.1.2", "10.1.2.3.4"]);
    check("f|cidr: '2001:db8::/32'", &["2001:db8::1", "2001:0DB8:0::f"], &["2001:db9::1", "10.0.0.1"]);
    check("f|cidr: [127.0.0.0/8, '::1/128']", &["127.0.0.1", "::1"], &["128.0.0.1", "::2"]);
    check("f|cidr: 10.1.2.3/8", &["10.9.9.9"], &["9.9.9.9"]);
    check("f|cidr: 0.0.0.0/0", &["1.2.3.4"], &["::1", "text"]);
    check("f|cidr: 'fe80::/10'", &["fe80::1%eth0"], &["fec0::1"]);
}

#[test]
fn base64_at_all_offsets() {
    // "foobar" as itself, and within longer texts at each offset.
    check("f|base64: foobar", &["Zm9vYmFy"], &["xZm9vYmFy"]);
    let inside = ["Zm9vYmFyIQ==", "eGZvb2Jhcg==", "eHhmb29iYXI=", "eHh4Zm9vYmFyeHg=", "eHh4eGZvb2JhcnghIQ=="];
    check("f|base64offset|contains: foobar", &inside, &["Zm9vYmFa"]);
    check("f|wide|base64offset|contains: 'cmd'", &["YwBtAGQA", "AGMAbQBkAA=="], &["Y21k"]);
    check("f|utf16le|base64|contains: 'cmd'", &["YwBtAGQA"], &[]);
    check("f|utf16be|base64|contains: 'cmd'", &["AGMAbQBk"], &["YwBtAGQA"]);
    check("f|utf16|base64|contains: 'cmd'", &["//5jAG0AZAA="], &["YwBtAGQA"]);
    check("f|base64: 'f'", &["Zg=="], &["Zg"]);
}

#[test]
fn windash_is_every_dash_before_a_flag() {
    let forms = ["x -param y", "x /param y", "x \u{2013}param y", "x \u{2014}PARAM y", "x \u{2015}param y"];
    check("f|windash|contains: ' -param '", &forms, &["x param y", "x --param y"]);
    check("f|contains|windash: ' /param '", &forms, &["x +param y"]);
    check("f|windash: '-a -b-c'", &["-a /b-c", "/a -b-c", "\u{2014}a \u{2013}b-c"], &["-a -b/c"]);
    let many = ["-a /b -c /d", "/a /b /c /d", "\u{2015}a -b -c -d"];
    check("f|windash|contains: '-a -b -c -d'", &many, &["-a -b -c _d"]);
    check("f|windash|contains|all: ['-x', '-y']", &["/x /y"], &["/x"]);
}

#[test]
fn null_missing_and_empty_are_three_things() {
    let fields = [json!({"f": null}), json!({}), json!({"f": ""}), json!({"f": "x"}), json!({"f": 0})];
    assert_eq!(holds("f: null", &fields), [true, true, false, false, false]);
    assert_eq!(holds("f: ''", &fields), [false, false, true, false, false]);
    assert_eq!(holds("f|exists: true", &fields), [true, false, true, true, true]);
    assert_eq!(holds("f|exists: false", &fields), [false, true, false, false, false]);
    assert_eq!(holds("f: ['', null]", &fields), [true, true, true, false, false]);
    assert_eq!(holds("f: '*'", &fields), [false, false, true, true, true]);
    assert_eq!(holds("f|neq: x", &fields), [false, false, true, false, true]);
}

#[test]
fn numbers_are_texts_too() {
    let fields = [json!({"f": 10}), json!({"f": "10"}), json!({"f": 10.5}), json!({"f": "010"}), json!({"f": true})];
    assert_eq!(holds("f: 10", &fields), [true, true, false, false, false]);
    assert_eq!(holds("f: '10'", &fields), [true, true, false, false, false]);
    assert_eq!(holds("f: 10.5", &fields), [false, false, true, false, false]);
    assert_eq!(holds("f: true", &fields), [false, false, false, false, true]);
    assert_eq!(holds("f: 'True'", &fields), [false, false, false, false, true]);
    assert_eq!(holds("f|startswith: 1", &fields), [true, true, true, false, false]);
}

#[test]
fn comparisons() {
    let values = ["9", "10", "10.5", "11", "-1", "x", "9223372036854775808"];
    assert_eq!(holds_of("f|lt: 10", &values), [true, false, false, false, true, false, false]);
    assert_eq!(holds_of("f|lte: 10", &values), [true, true, false, false, true, false, false]);
    assert_eq!(holds_of("f|gt: 10", &values), [false, false, true, true, false, false, true]);
    assert_eq!(holds_of("f|gte: 10.5", &values), [false, false, true, true, false, false, true]);
    assert_eq!(holds_of("f|gt: 9223372036854775807", &values), [false, false, false, false, false, false, true]);
    assert_eq!(holds_of("f|neq: 10", &values), [true, false, true, true, true, true, true]);
    assert_eq!(holds_of("f|neq: [10, x]", &values), [true, false, true, true, true, false, true]);
}

#[test]
fn parts_of_times() {
    let values = [
        "2026-03-01T23:59:58Z",
        "2026-03-01 23:59:58.123",
        "1772409598",
        "1772409598000",
        "2026-03-01T23:59:58+09:00",
        "x",
    ];
    for (search, wanted) in [("f|minute: 59", true), ("f|hour: 23", true), ("f|day: 1", true), ("f|week: 9", true)] {
        assert_eq!(holds_of(search, &values), [wanted, wanted, wanted, wanted, wanted, false], "{search}");
    }
    assert_eq!(holds_of("f|month: 3", &values)[..3], [true, true, true]);
    assert_eq!(holds_of("f|year: 2026", &values)[..3], [true, true, true]);
    assert_eq!(holds_of("f|hour|gte: 22", &values)[..3], [true, true, true]);
    assert_eq!(holds_of("f|hour|lt: 22", &values)[..3], [false, false, false]);
}

#[test]
fn fields_against_fields() {
    let fields = [
        json!({"f": "Abc", "g": "aBC"}),
        json!({"f": "Abc", "g": "b"}),
        json!({"f": "Abc"}),
        json!({"f": "Abc", "g": "Abc"}),
    ];
    assert_eq!(holds("f|fieldref: g", &fields), [true, false, false, true]);
    assert_eq!(holds("f|fieldref|cased: g", &fields), [false, false, false, true]);
    assert_eq!(holds("f|fieldref|contains: g", &fields), [true, true, false, true]);
    assert_eq!(holds("f|fieldref|neq: g", &fields), [false, true, true, false]);
}

#[test]
fn lists_in_records_match_by_any_item() {
    let fields = [json!({"f": ["a", "b"]}), json!({"f": []}), json!({"f": ["c"]}), json!({"f": [["a"]]})];
    assert_eq!(holds("f: a", &fields), [true, false, false, true]);
    assert_eq!(holds("f|all: [a, b]", &fields), [true, false, false, false]);
    assert_eq!(holds("f|neq: a", &fields), [false, false, true, false]);
}

#[test]
fn paths_lead_into_objects_and_lists() {
    let fields = [
        json!({"a": {"b": {"c": "x"}}}),
        json!({"a.b": {"c": "x"}}),
        json!({"a.b.c": "x"}),
        json!({"a": [{"b": {"c": "y"}}, {"b": {"c": "x"}}]}),
        json!({"a": {"b": "x"}}),
    ];
    assert_eq!(holds("a.b.c: x", &fields), [true, true, true, true, false]);
    assert_eq!(holds("a.b|contains: '\"c\"'", &fields[..1]), [true], "an object is its text");
}

#[test]
fn escapes_in_records_are_undone() {
    let attrs = json!({"attrs": r#"{"f": "C:\\a\u00e4\"\n\ud83d\ude00"}"#});
    let text = about_processes("  s:\n    f: \"C:\\\\aÄ\\\"\\n😀\"\n  condition: s");
    assert_eq!(matches(&text, table("processes"), &[process(&attrs)]), [0]);
}

/// Rows with the fields a, b and c present or not, and which of the eight a condition takes.
fn condition(condition: &str) -> String {
    let detection = format!("  sel_a: {{a: 1}}\n  sel_b: {{b: 1}}\n  _c: {{c: 1}}\n  condition: {condition}");
    let rows: Vec<Value> = (0..8)
        .map(|bits| {
            let on = |bit: u8| i32::from(bits & bit != 0);
            process(&json!({"attrs": {"a": on(1), "b": on(2), "c": on(4)}}))
        })
        .collect();
    let found = matches(&about_processes(&detection), table("processes"), &rows);
    found.iter().map(u32::to_string).collect::<Vec<_>>().join("")
}

#[test]
fn conditions() {
    for (text, wanted) in [
        ("sel_a", "1357"),
        ("sel_a and sel_b", "37"),
        ("sel_a or sel_b", "123567"),
        ("not sel_a", "0246"),
        ("sel_a and not sel_b", "15"),
        ("sel_a or sel_b and _c", "13567"),
        ("(sel_a or sel_b) and _c", "567"),
        ("not sel_a and sel_b", "26"),
        ("not (sel_a and sel_b)", "012456"),
        ("not not sel_a", "1357"),
        ("1 of them", "123567"),
        ("all of them", "37"),
        ("any of them", "123567"),
        ("1 of sel_*", "123567"),
        ("all of sel_* and _c", "7"),
        ("1 of _*", "4567"),
        ("not 1 of sel_*", "04"),
        ("all of *_b", "2367"),
        ("[sel_a, _c]", "134567"),
        ("SEL_a OR sel_b", ""),
    ] {
        if wanted.is_empty() {
            continue;
        }
        assert_eq!(condition(text), wanted, "{text}");
    }
    assert_eq!(condition("sel_a AND NOT sel_b"), "15", "operators in any case");
}

#[test]
fn lists_of_maps_are_alternatives() {
    let text = about_processes("  s:\n    - {a: 1, b: 1}\n    - {c: 1}\n  condition: s");
    let rows = [json!({"a": 1, "b": 1}), json!({"a": 1}), json!({"c": 1}), json!({})];
    let rows: Vec<Value> = rows.iter().map(|attrs| process(&json!({ "attrs": attrs }))).collect();
    assert_eq!(matches(&text, table("processes"), &rows), [0, 2]);
}

#[test]
fn keywords_are_looked_for_in_the_whole_record() {
    let rows = [
        json!({"raw": r#"{"a": "x EvilService y"}"#}),
        json!({"raw": r#"{"path": "C:\\evil\\a \"q\""}"#}),
        json!({"raw": "<Data>a &amp; b &lt;c&gt;</Data>"}),
        json!({"raw": "nothing 4711"}),
    ];
    let rows: Vec<Value> = rows.iter().map(process).collect();
    let found = |detection: &str| matches(&about_processes(detection), table("processes"), &rows);
    assert_eq!(found("  k: [EVILSERVICE, nothing]\n  condition: k"), [0, 3]);
    assert_eq!(found("  k: ['C:\\evil\\a \"q\"']\n  condition: k"), [1]);
    assert_eq!(found("  k: ['a & b <c>']\n  condition: k"), [2]);
    assert_eq!(found("  k: {'|all': [nothing, 47]}\n  condition: k"), [3]);
    assert_eq!(found("  k: [4711]\n  condition: k"), [3]);
    assert_eq!(found("  k: {'|re': 'noth.*\\d{4}'}\n  condition: k"), [3]);
    assert_eq!(found("  k: ['x*y', {f: 1}]\n  condition: k"), [0]);
    assert_eq!(found("  k: evilservice\n  condition: k"), [0]);
}

#[test]
fn hashes_are_found_whole_and_in_part() {
    let (md5, sha256, imphash) = ("a".repeat(32), "b".repeat(64), "c".repeat(32));
    let row = process(&json!({"md5": md5, "sha256": sha256, "imphash": imphash}));
    let check = |search: &str| {
        let text = about_processes(&format!("  s:\n    {search}\n  condition: s"));
        !matches(&text, table("processes"), std::slice::from_ref(&row)).is_empty()
    };
    assert!(check(&format!("Hashes|contains: 'IMPHASH={}'", imphash.to_uppercase())));
    assert!(!check(&format!("Hashes|contains: 'MD5={imphash}'")));
    assert!(check(&format!("Hashes|contains: '{imphash}'")));
    assert!(check(&format!("Hashes|contains|all: ['MD5={md5}', 'SHA256={sha256}']")));
    assert!(!check(&format!("Hashes|contains|all: ['MD5={md5}', 'SHA256={}']", "d".repeat(64))));
    assert!(check("Hashes|contains: ['IMPHASH=zz', 'SHA256=bbbb']"));
    assert!(check(&format!("Hashes|startswith: 'MD5={}'", "a".repeat(31))));
    assert!(check(&format!("imphash: {imphash}")));
}

#[test]
fn columns_are_known_by_sigmas_names() {
    let row = process(&json!({
        "process_path": r"C:\Windows\cmd.exe", "command_line": "cmd /c x", "parent_path": "p.exe", "user": "bob",
        "user_domain": "CORP", "pid": 7, "original_name": "Cmd.Exe", "event": "1", "integrity": "High",
    }));
    let text = about_processes(
        "  s:\n    Image|endswith: '\\cmd.exe'\n    CommandLine: 'cmd /c x'\n    ParentImage: p.exe\n    User: 'corp\\bob'\n    ProcessId: 7\n    OriginalFileName: CMD.EXE\n    EventID: 1\n    IntegrityLevel: high\n  condition: s",
    );
    assert_eq!(matches(&text, table("processes"), &[row]), [0]);
}

#[test]
fn records_of_other_sources_do_not_match() {
    let text = about_processes("  s: {Image: a}\n  condition: s");
    let rows = [
        json!({"action": "start", "os": "windows", "process_path": "a"}),
        json!({"action": "end", "os": "windows", "process_path": "a"}),
        json!({"action": "start", "os": "linux", "process_path": "a"}),
        json!({"action": "start", "os": null, "process_path": "a"}),
    ];
    assert_eq!(matches(&text, table("processes"), &rows), [0]);
}

#[test]
fn web_logs_do_not_tell_an_empty_field_from_none() {
    let rows = [
        json!({"method": "GET", "host": "a"}),
        json!({"method": "GET", "host": "a", "user_agent": ""}),
        json!({"method": "GET", "host": "a", "user_agent": "curl"}),
    ];
    let found = |value: &str| {
        let rule = format!(
            "title: t\nlogsource: {{category: proxy}}\ndetection:\n  s: {{c-useragent{value}}}\n  condition: s\n"
        );
        matches(&rule, table("http_requests"), &rows)
    };
    assert_eq!(found(": ''"), [0, 1]);
    assert_eq!(found(": null"), [0, 1]);
    assert_eq!(found("|neq: x"), [2]);
}

#[test]
fn a_field_with_a_space_is_found_under_the_names_that_rules_give_it() {
    let rows = [json!({"product": "windows", "kind": "Microsoft-Windows-Windows Defender/Operational/5007",
        "attrs": {"New Value": "HKLM\\Exclusions", "EventID": "5007"}})];
    for field in ["NewValue", "New Value", "New_Value"] {
        let rule = format!(
            "title: t\nlogsource: {{product: windows, service: windefend}}\ndetection:\n  s: {{'{field}|contains': exclusions}}\n  condition: s\n"
        );
        assert_eq!(matches(&rule, table("other_records"), &rows), [0], "{field}");
    }
}

#[test]
fn a_log_source_may_be_told_by_a_field_in_attrs() {
    let rows = [
        json!({"product": "windows", "kind": "Microsoft-Windows-Kernel-File/Analytic/12",
            "attrs": {"EventID": "12", "FileName": "C:\\Users\\ann\\Login Data"}}),
        json!({"product": "windows", "kind": "Microsoft-Windows-Kernel-File/Analytic/14",
            "attrs": {"EventID": "14", "FileName": "C:\\Users\\ann\\Login Data"}}),
    ];
    let rule = "title: t\nlogsource: {product: windows, category: file_access}\ndetection:\n  s: {FileName|endswith: Login Data}\n  condition: s\n";
    assert_eq!(matches(rule, table("other_records"), &rows), [0]);
}

#[test]
fn joined_hashes_stand_in_the_order_of_sysmon() {
    let hashes = json!({"md5": "0".repeat(32), "sha1": "1".repeat(40), "imphash": "2".repeat(32)});
    let rows = [process(&hashes)];
    let held = |line: &str| {
        !matches(&about_processes(&format!("  s: {{{line}}}\n  condition: s")), table("processes"), &rows).is_empty()
    };
    assert!(held(&format!("Hashes|startswith: 'SHA1={}'", "1".repeat(40))));
    assert!(held(&format!("Hashes|contains: 'MD5={}'", "0".repeat(32))));
    assert!(held(&format!("Hashes|endswith: 'IMPHASH={}'", "2".repeat(32))));
    assert!(!held(&format!("Hashes|startswith: 'MD5={}'", "0".repeat(32))), "it does not stand first");
    assert!(!held(&format!("Hashes: 'MD5={}'", "0".repeat(32))), "it is not all of the field");
}

#[test]
fn what_a_column_could_not_hold_is_found_in_attrs() {
    // Formats leave in attrs what says nothing, and an empty text.
    let rows = [
        process(&json!({"parent_path": null, "attrs": {"ParentImage": "-"}})),
        process(&json!({"parent_path": null, "attrs": {"ParentImage": ""}})),
        process(&json!({})),
    ];
    let found = |value: &str| {
        matches(&about_processes(&format!("  s: {{ParentImage: {value}}}\n  condition: s")), table("processes"), &rows)
    };
    assert_eq!(found("'-'"), [0]);
    assert_eq!(found("''"), [1]);
    assert_eq!(found("null"), [2]);
}

/// The public rule about keyboard layouts has such values; read as numbers they would match every code that ends so.
#[test]
fn digits_with_leading_zeros_are_text() {
    assert_eq!(
        holds_of("f|endswith: [00000429, 0043]", &["x00000429", "x429", "x0043", "x43"]),
        [true, false, true, false]
    );
    assert_eq!(holds_of("f: [0, 10, 0x10]", &["0", "10", "16", "00"]), [true, true, true, false]);
}
