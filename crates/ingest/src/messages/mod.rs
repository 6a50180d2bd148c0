//! What the programs of Unix hosts say in their log messages, brought into columns. Serves `syslog` and `journald`.
//!
//! A reader knows the messages of a few programs. It looks at one message, adds what it finds to the record's
//! [`Pairs`] under the names that [`mappings`] reads, and says which table the record belongs to. It adds nothing
//! before it is sure; a message that nobody knows is an `other_records` row with its text.
//!
//! Names of users and hosts are written by attackers: where a text may hold the words that we look for, the last
//! occurrence counts, because what follows it is written by the program.

mod accounts;
mod cisco;
mod courier;
mod cron;
mod dhcp;
mod dns;
mod dropbear;
mod elevation;
mod firewall;
mod login;
mod mail;
mod mappings;
mod pam;
mod ssh;
mod systemd;
mod words;

pub(crate) use mappings::{JOURNAL_OTHER, SYSLOG_OTHER};

use crate::{mapping::Mapping, pairs::Pairs};

/// Where a message that was read belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Logon,
    Process,
    Service,
    Task,
    Firewall,
    Dns,
    /// Read, but no table models it.
    Other,
}

impl Kind {
    /// The mapping into its table; `other` is the format's own for what is not modelled.
    pub(crate) fn mapping(self, other: &'static Mapping) -> &'static Mapping {
        match self {
            Self::Logon => &mappings::LOGON,
            Self::Process => &mappings::PROCESS,
            Self::Service => &mappings::SERVICE,
            Self::Task => &mappings::TASK,
            Self::Firewall => &mappings::FIREWALL,
            Self::Dns => &mappings::DNS,
            Self::Other => other,
        }
    }
}

/// Tables that messages go to.
pub(crate) const TABLES: &[&str] =
    &["logons", "processes", "services", "scheduled_tasks", "firewall_events", "dns_queries", "other_records"];

/// Reads a message of this program.
pub(crate) fn read(program: &str, text: &str, pairs: &mut Pairs<'_>) -> Kind {
    let (times, text) = repeated(text);
    let found = known(program, text, pairs);
    if let Some(times) = times.filter(|_| found.is_some()) {
        pairs.push_number("repeated", times);
    }
    let kind = found.unwrap_or_else(|| {
        words::push_mentioned(text, pairs);
        Kind::Other
    });
    let is_of_host = !text.starts_with('%') && matches!(kind, Kind::Logon | Kind::Process | Kind::Service | Kind::Task);
    if is_of_host {
        pairs.push("os", system(program, text));
    }
    kind
}

fn known(program: &str, text: &str, pairs: &mut Pairs<'_>) -> Option<Kind> {
    // `sshd(pam_unix)[123]` is how older systems name the module.
    let (program, module) = match program.split_once('(') {
        Some((program, module)) => (program, module.strip_suffix(')').unwrap_or(module)),
        None => (program, ""),
    };
    if let Some(module) = module.strip_prefix("pam_") {
        return pam::read_named(module, program, text, pairs);
    }
    if text.starts_with('%') {
        return cisco::read(text, pairs);
    }
    if let Some((module, said)) = words::between(text, "(pam_", ") ") {
        return pam::read_named(module, program, said, pairs);
    }
    if text.starts_with("pam_") || text.starts_with("authentication failure; ") {
        return pam::read(program, text, pairs);
    }
    let base = program.rsplit('/').next().unwrap_or(program);
    match base {
        "sshd" | "sshd-session" | "sshd-auth" => ssh::read(text, pairs).or_else(|| pam::read(base, text, pairs)),
        "dropbear" => dropbear::read(text, pairs),
        "sudo" | "doas" => elevation::read_sudo(base, text, pairs),
        "su" | "su-l" | "runuser" => elevation::read_su(text, pairs),
        "pkexec" => elevation::read_pkexec(text, pairs),
        "CRON" | "cron" | "crond" | "crontab" | "fcron" => cron::read(text, pairs),
        "anacron" => cron::read_anacron(text, pairs),
        "run-parts" => cron::read_run_parts(text, pairs),
        "atd" => cron::read_atd(text, pairs),
        "systemd" | "init" => systemd::read(text, pairs),
        "systemd-logind" | "elogind" | "logind" => systemd::read_logind(text, pairs),
        "useradd" | "userdel" | "usermod" | "groupadd" | "groupdel" | "groupmod" | "passwd" | "chpasswd"
        | "gpasswd" | "chage" | "chsh" | "chfn" | "newusers" | "adduser" | "deluser" => accounts::read(text, pairs),
        "kernel" | "ulogd" => firewall::read_netfilter(text, pairs),
        "filterlog" => firewall::read_filterlog(text, pairs),
        // Its log file may have the category where others have the program.
        "named" | "queries" | "query-errors" | "security" | "update-security" => dns::read_named(text, pairs),
        "dnsmasq" | "pihole-FTL" => dns::read_dnsmasq(text, pairs),
        "unbound" => dns::read_unbound(text, pairs),
        "dhcpd" | "dnsmasq-dhcp" | "dhclient" => dhcp::read(text, pairs),
        "dovecot" | "imap-login" | "pop3-login" => mail::read_dovecot(text, pairs),
        "auth" | "auth-worker" => mail::read_dovecot_auth(text, pairs),
        "imapd" | "imapd-ssl" | "pop3d" | "pop3d-ssl" | "courierpop3login" | "courieresmtpd" | "imap" | "imaps"
        | "pop3" | "pop3s" | "lmtpunix" | "sieve" => courier::read(text, pairs),
        "sendmail" | "sm-mta" | "sm-msp-queue" => courier::read_sendmail(text, pairs),
        "login" => login::read_login(text, pairs),
        "xrdp-sesman" | "xrdp" => login::read_xrdp(text, pairs),
        "screensharingd" => login::read_screen_sharing(text, pairs),
        // Its own log file names no program.
        "vsftpd" | "" if text.contains(" LOGIN: Client ") => login::read_vsftpd(text, pairs),
        "pure-ftpd" => login::read_pure_ftpd(text, pairs),
        "proftpd" => login::read_proftpd(text, pairs),
        _ if program.starts_with("postfix") => mail::read_postfix(text, pairs),
        _ => None,
    }
}

/// How often a message came, where rsyslog folded equal ones: `message repeated 5 times: [ Failed ...]`.
fn repeated(text: &str) -> (Option<&str>, &str) {
    let folded = text.strip_prefix("message repeated ").and_then(|rest| rest.split_once(" times: ["));
    let Some((times, inner)) = folded else { return (None, text) };
    let is_number = !times.is_empty() && times.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return (None, text);
    }
    (Some(times), inner.strip_suffix(']').unwrap_or(inner).trim_ascii_start())
}

/// The programs are those of Linux, unless one of macOS speaks or a terminal has the name that macOS gives it.
fn system(program: &str, text: &str) -> &'static str {
    let of_apple = program == "screensharingd"
        || (program == "sudo" && text.contains("TTY=ttys"))
        || program.starts_with("com.apple.")
        || text.contains("pam_opendirectory")
        || text.contains("com.apple.");
    if of_apple { "macos" } else { "linux" }
}

#[cfg(test)]
mod tests;
