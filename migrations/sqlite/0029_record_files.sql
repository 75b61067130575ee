-- Commands that are over, their journals and the audit leave the database after a while, to record files. What no noted file
-- has cannot be removed.
CREATE TABLE record_file (
    number     INTEGER NOT NULL PRIMARY KEY,
    subject    TEXT    NOT NULL,
    first_id   INTEGER NOT NULL, -- commands: their seq; audit: its id
    last_id    INTEGER NOT NULL,
    records    INTEGER NOT NULL,
    previous   TEXT,             -- the digest of the file before it
    digest     TEXT    NOT NULL, -- sha256: and 64 hexadecimal digits
    size       INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    removed_at INTEGER,          -- because of its age
    CHECK (subject IN ('commands', 'audit')),
    CHECK (number >= 1 AND first_id <= last_id AND records >= 1 AND size >= 0),
    CHECK ((previous IS NULL) = (number = 1)),
    CHECK (length(digest) = 71)
) STRICT;

CREATE TRIGGER record_file_follows BEFORE INSERT ON record_file
WHEN NEW.removed_at IS NOT NULL OR (
    NEW.number > 1 AND NOT EXISTS (
        SELECT 1 FROM record_file WHERE number = NEW.number - 1 AND digest = NEW.previous
    )
)
BEGIN
    SELECT RAISE(ABORT, 'a record file follows the one before it');
END;

CREATE TRIGGER record_file_is_immutable
BEFORE UPDATE OF number, subject, first_id, last_id, records, previous, digest, size, made_at ON record_file
BEGIN
    SELECT RAISE(ABORT, 'a record file is immutable');
END;

CREATE TRIGGER record_file_stays_removed BEFORE UPDATE OF removed_at ON record_file
WHEN OLD.removed_at IS NOT NULL OR NEW.removed_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'a record file is immutable');
END;

CREATE TRIGGER record_file_is_kept BEFORE DELETE ON record_file
BEGIN
    SELECT RAISE(ABORT, 'a record file is immutable');
END;

CREATE TRIGGER record_file_is_not_replaced BEFORE INSERT ON record_file
WHEN EXISTS (SELECT 1 FROM record_file WHERE number = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'a record file is immutable');
END;

CREATE TABLE recorded_command (
    seq         INTEGER NOT NULL PRIMARY KEY,
    command_id  TEXT    NOT NULL UNIQUE,
    stack_id    TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    file        INTEGER NOT NULL REFERENCES record_file (number),
    first_event INTEGER NOT NULL, -- 0 without any
    last_event  INTEGER NOT NULL,
    here        INTEGER NOT NULL DEFAULT 2, -- what is still in the database: 2 everything, 1 the command alone, 0 nothing
    CHECK (here BETWEEN 0 AND 2),
    CHECK (first_event <= last_event)
) STRICT;

CREATE INDEX recorded_command_here ON recorded_command (here, seq) WHERE here > 0;

CREATE INDEX recorded_command_events ON recorded_command (last_event);

CREATE INDEX recorded_command_of_file ON recorded_command (file);

CREATE TRIGGER recorded_command_is_over BEFORE INSERT ON recorded_command
WHEN NEW.here <> 2
    OR NOT EXISTS (
        SELECT 1 FROM command
        WHERE seq = NEW.seq AND command_id = NEW.command_id AND status = NEW.status
            AND status IN ('DONE', 'CANCELLED')
    )
    OR NOT EXISTS (
        SELECT 1 FROM record_file
        WHERE number = NEW.file AND subject = 'commands' AND removed_at IS NULL
            AND NEW.seq BETWEEN first_id AND last_id
    )
BEGIN
    SELECT RAISE(ABORT, 'only a command that is over is in a record file');
END;

CREATE TRIGGER recorded_command_identity
BEFORE UPDATE OF seq, command_id, stack_id, kind, status, created_at, file, first_event, last_event ON recorded_command
BEGIN
    SELECT RAISE(ABORT, 'where a record is does not change');
END;

CREATE TRIGGER recorded_command_leaves BEFORE UPDATE OF here ON recorded_command
WHEN NEW.here >= OLD.here
    OR EXISTS (SELECT 1 FROM command_event WHERE seq = NEW.seq)
    OR (NEW.here = 0 AND EXISTS (SELECT 1 FROM command WHERE seq = NEW.seq))
BEGIN
    SELECT RAISE(ABORT, 'where a record is does not change');
END;

CREATE TRIGGER recorded_command_is_kept BEFORE DELETE ON recorded_command
WHEN OLD.here = 2 OR EXISTS (SELECT 1 FROM record_file WHERE number = OLD.file AND removed_at IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'where a record is does not change');
END;

CREATE TRIGGER recorded_command_is_not_replaced BEFORE INSERT ON recorded_command
WHEN EXISTS (SELECT 1 FROM recorded_command WHERE seq = NEW.seq OR command_id = NEW.command_id)
BEGIN
    SELECT RAISE(ABORT, 'where a record is does not change');
END;

DROP TRIGGER command_event_is_kept;

CREATE TRIGGER command_event_is_kept BEFORE DELETE ON command_event
WHEN NOT EXISTS (SELECT 1 FROM recorded_command WHERE seq = OLD.seq)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

DROP TRIGGER command_attachment_is_kept;

CREATE TRIGGER command_attachment_is_kept BEFORE DELETE ON command_attachment
WHEN NOT EXISTS (
    SELECT 1 FROM command_event JOIN recorded_command ON recorded_command.seq = command_event.seq
    WHERE command_event.event_id = OLD.event_id
)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

DROP TRIGGER command_is_kept;

CREATE TRIGGER command_is_kept BEFORE DELETE ON command
WHEN NOT EXISTS (SELECT 1 FROM recorded_command WHERE seq = OLD.seq)
    OR EXISTS (SELECT 1 FROM stack WHERE stack_id = OLD.stack_id AND deleted_at IS NULL AND last_seq = OLD.seq)
    OR EXISTS (SELECT 1 FROM creation WHERE command_id = OLD.command_id)
BEGIN
    SELECT RAISE(ABORT, 'a command is never removed');
END;

DROP TRIGGER release_is_kept;

CREATE TRIGGER release_is_kept BEFORE DELETE ON release
WHEN NOT EXISTS (SELECT 1 FROM recorded_command WHERE command_id = OLD.command_id)
    OR (
        EXISTS (SELECT 1 FROM stack WHERE stack_id = OLD.stack_id AND deleted_at IS NULL)
        AND NOT EXISTS (
            SELECT 1 FROM release
            WHERE stack_id = OLD.stack_id AND version = OLD.version AND release_id > OLD.release_id
        )
    )
BEGIN
    SELECT RAISE(ABORT, 'a release is immutable');
END;

DROP TRIGGER audit_is_kept;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN NOT EXISTS (
    SELECT 1 FROM record_file WHERE subject = 'audit' AND OLD.audit_id BETWEEN first_id AND last_id
)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
