-- Cases: what is found and sorted by stands in columns, the whole case in `document`. Its history is in `work_history`.
CREATE TABLE cases (
    case_id    TEXT PRIMARY KEY,
    number     BIGINT NOT NULL UNIQUE,
    version    BIGINT NOT NULL,
    title      TEXT NOT NULL,
    severity   TEXT NOT NULL,
    state      TEXT NOT NULL,
    owner      TEXT,
    due_at     BIGINT,
    tlp        TEXT NOT NULL,
    opened_at  BIGINT NOT NULL,
    opened_by  TEXT NOT NULL,
    closed_at  BIGINT,
    outcome    TEXT,
    changed_at BIGINT NOT NULL,
    document   TEXT NOT NULL
);
CREATE INDEX cases_state ON cases (state, changed_at);

-- Which case holds what: for whoever comes from an event.
CREATE TABLE case_evidence (
    case_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    item    TEXT NOT NULL,
    PRIMARY KEY (case_id, kind, item)
);
CREATE INDEX case_evidence_item ON case_evidence (kind, item);
