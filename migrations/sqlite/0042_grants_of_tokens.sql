-- What the holder of a token may do, until when, and when it was last used. Tokens of before are those of administrators.
ALTER TABLE token ADD COLUMN access TEXT NOT NULL DEFAULT '{"role":"administrator"}' CHECK (json_valid(access));
ALTER TABLE token ADD COLUMN expires_at INTEGER;
ALTER TABLE token ADD COLUMN used_at INTEGER;

-- Every request looks one up by its secret.
CREATE INDEX token_by_hash ON token (hash);
