-- What a secret is sealed with changes with the key; the secret itself stays the same.
DROP TRIGGER stack_secret_is_immutable;

CREATE TRIGGER stack_secret_is_immutable BEFORE UPDATE ON stack_secret
WHEN NEW.stack_id <> OLD.stack_id OR NEW.name <> OLD.name OR NEW.fingerprint <> OLD.fingerprint
    OR NEW.created_at <> OLD.created_at OR NEW.key_id = OLD.key_id
BEGIN
    SELECT RAISE(ABORT, 'a secret is immutable');
END;
