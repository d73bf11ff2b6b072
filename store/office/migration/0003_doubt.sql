-- +goose Up

-- When a desk's stream of events broke off; 0 when it was heard since.
ALTER TABLE presence ADD COLUMN doubted BIGINT NOT NULL DEFAULT 0;
