//! What has changed since: looked for once for all, and told to everybody who listens.

use std::time::Duration;

use tokio::sync::broadcast;

use super::app::App;

/// Something is new. What it is to whom is looked up through the view of whoever listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// Events were made or changed.
    Events,
    /// So many records have come.
    Rows(u64),
}

/// News that a listener may be behind; who is further behind hears of the newest.
const BEHIND_MAX: usize = 64;

/// How often the store is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// How often the lake is measured: it may lie in an object store.
const MEASURE: u32 = 15;

#[derive(Debug)]
pub(crate) struct Live(broadcast::Sender<News>);

impl Default for Live {
    fn default() -> Self {
        Self(broadcast::channel(BEHIND_MAX).0)
    }
}

impl Live {
    pub(crate) fn listen(&self) -> broadcast::Receiver<News> {
        self.0.subscribe()
    }

    fn tell(&self, news: News) {
        // Nobody listens: nobody is told.
        drop(self.0.send(news));
    }
}

/// Looks at store and lake until the server stops. Other processes may write to both.
pub(crate) async fn watch_store(app: App) {
    let mut stopping = app.stopping();
    let (mut seen, mut rows, mut bytes) = (None, None, 0);
    for round in 0_u32.. {
        if round % MEASURE == 0
            && let Ok(figures) = app.engine().lake_status().await
        {
            let now = figures.iter().map(|table| table.rows).sum();
            bytes = figures.iter().map(|table| table.bytes).sum();
            if let Some(before) = rows.replace(now).filter(|before| now > *before) {
                app.live().tell(News::Rows(now - before));
            }
        }
        match app.engine().newest().await {
            Ok(newest) => {
                app.metrics().holds(newest.events, rows.unwrap_or(0), bytes);
                if seen.replace(newest).is_some_and(|before| before != newest) {
                    app.live().tell(News::Events);
                }
            }
            Err(error) => tracing::warn!(error = %error, "could not look for news"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
    }
}
