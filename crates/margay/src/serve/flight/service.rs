//! Questions and their answers, and what tools ask before: which tables there are.

use std::pin::Pin;

use arrow_array::RecordBatch;
use arrow_flight::{
    Action, FlightDescriptor, FlightEndpoint, FlightInfo, HandshakeRequest, HandshakeResponse, Ticket,
    encode::FlightDataEncoderBuilder,
    error::FlightError,
    sql::{
        ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult,
        CommandGetCatalogs, CommandGetDbSchemas, CommandGetSqlInfo, CommandGetTableTypes, CommandGetTables,
        CommandPreparedStatementQuery, CommandStatementQuery, ProstMessageExt, SqlInfo, TicketStatementQuery,
        metadata::{SqlInfoData, SqlInfoDataBuilder},
        server::FlightSqlService,
    },
};
use arrow_schema::{ArrowError, SchemaRef};
use engine::{AuditEntry, Error, ErrorKind, Principal, QueryLimits, View};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use prost::Message;
use tonic::{Request, Response, Status, Streaming};

use super::who;
use crate::serve::app::App;

/// The names under which tools find the tables; they are those of the lake's own catalog.
const CATALOG: &str = "margay";
const SCHEMA: &str = "lake";

/// Bytes of a question; the gate says the same, and here it is said before a process is asked.
const QUESTION_BYTES_MAX: usize = 256 << 10;

type Rows = Pin<Box<dyn Stream<Item = Result<arrow_flight::FlightData, Status>> + Send>>;
type Hands = Pin<Box<dyn Stream<Item = Result<HandshakeResponse, Status>> + Send>>;

/// The service.
#[derive(Debug, Clone)]
pub(super) struct Questions {
    app: App,
}

impl Questions {
    pub(super) fn new(app: App) -> Self {
        Self { app }
    }

    async fn principal<T>(&self, request: &Request<T>) -> Result<Principal, Status> {
        who::asks(self.app.engine(), request).await
    }

    async fn view<T>(&self, request: &Request<T>) -> Result<View, Status> {
        let principal = self.principal(request).await?;
        Ok(self.app.engine().view(&principal.scope, principal.name.clone()))
    }

    /// Asks one question, and notes that it was asked.
    async fn ask<T>(&self, question: &[u8], request: &Request<T>) -> Result<Response<Rows>, Status> {
        let principal = self.principal(request).await?;
        if question.len() > QUESTION_BYTES_MAX {
            return Err(Status::invalid_argument(format!("a query may have {QUESTION_BYTES_MAX} bytes")));
        }
        let question = std::str::from_utf8(question);
        let question = question.map_err(|_not_text| Status::invalid_argument("a query is a text in UTF-8"))?;
        let noted =
            AuditEntry::new(&principal, "sql.query").about("flight").with(&serde_json::json!({ "sql": question }));
        self.app.engine().audit(noted).await.map_err(|error| told(&error))?;
        let view = self.app.engine().view(&principal.scope, principal.name.clone());
        let rows = view.sql(question, &QueryLimits::default()).await.map_err(|error| told(&error))?;
        let schema = rows.schema();
        let batches = rows.map_err(|error| FlightError::Tonic(Box::new(told(&Error::from(error)))));
        Ok(Response::new(encoded(schema, batches)))
    }
}

/// An error as a client sees it: what, why, and what would help.
pub(super) fn told(error: &Error) -> Status {
    match error.kind() {
        ErrorKind::Usage | ErrorKind::Input => Status::invalid_argument(error.to_string()),
        ErrorKind::Stopped => Status::cancelled(error.to_string()),
        ErrorKind::Machine | ErrorKind::Internal => Status::internal(error.to_string()),
    }
}

fn encoded(schema: SchemaRef, batches: impl Stream<Item = Result<RecordBatch, FlightError>> + Send + 'static) -> Rows {
    let flight = FlightDataEncoderBuilder::new().with_schema(schema).build(batches);
    Box::pin(flight.map_err(Status::from))
}

fn one(batch: Result<RecordBatch, FlightError>) -> Result<Response<Rows>, Status> {
    let batch = batch.map_err(Status::from)?;
    Ok(Response::new(encoded(batch.schema(), stream::iter([Ok(batch)]))))
}

/// The same request again, as a ticket.
fn info(
    command: &impl ProstMessageExt,
    schema: Option<&SchemaRef>,
    of: FlightDescriptor,
) -> Result<Response<FlightInfo>, Status> {
    let ticket = Ticket { ticket: command.as_any().encode_to_vec().into() };
    let mut info = FlightInfo::new().with_endpoint(FlightEndpoint::new().with_ticket(ticket)).with_descriptor(of);
    if let Some(schema) = schema {
        let not_written = |error: ArrowError| Status::internal(error.to_string());
        info = info.try_with_schema(schema).map_err(not_written)?;
    }
    Ok(Response::new(info))
}

/// What tools ask about the server.
fn about() -> Result<SqlInfoData, FlightError> {
    let mut about = SqlInfoDataBuilder::new();
    about.append(SqlInfo::FlightSqlServerName, "Margay");
    about.append(SqlInfo::FlightSqlServerVersion, env!("CARGO_PKG_VERSION"));
    about.append(SqlInfo::FlightSqlServerArrowVersion, "1.3");
    about.append(SqlInfo::FlightSqlServerReadOnly, true);
    about.append(SqlInfo::FlightSqlServerSql, true);
    about.append(SqlInfo::FlightSqlServerSubstrait, false);
    about.build()
}

#[tonic::async_trait]
impl FlightSqlService for Questions {
    type FlightService = Self;

    async fn do_handshake(&self, request: Request<Streaming<HandshakeRequest>>) -> Result<Response<Hands>, Status> {
        let token = who::shake_hands(self.app.engine(), &request).await?;
        let hand = HandshakeResponse { protocol_version: 0, payload: token.clone().into_bytes().into() };
        let mut response: Response<Hands> = Response::new(stream::iter([Ok(hand)]).boxed());
        let header = format!("Bearer {token}").parse();
        let header = header.map_err(|_not_ascii| Status::internal("a token that is no header"))?;
        response.metadata_mut().insert("authorization", header);
        Ok(response)
    }

    async fn get_flight_info_statement(
        &self,
        query: CommandStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.principal(&request).await?;
        info(&TicketStatementQuery { statement_handle: query.query.into() }, None, request.into_inner())
    }

    async fn do_get_statement(
        &self,
        ticket: TicketStatementQuery,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.ask(&ticket.statement_handle, &request).await
    }

    async fn do_action_create_prepared_statement(
        &self,
        query: ActionCreatePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        self.principal(&request).await?;
        // The handle is the question; its columns come with the answer.
        Ok(ActionCreatePreparedStatementResult {
            prepared_statement_handle: query.query.into(),
            ..ActionCreatePreparedStatementResult::default()
        })
    }

    async fn do_action_close_prepared_statement(
        &self,
        _: ActionClosePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<(), Status> {
        self.principal(&request).await.map(|_| ())
    }

    async fn get_flight_info_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.principal(&request).await?;
        info(&query, None, request.into_inner())
    }

    async fn do_get_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.ask(&query.prepared_statement_handle, &request).await
    }

    async fn get_flight_info_catalogs(
        &self,
        query: CommandGetCatalogs,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.principal(&request).await?;
        info(&query, Some(&query.into_builder().schema()), request.into_inner())
    }

    async fn do_get_catalogs(
        &self,
        query: CommandGetCatalogs,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.principal(&request).await?;
        let mut catalogs = query.into_builder();
        catalogs.append(CATALOG);
        one(catalogs.build())
    }

    async fn get_flight_info_schemas(
        &self,
        query: CommandGetDbSchemas,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.principal(&request).await?;
        info(&query, Some(&query.clone().into_builder().schema()), request.into_inner())
    }

    async fn do_get_schemas(
        &self,
        query: CommandGetDbSchemas,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.principal(&request).await?;
        let mut schemas = query.into_builder();
        schemas.append(CATALOG, SCHEMA);
        one(schemas.build())
    }

    async fn get_flight_info_tables(
        &self,
        query: CommandGetTables,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.principal(&request).await?;
        info(&query, Some(&query.clone().into_builder().schema()), request.into_inner())
    }

    async fn do_get_tables(&self, query: CommandGetTables, request: Request<Ticket>) -> Result<Response<Rows>, Status> {
        let view = self.view(&request).await?;
        let mut tables = query.into_builder();
        for table in view.tables_seen() {
            tables.append(CATALOG, SCHEMA, table.name, "TABLE", &table.schema()).map_err(Status::from)?;
        }
        one(tables.build())
    }

    async fn get_flight_info_table_types(
        &self,
        query: CommandGetTableTypes,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.principal(&request).await?;
        info(&query, Some(&query.into_builder().schema()), request.into_inner())
    }

    async fn do_get_table_types(
        &self,
        query: CommandGetTableTypes,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.principal(&request).await?;
        let mut types = query.into_builder();
        types.append("TABLE");
        one(types.build())
    }

    async fn get_flight_info_sql_info(
        &self,
        query: CommandGetSqlInfo,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.principal(&request).await?;
        let schema = about().map_err(Status::from)?.schema();
        info(&query, Some(&schema), request.into_inner())
    }

    async fn do_get_sql_info(
        &self,
        query: CommandGetSqlInfo,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.principal(&request).await?;
        let about = about().map_err(Status::from)?;
        one(query.into_builder(&about).build())
    }

    async fn register_sql_info(&self, _: i32, _: &SqlInfo) {}
}
