//! Listens, answers, and stops in order.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware};
use axum_server::{
    Handle,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use engine::{Engine, Error, Result, Stop};
use tokio::sync::watch;
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, NotForContentType, Predicate},
};

use super::{
    api,
    app::{App, Way},
    flight, live, pg,
    web::{self, Problem},
};
use crate::output;

/// Where and how to listen.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    pub(crate) listen: SocketAddr,
    pub(crate) tls: Option<Tls>,
    /// Plain HTTP may leave this machine.
    pub(crate) insecure_http: bool,
    /// Arrow Flight SQL beside it.
    pub(crate) flight: Option<SocketAddr>,
    /// PostgreSQL's protocol beside it.
    pub(crate) postgres: Option<SocketAddr>,
}

/// Files in PEM.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// The body of one request: a rule, a query, a list of ids.
const BODY_BYTES_MAX: usize = 1 << 20;

/// Until the head of a request has come; who sends slowly gives way to others.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// What is in hand may take so long when the server is asked to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// Streams that one connection of HTTP/2 may have open at once.
const STREAMS_MAX: u32 = 64;

/// How often it is looked whether a stop was asked for.
const STOP_LOOK: Duration = Duration::from_millis(100);

/// How often a certificate is read anew.
const RENEW_LOOK: Duration = Duration::from_secs(3_600);

/// Serves until it is asked to stop.
pub(crate) async fn run(engine: Engine, serving: &Serving, stop: Stop) -> Result<()> {
    let loopback = serving.listen.ip().is_loopback();
    let listener = bind(serving, serving.listen)?;
    let address = listener.local_addr().map_err(failed)?;
    // Before anybody is told that it listens: a wrong certificate is no server.
    let config = match &serving.tls {
        Some(files) => Some((certificate(files).await?, files.clone())),
        None => None,
    };

    let (stopping, is_stopping) = watch::channel(false);
    let way = Way { tls: serving.tls.is_some(), only_on_this_machine: loopback && serving.tls.is_none() };
    let app = App::new(engine, way, is_stopping);
    greet(&app, address).await?;
    if let Some(flight) = serving.flight {
        serve_flight(&app, serving, flight).await?;
    }
    if let Some(postgres) = serving.postgres {
        serve_postgres(&app, serving, postgres).await?;
    }

    let handle = Handle::new();
    tokio::spawn(live::watch_store(app.clone()));
    tokio::spawn(stop_when_asked(stop, stopping, handle.clone()));

    let mut server =
        axum_server::from_tcp(listener).map_err(failed)?.handle(handle).first_request_timeout(HEAD_PATIENCE);
    server.http_builder().http1().header_read_timeout(HEAD_PATIENCE);
    server.http_builder().http2().max_concurrent_streams(STREAMS_MAX);
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    match config {
        None => server.serve(service).await.map_err(failed),
        Some((config, files)) => {
            tokio::spawn(renew(config.clone(), files, app));
            server.acceptor(RustlsAcceptor::new(config)).serve(service).await.map_err(failed)
        }
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::machine("could not serve").detail(error)
}

fn bind(serving: &Serving, at: SocketAddr) -> Result<TcpListener> {
    if serving.tls.is_none() && !at.ip().is_loopback() && !serving.insecure_http {
        return Err(Error::usage(format!("{at} is not only on this machine, and there is no certificate"))
            .detail("passwords and records would cross the network for everybody to read")
            .hint("give --tls-certificate and --tls-key, or --insecure-http behind a proxy that speaks TLS"));
    }
    TcpListener::bind(at).map_err(|error| {
        Error::machine(format!("could not listen on {at}"))
            .detail(error)
            .hint("another program may listen there: choose another port, 0 takes any")
    })
}

/// Answers notebooks and database tools until the server stops.
async fn serve_flight(app: &App, serving: &Serving, at: SocketAddr) -> Result<()> {
    let listener = bind(serving, at)?;
    let address = listener.local_addr().map_err(failed)?;
    let handle = Handle::new();
    let mut server = axum_server::from_tcp(listener).map_err(failed)?.handle(handle.clone());
    server.http_builder().http2().max_concurrent_streams(STREAMS_MAX);
    let service = flight::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let scheme = if serving.tls.is_some() { "grpc+tls" } else { "grpc" };
    output::line(format!("Arrow Flight SQL is at {scheme}://{address}"))?;
    match &serving.tls {
        None => drop(tokio::spawn(async move { log_end(server.serve(service).await) })),
        Some(files) => {
            let config = certificate(files).await?;
            tokio::spawn(renew(config.clone(), files.clone(), app.clone()));
            let server = server.acceptor(RustlsAcceptor::new(config));
            drop(tokio::spawn(async move { log_end(server.serve(service).await) }));
        }
    }
    let mut stopping = app.stopping();
    tokio::spawn(async move {
        // An error means that the server is gone already.
        let _stops = stopping.wait_for(|stopping| *stopping).await.is_ok();
        handle.graceful_shutdown(Some(STOP_PATIENCE));
    });
    Ok(())
}

/// Answers clients of PostgreSQL until the server stops.
async fn serve_postgres(app: &App, serving: &Serving, at: SocketAddr) -> Result<()> {
    let listener = bind(serving, at)?;
    let address = listener.local_addr().map_err(failed)?;
    let mut tls = None;
    if let Some(files) = &serving.tls {
        let config = certificate(files).await?;
        tokio::spawn(renew(config.clone(), files.clone(), app.clone()));
        tls = Some(config);
    }
    let way = if tls.is_some() { "?sslmode=require" } else { "" };
    output::line(format!("PostgreSQL's protocol is at postgresql://{address}/margay{way}"))?;
    tokio::spawn(pg::listen(app.clone(), listener, tls));
    Ok(())
}

fn log_end(end: std::io::Result<()>) {
    if let Err(error) = end {
        tracing::error!(%error, "Arrow Flight SQL has ended");
    }
}

/// All addresses, and around them what holds for each: the first layer is the innermost.
fn router(app: App) -> Router {
    let worth_it = DefaultPredicate::new().and(NotForContentType::const_new(api::ARROW));
    api::router()
        .fallback(web::page)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(app.clone(), web::etag))
        .layer(middleware::from_fn_with_state(app.clone(), web::identify))
        .layer(middleware::from_fn_with_state(app.clone(), web::guard))
        .layer(middleware::from_fn_with_state(app.clone(), web::headers))
        .layer(CompressionLayer::new().compress_when(worth_it))
        .layer(middleware::from_fn_with_state(app.clone(), web::watch))
        .with_state(app)
}

async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "this address does not take this method")
        .hint("GET /api/v1/openapi.json lists what each address takes")
}

async fn certificate(files: &Tls) -> Result<RustlsConfig> {
    // Several providers of cryptography are in the tree; this one is meant, and a second call changes nothing.
    drop(rustls::crypto::ring::default_provider().install_default());
    RustlsConfig::from_pem_file(&files.certificate, &files.key).await.map_err(|error| {
        Error::usage(format!("could not use {} and {}", files.certificate.display(), files.key.display()))
            .detail(error)
            .hint("both are files in PEM: the certificate with those above it, and its private key")
    })
}

/// Takes up a certificate that was renewed on disk, without a restart.
async fn renew(config: RustlsConfig, files: Tls, app: App) {
    let mut stopping = app.stopping();
    loop {
        tokio::select! {
            () = tokio::time::sleep(RENEW_LOOK) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        if let Err(error) = config.reload_from_pem_file(&files.certificate, &files.key).await {
            tracing::warn!(error = %error, "the certificate could not be read again: the one in use stays");
        }
    }
}

/// Lets what is in hand end; streams are told to end by `stopping`.
async fn stop_when_asked(stop: Stop, stopping: watch::Sender<bool>, handle: Handle<SocketAddr>) {
    while !stop.requested() {
        tokio::time::sleep(STOP_LOOK).await;
    }
    stopping.send_replace(true);
    handle.graceful_shutdown(Some(STOP_PATIENCE));
}

/// Says where the server is, and how the first person gets in.
async fn greet(app: &App, address: SocketAddr) -> Result<()> {
    let scheme = if app.tls() { "https" } else { "http" };
    output::line(format!("Margay listens on {scheme}://{address}"))?;
    if let Some(token) = app.engine().first_start_link().await? {
        output::line(format!(
            "Nobody can sign in yet. This link makes the first administrator, once, within 24 hours:\n\n  \
             {scheme}://{address}/setup#{token}\n"
        ))?;
    }
    Ok(())
}
