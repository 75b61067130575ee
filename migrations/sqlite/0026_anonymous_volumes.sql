-- The anonymous volumes of what commands created: the container that the engine made one for; NULL: it is something else. The
-- engine gives them no labels of ours and a name of its own, so once their container is gone nothing else says whose they are.
ALTER TABLE creation
ADD COLUMN container TEXT CHECK (container IS NULL OR (kind = 'volume' AND command_id IS NULL));

CREATE UNIQUE INDEX creation_anonymous ON creation (name) WHERE container IS NOT NULL;

CREATE TRIGGER creation_keeps_its_container BEFORE UPDATE OF container ON creation
BEGIN
    SELECT RAISE(ABORT, 'what was created does not change');
END;
