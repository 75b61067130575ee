-- Successful applies, with what really ran.
CREATE TABLE release (
    release_id INTEGER PRIMARY KEY AUTOINCREMENT,
    stack_id   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    command_id TEXT    NOT NULL UNIQUE REFERENCES command (command_id),
    at         INTEGER NOT NULL,
    images     TEXT    NOT NULL, -- JSON
    containers TEXT    NOT NULL, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;

CREATE INDEX release_of_version ON release (stack_id, version, release_id);
CREATE INDEX release_of_stack ON release (stack_id, release_id);

CREATE TRIGGER release_is_immutable BEFORE UPDATE ON release
BEGIN
    SELECT RAISE(ABORT, 'a release is immutable');
END;

CREATE TRIGGER release_is_kept BEFORE DELETE ON release
BEGIN
    SELECT RAISE(ABORT, 'a release is immutable');
END;
