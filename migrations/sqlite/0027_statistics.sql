-- What containers used, in points of five minutes, an hour in a row. May be lost. A row is written again while its hour lasts, so
-- those of one hour lie together. No reference to stack: what a deleted stack used is removed when it is old, like everything.
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
