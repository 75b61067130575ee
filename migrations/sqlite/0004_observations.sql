-- What the engine was last seen to have. May be lost: the worker looks again.
CREATE TABLE observation_host (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    taken_at INTEGER NOT NULL,
    hash     TEXT    NOT NULL, -- of body, so that an unchanged body is not written again
    body     TEXT    NOT NULL  -- JSON
) STRICT;

-- No reference to stack: the engine may still have containers of a stack this database does not know.
CREATE TABLE observation_stack (
    stack_id TEXT NOT NULL PRIMARY KEY,
    hash     TEXT NOT NULL,
    body     TEXT NOT NULL -- JSON
) STRICT;
