-- Users, with the hash of their password. Until they have accepted an invitation there is none.
CREATE TABLE user (
    user_id       TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64 AND name = lower(name)),
    grants        TEXT    NOT NULL CHECK (json_valid(grants) AND json_array_length(grants) > 0),
    -- Whether they can sign in and may do everything: one such user is to stay.
    administers   INTEGER NOT NULL CHECK (administers IN (0, 1)),
    password      TEXT    CHECK (length(password) BETWEEN 1 AND 512),
    -- The secret of one-time codes, sealed, and the step of the last code that was used.
    totp_key      TEXT,
    totp_secret   BLOB,
    totp_used     INTEGER,
    invitation    BLOB    UNIQUE CHECK (length(invitation) = 32),
    invited_until INTEGER,
    created_at    INTEGER NOT NULL,
    signed_in_at  INTEGER,
    CHECK ((totp_key IS NULL) = (totp_secret IS NULL) AND (totp_key IS NULL) = (totp_used IS NULL)),
    CHECK ((invitation IS NULL) = (invited_until IS NULL)),
    CHECK (administers = 0 OR password IS NOT NULL)
) STRICT;

CREATE INDEX user_that_administers ON user (administers) WHERE administers = 1;

CREATE TRIGGER user_stays_the_same BEFORE UPDATE OF user_id, name, created_at ON user
WHEN OLD.user_id <> NEW.user_id OR OLD.name <> NEW.name OR OLD.created_at <> NEW.created_at
BEGIN
    SELECT RAISE(ABORT, 'a user keeps their id and name');
END;

-- A code that was used is not valid again.
CREATE TRIGGER totp_steps_go_forward BEFORE UPDATE OF totp_used ON user
WHEN OLD.totp_secret = NEW.totp_secret AND NEW.totp_used < OLD.totp_used
BEGIN
    SELECT RAISE(ABORT, 'a one-time code is valid once');
END;

CREATE TRIGGER sessions_end_with_their_user AFTER DELETE ON user
BEGIN
    DELETE FROM session WHERE substr(actor, 1, length('user:' || OLD.user_id || ':')) = 'user:' || OLD.user_id || ':';
END;
