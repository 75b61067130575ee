-- What an imported stack took over as it was. Its objects carry no labels of ours, so this row is all that says whose they
-- are; rows of deleted stacks stay for the history and count no more.
CREATE TABLE adoption (
    stack_id   TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    containers TEXT    NOT NULL, -- JSON
    networks   TEXT    NOT NULL, -- JSON
    volumes    TEXT    NOT NULL, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;

CREATE TRIGGER adoption_is_immutable BEFORE UPDATE ON adoption
BEGIN
    SELECT RAISE(ABORT, 'an adoption is immutable');
END;

CREATE TRIGGER adoption_is_kept BEFORE DELETE ON adoption
BEGIN
    SELECT RAISE(ABORT, 'an adoption is immutable');
END;
