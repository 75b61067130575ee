-- Lanes: commands keep their order within a lane, and lanes run in parallel. All requests of users share the lane `writes`;
-- the power changes that the system makes itself have one lane per stack.
ALTER TABLE command ADD COLUMN lane TEXT NOT NULL DEFAULT 'writes'
    CHECK (lane = CASE WHEN kind IN ('WAKE', 'SLEEP') THEN 'power/' || stack_id ELSE 'writes' END);

CREATE INDEX command_open_in_lane ON command (lane, seq) WHERE status IN ('PENDING', 'RUNNING', 'FAILED');

-- At most one command per lane and one per stack is running, so a write and a power change of a stack exclude each other.
DROP INDEX one_running;
CREATE UNIQUE INDEX one_running ON command (lane) WHERE status = 'RUNNING';
CREATE UNIQUE INDEX one_running_of_stack ON command (stack_id) WHERE status = 'RUNNING';

-- Only the head of a lane may start.
CREATE TRIGGER command_starts_at_head BEFORE UPDATE OF status ON command
WHEN NEW.status = 'RUNNING' AND OLD.status <> 'RUNNING' AND EXISTS (
    SELECT 1 FROM command
    WHERE status IN ('PENDING', 'RUNNING', 'FAILED') AND lane = NEW.lane AND seq < NEW.seq
)
BEGIN
    SELECT RAISE(ABORT, 'only the head of a lane starts');
END;

-- A power change is not an edit: the revision that a client has read stays valid.
DROP TRIGGER command_moves_stack;
CREATE TRIGGER command_moves_stack AFTER INSERT ON command WHEN NEW.lane = 'writes'
BEGIN
    UPDATE stack SET last_seq = NEW.seq WHERE stack_id = NEW.stack_id;
END;
