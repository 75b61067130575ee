-- Sessions of browsers by the SHA-256 of their secrets. When one is over follows from the settings, so that it is not stored here.
CREATE TABLE session (
    session_id TEXT    NOT NULL PRIMARY KEY,
    actor      TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 384),
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    created_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL,
    client     TEXT    NOT NULL CHECK (length(client) <= 256),
    address    TEXT    CHECK (length(address) BETWEEN 1 AND 64)
) STRICT;

-- Whose it is cannot change.
CREATE TRIGGER session_keeps_its_owner BEFORE UPDATE OF session_id, actor, hash, created_at ON session
BEGIN
    SELECT RAISE(ABORT, 'only the last use of a session changes');
END;

-- Whoever had a token that was removed or replaced, perhaps because it was stolen, loses the sessions that it began.
CREATE TRIGGER sessions_end_with_their_token AFTER DELETE ON token
BEGIN
    DELETE FROM session WHERE substr(actor, 1, length('token:' || OLD.token_id || ':')) = 'token:' || OLD.token_id || ':';
END;
