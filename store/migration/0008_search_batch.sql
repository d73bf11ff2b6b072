-- The search is kept in step by the program. A trigger makes SQLite ready to take one
-- statement back, for which FTS5 writes its whole batch to the disk: a page of
-- thousands of rows cost twice as much.

-- +goose Up

DROP TRIGGER found_added;
DROP TRIGGER found_removed;
