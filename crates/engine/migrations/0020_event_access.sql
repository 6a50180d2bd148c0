-- Pages of events are read from indexes alone also by who sees some datasets and markings only.

DROP INDEX threat_events_order;
CREATE INDEX threat_events_order ON threat_events (severity_rank, confidence, last_seen, event_id, first_seen, dataset, tlp);
DROP INDEX threat_events_newest;
CREATE INDEX threat_events_newest ON threat_events (last_seen, severity_rank, confidence, event_id, first_seen, dataset, tlp);
