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
    stopped_runs    TEXT    NOT NULL DEFAULT '[]', settings_changes INTEGER NOT NULL DEFAULT 0 CHECK (settings_changes >= 0), on_failure TEXT NOT NULL DEFAULT 'hold'
    CHECK (on_failure IN ('hold', 'rollback', 'continue')), labels TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(labels) AND json_type(labels) = 'object'), -- JSON
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

CREATE TRIGGER stack_is_not_replaced BEFORE INSERT ON stack
WHEN EXISTS (SELECT 1 FROM stack WHERE stack_id = NEW.stack_id)
    OR (NEW.deleted_at IS NULL AND EXISTS (SELECT 1 FROM stack WHERE name = NEW.name AND deleted_at IS NULL))
BEGIN
    SELECT RAISE(ABORT, 'a stack is never removed, only marked deleted');
END;

CREATE TRIGGER stack_stays_deleted BEFORE UPDATE OF deleted_at ON stack
WHEN OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'a deleted stack does not come back');
END;

CREATE TRIGGER instance_goes_with_its_stack AFTER UPDATE OF deleted_at ON stack
WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN
    DELETE FROM host_port WHERE stack_id = NEW.stack_id;
    DELETE FROM instance_version WHERE stack_id = NEW.stack_id;
    DELETE FROM instance WHERE stack_id = NEW.stack_id;
END;

CREATE TRIGGER stack_settings_are_counted BEFORE UPDATE OF on_failure, labels, settings_changes ON stack
WHEN NEW.settings_changes < OLD.settings_changes
    OR ((NEW.on_failure <> OLD.on_failure OR NEW.labels <> OLD.labels) AND NEW.settings_changes = OLD.settings_changes)
BEGIN
    SELECT RAISE(ABORT, 'every change of the settings of a stack is counted');
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
    warnings       TEXT    NOT NULL, secrets TEXT NOT NULL DEFAULT '{}', -- JSON
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

CREATE TRIGGER stack_version_is_not_replaced BEFORE INSERT ON stack_version
WHEN EXISTS (SELECT 1 FROM stack_version WHERE stack_id = NEW.stack_id AND version = NEW.version)
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

CREATE TRIGGER blob_is_not_replaced BEFORE INSERT ON blob
WHEN EXISTS (SELECT 1 FROM blob WHERE hash = NEW.hash)
BEGIN
    SELECT RAISE(ABORT, 'the content of a file is immutable');
END;

CREATE TRIGGER blob_is_kept BEFORE DELETE ON blob
WHEN EXISTS (SELECT 1 FROM stack_file WHERE hash = OLD.hash)
    OR EXISTS (SELECT 1 FROM template_file WHERE hash = OLD.hash)
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

CREATE INDEX stack_file_by_hash ON stack_file (hash);

CREATE TRIGGER stack_file_is_kept BEFORE DELETE ON stack_file
WHEN NOT EXISTS (SELECT 1 FROM stack WHERE stack_id = OLD.stack_id AND deleted_at IS NOT NULL)
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
    result              TEXT, lane TEXT NOT NULL DEFAULT 'writes'
    CHECK (lane = CASE WHEN kind IN ('WAKE', 'SLEEP') THEN 'power/' || stack_id ELSE 'writes' END), -- JSON
    CHECK (status IN ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    CHECK ((finished_at IS NULL) = (status IN ('PENDING', 'RUNNING'))),
    CHECK ((idem_key IS NULL) = (idem_fingerprint IS NULL)),
    CHECK (status <> 'RUNNING' OR (fence IS NOT NULL AND claimed_by IS NOT NULL AND started_at IS NOT NULL)),
    CHECK (status <> 'FAILED' OR failure IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX command_idempotency ON command (principal, idem_key) WHERE idem_key IS NOT NULL;

CREATE INDEX command_of_stack ON command (stack_id, seq);

CREATE TRIGGER command_enters BEFORE INSERT ON command
WHEN NOT (
    (NEW.status = 'PENDING' AND NEW.kind NOT IN ('CREATE', 'UPDATE'))
    OR (NEW.status = 'DONE' AND NEW.kind IN ('CREATE', 'UPDATE'))
)
BEGIN
    SELECT RAISE(ABORT, 'a command enters the queue as PENDING');
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

CREATE UNIQUE INDEX one_running ON command (lane) WHERE status = 'RUNNING';

CREATE UNIQUE INDEX one_running_of_stack ON command (stack_id) WHERE status = 'RUNNING';

CREATE TRIGGER command_moves_stack AFTER INSERT ON command WHEN NEW.lane = 'writes'
BEGIN
    UPDATE stack SET last_seq = NEW.seq WHERE stack_id = NEW.stack_id;
END;

CREATE INDEX command_open ON command (seq) WHERE status NOT IN ('DONE', 'CANCELLED');

CREATE INDEX command_open_in_lane ON command (lane, seq) WHERE status NOT IN ('DONE', 'CANCELLED');

CREATE TRIGGER command_transition BEFORE UPDATE OF status ON command
WHEN NOT (
    (OLD.status = 'PENDING' AND NEW.status IN ('RUNNING', 'CANCELLED'))
    OR (OLD.status = 'RUNNING' AND NEW.status <> 'PENDING')
    OR (OLD.status = 'FAILED' AND NEW.status IN ('PENDING', 'CANCELLED'))
)
BEGIN
    SELECT RAISE(ABORT, 'illegal transition of a command');
END;

CREATE TRIGGER command_is_not_replaced BEFORE INSERT ON command
WHEN (NEW.seq <> -1 AND EXISTS (SELECT 1 FROM command WHERE seq = NEW.seq))
    OR EXISTS (SELECT 1 FROM command WHERE command_id = NEW.command_id)
    OR (NEW.idem_key IS NOT NULL AND EXISTS (
        SELECT 1 FROM command WHERE principal = NEW.principal AND idem_key = NEW.idem_key
    ))
BEGIN
    SELECT RAISE(ABORT, 'a command is never removed');
END;

CREATE TRIGGER command_runs_alone BEFORE UPDATE OF status ON command
WHEN NEW.status = 'RUNNING' AND OLD.status <> 'RUNNING' AND EXISTS (
    SELECT 1 FROM command WHERE stack_id = NEW.stack_id AND status = 'RUNNING'
)
BEGIN
    SELECT RAISE(ABORT, 'another command of the stack is running');
END;

CREATE TRIGGER command_enters_with_counts BEFORE INSERT ON command
WHEN NEW.attempt < 0 OR NEW.retry < 0
BEGIN
    SELECT RAISE(ABORT, 'the counts of a command are not negative');
END;

CREATE TRIGGER command_counts BEFORE UPDATE OF attempt, retry ON command
WHEN NEW.attempt < 0 OR NEW.retry < 0
BEGIN
    SELECT RAISE(ABORT, 'the counts of a command are not negative');
END;

CREATE TRIGGER command_starts_at_head BEFORE UPDATE OF status ON command
WHEN NEW.status = 'RUNNING' AND OLD.status <> 'RUNNING' AND EXISTS (
    SELECT 1 FROM command AS earlier
    WHERE earlier.status NOT IN ('DONE', 'CANCELLED') AND earlier.lane = NEW.lane AND earlier.seq < NEW.seq
        AND (
            NEW.lane <> 'writes'
            OR NOT EXISTS (SELECT 1 FROM setting WHERE name = 'failure_scope' AND value = 'related')
            OR earlier.status = 'RUNNING'
            OR EXISTS (SELECT 1 FROM related_stack WHERE one = earlier.stack_id AND other = NEW.stack_id)
            OR (
                earlier.status = 'PENDING' AND NOT EXISTS (
                    SELECT 1 FROM command AS before
                    WHERE before.status NOT IN ('DONE', 'CANCELLED') AND before.lane = 'writes'
                        AND before.seq < earlier.seq
                        AND EXISTS (
                            SELECT 1 FROM related_stack WHERE one = before.stack_id AND other = earlier.stack_id
                        )
                )
            )
        )
)
BEGIN
    SELECT RAISE(ABORT, 'only the head of a lane starts');
END;

CREATE TRIGGER command_is_kept BEFORE DELETE ON command
WHEN NOT EXISTS (SELECT 1 FROM recorded_command WHERE seq = OLD.seq)
    OR EXISTS (SELECT 1 FROM stack WHERE stack_id = OLD.stack_id AND deleted_at IS NULL AND last_seq = OLD.seq)
    OR EXISTS (SELECT 1 FROM creation WHERE command_id = OLD.command_id)
BEGIN
    SELECT RAISE(ABORT, 'a command is never removed');
END;

CREATE TRIGGER command_kind BEFORE INSERT ON command
WHEN NOT (
    NEW.kind = 'CREATE' OR NEW.kind = 'UPDATE' OR NEW.kind = 'APPLY' OR NEW.kind = 'ROLLBACK' OR NEW.kind = 'DEPLOY'
    OR NEW.kind = 'START' OR NEW.kind = 'STOP' OR NEW.kind = 'RESTART' OR NEW.kind = 'DELETE' OR NEW.kind = 'WAKE'
    OR NEW.kind = 'SLEEP' OR NEW.kind = 'PRUNE'
)
BEGIN
    SELECT RAISE(ABORT, 'there is no such kind of command');
END;

CREATE TRIGGER command_of_host BEFORE INSERT ON command
WHEN (NEW.kind = 'PRUNE') <> (NEW.stack_id = '00000000-0000-0000-0000-000000000000')
BEGIN
    SELECT RAISE(ABORT, 'only a command about the host has no stack');
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

CREATE TRIGGER command_event_is_counted AFTER INSERT ON command_event
WHEN NEW.kind = 'DONE' OR NEW.kind = 'FAILED' OR NEW.kind = 'CANCELLED'
BEGIN
    INSERT INTO command_total (kind, status, ended, timed, millis)
    SELECT c.kind, NEW.kind, 1, NEW.epoch IS NOT NULL,
           IIF(NEW.epoch IS NULL, 0, MAX(NEW.at - COALESCE(c.started_at, NEW.at), 0))
    FROM command AS c WHERE c.seq = NEW.seq
    ON CONFLICT (kind, status) DO UPDATE SET
        ended = ended + 1, timed = timed + excluded.timed, millis = millis + excluded.millis;
END;

CREATE TRIGGER command_event_is_not_replaced BEFORE INSERT ON command_event
WHEN NEW.event_id <> -1 AND EXISTS (SELECT 1 FROM command_event WHERE event_id = NEW.event_id)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

CREATE TRIGGER command_event_is_kept BEFORE DELETE ON command_event
WHEN NOT EXISTS (SELECT 1 FROM recorded_command WHERE seq = OLD.seq)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
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

CREATE TRIGGER worker_lease_is_not_replaced AFTER INSERT ON worker_lease
WHEN EXISTS (SELECT 1 FROM command WHERE fence >= NEW.epoch)
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

CREATE TRIGGER release_is_not_replaced BEFORE INSERT ON release
WHEN (NEW.release_id <> -1 AND EXISTS (SELECT 1 FROM release WHERE release_id = NEW.release_id))
    OR EXISTS (SELECT 1 FROM release WHERE command_id = NEW.command_id)
BEGIN
    SELECT RAISE(ABORT, 'a release is immutable');
END;

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

CREATE TABLE token (
    token_id   TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    created_at INTEGER NOT NULL
, access TEXT NOT NULL DEFAULT '{"role":"administrator"}' CHECK (json_valid(access)), expires_at INTEGER, used_at INTEGER) STRICT;

CREATE TRIGGER sessions_end_with_their_token AFTER DELETE ON token
BEGIN
    DELETE FROM session WHERE substr(actor, 1, length('token:' || OLD.token_id || ':')) = 'token:' || OLD.token_id || ':';
END;

CREATE INDEX token_by_hash ON token (hash);

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

CREATE TRIGGER adoption_is_not_replaced BEFORE INSERT ON adoption
WHEN EXISTS (SELECT 1 FROM adoption WHERE stack_id = NEW.stack_id)
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

CREATE TRIGGER command_total_identity BEFORE UPDATE OF kind, status ON command_total
BEGIN
    SELECT RAISE(ABORT, 'a total never goes back');
END;

CREATE TABLE audit (
    audit_id INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    actor    TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 384),
    action   TEXT    NOT NULL CHECK (length(action) BETWEEN 1 AND 64),
    resource TEXT    NOT NULL CHECK (length(resource) BETWEEN 1 AND 384),
    detail TEXT CHECK (detail IS NULL OR (json_valid(detail) AND length(detail) <= 32768)), chain TEXT CHECK (chain IS NULL OR length(chain) = 64), change TEXT NOT NULL DEFAULT 'created' CHECK (change IN (
    'created', 'replaced', 'removed', 'started', 'ended', 'downloaded', 'uploaded', 'revealed', 'refused'
))) STRICT;

CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN NEW.audit_id <> -1 AND EXISTS (SELECT 1 FROM audit WHERE audit_id = NEW.audit_id)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN NOT EXISTS (
    SELECT 1 FROM record_file WHERE subject = 'audit' AND OLD.audit_id BETWEEN first_id AND last_id
)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TRIGGER audit_chain_goes_on AFTER INSERT ON audit
BEGIN
    UPDATE audit_chain
    SET first_id = coalesce(first_id, iif(NEW.chain IS NULL, NULL, NEW.audit_id)),
        last_id = NEW.audit_id,
        value = coalesce(NEW.chain, value);
END;

CREATE INDEX audit_by_actor ON audit (actor);

CREATE INDEX audit_by_action ON audit (action);

CREATE INDEX audit_by_resource ON audit (resource);

CREATE INDEX audit_by_actor_and_action ON audit (actor, action);

CREATE INDEX audit_by_actor_and_resource ON audit (actor, resource);

CREATE INDEX audit_by_action_and_resource ON audit (action, resource);

CREATE INDEX audit_by_time ON audit (at);

CREATE TRIGGER audit_is_immutable BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TABLE plan (
    plan_id     TEXT    NOT NULL PRIMARY KEY,
    stack_id    TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    author      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    record      TEXT    NOT NULL, packed BLOB, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;

CREATE TRIGGER plan_is_immutable BEFORE UPDATE ON plan
BEGIN
    SELECT RAISE(ABORT, 'a plan is immutable');
END;

CREATE TRIGGER plan_is_not_replaced BEFORE INSERT ON plan
WHEN EXISTS (SELECT 1 FROM plan WHERE plan_id = NEW.plan_id)
BEGIN
    SELECT RAISE(ABORT, 'a plan is immutable');
END;

CREATE INDEX plan_of_stack ON plan (stack_id, created_at);

CREATE TABLE command_attachment (
    event_id INTEGER NOT NULL PRIMARY KEY REFERENCES command_event (event_id),
    content  TEXT    NOT NULL -- JSON
) STRICT;

CREATE TRIGGER command_attachment_is_immutable BEFORE UPDATE ON command_attachment
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

CREATE TRIGGER command_attachment_is_not_replaced BEFORE INSERT ON command_attachment
WHEN EXISTS (SELECT 1 FROM command_attachment WHERE event_id = NEW.event_id)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

CREATE TRIGGER command_attachment_is_kept BEFORE DELETE ON command_attachment
WHEN NOT EXISTS (
    SELECT 1 FROM command_event JOIN recorded_command ON recorded_command.seq = command_event.seq
    WHERE command_event.event_id = OLD.event_id
)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

CREATE TABLE stack_object (
    stack_id TEXT NOT NULL REFERENCES stack (stack_id),
    object   TEXT NOT NULL,
    PRIMARY KEY (stack_id, object)
) STRICT, WITHOUT ROWID;

CREATE INDEX stack_object_by_name ON stack_object (object, stack_id);

CREATE TRIGGER stack_object_is_immutable BEFORE UPDATE ON stack_object
BEGIN
    SELECT RAISE(ABORT, 'what a stack shares is only added to');
END;

CREATE TRIGGER stack_object_is_kept BEFORE DELETE ON stack_object
BEGIN
    SELECT RAISE(ABORT, 'what a stack shares is only added to');
END;

CREATE VIEW related_stack AS
SELECT one.stack_id AS one, other.stack_id AS other FROM stack AS one, stack AS other
WHERE one.stack_id = other.stack_id
    OR NOT EXISTS (SELECT 1 FROM stack_object WHERE stack_id = one.stack_id)
    OR NOT EXISTS (SELECT 1 FROM stack_object WHERE stack_id = other.stack_id)
    OR EXISTS (
        SELECT 1 FROM stack_object AS mine JOIN stack_object AS theirs ON mine.object = theirs.object
        WHERE mine.stack_id = one.stack_id AND theirs.stack_id = other.stack_id
    );

CREATE TABLE creation (
    creation_id INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    stack_id    TEXT NOT NULL REFERENCES stack (stack_id),
    name        TEXT NOT NULL,
    command_id  TEXT,    -- NULL: trusted from before there were records, and its labels do not say
    retry       INTEGER, -- NULL: trusted from before there were records
    effect      INTEGER,
    object      TEXT, container TEXT CHECK (container IS NULL OR (kind = 'volume' AND command_id IS NULL)),    -- the engine's id; NULL: not known yet, or a volume
    CHECK (kind = 'container' OR kind = 'network' OR kind = 'volume'),
    CHECK ((retry IS NULL) = (effect IS NULL)),
    CHECK (effect IS NULL OR command_id IS NOT NULL),
    CHECK (object IS NULL OR kind <> 'volume')
) STRICT;

CREATE INDEX creation_object ON creation (kind, object) WHERE object IS NOT NULL;

CREATE UNIQUE INDEX creation_effect ON creation (command_id, retry, effect) WHERE effect IS NOT NULL;

CREATE INDEX creation_of_stack ON creation (stack_id, kind);

CREATE TRIGGER creation_identity
BEFORE UPDATE OF creation_id, kind, stack_id, name, command_id, retry, effect ON creation
BEGIN
    SELECT RAISE(ABORT, 'what was created does not change');
END;

CREATE TRIGGER creation_keeps_its_object BEFORE UPDATE OF object ON creation
WHEN OLD.object IS NOT NULL AND NEW.object IS NOT OLD.object
BEGIN
    SELECT RAISE(ABORT, 'what was created does not change');
END;

CREATE UNIQUE INDEX creation_anonymous ON creation (name) WHERE container IS NOT NULL;

CREATE TRIGGER creation_keeps_its_container BEFORE UPDATE OF container ON creation
BEGIN
    SELECT RAISE(ABORT, 'what was created does not change');
END;

CREATE TABLE stack_secret (
    stack_id    TEXT    NOT NULL REFERENCES stack (stack_id),
    name        TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    key_id      TEXT    NOT NULL,
    sealed      BLOB    NOT NULL, -- nonce of 24 bytes, then at least a tag of 16
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (stack_id, name, fingerprint),
    CHECK (name <> '' AND fingerprint <> '' AND key_id <> ''),
    CHECK (length(sealed) > 40)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER stack_secret_is_kept BEFORE DELETE ON stack_secret
BEGIN
    SELECT RAISE(ABORT, 'a secret is immutable');
END;

CREATE TRIGGER stack_secret_is_not_replaced BEFORE INSERT ON stack_secret
WHEN EXISTS (
    SELECT 1 FROM stack_secret
    WHERE stack_id = NEW.stack_id AND name = NEW.name AND fingerprint = NEW.fingerprint
)
BEGIN
    SELECT RAISE(ABORT, 'a secret is immutable');
END;

CREATE TRIGGER stack_secret_is_immutable BEFORE UPDATE ON stack_secret
WHEN NEW.stack_id <> OLD.stack_id OR NEW.name <> OLD.name OR NEW.fingerprint <> OLD.fingerprint
    OR NEW.created_at <> OLD.created_at OR NEW.key_id = OLD.key_id
BEGIN
    SELECT RAISE(ABORT, 'a secret is immutable');
END;

CREATE TABLE statistics_block (
    start    INTEGER NOT NULL, -- of the hour
    stack_id TEXT    NOT NULL,
    service  TEXT    NOT NULL,
    slot     INTEGER NOT NULL,
    size     INTEGER NOT NULL, -- about how many bytes the row takes
    points   BLOB    NOT NULL, -- packed; the first byte is the version of the form
    PRIMARY KEY (start, stack_id, service, slot),
    CHECK (slot > 0 AND size > 0 AND length(points) > 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX statistics_block_of_stack ON statistics_block (stack_id, service, slot);

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

CREATE TABLE placement (
    container TEXT NOT NULL, -- the engine's id
    slot      TEXT NOT NULL,
    stack_id  TEXT NOT NULL REFERENCES stack (stack_id),
    state     TEXT NOT NULL, -- JSON
    PRIMARY KEY (container, slot)
) STRICT, WITHOUT ROWID;

CREATE INDEX placement_of_stack ON placement (stack_id);

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
    removed_at INTEGER, chain TEXT CHECK (chain IS NULL OR length(chain) = 64),          -- because of its age
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

CREATE TRIGGER record_file_is_immutable
BEFORE UPDATE OF number, subject, first_id, last_id, records, previous, digest, size, made_at, chain ON record_file
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

CREATE TABLE session (
    session_id TEXT    NOT NULL PRIMARY KEY,
    actor      TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 384),
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    created_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL,
    client     TEXT    NOT NULL CHECK (length(client) <= 256),
    address    TEXT    CHECK (length(address) BETWEEN 1 AND 64)
) STRICT;

CREATE TRIGGER session_keeps_its_owner BEFORE UPDATE OF session_id, actor, hash, created_at ON session
BEGIN
    SELECT RAISE(ABORT, 'only the last use of a session changes');
END;

CREATE TABLE version_tag (
    stack_id TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    tag      TEXT    NOT NULL,
    PRIMARY KEY (stack_id, version),
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version),
    CHECK (length(tag) BETWEEN 1 AND 40)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX version_tag_is_unique ON version_tag (stack_id, tag);

CREATE TABLE on_demand_report (
    stack_id TEXT NOT NULL REFERENCES stack (stack_id),
    service  TEXT NOT NULL CHECK (length(service) BETWEEN 1 AND 255),
    report   TEXT NOT NULL CHECK (json_valid(report)),
    PRIMARY KEY (stack_id, service)
) STRICT, WITHOUT ROWID;

CREATE TABLE on_demand_experience (
    stack_id   TEXT NOT NULL REFERENCES stack (stack_id),
    service    TEXT NOT NULL CHECK (length(service) BETWEEN 1 AND 255),
    experience TEXT NOT NULL CHECK (json_valid(experience)),
    PRIMARY KEY (stack_id, service)
) STRICT, WITHOUT ROWID;

CREATE TABLE on_demand_day (
    stack_id TEXT    NOT NULL REFERENCES stack (stack_id),
    service  TEXT    NOT NULL CHECK (length(service) BETWEEN 1 AND 255),
    day      INTEGER NOT NULL,
    happened TEXT    NOT NULL CHECK (json_valid(happened)),
    PRIMARY KEY (stack_id, service, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE on_demand_wish (
    stack_id TEXT NOT NULL REFERENCES stack (stack_id),
    service  TEXT NOT NULL CHECK (length(service) BETWEEN 1 AND 255),
    wish     TEXT NOT NULL CHECK (json_valid(wish)),
    PRIMARY KEY (stack_id, service)
) STRICT, WITHOUT ROWID;

CREATE TABLE on_demand_gateway (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    report TEXT    NOT NULL CHECK (json_valid(report))
) STRICT;

CREATE TABLE alert_watch (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    state TEXT    NOT NULL CHECK (json_valid(state))
) STRICT;

CREATE TABLE alert (
    alert_id  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    alert     TEXT    NOT NULL CHECK (json_valid(alert)),
    delivered TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(delivered))
) STRICT;

CREATE TABLE template (
    template_id    TEXT    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    latest_version INTEGER NOT NULL,
    created_by     TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    deleted_at     INTEGER,
    CHECK (latest_version >= 1)
) STRICT;

CREATE UNIQUE INDEX template_live_name ON template (name) WHERE deleted_at IS NULL;

CREATE TRIGGER template_is_kept BEFORE DELETE ON template
BEGIN
    SELECT RAISE(ABORT, 'a template is never removed, only marked deleted');
END;

CREATE TRIGGER template_identity BEFORE UPDATE OF template_id, name, created_by, created_at ON template
BEGIN
    SELECT RAISE(ABORT, 'the identity of a template does not change');
END;

CREATE TRIGGER template_is_not_replaced BEFORE INSERT ON template
WHEN EXISTS (SELECT 1 FROM template WHERE template_id = NEW.template_id)
    OR (NEW.deleted_at IS NULL AND EXISTS (SELECT 1 FROM template WHERE name = NEW.name AND deleted_at IS NULL))
BEGIN
    SELECT RAISE(ABORT, 'a template is never removed, only marked deleted');
END;

CREATE TRIGGER template_stays_deleted BEFORE UPDATE OF deleted_at ON template
WHEN OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'a deleted template does not come back');
END;

CREATE TRIGGER template_is_not_in_use BEFORE UPDATE OF deleted_at ON template
WHEN NEW.deleted_at IS NOT NULL AND EXISTS (SELECT 1 FROM instance WHERE template_id = NEW.template_id)
BEGIN
    SELECT RAISE(ABORT, 'a template that has instances is not deleted');
END;

CREATE TRIGGER key_list_goes_with_its_template AFTER UPDATE OF deleted_at ON template
WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN
    DELETE FROM key_list WHERE template_id = NEW.template_id;
END;

CREATE TRIGGER rollout_goes_with_its_template AFTER UPDATE OF deleted_at ON template
WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN
    DELETE FROM rollout WHERE template_id = NEW.template_id;
END;

CREATE TABLE template_version (
    template_id   TEXT    NOT NULL REFERENCES template (template_id),
    version       INTEGER NOT NULL,
    author        TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    comment       TEXT    NOT NULL,
    compose_files TEXT    NOT NULL CHECK (json_valid(compose_files)),
    variables     TEXT    NOT NULL CHECK (json_valid(variables)),
    content_hash  TEXT    NOT NULL,
    declaration   TEXT    NOT NULL CHECK (json_valid(declaration)),
    warnings      TEXT    NOT NULL CHECK (json_valid(warnings)),
    PRIMARY KEY (template_id, version),
    CHECK (version >= 1)
) STRICT;

CREATE TRIGGER template_version_is_immutable BEFORE UPDATE ON template_version
BEGIN
    SELECT RAISE(ABORT, 'a template version is immutable');
END;

CREATE TRIGGER template_version_is_kept BEFORE DELETE ON template_version
BEGIN
    SELECT RAISE(ABORT, 'a template version is immutable');
END;

CREATE TRIGGER template_version_is_not_replaced BEFORE INSERT ON template_version
WHEN EXISTS (SELECT 1 FROM template_version WHERE template_id = NEW.template_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'a template version is immutable');
END;

CREATE TABLE template_file (
    template_id TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    path        TEXT    NOT NULL,
    hash        TEXT    NOT NULL REFERENCES blob (hash),
    executable  INTEGER NOT NULL,
    PRIMARY KEY (template_id, version, path),
    FOREIGN KEY (template_id, version) REFERENCES template_version (template_id, version) DEFERRABLE INITIALLY DEFERRED,
    CHECK (path <> ''),
    CHECK (executable IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER template_file_is_in_time BEFORE INSERT ON template_file
WHEN EXISTS (SELECT 1 FROM template_version WHERE template_id = NEW.template_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'the files of a template version are immutable');
END;

CREATE TRIGGER template_file_is_immutable BEFORE UPDATE ON template_file
BEGIN
    SELECT RAISE(ABORT, 'the files of a template version are immutable');
END;

CREATE TRIGGER template_file_is_kept BEFORE DELETE ON template_file
BEGIN
    SELECT RAISE(ABORT, 'the files of a template version are immutable');
END;

CREATE INDEX template_file_by_hash ON template_file (hash);

CREATE TABLE instance (
    template_id      TEXT    NOT NULL,
    instance_key     TEXT    NOT NULL CHECK (length(instance_key) BETWEEN 1 AND 61),
    stack_id         TEXT    NOT NULL UNIQUE REFERENCES stack (stack_id),
    template_version INTEGER NOT NULL,
    assigned         TEXT    NOT NULL CHECK (json_valid(assigned)),
    created_by       TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    stopped_since    INTEGER,
    unlisted_since   INTEGER,
    is_held          INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1)),
    PRIMARY KEY (template_id, instance_key),
    FOREIGN KEY (template_id, template_version) REFERENCES template_version (template_id, version)
) STRICT;

CREATE TRIGGER instance_is_of_what_exists BEFORE INSERT ON instance
WHEN EXISTS (SELECT 1 FROM template WHERE template_id = NEW.template_id AND deleted_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM stack WHERE stack_id = NEW.stack_id AND deleted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'an instance has a template and a stack that are not deleted');
END;

CREATE TRIGGER instance_identity
BEFORE UPDATE OF template_id, instance_key, stack_id, created_by, created_at ON instance
BEGIN
    SELECT RAISE(ABORT, 'the identity of an instance does not change');
END;

CREATE TRIGGER instance_is_kept BEFORE DELETE ON instance
WHEN EXISTS (SELECT 1 FROM stack WHERE stack_id = OLD.stack_id AND deleted_at IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'an instance exists as long as its stack');
END;

CREATE TRIGGER instance_is_not_replaced BEFORE INSERT ON instance
WHEN EXISTS (SELECT 1 FROM instance WHERE template_id = NEW.template_id AND instance_key = NEW.instance_key)
    OR EXISTS (SELECT 1 FROM instance WHERE stack_id = NEW.stack_id)
BEGIN
    SELECT RAISE(ABORT, 'an instance exists as long as its stack');
END;

CREATE TABLE host_port (
    port      INTEGER NOT NULL PRIMARY KEY CHECK (port BETWEEN 1 AND 65535),
    stack_id  TEXT    NOT NULL REFERENCES instance (stack_id),
    parameter TEXT    NOT NULL,
    UNIQUE (stack_id, parameter)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER host_port_is_immutable BEFORE UPDATE ON host_port
BEGIN
    SELECT RAISE(ABORT, 'a port of the host belongs to one instance');
END;

CREATE TRIGGER host_port_is_not_replaced BEFORE INSERT ON host_port
WHEN EXISTS (SELECT 1 FROM host_port WHERE port = NEW.port)
    OR EXISTS (SELECT 1 FROM host_port WHERE stack_id = NEW.stack_id AND parameter = NEW.parameter)
BEGIN
    SELECT RAISE(ABORT, 'a port of the host belongs to one instance');
END;

CREATE TABLE key_list (
    template_id TEXT    NOT NULL PRIMARY KEY REFERENCES template (template_id),
    source      TEXT    NOT NULL CHECK (json_valid(source)),
    keys        TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(keys)),
    taken_at    INTEGER,
    asked_at    INTEGER,
    trouble     TEXT CHECK (trouble IS NULL OR json_valid(trouble))
) STRICT;

CREATE TRIGGER key_list_is_of_what_exists BEFORE INSERT ON key_list
WHEN EXISTS (SELECT 1 FROM template WHERE template_id = NEW.template_id AND deleted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'a list of keys has a template that is not deleted');
END;

CREATE TABLE rollout (
    template_id TEXT    NOT NULL PRIMARY KEY REFERENCES template (template_id),
    is_open     INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    progress    TEXT    NOT NULL CHECK (json_valid(progress))
) STRICT;

CREATE TRIGGER rollout_is_of_what_exists BEFORE INSERT ON rollout
WHEN EXISTS (SELECT 1 FROM template WHERE template_id = NEW.template_id AND deleted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'a rollout has a template that is not deleted');
END;

CREATE TABLE instance_version (
    stack_id         TEXT    NOT NULL REFERENCES instance (stack_id),
    version          INTEGER NOT NULL CHECK (version >= 1),
    template_version INTEGER NOT NULL,
    assigned         TEXT    NOT NULL CHECK (json_valid(assigned)),
    ports            TEXT    NOT NULL CHECK (json_valid(ports)),
    PRIMARY KEY (stack_id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER instance_version_is_immutable BEFORE UPDATE ON instance_version
BEGIN
    SELECT RAISE(ABORT, 'what a version was made from does not change');
END;

CREATE TRIGGER instance_version_is_not_replaced BEFORE INSERT ON instance_version
WHEN EXISTS (SELECT 1 FROM instance_version WHERE stack_id = NEW.stack_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'what a version was made from does not change');
END;

CREATE TRIGGER instance_version_is_kept BEFORE DELETE ON instance_version
WHEN EXISTS (SELECT 1 FROM stack WHERE stack_id = OLD.stack_id AND deleted_at IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'what a version was made from does not change');
END;

CREATE VIEW applied_instance AS
SELECT v.stack_id, v.version, v.template_version, v.assigned, v.ports
FROM stack AS s
JOIN instance_version AS v ON v.stack_id = s.stack_id
WHERE v.version = (
    SELECT max(older.version) FROM instance_version AS older
    WHERE older.stack_id = s.stack_id AND older.version <= s.current_version
);

CREATE VIEW claimed_port AS
SELECT port, stack_id FROM host_port
UNION
SELECT port.value, a.stack_id FROM applied_instance AS a, json_each(a.ports) AS port;

CREATE TABLE audit_chain (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    first_id INTEGER,          -- the first entry with a value
    last_id  INTEGER NOT NULL, -- the newest entry, with a value or without
    value    TEXT    NOT NULL, -- of the newest entry that has one
    CHECK (first_id IS NULL OR first_id <= last_id),
    CHECK (length(value) = 64)
) STRICT;

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

CREATE TABLE user (
    user_id       TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64 AND name = lower(name)),
    grants        TEXT    NOT NULL CHECK (json_valid(grants) AND json_array_length(grants) > 0),
    -- Whether they can sign in and may do everything: one such user is to stay.
    administers   INTEGER NOT NULL CHECK (administers IN (0, 1)),
    password      TEXT    CHECK (length(password) BETWEEN 1 AND 512),
    -- The secret of one-time codes, sealed, and the step of the last code that was used.
    totp_key      TEXT,
    totp_secret   BLOB,
    totp_used     INTEGER,
    invitation    BLOB    UNIQUE CHECK (length(invitation) = 32),
    invited_until INTEGER,
    created_at    INTEGER NOT NULL,
    signed_in_at  INTEGER, issuer TEXT CHECK (length(issuer) BETWEEN 1 AND 512), subject TEXT CHECK ((subject IS NULL) = (issuer IS NULL)) CHECK (
    subject IS NULL OR (length(subject) BETWEEN 1 AND 255 AND password IS NULL AND invitation IS NULL)
),
    CHECK ((totp_key IS NULL) = (totp_secret IS NULL) AND (totp_key IS NULL) = (totp_used IS NULL)),
    CHECK ((invitation IS NULL) = (invited_until IS NULL)),
    CHECK (administers = 0 OR password IS NOT NULL)
) STRICT;

CREATE INDEX user_that_administers ON user (administers) WHERE administers = 1;

CREATE TRIGGER user_stays_the_same BEFORE UPDATE OF user_id, name, created_at ON user
WHEN OLD.user_id <> NEW.user_id OR OLD.name <> NEW.name OR OLD.created_at <> NEW.created_at
BEGIN
    SELECT RAISE(ABORT, 'a user keeps their id and name');
END;

CREATE TRIGGER totp_steps_go_forward BEFORE UPDATE OF totp_used ON user
WHEN OLD.totp_secret = NEW.totp_secret AND NEW.totp_used < OLD.totp_used
BEGIN
    SELECT RAISE(ABORT, 'a one-time code is valid once');
END;

CREATE TRIGGER sessions_end_with_their_user AFTER DELETE ON user
BEGIN
    DELETE FROM session WHERE substr(actor, 1, length('user:' || OLD.user_id || ':')) = 'user:' || OLD.user_id || ':';
END;

CREATE UNIQUE INDEX user_of_a_provider ON user (issuer, subject) WHERE issuer IS NOT NULL;

CREATE TRIGGER user_stays_that_of_their_provider BEFORE UPDATE OF issuer, subject ON user
WHEN OLD.issuer IS NOT NEW.issuer OR OLD.subject IS NOT NEW.subject
BEGIN
    SELECT RAISE(ABORT, 'a user stays the same at their provider');
END;

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

CREATE TABLE named_secret_version (
    secret_id  TEXT    NOT NULL REFERENCES named_secret (secret_id),
    number     INTEGER NOT NULL CHECK (number > 0),
    key_id     TEXT    NOT NULL CHECK (key_id <> ''),
    sealed     BLOB    NOT NULL CHECK (length(sealed) > 40), -- nonce of 24 bytes, then at least a tag of 16
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    PRIMARY KEY (secret_id, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER named_secret_version_stays_the_same BEFORE UPDATE ON named_secret_version
WHEN OLD.secret_id <> NEW.secret_id OR OLD.number <> NEW.number OR OLD.created_at <> NEW.created_at
    OR OLD.created_by <> NEW.created_by OR OLD.key_id = NEW.key_id
BEGIN
    SELECT RAISE(ABORT, 'a version of a secret stays the same');
END;

CREATE TABLE secret_use (
    stack_id TEXT    NOT NULL REFERENCES stack (stack_id),
    version  INTEGER NOT NULL,
    name     TEXT    NOT NULL CHECK (name <> ''),
    PRIMARY KEY (stack_id, version, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX secret_use_by_name ON secret_use (name);
