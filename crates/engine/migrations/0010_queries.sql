-- Questions about events that people keep, and whom to tell when an event answers one.
CREATE TABLE saved_queries (
    query_id TEXT PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    -- A filter or SQL, as JSON.
    question TEXT NOT NULL,
    alert    TEXT NOT NULL,
    channel  TEXT,
    saved_at BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    -- When the last digest was made.
    told_at  BIGINT NOT NULL
);

-- Which events have answered which query: a row is the promise that nobody is told of it a second time. Without a
-- message the event waits for the next digest; with an empty one it was there before the query.
CREATE TABLE query_matches (
    query_id   TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    matched_at BIGINT NOT NULL,
    message_id TEXT,
    PRIMARY KEY (query_id, event_id)
);
CREATE INDEX query_matches_message ON query_matches (query_id, message_id);

-- Messages on their way: written with the marks above in one transaction, and sent until somebody has taken them.
CREATE TABLE outbox (
    message_id    TEXT PRIMARY KEY,
    query_id      TEXT NOT NULL,
    channel       TEXT NOT NULL,
    n_events      BIGINT NOT NULL,
    body          TEXT NOT NULL,
    state         TEXT NOT NULL,
    tries         BIGINT NOT NULL,
    made_at       BIGINT NOT NULL,
    next_at       BIGINT NOT NULL,
    -- Until then another process is sending it.
    claimed_until BIGINT NOT NULL,
    sent_at       BIGINT,
    error         TEXT
);
CREATE INDEX outbox_due ON outbox (state, next_at);
