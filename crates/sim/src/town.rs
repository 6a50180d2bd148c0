//! What machines do on the network: look up names, open TLS sessions, ask over HTTP, talk to each other.
//!
//! One call here is one thing that a program does; it becomes all the rows that a sensor sees of it.

use std::net::IpAddr;

use crate::{
    calendar::{MILLI, Micros, SECOND, date, day_of, seconds},
    dice::{Dice, hash, hex, mix},
    logs::zeek::{Ends, Kind},
    wire::{Flow, State, Wire, caused, uid},
    world::{
        World,
        clients::Client,
        destination::Destination,
        host::{Host, Remembered},
    },
};

/// The machines and the sensors that watch them.
#[derive(Debug)]
pub(crate) struct Town {
    pub(crate) hosts: Vec<Host>,
    pub(crate) wire: Wire,
}

/// A TLS session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) client: &'static Client,
    pub(crate) port: u16,
    /// Payload bytes in each direction, without the handshake.
    pub(crate) up: u64,
    pub(crate) down: u64,
    pub(crate) lasts: Micros,
    /// A session ticket of an earlier visit was used.
    pub(crate) resumed: bool,
}

/// An HTTP request in the clear.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'static str,
    pub(crate) path: &'a str,
    pub(crate) agent: &'a str,
    pub(crate) port: u16,
    pub(crate) up: u64,
    pub(crate) down: u64,
    pub(crate) status: u16,
    pub(crate) mime: &'static str,
    pub(crate) lasts: Micros,
    /// What the body is: equal numbers have equal hashes.
    pub(crate) content: u64,
}

impl Town {
    /// What `act` does belongs to this part of this story.
    pub(crate) fn tell<T>(&mut self, episode: usize, role: &'static str, act: impl FnOnce(&mut Self) -> T) -> T {
        self.wire.truth.mark(episode, role);
        let done = act(self);
        self.wire.truth.unmark();
        done
    }

    /// Looks a name up where the cache does not know it. The answer is the address and when it is known.
    pub(crate) fn resolve(&mut self, host: usize, now: Micros, world: &World, place: &Destination) -> (IpAddr, Micros) {
        if let Some(known) = self.hosts[host].recall(place.id).filter(|known| known.until > now) {
            return (known.address, now);
        }
        let machine = &mut self.hosts[host];
        let rotation = machine.dice.below(place.v4.len() as u64) as usize;
        let v4 = IpAddr::V4(place.v4[rotation]);
        let v6 = place.v6.filter(|_| machine.v6.is_some() && machine.dice.chance(0.97)).map(IpAddr::V6);
        let address = v6.unwrap_or(v4);
        // What is left of the TTL in the resolver's cache is uniform.
        let ttl = 1 + (place.ttl_seconds as f64 * machine.dice.unit()) as i64;
        let known = if place.name.is_empty() { now } else { self.ask(host, now, world, place, v4, ttl) };
        let until = known + ttl * SECOND;
        self.hosts[host].remember(place.id, Remembered { until, address, open_until: 0 });
        (address, known)
    }

    /// The questions of one lookup: A, and AAAA where the machine has IPv6.
    fn ask(&mut self, host: usize, now: Micros, world: &World, place: &Destination, v4: IpAddr, ttl: i64) -> Micros {
        let mut answers = vec![v4.to_string()];
        if let Some(cname) = &place.cname {
            answers.insert(0, cname.clone());
        }
        let first = self.dns(host, now, world, &Question { name: &place.name, kind: "A", answers: &answers, ttl });
        if self.hosts[host].v6.is_some() {
            let six: Vec<String> = place.v6.iter().map(ToString::to_string).collect();
            self.dns(host, now + MILLI, world, &Question { name: &place.name, kind: "AAAA", answers: &six, ttl });
        }
        first
    }

    /// One question to the site's resolver, which asks upstream what it does not know; when it is answered.
    pub(crate) fn dns(&mut self, host: usize, now: Micros, world: &World, question: &Question<'_>) -> Micros {
        let (resolver, address) = world.resolver(self.hosts[host].site);
        let dice = &mut self.hosts[host].dice;
        let known = dice.chance(0.75);
        let upstream = seconds(dice.lognormal(0.028, 0.5)).clamp(MILLI, 3 * SECOND);
        let inside = seconds(dice.lognormal(0.0006, 0.5)).clamp(120, SECOND);
        let asks_outside = resolver == Some(host);
        match resolver {
            _ if asks_outside => self.question(host, now, world.upstream(), upstream, question),
            Some(resolver) if !known => {
                self.question(resolver, now + inside / 2, world.upstream(), upstream, question);
                self.question(host, now, address, inside + upstream, question)
            }
            _ => self.question(host, now, address, inside, question),
        }
    }

    /// One question past the site's resolver, to one outside.
    pub(crate) fn dns_outside(&mut self, host: usize, now: Micros, to: IpAddr, question: &Question<'_>) -> Micros {
        let rtt = seconds(self.hosts[host].dice.lognormal(0.025, 0.5)).clamp(MILLI, 3 * SECOND);
        self.question(host, now, to, rtt, question)
    }

    /// The rows of one question to one resolver.
    fn question(&mut self, host: usize, now: Micros, to: IpAddr, rtt: Micros, question: &Question<'_>) -> Micros {
        let machine = &mut self.hosts[host];
        let site = machine.site;
        let id = uid('C', &mut machine.dice);
        let ends = Ends { src: IpAddr::V4(machine.v4), src_port: machine.next_port(), dst: to, dst_port: 53 };
        let transaction = machine.dice.below(65_536);
        let payload: u64 = question.answers.iter().map(|answer| answer.len() as u64 / 2 + 14).sum();
        let up = 18 + question.name.len() as u64;
        let (service, state) = (Some("dns"), State::Sf);
        let flow = Flow { proto: "udp", service, up, down: up + payload, lasts: rtt, state };
        self.wire.connection(site, &id, now, &ends, &flow, question.name);
        let (number, missing) = (question.number(), question.missing());
        let answered = now + rtt;
        self.wire.put(site, Kind::Dns, answered, caused(&id, now, &ends, question.name), |row| {
            let row = row.time(now).text(&id).ends(&ends).text("udp").count(transaction).interval(Some(rtt));
            let row = row.text(question.name).count(1).text("C_INTERNET").count(number).text(question.kind);
            let row = row.count(if missing { 3 } else { 0 }).text(if missing { "NXDOMAIN" } else { "NOERROR" });
            let row = row.yes(false).yes(false).yes(true).yes(true).count(0);
            if question.answers.is_empty() {
                return row.unset().unset().yes(false);
            }
            let ttls = question.answers.iter().map(|_| question.ttl * SECOND);
            row.list(question.answers.iter().map(String::as_str)).spans(ttls).yes(false)
        });
        answered
    }

    /// A TLS session to a place, with the lookup before it; when it is over.
    pub(crate) fn tls(&mut self, host: usize, now: Micros, world: &World, place: &Destination, call: &Call) -> Micros {
        let (dst, at) = self.resolve(host, now, world, place);
        let machine = &mut self.hosts[host];
        let site = machine.site;
        let id = uid('C', &mut machine.dice);
        let ends = Ends { src: source(machine, dst), src_port: machine.next_port(), dst, dst_port: call.port };
        let rtt = (place.rtt as f64 * machine.dice.between(0.9, 1.4)) as Micros;
        if machine.dice.chance(0.006) {
            return self.fail(host, at, &id, &ends, &place.name);
        }
        let quic = call.client.quic && call.port == 443 && place.cname.is_some() && machine.dice.chance(0.25);
        let thirteen = call.client.tls13 && (place.tls13 || quic);
        let greeting = if call.resumed { 900 } else { 4_200 };
        let lasts = call.lasts + 3 * rtt;
        let flow = Flow {
            proto: if quic { "udp" } else { "tcp" },
            service: Some(if quic { "quic,ssl" } else { "ssl" }),
            up: call.up + 620,
            down: call.down + greeting,
            lasts,
            state: if !quic && machine.dice.chance(0.08) { State::Rsto } else { State::Sf },
        };
        self.wire.connection(site, &id, at, &ends, &flow, &place.name);
        let session = Session { id: &id, ends: &ends, at, rtt, quic, thirteen, call, place };
        self.handshake(host, &session);
        at + lasts
    }

    /// The row about the handshake, and the certificate where it travels in the clear.
    fn handshake(&mut self, host: usize, session: &Session<'_>) {
        let Session { id, ends, at, rtt, quic, thirteen, call, place } = *session;
        let machine = &mut self.hosts[host];
        let site = machine.site;
        let named = !place.name.is_empty();
        let ja3 = call.client.ja3(&mut machine.dice);
        let ja3s = call.client.ja3s(mix(place.id, 1) % 60);
        let ja4 = call.client.ja4(if quic { 'q' } else { 't' }, named);
        let fingerprint = place.fingerprint(day_of(at));
        let (subject, issuer) = certificate_names(place);
        let visible = !thirteen && !call.resumed;
        let seen_at = at + 2 * rtt;
        self.wire.put(site, Kind::Ssl, seen_at, caused(id, at + rtt, ends, &place.name), |row| {
            let row = row.time(at + rtt).text(id).ends(ends).text(if thirteen { "TLSv13" } else { "TLSv12" });
            let row = row.text(cipher(thirteen, place.id)).text("x25519").texts(named.then_some(place.name.as_str()));
            let row = row.yes(call.resumed).unset();
            let row = row.texts(call.client.alpn.filter(|_| !thirteen)).yes(true).text(history(thirteen, call.resumed));
            let row = if visible {
                let verdict = verdict(place);
                let row = row.list([fingerprint.as_str()]).list([]).text(&subject).text(&issuer);
                row.yes(named && place.trusted).text(verdict)
            } else {
                row.unset_times(6)
            };
            row.text(&ja3).text(&ja3s).text(&ja4)
        });
        if visible && self.wire.first_today(site, at, place.id) {
            self.certificate(site, session, &fingerprint, (&subject, &issuer));
        }
    }

    fn certificate(&mut self, site: usize, session: &Session<'_>, fingerprint: &str, names: (&str, &str)) {
        let Session { id, ends, at, rtt, place, .. } = *session;
        let from = place.certificate_since(day_of(at)) * crate::calendar::DAY;
        let seen = at + 2 * rtt;
        let serial = hex(hash(fingerprint), 32).to_uppercase();
        let san = if place.name.is_empty() { "localhost" } else { &place.name };
        self.wire.put(site, Kind::X509, seen, caused(id, seen, ends, fingerprint), |row| {
            let row = row.time(seen).text(fingerprint).count(3).text(&serial).text(names.0).text(names.1);
            let row = row.time(from).time(from + 90 * crate::calendar::DAY).text("rsaEncryption");
            let row = row.text("sha256WithRSAEncryption").text("rsa").count(2048).text("65537").unset();
            row.list([san]).unset_times(3).yes(false).unset().yes(true).yes(false)
        });
        if !place.trusted {
            self.complain(site, session, names.0);
        }
    }

    /// Zeek's notice about a certificate that no one vouches for.
    fn complain(&mut self, site: usize, session: &Session<'_>, subject: &str) {
        let Session { id, ends, at, rtt, place, .. } = *session;
        let seen = at + 2 * rtt;
        self.wire.put(site, Kind::Notice, seen, caused(id, seen, ends, subject), |row| {
            let row = row.time(seen).text(id).ends(ends).unset_times(3).text("tcp").text("SSL::Invalid_Server_Cert");
            let row = row.text(&format!("SSL certificate validation failed with ({})", verdict(place))).text(subject);
            let row = row.address(ends.src).address(ends.dst).count(ends.dst_port.into()).unset_times(2);
            row.list(["Notice::ACTION_LOG"]).list([]).interval(Some(3_600 * SECOND))
        });
    }

    /// A request over plain HTTP, with the lookup before it; when it is over.
    pub(crate) fn http(
        &mut self,
        host: usize,
        now: Micros,
        world: &World,
        place: &Destination,
        request: &Request<'_>,
    ) -> Micros {
        let (dst, at) = self.resolve(host, now, world, place);
        let machine = &mut self.hosts[host];
        let site = machine.site;
        let id = uid('C', &mut machine.dice);
        let ends = Ends { src: source(machine, dst), src_port: machine.next_port(), dst, dst_port: request.port };
        if machine.dice.chance(0.006) {
            return self.fail(host, at, &id, &ends, &place.name);
        }
        let rtt = place.rtt;
        let lasts = request.lasts + 2 * rtt;
        let overhead = (request.path.len() + request.agent.len() + place.name.len()) as u64 + 130;
        let flow = Flow {
            proto: "tcp",
            service: Some("http"),
            up: request.up + overhead,
            down: request.down + 310,
            lasts,
            state: State::Sf,
        };
        let label = place.label();
        let url = format!("{label}{}", request.path);
        self.wire.connection(site, &id, at, &ends, &flow, &url);
        let file = (request.down > 0).then(|| uid('F', &mut self.hosts[host].dice));
        let asked = at + rtt;
        let (phrase, status) = (status_words(request.status), u64::from(request.status));
        let agent = (!request.agent.is_empty()).then_some(request.agent);
        self.wire.put(site, Kind::Http, at + lasts, caused(&id, asked, &ends, &url), |row| {
            let row = row.time(asked).text(&id).ends(&ends).count(1).text(request.method).text(&label);
            let row = row.text(request.path).unset().text("1.1").texts(agent).unset();
            let row = row.count(request.up).count(request.down).count(status).text(phrase).unset_times(2);
            let row = row.list([]).unset_times(6);
            match &file {
                Some(file) => row.list([file.as_str()]).unset().list([request.mime]),
                None => row.unset_times(3),
            }
        });
        if let Some(agent) = agent.filter(|_| self.wire.first_today(site, asked, mix(host as u64, hash(request.agent))))
        {
            self.software(site, &id, asked, &ends, agent);
        }
        if let Some(file) = file {
            self.file(site, &id, asked + rtt, &ends, &file, request);
        }
        at + lasts
    }

    /// What the sensor notes the first time that a machine shows a user agent.
    fn software(&mut self, site: usize, id: &str, ts: Micros, ends: &Ends, agent: &str) {
        let name = agent.split(['/', ' ']).next().unwrap_or(agent);
        self.wire.put(site, Kind::Software, ts, caused(id, ts, ends, agent), |row| {
            let row = row.time(ts).address(ends.src).unset().text("HTTP::BROWSER").text(name);
            row.unset_times(5).text(agent)
        });
    }

    fn file(&mut self, site: usize, id: &str, ts: Micros, ends: &Ends, fuid: &str, request: &Request<'_>) {
        let (md5, sha1) = (hex(mix(request.content, 1), 32), hex(mix(request.content, 2), 40));
        let sha256 = sha256_of(request.content);
        self.wire.put(site, Kind::Files, ts + request.lasts, caused(id, ts, ends, &sha256), |row| {
            let row = row.time(ts).text(fuid).text(id).ends(ends).text("HTTP").count(0).list(["MD5", "SHA1", "SHA256"]);
            let row = row.text(request.mime).unset().interval(Some(request.lasts)).yes(false).yes(false);
            let row = row.count(request.down).count(request.down).count(0).count(0).yes(false).unset();
            row.text(&md5).text(&sha1).text(&sha256).unset_times(3)
        });
    }

    /// A connection or flow that only the connection log tells of; its id and ends, for those who know more.
    pub(crate) fn flow(
        &mut self,
        host: usize,
        now: Micros,
        dst: impl Into<IpAddr>,
        port: u16,
        flow: &Flow,
    ) -> (String, Ends) {
        let machine = &mut self.hosts[host];
        let dst = dst.into();
        let id = uid('C', &mut machine.dice);
        let ends = Ends { src: source(machine, dst), src_port: machine.next_port(), dst, dst_port: port };
        let site = machine.site;
        self.wire.connection(site, &id, now, &ends, flow, "");
        (id, ends)
    }

    /// A connection attempt that came to nothing.
    fn fail(&mut self, host: usize, at: Micros, id: &str, ends: &Ends, name: &str) -> Micros {
        let machine = &mut self.hosts[host];
        let site = machine.site;
        let state = *machine.dice.pick(&[State::S0, State::S0, State::Rej, State::Rstr]);
        let weird = machine.dice.chance(0.2);
        let flow = Flow { proto: "tcp", service: None, up: 0, down: 0, lasts: 0, state };
        self.wire.connection(site, id, at, ends, &flow, name);
        if weird {
            self.wire.put(site, Kind::Weird, at + SECOND, caused(id, at, ends, name), |row| {
                let row = row.time(at).text(id).ends(ends).text("inappropriate_FIN").unset();
                row.yes(false).text("zeek").text("TCP")
            });
        }
        at + 3 * SECOND
    }
}

/// SHA-256 of a body, as the sensor logs it and as a feed would list it.
pub(crate) fn sha256_of(content: u64) -> String {
    hex(mix(content, 3), 64)
}

/// A question and its answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) name: &'a str,
    /// `A`, `AAAA`, `TXT` ...
    pub(crate) kind: &'static str,
    pub(crate) answers: &'a [String],
    /// Seconds.
    pub(crate) ttl: i64,
}

impl Question<'_> {
    fn number(&self) -> u64 {
        match self.kind {
            "A" => 1,
            "CNAME" => 5,
            "NULL" => 10,
            "PTR" => 12,
            "MX" => 15,
            "TXT" => 16,
            "AAAA" => 28,
            "SRV" => 33,
            "DS" => 43,
            "DNSKEY" => 48,
            _ => 255,
        }
    }

    /// An unanswered A question means that the name does not exist; an unanswered AAAA only that it has no IPv6.
    fn missing(&self) -> bool {
        self.answers.is_empty() && self.kind != "AAAA"
    }
}

#[derive(Debug, Clone, Copy)]
struct Session<'a> {
    id: &'a str,
    ends: &'a Ends,
    at: Micros,
    rtt: Micros,
    quic: bool,
    thirteen: bool,
    call: &'a Call,
    place: &'a Destination,
}

/// The address that a machine uses towards `dst`.
fn source(machine: &Host, dst: IpAddr) -> IpAddr {
    match machine.v6 {
        Some(v6) if dst.is_ipv6() => IpAddr::V6(v6),
        _ => IpAddr::V4(machine.v4),
    }
}

/// What the sensor makes of the certificate.
fn verdict(place: &Destination) -> &'static str {
    match (place.trusted, place.own_authority) {
        (true, _) => "ok",
        (false, true) => "unable to get local issuer certificate",
        (false, false) => "self signed certificate",
    }
}

fn certificate_names(place: &Destination) -> (String, String) {
    if place.own_authority {
        return (format!("CN={}", place.name), "CN=Issuing CA 1,O=Internal Services".to_owned());
    }
    if !place.trusted {
        let subject = if place.name.is_empty() { "CN=localhost".to_owned() } else { format!("CN={}", place.name) };
        return (subject.clone(), subject);
    }
    let issuer = [
        "CN=R12,O=Open Web Authority,C=US",
        "CN=E7,O=Open Web Authority,C=US",
        "CN=Global TLS CA 3,O=Velmont Trust Services,C=BE",
    ][(mix(place.id, 8) % 3) as usize];
    (format!("CN={}", place.name), issuer.to_owned())
}

fn cipher(thirteen: bool, place: u64) -> &'static str {
    match (thirteen, mix(place, 6) % 3) {
        (true, 0) => "TLS_AES_256_GCM_SHA384",
        (true, _) => "TLS_AES_128_GCM_SHA256",
        (false, 0) => "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        (false, _) => "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    }
}

fn history(thirteen: bool, resumed: bool) -> &'static str {
    match (thirteen, resumed) {
        (true, _) => "CsiI",
        (false, true) => "CsiI",
        (false, false) => "CsxkniI",
    }
}

fn status_words(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        500 => "Internal Server Error",
        _ => "Error",
    }
}

/// A path for a request: `/2026-01-05/9f3a.../index`.
pub(crate) fn invented_path(dice: &mut Dice, at: Micros) -> String {
    format!("/{}/{}", date(at), hex(dice.bits(), 12))
}
