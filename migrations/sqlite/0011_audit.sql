-- The audit of writes that are not commands: changes to credentials and tokens. It contains names, never values.
CREATE TABLE audit (
    audit_id INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    actor    TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 384),
    action   TEXT    NOT NULL CHECK (length(action) BETWEEN 1 AND 64),
    resource TEXT    NOT NULL CHECK (length(resource) BETWEEN 1 AND 384),
    change   TEXT    NOT NULL CHECK (change IN ('created', 'replaced', 'removed'))
) STRICT;

CREATE TRIGGER audit_is_immutable BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
