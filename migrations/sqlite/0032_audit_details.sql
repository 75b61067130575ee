-- The audit also has what only happens and changes no record: terminals, commands in containers, files that somebody took or
-- put there. `detail` says more about it, as JSON: names and numbers, never what was typed or in a file.
--
-- The words of a column belong to its CHECK, so the column is replaced. Programs of the release before still write it.
DROP TRIGGER audit_is_immutable;

ALTER TABLE audit ADD COLUMN detail TEXT CHECK (detail IS NULL OR (json_valid(detail) AND length(detail) <= 32768));

ALTER TABLE audit RENAME COLUMN change TO former_change;

ALTER TABLE audit ADD COLUMN change TEXT NOT NULL DEFAULT 'created' CHECK (
    change IN ('created', 'replaced', 'removed', 'started', 'ended', 'downloaded', 'uploaded', 'revealed')
);

UPDATE audit SET change = former_change;

ALTER TABLE audit DROP COLUMN former_change;

CREATE TRIGGER audit_is_immutable BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
