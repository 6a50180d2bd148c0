//! Server-sent events: what is new, told to whoever may see it.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, Sse},
};
use engine::Permission;
use futures::{Stream, stream};
use schema::Timestamp;
use tokio::sync::{broadcast::error::RecvError, watch};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{
    App,
    live::News,
    web::{Answer, Caller, Problem},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(news))
}

/// A stream ends after this time and the browser begins another: who has been disabled meanwhile does not.
const LASTS: Duration = Duration::from_secs(300);

/// Says that the line is not dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Streams that are open at once, over all.
const STREAMS_MAX: i64 = 500;

/// News as they come
///
/// Events of the stream: `events` {n, latest} when threat events that the caller may see were made or changed,
/// `ingest` {rows} when records have come, `heartbeat` {} in between. It ends after five minutes: connect again.
#[utoipa::path(get, path = "/stream", tag = "stream",
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 401, body = Problem)))]
async fn news(
    State(app): State<App>,
    caller: Caller,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>> + Send>> {
    caller.needs(Permission::ReadEvents)?;
    if app.metrics().streams().get() >= STREAMS_MAX {
        return Err(Problem::too_many(30));
    }
    let listening = Listening::new(app, caller);
    Ok(Sse::new(stream::unfold(listening, |mut listening| async move {
        let event = listening.next().await?;
        Some((Ok(event), listening))
    })))
}

struct Listening {
    news: tokio::sync::broadcast::Receiver<News>,
    stopping: watch::Receiver<bool>,
    ends: tokio::time::Instant,
    /// What was told last: what is not visible is not told, nor that it has changed.
    told: Option<(u64, Timestamp)>,
    begun: bool,
    caller: Caller,
    app: App,
}

impl Listening {
    fn new(app: App, caller: Caller) -> Self {
        app.metrics().streams().inc();
        Self {
            news: app.live().listen(),
            stopping: app.stopping(),
            ends: tokio::time::Instant::now() + LASTS,
            told: None,
            begun: false,
            caller,
            app,
        }
    }

    async fn next(&mut self) -> Option<Event> {
        if !std::mem::replace(&mut self.begun, true) {
            // Tells the browser at once that the line stands, and when to try again where it breaks.
            return Some(Event::default().event("heartbeat").data("{}").retry(Duration::from_secs(3)));
        }
        loop {
            let news = tokio::select! {
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                () = tokio::time::sleep_until(self.ends) => return None,
                () = tokio::time::sleep(HEARTBEAT) => return Some(Event::default().event("heartbeat").data("{}")),
                news = self.news.recv() => news,
            };
            match news {
                // Whoever has missed some hears of the newest.
                Ok(News::Events) | Err(RecvError::Lagged(_)) => {
                    if let Some(event) = self.events().await {
                        return Some(event);
                    }
                }
                Ok(News::Rows(rows)) if self.app.sees_all_records(&self.caller) => {
                    let data = serde_json::json!({ "rows": rows });
                    return Some(Event::default().event("ingest").data(data.to_string()));
                }
                Ok(News::Rows(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }

    async fn events(&mut self) -> Option<Event> {
        let (n, latest) = self.app.view(&self.caller).news().await.ok()?;
        if self.told.replace((n, latest)).is_some_and(|before| before == (n, latest)) {
            return None;
        }
        Some(Event::default().event("events").data(serde_json::json!({ "n": n, "latest": latest }).to_string()))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.app.metrics().streams().dec();
    }
}
