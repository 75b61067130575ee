-- Stacks and their immutable versions. Times are milliseconds since the Unix epoch; ids are hyphenated UUIDs.
CREATE TABLE stack (
    stack_id        TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    current_version INTEGER,
    latest_version  INTEGER NOT NULL,
    last_seq        INTEGER NOT NULL,
    created_by      TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deleted_at      INTEGER,
    stopped_runs    TEXT    NOT NULL DEFAULT '[]', -- JSON
    CHECK (latest_version >= 1),
    CHECK (current_version BETWEEN 1 AND latest_version)
) STRICT;

-- A deleted stack stays for the history; its name is free again.
CREATE UNIQUE INDEX stack_live_name ON stack (name) WHERE deleted_at IS NULL;

CREATE TRIGGER stack_is_kept BEFORE DELETE ON stack
BEGIN
    SELECT RAISE(ABORT, 'a stack is never removed, only marked deleted');
END;

CREATE TRIGGER stack_identity BEFORE UPDATE OF stack_id, name, created_by, created_at ON stack
BEGIN
    SELECT RAISE(ABORT, 'the identity of a stack does not change');
END;

CREATE TABLE stack_version (
    stack_id       TEXT    NOT NULL REFERENCES stack (stack_id),
    version        INTEGER NOT NULL,
    parent_version INTEGER,
    author         TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    comment        TEXT    NOT NULL,
    source         TEXT    NOT NULL, -- JSON
    content_hash   TEXT    NOT NULL,
    model          TEXT    NOT NULL, -- JSON
    warnings       TEXT    NOT NULL, -- JSON
    PRIMARY KEY (stack_id, version),
    FOREIGN KEY (stack_id, parent_version) REFERENCES stack_version (stack_id, version),
    CHECK (version >= 1),
    CHECK ((parent_version IS NULL) = (version = 1)),
    CHECK (parent_version < version)
) STRICT;

CREATE TRIGGER stack_version_is_immutable BEFORE UPDATE ON stack_version
BEGIN
    SELECT RAISE(ABORT, 'a stack version is immutable');
END;

CREATE TRIGGER stack_version_is_kept BEFORE DELETE ON stack_version
BEGIN
    SELECT RAISE(ABORT, 'a stack version is immutable');
END;
