//! The outside of the organisation: visitors, crawlers and attackers of its web site behind an edge provider, and
//! staff on the road whose lookups go through the provider's resolver.

use std::net::{IpAddr, Ipv4Addr};

use super::{Begun, Process};
use crate::{
    calendar::{MINUTE, Micros, seconds, tide},
    dice::{Dice, hex, mix},
    logs::cloudflare::Dataset,
    names,
    town::Town,
    truth::Caused,
    wire::uid,
    world::{
        World,
        clients::{self, Client},
        destination::stranger,
    },
};

const PAGES: &[&str] = &[
    "/",
    "/about",
    "/products",
    "/products/atlas",
    "/products/harbor",
    "/pricing",
    "/blog",
    "/blog/how-we-ship",
    "/contact",
    "/careers",
    "/docs",
    "/docs/start",
    "/login",
    "/search",
    "/status",
];
const ASSETS: &[&str] =
    &["/assets/site.css", "/assets/app.js", "/assets/logo.svg", "/assets/hero.webp", "/favicon.ico"];
const COUNTRIES: &[(&str, u32)] = &[
    ("US", 64_496),
    ("DE", 64_497),
    ("GB", 64_498),
    ("FR", 64_499),
    ("NL", 64_500),
    ("IN", 64_501),
    ("BR", 64_502),
    ("CN", 64_503),
    ("PL", 64_504),
    ("JP", 64_505),
];
const COLOS: &[&str] = &["FRA", "AMS", "LHR", "CDG", "IAD", "SJC", "WAW", "NRT"];
/// What people who look for holes ask for, and the rule that stops it.
const PROBES: &[(&str, &str, &str)] = &[
    ("/wp-login.php", "", "WordPress login probe"),
    ("/.env", "", "Information disclosure - dotfile"),
    ("/search", "q=1%27%20UNION%20SELECT%20NULL--", "SQLi - UNION"),
    ("/search", "q=%3Cscript%3Ealert(1)%3C/script%3E", "XSS - script tag"),
    ("/docs", "file=../../../../etc/passwd", "Path traversal"),
    ("/cgi-bin/status", "x=%24%7Bjndi:ldap://x%7D", "Log4j header probe"),
];
/// Sessions of visitors in the busiest hour at scale 1.
const SESSIONS_PER_HOUR: f64 = 400.0;

pub(crate) fn of_the_web_site(world: &World, scale: f64) -> Vec<Begun> {
    let process = |what: &str| Dice::of(world.seed, what, 0);
    vec![
        (world.start + 1, Box::new(Visitors { dice: process("visitors"), scale })),
        (world.start + 2, Box::new(Probers { dice: process("probers"), scale })),
        (world.start + 3, Box::new(Roamers { dice: process("roamers"), scale })),
        (world.start + 4, Box::new(Samples { dice: process("samples"), scale })),
    ]
}

/// One request at the edge.
struct Hit<'a> {
    at: Micros,
    ip: IpAddr,
    country: (&'static str, u32),
    client: &'static Client,
    path: &'a str,
    query: &'a str,
    status: u16,
    /// Name of the rule that stopped it.
    blocked: Option<&'static str>,
}

/// People and crawlers.
#[derive(Debug)]
struct Visitors {
    dice: Dice,
    scale: f64,
}

impl Process for Visitors {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let dice = &mut self.dice;
        let country = COUNTRIES[dice.zipf(COUNTRIES.len())];
        let ip = visitor_address(dice);
        let browsers = [&clients::CHROME, &clients::SAFARI, &clients::EDGE, &clients::FIREFOX, &clients::PYTHON];
        let client = *dice.pick(&browsers);
        let mut at = now;
        for _ in 0..1 + dice.exponential(2.5) as u64 {
            let page = PAGES[dice.zipf(PAGES.len())];
            let status = if dice.chance(0.02) { 404 } else { 200 };
            hit(world, town, dice, &Hit { at, ip, country, client, path: page, query: "", status, blocked: None });
            for asset in ASSETS {
                let status = if dice.chance(0.5) { 304 } else { 200 };
                let at = at + seconds(dice.exponential(0.3));
                hit(world, town, dice, &Hit { at, ip, country, client, path: asset, query: "", status, blocked: None });
            }
            at += seconds(dice.lognormal(30.0, 0.9));
        }
        let rate = SESSIONS_PER_HOUR * self.scale * tide(now);
        Some(now + seconds(dice.exponential(3_600.0 / rate)))
    }
}

/// Automated probing, stopped by the provider's rules.
#[derive(Debug)]
struct Probers {
    dice: Dice,
    scale: f64,
}

impl Process for Probers {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let dice = &mut self.dice;
        let country = *dice.pick(COUNTRIES);
        let ip = visitor_address(dice);
        let client = *dice.pick(&[&clients::GO, &clients::PYTHON, &clients::CURL]);
        let mut at = now;
        for _ in 0..1 + dice.exponential(12.0) as u64 {
            let (path, query, rule) = *dice.pick(PROBES);
            hit(world, town, dice, &Hit { at, ip, country, client, path, query, status: 403, blocked: Some(rule) });
            at += seconds(dice.exponential(1.5));
        }
        Some(now + seconds(dice.exponential(600.0 / self.scale.max(0.05))))
    }
}

fn visitor_address(dice: &mut Dice) -> IpAddr {
    IpAddr::V4(stranger(mix(dice.zipf(200_000) as u64, 0x7151)))
}

/// Writes the request, and the firewall's decision where there is one.
fn hit(world: &World, town: &mut Town, dice: &mut Dice, hit: &Hit<'_>) {
    if hit.at >= world.end {
        return;
    }
    let ray = hex(dice.bits(), 16);
    let (ja3, ja4) = (hit.client.ja3(dice), hit.client.ja4('t', true));
    let port = 1_024 + dice.below(60_000);
    let bytes = dice.lognormal(9_000.0, 1.2) as u64;
    let host = format!("www.{}", world.domain);
    let colo = *dice.pick(COLOS);
    let took = seconds(dice.lognormal(0.04, 0.8));
    let caused = Caused { file: "", uid: &ray, ts: hit.at, src: hit.ip, dst: hit.ip, dst_port: 443, name: hit.path };
    let uri = if hit.query.is_empty() { hit.path.to_owned() } else { format!("{}?{}", hit.path, hit.query) };
    let truth = &mut town.wire.truth;
    town.wire.edge.put(Dataset::HttpRequests, truth, Caused { ..caused }, |o, clock| {
        o.text("ClientIP", &hit.ip.to_string()).raw("ClientSrcPort", port).raw("ClientASN", hit.country.1);
        o.text("ClientCountry", &hit.country.0.to_lowercase()).text("ClientDeviceType", "desktop");
        o.text("ClientRequestHost", &host).text("ClientRequestMethod", "GET").text("ClientRequestPath", hit.path);
        o.text("ClientRequestURI", &uri).text("ClientRequestProtocol", "HTTP/2").text("ClientRequestScheme", "https");
        o.text("ClientRequestUserAgent", hit.client.agent).text("ClientRequestReferer", "");
        o.raw("ClientRequestBytes", 900 + uri.len()).text("ClientSSLProtocol", "TLSv1.3");
        o.text("ClientSSLCipher", "AEAD-AES128-GCM-SHA256").text("JA3Hash", &ja3).text("JA4", &ja4);
        clock.time(o, "EdgeStartTimestamp", hit.at);
        clock.time(o, "EdgeEndTimestamp", hit.at + took);
        o.text("EdgeColoCode", colo).raw("EdgeResponseBytes", bytes).raw("EdgeResponseStatus", hit.status);
        o.text("EdgeResponseContentType", "text/html").text("CacheCacheStatus", "hit").raw("OriginResponseStatus", 0);
        o.text("RayID", &ray)
            .text("ParentRayID", "00")
            .text("SecurityAction", if hit.blocked.is_some() { "block" } else { "" });
        let human = hit.client.quic || hit.client.agent.starts_with("Mozilla");
        o.raw("BotScore", if human { 88 } else { 3 }).text("ZoneName", &world.domain);
    });
    let Some(rule) = hit.blocked else { return };
    town.wire.edge.put(Dataset::FirewallEvents, truth, caused, |o, clock| {
        clock.time(o, "Datetime", hit.at);
        o.text("Action", "block").text("Source", "firewallManaged").text("Kind", "firewall");
        o.text("RuleID", &hex(crate::dice::hash(rule), 32)).text("Description", rule).text("RayID", &ray);
        o.text("ClientIP", &hit.ip.to_string()).raw("ClientASN", hit.country.1).text("ClientCountry", hit.country.0);
        o.text("ClientRequestHost", &host).text("ClientRequestMethod", "GET").text("ClientRequestPath", hit.path);
        o.text("ClientRequestQuery", hit.query)
            .text("ClientRequestProtocol", "HTTP/2")
            .text("ClientRequestScheme", "https");
        o.text("ClientRequestUserAgent", hit.client.agent)
            .text("EdgeColoCode", colo)
            .raw("EdgeResponseStatus", hit.status);
        o.raw("OriginResponseStatus", 0).raw("MatchIndex", 0).raw("Metadata", "{}");
    });
}

/// Staff on the road: their machines ask the provider's resolver.
#[derive(Debug)]
struct Roamers {
    dice: Dice,
    scale: f64,
}

impl Process for Roamers {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let dice = &mut self.dice;
        let person = dice.below((8.0 * self.scale).ceil() as u64);
        let tail = dice.chance(0.1).then(|| world.tail(dice));
        let place = tail.as_ref().unwrap_or_else(|| world.popular(dice.zipf(world.popularity())));
        let src = IpAddr::V4(stranger(mix(person, 0x80a3)));
        let id = uid('Q', dice);
        let took = 1 + dice.exponential(12.0) as u64;
        let answers: Vec<String> = place.v4.iter().map(|ip: &Ipv4Addr| format!("\"{ip}\"")).collect();
        let resolver = IpAddr::V4(Ipv4Addr::new(26, 2, 0, 53));
        let caused = Caused { file: "", uid: &id, ts: now, src, dst: resolver, dst_port: 443, name: &place.name };
        let wire = &mut town.wire;
        wire.edge.put(Dataset::GatewayDns, &mut wire.truth, caused, |o, clock| {
            clock.time(o, "Datetime", now);
            let who = names::person(world.seed, person);
            o.text("DeviceName", &format!("roam-nb-{person:04}")).text("Email", &format!("{who}@{}", world.domain));
            o.text("QueryID", &id).text("QueryName", &place.name).raw("QueryType", 1).text("QueryTypeName", "A");
            o.raw("RCode", 0)
                .text("SrcIP", &src.to_string())
                .raw("SrcPort", 40_000 + took)
                .text("DstIP", &resolver.to_string());
            o.raw("DstPort", 443).text("Protocol", "https").raw("ResponseTimeMs", took);
            o.raw("ResolvedIPs", format_args!("[{}]", answers.join(",")))
                .text("ResolverDecision", "allowedOnNoPolicyMatch");
            o.text("ColoCode", "FRA").raw("IsResponseCached", took < 4);
        });
        let rate = 260.0 * self.scale * tide(now);
        Some(now + seconds(dice.exponential(3_600.0 / rate)))
    }
}

/// Sampled packets at the provider's border: each stands for as many as its interval says.
#[derive(Debug)]
struct Samples {
    dice: Dice,
    scale: f64,
}

impl Process for Samples {
    fn wake(&mut self, now: Micros, _world: &World, town: &mut Town) -> Option<Micros> {
        let dice = &mut self.dice;
        let src = visitor_address(dice);
        let dst = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 20));
        let interval = *dice.pick(&[1u32, 10, 100, 1_000]);
        let (country, asn) = COUNTRIES[dice.zipf(COUNTRIES.len())];
        let (port, length) = (1_024 + dice.below(60_000), 40 + dice.below(1_400));
        let dropped = dice.chance(0.1);
        let id = uid('N', dice);
        let caused = Caused { file: "", uid: &id, ts: now, src, dst, dst_port: 443, name: "" };
        let wire = &mut town.wire;
        wire.edge.put(Dataset::NetworkAnalytics, &mut wire.truth, caused, |o, clock| {
            clock.time(o, "Datetime", now);
            o.text("IPSourceAddress", &src.to_string()).text("IPDestinationAddress", &dst.to_string());
            o.raw("SourcePort", port).raw("DestinationPort", 443).raw("IPProtocol", 6).text("IPProtocolName", "TCP");
            o.raw("IPTotalLength", length).text("Direction", "ingress").text("ColoCode", "AMS").raw("SourceASN", asn);
            o.text("SourceCountry", country)
                .text("TCPFlagsString", "SYN")
                .text("Verdict", if dropped { "drop" } else { "pass" });
            o.text("Outcome", if dropped { "drop" } else { "pass" }).raw("SampleInterval", interval);
        });
        Some(now + MINUTE / 4 + seconds(dice.exponential(15.0 / self.scale.max(0.05))))
    }
}
