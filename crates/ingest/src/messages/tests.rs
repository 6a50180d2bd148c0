//! Messages that attackers shape, and any text at all.

use proptest::prelude::*;

use super::*;

/// The kind of a message and what was read of it.
fn check(program: &str, text: &str, kind: Kind, fields: &[(&str, &str)]) {
    let mut pairs = Pairs::new();
    assert_eq!(read(program, text, &mut pairs), kind, "{program}: {text}");
    for &(name, value) in fields {
        assert_eq!(pairs.get(name), Some(value), "{program}: {text}: {name}");
    }
}

#[test]
fn names_that_imitate_the_message_do_not_move_the_source() {
    let forged = "root from 192.0.2.1 port 22 ssh2";
    let fields = [("user", forged), ("src_ip", "203.0.113.7"), ("src_port", "4242")];
    let source = "from 203.0.113.7 port 4242";
    check("sshd", &format!("Failed password for invalid user {forged} {source} ssh2"), Kind::Logon, &fields);
    check("sshd", &format!("Invalid user {forged} {source}"), Kind::Logon, &fields);
    check(
        "sshd",
        &format!("Connection closed by invalid user {forged} 203.0.113.7 port 4242 [preauth]"),
        Kind::Logon,
        &fields,
    );
    let command = "/bin/echo ; USER=alice ; COMMAND=/bin/true";
    let fields = [("target_user", "root"), ("command_line", command), ("user", "mallory")];
    check("sudo", &format!("mallory : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND={command}"), Kind::Process, &fields);
    check(
        "sudo",
        "a : command not allowed ; PWD=/ ; USER=root ; COMMAND=/x : y",
        Kind::Logon,
        &[("reason", "command not allowed")],
    );
}

#[test]
fn users_without_a_name_are_empty() {
    check("sshd", "Invalid user  from 203.0.113.7 port 1", Kind::Logon, &[("user", ""), ("src_ip", "203.0.113.7")]);
    check("sshd", "Connection closed by invalid user  203.0.113.7 port 1 [preauth]", Kind::Logon, &[("user", "")]);
}

#[test]
fn one_host_has_one_address() {
    check("sshd", "Accepted password for a from ::ffff:192.0.2.1 port 1 ssh2", Kind::Logon, &[("src_ip", "192.0.2.1")]);
    check("sshd", "Accepted password for a from fe80::1%eth0 port 1 ssh2", Kind::Logon, &[("src_ip", "fe80::1")]);
}

#[test]
fn messages_that_only_resemble_are_others() {
    for (program, text) in [
        ("sshd", "Accepted"),
        ("sshd", "Failed to load host key"),
        ("sshd", "Disconnecting: Too many authentication failures"),
        ("sudo", "unable to resolve host web1"),
        ("sudo", "a : "),
        ("CRON", "(root) CMD"),
        ("systemd", "Started Session 5 of User alice."),
        ("kernel", "IN=eth0 without addresses"),
        ("named", "client without anything"),
        ("dnsmasq", "started, version 2.90"),
        ("filterlog", "1,2,3,4,5,6,7,8,4,9"),
        ("postfix/smtpd", "warning: hostname does not resolve"),
        ("app", "Accepted password for root from 192.0.2.1 port 1 ssh2"),
    ] {
        check(program, text, Kind::Other, &[]);
    }
}

/// Programs with readers, and beginnings of their messages.
static SEEDS: &[(&str, &str)] = &[
    ("sshd", "Failed password for invalid user a from 192.0.2.1 port 22 ssh2: RSA SHA256:x [preauth]"),
    ("sshd", "Disconnecting authenticating user root 192.0.2.1 port 22: Too many failures [preauth]"),
    ("sshd", "Connection from 192.0.2.1 port 2 on 192.0.2.2 port 22 rdomain \"\""),
    ("sshd(pam_unix)", "authentication failure; logname= uid=0 tty=ssh rhost=192.0.2.1  user=root"),
    ("su", "pam_unix(su-l:session): session opened for user root(uid=0) by alice(uid=1000)"),
    ("sudo", "alice : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh"),
    ("su", "+ pts/0 alice:root"),
    ("pkexec", "alice: Executing command [USER=root] [TTY=unknown] [CWD=/] [COMMAND=/bin/id]"),
    ("CRON", "(root) CMD (a (b) c)"),
    ("systemd", "a.service: Main process exited, code=exited, status=1/FAILURE"),
    ("systemd-logind", "New session 5 of user alice."),
    ("usermod", "add 'a' to group 'sudo'"),
    ("kernel", "[1.5] [UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=TCP [SRC=1 DST=2 ] MARK=1 SYN"),
    ("filterlog", "5,,,10,em0,match,block,in,4,0x0,,64,1,0,DF,6,tcp,60,192.0.2.1,192.0.2.2,5,22,0,S"),
    ("named", "client @0x7f 192.0.2.1#53 (a.example): view v: query: a.example IN A +E(0) (192.0.2.2)"),
    ("dnsmasq", "1 192.0.2.1/5 reply a.example is <CNAME>"),
    ("unbound", "[1:0] info: 192.0.2.1 a.example. A IN NOERROR 0.1 0 45"),
    ("dhcpd", "DHCPACK on 192.0.2.1 to 52:54:00:aa:bb:cc (a) via eth0"),
    ("login", "FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure"),
    ("proftpd", "a (b[192.0.2.1]) - USER root (Login failed): Incorrect password"),
    ("postfix/smtpd", "4F9A1C2D3: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=bob"),
    ("", "%ASA-6-302014: Teardown TCP connection 9 for a:192.0.2.1/4 to b:192.0.2.2/5 duration 0:00:30 bytes 5 x"),
    ("", "%ASA-6-106100: access-list a permitted tcp b/192.0.2.1(4) -> c/192.0.2.2(5) hit-cnt 1"),
    ("", "%ASA-4-106023: Deny tcp src a:192.0.2.1/4 dst b:192.0.2.2/5 by access-group \"c\""),
    ("", "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: a] [Source: 192.0.2.1] [localport: 22] [Reason: b] at c"),
    ("imapd", "badlogin: a [192.0.2.1] plaintext b SASL(-13): authentication failure"),
    ("sendmail", "x: AUTH failure (LOGIN): a, user=b, relay=c [192.0.2.1]"),
    ("dropbear", "Exit before auth from <192.0.2.1:5>: (user 'root', 10 fails): Max auth tries reached"),
    ("dovecot", "auth: pam(a,192.0.2.1,<b>): unknown user"),
    ("unknown", "something from 192.0.2.1:55, and [192.0.2.2]"),
    ("dovecot", "imap-login: Disconnected (auth failed, 3 attempts): user=<a>, rip=192.0.2.1, TLS, session=<b>"),
];

proptest! {
    #[test]
    fn any_text_is_read(seed in prop::sample::select(SEEDS), cut in any::<prop::sample::Index>(), more: String) {
        let (program, text) = seed;
        let at = (0..=text.len()).nth(cut.index(text.len() + 1)).unwrap_or(0);
        for text in [more.clone(), format!("{}{more}", &text.get(..at).unwrap_or(text)), format!("{more}{text}")] {
            let mut pairs = Pairs::new();
            read(program, &text, &mut pairs);
            read(&more, &text, &mut pairs);
        }
    }
}
