-- What is told of each recorded sound. The sound itself is the file
-- sounds/<id>.opus beside the database. Like the calls it belongs to this desk.

-- +goose Up

CREATE TABLE sound (
    id        TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,
    call      TEXT NOT NULL,
    made      INTEGER NOT NULL,
    delete_on INTEGER NOT NULL,
    body      TEXT NOT NULL
);
CREATE INDEX sound_call ON sound (call) WHERE call <> '';
CREATE INDEX sound_due ON sound (delete_on) WHERE delete_on <> 0;
