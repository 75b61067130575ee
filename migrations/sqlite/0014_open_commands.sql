-- The same rules, said so that checking them is cheap. SQLite builds a table in memory for each list of three or more
-- values that it looks a value up in, each time a statement runs; a list of two, and a chain of comparisons, it compares.
DROP INDEX command_open;
CREATE INDEX command_open ON command (seq) WHERE status NOT IN ('DONE', 'CANCELLED');

DROP INDEX command_open_in_lane;
CREATE INDEX command_open_in_lane ON command (lane, seq) WHERE status NOT IN ('DONE', 'CANCELLED');

DROP TRIGGER command_starts_at_head;
CREATE TRIGGER command_starts_at_head BEFORE UPDATE OF status ON command
WHEN NEW.status = 'RUNNING' AND OLD.status <> 'RUNNING' AND EXISTS (
    SELECT 1 FROM command
    WHERE status NOT IN ('DONE', 'CANCELLED') AND lane = NEW.lane AND seq < NEW.seq
)
BEGIN
    SELECT RAISE(ABORT, 'only the head of a lane starts');
END;

DROP TRIGGER command_transition;
CREATE TRIGGER command_transition BEFORE UPDATE OF status ON command
WHEN NOT (
    (OLD.status = 'PENDING' AND NEW.status IN ('RUNNING', 'CANCELLED'))
    OR (OLD.status = 'RUNNING' AND NEW.status <> 'PENDING')
    OR (OLD.status = 'FAILED' AND NEW.status IN ('PENDING', 'CANCELLED'))
)
BEGIN
    SELECT RAISE(ABORT, 'illegal transition of a command');
END;

DROP TRIGGER command_event_is_counted;
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
