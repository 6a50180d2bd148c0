-- What people here have found threat events to be; the newest one of an event counts, the others are its history.
CREATE TABLE event_verdicts (
    event_id TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    verdict  TEXT NOT NULL,
    given_by TEXT NOT NULL,
    reason   TEXT NOT NULL,
    -- The findings that the event rested on, as a JSON list: they may be judged again, the verdict stays about these.
    findings TEXT NOT NULL,
    PRIMARY KEY (event_id, given_at)
);
CREATE INDEX event_verdicts_given_at ON event_verdicts (given_at);
