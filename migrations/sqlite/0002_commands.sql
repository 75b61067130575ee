-- The queue: one row per accepted write, in the order of acceptance.
--
-- AUTOINCREMENT with one writer at a time makes seq order equal to commit order, and gapless: a transaction that is
-- rolled back gives its number back, and no number is used twice even after the newest rows were lost.
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

-- At most one command runs, whoever believes what.
CREATE UNIQUE INDEX one_running ON command ((1)) WHERE status = 'RUNNING';
CREATE UNIQUE INDEX command_idempotency ON command (principal, idem_key) WHERE idem_key IS NOT NULL;
CREATE INDEX command_open ON command (seq) WHERE status IN ('PENDING', 'RUNNING', 'FAILED');
CREATE INDEX command_of_stack ON command (stack_id, seq);

-- T1. CREATE and UPDATE touch nothing but the database and are DONE with the transaction that accepts them.
CREATE TRIGGER command_enters BEFORE INSERT ON command
WHEN NOT (
    (NEW.status = 'PENDING' AND NEW.kind NOT IN ('CREATE', 'UPDATE'))
    OR (NEW.status = 'DONE' AND NEW.kind IN ('CREATE', 'UPDATE'))
)
BEGIN
    SELECT RAISE(ABORT, 'a command enters the queue as PENDING');
END;

-- The revision of a stack moves with every accepted command, so two editors who read the same state cannot both write.
CREATE TRIGGER command_moves_stack AFTER INSERT ON command
BEGIN
    UPDATE stack SET last_seq = NEW.seq WHERE stack_id = NEW.stack_id;
END;

-- T2 to T9: the edges of Transition::ALL in the domain. A test walks all 25 pairs and compares.
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

-- Who did what, when. Only ever added to.
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

-- The right to work on the queue. One row at most; its epoch only grows.
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
