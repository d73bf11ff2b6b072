-- What a desk knows of its link beyond what the office tells.

-- +goose Up

-- When the last page was in, so that the desk can say since when it is not in step.
ALTER TABLE membership ADD COLUMN stepped INTEGER NOT NULL DEFAULT 0;

-- The sounds of this desk that the office has been given.
CREATE TABLE given (
    sound TEXT PRIMARY KEY
);
