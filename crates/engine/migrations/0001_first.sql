-- The operational store: what Margay concludes and is told. Instants are microseconds since 1970 in UTC.
-- Columns that `schema::tables` declares for a store table carry the same names here; `document` holds the whole
-- object as JSON where code needs it back.

CREATE TABLE runs (
    run_id      TEXT PRIMARY KEY,
    command     TEXT NOT NULL,
    state       TEXT NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    received    BIGINT,
    rows        BIGINT,
    rejects     BIGINT,
    findings    BIGINT,
    events      BIGINT,
    version     TEXT NOT NULL,
    error       TEXT,
    details     TEXT NOT NULL
);

-- How far each source of bytes has been read. The lake's own transactions are the truth about what is committed;
-- this saves looking at bytes that need no second look.
CREATE TABLE sources (
    source_key        TEXT PRIMARY KEY,
    path              TEXT NOT NULL,
    format            TEXT NOT NULL,
    dataset           TEXT NOT NULL,
    fingerprint_bytes BIGINT NOT NULL,
    fingerprint       TEXT NOT NULL,
    position          BIGINT NOT NULL,
    tail_bytes        BIGINT NOT NULL,
    tail              TEXT NOT NULL,
    size_bytes        BIGINT,
    modified_at       BIGINT,
    finished          BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL
);
CREATE INDEX sources_path ON sources (path);

CREATE TABLE indicators (
    kind        TEXT NOT NULL,
    value       TEXT NOT NULL,
    source      TEXT NOT NULL,
    confidence  BIGINT NOT NULL,
    tlp         TEXT NOT NULL,
    label       TEXT NOT NULL DEFAULT '',
    technique   TEXT,
    valid_from  BIGINT,
    valid_until BIGINT,
    reference   TEXT,
    loaded_at   BIGINT NOT NULL,
    PRIMARY KEY (kind, value, source, label)
) WITHOUT ROWID;
CREATE INDEX indicators_loaded_at ON indicators (loaded_at);

CREATE TABLE findings (
    finding_id       TEXT PRIMARY KEY,
    dataset          TEXT NOT NULL,
    detector         TEXT NOT NULL,
    detector_version TEXT NOT NULL,
    subject_kind     TEXT NOT NULL,
    subject          TEXT NOT NULL,
    object_kind      TEXT,
    object           TEXT,
    window_start     BIGINT NOT NULL,
    window_end       BIGINT NOT NULL,
    first_seen       BIGINT NOT NULL,
    last_seen        BIGINT NOT NULL,
    n_records        BIGINT NOT NULL,
    score            DOUBLE PRECISION NOT NULL,
    p_value          DOUBLE PRECISION,
    q_value          DOUBLE PRECISION,
    null_hypothesis  TEXT,
    confidence       BIGINT NOT NULL,
    techniques       TEXT NOT NULL,
    labels           TEXT NOT NULL,
    because          TEXT NOT NULL,
    unless           TEXT NOT NULL,
    statistics       TEXT NOT NULL,
    evidence         TEXT NOT NULL,
    tlp              TEXT NOT NULL,
    event_id         TEXT,
    run_id           TEXT NOT NULL,
    document         TEXT NOT NULL
);
CREATE INDEX findings_window ON findings (detector, window_start, window_end);
CREATE INDEX findings_subject ON findings (dataset, subject);
CREATE INDEX findings_event ON findings (event_id);

CREATE TABLE threat_events (
    event_id       TEXT PRIMARY KEY,
    dataset        TEXT NOT NULL,
    subject        TEXT NOT NULL,
    category       TEXT NOT NULL,
    title          TEXT NOT NULL,
    description    TEXT NOT NULL,
    severity       TEXT NOT NULL,
    confidence     BIGINT NOT NULL,
    first_seen     BIGINT NOT NULL,
    last_seen      BIGINT NOT NULL,
    techniques     TEXT NOT NULL,
    tactics        TEXT NOT NULL,
    phases         TEXT NOT NULL,
    targets        TEXT NOT NULL,
    indicators     TEXT NOT NULL,
    p_value        DOUBLE PRECISION,
    q_value        DOUBLE PRECISION,
    n_records      BIGINT NOT NULL,
    n_findings     BIGINT NOT NULL,
    attack_version TEXT NOT NULL,
    tlp            TEXT NOT NULL,
    run_id         TEXT NOT NULL,
    document       TEXT NOT NULL
);
CREATE INDEX threat_events_subject ON threat_events (dataset, subject);
CREATE INDEX threat_events_last_seen ON threat_events (last_seen);

-- Subjects whose findings have changed and whose threat events have not been made anew yet: a crash in between
-- leaves them here for the next run.
CREATE TABLE stale_subjects (
    dataset TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (dataset, subject)
);

-- Version of each lake table up to which detection has looked, and small facts of the like.
CREATE TABLE marks (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

-- ATT&CK versions that were loaded; the newest of a domain is used.
CREATE TABLE attack_references (
    domain    TEXT NOT NULL,
    version   TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    facts     TEXT NOT NULL,
    PRIMARY KEY (domain, version)
);
