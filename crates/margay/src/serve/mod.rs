//! The server: one HTTP interface for the page, for programs, and for what watches over the server.

mod api;
mod app;
mod encode;
mod flight;
mod live;
mod pg;
mod queries;
mod run;
mod web;

pub(crate) use api::description;
use app::App;
pub(crate) use run::{Serving, Tls, run};
