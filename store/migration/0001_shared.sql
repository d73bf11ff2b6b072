-- Shared data: what an office and its desks have in common. Each row is a JSON
-- body, with the columns that queries need beside it and the sequence of the
-- mutation that last changed it. Times are microseconds since 1970, UTC; 0 is none.

-- +goose Up

-- The one sequence. It is taken inside the transaction that uses it, so that no
-- reader can see a later number before an earlier one.
CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL
);
INSERT INTO head (one, seq) VALUES (1, 0);

-- Every mutation that was applied, as it was asked for.
CREATE TABLE mutation (
    uuid  TEXT PRIMARY KEY,
    seq   INTEGER NOT NULL UNIQUE,
    name  TEXT NOT NULL,
    args  TEXT NOT NULL,
    actor TEXT NOT NULL,
    at    INTEGER NOT NULL
);

-- Who changed which field of what, from what to what (JSON values).
CREATE TABLE audit (
    id     INTEGER PRIMARY KEY,
    seq    INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    row    TEXT NOT NULL,
    field  TEXT NOT NULL,
    before TEXT NOT NULL,
    after  TEXT NOT NULL,
    actor  TEXT NOT NULL,
    at     INTEGER NOT NULL
);
CREATE INDEX audit_row ON audit (row, id);

CREATE TABLE operator (
    id   TEXT PRIMARY KEY,
    seq  INTEGER NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL
);

-- words is what a search looks in; sort is the folded name.
CREATE TABLE client (
    rowid    INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    seq      INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    sort     TEXT NOT NULL,
    words    TEXT NOT NULL,
    body     TEXT NOT NULL
);

-- A number reaches one client; an archived client gives its numbers back.
CREATE TABLE did (
    number TEXT PRIMARY KEY,
    client TEXT NOT NULL REFERENCES client (id)
);
CREATE INDEX did_client ON did (client);

CREATE TABLE message (
    id     TEXT PRIMARY KEY,
    seq    INTEGER NOT NULL,
    client TEXT NOT NULL,
    call   TEXT NOT NULL,
    number TEXT NOT NULL,
    at     INTEGER NOT NULL,
    body   TEXT NOT NULL
);
CREATE INDEX message_call ON message (call);
CREATE INDEX message_number ON message (number, at);

CREATE TABLE appointment (
    id        TEXT PRIMARY KEY,
    seq       INTEGER NOT NULL,
    client    TEXT NOT NULL REFERENCES client (id),
    start     INTEGER NOT NULL,
    stop      INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    body      TEXT NOT NULL
);
CREATE INDEX appointment_client ON appointment (client, start);

-- The outbox: one row for each message on its way to one recipient.
CREATE TABLE delivery (
    rowid    INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    message  TEXT NOT NULL REFERENCES message (id),
    state    TEXT NOT NULL,
    next_try INTEGER NOT NULL,
    body     TEXT NOT NULL
);
CREATE INDEX delivery_message ON delivery (message);
CREATE INDEX delivery_due ON delivery (next_try) WHERE state = 'waiting';
CREATE INDEX delivery_open ON delivery (rowid) WHERE state <> 'sent';
