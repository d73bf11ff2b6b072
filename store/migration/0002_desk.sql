-- What belongs to this desk: its call journal, its drafts, its settings.

-- +goose Up

-- The call journal. entry is the call as it stood after the step, head the
-- sequence of the shared data at that moment.
CREATE TABLE journal (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    at    INTEGER NOT NULL,
    kind  TEXT NOT NULL,
    call  TEXT NOT NULL,
    actor TEXT NOT NULL,
    head  INTEGER NOT NULL,
    entry TEXT NOT NULL,
    raw   BLOB
);

-- +goose StatementBegin
CREATE TRIGGER journal_never_updated BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the call journal is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER journal_never_deleted BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the call journal is append-only');
END;
-- +goose StatementEnd

-- The journal folded: one row for each call, derived from its journal rows.
CREATE TABLE call (
    rowid         INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    journal       INTEGER NOT NULL,
    client        TEXT NOT NULL,
    number        TEXT NOT NULL,
    name          TEXT NOT NULL,
    arrived       INTEGER NOT NULL,
    ended         INTEGER NOT NULL,
    answered_by   TEXT NOT NULL,
    answered_head INTEGER NOT NULL,
    entry         TEXT NOT NULL
);
CREATE INDEX call_arrived ON call (arrived);
CREATE INDEX call_alive ON call (journal) WHERE ended = 0;
CREATE INDEX call_number ON call (number, ended);
CREATE INDEX call_answered ON call (client, answered_by, answered_head) WHERE answered_by <> '';

-- Messages being typed. message is the id that the message will have.
CREATE TABLE draft (
    ticket  TEXT PRIMARY KEY,
    message TEXT NOT NULL,
    opened  INTEGER NOT NULL,
    saved   INTEGER NOT NULL,
    body    TEXT NOT NULL
);

CREATE TABLE settings (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    body TEXT NOT NULL
);
