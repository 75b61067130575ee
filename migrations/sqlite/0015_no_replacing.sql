-- `INSERT OR REPLACE` and `UPDATE OR REPLACE` remove the rows that are in the way, and SQLite fires no trigger on
-- DELETE for those. So a row that is kept must be looked for before another one takes its key.
--
-- Before a row is inserted, a key that SQLite chooses is -1; then there is nothing to look for.
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN NEW.audit_id <> -1 AND EXISTS (SELECT 1 FROM audit WHERE audit_id = NEW.audit_id)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TRIGGER command_event_is_not_replaced BEFORE INSERT ON command_event
WHEN NEW.event_id <> -1 AND EXISTS (SELECT 1 FROM command_event WHERE event_id = NEW.event_id)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

CREATE TRIGGER command_attachment_is_not_replaced BEFORE INSERT ON command_attachment
WHEN EXISTS (SELECT 1 FROM command_attachment WHERE event_id = NEW.event_id)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
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

-- The only other unique keys that a command gets later are those of what runs. In its lane, only the head starts.
CREATE TRIGGER command_runs_alone BEFORE UPDATE OF status ON command
WHEN NEW.status = 'RUNNING' AND OLD.status <> 'RUNNING' AND EXISTS (
    SELECT 1 FROM command WHERE stack_id = NEW.stack_id AND status = 'RUNNING'
)
BEGIN
    SELECT RAISE(ABORT, 'another command of the stack is running');
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

CREATE TRIGGER stack_version_is_not_replaced BEFORE INSERT ON stack_version
WHEN EXISTS (SELECT 1 FROM stack_version WHERE stack_id = NEW.stack_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'a stack version is immutable');
END;

CREATE TRIGGER blob_is_not_replaced BEFORE INSERT ON blob
WHEN EXISTS (SELECT 1 FROM blob WHERE hash = NEW.hash)
BEGIN
    SELECT RAISE(ABORT, 'the content of a file is immutable');
END;

CREATE TRIGGER release_is_not_replaced BEFORE INSERT ON release
WHEN (NEW.release_id <> -1 AND EXISTS (SELECT 1 FROM release WHERE release_id = NEW.release_id))
    OR EXISTS (SELECT 1 FROM release WHERE command_id = NEW.command_id)
BEGIN
    SELECT RAISE(ABORT, 'a release is immutable');
END;

CREATE TRIGGER adoption_is_not_replaced BEFORE INSERT ON adoption
WHEN EXISTS (SELECT 1 FROM adoption WHERE stack_id = NEW.stack_id)
BEGIN
    SELECT RAISE(ABORT, 'an adoption is immutable');
END;

CREATE TRIGGER plan_is_not_replaced BEFORE INSERT ON plan
WHEN EXISTS (SELECT 1 FROM plan WHERE plan_id = NEW.plan_id)
BEGIN
    SELECT RAISE(ABORT, 'a plan is immutable');
END;

-- The lease is taken with an upsert, before which the triggers on INSERT fire as well. After it they fire only for a new
-- row, and there is one only once in the life of a database.
CREATE TRIGGER worker_lease_is_not_replaced AFTER INSERT ON worker_lease
WHEN EXISTS (SELECT 1 FROM command WHERE fence >= NEW.epoch)
BEGIN
    SELECT RAISE(ABORT, 'the epoch of the lease never goes back');
END;

CREATE TRIGGER command_total_identity BEFORE UPDATE OF kind, status ON command_total
BEGIN
    SELECT RAISE(ABORT, 'a total never goes back');
END;

-- A chain of comparisons, because a list of three or more values costs a table each time.
CREATE TRIGGER command_kind BEFORE INSERT ON command
WHEN NOT (
    NEW.kind = 'CREATE' OR NEW.kind = 'UPDATE' OR NEW.kind = 'APPLY' OR NEW.kind = 'ROLLBACK' OR NEW.kind = 'DEPLOY'
    OR NEW.kind = 'START' OR NEW.kind = 'STOP' OR NEW.kind = 'RESTART' OR NEW.kind = 'DELETE' OR NEW.kind = 'WAKE'
    OR NEW.kind = 'SLEEP'
)
BEGIN
    SELECT RAISE(ABORT, 'there is no such kind of command');
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
