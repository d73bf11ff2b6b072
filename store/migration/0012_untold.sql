-- +goose Up

-- What the office has not been told is looked at with every question.
CREATE INDEX pending_untold ON pending (place) WHERE told = 0 AND acked = 0;

-- The work among it is counted every second while much of it goes up: without looking
-- at one body.
CREATE INDEX pending_work ON pending (place) WHERE told = 0 AND acked = 0 AND body ->> 'name' <> 'reading.note.v1';
