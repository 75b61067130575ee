-- Only a record of each plan is stored: what is shown and what is compared. Earlier, whole plans were stored, including values
-- of variables, contents of files and build secrets. Those plans are deleted, and a command that refers to one fails with
-- PLAN_STALE. Older releases cannot write into the new table, on purpose. Migrations run with `secure_delete`, so the freed
-- pages are overwritten.
DROP TABLE plan;

CREATE TABLE plan (
    plan_id     TEXT    NOT NULL PRIMARY KEY,
    stack_id    TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    author      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    record      TEXT    NOT NULL, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;

CREATE TRIGGER plan_is_immutable BEFORE UPDATE ON plan
BEGIN
    SELECT RAISE(ABORT, 'a plan is immutable');
END;
