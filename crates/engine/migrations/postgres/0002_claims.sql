-- Claims in a compact form, as PostgreSQL has them: keys of any length, numbers that it gives, and its own JSON. What many
-- claims share is kept once: who says it under which word (origin), and all that is said besides (context).

-- What an index holds of a value: PostgreSQL's take up to 2,704 bytes, and lists hold longer values. Whoever looks for
-- a value asks for its key.
CREATE FUNCTION margay_key(value TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length(value) <= 900 THEN value ELSE left(value, 200) || ' ' || md5(value) END;

-- Numbers of kinds never change: they are the first part of every key below.
CREATE TABLE claim_kinds (
    kind BIGINT PRIMARY KEY,
    name TEXT NOT NULL
);
INSERT INTO claim_kinds (kind, name) VALUES
    (0, 'ip'), (1, 'domain'), (2, 'url'), (3, 'hash'), (4, 'email'), (5, 'user_agent'), (6, 'ja3'), (7, 'ja4'),
    (8, 'host_name'), (9, 'url_prefix'), (10, 'url_path'), (11, 'email_subject'), (12, 'email_domain'),
    (13, 'imphash'), (14, 'ssdeep'), (15, 'tlsh'), (16, 'file_name'), (17, 'file_path'), (18, 'registry_key'),
    (19, 'mutex'), (20, 'named_pipe'), (21, 'ja3s'), (22, 'hassh'), (23, 'certificate'), (24, 'certificate_serial'),
    (25, 'asn'), (26, 'cve'), (27, 'wallet');

CREATE TABLE claim_origins (
    origin_id INTEGER PRIMARY KEY,
    source    TEXT NOT NULL,
    label     TEXT NOT NULL
);
CREATE UNIQUE INDEX claim_origins_key ON claim_origins (margay_key(source), margay_key(label));

CREATE TABLE claim_contexts (
    context_id  INTEGER PRIMARY KEY,
    -- Of all columns below: equal contexts are one.
    digest      TEXT NOT NULL UNIQUE,
    confidence  BIGINT NOT NULL,
    reliability TEXT,
    tlp         TEXT NOT NULL,
    malware     TEXT,
    actor       TEXT,
    labels      TEXT NOT NULL,
    technique   TEXT,
    revoked     BIGINT NOT NULL,
    reference   TEXT
);

CREATE TABLE claims (
    kind        BIGINT NOT NULL,
    value       TEXT NOT NULL,
    origin_id   BIGINT NOT NULL,
    context_id  BIGINT NOT NULL,
    loaded_at   BIGINT NOT NULL,
    renewed_at  BIGINT NOT NULL,
    raw         TEXT,
    first_seen  BIGINT,
    last_seen   BIGINT,
    valid_from  BIGINT,
    valid_until BIGINT
);
CREATE UNIQUE INDEX claims_key ON claims (kind, margay_key(value), origin_id);

INSERT INTO claim_origins (source, label) SELECT DISTINCT source, label FROM indicators ORDER BY source, label;
INSERT INTO claim_contexts (digest, confidence, tlp, labels, technique, revoked, reference)
    SELECT DISTINCT
        'first:' || confidence || ' ' || tlp || ' ' || label || ' ' || coalesce(technique, '') || ' ' || coalesce(reference, ''),
        confidence, tlp,
        CASE WHEN label = '' THEN '[]' ELSE json_build_array(label)::TEXT END,
        technique, 0, reference
    FROM indicators;
INSERT INTO claims (kind, value, origin_id, context_id, loaded_at, renewed_at, valid_from, valid_until)
    SELECT k.kind, i.value, o.origin_id, x.context_id, i.loaded_at, i.loaded_at, i.valid_from, i.valid_until
    FROM indicators i
    JOIN claim_kinds k ON k.name = i.kind
    JOIN claim_origins o ON o.source = i.source AND o.label = i.label
    JOIN claim_contexts x ON x.digest =
        'first:' || i.confidence || ' ' || i.tlp || ' ' || i.label || ' ' || coalesce(i.technique, '') || ' ' || coalesce(i.reference, '')
    ORDER BY k.kind, i.value, o.origin_id;

-- Counting ten million rows takes seconds, so it is kept beside them.
INSERT INTO marks (name, value) SELECT 'claims_count', count(*) FROM claims;
INSERT INTO marks (name, value) SELECT 'claims_newest', max(loaded_at) FROM claims WHERE loaded_at IS NOT NULL HAVING count(*) > 0;

DROP TABLE indicators;

CREATE VIEW indicators AS
    SELECT k.name AS kind, c.value, c.raw, o.source, x.confidence, x.reliability, x.tlp, nullif(o.label, '') AS label,
        x.malware, x.actor, x.labels, x.technique, c.first_seen, c.last_seen, c.valid_from, c.valid_until, x.revoked,
        x.reference, c.loaded_at, c.renewed_at
    FROM claims c
    JOIN claim_kinds k ON k.kind = c.kind
    JOIN claim_origins o ON o.origin_id = c.origin_id
    JOIN claim_contexts x ON x.context_id = c.context_id;

-- What a person here has found an indicator to be; the newest one counts, and the others are its history.
CREATE TABLE claim_verdicts (
    kind     BIGINT NOT NULL,
    value    TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    verdict  TEXT NOT NULL,
    given_by TEXT NOT NULL,
    reason   TEXT NOT NULL
);
CREATE UNIQUE INDEX claim_verdicts_key ON claim_verdicts (kind, margay_key(value), given_at);

CREATE INDEX findings_object ON findings (detector, object);
