-- A name that somebody gives a version, unique within its stack, such as `good`. It may move and go; the version never changes.
CREATE TABLE version_tag (
    stack_id TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    tag      TEXT    NOT NULL,
    PRIMARY KEY (stack_id, version),
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version),
    CHECK (length(tag) BETWEEN 1 AND 40)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX version_tag_is_unique ON version_tag (stack_id, tag);
