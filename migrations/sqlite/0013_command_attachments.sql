-- Attachments of events, which are too large for the event list: the last lines of a failed container, the runs of a stack
-- before a RESTART. A worker that takes over a command depends on them, so they are stored in full.
CREATE TABLE command_attachment (
    event_id INTEGER NOT NULL PRIMARY KEY REFERENCES command_event (event_id),
    content  TEXT    NOT NULL -- JSON
) STRICT;

CREATE TRIGGER command_attachment_is_immutable BEFORE UPDATE ON command_attachment
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;

CREATE TRIGGER command_attachment_is_kept BEFORE DELETE ON command_attachment
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;
