-- What people have made of each threat event: a row from the first change on. Runs of detection never write here.
CREATE TABLE event_work (
    event_id      TEXT PRIMARY KEY,
    -- The number of its last line of history.
    version       BIGINT NOT NULL,
    state         TEXT NOT NULL,
    -- The newest one of `event_verdicts`, which is what is learned from.
    verdict       TEXT NOT NULL,
    reason        TEXT NOT NULL,
    assignee      TEXT,
    -- A JSON list, for reading; `event_tags` is for finding.
    tags          TEXT NOT NULL,
    parent        TEXT,
    duplicate_of  TEXT,
    merged_state   TEXT,
    merged_verdict TEXT,
    n_comments    BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    changed_by    TEXT NOT NULL
);
CREATE INDEX event_work_state ON event_work (state, event_id);
CREATE INDEX event_work_assignee ON event_work (assignee, event_id);
CREATE INDEX event_work_duplicate ON event_work (duplicate_of);
CREATE INDEX event_work_parent ON event_work (parent);

CREATE TABLE event_tags (
    tag      TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (tag, event_id)
);
CREATE INDEX event_tags_event ON event_tags (event_id);

-- Who changed what, when, from what to what: of events and of cases. Rows are added, and nothing else.
CREATE TABLE work_history (
    subject    TEXT NOT NULL,
    number     BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    change     TEXT NOT NULL,
    old_value  TEXT NOT NULL,
    new_value  TEXT NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (subject, number)
);

-- Where a threat event comes from: 'detection'; 'import'; 'kept', where detection raises it no more and people had to
-- do with it. Of those, the ones that people have settled are withdrawn from lists.
CREATE TABLE withdrawn_events (
    event_id TEXT PRIMARY KEY
);
ALTER TABLE threat_events ADD COLUMN origin TEXT NOT NULL DEFAULT 'detection';

-- Verdicts that were given before are the first lines of history.
INSERT INTO work_history (subject, number, changed_at, changed_by, change, old_value, new_value, reason)
    SELECT v.event_id,
        (SELECT count(*) FROM event_verdicts e WHERE e.event_id = v.event_id AND e.given_at <= v.given_at),
        v.given_at, v.given_by, 'verdict', 'null',
        CASE v.verdict
            WHEN 'true_positive' THEN '{"state":"confirmed","verdict":"true_positive"}'
            WHEN 'false_positive' THEN '{"state":"false_positive","verdict":"false_positive"}'
            WHEN 'benign_true_positive' THEN '{"state":"benign_true_positive","verdict":"benign_true_positive"}'
            ELSE '{"state":"triaged","verdict":"open"}' END,
        v.reason
    FROM event_verdicts v;
INSERT INTO event_work (event_id, version, state, verdict, reason, tags, n_comments, changed_at, changed_by)
    SELECT v.event_id, (SELECT count(*) FROM event_verdicts e WHERE e.event_id = v.event_id),
        CASE v.verdict WHEN 'true_positive' THEN 'confirmed' WHEN 'open' THEN 'triaged' ELSE v.verdict END,
        v.verdict, v.reason, '[]', 0, v.given_at, v.given_by
    FROM event_verdicts v
    WHERE v.given_at = (SELECT max(n.given_at) FROM event_verdicts n WHERE n.event_id = v.event_id);
