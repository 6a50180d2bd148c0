//! Requests to the organisation's own web site, as its edge provider logs them.

use std::net::{IpAddr, Ipv4Addr};

use crate::{
    calendar::{Micros, seconds},
    dice::{Dice, hash, hex, mix},
    logs::cloudflare::Dataset,
    town::Town,
    truth::Caused,
    world::{
        World,
        clients::{self, Client},
        destination::stranger,
    },
};

/// Where visitors come from: country and number of the network.
pub(crate) type Country = (&'static str, u32);

pub(crate) const COUNTRIES: &[Country] = &[
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
pub(crate) const PAGES: &[&str] = &[
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
/// What belongs to every page.
pub(crate) const ASSETS: &[&str] =
    &["/assets/site.css", "/assets/app.js", "/assets/logo.svg", "/assets/hero.webp", "/favicon.ico"];
const COLOS: &[&str] = &["FRA", "AMS", "LHR", "CDG", "IAD", "SJC", "WAW", "NRT"];

/// One request at the edge.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit<'a> {
    pub(crate) at: Micros,
    pub(crate) ip: IpAddr,
    pub(crate) country: Country,
    /// Its TLS stack.
    pub(crate) client: &'static Client,
    /// What it says that it is.
    pub(crate) agent: &'a str,
    pub(crate) method: &'static str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) status: u16,
    /// Size of the answer; drawn where it does not matter.
    pub(crate) bytes: Option<u64>,
    /// Name of the rule that stopped it.
    pub(crate) blocked: Option<&'static str>,
}

impl Hit<'_> {
    /// A visit of the front page by this client under its own name.
    pub(crate) fn new(at: Micros, ip: IpAddr, country: Country, client: &'static Client) -> Self {
        let (path, query) = ("/", "");
        let (agent, method, status) = (client.agent, "GET", 200);
        Self { at, ip, country, client, agent, method, path, query, status, bytes: None, blocked: None }
    }
}

/// The name of the web site.
pub(crate) fn site(world: &World) -> String {
    format!("www.{}", world.domain)
}

/// One of the site's many visitors; some come often.
pub(crate) fn visitor_address(dice: &mut Dice) -> IpAddr {
    IpAddr::V4(stranger(mix(dice.zipf(200_000) as u64, 0x7151)))
}

/// Writes the request, and the firewall's decision where there is one.
pub(crate) fn hit(world: &World, town: &mut Town, dice: &mut Dice, hit: &Hit<'_>) {
    let conditions = &town.wire.conditions;
    if hit.at >= world.end || !conditions.reachable(hit.at) {
        return;
    }
    let hit = &Hit { status: conditions.status(hit.at, hit.status), ..*hit };
    let ray = hex(dice.bits(), 16);
    let host = site(world);
    let colo = *dice.pick(COLOS);
    let uri = if hit.query.is_empty() { hit.path.to_owned() } else { format!("{}?{}", hit.path, hit.query) };
    let served = Served { ray: &ray, host: &host, colo, uri: &uri };
    request(world, town, dice, hit, &served);
    if let Some(rule) = hit.blocked {
        stopped(town, hit, &served, rule);
    }
}

/// What the two records of one request share.
struct Served<'a> {
    ray: &'a str,
    host: &'a str,
    colo: &'static str,
    uri: &'a str,
}

fn caused<'a>(hit: &Hit<'a>, served: &Served<'a>) -> Caused<'a> {
    let name = if hit.query.is_empty() { hit.path } else { served.uri };
    let (src, host, ts) = (hit.ip, Some(served.host), hit.at);
    Caused { file: "", uid: served.ray, ts, src, dst: edge_address(), dst_port: 443, name, host, account: "" }
}

/// The address under which the provider serves the site.
pub(crate) fn edge_address() -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(26, 2, 0, 80))
}

fn request(world: &World, town: &mut Town, dice: &mut Dice, hit: &Hit<'_>, served: &Served<'_>) {
    let (ja3, ja4) = (hit.client.ja3(dice), hit.client.ja4('t', true));
    let port = 1_024 + dice.below(60_000);
    let usual = dice.lognormal(9_000.0, 1.2) as u64;
    let bytes = hit.bytes.unwrap_or(usual);
    let took = seconds(dice.lognormal(0.04, 0.8));
    let doubt = dice.below(28);
    let wire = &mut town.wire;
    wire.edge.put(Dataset::HttpRequests, &mut wire.truth, caused(hit, served), |o, clock| {
        o.text("ClientIP", &hit.ip.to_string()).raw("ClientSrcPort", port).raw("ClientASN", hit.country.1);
        o.text("ClientCountry", &hit.country.0.to_lowercase()).text("ClientDeviceType", "desktop");
        o.text("ClientRequestHost", served.host).text("ClientRequestMethod", hit.method);
        o.text("ClientRequestPath", hit.path).text("ClientRequestURI", served.uri);
        o.text("ClientRequestProtocol", "HTTP/2").text("ClientRequestScheme", "https");
        o.text("ClientRequestUserAgent", hit.agent).text("ClientRequestReferer", "");
        o.raw("ClientRequestBytes", 900 + served.uri.len()).text("ClientSSLProtocol", "TLSv1.3");
        o.text("ClientSSLCipher", "AEAD-AES128-GCM-SHA256").text("JA3Hash", &ja3).text("JA4", &ja4);
        clock.time(o, "EdgeStartTimestamp", hit.at);
        clock.time(o, "EdgeEndTimestamp", hit.at + took);
        o.text("EdgeColoCode", served.colo).raw("EdgeResponseBytes", bytes).raw("EdgeResponseStatus", hit.status);
        o.text("EdgeResponseContentType", "text/html").text("CacheCacheStatus", "hit").raw("OriginResponseStatus", 0);
        o.text("RayID", served.ray).text("ParentRayID", "00");
        o.text("SecurityAction", if hit.blocked.is_some() { "block" } else { "" });
        o.raw("BotScore", bot_score(hit, doubt)).text("ZoneName", &world.domain);
    });
}

/// The provider's opinion: 1 is a machine, 99 a person. A browser's name on another program's handshake is doubted.
fn bot_score(hit: &Hit<'_>, doubt: u64) -> u64 {
    let browser = hit.client.quic || hit.client.agent.starts_with("Mozilla");
    match (browser, hit.agent == hit.client.agent) {
        (true, _) => 88,
        (false, true) => 3,
        (false, false) => 2 + doubt,
    }
}

fn stopped(town: &mut Town, hit: &Hit<'_>, served: &Served<'_>, rule: &str) {
    let wire = &mut town.wire;
    wire.edge.put(Dataset::FirewallEvents, &mut wire.truth, caused(hit, served), |o, clock| {
        clock.time(o, "Datetime", hit.at);
        o.text("Action", "block").text("Source", "firewallManaged").text("Kind", "firewall");
        o.text("RuleID", &hex(hash(rule), 32)).text("Description", rule).text("RayID", served.ray);
        o.text("ClientIP", &hit.ip.to_string()).raw("ClientASN", hit.country.1).text("ClientCountry", hit.country.0);
        o.text("ClientRequestHost", served.host).text("ClientRequestMethod", hit.method);
        o.text("ClientRequestPath", hit.path).text("ClientRequestQuery", hit.query);
        o.text("ClientRequestProtocol", "HTTP/2").text("ClientRequestScheme", "https");
        o.text("ClientRequestUserAgent", hit.agent);
        o.text("EdgeColoCode", served.colo).raw("EdgeResponseStatus", hit.status);
        o.raw("OriginResponseStatus", 0).raw("MatchIndex", 0).raw("Metadata", "{}");
    });
}

/// One of the browsers that visitors have.
pub(crate) fn browser(dice: &mut Dice) -> &'static Client {
    let browsers: [&'static Client; 4] = [&clients::CHROME, &clients::SAFARI, &clients::EDGE, &clients::FIREFOX];
    dice.pick::<&'static Client>(&browsers)
}
