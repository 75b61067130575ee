-- Plans somebody can read and confirm.
CREATE TABLE plan (
    plan_id     TEXT    NOT NULL PRIMARY KEY,
    stack_id    TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    author      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    fingerprint TEXT    NOT NULL,
    plan        TEXT    NOT NULL, -- JSON
    impact      TEXT    NOT NULL, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;

CREATE TRIGGER plan_is_immutable BEFORE UPDATE ON plan
BEGIN
    SELECT RAISE(ABORT, 'a plan is immutable');
END;
