-- A failure of a stack may leave the queue to the others: `continue` beside `hold` and `rollback`. The check of a column cannot be
-- changed, so a column with the new one takes its place.
DROP TRIGGER stack_settings_are_counted;

ALTER TABLE stack ADD COLUMN failure_choice TEXT NOT NULL DEFAULT 'hold'
    CHECK (failure_choice IN ('hold', 'rollback', 'continue'));

UPDATE stack SET failure_choice = on_failure;

ALTER TABLE stack DROP COLUMN on_failure;

ALTER TABLE stack RENAME COLUMN failure_choice TO on_failure;

CREATE TRIGGER stack_settings_are_counted BEFORE UPDATE OF on_failure, settings_changes ON stack
WHEN NEW.settings_changes < OLD.settings_changes
    OR (NEW.on_failure <> OLD.on_failure AND NEW.settings_changes = OLD.settings_changes)
BEGIN
    SELECT RAISE(ABORT, 'every change of the settings of a stack is counted');
END;
