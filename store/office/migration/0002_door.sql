-- What the door of an office keeps: who may come in. Of codes, passwords and sessions
-- it holds what was made of them.

-- +goose Up

-- The pairing code that is open, or was: one for a bureau. derived is the key that
-- argon2id made of it; desk and certificate are what it was used for, '' not yet.
CREATE TABLE invitation (
    bureau      TEXT   NOT NULL PRIMARY KEY,
    nonce       BYTEA  NOT NULL,
    salt        BYTEA  NOT NULL,
    derived     BYTEA  NOT NULL,
    name        TEXT   NOT NULL,
    until       BIGINT NOT NULL,
    wrong       BIGINT NOT NULL,
    desk        TEXT   NOT NULL,
    certificate BYTEA  NOT NULL
);

-- The paired machines: the SHA-256 of each one's certificate, and when it was revoked,
-- 0 never. A certificate that is not here counts as revoked.
CREATE TABLE machine (
    bureau      TEXT   NOT NULL,
    desk        TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    certificate BYTEA  NOT NULL,
    revoked     BIGINT NOT NULL,
    PRIMARY KEY (bureau, desk)
);

-- What operators log in with: the name as it is compared, and the PHC string of the
-- password.
CREATE TABLE credential (
    bureau   TEXT NOT NULL,
    name     TEXT NOT NULL,
    operator TEXT NOT NULL,
    hash     TEXT NOT NULL,
    PRIMARY KEY (bureau, name)
);

-- The sessions: the SHA-256 of each one's token, and when it was last used.
CREATE TABLE session (
    bureau   TEXT   NOT NULL,
    token    BYTEA  NOT NULL,
    desk     TEXT   NOT NULL,
    operator TEXT   NOT NULL,
    used     BIGINT NOT NULL,
    PRIMARY KEY (bureau, token)
);
CREATE INDEX session_desk ON session (bureau, desk);
CREATE INDEX session_operator ON session (bureau, operator);

-- What the bureau has set, as JSON, by name.
CREATE TABLE setting (
    bureau TEXT NOT NULL,
    name   TEXT NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (bureau, name)
);
