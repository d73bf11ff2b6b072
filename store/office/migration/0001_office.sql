-- An office's database. The same statements serve SQLite and PostgreSQL, so a type
-- is one that both understand. The bureau leads every key: nothing can be found
-- without naming it. Times are microseconds since 1970, UTC; 0 is none.

-- +goose Up

-- Each bureau, with the head of its one sequence. It is taken inside the transaction
-- that uses it, and locks the row until that commits: so numbers become visible in
-- their order, and a cursor misses nothing. chain is the last hash of the log; lends is
-- when slots may be lent again after a backup was put back; restored is when that was.
CREATE TABLE head (
    bureau      TEXT   NOT NULL PRIMARY KEY,
    seq         BIGINT NOT NULL,
    incarnation TEXT   NOT NULL,
    chain       BYTEA  NOT NULL,
    lends       BIGINT NOT NULL,
    restored    BIGINT NOT NULL
);

-- The shared data. ref, start and stop are what queries need of a body; what they
-- mean depends on the kind.
CREATE TABLE shared_row (
    bureau TEXT    NOT NULL,
    kind   TEXT    NOT NULL,
    id     TEXT    NOT NULL,
    seq    BIGINT  NOT NULL,
    client TEXT    NOT NULL,
    desk   TEXT    NOT NULL,
    ref    TEXT    NOT NULL,
    start  BIGINT  NOT NULL,
    stop   BIGINT  NOT NULL,
    body   TEXT    NOT NULL,
    gone   BOOLEAN NOT NULL,
    PRIMARY KEY (bureau, kind, id)
);
CREATE INDEX shared_row_feed ON shared_row (bureau, seq, kind, id);
CREATE INDEX shared_row_span ON shared_row (bureau, kind, client, stop);
CREATE INDEX shared_row_ref ON shared_row (bureau, kind, ref, start);

-- A number reaches one client; an archived client gives its numbers back.
CREATE TABLE did (
    bureau TEXT NOT NULL,
    number TEXT NOT NULL,
    client TEXT NOT NULL,
    PRIMARY KEY (bureau, number)
);
CREATE INDEX did_client ON did (bureau, client);

-- Every mutation that was brought up, and what became of it. Each hash covers the
-- one before, so that nothing can be taken out or changed unseen. Erasure empties
-- args and leaves their digest. ref is the row that it is about.
CREATE TABLE mutation (
    bureau  TEXT   NOT NULL,
    uuid    TEXT   NOT NULL,
    seq     BIGINT NOT NULL,
    name    TEXT   NOT NULL,
    ref     TEXT   NOT NULL,
    client  TEXT   NOT NULL,
    args    TEXT   NOT NULL,
    digest  BYTEA  NOT NULL,
    actor   TEXT   NOT NULL,
    desk    TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    outcome TEXT   NOT NULL,
    code    TEXT   NOT NULL,
    detail  TEXT   NOT NULL,
    hash    BYTEA  NOT NULL,
    PRIMARY KEY (bureau, uuid)
);
CREATE UNIQUE INDEX mutation_seq ON mutation (bureau, seq);
CREATE INDEX mutation_ref ON mutation (bureau, ref);
CREATE INDEX mutation_client ON mutation (bureau, client);
CREATE INDEX mutation_name ON mutation (bureau, name, at);
CREATE INDEX mutation_desk ON mutation (bureau, desk, outcome);

-- Who has had a session on which desk: what she did there counts as hers.
CREATE TABLE worked (
    bureau   TEXT   NOT NULL,
    desk     TEXT   NOT NULL,
    operator TEXT   NOT NULL,
    first    BIGINT NOT NULL,
    PRIMARY KEY (bureau, desk, operator)
);

-- What each desk last told of itself; body is the presence without the drafts.
CREATE TABLE presence (
    bureau   TEXT   NOT NULL,
    desk     TEXT   NOT NULL,
    standing TEXT   NOT NULL,
    since    BIGINT NOT NULL,
    heard    BIGINT NOT NULL,
    body     TEXT   NOT NULL,
    PRIMARY KEY (bureau, desk)
);

-- Messages being typed. taken is the desk that has taken one over.
CREATE TABLE draft (
    bureau TEXT   NOT NULL,
    desk   TEXT   NOT NULL,
    ticket TEXT   NOT NULL,
    client TEXT   NOT NULL,
    message TEXT  NOT NULL,
    body   TEXT   NOT NULL,
    taken  TEXT   NOT NULL,
    told   BIGINT NOT NULL,
    PRIMARY KEY (bureau, desk, ticket)
);
CREATE INDEX draft_message ON draft (bureau, message);
CREATE INDEX draft_client ON draft (bureau, client);

-- What the office knows of each lease beside its row: when it was last sent to its
-- desk, 0 never.
CREATE TABLE lent (
    bureau TEXT   NOT NULL,
    id     TEXT   NOT NULL,
    desk   TEXT   NOT NULL,
    client TEXT   NOT NULL,
    sent   BIGINT NOT NULL,
    PRIMARY KEY (bureau, id)
);
CREATE INDEX lent_desk ON lent (bureau, desk);

-- When each desk was last known to have nothing unsent.
CREATE TABLE contact (
    bureau TEXT   NOT NULL,
    desk   TEXT   NOT NULL,
    clear  BIGINT NOT NULL,
    PRIMARY KEY (bureau, desk)
);

-- Deliveries that an office process has taken up.
CREATE TABLE claim (
    bureau   TEXT   NOT NULL,
    delivery TEXT   NOT NULL,
    holder   TEXT   NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (bureau, delivery)
);

-- Who has read what of clients' cards and messages.
CREATE TABLE access (
    bureau   TEXT   NOT NULL,
    id       TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    desk     TEXT   NOT NULL,
    operator TEXT   NOT NULL,
    what     TEXT   NOT NULL,
    detail   TEXT   NOT NULL,
    PRIMARY KEY (bureau, id)
);
CREATE INDEX access_at ON access (bureau, at);

-- What was erased, to be erased again in a database that came from a backup.
CREATE TABLE erased (
    bureau TEXT   NOT NULL,
    kind   TEXT   NOT NULL,
    id     TEXT   NOT NULL,
    seq    BIGINT NOT NULL,
    PRIMARY KEY (bureau, kind, id)
);
CREATE INDEX erased_id ON erased (bureau, id);

-- Recorded sounds. One exists when its upload is whole and named here.
CREATE TABLE sound (
    bureau TEXT   NOT NULL,
    id     TEXT   NOT NULL,
    upload TEXT   NOT NULL,
    client TEXT   NOT NULL,
    size   BIGINT NOT NULL,
    PRIMARY KEY (bureau, id)
);
CREATE INDEX sound_client ON sound (bureau, client);
CREATE TABLE sound_part (
    bureau TEXT   NOT NULL,
    upload TEXT   NOT NULL,
    part   BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    data   BYTEA  NOT NULL,
    PRIMARY KEY (bureau, upload, part)
);
CREATE INDEX sound_part_at ON sound_part (bureau, at);
