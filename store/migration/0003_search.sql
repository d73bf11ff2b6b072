-- Search. The words columns hold folded words (lower case, no accents, digits of
-- telephone numbers in one piece), so the tokenizer only has to split at spaces.

-- +goose Up

CREATE VIRTUAL TABLE client_search USING fts5 (
    words, content = 'client', content_rowid = 'rowid',
    tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3', detail = none
);

-- +goose StatementBegin
CREATE TRIGGER client_search_added AFTER INSERT ON client
BEGIN
    INSERT INTO client_search (rowid, words) VALUES (new.rowid, new.words);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER client_search_changed AFTER UPDATE OF words ON client
BEGIN
    INSERT INTO client_search (client_search, rowid, words) VALUES ('delete', old.rowid, old.words);
    INSERT INTO client_search (rowid, words) VALUES (new.rowid, new.words);
END;
-- +goose StatementEnd

-- Callers, messages and appointments. A row that changes is put in anew, so that
-- a higher id is always the more recent.
CREATE TABLE found (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind   TEXT NOT NULL,
    ref    TEXT NOT NULL,
    client TEXT NOT NULL,
    number TEXT NOT NULL,
    at     INTEGER NOT NULL,
    title  TEXT NOT NULL,
    detail TEXT NOT NULL,
    words  TEXT NOT NULL,
    UNIQUE (kind, ref)
);

CREATE VIRTUAL TABLE search USING fts5 (
    words, content = 'found', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3', detail = none
);

-- +goose StatementBegin
CREATE TRIGGER found_added AFTER INSERT ON found
BEGIN
    INSERT INTO search (rowid, words) VALUES (new.id, new.words);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER found_removed AFTER DELETE ON found
BEGIN
    INSERT INTO search (search, rowid, words) VALUES ('delete', old.id, old.words);
END;
-- +goose StatementEnd
