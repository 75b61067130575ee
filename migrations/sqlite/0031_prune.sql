-- PRUNE is about the host and not about a stack. A command and a plan need a stack all the same: this one, with the nil UUID,
-- which is deleted so that no list shows it and nobody can do anything to it. Its version is there for the plans.
INSERT INTO stack (stack_id, name, latest_version, last_seq, created_by, created_at, updated_at, deleted_at)
VALUES ('00000000-0000-0000-0000-000000000000', 'host', 1, 0, 'system:server', 0, 0, 0);

INSERT INTO stack_version (
    stack_id, version, author, created_at, comment, compose_files, variables, content_hash, model, warnings
)
VALUES ('00000000-0000-0000-0000-000000000000', 1, 'system:server', 0, '', '[]', '{}', '', '{}', '[]');

DROP TRIGGER command_kind;

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
