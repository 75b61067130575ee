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
    compose_files  TEXT    NOT NULL, -- JSON
    variables      TEXT    NOT NULL, -- JSON
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

-- Content of files, once each: versions of a stack mostly repeat what the version before had.
CREATE TABLE blob (
    hash  TEXT NOT NULL PRIMARY KEY, -- sha256: and 64 hexadecimal digits
    bytes BLOB NOT NULL,
    CHECK (length(hash) = 71)
) STRICT;

CREATE TRIGGER blob_is_immutable BEFORE UPDATE ON blob
BEGIN
    SELECT RAISE(ABORT, 'the content of a file is immutable');
END;

CREATE TRIGGER blob_is_kept BEFORE DELETE ON blob
BEGIN
    SELECT RAISE(ABORT, 'the content of a file is immutable');
END;

-- The files of a version are stored before the version itself, so that its row closes the list.
CREATE TABLE stack_file (
    stack_id   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    path       TEXT    NOT NULL,
    hash       TEXT    NOT NULL REFERENCES blob (hash),
    executable INTEGER NOT NULL,
    PRIMARY KEY (stack_id, version, path),
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version) DEFERRABLE INITIALLY DEFERRED,
    CHECK (path <> ''),
    CHECK (executable IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER stack_file_is_in_time BEFORE INSERT ON stack_file
WHEN EXISTS (SELECT 1 FROM stack_version WHERE stack_id = NEW.stack_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'the files of a stack version are immutable');
END;

CREATE TRIGGER stack_file_is_immutable BEFORE UPDATE ON stack_file
BEGIN
    SELECT RAISE(ABORT, 'the files of a stack version are immutable');
END;

CREATE TRIGGER stack_file_is_kept BEFORE DELETE ON stack_file
BEGIN
    SELECT RAISE(ABORT, 'the files of a stack version are immutable');
END;
