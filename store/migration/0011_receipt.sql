-- +goose Up

-- Under which number a lease came last: one that is sent again is lent anew. A receipt
-- whose lease is not here is not taken for an older one.
ALTER TABLE receipt ADD COLUMN seq INTEGER NOT NULL DEFAULT 9223372036854775807;
UPDATE receipt SET seq = coalesce((SELECT lease.seq FROM lease WHERE lease.id = receipt.lease), seq);
