//! The outside of the organisation: visitors, crawlers and attackers of its web site behind an edge provider, and
//! staff on the road whose lookups go through the provider's resolver.

use std::net::{IpAddr, Ipv4Addr};

use super::{Begun, Process};
use crate::{
    calendar::{MINUTE, Micros, seconds, tide},
    dice::{Dice, mix},
    logs::cloudflare::Dataset,
    names,
    town::Town,
    truth::Caused,
    wire::uid,
    world::{World, clients, destination::stranger},
    zone::{ASSETS, COUNTRIES, Hit, PAGES, hit, visitor_address},
};

/// Sessions of visitors in the busiest hour at scale 1.
const SESSIONS_PER_HOUR: f64 = 400.0;

pub(crate) fn of_the_web_site(world: &World, scale: f64) -> Vec<Begun> {
    let process = |what: &str| Dice::of(world.seed, what, 0);
    vec![
        (world.start + 1, Box::new(Visitors { dice: process("visitors"), scale })),
        (world.start + 3, Box::new(Roamers { dice: process("roamers"), scale })),
        (world.start + 4, Box::new(Samples { dice: process("samples"), scale })),
    ]
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
            let path = PAGES[dice.zipf(PAGES.len())];
            let status = if dice.chance(0.02) { 404 } else { 200 };
            hit(world, town, dice, &Hit { path, status, ..Hit::new(at, ip, country, client) });
            for path in ASSETS {
                let status = if dice.chance(0.5) { 304 } else { 200 };
                let at = at + seconds(dice.exponential(0.3));
                hit(world, town, dice, &Hit { path, status, ..Hit::new(at, ip, country, client) });
            }
            at += seconds(dice.lognormal(30.0, 0.9));
        }
        let rate = SESSIONS_PER_HOUR * self.scale * tide(now) * town.wire.conditions.crowd(now);
        Some(now + seconds(dice.exponential(3_600.0 / rate)))
    }
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
        let (name, host, account) = (place.name.as_str(), None, "");
        let caused = Caused { file: "", uid: &id, ts: now, src, dst: resolver, dst_port: 443, name, host, account };
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
        let (name, host, account) = ("", None, "");
        let caused = Caused { file: "", uid: &id, ts: now, src, dst, dst_port: 443, name, host, account };
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
