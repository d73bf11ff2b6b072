-- +goose Up

-- The run of a desk's program that told its presence last, and its number in that run.
ALTER TABLE presence ADD COLUMN run TEXT NOT NULL DEFAULT '';
ALTER TABLE presence ADD COLUMN beat BIGINT NOT NULL DEFAULT 0;
