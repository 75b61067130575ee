-- Every entry of the audit has a value over its content and the value of the entry before it. The first entry that this release
-- writes begins the chain: entries from before have no value, since nothing shows that they are as they were written.
ALTER TABLE audit ADD COLUMN chain TEXT CHECK (chain IS NULL OR length(chain) = 64);

-- Where the chain stands. It goes on from here when all entries are in record files.
CREATE TABLE audit_chain (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    first_id INTEGER,          -- the first entry with a value
    last_id  INTEGER NOT NULL, -- the newest entry, with a value or without
    value    TEXT    NOT NULL, -- of the newest entry that has one
    CHECK (first_id IS NULL OR first_id <= last_id),
    CHECK (length(value) = 64)
) STRICT;

INSERT INTO audit_chain (id, first_id, last_id, value)
VALUES (1, NULL, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0), hex(zeroblob(32)));

-- A program of the release before writes entries without a value. They are seen, too.
CREATE TRIGGER audit_chain_goes_on AFTER INSERT ON audit
BEGIN
    UPDATE audit_chain
    SET first_id = coalesce(first_id, iif(NEW.chain IS NULL, NULL, NEW.audit_id)),
        last_id = NEW.audit_id,
        value = coalesce(NEW.chain, value);
END;

CREATE TRIGGER audit_chain_never_goes_back BEFORE UPDATE ON audit_chain
WHEN NEW.id <> OLD.id
    OR NEW.last_id <= OLD.last_id
    OR (OLD.first_id IS NOT NULL AND NEW.first_id IS NOT OLD.first_id)
    OR NOT EXISTS (
        SELECT 1 FROM audit WHERE audit_id = NEW.last_id AND coalesce(chain, OLD.value) = NEW.value
    )
BEGIN
    SELECT RAISE(ABORT, 'the chain of the audit only goes on');
END;

CREATE TRIGGER audit_chain_is_kept BEFORE DELETE ON audit_chain
BEGIN
    SELECT RAISE(ABORT, 'the chain of the audit only goes on');
END;

CREATE TRIGGER audit_chain_is_not_replaced BEFORE INSERT ON audit_chain
BEGIN
    SELECT RAISE(ABORT, 'the chain of the audit only goes on');
END;

-- Of the audit: the value of the last entry in the file, from which the chain goes on when the file is gone.
ALTER TABLE record_file ADD COLUMN chain TEXT CHECK (chain IS NULL OR length(chain) = 64);

DROP TRIGGER record_file_is_immutable;

CREATE TRIGGER record_file_is_immutable
BEFORE UPDATE OF number, subject, first_id, last_id, records, previous, digest, size, made_at, chain ON record_file
BEGIN
    SELECT RAISE(ABORT, 'a record file is immutable');
END;

-- What lists of the audit are filtered by. Each is in the order of the entries, so that a page reads what it shows and no more, and
-- the pairs are there because one of two filters alone may mean nearly everything.
CREATE INDEX audit_by_actor ON audit (actor);

CREATE INDEX audit_by_action ON audit (action);

CREATE INDEX audit_by_resource ON audit (resource);

CREATE INDEX audit_by_actor_and_action ON audit (actor, action);

CREATE INDEX audit_by_actor_and_resource ON audit (actor, resource);

CREATE INDEX audit_by_action_and_resource ON audit (action, resource);

CREATE INDEX audit_by_time ON audit (at);
