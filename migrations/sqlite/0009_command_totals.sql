-- How often commands ended, and how long they took: added up as they end, so that nobody counts a record that only grows.
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

INSERT INTO command_total (kind, status, ended, timed, millis)
SELECT c.kind, e.kind, COUNT(*), SUM(e.epoch IS NOT NULL),
       SUM(IIF(e.epoch IS NULL, 0, MAX(e.at - COALESCE(c.started_at, e.at), 0)))
FROM command_event AS e JOIN command AS c ON c.seq = e.seq
WHERE e.kind IN ('DONE', 'FAILED', 'CANCELLED')
GROUP BY c.kind, e.kind;

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

CREATE TRIGGER command_total_grows BEFORE UPDATE ON command_total
WHEN NEW.ended < OLD.ended OR NEW.timed < OLD.timed OR NEW.millis < OLD.millis
BEGIN
    SELECT RAISE(ABORT, 'a total never goes back');
END;

CREATE TRIGGER command_total_is_kept BEFORE DELETE ON command_total
BEGIN
    SELECT RAISE(ABORT, 'a total never goes back');
END;
