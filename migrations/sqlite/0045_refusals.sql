-- The audit also has who was refused. The words of a column belong to its CHECK, so the column is replaced.
DROP TRIGGER audit_is_immutable;

ALTER TABLE audit RENAME COLUMN change TO former_change;

ALTER TABLE audit ADD COLUMN change TEXT NOT NULL DEFAULT 'created' CHECK (change IN (
    'created', 'replaced', 'removed', 'started', 'ended', 'downloaded', 'uploaded', 'revealed', 'refused'
));

UPDATE audit SET change = former_change;

ALTER TABLE audit DROP COLUMN former_change;

CREATE TRIGGER audit_is_immutable BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
