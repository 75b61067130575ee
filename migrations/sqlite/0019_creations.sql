-- What commands created, by the engine's ids. Labels are no proof: anybody can write them. A record is written with the
-- INTENT, and gets its object with the OUTCOME, or when the object is found on the engine.
CREATE TABLE creation (
    creation_id INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    stack_id    TEXT NOT NULL REFERENCES stack (stack_id),
    name        TEXT NOT NULL,
    command_id  TEXT,    -- NULL: trusted from before there were records, and its labels do not say
    retry       INTEGER, -- NULL: trusted from before there were records
    effect      INTEGER,
    object      TEXT,    -- the engine's id; NULL: not known yet, or a volume
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
