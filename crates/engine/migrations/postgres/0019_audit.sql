-- Who did what: each line holds the digest of the line before it. Lines are added, and nothing else, whoever asks.
CREATE TABLE audit_log (
    number  BIGINT PRIMARY KEY,
    done_at BIGINT NOT NULL,
    done_by TEXT NOT NULL,
    address TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- JSON, as it went into the digest.
    detail  TEXT NOT NULL,
    digest  TEXT NOT NULL
);
CREATE INDEX audit_log_done_at ON audit_log (done_at, number);
CREATE FUNCTION margay_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'lines of the audit log are never changed or removed'; END $$;
CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION margay_audit_stays();
CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION margay_audit_stays();
