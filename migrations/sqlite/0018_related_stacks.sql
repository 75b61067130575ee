-- The objects of the engine that the versions of a stack use and other stacks may use too, by kind and name. A stack without
-- any row was saved by an earlier release: what it shares is not known, so it counts as related to every other one.
--
-- A row is its key, so an INSERT OR REPLACE changes nothing.
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

-- The pairs of stacks that wait for each other where a failed command does not hold up everything.
CREATE VIEW related_stack AS
SELECT one.stack_id AS one, other.stack_id AS other FROM stack AS one, stack AS other
WHERE one.stack_id = other.stack_id
    OR NOT EXISTS (SELECT 1 FROM stack_object WHERE stack_id = one.stack_id)
    OR NOT EXISTS (SELECT 1 FROM stack_object WHERE stack_id = other.stack_id)
    OR EXISTS (
        SELECT 1 FROM stack_object AS mine JOIN stack_object AS theirs ON mine.object = theirs.object
        WHERE mine.stack_id = one.stack_id AND theirs.stack_id = other.stack_id
    );

-- Only the head of a lane may start, unless the installation has chosen that a failed write holds up related stacks only.
-- Then a write may start before an earlier one that is open if that one does not run, is not related, and does not wait to
-- start itself: it has failed, or waits behind one that is related to it.
DROP TRIGGER command_starts_at_head;
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
