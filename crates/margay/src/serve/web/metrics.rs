//! Numbers for Prometheus. Labels have fixed sets of values: nothing that a log or a person says becomes one.

use std::{
    sync::atomic::{AtomicI64, AtomicU64},
    time::Duration,
};

use engine::Error;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// What the server counts of itself.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter<u64, AtomicU64>>,
    seconds: Family<Route, Histogram>,
    in_flight: Gauge<i64, AtomicI64>,
    streams: Gauge<i64, AtomicI64>,
    refused: Counter<u64, AtomicU64>,
    events: Gauge<i64, AtomicI64>,
    rows: Gauge<i64, AtomicI64>,
    bytes: Gauge<i64, AtomicI64>,
}

/// Upper ends of the classes of answering times, in seconds.
const SECONDS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Methods that are counted by name: others are whatever somebody has typed.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("margay");
        let requests = Family::default();
        let seconds = Family::<Route, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let (in_flight, streams, events, rows, bytes) = Default::default();
        let refused = Counter::default();
        registry.register("http_requests", "Requests answered", Family::clone(&requests));
        let help = "Time until an answer began";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, seconds.clone());
        registry.register("http_requests_in_flight", "Requests being answered", Gauge::clone(&in_flight));
        registry.register("http_streams", "Streams of server-sent events that are open", Gauge::clone(&streams));
        registry.register("http_requests_refused", "Requests refused because there were too many", refused.clone());
        registry.register("threat_events", "Threat events in the store", Gauge::clone(&events));
        registry.register("lake_rows", "Records in the lake", Gauge::clone(&rows));
        registry.register_with_unit("lake_size", "Size of the lake", Unit::Bytes, Gauge::clone(&bytes));
        registry.register("build", "What is running", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        Self { registry, requests, seconds, in_flight, streams, refused, events, rows, bytes }
    }

    pub(crate) fn begin(&self) {
        self.in_flight.inc();
    }

    pub(crate) fn end(&self, method: &str, route: &str, status: u16, took: Duration) {
        self.in_flight.dec();
        let method = METHODS.iter().find(|known| **known == method).map_or("other", |known| known);
        let route = route.to_owned();
        self.seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { method: method.to_owned(), route, status }).inc();
    }

    pub(crate) fn refused(&self) {
        self.refused.inc();
    }

    pub(crate) fn streams(&self) -> &Gauge<i64, AtomicI64> {
        &self.streams
    }

    /// Keeps what the store and the lake hold now.
    pub(crate) fn holds(&self, events: u64, rows: u64, bytes: u64) {
        for (gauge, value) in [(&self.events, events), (&self.rows, rows), (&self.bytes, bytes)] {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
    }

    /// Rows and bytes of the lake, as they were measured last.
    pub(crate) fn lake(&self) -> (i64, i64) {
        (self.rows.get(), self.bytes.get())
    }

    /// In the text form of OpenMetrics.
    pub(crate) fn text(&self) -> Result<String, Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|error| Error::internal("could not write metrics").detail(error))?;
        Ok(text)
    }
}
