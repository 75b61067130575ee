-- Registries that need credentials. What is sealed can be opened only with the key file, which is not in the database.
CREATE TABLE registry (
    host       TEXT    NOT NULL PRIMARY KEY,
    key_id     TEXT    NOT NULL CHECK (key_id <> ''),
    sealed     BLOB    NOT NULL CHECK (length(sealed) >= 40), -- nonce of 24 bytes, then at least a tag of 16
    updated_at INTEGER NOT NULL
) STRICT;
