-- What a desk knows of its link beyond what the office tells.

-- +goose Up

-- When the last page was in, so that the desk can say since when it is not in step.
ALTER TABLE membership ADD COLUMN stepped INTEGER NOT NULL DEFAULT 0;

-- The sounds that this desk and the office both have had.
CREATE TABLE given (
    sound TEXT PRIMARY KEY
);

-- What callers left, for a desk that lacks their voices.
CREATE INDEX message_sound ON message (at) WHERE body ->> 'sound' <> '';
