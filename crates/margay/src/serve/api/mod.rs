//! The interface for the page and for programs: one file a resource, and the description that follows from them.

mod attack;
mod campaigns;
mod cases;
mod description;
mod detectors;
mod events;
mod indicators;
mod kept;
mod me;
mod meta;
mod overview;
mod people;
mod questions;
mod row;
mod rules;
mod search;
mod session;
mod shapes;
mod sources;
mod sql;
mod stream;

use axum::{Router, routing::get};
use utoipa::openapi::{Info, License, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;

use super::App;

/// The form of Arrow's streams.
pub(super) const ARROW: &str = "application/vnd.apache.arrow.stream";

/// All addresses.
pub(super) fn router() -> Router<App> {
    let (router, _) = described().split_for_parts();
    router
        .route("/api/v1/openapi.json", get(meta::openapi))
        .route("/healthz", get(meta::healthz))
        .route("/readyz", get(meta::readyz))
        .route("/metrics", get(meta::metrics))
}

/// OpenAPI 3.1.
pub(crate) fn description() -> OpenApi {
    let mut description = described().split_for_parts().1;
    description::complete(&mut description);
    description
}

fn described() -> OpenApiRouter<App> {
    let mut info = Info::new("Margay", "1");
    info.description = Some(
        "Everything that the page shows and does. People come with the cookie of a session, programs with a key as \
         `Authorization: Bearer`. What somebody may not see is answered exactly like what does not exist; errors are \
         problems after RFC 9457, told apart by `code`."
            .to_owned(),
    );
    info.license = Some(License::new("Apache-2.0"));
    let resources = OpenApiRouter::new()
        .merge(session::routes())
        .merge(me::routes())
        .merge(overview::routes())
        .merge(events::routes())
        .merge(stream::routes())
        .merge(sql::routes())
        .merge(campaigns::routes())
        .merge(attack::routes())
        .merge(rules::routes())
        .merge(indicators::routes())
        .merge(search::routes())
        .merge(detectors::routes())
        .merge(sources::routes())
        .merge(people::routes())
        .merge(questions::routes())
        .merge(cases::routes());
    OpenApiRouter::with_openapi(OpenApiBuilder::new().info(info).build()).nest("/api/v1", resources)
}
