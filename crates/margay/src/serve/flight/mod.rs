//! Arrow Flight SQL: notebooks and database tools ask in SQL and get columns. Reads only, with the scope of the key.
//!
//! Nothing is kept between requests: a ticket is the question itself, and who asks is looked at again each time.

mod service;
mod who;

use arrow_flight::flight_service_server::FlightServiceServer;
use axum::Router;
use tonic::service::Routes;

use super::app::App;

/// The service as a router, to be served like the other one.
pub(super) fn router(app: App) -> Router {
    Routes::new(FlightServiceServer::new(service::Questions::new(app))).into_axum_router()
}
