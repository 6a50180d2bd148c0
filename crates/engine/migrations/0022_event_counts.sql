-- What is counted of many threat events, and where texts are found in them.

-- The category beside dataset and marking: lists and counts that ask for it read indexes alone.
DROP INDEX threat_events_order;
CREATE INDEX threat_events_order ON threat_events (severity_rank, confidence, last_seen, event_id, first_seen, category, dataset, tlp);
DROP INDEX threat_events_newest;
CREATE INDEX threat_events_newest ON threat_events (last_seen, severity_rank, confidence, event_id, first_seen, category, dataset, tlp);
CREATE INDEX threat_events_counts ON threat_events (dataset, category, severity_rank, tlp, last_seen, confidence, event_id, first_seen);
DROP INDEX threat_events_subject;
CREATE INDEX threat_events_subject ON threat_events (dataset, subject, last_seen, first_seen, severity_rank, tlp, event_id);

-- The same of events as they are listed under their techniques.
ALTER TABLE event_techniques ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE event_techniques ADD COLUMN dataset TEXT NOT NULL DEFAULT '';
ALTER TABLE event_techniques ADD COLUMN tlp TEXT NOT NULL DEFAULT '';
UPDATE event_techniques SET
    category = (SELECT e.category FROM threat_events e WHERE e.event_id = event_techniques.event_id),
    dataset = (SELECT e.dataset FROM threat_events e WHERE e.event_id = event_techniques.event_id),
    tlp = (SELECT e.tlp FROM threat_events e WHERE e.event_id = event_techniques.event_id)
    WHERE EXISTS (SELECT 1 FROM threat_events e WHERE e.event_id = event_techniques.event_id);

-- Events under each of their tactics.
CREATE TABLE event_tactics (
    tactic        TEXT NOT NULL,
    severity_rank BIGINT NOT NULL,
    confidence    BIGINT NOT NULL,
    last_seen     BIGINT NOT NULL,
    event_id      TEXT NOT NULL,
    first_seen    BIGINT NOT NULL,
    category      TEXT NOT NULL,
    dataset       TEXT NOT NULL,
    tlp           TEXT NOT NULL,
    PRIMARY KEY (tactic, severity_rank, confidence, last_seen, event_id)
) WITHOUT ROWID;
INSERT INTO event_tactics (tactic, severity_rank, confidence, last_seen, event_id, first_seen, category, dataset, tlp)
    SELECT DISTINCT t.value, e.severity_rank, e.confidence, e.last_seen, e.event_id, e.first_seen, e.category, e.dataset, e.tlp
    FROM threat_events e, json_each(e.tactics) t WHERE length(t.value) <= 40;
CREATE INDEX event_tactics_event ON event_tactics (event_id);

-- What texts are looked for in: the title, targets and indicators, a line each.
CREATE TABLE event_texts (
    number   INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    text     TEXT NOT NULL
);
INSERT INTO event_texts (event_id, text)
    SELECT e.event_id, e.title
        || coalesce(char(10) || (SELECT group_concat(t.value, char(10)) FROM json_each(e.targets) t), '')
        || coalesce(char(10) || (SELECT group_concat(i.value, char(10)) FROM json_each(e.indicators) i), '')
    FROM threat_events e;

-- By three letters each, wherever in a line they stand.
CREATE VIRTUAL TABLE event_text_index USING fts5(text, content = 'event_texts', content_rowid = 'number', tokenize = 'trigram', detail = 'none');
INSERT INTO event_text_index (event_text_index) VALUES ('rebuild');
CREATE TRIGGER event_texts_added AFTER INSERT ON event_texts BEGIN
    INSERT INTO event_text_index (rowid, text) VALUES (new.number, new.text);
END;
CREATE TRIGGER event_texts_removed AFTER DELETE ON event_texts BEGIN
    INSERT INTO event_text_index (event_text_index, rowid, text) VALUES ('delete', old.number, old.text);
END;
CREATE TRIGGER event_texts_changed AFTER UPDATE ON event_texts BEGIN
    INSERT INTO event_text_index (event_text_index, rowid, text) VALUES ('delete', old.number, old.text);
    INSERT INTO event_text_index (rowid, text) VALUES (new.number, new.text);
END;
