-- The artifacts of versions: what is in the slots of their services. Like files, they are stored before the version itself,
-- so that its row closes the list.
CREATE TABLE version_artifact (
    stack_id  TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    service   TEXT    NOT NULL,
    slot      TEXT    NOT NULL,
    digest    TEXT    NOT NULL, -- sha256: and 64 hexadecimal digits
    size      INTEGER NOT NULL,
    file_name TEXT    NOT NULL,
    form      TEXT    NOT NULL,
    paths     TEXT    NOT NULL, -- JSON: hashes of the paths of a tree
    PRIMARY KEY (stack_id, version, service, slot),
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version) DEFERRABLE INITIALLY DEFERRED,
    CHECK (length(digest) = 71),
    CHECK (size >= 0),
    CHECK (form = 'file' OR form = 'tree'),
    CHECK (service <> '' AND slot <> '' AND file_name <> '')
) STRICT, WITHOUT ROWID;

CREATE INDEX version_artifact_digest ON version_artifact (digest);

CREATE TRIGGER version_artifact_is_in_time BEFORE INSERT ON version_artifact
WHEN EXISTS (SELECT 1 FROM stack_version WHERE stack_id = NEW.stack_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'the artifacts of a stack version are immutable');
END;

CREATE TRIGGER version_artifact_is_immutable BEFORE UPDATE ON version_artifact
BEGIN
    SELECT RAISE(ABORT, 'the artifacts of a stack version are immutable');
END;

CREATE TRIGGER version_artifact_is_kept BEFORE DELETE ON version_artifact
BEGIN
    SELECT RAISE(ABORT, 'the artifacts of a stack version are immutable');
END;

-- What is known to be in the slots of containers. The engine cannot show it: a record changes with the journal lines that
-- mean something for it.
CREATE TABLE placement (
    container TEXT NOT NULL, -- the engine's id
    slot      TEXT NOT NULL,
    stack_id  TEXT NOT NULL REFERENCES stack (stack_id),
    state     TEXT NOT NULL, -- JSON
    PRIMARY KEY (container, slot)
) STRICT, WITHOUT ROWID;

CREATE INDEX placement_of_stack ON placement (stack_id);
