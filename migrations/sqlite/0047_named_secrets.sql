-- Secrets that stacks use by name.
CREATE TABLE named_secret (
    secret_id      TEXT    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
    description    TEXT    NOT NULL,
    stacks         TEXT    NOT NULL CHECK (json_valid(stacks) AND json_array_length(stacks) > 0),
    latest_version INTEGER NOT NULL CHECK (latest_version > 0),
    created_at     INTEGER NOT NULL,
    created_by     TEXT    NOT NULL,
    updated_at     INTEGER NOT NULL, -- when the newest version was made, and by whom
    updated_by     TEXT    NOT NULL
) STRICT;

CREATE TRIGGER named_secret_stays_the_same BEFORE UPDATE ON named_secret
WHEN OLD.secret_id <> NEW.secret_id OR OLD.name <> NEW.name OR OLD.created_at <> NEW.created_at
    OR OLD.created_by <> NEW.created_by OR OLD.latest_version > NEW.latest_version
BEGIN
    SELECT RAISE(ABORT, 'a secret keeps its id and name, and its versions only go up');
END;

-- The values, each sealed for its secret and number.
CREATE TABLE named_secret_version (
    secret_id  TEXT    NOT NULL REFERENCES named_secret (secret_id),
    number     INTEGER NOT NULL CHECK (number > 0),
    key_id     TEXT    NOT NULL CHECK (key_id <> ''),
    sealed     BLOB    NOT NULL CHECK (length(sealed) > 40), -- nonce of 24 bytes, then at least a tag of 16
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    PRIMARY KEY (secret_id, number)
) STRICT, WITHOUT ROWID;

-- Sealing a value again under another key leaves the rest as it is.
CREATE TRIGGER named_secret_version_stays_the_same BEFORE UPDATE ON named_secret_version
WHEN OLD.secret_id <> NEW.secret_id OR OLD.number <> NEW.number OR OLD.created_at <> NEW.created_at
    OR OLD.created_by <> NEW.created_by OR OLD.key_id = NEW.key_id
BEGIN
    SELECT RAISE(ABORT, 'a version of a secret stays the same');
END;

-- Which versions of stacks ask for which secrets, whether these exist or not.
CREATE TABLE secret_use (
    stack_id TEXT    NOT NULL REFERENCES stack (stack_id),
    version  INTEGER NOT NULL,
    name     TEXT    NOT NULL CHECK (name <> ''),
    PRIMARY KEY (stack_id, version, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX secret_use_by_name ON secret_use (name);
