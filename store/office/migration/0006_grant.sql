-- +goose Up

-- When a draft was given to the desk that has taken it; 0 once that desk has said that
-- it is on its disk.
ALTER TABLE draft ADD COLUMN granted BIGINT NOT NULL DEFAULT 0;

-- The run of the program that told a draft last.
ALTER TABLE draft ADD COLUMN run TEXT NOT NULL DEFAULT '';

-- 1 when its desk was heard without it, and is not done with it; else 0.
ALTER TABLE draft ADD COLUMN orphan BIGINT NOT NULL DEFAULT 0;
