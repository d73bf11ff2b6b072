-- The list of all calls: one row for each call, derived like the call table.

-- +goose Up

-- A call that was put through, or sent on before it was answered, stays so
-- whatever is journalled of it later.
ALTER TABLE call ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;
UPDATE call SET passed = 1 WHERE id IN (SELECT call FROM journal WHERE kind = 'transferred');

CREATE INDEX journal_call ON journal (call);

-- at is when the call arrived. No two calls have the same: one that arrives in
-- the microsecond of another is listed a microsecond later, so that a page ends
-- between two calls and never within several.
CREATE TABLE listed (
    at    INTEGER PRIMARY KEY,
    call  TEXT NOT NULL UNIQUE,
    words TEXT NOT NULL
);

-- The words are those of the caller and the client, and marks for what the list
-- can be narrowed to. Marks begin with a sign that no folded word has. Beginnings
-- of up to eight letters have an index of their own: without it a word that most
-- calls have costs a walk over all of them before the first is known.
CREATE VIRTUAL TABLE listed_search USING fts5 (
    words, content = 'listed', content_rowid = 'at',
    tokenize = "unicode61 remove_diacritics 0 tokenchars '#'", prefix = '1 2 3 4 5 6 7 8', detail = none
);

-- +goose StatementBegin
CREATE TRIGGER listed_added AFTER INSERT ON listed
BEGIN
    INSERT INTO listed_search (rowid, words) VALUES (new.at, new.words);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER listed_removed AFTER DELETE ON listed
BEGIN
    INSERT INTO listed_search (listed_search, rowid, words) VALUES ('delete', old.at, old.words);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER listed_changed AFTER UPDATE OF words ON listed
BEGIN
    INSERT INTO listed_search (listed_search, rowid, words) VALUES ('delete', old.at, old.words);
    INSERT INTO listed_search (rowid, words) VALUES (new.at, new.words);
END;
-- +goose StatementEnd
