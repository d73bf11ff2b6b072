-- The call journal only grows. What it tells of a caller whose message was erased, or of
-- a client who was, can be taken out of its lines, and nothing put in its place.

-- +goose Up

DROP TRIGGER journal_never_updated;

-- +goose StatementBegin
CREATE TRIGGER journal_never_updated BEFORE UPDATE ON journal
WHEN (new.id, new.at, new.kind, new.call, new.actor, new.head) IS NOT (old.id, old.at, old.kind, old.call, old.actor, old.head)
    OR new.raw IS NOT NULL
    OR new.entry NOT IN (
        json_remove(old.entry, '$.Number', '$.Name', '$.Diversions', '$.TransferredTo', '$.Shown'),
        json_remove(old.entry, '$.Number', '$.Name', '$.Diversions', '$.TransferredTo', '$.Shown', '$.ClientName'))
BEGIN
    SELECT RAISE(ABORT, 'the call journal is append-only');
END;
-- +goose StatementEnd
