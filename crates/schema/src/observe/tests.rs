//! One spelling for one thing, whatever is written; and no text that means two things.

use std::{borrow::Cow, net::Ipv4Addr};

use proptest::prelude::*;

use super::{canonical, parse_ip, parse_ipv4, path_forms, read, too_broad, url_host};
use crate::Observable;

fn check(text: &str, kind: Observable, want: &str) {
    assert_eq!(read(text), Ok((kind, want.to_owned())), "{text}");
}

#[test]
fn defanged_forms_come_alive() {
    check("hxxps[:]//Evil[.]Example/Gate", Observable::Url, "https://evil.example/Gate");
    check("hXXp://evil(.)example:80", Observable::Url, "http://evil.example/");
    check("evil{.}example", Observable::Domain, "evil.example");
    check("evil dot example", Observable::Domain, "evil.example");
    check("evil\\.example.", Observable::Domain, "evil.example");
    check("evil[.example", Observable::Domain, "evil.example");
    check("bob[@]evil[.]example", Observable::Email, "bob@evil.example");
    check("198.51.100[.]7", Observable::Ip, "198.51.100.7");
}

#[test]
fn addresses_have_one_spelling() {
    check("198.51.100.7:443", Observable::Ip, "198.51.100.7");
    check("198.51.100.7/24", Observable::Ip, "198.51.100.0/24");
    check("198.51.100.7/32", Observable::Ip, "198.51.100.7");
    check("2001:DB8:0:0::1", Observable::Ip, "2001:db8::1");
    check("[2001:db8::1]:443", Observable::Ip, "2001:db8::1");
    check("::ffff:198.51.100.7", Observable::Ip, "198.51.100.7");
    check("::ffff:198.51.100.7/120", Observable::Ip, "198.51.100.0/24");
    assert!(canonical(Observable::Ip, "198.051.100.7").is_err(), "octal or decimal, nobody knows");
    assert!(canonical(Observable::Ip, "198.51.100.7/33").is_err());
}

#[test]
fn names_have_one_spelling() {
    check("*.Evil.Example", Observable::Domain, "evil.example");
    check("evil.example:8080", Observable::Domain, "evil.example");
    check("bücher.example", Observable::Domain, "xn--bcher-kva.example");
    check("пример.example", Observable::Domain, "xn--e1afmkfd.example");
    check("他们为什么不说中文.example", Observable::Domain, "xn--ihqwcrb4cv8a8dqg056pqjye.example");
    assert!(canonical(Observable::Domain, "a..b").is_err());
}

#[test]
fn urls_have_one_spelling() {
    check("HTTP://user:pw@Evil.Example:80/%7ebob/%2e%c3%a9#top", Observable::Url, "http://evil.example/~bob/.%C3%A9");
    check("https://evil.example?a=b c", Observable::Url, "https://evil.example/?a=b%20c");
    check("evil.example/gate.php", Observable::Url, "evil.example/gate.php");
    check("http://[2001:DB8::1]:8080/x", Observable::Url, "http://[2001:db8::1]:8080/x");
    assert!(read("http:///nohost").is_err());
    assert_eq!(url_host("http://[2001:db8::1]:8080/x"), "2001:db8::1");
    assert_eq!(url_host("evil.example:81/x"), "evil.example");
}

#[test]
fn browsers_and_urls_agree() {
    for (written, meant) in [
        ("http://0x7f.1/x", "http://127.0.0.1/x"),
        ("http://3221226219/x", "http://192.0.2.235/x"),
        ("http://0300.0.2.0353/", "http://192.0.2.235/"),
        ("http://ev%69l.example/", "http://evil.example/"),
        ("http://evil.example:0080/a/../b/./c", "http://evil.example/b/c"),
        ("http://evil.example/../../x?y=/../z", "http://evil.example/x?y=/../z"),
        ("http:\\\\evil.example\\a", "http://evil.example/a"),
        ("http://evil.example/a\tb", "http://evil.example/ab"),
        ("http://[fe80::1%25eth0]/", "http://[fe80::1]/"),
        ("http://straße.example/", "http://xn--strae-oqa.example/"),
        ("http://evil。example/", "http://evil.example/"),
    ] {
        assert_eq!(canonical(Observable::Url, written).as_deref(), Ok(meant), "{written}");
    }
    for odd in ["http://evil.example:99999/", "http://1.2.3.4.5/", "http://256.1/..", "http://evil.example:x/"] {
        let read = canonical(Observable::Url, odd);
        assert!(read.is_err() || odd.contains("256.1"), "{odd}: {read:?}");
    }
}

#[test]
fn names_that_look_alike_by_compatibility_are_one() {
    for written in
        ["ＥＶＩＬ.example", "evil\u{ad}.example", "evi\u{200b}l.example", "EVIL。example", "evil.example..."]
    {
        assert_eq!(canonical(Observable::Domain, written).as_deref(), Ok("evil.example"), "{written}");
    }
    assert_eq!(canonical(Observable::Domain, "faß.example").as_deref(), Ok("xn--fa-hia.example"));
    assert_eq!(canonical(Observable::Domain, "_dmarc.bücher.example").as_deref(), Ok("_dmarc.xn--bcher-kva.example"));
}

#[test]
fn zones_and_mapped_forms_are_the_address() {
    assert_eq!(parse_ip("fe80::1%eth0"), "fe80::1".parse().ok());
    assert_eq!(parse_ip("::ffff:c633:6407"), "198.51.100.7".parse().ok());
    assert_eq!(canonical(Observable::Ip, "[2001:db8::1%25en0]:443").as_deref(), Ok("2001:db8::1"));
}

#[test]
fn kinds_are_guessed_where_the_text_gives_them_away() {
    check("/C0sHwcGMH2/", Observable::UrlPath, "/C0sHwcGMH2/");
    check("Invoice.EXE", Observable::FileName, "invoice.exe");
    check("C:\\Windows\\Temp\\Evil.dll", Observable::FilePath, "c:\\windows\\temp\\evil.dll");
    check("%WinDir%\\Temp\\Evil.dll", Observable::FilePath, "c:\\windows\\temp\\evil.dll");
    check("/tmp/.X11/evil", Observable::FilePath, "/tmp/.x11/evil");
    check("\\\\.\\pipe\\EvilPipe", Observable::NamedPipe, "evilpipe");
    check("HKEY_LOCAL_MACHINE\\Software\\\\Evil\\", Observable::RegistryKey, "hklm\\software\\evil");
    check("as64496", Observable::Asn, "AS64496");
    check("cve-2021-44228", Observable::Cve, "CVE-2021-44228");
    check(
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        Observable::Wallet,
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    );
}

#[test]
fn other_kinds_have_one_spelling() {
    for (kind, written, meant) in [
        (
            Observable::Certificate,
            "AB:CD:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11",
            "abcd00112233445566778899aabbccddeeff0011",
        ),
        (Observable::CertificateSerial, "00:AB:cd", "abcd"),
        (Observable::EmailSubject, "  Your   INVOICE\t42 ", "your invoice 42"),
        (Observable::EmailDomain, "@Evil[.]example", "evil.example"),
        (Observable::FileName, "C:\\x\\Evil.EXE", "evil.exe"),
        (Observable::RegistryKey, "HKU\\S-1-5-21-1-2-3-500\\Software\\Evil", "hkcu\\software\\evil"),
        (Observable::UrlPath, "/a/../%67ate.php#x", "/gate.php"),
        (Observable::UrlPrefix, "HXXP://Evil[.]example/a", "http://evil.example/a"),
        (
            Observable::Wallet,
            "0xABCDEFabcdef0123456789ABCDEFabcdef012345",
            "0xabcdefabcdef0123456789abcdefabcdef012345",
        ),
        (Observable::Ssdeep, "96:KpmXyZab/0:kC+aa,\"evil.exe\"", "96:KpmXyZab/0:kC+aa"),
    ] {
        assert_eq!(canonical(kind, written).as_deref(), Ok(meant), "{kind} {written}");
    }
    for (kind, odd) in [
        (Observable::Tlsh, "T1abc"),
        (Observable::Cve, "CVE-21-44228"),
        (Observable::Asn, "AS99999999999"),
        (Observable::FilePath, "evil"),
        (Observable::RegistryKey, "HKLM"),
        (Observable::NamedPipe, "\\\\.\\pipe\\"),
    ] {
        assert!(canonical(kind, odd).is_err(), "{kind} {odd}");
    }
}

#[test]
fn paths_of_users_are_told_without_the_user() {
    let forms = path_forms("C:\\Users\\bob\\AppData\\Roaming\\x\\Evil.exe");
    assert!(forms.contains(&"%appdata%\\x\\evil.exe".to_owned()), "{forms:?}");
    assert_eq!(canonical(Observable::FilePath, "%AppData%/x/evil.exe").as_deref(), Ok("%appdata%\\x\\evil.exe"));
}

#[test]
fn hashes_are_told_by_length() {
    check("44D88612FEA8A8F36DE82E1278ABB02F", Observable::Hash, "44d88612fea8a8f36de82e1278abb02f");
    check("t13d1516h2_8daaf6152771_e5627efa2ab1", Observable::Ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
    assert!(canonical(Observable::Hash, "abc").is_err());
}

#[test]
fn what_everybody_meets_is_too_broad() {
    for (kind, value) in [
        (Observable::Ip, "0.0.0.0/0"),
        (Observable::Ip, "192.0.0.0/8"),
        (Observable::Ip, "10.1.2.3"),
        (Observable::Ip, "::1"),
        (Observable::Ip, "fe80::1"),
        (Observable::Domain, "com"),
        (Observable::Domain, "co.uk"),
        (Observable::Domain, "10.in-addr.arpa"),
        (Observable::Hash, "d41d8cd98f00b204e9800998ecf8427e"),
        (Observable::UserAgent, "Mozilla/5.0"),
        (Observable::UrlPath, "/index.php"),
        (Observable::FileName, "svchost.exe"),
        (Observable::FilePath, "c:\\windows\\system32\\svchost.exe"),
        (Observable::NamedPipe, "lsass"),
        (Observable::Asn, "AS64512"),
        (Observable::EmailDomain, "com"),
    ] {
        assert!(too_broad(kind, value).is_some(), "{value}");
    }
    for (kind, value) in [
        (Observable::Ip, "198.51.100.0/24"),
        (Observable::Ip, "2001:db8::/32"),
        (Observable::Domain, "evil.example"),
        (Observable::Domain, "evil.co.uk"),
    ] {
        assert_eq!(too_broad(kind, value), None, "{value}");
    }
}

#[test]
fn a_quote_before_a_fragment_is_no_part_of_a_url() {
    let once = canonical(Observable::Url, "example.com/a'#b").map(Cow::into_owned);
    assert_eq!(once.as_deref(), Ok("example.com/a"));
}

proptest! {
    #[test]
    fn canonical_forms_are_fixed_points(text in "\\PC{0,60}") {
        for kind in Observable::ALL {
            if let Ok(once) = canonical(kind, &text) {
                let twice = canonical(kind, &once).map(Cow::into_owned);
                prop_assert_eq!(twice, Ok(once.into_owned()), "{}", kind);
            }
        }
    }

    #[test]
    fn likely_texts_are_fixed_points(text in "(h[tx]{2}ps?://)?([a-z0-9@%:./\\[\\]é]{1,12}[./]){1,4}[a-zA-Z0-9%#?]{0,8}") {
        if let Ok((kind, value)) = read(&text) {
            prop_assert_eq!(canonical(kind, &value).map(Cow::into_owned), Ok(value));
        }
    }

    #[test]
    fn fast_addresses_equal_the_standard_library(address: u32, junk in "[0-9.]{0,16}") {
        let address = Ipv4Addr::from(address);
        prop_assert_eq!(parse_ipv4(address.to_string().as_bytes()), Some(address));
        prop_assert_eq!(parse_ipv4(junk.as_bytes()), junk.parse().ok());
    }
}
