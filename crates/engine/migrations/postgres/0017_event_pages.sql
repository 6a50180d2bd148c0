-- What a sorted page of many threat events is read from; PostgreSQL has its own words for lists of JSON.

-- The severity as a number, 4 for critical, so that it sorts.
ALTER TABLE threat_events ADD COLUMN severity_rank BIGINT NOT NULL DEFAULT 0;
UPDATE threat_events SET severity_rank =
    CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END;
CREATE INDEX threat_events_order ON threat_events (severity_rank, confidence, last_seen, event_id, first_seen);
DROP INDEX threat_events_last_seen;
CREATE INDEX threat_events_newest ON threat_events (last_seen, severity_rank, confidence, event_id, first_seen);

-- Techniques of each event, and the techniques that they belong to, in the order in which events are listed.
CREATE TABLE event_techniques (
    technique     TEXT NOT NULL,
    severity_rank BIGINT NOT NULL,
    confidence    BIGINT NOT NULL,
    last_seen     BIGINT NOT NULL,
    event_id      TEXT NOT NULL,
    first_seen    BIGINT NOT NULL,
    PRIMARY KEY (technique, severity_rank, confidence, last_seen, event_id)
) WITHOUT ROWID;
INSERT INTO event_techniques (technique, severity_rank, confidence, last_seen, event_id, first_seen)
    SELECT t.value, e.severity_rank, e.confidence, e.last_seen, e.event_id, e.first_seen
    FROM threat_events e, json_array_elements_text(e.techniques::json) t (value) WHERE length(t.value) <= 40
    UNION
    SELECT substr(t.value, 1, strpos(t.value, '.') - 1), e.severity_rank, e.confidence, e.last_seen, e.event_id, e.first_seen
    FROM threat_events e, json_array_elements_text(e.techniques::json) t (value) WHERE strpos(t.value, '.') > 1 AND length(t.value) <= 40;
CREATE INDEX event_techniques_event ON event_techniques (event_id);

-- How long the longest event lasts: those of a span of time end within it or so much later.
INSERT INTO marks (name, value)
    SELECT 'events_longest', max(last_seen - first_seen) FROM threat_events HAVING count(*) > 0;
