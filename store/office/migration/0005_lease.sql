-- +goose Up

-- Since when a machine knows that a lease was not sent again, in nanoseconds of the run
-- of that machine. The lease '' is all those that a backup does not know.
CREATE TABLE witness (
    bureau TEXT   NOT NULL,
    lease  TEXT   NOT NULL,
    run    TEXT   NOT NULL,
    up     BIGINT NOT NULL,
    PRIMARY KEY (bureau, lease, run)
);

-- Under which number a lease was called back, 0 not yet.
ALTER TABLE lent ADD COLUMN recalled BIGINT NOT NULL DEFAULT 0;

-- Up to which number a desk had read all when it had nothing unsent.
ALTER TABLE contact ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;

-- Since which number leases may be out that a backup does not know, 0 if none can be.
ALTER TABLE head ADD COLUMN doubt BIGINT NOT NULL DEFAULT 0;
UPDATE head SET doubt = seq WHERE lends > 0;
ALTER TABLE head DROP COLUMN lends;
