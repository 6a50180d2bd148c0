//! What holds for every request: who asks, what they may cost, what they are told, what browsers are told to refuse.

mod etag;
mod extract;
mod files;
mod guard;
mod headers;
mod identify;
pub(crate) mod limits;
pub(crate) mod metrics;
mod problem;
pub(crate) mod request_id;
mod watch;

pub(crate) use etag::etag;
pub(crate) use extract::{Asked, Body, Named};
pub(crate) use files::page;
pub(crate) use guard::guard;
pub(crate) use headers::headers;
pub(crate) use identify::{Caller, Peer, identify, session_cookie};
pub(crate) use problem::{Answer, Problem};
pub(crate) use watch::watch;
