-- Labels of a stack, which grants can be for: an object of keys and values that an administrator of the stack has set. They are among
-- its settings, so every change of them is counted.
ALTER TABLE stack ADD COLUMN labels TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(labels) AND json_type(labels) = 'object');

DROP TRIGGER stack_settings_are_counted;

CREATE TRIGGER stack_settings_are_counted BEFORE UPDATE OF on_failure, labels, settings_changes ON stack
WHEN NEW.settings_changes < OLD.settings_changes
    OR ((NEW.on_failure <> OLD.on_failure OR NEW.labels <> OLD.labels) AND NEW.settings_changes = OLD.settings_changes)
BEGIN
    SELECT RAISE(ABORT, 'every change of the settings of a stack is counted');
END;
