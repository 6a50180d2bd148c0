-- What correlation reads of each threat event; a row that is missing is made anew from the event.
CREATE TABLE event_items (
    event_id TEXT PRIMARY KEY,
    item     TEXT NOT NULL
);

-- Campaigns as they last were put together; `document` has the thread, the reasons and what is shared.
CREATE TABLE campaigns (
    campaign_id TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    first_seen  BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    n_events    BIGINT NOT NULL,
    run_id      TEXT NOT NULL,
    document    TEXT NOT NULL
);
CREATE TABLE campaign_events (
    event_id    TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL,
    -- Its place in the order of time.
    place       BIGINT NOT NULL
);
CREATE INDEX campaign_events_campaign ON campaign_events (campaign_id, place);

-- What has become of campaigns: rows are added and never changed. Every id that ever was is in it.
CREATE TABLE campaign_changes (
    changed_at  BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    campaign_id TEXT NOT NULL,
    run_id      TEXT NOT NULL,
    change      TEXT NOT NULL,
    PRIMARY KEY (changed_at, number)
);
CREATE INDEX campaign_changes_campaign ON campaign_changes (campaign_id, changed_at);

-- What analysts have decided of campaigns; one that was taken back stays, with the instant.
CREATE TABLE campaign_decisions (
    decision_id BIGINT PRIMARY KEY,
    given_at    BIGINT NOT NULL,
    given_by    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    decision    TEXT NOT NULL,
    revoked_at  BIGINT
);

-- Groups, software and campaigns of ATT&CK versions that were loaded.
CREATE TABLE attack_actors (
    domain    TEXT NOT NULL,
    version   TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    facts     TEXT NOT NULL,
    PRIMARY KEY (domain, version)
);
