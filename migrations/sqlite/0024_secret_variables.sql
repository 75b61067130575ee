-- Secret variables of versions. What is sealed can be opened only with the key file, which is not in the database.
CREATE TABLE stack_secret (
    stack_id    TEXT    NOT NULL REFERENCES stack (stack_id),
    name        TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    key_id      TEXT    NOT NULL,
    sealed      BLOB    NOT NULL, -- nonce of 24 bytes, then at least a tag of 16
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (stack_id, name, fingerprint),
    CHECK (name <> '' AND fingerprint <> '' AND key_id <> ''),
    CHECK (length(sealed) > 40)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER stack_secret_is_immutable BEFORE UPDATE ON stack_secret
BEGIN
    SELECT RAISE(ABORT, 'a secret is immutable');
END;

CREATE TRIGGER stack_secret_is_kept BEFORE DELETE ON stack_secret
BEGIN
    SELECT RAISE(ABORT, 'a secret is immutable');
END;

CREATE TRIGGER stack_secret_is_not_replaced BEFORE INSERT ON stack_secret
WHEN EXISTS (
    SELECT 1 FROM stack_secret
    WHERE stack_id = NEW.stack_id AND name = NEW.name AND fingerprint = NEW.fingerprint
)
BEGIN
    SELECT RAISE(ABORT, 'a secret is immutable');
END;

-- Name, fingerprint and origin of each secret of a version.
ALTER TABLE stack_version ADD COLUMN secrets TEXT NOT NULL DEFAULT '{}'; -- JSON
