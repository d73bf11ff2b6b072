-- What a desk that belongs to an office keeps beside the data: what the office does not
-- have yet, and how the rows were before that touched them.

-- +goose Up

-- Who changed which field of what, as rows that travel. body holds all of it; the
-- columns are what queries look for.
CREATE TABLE change (
    place  INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE,
    seq    INTEGER NOT NULL,
    client TEXT NOT NULL,
    kind   TEXT NOT NULL,
    row    TEXT NOT NULL,
    field  TEXT NOT NULL,
    actor  TEXT NOT NULL,
    desk   TEXT NOT NULL,
    at     INTEGER NOT NULL,
    body   TEXT NOT NULL
);
INSERT INTO change (place, id, seq, client, kind, row, field, actor, desk, at, body)
SELECT id, 'audit-' || id, seq,
    CASE kind WHEN 'client' THEN row
        WHEN 'appointment' THEN coalesce((SELECT client FROM appointment WHERE appointment.id = audit.row), '')
        ELSE '' END,
    kind, row, field, actor, '', at,
    json_object('kind', kind, 'row', row, 'field', field, 'before', json(before), 'after', json(after),
        'actor', actor, 'at', strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000000.0, 'unixepoch'),
        'mutation', coalesce((SELECT uuid FROM mutation WHERE mutation.seq = audit.seq), ''))
FROM audit;
DROP TABLE audit;
CREATE INDEX change_row ON change (row, kind);

ALTER TABLE delivery ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;

CREATE TABLE conflict (
    id     TEXT PRIMARY KEY,
    seq    INTEGER NOT NULL,
    client TEXT NOT NULL,
    open   INTEGER NOT NULL,
    body   TEXT NOT NULL
);
CREATE INDEX conflict_open ON conflict (client) WHERE open = 1;

CREATE TABLE lease (
    id     TEXT PRIMARY KEY,
    seq    INTEGER NOT NULL,
    client TEXT NOT NULL,
    desk   TEXT NOT NULL,
    start  INTEGER NOT NULL,
    stop   INTEGER NOT NULL,
    body   TEXT NOT NULL
);
CREATE INDEX lease_client ON lease (client, start);

-- When a lease was received, in nanoseconds of the machine's run that boot names. It
-- outlives the row, which may go and come back: received is received once.
CREATE TABLE receipt (
    lease TEXT PRIMARY KEY,
    boot  TEXT NOT NULL,
    up    INTEGER NOT NULL
);

-- The paired machines, rows of kinds that this program does not know, and tombstones
-- of every kind.
CREATE TABLE other (
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    client TEXT NOT NULL,
    desk   TEXT NOT NULL,
    gone   INTEGER NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- To which office the desk belongs (body is empty when to none), where the next pull
-- begins, and what is not to be forgotten between two pages: rows came in that what is
-- pending has not met (behind), all of it is taken anew (anew). Up to the number left,
-- rows were an office's; -1: there never was one.
CREATE TABLE membership (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    body   TEXT NOT NULL,
    cursor TEXT NOT NULL,
    behind INTEGER NOT NULL,
    anew   INTEGER NOT NULL,
    left   INTEGER NOT NULL
);
INSERT INTO membership (one, body, cursor, behind, anew, left) VALUES (1, '', '', 0, 0, -1);

-- What this desk did, in its order. told: the office has heard of it and has answered
-- outcome. acked, a time: its rows have come back; it is kept for a while in case that
-- the office loses it.
CREATE TABLE pending (
    place   INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid    TEXT NOT NULL UNIQUE,
    body    TEXT NOT NULL,
    told    INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '',
    acked   INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX pending_open ON pending (place) WHERE acked = 0;
CREATE INDEX pending_acked ON pending (acked) WHERE acked <> 0;

-- The office's rows as they are under what is pending; row is null where it has none.
CREATE TABLE base (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    row  TEXT,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- Clients can go since they can be erased.
-- +goose StatementBegin
CREATE TRIGGER client_search_removed AFTER DELETE ON client
BEGIN
    INSERT INTO client_search (client_search, rowid, words) VALUES ('delete', old.rowid, old.words);
END;
-- +goose StatementEnd
