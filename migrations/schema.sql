-- Generated from the steps; see README.md. Do not edit.

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

CREATE TABLE command (
    seq                 INTEGER PRIMARY KEY AUTOINCREMENT,
    command_id          TEXT    NOT NULL UNIQUE,
    stack_id            TEXT    NOT NULL REFERENCES stack (stack_id),
    kind                TEXT    NOT NULL,
    payload             TEXT    NOT NULL, -- JSON
    status              TEXT    NOT NULL,
    principal           TEXT    NOT NULL,
    idem_key            TEXT,
    idem_fingerprint    TEXT,
    created_at          INTEGER NOT NULL,
    started_at          INTEGER,
    finished_at         INTEGER,
    attempt             INTEGER NOT NULL DEFAULT 0,
    retry               INTEGER NOT NULL DEFAULT 0,
    fence               INTEGER,
    claimed_by          TEXT,
    cancel_requested_at INTEGER,
    failure             TEXT, -- JSON
    result              TEXT, -- JSON
    CHECK (status IN ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    CHECK ((finished_at IS NULL) = (status IN ('PENDING', 'RUNNING'))),
    CHECK ((idem_key IS NULL) = (idem_fingerprint IS NULL)),
    CHECK (status <> 'RUNNING' OR (fence IS NOT NULL AND claimed_by IS NOT NULL AND started_at IS NOT NULL)),
    CHECK (status <> 'FAILED' OR failure IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX one_running ON command ((1)) WHERE status = 'RUNNING';

CREATE UNIQUE INDEX command_idempotency ON command (principal, idem_key) WHERE idem_key IS NOT NULL;

CREATE INDEX command_open ON command (seq) WHERE status IN ('PENDING', 'RUNNING', 'FAILED');

CREATE INDEX command_of_stack ON command (stack_id, seq);

CREATE TRIGGER command_enters BEFORE INSERT ON command
WHEN NOT (
    (NEW.status = 'PENDING' AND NEW.kind NOT IN ('CREATE', 'UPDATE'))
    OR (NEW.status = 'DONE' AND NEW.kind IN ('CREATE', 'UPDATE'))
)
BEGIN
    SELECT RAISE(ABORT, 'a command enters the queue as PENDING');
END;

CREATE TRIGGER command_moves_stack AFTER INSERT ON command
BEGIN
    UPDATE stack SET last_seq = NEW.seq WHERE stack_id = NEW.stack_id;
END;

CREATE TRIGGER command_transition BEFORE UPDATE OF status ON command
WHEN NOT (
    (OLD.status = 'PENDING' AND NEW.status IN ('RUNNING', 'CANCELLED'))
    OR (OLD.status = 'RUNNING' AND NEW.status IN ('RUNNING', 'DONE', 'FAILED', 'CANCELLED'))
    OR (OLD.status = 'FAILED' AND NEW.status IN ('PENDING', 'CANCELLED'))
)
BEGIN
    SELECT RAISE(ABORT, 'illegal transition of a command');
END;

CREATE TRIGGER command_settled BEFORE UPDATE ON command
WHEN OLD.status IN ('DONE', 'CANCELLED')
BEGIN
    SELECT RAISE(ABORT, 'a command that is over does not change');
END;

CREATE TRIGGER command_identity
BEFORE UPDATE OF seq, command_id, stack_id, kind, payload, principal, idem_key, idem_fingerprint, created_at ON command
BEGIN
    SELECT RAISE(ABORT, 'what a command asks for does not change');
END;

CREATE TRIGGER command_is_kept BEFORE DELETE ON command
BEGIN
    SELECT RAISE(ABORT, 'a command is never removed');
END;

CREATE TABLE command_event (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq      INTEGER NOT NULL REFERENCES command (seq),
    at       INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    actor    TEXT    NOT NULL,
    epoch    INTEGER,
    attempt  INTEGER NOT NULL,
    op       TEXT    NOT NULL,
    target   TEXT    NOT NULL,
    detail   TEXT    NOT NULL -- JSON
) STRICT;

CREATE INDEX command_event_of_command ON command_event (seq, event_id);

CREATE TRIGGER command_event_is_immutable BEFORE UPDATE ON command_event
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

CREATE TRIGGER command_event_is_kept BEFORE DELETE ON command_event
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

CREATE TRIGGER command_event_is_counted AFTER INSERT ON command_event
WHEN NEW.kind IN ('DONE', 'FAILED', 'CANCELLED')
BEGIN
    INSERT INTO command_total (kind, status, ended, timed, millis)
    SELECT c.kind, NEW.kind, 1, NEW.epoch IS NOT NULL,
           IIF(NEW.epoch IS NULL, 0, MAX(NEW.at - COALESCE(c.started_at, NEW.at), 0))
    FROM command AS c WHERE c.seq = NEW.seq
    ON CONFLICT (kind, status) DO UPDATE SET
        ended = ended + 1, timed = timed + excluded.timed, millis = millis + excluded.millis;
END;

CREATE TABLE worker_lease (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    holder     TEXT    NOT NULL,
    epoch      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER worker_lease_epoch BEFORE UPDATE OF epoch ON worker_lease
WHEN NEW.epoch < OLD.epoch
BEGIN
    SELECT RAISE(ABORT, 'the epoch of the lease never goes back');
END;

CREATE TRIGGER worker_lease_is_kept BEFORE DELETE ON worker_lease
BEGIN
    SELECT RAISE(ABORT, 'the epoch of the lease never goes back');
END;

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

CREATE TABLE observation_host (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    taken_at INTEGER NOT NULL,
    hash     TEXT    NOT NULL, -- of body, so that an unchanged body is not written again
    body     TEXT    NOT NULL  -- JSON
) STRICT;

CREATE TABLE observation_stack (
    stack_id TEXT NOT NULL PRIMARY KEY,
    hash     TEXT NOT NULL,
    body     TEXT NOT NULL -- JSON
) STRICT;

CREATE TABLE plan (
    plan_id     TEXT    NOT NULL PRIMARY KEY,
    stack_id    TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    author      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    fingerprint TEXT    NOT NULL,
    plan        TEXT    NOT NULL, -- JSON
    impact      TEXT    NOT NULL, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;

CREATE TRIGGER plan_is_immutable BEFORE UPDATE ON plan
BEGIN
    SELECT RAISE(ABORT, 'a plan is immutable');
END;

CREATE TABLE token (
    token_id   TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE adoption (
    stack_id   TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    containers TEXT    NOT NULL, -- JSON
    networks   TEXT    NOT NULL, -- JSON
    volumes    TEXT    NOT NULL, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;

CREATE TRIGGER adoption_is_immutable BEFORE UPDATE ON adoption
BEGIN
    SELECT RAISE(ABORT, 'an adoption is immutable');
END;

CREATE TRIGGER adoption_is_kept BEFORE DELETE ON adoption
BEGIN
    SELECT RAISE(ABORT, 'an adoption is immutable');
END;

CREATE TABLE registry (
    host       TEXT    NOT NULL PRIMARY KEY,
    key_id     TEXT    NOT NULL CHECK (key_id <> ''),
    sealed     BLOB    NOT NULL CHECK (length(sealed) >= 40), -- nonce of 24 bytes, then at least a tag of 16
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE command_total (
    kind   TEXT    NOT NULL,
    status TEXT    NOT NULL,
    ended  INTEGER NOT NULL, -- how often; a command that is retried ends again
    timed  INTEGER NOT NULL, -- of those, how many a worker ended
    millis INTEGER NOT NULL, -- from the first start to the end, of those that a worker ended
    PRIMARY KEY (kind, status),
    CHECK (status IN ('DONE', 'FAILED', 'CANCELLED')),
    CHECK (timed BETWEEN 0 AND ended)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER command_total_grows BEFORE UPDATE ON command_total
WHEN NEW.ended < OLD.ended OR NEW.timed < OLD.timed OR NEW.millis < OLD.millis
BEGIN
    SELECT RAISE(ABORT, 'a total never goes back');
END;

CREATE TRIGGER command_total_is_kept BEFORE DELETE ON command_total
BEGIN
    SELECT RAISE(ABORT, 'a total never goes back');
END;
