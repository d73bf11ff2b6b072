-- +goose Up

-- Whether a desk may be out, with leases, that the data do not know at all: then doubt
-- lasts until those have run out. 1 or 0.
ALTER TABLE head ADD COLUMN strangers BIGINT NOT NULL DEFAULT 1;
