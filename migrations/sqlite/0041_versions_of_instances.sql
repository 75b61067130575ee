-- What the versions of the stacks of instances were made from: after a version was taken back, the one before it is reached.
CREATE TABLE instance_version (
    stack_id         TEXT    NOT NULL REFERENCES instance (stack_id),
    version          INTEGER NOT NULL CHECK (version >= 1),
    template_version INTEGER NOT NULL,
    assigned         TEXT    NOT NULL CHECK (json_valid(assigned)),
    ports            TEXT    NOT NULL CHECK (json_valid(ports)),
    PRIMARY KEY (stack_id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER instance_version_is_immutable BEFORE UPDATE ON instance_version
BEGIN
    SELECT RAISE(ABORT, 'what a version was made from does not change');
END;

CREATE TRIGGER instance_version_is_not_replaced BEFORE INSERT ON instance_version
WHEN EXISTS (SELECT 1 FROM instance_version WHERE stack_id = NEW.stack_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'what a version was made from does not change');
END;

CREATE TRIGGER instance_version_is_kept BEFORE DELETE ON instance_version
WHEN EXISTS (SELECT 1 FROM stack WHERE stack_id = OLD.stack_id AND deleted_at IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'what a version was made from does not change');
END;

INSERT INTO instance_version (stack_id, version, template_version, assigned, ports)
SELECT i.stack_id, s.latest_version, i.template_version, i.assigned,
    (SELECT json_group_object(p.parameter, p.port) FROM host_port AS p WHERE p.stack_id = i.stack_id)
FROM instance AS i
JOIN stack AS s ON s.stack_id = i.stack_id;

DROP TRIGGER instance_goes_with_its_stack;

CREATE TRIGGER instance_goes_with_its_stack AFTER UPDATE OF deleted_at ON stack
WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN
    DELETE FROM host_port WHERE stack_id = NEW.stack_id;
    DELETE FROM instance_version WHERE stack_id = NEW.stack_id;
    DELETE FROM instance WHERE stack_id = NEW.stack_id;
END;

-- What the applied version of each instance was made from. A version that was saved without the template is made from the one
-- before it.
CREATE VIEW applied_instance AS
SELECT v.stack_id, v.version, v.template_version, v.assigned, v.ports
FROM stack AS s
JOIN instance_version AS v ON v.stack_id = s.stack_id
WHERE v.version = (
    SELECT max(older.version) FROM instance_version AS older
    WHERE older.stack_id = s.stack_id AND older.version <= s.current_version
);

-- The ports that nobody else gets: those that instances have, and those that they have until their newest version is applied.
CREATE VIEW claimed_port AS
SELECT port, stack_id FROM host_port
UNION
SELECT port.value, a.stack_id FROM applied_instance AS a, json_each(a.ports) AS port;
