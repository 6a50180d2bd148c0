//! What Windows machines note about themselves: logons, tickets, process starts, files, modules, services.
//!
//! Workstations have Sysmon, servers have the Security log with command lines; a machine that is no Windows says nothing.

use std::net::{IpAddr, Ipv4Addr};

use crate::{
    calendar::{MILLI, Micros},
    dice::{hash, hex, mix},
    logs::{
        daily::Log,
        winlogbeat::{Event, Provider, milliseconds, write},
    },
    names,
    town::Town,
    truth::Caused,
    world::{World, host::Os},
};

/// Why a logon failed, as Windows writes it: status and sub-status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    BadPassword,
    NoSuchUser,
    PasswordExpired,
    Locked,
}

impl Failure {
    fn codes(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::BadPassword => ("0xc000006d", "0xc000006a", "%%2313", "0x18"),
            Self::NoSuchUser => ("0xc000006d", "0xc0000064", "%%2313", "0x6"),
            Self::PasswordExpired => ("0xc000006e", "0xc0000071", "%%2309", "0x17"),
            Self::Locked => ("0xc0000234", "0x0", "%%2307", "0x12"),
        }
    }
}

/// A logon to a machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Logon<'a> {
    pub(crate) account: &'a str,
    /// 2 at the keyboard, 3 over the network, 4 batch, 5 service, 7 unlock, 10 remote desktop.
    pub(crate) kind: u8,
    /// Where it comes from: the address, and the name that the other side gives itself.
    pub(crate) from: Option<(IpAddr, &'a str)>,
    pub(crate) failure: Option<Failure>,
}

/// A process that starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start<'a> {
    pub(crate) image: &'a str,
    pub(crate) command: &'a str,
    pub(crate) parent: &'a str,
    pub(crate) account: &'a str,
    /// Who has made it; empty for what carries no version information.
    pub(crate) company: &'a str,
}

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Create,
    Delete,
}

/// A program does something to a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Touch<'a> {
    pub(crate) deed: Deed,
    pub(crate) image: &'a str,
    pub(crate) path: &'a str,
    pub(crate) account: &'a str,
}

pub(crate) const EXPLORER: &str = "C:\\Windows\\explorer.exe";
pub(crate) const SERVICES: &str = "C:\\Windows\\System32\\services.exe";
pub(crate) const SVCHOST: &str = "C:\\Windows\\System32\\svchost.exe";
pub(crate) const MICROSOFT: &str = "Microsoft Corporation";

/// The organisation's Windows domain, short.
pub(crate) fn netbios(world: &World) -> String {
    let label = world.domain.split('.').next().unwrap_or(&world.domain);
    label.chars().take(15).collect::<String>().to_uppercase()
}

fn sid(account: &str) -> String {
    format!("S-1-5-21-1715567821-839522115-725345543-{}", 1_100 + hash(account) % 8_000)
}

/// Whose machine it is; servers belong to a service.
pub(crate) fn owner(world: &World, town: &Town, host: usize) -> String {
    if town.hosts[host].has_owner() { names::person(world.seed, host as u64) } else { "svc_ops".to_owned() }
}

impl Town {
    pub(crate) fn is_windows(&self, host: usize) -> bool {
        let machine = &self.hosts[host];
        machine.os == Os::Windows && (machine.is_computer() || machine.is_server())
    }

    /// The site's domain controller.
    pub(crate) fn controller(&self, world: &World, site: usize) -> Option<usize> {
        world.servers[site].first().copied().filter(|host| self.is_windows(*host))
    }

    /// 4624 or 4625 on `host`.
    pub(crate) fn log_on(&mut self, host: usize, at: Micros, world: &World, logon: &Logon<'_>) {
        let (address, port, station) = match logon.from {
            Some((ip, name)) => (ip.to_string(), (49_152 + mix(at.unsigned_abs(), 1) % 16_000).to_string(), name),
            None if matches!(logon.kind, 2 | 7) => ("127.0.0.1".to_owned(), "0".to_owned(), "-"),
            None => ("-".to_owned(), "-".to_owned(), "-"),
        };
        let domain = netbios(world);
        let kind = logon.kind.to_string();
        let sid = sid(logon.account);
        let (process, package) = match logon.kind {
            2 | 7 | 10 => ("User32 ", "Negotiate"),
            3 if logon.account.len().is_multiple_of(3) => ("NtLmSsp ", "NTLM"),
            3 => ("Kerberos", "Kerberos"),
            _ => ("Advapi  ", "Negotiate"),
        };
        let session = self.session(host, logon.account);
        let subject = [
            ("SubjectUserSid", "S-1-0-0"),
            ("SubjectUserName", "-"),
            ("SubjectDomainName", "-"),
            ("SubjectLogonId", "0x0"),
        ];
        let end = [
            ("LogonType", kind.as_str()),
            ("LogonProcessName", process),
            ("AuthenticationPackageName", package),
            ("WorkstationName", station),
            ("IpAddress", address.as_str()),
            ("IpPort", port.as_str()),
        ];
        let who = [("TargetUserName", logon.account), ("TargetDomainName", domain.as_str())];
        let source = logon.from.map(|(ip, _)| ip);
        match logon.failure {
            None => {
                let target = [("TargetUserSid", sid.as_str()), who[0], who[1], ("TargetLogonId", session.as_str())];
                let data = [&subject[..], &target, &end].concat();
                self.event(host, at, world, (Provider::Security, 4_624), &data, (source, logon.account, "logon"));
            }
            Some(failure) => {
                let (status, sub, reason, _) = failure.codes();
                let why = [("Status", status), ("FailureReason", reason), ("SubStatus", sub)];
                let data = [&subject[..], &[("TargetUserSid", "S-1-0-0")], &who, &why, &end].concat();
                self.event(host, at, world, (Provider::Security, 4_625), &data, (source, logon.account, "logon"));
            }
        }
    }

    /// A session with the rights of an administrator (4672).
    pub(crate) fn special(&mut self, host: usize, at: Micros, world: &World, account: &str) {
        let (sid, domain, session) = (sid(account), netbios(world), self.session(host, account));
        let data = [
            ("SubjectUserSid", sid.as_str()),
            ("SubjectUserName", account),
            ("SubjectDomainName", &domain),
            ("SubjectLogonId", &session),
            ("PrivilegeList", "SeDebugPrivilege\n\t\t\tSeBackupPrivilege"),
        ];
        self.event(host, at, world, (Provider::Security, 4_672), &data, (None, account, "special"));
    }

    /// Another account's password is used from here for a server (4648).
    pub(crate) fn explicit(
        &mut self,
        host: usize,
        at: Micros,
        world: &World,
        (who, account): (&str, &str),
        server: usize,
    ) {
        let (sid, domain, session) = (sid(who), netbios(world), self.session(host, who));
        let target = format!("{}.{}", self.hosts[server].name, world.domain);
        let ip = self.hosts[server].v4.to_string();
        let data = [
            ("SubjectUserSid", sid.as_str()),
            ("SubjectUserName", who),
            ("SubjectDomainName", &domain),
            ("SubjectLogonId", &session),
            ("TargetUserName", account),
            ("TargetDomainName", &domain),
            ("TargetServerName", &target),
            ("TargetInfo", &target),
            ("ProcessId", "0x2f4"),
            ("ProcessName", "C:\\Windows\\System32\\svchost.exe"),
            ("IpAddress", &ip),
            ("IpPort", "0"),
        ];
        self.event(host, at, world, (Provider::Security, 4_648), &data, (None, account, "explicit"));
    }

    /// What the domain controller says of a request for a ticket: 4768, or 4771 where it failed.
    pub(crate) fn ticket(
        &mut self,
        at: Micros,
        world: &World,
        site: usize,
        account: &str,
        from: IpAddr,
        failure: Option<Failure>,
    ) {
        let Some(controller) = self.controller(world, site) else { return };
        let (domain, sid, ip) = (netbios(world), sid(account), format!("::ffff:{from}"));
        let status = failure.map_or("0x0", |failure| failure.codes().3);
        let who = [("TargetUserName", account), ("TargetDomainName", domain.as_str()), ("TargetSid", sid.as_str())];
        let how =
            [("ServiceName", "krbtgt"), ("TicketOptions", "0x40810010"), ("Status", status), ("PreAuthType", "2")];
        let from_where = [("IpAddress", ip.as_str()), ("IpPort", "51022")];
        let id = if failure.is_some() { 4_771 } else { 4_768 };
        let data = [&who[..], &how, &from_where].concat();
        self.event(controller, at, world, (Provider::Security, id), &data, (Some(from), account, "ticket"));
    }

    /// A process starts: Sysmon 1 on workstations, 4688 on servers.
    pub(crate) fn start(&mut self, host: usize, at: Micros, world: &World, start: &Start<'_>) {
        let pid = self.hosts[host].next_process();
        let guid = self.process_guid(host, pid);
        let domain = netbios(world);
        let session = self.session(host, start.account);
        let user = format!("{domain}\\{}", start.account);
        let name = start.image.rsplit('\\').next().unwrap_or(start.image);
        let seen = (None, start.account, start.image);
        if self.hosts[host].is_server() {
            let (sid, pid, parent) = (sid(start.account), format!("{pid:#x}"), "0x3e8");
            let data = [
                ("SubjectUserSid", sid.as_str()),
                ("SubjectUserName", start.account),
                ("SubjectDomainName", &domain),
                ("SubjectLogonId", &session),
                ("NewProcessId", &pid),
                ("NewProcessName", start.image),
                ("TokenElevationType", "%%1936"),
                ("ProcessId", parent),
                ("CommandLine", start.command),
                ("ParentProcessName", start.parent),
            ];
            self.event(host, at, world, (Provider::Security, 4_688), &data, seen);
            return;
        }
        let (pid, time, version) = (pid.to_string(), utc(at), "10.0.19041.3996");
        let hashes = format!("SHA256={}", hex(mix(hash(start.image), hash(start.company)), 64).to_uppercase());
        let parent_guid = self.process_guid(host, hash(start.parent) % 900);
        let data = [
            ("RuleName", "-"),
            ("UtcTime", &time),
            ("ProcessGuid", &guid),
            ("ProcessId", &pid),
            ("Image", start.image),
            ("FileVersion", if start.company.is_empty() { "-" } else { version }),
            ("Company", if start.company.is_empty() { "-" } else { start.company }),
            ("OriginalFileName", if start.company.is_empty() { "-" } else { name }),
            ("CommandLine", start.command),
            ("CurrentDirectory", "C:\\Windows\\System32\\"),
            ("User", &user),
            ("LogonId", &session),
            ("IntegrityLevel", "Medium"),
            ("Hashes", &hashes),
            ("ParentProcessGuid", &parent_guid),
            ("ParentProcessId", "4410"),
            ("ParentImage", start.parent),
            ("ParentCommandLine", start.parent),
        ];
        self.event(host, at, world, (Provider::Sysmon, 1), &data, seen);
    }

    /// A file appears (Sysmon 11) or goes (23).
    pub(crate) fn file_event(&mut self, host: usize, at: Micros, world: &World, touch: &Touch<'_>) {
        let Touch { deed, image, path, account } = *touch;
        let (time, user) = (utc(at), format!("{}\\{account}", netbios(world)));
        let guid = self.process_guid(host, hash(image) % 900);
        let data = [
            ("RuleName", "-"),
            ("UtcTime", time.as_str()),
            ("ProcessGuid", &guid),
            ("ProcessId", "3480"),
            ("Image", image),
            ("TargetFilename", path),
            ("User", &user),
        ];
        let id = if deed == Deed::Create { 11 } else { 23 };
        self.event(host, at, world, (Provider::Sysmon, id), &data, (None, account, path));
    }

    /// A library is loaded (Sysmon 7), or a driver (6) where no process loads it.
    pub(crate) fn module(
        &mut self,
        host: usize,
        at: Micros,
        world: &World,
        image: Option<&str>,
        path: &str,
        signer: &str,
    ) {
        let time = utc(at);
        let hashes = format!("SHA256={}", hex(mix(hash(path), hash(signer)), 64).to_uppercase());
        let (signed, status) = if signer.is_empty() { ("false", "Unavailable") } else { ("true", "Valid") };
        let guid = self.process_guid(host, hash(image.unwrap_or(path)) % 900);
        let by = [("ProcessGuid", guid.as_str()), ("ProcessId", "3480"), ("Image", image.unwrap_or(""))];
        let what = [
            ("ImageLoaded", path),
            ("Hashes", hashes.as_str()),
            ("Signed", signed),
            ("Signature", signer),
            ("SignatureStatus", status),
        ];
        let begin = [("RuleName", "-"), ("UtcTime", time.as_str())];
        let data = [&begin[..], if image.is_some() { &by } else { &[] }, &what].concat();
        let id = if image.is_some() { 7 } else { 6 };
        self.event(host, at, world, (Provider::Sysmon, id), &data, (None, "", path));
    }

    /// A service is installed (7045).
    pub(crate) fn service(&mut self, host: usize, at: Micros, world: &World, name: &str, path: &str) {
        let data = [
            ("ServiceName", name),
            ("ImagePath", path),
            ("ServiceType", "user mode service"),
            ("StartType", "demand start"),
            ("AccountName", "LocalSystem"),
        ];
        self.event(host, at, world, (Provider::Services, 7_045), &data, (None, "", path));
    }

    fn event(
        &mut self,
        host: usize,
        at: Micros,
        world: &World,
        (provider, id): (Provider, u16),
        data: &[(&str, &str)],
        (from, account, name): (Option<IpAddr>, &str, &str),
    ) {
        if !self.is_windows(host) {
            return;
        }
        let at = at - at.rem_euclid(MILLI);
        let record = self.hosts[host].next_record();
        let computer = self.computer(world, host);
        let machine = &self.hosts[host];
        let own = IpAddr::V4(machine.v4);
        let uid = format!("{}:{record}", machine.name);
        let (src, host) = (from.unwrap_or(own), Some(computer.as_str()));
        let caused = Caused { file: "", uid: &uid, ts: at, src, dst: own, dst_port: 0, name, host, account };
        let event = Event { provider, id, computer: &computer, record, at, data };
        let wire = &mut self.wire;
        wire.daily.put(Log::Windows, &mut wire.truth, caused, |out| write(out, &event));
    }

    /// The name under which a machine's events come: Windows machines give their whole one.
    pub(crate) fn computer(&self, world: &World, host: usize) -> String {
        let name = &self.hosts[host].name;
        if self.is_windows(host) { format!("{name}.{}", world.domain) } else { name.clone() }
    }

    /// The session that an account has on a machine: one for ever, which is enough to join by.
    fn session(&self, host: usize, account: &str) -> String {
        format!("{:#x}", 0x10_000 + mix(host as u64, hash(account)) % 0xfff_ffff)
    }

    fn process_guid(&self, host: usize, pid: u64) -> String {
        let id = hex(mix(host as u64, pid), 32).to_uppercase();
        let part = |from: usize, to: usize| id.get(from..to).unwrap_or("0000");
        format!("{{{}-{}-{}-{}-{}}}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
    }

    /// Address and name of a machine of ours, for the other end of a logon.
    pub(crate) fn source_of(&self, host: usize) -> (IpAddr, String) {
        let v4: Ipv4Addr = self.hosts[host].v4;
        (IpAddr::V4(v4), self.hosts[host].name.to_uppercase())
    }
}

/// Sysmon's own form: `2026-01-05 09:26:22.139`.
fn utc(at: Micros) -> String {
    milliseconds(at).replace('T', " ").trim_end_matches('Z').to_owned()
}
