-- The files of a stack that is deleted may go, with contents that no other version has. What the version was stays.
CREATE INDEX stack_file_by_hash ON stack_file (hash);

DROP TRIGGER stack_file_is_kept;

CREATE TRIGGER stack_file_is_kept BEFORE DELETE ON stack_file
WHEN NOT EXISTS (SELECT 1 FROM stack WHERE stack_id = OLD.stack_id AND deleted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'the files of a stack version are immutable');
END;

DROP TRIGGER blob_is_kept;

CREATE TRIGGER blob_is_kept BEFORE DELETE ON blob
WHEN EXISTS (SELECT 1 FROM stack_file WHERE hash = OLD.hash)
BEGIN
    SELECT RAISE(ABORT, 'the content of a file is immutable');
END;
