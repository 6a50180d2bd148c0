//! The catalogue of programs that call home: who has them, how often they call, and what that looks like.
//!
//! Proportions are assumptions, chosen to be hard rather than kind. A managed workstation runs some fifteen programs
//! that call at intervals; all machines share most of them, and most of those calls go to a few well-known vendors.
//! About 3 in 100 regular (host, destination) pairs are at destinations that only one host ever contacts: devices with
//! a vendor cloud, one developer's poller, a licence check (the entries marked `Few` with places of their own), and
//! pages left open add as many again. Each day one program in a hundred is newly installed, so that "new and regular"
//! is not by itself a sign of malice. Timing follows what such programs do: fixed timers that drift by their own
//! latency, timers with uniform or normal noise, clock-aligned jobs, and calls without rhythm.

use crate::world::{
    clients::{self, Client},
    host::{Host, Kind, Os},
};

/// Which machines a program is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Windows,
    Mac,
    Linux,
    /// Desktops and laptops.
    Computers,
    Phones,
    Servers,
    LinuxServers,
    Things,
    Printers,
}

impl Who {
    pub(crate) fn includes(self, host: &Host) -> bool {
        let computer = matches!(host.kind, Kind::Desktop | Kind::Laptop);
        match self {
            Self::Windows => computer && host.os == Os::Windows,
            Self::Mac => computer && host.os == Os::Mac,
            Self::Linux => computer && host.os == Os::Linux,
            Self::Computers => computer,
            Self::Phones => host.kind == Kind::Phone,
            Self::Servers => host.kind == Kind::Server,
            Self::LinuxServers => host.kind == Kind::Server && host.os == Os::Linux,
            Self::Things => host.kind == Kind::Thing,
            Self::Printers => host.kind == Kind::Printer,
        }
    }
}

/// How many of them have it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Audience {
    /// This share of them.
    Share(f64),
    /// This many in an organisation of 200 machines.
    Few(f64),
}

/// How the time between two calls varies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    /// A timer: only its own latency varies.
    Fixed,
    /// Uniform within this share of the period, up and down.
    Uniform(f64),
    /// Normal with this share of the period as its deviation.
    Normal(f64),
    /// No rhythm: gaps are exponential.
    Exponential,
    /// On multiples of the period by the clock, as cron does.
    Clock,
}

impl Shape {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Uniform(_) => "uniform",
            Self::Normal(_) => "normal",
            Self::Exponential => "exponential",
            Self::Clock => "clock",
        }
    }
}

/// What it calls over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Tls(u16),
    /// Plain HTTP for this path.
    Http(&'static str),
    /// NTP: 48 bytes there and back.
    Ntp,
}

/// Where it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Places {
    /// The vendor has this many names, shared by all who have the program.
    Vendor(u64),
    /// A name that no other machine uses.
    Own,
    /// An address without a name that no other machine uses.
    OwnAddress,
    /// A well-known site, as many people visit anyway.
    WellKnown,
}

/// One program.
#[derive(Debug)]
pub(crate) struct Software {
    pub(crate) name: &'static str,
    pub(crate) who: Who,
    pub(crate) audience: Audience,
    pub(crate) places: Places,
    /// Seconds.
    pub(crate) period: f64,
    pub(crate) shape: Shape,
    pub(crate) over: Over,
    pub(crate) client: &'static Client,
    /// Median payload bytes there and back.
    pub(crate) bytes: (f64, f64),
    /// Spread of the payloads: deviation of the logarithm.
    pub(crate) spread: f64,
    /// Seconds that the connection stays open.
    pub(crate) lasts: f64,
}

use Audience::{Few, Share};
use Over::{Http, Ntp, Tls};
use Places::{Own, OwnAddress, Vendor, WellKnown};
use Shape::{Clock, Exponential, Fixed, Normal, Uniform};
use Who::{Computers, Linux, LinuxServers, Mac, Phones, Printers, Servers, Things, Windows};

/// A program that speaks TLS on port 443; the other columns are period, shape, client and payloads.
const fn app(
    name: &'static str,
    (who, audience, places): (Who, Audience, Places),
    (period, shape): (f64, Shape),
    client: &'static Client,
    (up, down, spread): (f64, f64, f64),
) -> Software {
    let (over, lasts) = (Tls(443), 0.6);
    Software { name, who, audience, places, period, shape, over, client, bytes: (up, down), spread, lasts }
}

const MIN: f64 = 60.0;
const H: f64 = 3_600.0;

pub(crate) static CATALOGUE: &[Software] = &[
    // On every machine of a kind: prevalence is what tells these from an implant.
    app(
        "windows telemetry",
        (Windows, Share(1.0), Vendor(3)),
        (15.0 * MIN, Uniform(0.2)),
        &clients::SCHANNEL,
        (3_800.0, 600.0, 0.8),
    ),
    app(
        "windows update",
        (Windows, Share(1.0), Vendor(2)),
        (3.5 * H, Uniform(0.3)),
        &clients::SCHANNEL,
        (2_500.0, 9_000.0, 1.2),
    ),
    app(
        "endpoint protection",
        (Computers, Share(0.98), Vendor(2)),
        (5.0 * MIN, Uniform(0.1)),
        &clients::WINHTTP,
        (1_400.0, 500.0, 0.2),
    ),
    app(
        "endpoint protection on servers",
        (Servers, Share(0.95), Vendor(2)),
        (5.0 * MIN, Uniform(0.1)),
        &clients::WINHTTP,
        (1_400.0, 500.0, 0.2),
    ),
    app(
        "edr heartbeat",
        (Computers, Share(0.95), Vendor(1)),
        (2.0 * MIN, Normal(0.05)),
        &clients::RUST,
        (620.0, 240.0, 0.05),
    ),
    app(
        "device management",
        (Computers, Share(0.9), Vendor(1)),
        (8.0 * H, Uniform(0.1)),
        &clients::SCHANNEL,
        (6_000.0, 3_000.0, 0.6),
    ),
    app(
        "browser update",
        (Computers, Share(0.9), Vendor(1)),
        (5.0 * H, Uniform(0.2)),
        &clients::CHROME,
        (1_900.0, 1_100.0, 0.3),
    ),
    app(
        "safe browsing lists",
        (Computers, Share(0.95), Vendor(1)),
        (30.0 * MIN, Uniform(0.15)),
        &clients::CHROME,
        (900.0, 14_000.0, 1.0),
    ),
    app(
        "team chat",
        (Computers, Share(0.8), Vendor(3)),
        (4.0 * MIN, Normal(0.08)),
        &clients::ELECTRON,
        (1_100.0, 700.0, 0.3),
    ),
    app(
        "team chat presence",
        (Computers, Share(0.8), Vendor(1)),
        (5.0 * MIN, Fixed),
        &clients::ELECTRON,
        (540.0, 330.0, 0.05),
    ),
    app(
        "cloud files",
        (Computers, Share(0.6), Vendor(4)),
        (90.0, Exponential),
        &clients::WINHTTP,
        (1_300.0, 900.0, 0.9),
    ),
    app(
        "mail poll",
        (Computers, Share(0.9), Vendor(2)),
        (3.0 * MIN, Uniform(0.05)),
        &clients::DOTNET,
        (1_000.0, 1_500.0, 0.7),
    ),
    app(
        "password manager",
        (Computers, Share(0.3), Vendor(1)),
        (5.0 * MIN, Fixed),
        &clients::ELECTRON,
        (650.0, 420.0, 0.05),
    ),
    app("music", (Computers, Share(0.15), Vendor(5)), (70.0, Exponential), &clients::ELECTRON, (900.0, 900_000.0, 0.9)),
    app(
        "apple services",
        (Mac, Share(1.0), Vendor(6)),
        (12.0 * MIN, Exponential),
        &clients::APPLE,
        (1_500.0, 2_500.0, 0.8),
    ),
    app("apple time", (Mac, Share(1.0), Vendor(1)), (30.0 * MIN, Normal(0.1)), &clients::APPLE, (76.0, 76.0, 0.0)),
    app(
        "linux packages",
        (Linux, Share(1.0), Vendor(2)),
        (6.0 * H, Uniform(0.5)),
        &clients::CURL,
        (700.0, 60_000.0, 1.0),
    ),
    app(
        "phone push",
        (Phones, Share(1.0), Vendor(2)),
        (15.0 * MIN, Uniform(0.1)),
        &clients::APPLE,
        (320.0, 260.0, 0.1),
    ),
    app(
        "phone apps",
        (Phones, Share(1.0), Vendor(12)),
        (4.0 * MIN, Exponential),
        &clients::APPLE,
        (1_600.0, 8_000.0, 1.1),
    ),
    Software {
        over: Http("/connecttest.txt"),
        lasts: 0.05,
        ..app(
            "connectivity probe",
            (Windows, Share(0.9), Vendor(1)),
            (10.0 * MIN, Normal(0.02)),
            &clients::SCHANNEL,
            (0.0, 22.0, 0.0),
        )
    },
    Software {
        over: Http("/ocsp"),
        lasts: 0.05,
        ..app(
            "certificate status",
            (Windows, Share(0.9), Vendor(4)),
            (40.0 * MIN, Exponential),
            &clients::SCHANNEL_OLD,
            (83.0, 1_470.0, 0.1),
        )
    },
    Software {
        over: Ntp,
        lasts: 0.03,
        ..app(
            "network time",
            (Servers, Share(1.0), Vendor(4)),
            (1_024.0, Normal(0.01)),
            &clients::OPENSSL,
            (48.0, 48.0, 0.0),
        )
    },
    Software {
        over: Ntp,
        lasts: 0.03,
        ..app(
            "network time of things",
            (Things, Share(0.9), Vendor(4)),
            (512.0, Fixed),
            &clients::EMBEDDED,
            (48.0, 48.0, 0.0),
        )
    },
    // On some machines: a department, a profession.
    app("monitoring agent", (Servers, Share(0.7), Vendor(1)), (60.0, Fixed), &clients::GO, (2_600.0, 180.0, 0.15)),
    app("cloud backup", (Servers, Share(0.35), Vendor(2)), (15.0 * MIN, Clock), &clients::GO, (5_000.0, 900.0, 1.0)),
    app(
        "server packages",
        (LinuxServers, Share(1.0), Vendor(2)),
        (12.0 * H, Uniform(0.5)),
        &clients::OPENSSL,
        (800.0, 40_000.0, 1.0),
    ),
    app(
        "remote support agent",
        (Computers, Few(5.0), Vendor(1)),
        (60.0, Uniform(0.05)),
        &clients::OPENSSL,
        (410.0, 190.0, 0.05),
    ),
    app(
        "time tracking",
        (Computers, Few(10.0), Vendor(1)),
        (10.0 * MIN, Fixed),
        &clients::ELECTRON,
        (1_200.0, 300.0, 0.3),
    ),
    app(
        "design suite licence",
        (Computers, Few(6.0), Vendor(1)),
        (30.0 * MIN, Fixed),
        &clients::WINHTTP,
        (1_050.0, 800.0, 0.02),
    ),
    app(
        "editor telemetry",
        (Computers, Few(15.0), Vendor(2)),
        (8.0 * MIN, Normal(0.2)),
        &clients::ELECTRON,
        (4_000.0, 250.0, 0.9),
    ),
    app(
        "source mirror",
        (Computers, Few(12.0), Vendor(1)),
        (5.0 * MIN, Uniform(0.02)),
        &clients::CURL,
        (900.0, 1_100.0, 0.2),
    ),
    app(
        "video meeting updater",
        (Computers, Few(40.0), Vendor(1)),
        (1.0 * H, Uniform(0.1)),
        &clients::WINHTTP,
        (700.0, 600.0, 0.05),
    ),
    app(
        "note taking",
        (Computers, Few(25.0), Vendor(2)),
        (2.0 * MIN, Normal(0.15)),
        &clients::ELECTRON,
        (700.0, 500.0, 0.4),
    ),
    app(
        "second antivirus",
        (Computers, Few(4.0), Vendor(1)),
        (20.0 * MIN, Uniform(0.3)),
        &clients::WINHTTP,
        (1_300.0, 700.0, 0.2),
    ),
    app(
        "printer supplies",
        (Printers, Share(0.8), Vendor(1)),
        (1.0 * H, Normal(0.02)),
        &clients::EMBEDDED,
        (1_900.0, 240.0, 0.05),
    ),
    app("meeting room screen", (Things, Few(4.0), Vendor(1)), (60.0, Fixed), &clients::CHROME, (500.0, 800.0, 0.1)),
    // On one machine only: nothing but judgement tells these from an implant.
    Software {
        over: Tls(8_883),
        ..app("camera cloud", (Things, Few(3.0), Own), (60.0, Fixed), &clients::CAMERA, (410.0, 130.0, 0.02))
    },
    Software {
        over: Tls(8_443),
        ..app(
            "camera relay",
            (Things, Few(2.0), OwnAddress),
            (30.0, Normal(0.05)),
            &clients::CAMERA,
            (260.0, 120.0, 0.02),
        )
    },
    app("building control", (Things, Few(1.0), Own), (5.0 * MIN, Fixed), &clients::EMBEDDED, (1_500.0, 140.0, 0.05)),
    app("solar inverter", (Things, Few(1.0), Own), (5.0 * MIN, Clock), &clients::EMBEDDED, (890.0, 110.0, 0.03)),
    app("lift telemetry", (Things, Few(1.0), OwnAddress), (15.0 * MIN, Fixed), &clients::EMBEDDED, (640.0, 90.0, 0.05)),
    app(
        "weather display",
        (Things, Few(1.0), Own),
        (10.0 * MIN, Uniform(0.02)),
        &clients::PYTHON,
        (420.0, 5_200.0, 0.05),
    ),
    app("coffee machine", (Things, Few(1.0), Own), (30.0 * MIN, Fixed), &clients::EMBEDDED, (380.0, 95.0, 0.02)),
    app("signage player", (Things, Few(1.0), Own), (2.0 * MIN, Fixed), &clients::CHROME, (610.0, 1_300.0, 0.5)),
    app("plotter", (Printers, Few(1.0), Own), (15.0 * MIN, Normal(0.01)), &clients::EMBEDDED, (710.0, 160.0, 0.02)),
    app("build poller", (Computers, Few(2.0), Own), (60.0, Uniform(0.1)), &clients::JAVA, (540.0, 900.0, 0.1)),
    app(
        "side project health check",
        (Computers, Few(2.0), Own),
        (2.0 * MIN, Fixed),
        &clients::PYTHON,
        (330.0, 210.0, 0.02),
    ),
    app(
        "feed reader",
        (Computers, Few(4.0), WellKnown),
        (30.0 * MIN, Fixed),
        &clients::OPENSSL,
        (480.0, 22_000.0, 0.8),
    ),
    app("niche feed", (Computers, Few(3.0), Own), (30.0 * MIN, Fixed), &clients::OPENSSL, (480.0, 9_000.0, 0.6)),
    app("licence server", (Computers, Few(2.0), Own), (1.0 * H, Fixed), &clients::WINHTTP, (760.0, 410.0, 0.01)),
    app(
        "vendor tool updater",
        (Computers, Few(4.0), Own),
        (4.0 * H, Uniform(0.25)),
        &clients::DOTNET,
        (520.0, 700.0, 0.1),
    ),
    app("dynamic dns", (LinuxServers, Few(1.0), Own), (10.0 * MIN, Clock), &clients::CURL, (290.0, 120.0, 0.02)),
    app("partner data exchange", (Servers, Few(3.0), Own), (1.0 * H, Clock), &clients::JAVA, (9_000.0, 4_000.0, 1.2)),
    app("web hook relay", (Servers, Few(2.0), Own), (90.0, Exponential), &clients::GO, (1_900.0, 260.0, 0.7)),
    app(
        "licence daemon",
        (Servers, Few(1.0), OwnAddress),
        (20.0 * MIN, Fixed),
        &clients::OPENSSL,
        (450.0, 330.0, 0.01),
    ),
    app(
        "keyboard configurator",
        (Computers, Few(2.0), Own),
        (25.0 * MIN, Uniform(0.4)),
        &clients::ELECTRON,
        (680.0, 540.0, 0.2),
    ),
    app("share ticker", (Computers, Few(2.0), Own), (30.0, Uniform(0.2)), &clients::CHROME, (420.0, 1_800.0, 0.3)),
    Software {
        over: Http("/status.cgi"),
        ..app("old device portal", (Things, Few(2.0), Own), (5.0 * MIN, Fixed), &clients::EMBEDDED, (120.0, 80.0, 0.02))
    },
];
