-- What the commands of a stack do on failure, unless the request says otherwise.
ALTER TABLE stack ADD COLUMN on_failure TEXT NOT NULL DEFAULT 'hold' CHECK (on_failure IN ('hold', 'rollback'));

-- How often the settings of the stack were changed: part of its revision, so that nobody writes over a change unseen.
ALTER TABLE stack ADD COLUMN settings_changes INTEGER NOT NULL DEFAULT 0 CHECK (settings_changes >= 0);

CREATE TRIGGER stack_settings_are_counted BEFORE UPDATE OF on_failure, settings_changes ON stack
WHEN NEW.settings_changes < OLD.settings_changes
    OR (NEW.on_failure <> OLD.on_failure AND NEW.settings_changes = OLD.settings_changes)
BEGIN
    SELECT RAISE(ABORT, 'every change of the settings of a stack is counted');
END;
