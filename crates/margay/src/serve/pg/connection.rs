//! Who may come in, for how long, and how many.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
    task::Poll,
    time::Duration,
};

use axum_server::tls_rustls::RustlsConfig;
use futures::{Sink, SinkExt, StreamExt, future::poll_fn};
use pgwire::{
    api::{
        ClientInfo, NoopHandler, PgWireConnectionState, PidSecretKeyGenerator, RandomPidSecretKeyGenerator,
        auth::{
            DefaultServerParameterProvider, StartupHandler, finish_authentication, protocol_negotiation,
            save_startup_parameters_to_metadata,
        },
        cancel::CancelHandler,
    },
    error::{PgWireError, PgWireResult},
    messages::{
        PgWireBackendMessage, PgWireFrontendMessage,
        cancel::CancelRequest,
        startup::{Authentication, SecretKey},
    },
    tokio::{
        TlsAcceptor,
        server::{negotiate_tls, process_error, process_message},
    },
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::{Instant, timeout, timeout_at},
};

use super::{
    session::{Prepared, Session},
    told::fatal,
};
use crate::serve::app::App;

/// Connections in all, and those of one person or key. A connection that waits costs little, and pools hold a few.
const CONNECTIONS_MAX: usize = 100;
const OF_ONE_MAX: usize = 20;

/// From the first byte until somebody has signed in.
const ENTRY_PATIENCE: Duration = Duration::from_secs(15);

/// A client that says nothing for so long is let go: pools come again.
const IDLE_PATIENCE: Duration = Duration::from_secs(1_800);

/// One message of a client: the largest holds a question and its values.
const MESSAGE_BYTES_MAX: usize = 1 << 20;

/// A message of somebody who has not signed in.
const ENTRY_BYTES_MAX: usize = 16 << 10;

/// One answer to one message, whoever reads slowly: a little beyond what a question may take.
const ANSWER_PATIENCE: Duration = Duration::from_secs(330);

/// Until the next try, where the machine has no room for a connection.
const TAKE_AGAIN: Duration = Duration::from_millis(100);

/// What all connections share.
#[derive(Clone)]
struct Door {
    app: App,
    tls: Option<RustlsConfig>,
    room: Arc<Semaphore>,
    sessions: Arc<Sessions>,
}

/// Sessions by number, for those who ask to stop one, and how many each person has.
#[derive(Default)]
struct Sessions {
    open: Mutex<BTreeMap<i32, (SecretKey, Session)>>,
    of_names: Mutex<BTreeMap<String, usize>>,
    next: AtomicI32,
}

/// Takes connections until the server stops.
pub(in crate::serve) async fn listen(app: App, listener: std::net::TcpListener, tls: Option<RustlsConfig>) {
    let listener = match listener.set_nonblocking(true).and_then(|()| TcpListener::from_std(listener)) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "PostgreSQL's protocol is not served"),
    };
    let mut stopping = app.stopping();
    let door = Door { app, tls, room: Arc::new(Semaphore::new(CONNECTIONS_MAX)), sessions: Arc::default() };
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = asked(&mut stopping) => return,
        };
        let stream = match taken {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection was not taken");
                tokio::time::sleep(TAKE_AGAIN).await;
                continue;
            }
        };
        // Beyond its room the door shuts without a word: words cost as much as a connection.
        let Ok(place) = door.room.clone().try_acquire_owned() else { continue };
        let (door, mut stopping) = (door.clone(), stopping.clone());
        tokio::spawn(async move {
            let _place = place;
            tokio::select! {
                end = serve(&door, stream) => if let Err(error) = end {
                    tracing::debug!(%error, "a connection of PostgreSQL's protocol has broken");
                },
                () = asked(&mut stopping) => {}
            }
        });
    }
}

/// Waits until the server is asked to stop; where nobody can ask any more, it has.
async fn asked(stopping: &mut watch::Receiver<bool>) {
    let _stops = stopping.wait_for(|stopping| *stopping).await.is_ok();
}

async fn serve(door: &Door, stream: TcpStream) -> std::io::Result<()> {
    let entry = Instant::now() + ENTRY_PATIENCE;
    let acceptor = door.tls.as_ref().map(acceptor);
    let Ok(socket) = timeout_at(entry, negotiate_tls::<Prepared>(stream, acceptor)).await else { return Ok(()) };
    let Some(mut socket) = socket? else { return Ok(()) };
    let session = Session::new(door.app.clone());
    let visit = Arc::new(Visit { door: door.clone(), session: session.clone(), place: Mutex::default() });
    let asks = Arc::new(session.clone());
    loop {
        let until = if session.is_known() { Instant::now() + IDLE_PATIENCE } else { entry };
        let most = if session.is_known() { MESSAGE_BYTES_MAX } else { ENTRY_BYTES_MAX };
        let next = poll_fn(|context| match socket.poll_next_unpin(context) {
            // The library would collect a message of up to a gigabyte.
            Poll::Pending if socket.read_buffer().len() > most => Poll::Ready(None),
            polled => polled,
        });
        let Ok(Some(Ok(message))) = timeout_at(until, next).await else { break };
        if matches!(message, PgWireFrontendMessage::Terminate(_)) {
            break;
        }
        let is_extended = message.is_extended_query();
        let answer = process_message(
            message,
            &mut socket,
            visit.clone(),
            asks.clone(),
            asks.clone(),
            Arc::new(NoopHandler),
            visit.clone(),
        );
        match timeout(ANSWER_PATIENCE, answer).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                let ends = is_fatal(&error) || !session.is_known();
                process_error(&mut socket, error, is_extended).await?;
                if ends {
                    break;
                }
            }
            Err(_elapsed) => break,
        }
        // Somebody who only asks to stop another session is done.
        if matches!(socket.state(), PgWireConnectionState::AwaitingStartup) {
            break;
        }
    }
    session.end().await;
    Ok(())
}

fn is_fatal(error: &PgWireError) -> bool {
    matches!(error, PgWireError::UserError(info) if info.is_fatal()) || matches!(error, PgWireError::IoError(_))
}

/// The certificate in use, for a protocol of its own name: clients that say one refuse another.
fn acceptor(tls: &RustlsConfig) -> TlsAcceptor {
    let mut config = (*tls.get_inner()).clone();
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// One connection at the door.
struct Visit {
    door: Door,
    session: Session,
    /// What is given back when it ends: its number and its name.
    place: Mutex<Option<(i32, String)>>,
}

impl Sessions {
    fn open(&self) -> MutexGuard<'_, BTreeMap<i32, (SecretKey, Session)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of_names(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.of_names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more of this name, where there is room.
    fn enter(&self, name: &str) -> bool {
        let mut of_names = self.of_names();
        let n = of_names.entry(name.to_owned()).or_default();
        let has_room = *n < OF_ONE_MAX;
        *n += usize::from(has_room);
        has_room
    }

    fn leave(&self, number: i32, name: &str) {
        self.open().remove(&number);
        let mut of_names = self.of_names();
        if let Some(n) = of_names.get_mut(name) {
            *n = n.saturating_sub(1);
            if *n == 0 {
                of_names.remove(name);
            }
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let place = self.place.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((number, name)) = place {
            self.door.sessions.leave(number, &name);
        }
    }
}

#[tonic::async_trait]
impl StartupHandler for Visit {
    async fn on_startup<C>(&self, client: &mut C, message: PgWireFrontendMessage) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        match message {
            PgWireFrontendMessage::Startup(startup) => {
                if self.door.tls.is_some() && !client.is_secure() {
                    return Err(fatal("28000", "this server speaks TLS only: connect with sslmode=require"));
                }
                protocol_negotiation(client, &startup).await?;
                save_startup_parameters_to_metadata(client, &startup);
                client.set_state(PgWireConnectionState::AuthenticationInProgress);
                // Keys and passwords are kept as hashes of a kind that PostgreSQL's SCRAM cannot check, so they come as
                // they are: through TLS, or on this machine.
                let ask = PgWireBackendMessage::Authentication(Authentication::CleartextPassword);
                client.send(ask).await?;
                Ok(())
            }
            PgWireFrontendMessage::PasswordMessageFamily(given) => {
                let given = given.into_password()?;
                let name = client.metadata().get("user").cloned().unwrap_or_default();
                self.let_in(client, &name, &given.password).await
            }
            _ => Err(fatal("08P01", "sign in first")),
        }
    }
}

impl Visit {
    async fn let_in<C>(&self, client: &mut C, name: &str, password: &str) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let address: SocketAddr = client.socket_addr();
        let principal = self.session.enter(name, password, address.ip()).await?;
        let sessions = &self.door.sessions;
        if !sessions.enter(&principal.name) {
            return Err(fatal("53300", format!("{OF_ONE_MAX} connections of yours are open")));
        }
        let number = sessions.next.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, principal.name.clone()));
        let (_, secret) = RandomPidSecretKeyGenerator::default().generate(client_info(client));
        sessions.open().insert(number, (secret.clone(), self.session.clone()));
        client.set_pid_and_secret_key(number, secret);
        let mut told = DefaultServerParameterProvider::default();
        told.server_version = engine::POSTGRES_VERSION.to_owned();
        told.search_path = "lake".to_owned();
        told.is_superuser = false;
        told.default_transaction_read_only = true;
        told.time_zone = "UTC".to_owned();
        told.date_style = "ISO, MDY".to_owned();
        finish_authentication(client, &told).await
    }
}

fn client_info<C: ClientInfo>(client: &C) -> &dyn ClientInfo {
    client
}

#[tonic::async_trait]
impl CancelHandler for Visit {
    async fn on_cancel_request(&self, request: CancelRequest) {
        let named = self.door.sessions.open().get(&request.pid).cloned();
        if let Some((secret, session)) = named
            // The same secret is read in two forms, by what a connection says of its version.
            && secret.eq_value(&request.secret_key)
        {
            session.cancel();
        }
    }
}
