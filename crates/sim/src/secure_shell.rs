//! Logons over SSH: what the sensor sees of them, and what the server's own log says.

use std::net::{IpAddr, Ipv4Addr};

use crate::{
    calendar::{MILLI, Micros, SECOND, day_of},
    dice::{Dice, hex, mix},
    logs::{
        daily::Log,
        zeek::{Ends, Kind},
    },
    town::Town,
    truth::Caused,
    wire::{Flow, State, caused, uid},
    world::host::Os,
};

pub(crate) const OPENSSH: &str = "SSH-2.0-OpenSSH_10.0";

/// One connection to a server's sshd.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) account: &'a str,
    /// The account is known on the server.
    pub(crate) known: bool,
    pub(crate) success: bool,
    /// By key rather than password.
    pub(crate) key: bool,
    /// Passwords or keys that were tried.
    pub(crate) tries: u64,
    pub(crate) client: &'a str,
    pub(crate) down: u64,
    pub(crate) lasts: Micros,
}

impl Town {
    /// A machine of ours logs on to a server of ours.
    pub(crate) fn ssh(&mut self, host: usize, now: Micros, server: usize, attempt: &Attempt<'_>) {
        let to = self.hosts[server].v4;
        let (id, ends) = self.flow(host, now, to, 22, &flow(attempt));
        self.sshd(server, self.hosts[host].site, now, &id, &ends, attempt);
    }

    /// A machine of ours holds an SSH connection to somewhere, of which only the sensor tells.
    pub(crate) fn ssh_elsewhere(
        &mut self,
        host: usize,
        now: Micros,
        (to, port): (IpAddr, u16),
        flow: &Flow,
        client: &str,
    ) {
        let (id, ends) = self.flow(host, now, to, port, flow);
        let (down, lasts) = (flow.down, flow.lasts);
        let attempt = Attempt { account: "", known: true, success: true, key: true, tries: 1, client, down, lasts };
        self.ssh_row(self.hosts[host].site, &id, now + 300 * MILLI, &ends, &attempt);
    }

    /// Somebody outside logs on to a server of ours by its public address.
    pub(crate) fn ssh_from_outside(
        &mut self,
        (src, dst): (IpAddr, IpAddr),
        now: Micros,
        server: usize,
        attempt: &Attempt<'_>,
        dice: &mut Dice,
    ) {
        let id = uid('C', dice);
        let ends = Ends { src, src_port: 30_000 + dice.below(30_000) as u16, dst, dst_port: 22 };
        self.wire.connection(0, &id, now, &ends, &flow(attempt), attempt.account);
        self.sshd(server, 0, now, &id, &ends, attempt);
    }

    fn sshd(&mut self, server: usize, site: usize, now: Micros, id: &str, ends: &Ends, attempt: &Attempt<'_>) {
        let seen = now + 300 * MILLI;
        self.ssh_row(site, id, seen, ends, attempt);
        if self.hosts[server].os == Os::Linux {
            self.auth_log(server, seen + MILLI, ends, attempt);
        }
    }

    /// What the sensor makes of the handshake.
    fn ssh_row(&mut self, site: usize, id: &str, at: Micros, ends: &Ends, attempt: &Attempt<'_>) {
        let key = hex(mix(u64::from(ends.dst_port), day_of(at).unsigned_abs() / 4_000), 32);
        let caused = Caused { account: attempt.account, ..caused(id, at, ends, attempt.client) };
        self.wire.put(site, Kind::Ssh, at, caused, |row| {
            let row = row.time(at).text(id).ends(ends).count(2).yes(attempt.success).count(attempt.tries).unset();
            let row = row.text(attempt.client).text("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7");
            let row = row.text("chacha20-poly1305@openssh.com").text("umac-128-etm@openssh.com").text("none");
            row.text("curve25519-sha256").text("ssh-ed25519").text(&key)
        });
    }

    /// What sshd says of it, in one line for each answer.
    fn auth_log(&mut self, server: usize, at: Micros, ends: &Ends, attempt: &Attempt<'_>) {
        let Attempt { account, .. } = *attempt;
        let from = format!("from {} port {} ssh2", ends.src, ends.src_port);
        let pid = self.hosts[server].next_process();
        let invalid = if attempt.known { "" } else { "invalid user " };
        let way = if attempt.key { "publickey" } else { "password" };
        let failures = if attempt.success { attempt.tries.saturating_sub(1) } else { attempt.tries };
        let mut said = at;
        for _ in 0..failures.min(6) {
            said += 1_700 * MILLI;
            let text = format!("Failed {way} for {invalid}{account} {from}");
            self.syslog(server, said, "sshd", pid, &text, (Some(ends), account));
        }
        if attempt.success {
            let text = format!("Accepted {way} for {account} {from}");
            self.syslog(server, said + 200 * MILLI, "sshd", pid, &text, (Some(ends), account));
            let text =
                format!("pam_unix(sshd:session): session opened for user {account}(uid=1000) by {account}(uid=0)");
            self.syslog(server, said + 210 * MILLI, "sshd", pid, &text, (Some(ends), account));
        }
    }

    /// One line in a Linux server's log.
    pub(crate) fn syslog(
        &mut self,
        server: usize,
        at: Micros,
        program: &str,
        pid: u64,
        text: &str,
        (ends, account): (Option<&Ends>, &str),
    ) {
        let machine = &self.hosts[server];
        let own = IpAddr::V4(machine.v4);
        let (src, dst) = (ends.map_or(own, |ends| ends.src), own);
        let uid = format!("{}:{pid}", machine.name);
        let host = Some(machine.name.as_str());
        let caused = Caused { file: "", uid: &uid, ts: at, src, dst, dst_port: 22, name: program, host, account };
        let wire = &mut self.wire;
        wire.daily.put(Log::Linux, &mut wire.truth, caused, |out| {
            let second = schema::Timestamp::from_seconds(at.div_euclid(SECOND)).unwrap_or_default().to_string();
            let micros = at.rem_euclid(SECOND);
            let stamp = format!("{}.{micros:06}+00:00", second.trim_end_matches('Z'));
            out.extend_from_slice(format!("{stamp} {} {program}[{pid}]: {text}\n", machine.name).as_bytes());
        });
    }

    /// The Linux server at headquarters through which staff log on from outside.
    pub(crate) fn gatekeeper(&self) -> Option<usize> {
        let first = |os: Os| self.hosts.iter().position(|host| host.is_server() && host.site == 0 && host.os == os);
        first(Os::Linux).or_else(|| first(Os::Windows))
    }
}

fn flow(attempt: &Attempt<'_>) -> Flow {
    let down = attempt.down;
    Flow { proto: "tcp", service: Some("ssh"), up: down / 5, down, lasts: attempt.lasts, state: State::Sf }
}

/// Under which public address the gatekeeper is reached.
pub(crate) fn public_gate() -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, 22))
}
