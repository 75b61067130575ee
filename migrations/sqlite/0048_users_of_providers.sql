-- Users who come from a provider of identities: who they are there. They have neither a password nor an invitation here.
ALTER TABLE user ADD COLUMN issuer TEXT CHECK (length(issuer) BETWEEN 1 AND 512);

ALTER TABLE user ADD COLUMN subject TEXT CHECK ((subject IS NULL) = (issuer IS NULL)) CHECK (
    subject IS NULL OR (length(subject) BETWEEN 1 AND 255 AND password IS NULL AND invitation IS NULL)
);

CREATE UNIQUE INDEX user_of_a_provider ON user (issuer, subject) WHERE issuer IS NOT NULL;

CREATE TRIGGER user_stays_that_of_their_provider BEFORE UPDATE OF issuer, subject ON user
WHEN OLD.issuer IS NOT NEW.issuer OR OLD.subject IS NOT NEW.subject
BEGIN
    SELECT RAISE(ABORT, 'a user stays the same at their provider');
END;
