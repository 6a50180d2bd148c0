//! PostgreSQL's protocol: psql, Grafana and database tools ask in SQL. Reads only, with the scope of the key.
//!
//! `connection` says who may come in and for how long, `session` answers one client, `words` what is no question but
//! said all the same (`SET`, `BEGIN`), `values` reads parameters, `rows` writes answers, `told` errors.

mod connection;
mod rows;
mod session;
mod told;
mod values;
mod who;
mod words;

pub(super) use connection::listen;
