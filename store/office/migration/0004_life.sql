-- +goose Up

-- Which life of the database the bureau was last served from; empty when the database
-- has only one.
ALTER TABLE head ADD COLUMN life TEXT NOT NULL DEFAULT '';
