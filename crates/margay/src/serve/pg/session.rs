//! One client: who it is, what it has set, and its questions.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use engine::{AuditEntry, PgManner, Principal, QueryLimits, Rows, View};
use futures::{Sink, SinkExt, StreamExt, stream};
use pgwire::{
    api::{
        ClientInfo, ClientPortalStore, DEFAULT_NAME, PgWireConnectionState, Type,
        portal::{Format, Portal, PortalExecutionState},
        query::{
            ExtendedQueryHandler, SimpleQueryHandler, send_execution_response, send_query_response,
            send_ready_for_query,
        },
        results::{DataRowEncoder, FieldInfo, QueryResponse, Response, Tag},
        stmt::{QueryParser, StoredStatement},
        store::{Entry, PortalStore},
    },
    error::{PgWireError, PgWireResult},
    messages::{
        PgWireBackendMessage,
        extendedquery::{Bind, BindComplete, Execute, Parse, ParseComplete, PortalSuspended},
        response::{EmptyQueryResponse, TransactionStatus},
        simplequery::Query,
    },
};
use tokio::sync::watch;

use super::{
    rows::{self, Described},
    told::{cancelled, fatal, of, wrong},
    values,
    who::Proof,
    words::{Said, statements},
};
use crate::serve::app::App;

/// Statements and portals that a client may keep, and bytes of one text.
const KEPT_MAX: usize = 256;
const TEXT_BYTES_MAX: usize = 256 << 10;

/// Settings that a client may keep: tools set a handful.
const SETTINGS_MAX: usize = 64;
const SETTING_BYTES_MAX: usize = 1_024;

/// Statements of one text.
const STATEMENTS_MAX: usize = 64;

/// What tools ask to be shown, and what holds whatever they set.
const SHOWN: &[(&str, &str)] = &[
    ("client_encoding", "UTF8"),
    ("datestyle", "ISO, MDY"),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "on"),
    ("integer_datetimes", "on"),
    ("intervalstyle", "postgres"),
    ("is_superuser", "off"),
    ("lc_collate", "C"),
    ("lc_ctype", "C"),
    ("max_identifier_length", "63"),
    ("search_path", "lake"),
    ("server_encoding", "UTF8"),
    ("server_version", engine::POSTGRES_VERSION),
    ("standard_conforming_strings", "on"),
    ("statement_timeout", "300s"),
    ("timezone", "UTC"),
    ("transaction_isolation", "read committed"),
    ("transaction_read_only", "on"),
];

/// One client. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Session(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    app: App,
    proof: OnceLock<(Proof, String)>,
    settings: Mutex<BTreeMap<String, String>>,
    /// Changes when somebody asks to stop what runs.
    cancel: watch::Sender<u64>,
    n_kept: AtomicUsize,
}

/// A statement that was parsed.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    text: Arc<str>,
    said: Said,
    described: Option<Described>,
    /// As the client declares them.
    declared: Arc<[String]>,
}

impl Session {
    pub(super) fn new(app: App) -> Self {
        Self(Arc::new(Inner {
            app,
            proof: OnceLock::new(),
            settings: Mutex::default(),
            cancel: watch::Sender::new(0),
            n_kept: AtomicUsize::new(0),
        }))
    }

    /// Lets somebody in.
    pub(super) async fn enter(&self, name: &str, password: &str, address: IpAddr) -> PgWireResult<Principal> {
        let proof = Proof::check(self.0.app.engine(), name, password, address).await?;
        let principal = proof.principal(self.0.app.engine()).await?;
        if self.0.proof.set((proof, principal.name.clone())).is_err() {
            return Err(fatal("08P01", "somebody has signed in already"));
        }
        Ok(principal)
    }

    pub(super) fn is_known(&self) -> bool {
        self.0.proof.get().is_some()
    }

    /// Ends what runs, on the word of somebody who knows the secret of this session.
    pub(super) fn cancel(&self) {
        self.0.cancel.send_modify(|n| *n = n.wrapping_add(1));
    }

    pub(super) async fn end(&self) {
        if let Some((proof, _)) = self.0.proof.get() {
            proof.end(self.0.app.engine()).await;
        }
    }

    async fn principal(&self) -> PgWireResult<Principal> {
        let (proof, _) = self.0.proof.get().ok_or_else(|| fatal("28000", "nobody has signed in"))?;
        proof.principal(self.0.app.engine()).await
    }

    fn settings(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What one statement answers.
    async fn answer(&self, asked: &Prepared, values: Vec<Option<String>>, form: &Format) -> PgWireResult<Response> {
        match &asked.said {
            Said::Question => self.question(asked, values, form).await.map(Response::Query),
            Said::Begin => Ok(Response::TransactionStart(Tag::new("BEGIN"))),
            Said::BackTo => Ok(Response::TransactionStart(Tag::new("ROLLBACK"))),
            Said::End(word) => Ok(Response::TransactionEnd(Tag::new(word))),
            Said::Done(word) => Ok(Response::Execution(Tag::new(word))),
            Said::Set { name, value } => self.set(name, value.as_deref()),
            Said::ResetAll => {
                self.settings().clear();
                Ok(Response::Execution(Tag::new("RESET")))
            }
            Said::Show(name) => self.show(name, form).map(Response::Query),
            Said::Deallocate(_) => Ok(Response::Execution(Tag::new("DEALLOCATE"))),
            Said::Writes => Err(wrong("25006", "the lake answers questions only: nothing can be written here")),
            Said::NotOffered(why) => Err(wrong("0A000", *why)),
        }
    }

    async fn question(
        &self,
        asked: &Prepared,
        values: Vec<Option<String>>,
        form: &Format,
    ) -> PgWireResult<QueryResponse> {
        let mut cancel = self.0.cancel.subscribe();
        let principal = self.principal().await?;
        let noted = AuditEntry::new(&principal, "sql.query")
            .about("postgres")
            .with(&serde_json::json!({ "sql": &*asked.text, "values": values }));
        self.0.app.engine().audit(noted).await.map_err(|error| of(&error, ""))?;
        let manner = PgManner { types: asked.declared.to_vec(), values: Some(values), user: principal.name.clone() };
        let rows = tokio::select! {
            rows = self.run(&principal, &asked.text, &manner) => rows?,
            _ = cancel.changed() => return Err(cancelled()),
        };
        let fields = Arc::new(rows::fields(&rows.schema(), form)?);
        let encoded = rows::encoded(rows, fields.clone(), &asked.text);
        // A stream that is stopped is dropped, and with it the process that makes the rows.
        let stopping = stream::unfold(Some((encoded.boxed(), cancel)), |state| async {
            let (mut rows, mut cancel) = state?;
            tokio::select! {
                biased;
                _ = cancel.changed() => Some((Err(cancelled()), None)),
                row = rows.next() => row.map(|row| {
                    let ends = row.is_err();
                    (row, (!ends).then_some((rows, cancel)))
                }),
            }
        });
        Ok(QueryResponse::new(fields, stopping))
    }

    async fn run(&self, principal: &Principal, text: &str, manner: &PgManner) -> PgWireResult<Rows> {
        let view: View = self.0.app.engine().view(&principal.scope, principal.name.clone());
        let limits = QueryLimits { time: self.time(), ..QueryLimits::default() };
        view.sql_postgres(text, manner, &limits).await.map_err(|error| of(&error, text))
    }

    /// How long a question may take: what the client has set, and never more than the server allows.
    fn time(&self) -> Duration {
        let most = QueryLimits::default().time;
        let set = self.settings().get("statement_timeout").and_then(|text| duration(text));
        set.filter(|time| !time.is_zero()).map_or(most, |time| time.min(most))
    }

    fn set(&self, name: &str, value: Option<&str>) -> PgWireResult<Response> {
        let done = Ok(Response::Execution(Tag::new(if value.is_some() { "SET" } else { "RESET" })));
        let Some(value) = value else {
            self.settings().remove(name);
            return done;
        };
        let refused = |why: &str| Err(wrong("22023", why.to_owned()));
        match name {
            "client_encoding" | "names"
                if !matches!(value.to_ascii_uppercase().as_str(), "UTF8" | "UTF-8" | "UNICODE") =>
            {
                return refused("texts are in UTF8 only");
            }
            "datestyle" if !value.to_ascii_uppercase().starts_with("ISO") => {
                return refused("times are written as in ISO 8601 only");
            }
            "statement_timeout" if duration(value).is_none() => {
                return refused("statement_timeout is a number of milliseconds, or one with ms, s or min");
            }
            "role" | "session_authorization" => return Err(wrong("42501", "nobody becomes somebody else here")),
            _ => {}
        }
        let mut settings = self.settings();
        let is_new = !settings.contains_key(name);
        if name.len() + value.len() > SETTING_BYTES_MAX || is_new && settings.len() >= SETTINGS_MAX {
            return Err(wrong(
                "54000",
                format!("a session keeps {SETTINGS_MAX} settings of {SETTING_BYTES_MAX} bytes"),
            ));
        }
        settings.insert(name.to_owned(), value.to_owned());
        done
    }

    fn show(&self, name: &str, form: &Format) -> PgWireResult<QueryResponse> {
        let value = self.shown(name)?;
        let field = FieldInfo::new(name.to_owned(), None, None, Type::TEXT, form.format_for(0));
        let fields = Arc::new(vec![field]);
        let mut row = DataRowEncoder::new(fields.clone());
        row.encode_field(&Some(value))?;
        let mut response = QueryResponse::new(fields, stream::iter([Ok(row.take_row())]));
        response.set_command_tag("SHOW");
        Ok(response)
    }

    /// What holds: times are in UTC and encodings are UTF-8 whatever was set.
    fn shown(&self, name: &str) -> PgWireResult<String> {
        const AS_SET: &[&str] = &["statement_timeout", "application_name", "extra_float_digits"];
        let known = SHOWN.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let set = self.settings().get(name).cloned();
        let value = if known.is_none() || AS_SET.contains(&name) { set.or(known) } else { known };
        value.ok_or_else(|| wrong("42704", format!("there is no setting \"{name}\"")))
    }

    /// Keeps one more statement or portal, where there is room.
    fn keep(&self, name: &str, is_new: bool) -> PgWireResult<()> {
        if name == DEFAULT_NAME || !is_new {
            return Ok(());
        }
        if self.0.n_kept.fetch_add(1, Ordering::Relaxed) >= KEPT_MAX {
            self.0.n_kept.fetch_sub(1, Ordering::Relaxed);
            return Err(wrong(
                "54000",
                format!("a session keeps {KEPT_MAX} statements: close some, or all by DISCARD ALL"),
            ));
        }
        Ok(())
    }

    fn check_state<C: ClientInfo>(client: &C, said: &Said) -> PgWireResult<()> {
        let has_failed = matches!(client.transaction_status(), TransactionStatus::Error);
        if has_failed && !matches!(said, Said::End(_) | Said::BackTo) {
            return Err(wrong("25P02", "this transaction has failed: say ROLLBACK first"));
        }
        Ok(())
    }
}

/// A time as PostgreSQL's settings write it: milliseconds where nothing else is said.
fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let millis = match unit.trim() {
        "" | "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.saturating_mul(millis)))
}

#[tonic::async_trait]
impl SimpleQueryHandler for Session {
    /// Statements are answered one after the other, each to its end: two at once would wait for each other's turn.
    async fn on_query<C>(&self, client: &mut C, query: Query) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        self.principal().await?;
        client.set_state(PgWireConnectionState::QueryInProgress);
        let statements = statements(&query.query);
        if statements.is_empty() {
            client.feed(PgWireBackendMessage::EmptyQueryResponse(EmptyQueryResponse::new())).await?;
        }
        if statements.len() > STATEMENTS_MAX {
            return Err(wrong("54001", format!("one text may have {STATEMENTS_MAX} statements")));
        }
        for statement in statements {
            for response in SimpleQueryHandler::do_query(self, client, statement).await? {
                let status = client.transaction_status();
                match response {
                    Response::Query(rows) => send_query_response(client, rows, true).await?,
                    Response::Execution(tag) => send_execution_response(client, tag).await?,
                    Response::TransactionStart(tag) => {
                        send_execution_response(client, tag).await?;
                        client.set_transaction_status(status.to_idle_state().to_in_transaction_state());
                    }
                    Response::TransactionEnd(tag) => {
                        send_execution_response(client, tag).await?;
                        client.set_transaction_status(status.to_idle_state());
                    }
                    _ => return Err(wrong("XX000", "an answer of no known kind")),
                }
            }
        }
        client.set_state(PgWireConnectionState::ReadyForQuery);
        let status = client.transaction_status();
        send_ready_for_query(client, status).await
    }

    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let said = Said::of(query);
        Self::check_state(client, &said)?;
        let asked = Prepared { text: query.into(), said, described: None, declared: Arc::from([]) };
        Ok(vec![self.answer(&asked, Vec::new(), &Format::UnifiedText).await?])
    }
}

#[tonic::async_trait]
impl QueryParser for Session {
    type Statement = Prepared;

    async fn parse_sql<C>(&self, client: &C, sql: &str, types: &[Option<Type>]) -> PgWireResult<Option<Prepared>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let mut given = statements(sql).into_iter();
        let (text, None) = (given.next(), given.next()) else {
            return Err(wrong("42601", "a prepared statement is one statement"));
        };
        let Some(text) = text else { return Ok(None) };
        let said = Said::of(text);
        Self::check_state(client, &said)?;
        let declared: Vec<String> =
            types.iter().map(|kind| kind.as_ref().map(|kind| kind.name().to_owned()).unwrap_or_default()).collect();
        let described = match &said {
            Said::Question => Some(self.describe(text, &declared).await?),
            _ => None,
        };
        Ok(Some(Prepared { text: text.into(), said, described, declared: declared.into() }))
    }

    fn get_parameter_types(&self, asked: &Prepared) -> PgWireResult<Vec<Type>> {
        Ok(asked.described.as_ref().map(|described| described.parameters.clone()).unwrap_or_default())
    }

    fn get_result_schema(&self, asked: &Prepared, form: Option<&Format>) -> PgWireResult<Vec<FieldInfo>> {
        let form = form.unwrap_or(&Format::UnifiedText);
        match (&asked.described, &asked.said) {
            (Some(described), _) => described.fields(form),
            (None, Said::Show(name)) => {
                Ok(vec![FieldInfo::new(name.clone(), None, None, Type::TEXT, form.format_for(0))])
            }
            _ => Ok(Vec::new()),
        }
    }
}

impl Session {
    /// Columns and parameters of a question, which is planned and not run.
    async fn describe(&self, text: &str, declared: &[String]) -> PgWireResult<Described> {
        let mut cancel = self.0.cancel.subscribe();
        let principal = self.principal().await?;
        let manner = PgManner { types: declared.to_vec(), values: None, user: principal.name.clone() };
        let mut planned = tokio::select! {
            planned = self.run(&principal, text, &manner) => planned?,
            _ = cancel.changed() => return Err(cancelled()),
        };
        let described = Described::new(&planned.schema())?;
        // To its end, so that the process can take another question.
        while let Some(batch) = planned.next().await {
            batch.map_err(|error| of(&error.into(), text))?;
        }
        Ok(described)
    }
}

#[tonic::async_trait]
impl ExtendedQueryHandler for Session {
    type Statement = Prepared;
    type QueryParser = Self;

    fn query_parser(&self) -> Arc<Self> {
        Arc::new(self.clone())
    }

    async fn on_parse<C>(&self, client: &mut C, message: Parse) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        self.principal().await?;
        let name = message.name.clone().unwrap_or_else(|| DEFAULT_NAME.to_owned());
        if message.query.len() + name.len() > TEXT_BYTES_MAX {
            return Err(wrong("54000", format!("a query may have {TEXT_BYTES_MAX} bytes")));
        }
        let statement = StoredStatement::parse(client, &message, self.query_parser()).await?;
        self.keep(&name, client.portal_store().get_statement(&name).is_none())?;
        match statement {
            Some(statement) => client.portal_store().put_statement(Arc::new(statement)),
            None => client.portal_store().put_empty_statement(&name),
        }
        client.send(PgWireBackendMessage::ParseComplete(ParseComplete::new())).await?;
        Ok(())
    }

    async fn on_bind<C>(&self, client: &mut C, message: Bind) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        self.principal().await?;
        let of = message.statement_name.as_deref().unwrap_or(DEFAULT_NAME);
        let name = message.portal_name.as_deref().unwrap_or(DEFAULT_NAME);
        self.keep(name, client.portal_store().get_portal(name).is_none())?;
        match client.portal_store().get_statement(of) {
            Some(Entry::Value(statement)) => {
                client.portal_store().put_portal(Arc::new(Portal::try_new(&message, statement)?));
            }
            Some(Entry::Empty) => client.portal_store().put_empty_portal(name),
            None => return Err(PgWireError::StatementNotFound(of.to_owned())),
        }
        client.send(PgWireBackendMessage::BindComplete(BindComplete::new())).await?;
        Ok(())
    }

    /// Rows are sent as they come, where the library would collect all of them first.
    async fn on_execute<C>(&self, client: &mut C, message: Execute) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let name = message.name.as_deref().unwrap_or(DEFAULT_NAME);
        let most = usize::try_from(message.max_rows).ok().filter(|most| *most > 0);
        let portal = match client.portal_store().get_portal(name) {
            Some(Entry::Value(portal)) => portal,
            Some(Entry::Empty) => {
                client.feed(PgWireBackendMessage::EmptyQueryResponse(EmptyQueryResponse::new())).await?;
                return Ok(());
            }
            None => return Err(PgWireError::PortalNotFound(name.to_owned())),
        };
        let state = portal.state();
        let mut state = state.lock().await;
        if matches!(*state, PortalExecutionState::Initial) {
            match ExtendedQueryHandler::do_query(self, client, &portal, most.unwrap_or(0)).await? {
                Response::Query(rows) => *state = PortalExecutionState::Suspended(rows),
                Response::TransactionStart(tag) => {
                    let status = client.transaction_status().to_idle_state().to_in_transaction_state();
                    client.set_transaction_status(status);
                    return send_execution_response(client, tag).await;
                }
                Response::TransactionEnd(tag) => {
                    let status = client.transaction_status().to_idle_state();
                    client.set_transaction_status(status);
                    return send_execution_response(client, tag).await;
                }
                Response::Execution(tag) => return send_execution_response(client, tag).await,
                _ => return Err(wrong("XX000", "an answer of no known kind")),
            }
        }
        let PortalExecutionState::Suspended(rows) = &mut *state else {
            return send_execution_response(client, Tag::new("SELECT").with_rows(0)).await;
        };
        let mut n_rows = 0;
        while most.is_none_or(|most| n_rows < most) {
            let Some(row) = rows.data_rows().next().await else {
                let tag = Tag::new(rows.command_tag()).with_rows(n_rows);
                *state = PortalExecutionState::Finished;
                return send_execution_response(client, tag).await;
            };
            client.feed(PgWireBackendMessage::DataRow(row?)).await?;
            n_rows += 1;
        }
        client.feed(PgWireBackendMessage::PortalSuspended(PortalSuspended::new())).await?;
        Ok(())
    }

    async fn do_query<C>(&self, client: &mut C, portal: &Portal<Prepared>, _: usize) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let asked = &portal.statement.statement;
        Self::check_state(client, &asked.said)?;
        match &asked.said {
            Said::Deallocate(Some(name)) => client.portal_store().rm_statement(name),
            Said::ResetAll => client.portal_store().clear_portals(),
            _ => {}
        }
        let inferred = asked.described.as_ref().map(|described| described.parameters.as_slice()).unwrap_or_default();
        let declared = &portal.statement.parameter_types;
        let kinds: Vec<Type> = (0..portal.parameters.len())
            .map(|at| {
                let declared = declared.get(at).cloned().flatten().filter(|kind| *kind != Type::UNKNOWN);
                declared.or_else(|| inferred.get(at).cloned()).unwrap_or(Type::TEXT)
            })
            .collect();
        let values = values::of(portal, &kinds)?;
        self.answer(asked, values, &portal.result_column_format).await
    }
}
