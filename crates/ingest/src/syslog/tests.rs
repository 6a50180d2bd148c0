//! Headers of many tools, and lines that are none.

use super::*;

fn check(line: &str, host: &str, program: &str, pid: &str, message: &str) {
    let header = Header::parse(line).unwrap_or_else(|fault| panic!("{line}: {fault:?}"));
    let found = (header.host, header.program, header.pid, header.message);
    assert_eq!(found, (set(host), set(program), set(pid), message), "{line}");
}

#[test]
fn lines_of_files() {
    check("Nov 22 03:14:13 web1 sshd[123]: Accepted", "web1", "sshd", "123", "Accepted");
    check("Nov  2 03:14:13 web1 kernel: [1.5] eth0: up", "web1", "kernel", "", "[1.5] eth0: up");
    check("Nov 22 03:14:13 combo su(pam_unix)[21416]: session", "combo", "su(pam_unix)", "21416", "session");
    check("Nov 22 03:14:13 web1 postfix/smtpd[9]: connect", "web1", "postfix/smtpd", "9", "connect");
    check("Nov 22 03:14:13 web1 gdm-password]: pam_unix(x): y", "web1", "gdm-password", "", "pam_unix(x): y");
    check("Nov 22 03:14:13 web1 CRON[5]: (root) CMD (x)", "web1", "CRON", "5", "(root) CMD (x)");
    check("Nov 22 03:14:13 mac Google Chrome[88]: hello: a", "mac", "Google Chrome", "88", "hello: a");
    check(
        "Nov 22 03:14:13 mac com.apple.xpc.launchd[1] (com.a.b[9]): gone",
        "mac",
        "com.apple.xpc.launchd",
        "1",
        "gone",
    );
    check("Nov 22 03:14:13 --- last message repeated 1 time ---", "", "", "", "--- last message repeated 1 time ---");
    check("Nov 22 03:14:13 web1 last message repeated 3 times", "web1", "", "", "last message repeated 3 times");
    check("Nov 22 03:14:13 sshd[123]: no host", "", "sshd", "123", "no host");
    check("Nov 22 03:14:13 kernel: no host", "", "kernel", "", "no host");
    check("Nov 22 03:14:13 2001:db8::1 app: x", "2001:db8::1", "app", "", "x");
    check("Nov 22 03:14:13 web1 just words: here", "web1", "", "", "just words: here");
    check("Nov 22 03:14:13 web1 type=SYSCALL msg=audit(1:2): a", "web1", "", "", "type=SYSCALL msg=audit(1:2): a");
    check("Nov 22 03:14:13 gw CEF:0|a|b|c: d", "gw", "", "", "CEF:0|a|b|c: d");
    check("Nov 22 03:14:13 <auth.info> bsd1 sshd[7]: hi", "bsd1", "sshd", "7", "hi");
    check("2026-11-22T03:14:13.123456+01:00 web1 systemd[1]: Started", "web1", "systemd", "1", "Started");
    check("2026-11-22T03:14:13+0000 web1 sshd[1]: x", "web1", "sshd", "1", "x");
    check("Sun 2026-11-22 03:14:13 UTC web1 sshd[1]: x", "web1", "sshd", "1", "x");
    check("1795317253.123456 web1 sshd[1]: x", "web1", "sshd", "1", "x");
}

#[test]
fn lines_as_they_are_sent() {
    check("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", "mymachine", "su", "", "'su root' failed");
    check("<13>just text", "", "", "", "just text");
    check("<13>app[3]: text", "", "app", "3", "text");
    check("<999>Oct 11 22:14:15 mymachine su: x", "mymachine", "su", "", "x");
    check("<165>1 2003-10-11T22:14:15.003Z host evntslog - ID47 - \u{feff}hello", "host", "evntslog", "", "hello");
    check("<165>1 - - - - - -", "", "", "", "");
    check("<189>000123: *Nov 22 03:14:13.123: %SYS-5-CONFIG_I: x", "", "", "", "%SYS-5-CONFIG_I: x");
    check("<189>45: sw1: Nov 22 03:14:13.123 CET: %LINK-3-UPDOWN: x", "", "", "", "%LINK-3-UPDOWN: x");
    check("<166>Nov 22 2026 03:14:13: %ASA-6-302013: Built", "", "", "", "%ASA-6-302013: Built");
    check("<166>Nov 22 2026 03:14:13 fw1 : %ASA-6-302013: Built", "fw1", "", "", "%ASA-6-302013: Built");
    check("<189>: 2026 Nov 22 03:14:13 UTC: %ETH-5-X: y", "", "", "", "%ETH-5-X: y");
}

#[test]
fn the_first_of_two_headers_names_the_host() {
    check("2026-11-22T03:14:13.000Z Nov 22 03:14:12 web1 sshd[1]: x", "web1", "sshd", "1", "x");
    check("<13>Nov 22 03:14:13 relay Nov 22 03:14:12 web1 sshd[1]: x", "web1", "sshd", "1", "x");
    check("Nov 22 03:14:13 10.0.0.1 123: *Nov 22 03:14:12.345: %SYS-5-A: x", "10.0.0.1", "", "", "%SYS-5-A: x");
    check("Nov 22 03:14:13 10.0.0.1 123: rt1: Nov 22 03:14:12.345 UTC: %SYS-5-A: x", "10.0.0.1", "", "", "%SYS-5-A: x");
    check("Nov 22 03:14:13 10.0.0.1 app[2]: 2026-11-22 03:14:13 x", "10.0.0.1", "app", "2", "2026-11-22 03:14:13 x");
}

#[test]
fn priorities_have_names() {
    let header = Header::parse("<86>Oct 11 22:14:15 a b: c").expect("a line");
    assert_eq!((header.facility(), header.severity()), (Some("authpriv"), Some("info")));
    assert_eq!(Header::parse("<191>x").expect("a line").facility(), Some("local7"));
}

#[test]
fn structured_data_keeps_its_escapes() {
    let line = r#"<165>1 2003-10-11T22:14:15Z h a 1 I [x@1 a="1\]\"\\" b="]"][y] hello [z]"#;
    let header = Header::parse(line).expect("a line");
    assert_eq!((header.message, header.message_id), ("hello [z]", Some("I")));
    let mut found = Vec::new();
    parameters(header.structured.unwrap_or_default(), |id, name, value| {
        let mut plain = String::new();
        push_unescaped(value, &mut plain);
        found.push(format!("{id} {name} {plain}"));
    });
    assert_eq!(found, [r#"x@1 a 1]"\"#, "x@1 b ]", "y  "]);
    let open = Header::parse("<165>1 2003-10-11T22:14:15Z h a 1 I [x a=\"1 hello").expect("a line");
    assert_eq!((open.structured, open.message), (None, "[x a=\"1 hello"));
}

#[test]
fn lines_without_a_time_say_why() {
    let reason = |line| Header::parse(line).map(|_| ()).map_err(|fault| fault.reason);
    for line in ["hello world", "", "{\"a\":1}", "<x>hello", "Novel 1 2 3"] {
        assert_eq!(reason(line), Err(Reason::MissingTime), "{line}");
    }
    for line in ["Feb 30 03:14:13 a b: c", "<13>Nov 22 99:14:13 a b: c", "<13>1 2026-99-22T03:14:13Z - - - - -"] {
        assert_eq!(reason(line), Err(Reason::BadTime), "{line}");
    }
    assert_eq!(reason("9999-01-01T00:00:00Z a b: c"), Err(Reason::TimeOutOfRange));
}
