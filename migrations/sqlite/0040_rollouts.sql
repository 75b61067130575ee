-- The newest upgrade of all instances of each template: how far it is, and what came of it.
CREATE TABLE rollout (
    template_id TEXT    NOT NULL PRIMARY KEY REFERENCES template (template_id),
    is_open     INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    progress    TEXT    NOT NULL CHECK (json_valid(progress))
) STRICT;

CREATE TRIGGER rollout_is_of_what_exists BEFORE INSERT ON rollout
WHEN EXISTS (SELECT 1 FROM template WHERE template_id = NEW.template_id AND deleted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'a rollout has a template that is not deleted');
END;

CREATE TRIGGER rollout_goes_with_its_template AFTER UPDATE OF deleted_at ON template
WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN
    DELETE FROM rollout WHERE template_id = NEW.template_id;
END;
