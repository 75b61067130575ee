-- Templates: definitions with parameters, of which instances are launched. An instance is a row beside its stack.
CREATE TABLE template (
    template_id    TEXT    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    latest_version INTEGER NOT NULL,
    created_by     TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    deleted_at     INTEGER,
    CHECK (latest_version >= 1)
) STRICT;

-- A deleted template stays for the history; its name is free again.
CREATE UNIQUE INDEX template_live_name ON template (name) WHERE deleted_at IS NULL;

CREATE TRIGGER template_is_kept BEFORE DELETE ON template
BEGIN
    SELECT RAISE(ABORT, 'a template is never removed, only marked deleted');
END;

CREATE TRIGGER template_identity BEFORE UPDATE OF template_id, name, created_by, created_at ON template
BEGIN
    SELECT RAISE(ABORT, 'the identity of a template does not change');
END;

CREATE TRIGGER template_is_not_replaced BEFORE INSERT ON template
WHEN EXISTS (SELECT 1 FROM template WHERE template_id = NEW.template_id)
    OR (NEW.deleted_at IS NULL AND EXISTS (SELECT 1 FROM template WHERE name = NEW.name AND deleted_at IS NULL))
BEGIN
    SELECT RAISE(ABORT, 'a template is never removed, only marked deleted');
END;

CREATE TRIGGER template_stays_deleted BEFORE UPDATE OF deleted_at ON template
WHEN OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'a deleted template does not come back');
END;

CREATE TABLE template_version (
    template_id   TEXT    NOT NULL REFERENCES template (template_id),
    version       INTEGER NOT NULL,
    author        TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    comment       TEXT    NOT NULL,
    compose_files TEXT    NOT NULL CHECK (json_valid(compose_files)),
    variables     TEXT    NOT NULL CHECK (json_valid(variables)),
    content_hash  TEXT    NOT NULL,
    declaration   TEXT    NOT NULL CHECK (json_valid(declaration)),
    warnings      TEXT    NOT NULL CHECK (json_valid(warnings)),
    PRIMARY KEY (template_id, version),
    CHECK (version >= 1)
) STRICT;

CREATE TRIGGER template_version_is_immutable BEFORE UPDATE ON template_version
BEGIN
    SELECT RAISE(ABORT, 'a template version is immutable');
END;

CREATE TRIGGER template_version_is_kept BEFORE DELETE ON template_version
BEGIN
    SELECT RAISE(ABORT, 'a template version is immutable');
END;

CREATE TRIGGER template_version_is_not_replaced BEFORE INSERT ON template_version
WHEN EXISTS (SELECT 1 FROM template_version WHERE template_id = NEW.template_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'a template version is immutable');
END;

-- As with stacks, the files of a version are stored before the version itself, so that its row closes the list.
CREATE TABLE template_file (
    template_id TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    path        TEXT    NOT NULL,
    hash        TEXT    NOT NULL REFERENCES blob (hash),
    executable  INTEGER NOT NULL,
    PRIMARY KEY (template_id, version, path),
    FOREIGN KEY (template_id, version) REFERENCES template_version (template_id, version) DEFERRABLE INITIALLY DEFERRED,
    CHECK (path <> ''),
    CHECK (executable IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER template_file_is_in_time BEFORE INSERT ON template_file
WHEN EXISTS (SELECT 1 FROM template_version WHERE template_id = NEW.template_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'the files of a template version are immutable');
END;

CREATE TRIGGER template_file_is_immutable BEFORE UPDATE ON template_file
BEGIN
    SELECT RAISE(ABORT, 'the files of a template version are immutable');
END;

CREATE TRIGGER template_file_is_kept BEFORE DELETE ON template_file
BEGIN
    SELECT RAISE(ABORT, 'the files of a template version are immutable');
END;

CREATE INDEX template_file_by_hash ON template_file (hash);

DROP TRIGGER blob_is_kept;

CREATE TRIGGER blob_is_kept BEFORE DELETE ON blob
WHEN EXISTS (SELECT 1 FROM stack_file WHERE hash = OLD.hash)
    OR EXISTS (SELECT 1 FROM template_file WHERE hash = OLD.hash)
BEGIN
    SELECT RAISE(ABORT, 'the content of a file is immutable');
END;

-- What makes a stack an instance. It goes with the stack.
CREATE TABLE instance (
    template_id      TEXT    NOT NULL,
    instance_key     TEXT    NOT NULL CHECK (length(instance_key) BETWEEN 1 AND 61),
    stack_id         TEXT    NOT NULL UNIQUE REFERENCES stack (stack_id),
    template_version INTEGER NOT NULL,
    assigned         TEXT    NOT NULL CHECK (json_valid(assigned)),
    created_by       TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    stopped_since    INTEGER,
    unlisted_since   INTEGER,
    is_held          INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1)),
    PRIMARY KEY (template_id, instance_key),
    FOREIGN KEY (template_id, template_version) REFERENCES template_version (template_id, version)
) STRICT;

CREATE TRIGGER instance_is_of_what_exists BEFORE INSERT ON instance
WHEN EXISTS (SELECT 1 FROM template WHERE template_id = NEW.template_id AND deleted_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM stack WHERE stack_id = NEW.stack_id AND deleted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'an instance has a template and a stack that are not deleted');
END;

CREATE TRIGGER instance_identity
BEFORE UPDATE OF template_id, instance_key, stack_id, created_by, created_at ON instance
BEGIN
    SELECT RAISE(ABORT, 'the identity of an instance does not change');
END;

CREATE TRIGGER instance_is_kept BEFORE DELETE ON instance
WHEN EXISTS (SELECT 1 FROM stack WHERE stack_id = OLD.stack_id AND deleted_at IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'an instance exists as long as its stack');
END;

CREATE TRIGGER instance_is_not_replaced BEFORE INSERT ON instance
WHEN EXISTS (SELECT 1 FROM instance WHERE template_id = NEW.template_id AND instance_key = NEW.instance_key)
    OR EXISTS (SELECT 1 FROM instance WHERE stack_id = NEW.stack_id)
BEGIN
    SELECT RAISE(ABORT, 'an instance exists as long as its stack');
END;

CREATE TRIGGER template_is_not_in_use BEFORE UPDATE OF deleted_at ON template
WHEN NEW.deleted_at IS NOT NULL AND EXISTS (SELECT 1 FROM instance WHERE template_id = NEW.template_id)
BEGIN
    SELECT RAISE(ABORT, 'a template that has instances is not deleted');
END;

-- The ports of the host that instances have. A change of an instance removes its rows and inserts those it has then.
CREATE TABLE host_port (
    port      INTEGER NOT NULL PRIMARY KEY CHECK (port BETWEEN 1 AND 65535),
    stack_id  TEXT    NOT NULL REFERENCES instance (stack_id),
    parameter TEXT    NOT NULL,
    UNIQUE (stack_id, parameter)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER host_port_is_immutable BEFORE UPDATE ON host_port
BEGIN
    SELECT RAISE(ABORT, 'a port of the host belongs to one instance');
END;

CREATE TRIGGER host_port_is_not_replaced BEFORE INSERT ON host_port
WHEN EXISTS (SELECT 1 FROM host_port WHERE port = NEW.port)
    OR EXISTS (SELECT 1 FROM host_port WHERE stack_id = NEW.stack_id AND parameter = NEW.parameter)
BEGIN
    SELECT RAISE(ABORT, 'a port of the host belongs to one instance');
END;

CREATE TRIGGER instance_goes_with_its_stack AFTER UPDATE OF deleted_at ON stack
WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN
    DELETE FROM host_port WHERE stack_id = NEW.stack_id;
    DELETE FROM instance WHERE stack_id = NEW.stack_id;
END;

-- The keys of the instances that somebody still wants, as their owner last said. An instance that is missing has a mark.
CREATE TABLE key_list (
    template_id TEXT    NOT NULL PRIMARY KEY REFERENCES template (template_id),
    source      TEXT    NOT NULL CHECK (json_valid(source)),
    keys        TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(keys)),
    taken_at    INTEGER,
    asked_at    INTEGER,
    trouble     TEXT CHECK (trouble IS NULL OR json_valid(trouble))
) STRICT;

CREATE TRIGGER key_list_is_of_what_exists BEFORE INSERT ON key_list
WHEN EXISTS (SELECT 1 FROM template WHERE template_id = NEW.template_id AND deleted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'a list of keys has a template that is not deleted');
END;

CREATE TRIGGER key_list_goes_with_its_template AFTER UPDATE OF deleted_at ON template
WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN
    DELETE FROM key_list WHERE template_id = NEW.template_id;
END;
