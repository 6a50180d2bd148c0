-- People who may use the server, and what they sign in with. Secrets are kept as digests wherever that is possible.
CREATE TABLE people (
    person_id    TEXT PRIMARY KEY,
    -- What they sign in with: lower case, and never given twice, because history names people by it.
    name         TEXT NOT NULL,
    role         TEXT NOT NULL,
    -- What they may see: datasets and the strictest marking, as JSON.
    scope        TEXT NOT NULL,
    -- argon2id, in the form that says how it was made; missing until a one-time link was used.
    password     TEXT,
    -- What codes of the second factor are made from (base32); `totp_pending` until a first code has proved it.
    totp_secret  TEXT,
    totp_pending TEXT,
    -- The last step of time whose code was taken: none is taken twice.
    totp_step    BIGINT NOT NULL,
    made_at      BIGINT NOT NULL,
    made_by      TEXT NOT NULL,
    seen_at      BIGINT,
    disabled_at  BIGINT,
    removed_at   BIGINT
);
CREATE UNIQUE INDEX people_name ON people (name);

-- Codes that stand for the second factor once, where the device is lost.
CREATE TABLE recovery_codes (
    person_id TEXT NOT NULL,
    digest    TEXT NOT NULL,
    PRIMARY KEY (person_id, digest)
);

-- One-time links: of the first administrator (without a person), of those invited, of those who forgot.
CREATE TABLE invitations (
    digest     TEXT PRIMARY KEY,
    person_id  TEXT,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    digest     TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    person_id  TEXT NOT NULL,
    began_at   BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    address    TEXT NOT NULL,
    agent      TEXT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);

CREATE TABLE api_keys (
    key_id     TEXT PRIMARY KEY,
    digest     TEXT NOT NULL,
    person_id  TEXT NOT NULL,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,
    scope      TEXT NOT NULL,
    -- A JSON list of networks that it may be used from; empty: from anywhere.
    addresses  TEXT NOT NULL,
    made_at    BIGINT NOT NULL,
    made_by    TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    used_at    BIGINT,
    used_from  TEXT,
    -- When it was last told that the key was refused.
    refused_at BIGINT
);
CREATE INDEX api_keys_person ON api_keys (person_id);

-- Attempts to sign in that have not succeeded, by name, by address, and by both. Old ones are forgotten.
CREATE TABLE sign_in_failures (
    name     TEXT PRIMARY KEY,
    n        BIGINT NOT NULL,
    last_at  BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_last ON sign_in_failures (last_at);
