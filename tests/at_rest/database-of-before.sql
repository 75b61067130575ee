PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE IF NOT EXISTS "seaql_migrations" ( "version" varchar NOT NULL PRIMARY KEY, "applied_at" integer NOT NULL );
INSERT INTO seaql_migrations VALUES('0001_stacks',1795963225);
INSERT INTO seaql_migrations VALUES('0002_commands',1795963225);
INSERT INTO seaql_migrations VALUES('0003_releases',1795963225);
INSERT INTO seaql_migrations VALUES('0004_observations',1795963225);
INSERT INTO seaql_migrations VALUES('0005_plans',1795963225);
INSERT INTO seaql_migrations VALUES('0006_tokens',1795963225);
INSERT INTO seaql_migrations VALUES('0007_adoptions',1795963225);
INSERT INTO seaql_migrations VALUES('0008_registries',1795963225);
INSERT INTO seaql_migrations VALUES('0009_command_totals',1795963225);
CREATE TABLE stack (
    stack_id        TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    current_version INTEGER,
    latest_version  INTEGER NOT NULL,
    last_seq        INTEGER NOT NULL,
    created_by      TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deleted_at      INTEGER,
    stopped_runs    TEXT    NOT NULL DEFAULT '[]', -- JSON
    CHECK (latest_version >= 1),
    CHECK (current_version BETWEEN 1 AND latest_version)
) STRICT;
INSERT INTO stack VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362','shop',1,2,4,'admin',1795963225970,1795963235489,NULL,'[]');
CREATE TABLE stack_version (
    stack_id       TEXT    NOT NULL REFERENCES stack (stack_id),
    version        INTEGER NOT NULL,
    parent_version INTEGER,
    author         TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    comment        TEXT    NOT NULL,
    compose_files  TEXT    NOT NULL, -- JSON
    variables      TEXT    NOT NULL, -- JSON
    content_hash   TEXT    NOT NULL,
    model          TEXT    NOT NULL, -- JSON
    warnings       TEXT    NOT NULL, -- JSON
    PRIMARY KEY (stack_id, version),
    FOREIGN KEY (stack_id, parent_version) REFERENCES stack_version (stack_id, version),
    CHECK (version >= 1),
    CHECK ((parent_version IS NULL) = (version = 1)),
    CHECK (parent_version < version)
) STRICT;
INSERT INTO stack_version VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',1,NULL,'admin',1795963225970,'first version','["compose.yaml"]','{"PASSWORD":"variable-canary"}','sha256:b4398af52a58a666f11585a7e7e0ad92f0bfcecb00a8166a1b084c00a908439b','{"name":"shop","services":{"web":{"command":["sleep","1000000"],"configs":[{"source":"from_file","target":"/etc/from-file"},{"source":"from_content","target":"/etc/from-content"}],"entrypoint":null,"environment":{"FROM_ENV_FILE":"env-file-canary","PASSWORD":"variable-canary","TOKEN":"literal-env-canary"},"image":"test/busybox:1","init":true,"networks":{"default":null},"secrets":[{"source":"db_password","target":"/run/secrets/db_password"}],"stop_grace_period":"1s","volumes":[{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/html","target":"/www","bind":{"create_host_path":true}},{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362","target":"/project","read_only":true,"bind":{"create_host_path":true}},{"type":"bind","source":"/srv/core-monitor/stacks/shared","target":"/shared","bind":{"create_host_path":true}},{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf","target":"/etc/app.conf","read_only":true},{"type":"bind","source":"/etc/hostname","target":"/host-name","read_only":true,"bind":{"create_host_path":true}},{"type":"volume","source":"data","target":"/data","volume":{}}]},"plain":{"command":["sleep","1000000"],"entrypoint":null,"environment":{"PASSWORD":"variable-canary"},"image":"test/busybox:1","init":true,"networks":{"default":null},"stop_grace_period":"1s","volumes":[{"type":"bind","source":"/etc/hostname","target":"/host-name","read_only":true,"bind":{"create_host_path":true}}]},"job":{"command":["true"],"entrypoint":null,"image":"test/busybox:1","networks":{"default":null},"restart":"no","volumes":[{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/html","target":"/www","read_only":true,"bind":{"create_host_path":true}}]}},"networks":{"default":{"name":"shop_default","ipam":{}}},"volumes":{"data":{"name":"shop_data","driver":"local","driver_opts":{"type":"none","o":"bind","device":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/data"}}},"configs":{"from_file":{"name":"shop_from_file","file":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf"},"from_content":{"name":"shop_from_content","content":"content-canary variable-canary"}},"secrets":{"db_password":{"name":"shop_db_password","file":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/secrets/db_password"}}}','[]');
INSERT INTO stack_version VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',2,1,'admin',1795963235489,'second version','["compose.yaml"]','{"PASSWORD":"second-variable-canary"}','sha256:cbc03a750d10021b10a0525e81db9e00a3404a44181eadd167054be54243c1a2','{"name":"shop","services":{"web":{"command":["sleep","1000000"],"configs":[{"source":"from_file","target":"/etc/from-file"},{"source":"from_content","target":"/etc/from-content"}],"entrypoint":null,"environment":{"FROM_ENV_FILE":"env-file-canary","PASSWORD":"second-variable-canary","TOKEN":"second-env-canary"},"image":"test/busybox:1","init":true,"networks":{"default":null},"secrets":[{"source":"db_password","target":"/run/secrets/db_password"}],"stop_grace_period":"1s","volumes":[{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/html","target":"/www","bind":{"create_host_path":true}},{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362","target":"/project","read_only":true,"bind":{"create_host_path":true}},{"type":"bind","source":"/srv/core-monitor/stacks/shared","target":"/shared","bind":{"create_host_path":true}},{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf","target":"/etc/app.conf","read_only":true},{"type":"bind","source":"/etc/hostname","target":"/host-name","read_only":true,"bind":{"create_host_path":true}},{"type":"volume","source":"data","target":"/data","volume":{}}]},"plain":{"command":["sleep","1000000"],"entrypoint":null,"environment":{"PASSWORD":"second-variable-canary"},"image":"test/busybox:1","init":true,"networks":{"default":null},"stop_grace_period":"1s","volumes":[{"type":"bind","source":"/etc/hostname","target":"/host-name","read_only":true,"bind":{"create_host_path":true}}]},"job":{"command":["true"],"entrypoint":null,"image":"test/busybox:1","networks":{"default":null},"restart":"no","volumes":[{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/html","target":"/www","read_only":true,"bind":{"create_host_path":true}}]}},"networks":{"default":{"name":"shop_default","ipam":{}}},"volumes":{"data":{"name":"shop_data","driver":"local","driver_opts":{"type":"none","o":"bind","device":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/data"}}},"configs":{"from_file":{"name":"shop_from_file","file":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf"},"from_content":{"name":"shop_from_content","content":"content-canary second-variable-canary"}},"secrets":{"db_password":{"name":"shop_db_password","file":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/secrets/db_password"}}}','[]');
CREATE TABLE blob (
    hash  TEXT NOT NULL PRIMARY KEY, -- sha256: and 64 hexadecimal digits
    bytes BLOB NOT NULL,
    CHECK (length(hash) = 71)
) STRICT;
INSERT INTO blob VALUES('sha256:e1187990f1055d44e3b245b14e5e1ea247e278a8bac6bd71cc66dc7ff1eabb37',X'73657276696365733a0a20207765623a0a20202020696d6167653a20746573742f62757379626f783a310a20202020636f6d6d616e643a205b736c6565702c202731303030303030275d0a20202020696e69743a20747275650a2020202073746f705f67726163655f706572696f643a2031730a20202020656e7669726f6e6d656e743a0a20202020202050415353574f52443a20247b50415353574f52447d0a202020202020544f4b454e3a206c69746572616c2d656e762d63616e6172790a20202020656e765f66696c653a205b7765622e656e765d0a20202020766f6c756d65733a0a2020202020202d202e2f68746d6c3a2f7777770a2020202020202d202e3a2f70726f6a6563743a726f0a2020202020202d202e2e2f7368617265643a2f7368617265640a2020202020202d20747970653a2062696e640a2020202020202020736f757263653a202e2f636f6e662f6170702e636f6e660a20202020202020207461726765743a202f6574632f6170702e636f6e660a2020202020202020726561645f6f6e6c793a20747275650a2020202020202d202f6574632f686f73746e616d653a2f686f73742d6e616d653a726f0a2020202020202d20646174613a2f646174610a20202020636f6e666967733a0a2020202020202d20736f757263653a2066726f6d5f66696c650a20202020202020207461726765743a202f6574632f66726f6d2d66696c650a2020202020202d20736f757263653a2066726f6d5f636f6e74656e740a20202020202020207461726765743a202f6574632f66726f6d2d636f6e74656e740a20202020736563726574733a205b64625f70617373776f72645d0a2020706c61696e3a0a20202020696d6167653a20746573742f62757379626f783a310a20202020636f6d6d616e643a205b736c6565702c202731303030303030275d0a20202020696e69743a20747275650a2020202073746f705f67726163655f706572696f643a2031730a20202020656e7669726f6e6d656e743a207b50415353574f52443a2027247b50415353574f52447d277d0a20202020766f6c756d65733a205b272f6574632f686f73746e616d653a2f686f73742d6e616d653a726f275d0a20206a6f623a0a20202020696d6167653a20746573742f62757379626f783a310a20202020636f6d6d616e643a205b2774727565275d0a20202020726573746172743a20276e6f270a20202020766f6c756d65733a205b272e2f68746d6c3a2f7777773a726f275d0a636f6e666967733a0a202066726f6d5f66696c653a207b66696c653a202e2f636f6e662f6170702e636f6e667d0a202066726f6d5f636f6e74656e743a207b636f6e74656e743a2027636f6e74656e742d63616e61727920247b50415353574f52447d277d0a736563726574733a0a202064625f70617373776f72643a207b66696c653a202e2f736563726574732f64625f70617373776f72647d0a766f6c756d65733a0a2020646174613a0a202020206472697665723a206c6f63616c0a202020206472697665725f6f7074733a207b747970653a206e6f6e652c206f3a2062696e642c206465766963653a202e2f646174617d0a');
INSERT INTO blob VALUES('sha256:9863c70dda88d220f412ed6a9488dab6ab45ab990a7eb5fd36e33abf3549b8d9',X'636f6e662d63616e6172790a');
INSERT INTO blob VALUES('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',X'');
INSERT INTO blob VALUES('sha256:ebd124fc4e4c92f8d1d08886925f12ece8727c21f05a54fd8a020cc8c86ab669',X'3c703e68656c6c6f3c2f703e0a');
INSERT INTO blob VALUES('sha256:9648408798ff3c66825c436c28a793dbdc8eaf9dfba5f2e68216dcb58dba2559',X'7365637265742d66696c652d63616e617279');
INSERT INTO blob VALUES('sha256:85b736923ebb8f318ae94361cd11c9fb19a967576afdaa998451c2064723918e',X'46524f4d5f454e565f46494c453d656e762d66696c652d63616e6172790a');
INSERT INTO blob VALUES('sha256:beac8c3c41e125c39dc42781ef83988c75d984cbecefc0008f9edb58085ba1e4',X'73657276696365733a0a20207765623a0a20202020696d6167653a20746573742f62757379626f783a310a20202020636f6d6d616e643a205b736c6565702c202731303030303030275d0a20202020696e69743a20747275650a2020202073746f705f67726163655f706572696f643a2031730a20202020656e7669726f6e6d656e743a0a20202020202050415353574f52443a20247b50415353574f52447d0a202020202020544f4b454e3a207365636f6e642d656e762d63616e6172790a20202020656e765f66696c653a205b7765622e656e765d0a20202020766f6c756d65733a0a2020202020202d202e2f68746d6c3a2f7777770a2020202020202d202e3a2f70726f6a6563743a726f0a2020202020202d202e2e2f7368617265643a2f7368617265640a2020202020202d20747970653a2062696e640a2020202020202020736f757263653a202e2f636f6e662f6170702e636f6e660a20202020202020207461726765743a202f6574632f6170702e636f6e660a2020202020202020726561645f6f6e6c793a20747275650a2020202020202d202f6574632f686f73746e616d653a2f686f73742d6e616d653a726f0a2020202020202d20646174613a2f646174610a20202020636f6e666967733a0a2020202020202d20736f757263653a2066726f6d5f66696c650a20202020202020207461726765743a202f6574632f66726f6d2d66696c650a2020202020202d20736f757263653a2066726f6d5f636f6e74656e740a20202020202020207461726765743a202f6574632f66726f6d2d636f6e74656e740a20202020736563726574733a205b64625f70617373776f72645d0a2020706c61696e3a0a20202020696d6167653a20746573742f62757379626f783a310a20202020636f6d6d616e643a205b736c6565702c202731303030303030275d0a20202020696e69743a20747275650a2020202073746f705f67726163655f706572696f643a2031730a20202020656e7669726f6e6d656e743a207b50415353574f52443a2027247b50415353574f52447d277d0a20202020766f6c756d65733a205b272f6574632f686f73746e616d653a2f686f73742d6e616d653a726f275d0a20206a6f623a0a20202020696d6167653a20746573742f62757379626f783a310a20202020636f6d6d616e643a205b2774727565275d0a20202020726573746172743a20276e6f270a20202020766f6c756d65733a205b272e2f68746d6c3a2f7777773a726f275d0a636f6e666967733a0a202066726f6d5f66696c653a207b66696c653a202e2f636f6e662f6170702e636f6e667d0a202066726f6d5f636f6e74656e743a207b636f6e74656e743a2027636f6e74656e742d63616e61727920247b50415353574f52447d277d0a736563726574733a0a202064625f70617373776f72643a207b66696c653a202e2f736563726574732f64625f70617373776f72647d0a766f6c756d65733a0a2020646174613a0a202020206472697665723a206c6f63616c0a202020206472697665725f6f7074733a207b747970653a206e6f6e652c206f3a2062696e642c206465766963653a202e2f646174617d0a');
CREATE TABLE stack_file (
    stack_id   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    path       TEXT    NOT NULL,
    hash       TEXT    NOT NULL REFERENCES blob (hash),
    executable INTEGER NOT NULL,
    PRIMARY KEY (stack_id, version, path),
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version) DEFERRABLE INITIALLY DEFERRED,
    CHECK (path <> ''),
    CHECK (executable IN (0, 1))
) STRICT, WITHOUT ROWID;
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',1,'compose.yaml','sha256:e1187990f1055d44e3b245b14e5e1ea247e278a8bac6bd71cc66dc7ff1eabb37',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',1,'conf/app.conf','sha256:9863c70dda88d220f412ed6a9488dab6ab45ab990a7eb5fd36e33abf3549b8d9',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',1,'data/keep','sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',1,'html/index.html','sha256:ebd124fc4e4c92f8d1d08886925f12ece8727c21f05a54fd8a020cc8c86ab669',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',1,'secrets/db_password','sha256:9648408798ff3c66825c436c28a793dbdc8eaf9dfba5f2e68216dcb58dba2559',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',1,'web.env','sha256:85b736923ebb8f318ae94361cd11c9fb19a967576afdaa998451c2064723918e',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',2,'compose.yaml','sha256:beac8c3c41e125c39dc42781ef83988c75d984cbecefc0008f9edb58085ba1e4',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',2,'conf/app.conf','sha256:9863c70dda88d220f412ed6a9488dab6ab45ab990a7eb5fd36e33abf3549b8d9',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',2,'data/keep','sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',2,'html/index.html','sha256:ebd124fc4e4c92f8d1d08886925f12ece8727c21f05a54fd8a020cc8c86ab669',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',2,'secrets/db_password','sha256:9648408798ff3c66825c436c28a793dbdc8eaf9dfba5f2e68216dcb58dba2559',0);
INSERT INTO stack_file VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362',2,'web.env','sha256:85b736923ebb8f318ae94361cd11c9fb19a967576afdaa998451c2064723918e',0);
CREATE TABLE command (
    seq                 INTEGER PRIMARY KEY AUTOINCREMENT,
    command_id          TEXT    NOT NULL UNIQUE,
    stack_id            TEXT    NOT NULL REFERENCES stack (stack_id),
    kind                TEXT    NOT NULL,
    payload             TEXT    NOT NULL, -- JSON
    status              TEXT    NOT NULL,
    principal           TEXT    NOT NULL,
    idem_key            TEXT,
    idem_fingerprint    TEXT,
    created_at          INTEGER NOT NULL,
    started_at          INTEGER,
    finished_at         INTEGER,
    attempt             INTEGER NOT NULL DEFAULT 0,
    retry               INTEGER NOT NULL DEFAULT 0,
    fence               INTEGER,
    claimed_by          TEXT,
    cancel_requested_at INTEGER,
    failure             TEXT, -- JSON
    result              TEXT, -- JSON
    CHECK (status IN ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    CHECK ((finished_at IS NULL) = (status IN ('PENDING', 'RUNNING'))),
    CHECK ((idem_key IS NULL) = (idem_fingerprint IS NULL)),
    CHECK (status <> 'RUNNING' OR (fence IS NOT NULL AND claimed_by IS NOT NULL AND started_at IS NOT NULL)),
    CHECK (status <> 'FAILED' OR failure IS NOT NULL)
) STRICT;
INSERT INTO command VALUES(1,'01a227c0-0772-7c01-be1f-4a1ffa591a3a','01a227c0-076e-797e-9d36-e5ee0a98e362','CREATE','{"kind":"CREATE","version":1}','DONE','admin',NULL,NULL,1795963225970,1795963225970,1795963225970,0,0,NULL,NULL,NULL,NULL,'{"effects":0,"notes":[]}');
INSERT INTO command VALUES(2,'01a227c0-13e2-7ddf-be37-939f7d9a8a05','01a227c0-076e-797e-9d36-e5ee0a98e362','APPLY','{"kind":"APPLY","version":1,"plan_id":"01a227c0-13b3-77f6-b4a5-6e6d8aa831ea","on_failure":"hold","readiness":"ready"}','DONE','admin',NULL,NULL,1795963229154,1795963229163,1795963235256,1,0,1,'01a227c0-0799-73ab-947b-b6a71ef195e9',NULL,NULL,'{"effects":9,"notes":[]}');
INSERT INTO command VALUES(3,'01a227c0-2ca1-70ab-bede-22a257bd9c4f','01a227c0-076e-797e-9d36-e5ee0a98e362','UPDATE','{"kind":"UPDATE","version":2}','DONE','admin',NULL,NULL,1795963235489,1795963235489,1795963235489,0,0,NULL,NULL,NULL,NULL,'{"effects":0,"notes":[]}');
INSERT INTO command VALUES(4,'01a227c0-409c-7d80-b17d-726879fd6010','01a227c0-076e-797e-9d36-e5ee0a98e362','APPLY','{"kind":"APPLY","version":2,"plan_id":"01a227c0-3896-7bbf-9060-3fdf408ead66","on_failure":"hold","readiness":"ready"}','PENDING','admin',NULL,NULL,1795963240604,NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE command_event (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq      INTEGER NOT NULL REFERENCES command (seq),
    at       INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    actor    TEXT    NOT NULL,
    epoch    INTEGER,
    attempt  INTEGER NOT NULL,
    op       TEXT    NOT NULL,
    target   TEXT    NOT NULL,
    detail   TEXT    NOT NULL -- JSON
) STRICT;
INSERT INTO command_event VALUES(1,1,1795963225970,'ENQUEUED','admin',NULL,0,'','','null');
INSERT INTO command_event VALUES(2,1,1795963225970,'DONE','admin',NULL,0,'','','null');
INSERT INTO command_event VALUES(3,2,1795963229154,'ENQUEUED','admin',NULL,0,'','','null');
INSERT INTO command_event VALUES(4,2,1795963229163,'CLAIMED','worker',1,1,'','','null');
INSERT INTO command_event VALUES(5,2,1795963229191,'PLANNED','worker',1,1,'','','{"effects":9,"fingerprint":"sha256:5cf11b8470272d9268b1e75a24a625cd1c03602ffd1f918a1a8f634c637b67f9","problems":0,"steps":12}');
INSERT INTO command_event VALUES(6,2,1795963229191,'PROGRESS','worker',1,1,'write_files','','{"remove":[],"removed":0,"write":["compose.yaml","conf/app.conf","data/keep","html/index.html","secrets/db_password","web.env"],"written":6}');
INSERT INTO command_event VALUES(7,2,1795963229233,'INTENT','worker',1,1,'create_network','shop_default','{"action":"create network shop_default","cause":"missing","effect":1}');
INSERT INTO command_event VALUES(8,2,1795963229233,'INTENT','worker',1,1,'create_volume','shop_data','{"action":"create volume shop_data","cause":"missing","effect":2}');
INSERT INTO command_event VALUES(9,2,1795963229245,'OUTCOME','worker',1,1,'create_volume','shop_data','{"effect":2,"ok":true,"took_ms":6}');
INSERT INTO command_event VALUES(10,2,1795963229358,'OUTCOME','worker',1,1,'create_network','shop_default','{"effect":1,"network":"dec89f0f9f9ea0c2a864e689ad65d959c2c387331a7b9e8d881cebd02c07312e","ok":true,"took_ms":121}');
INSERT INTO command_event VALUES(11,2,1795963229358,'INTENT','worker',1,1,'create_container','shop-web-1','{"action":"create container shop-web-1","cause":"missing","effect":3}');
INSERT INTO command_event VALUES(12,2,1795963229358,'INTENT','worker',1,1,'create_container','shop-plain-1','{"action":"create container shop-plain-1","cause":"missing","effect":4}');
INSERT INTO command_event VALUES(13,2,1795963229358,'INTENT','worker',1,1,'create_container','shop-job-1','{"action":"create container shop-job-1","cause":"missing","effect":5}');
INSERT INTO command_event VALUES(14,2,1795963229414,'OUTCOME','worker',1,1,'create_container','shop-plain-1','{"container":"dd68fb5a9a9cda8ec3358917ef45a4ad0aa6c5011a9ecdceb86db3dc88c1b238","effect":4,"ok":true,"took_ms":43}');
INSERT INTO command_event VALUES(15,2,1795963229414,'INTENT','worker',1,1,'start_container','shop-plain-1','{"action":"start shop-plain-1","cause":"missing","container":"dd68fb5a9a9cda8ec3358917ef45a4ad0aa6c5011a9ecdceb86db3dc88c1b238","effect":6}');
INSERT INTO command_event VALUES(16,2,1795963229416,'OUTCOME','worker',1,1,'create_container','shop-job-1','{"container":"23a7eaa78168fd49ec9a450a7aefe47140e86f79c49b3592ef45f3545c708301","effect":5,"ok":true,"took_ms":45}');
INSERT INTO command_event VALUES(17,2,1795963229416,'INTENT','worker',1,1,'start_container','shop-job-1','{"action":"start shop-job-1","cause":"missing","container":"23a7eaa78168fd49ec9a450a7aefe47140e86f79c49b3592ef45f3545c708301","effect":7}');
INSERT INTO command_event VALUES(18,2,1795963229421,'OUTCOME','worker',1,1,'create_container','shop-web-1','{"container":"5427be82986d8e8b35187db0eaf086d821f6678e33d776ed2a4049e3ec5ab6f0","effect":3,"ok":true,"took_ms":50}');
INSERT INTO command_event VALUES(19,2,1795963229421,'INTENT','worker',1,1,'copy_files','shop-web-1','{"action":"put /etc/from-content into shop-web-1","cause":"missing","container":"5427be82986d8e8b35187db0eaf086d821f6678e33d776ed2a4049e3ec5ab6f0","effect":8}');
INSERT INTO command_event VALUES(20,2,1795963229578,'OUTCOME','worker',1,1,'copy_files','shop-web-1','{"effect":8,"ok":true,"took_ms":154}');
INSERT INTO command_event VALUES(21,2,1795963229578,'INTENT','worker',1,1,'start_container','shop-web-1','{"action":"start shop-web-1","cause":"missing","container":"5427be82986d8e8b35187db0eaf086d821f6678e33d776ed2a4049e3ec5ab6f0","effect":9}');
INSERT INTO command_event VALUES(22,2,1795963229904,'OUTCOME','worker',1,1,'start_container','shop-plain-1','{"effect":6,"ok":true,"took_ms":488}');
INSERT INTO command_event VALUES(23,2,1795963230116,'OUTCOME','worker',1,1,'start_container','shop-job-1','{"effect":7,"ok":true,"took_ms":695}');
INSERT INTO command_event VALUES(24,2,1795963230243,'OUTCOME','worker',1,1,'start_container','shop-web-1','{"effect":9,"ok":true,"took_ms":663}');
INSERT INTO command_event VALUES(25,2,1795963235256,'DONE','worker',1,1,'','','{"effects":9,"notes":[]}');
INSERT INTO command_event VALUES(26,3,1795963235489,'ENQUEUED','admin',NULL,0,'','','null');
INSERT INTO command_event VALUES(27,3,1795963235489,'DONE','admin',NULL,0,'','','null');
INSERT INTO command_event VALUES(28,4,1795963240604,'ENQUEUED','admin',NULL,0,'','','null');
CREATE TABLE worker_lease (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    holder     TEXT    NOT NULL,
    epoch      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
INSERT INTO worker_lease VALUES(1,'01a227c0-0799-73ab-947b-b6a71ef195e9',1,1795963238577);
CREATE TABLE release (
    release_id INTEGER PRIMARY KEY AUTOINCREMENT,
    stack_id   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    command_id TEXT    NOT NULL UNIQUE REFERENCES command (command_id),
    at         INTEGER NOT NULL,
    images     TEXT    NOT NULL, -- JSON
    containers TEXT    NOT NULL, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;
INSERT INTO "release" VALUES(1,'01a227c0-076e-797e-9d36-e5ee0a98e362',1,'01a227c0-13e2-7ddf-be37-939f7d9a8a05',1795963235256,'{"job":{"reference":"test/busybox:1","id":"sha256:cd84b49b663e4ec1ba4f22ddcf1ddf80feabeea76ecacfafee77660169862add","digest":null},"plain":{"reference":"test/busybox:1","id":"sha256:cd84b49b663e4ec1ba4f22ddcf1ddf80feabeea76ecacfafee77660169862add","digest":null},"web":{"reference":"test/busybox:1","id":"sha256:cd84b49b663e4ec1ba4f22ddcf1ddf80feabeea76ecacfafee77660169862add","digest":null}}','[{"service":"job","slot":1,"id":"23a7eaa78168fd49ec9a450a7aefe47140e86f79c49b3592ef45f3545c708301","name":"shop-job-1"},{"service":"plain","slot":1,"id":"dd68fb5a9a9cda8ec3358917ef45a4ad0aa6c5011a9ecdceb86db3dc88c1b238","name":"shop-plain-1"},{"service":"web","slot":1,"id":"5427be82986d8e8b35187db0eaf086d821f6678e33d776ed2a4049e3ec5ab6f0","name":"shop-web-1"}]');
CREATE TABLE observation_host (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    taken_at INTEGER NOT NULL,
    hash     TEXT    NOT NULL, -- of body, so that an unchanged body is not written again
    body     TEXT    NOT NULL  -- JSON
) STRICT;
INSERT INTO observation_host VALUES(1,1795963235250,'e11e05de6096c2704391bc436914338730489edf7408991241a7dffd9b445445','{"taken_at":"1970-01-01T00:00:00Z","engine":{"id":"AIID:OUA3:VMFM:Y2OV:OJPH:3AGU:UJI2:3HDY:YR6P:HBH7:EMDP:XONV","version":"20.10.24+dfsg1","api":{"major":1,"minor":41},"os":"linux","arch":"amd64"},"networks":[{"id":"5964f020ce6daf5124c6c84edf1756c60bbc9853b5b1c2438d2a179eb7c459ee","name":"bridge","driver":"bridge","labels":{},"created_at":"2026-11-29T14:02:42.767136336Z","subnets":["172.17.0.0/16"]},{"id":"606bd5954474725d860a4f0e5ecd9c7d9eae23e5ac2900ab5ebc675986994972","name":"host","driver":"host","labels":{},"created_at":"2026-11-29T14:02:42.742624857Z","subnets":[]},{"id":"3ab843ffb458807119d4039be07cd80f0a14f04a2c16cbb08c1540a4380c44a3","name":"none","driver":"null","labels":{},"created_at":"2026-11-29T14:02:42.734605192Z","subnets":[]},{"id":"dec89f0f9f9ea0c2a864e689ad65d959c2c387331a7b9e8d881cebd02c07312e","name":"shop_default","driver":"bridge","labels":{"com.docker.compose.network":"default","com.docker.compose.project":"shop","io.core-monitor.command":"01a227c0-13e2-7ddf-be37-939f7d9a8a05","io.core-monitor.epoch":"1","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.key":"default","io.core-monitor.spec":"a379251d589bc70b352e8acd250f47211419ee0b5aa7f4721e477b209476f965","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"},"created_at":"2026-11-29T14:40:29.239525238Z","subnets":["172.20.0.0/16"]}],"volumes":[{"name":"shop_data","driver":"local","options":{"device":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/data","o":"bind","type":"none"},"labels":{"com.docker.compose.project":"shop","com.docker.compose.volume":"data","io.core-monitor.command":"01a227c0-13e2-7ddf-be37-939f7d9a8a05","io.core-monitor.epoch":"1","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.key":"data","io.core-monitor.spec":"0af0a854aaed4de639c31871ecc63e98f7ea63ef22755688a92da26d58f2d6b1","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"}}],"images":[{"id":"sha256:241632416c5a21b8edfcfaf3883cf617d2249f8f1323608c0f43dd8d32baa072","tags":["test/busybox:2"],"digests":[]},{"id":"sha256:6ad88f44db823ae6465d74c6bf220778f17a6e412e33db3879d28ea41a71411b","tags":["test/volume:1"],"digests":[]},{"id":"sha256:cd84b49b663e4ec1ba4f22ddcf1ddf80feabeea76ecacfafee77660169862add","tags":["test/busybox:1"],"digests":[]}],"occupants":[{"id":"23a7eaa78168fd49ec9a450a7aefe47140e86f79c49b3592ef45f3545c708301","name":"shop-job-1","image":"test/busybox:1","owner":"01a227c0-076e-797e-9d36-e5ee0a98e362","ours":true,"component":false,"up":false,"networks":["shop_default"],"ports":[]},{"id":"dd68fb5a9a9cda8ec3358917ef45a4ad0aa6c5011a9ecdceb86db3dc88c1b238","name":"shop-plain-1","image":"test/busybox:1","owner":"01a227c0-076e-797e-9d36-e5ee0a98e362","ours":true,"component":false,"up":true,"networks":["shop_default"],"ports":[]},{"id":"5427be82986d8e8b35187db0eaf086d821f6678e33d776ed2a4049e3ec5ab6f0","name":"shop-web-1","image":"test/busybox:1","owner":"01a227c0-076e-797e-9d36-e5ee0a98e362","ours":true,"component":false,"up":true,"networks":["shop_default"],"ports":[]}]}');
CREATE TABLE observation_stack (
    stack_id TEXT NOT NULL PRIMARY KEY,
    hash     TEXT NOT NULL,
    body     TEXT NOT NULL -- JSON
) STRICT;
INSERT INTO observation_stack VALUES('01a227c0-076e-797e-9d36-e5ee0a98e362','5b37a3d9f2d9648e5f96cd6b3a89500de250ef8c0989a09d70f013e0c0fd7477','[{"id":"23a7eaa78168fd49ec9a450a7aefe47140e86f79c49b3592ef45f3545c708301","name":"shop-job-1","labels":{"com.docker.compose.config-hash":"281cd72722b2c4236bd8b319fe2df980e1c9fc09448dfbe709a688c60eafd805","com.docker.compose.container-number":"1","com.docker.compose.depends_on":"","com.docker.compose.oneoff":"False","com.docker.compose.project":"shop","com.docker.compose.service":"job","core-monitor-test.generation":"1","core-monitor-test.source":"9f1b994d6f79ff51","io.core-monitor.command":"01a227c0-13e2-7ddf-be37-939f7d9a8a05","io.core-monitor.epoch":"1","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.service":"job","io.core-monitor.slot":"1","io.core-monitor.spec":"281cd72722b2c4236bd8b319fe2df980e1c9fc09448dfbe709a688c60eafd805","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"},"image":"test/busybox:1","image_id":"sha256:cd84b49b663e4ec1ba4f22ddcf1ddf80feabeea76ecacfafee77660169862add","state":{"status":"exited","code":0},"health":null,"created_at":"2026-11-29T14:40:29.374552313Z","started_at":"2026-11-29T14:40:30.096241582Z","finished_at":"2026-11-29T14:40:30.101328256Z","restart_count":0,"error":"","networks":{"shop_default":{"network_id":"dec89f0f9f9ea0c2a864e689ad65d959c2c387331a7b9e8d881cebd02c07312e","aliases":["shop-job-1","job","23a7eaa78168"],"ip_address":""}},"network_mode":"shop_default","pid_mode":"","ipc_mode":"private","mounts":[{"kind":"bind","name":"","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/html","target":"/www","read_write":false}],"ports":[]},{"id":"dd68fb5a9a9cda8ec3358917ef45a4ad0aa6c5011a9ecdceb86db3dc88c1b238","name":"shop-plain-1","labels":{"com.docker.compose.config-hash":"f1db8de35a81ce6f933255e93f121e235fe8c6fcb3fba35bd57e57a7723af36e","com.docker.compose.container-number":"1","com.docker.compose.depends_on":"","com.docker.compose.oneoff":"False","com.docker.compose.project":"shop","com.docker.compose.service":"plain","core-monitor-test.generation":"1","core-monitor-test.source":"9f1b994d6f79ff51","io.core-monitor.command":"01a227c0-13e2-7ddf-be37-939f7d9a8a05","io.core-monitor.epoch":"1","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.service":"plain","io.core-monitor.slot":"1","io.core-monitor.spec":"f1db8de35a81ce6f933255e93f121e235fe8c6fcb3fba35bd57e57a7723af36e","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"},"image":"test/busybox:1","image_id":"sha256:cd84b49b663e4ec1ba4f22ddcf1ddf80feabeea76ecacfafee77660169862add","state":{"status":"running"},"health":null,"created_at":"2026-11-29T14:40:29.372814616Z","started_at":"2026-11-29T14:40:29.876372715Z","finished_at":null,"restart_count":0,"error":"","networks":{"shop_default":{"network_id":"dec89f0f9f9ea0c2a864e689ad65d959c2c387331a7b9e8d881cebd02c07312e","aliases":["shop-plain-1","plain","dd68fb5a9a9c"],"ip_address":"172.20.0.2"}},"network_mode":"shop_default","pid_mode":"","ipc_mode":"private","mounts":[{"kind":"bind","name":"","source":"/etc/hostname","target":"/host-name","read_write":false}],"ports":[]},{"id":"5427be82986d8e8b35187db0eaf086d821f6678e33d776ed2a4049e3ec5ab6f0","name":"shop-web-1","labels":{"com.docker.compose.config-hash":"7e54d7413736b324bb54c8704dc663595d2f67d82506d6036230679869496d46","com.docker.compose.container-number":"1","com.docker.compose.depends_on":"","com.docker.compose.oneoff":"False","com.docker.compose.project":"shop","com.docker.compose.service":"web","core-monitor-test.generation":"1","core-monitor-test.source":"9f1b994d6f79ff51","io.core-monitor.command":"01a227c0-13e2-7ddf-be37-939f7d9a8a05","io.core-monitor.epoch":"1","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.service":"web","io.core-monitor.slot":"1","io.core-monitor.spec":"7e54d7413736b324bb54c8704dc663595d2f67d82506d6036230679869496d46","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"},"image":"test/busybox:1","image_id":"sha256:cd84b49b663e4ec1ba4f22ddcf1ddf80feabeea76ecacfafee77660169862add","state":{"status":"running"},"health":null,"created_at":"2026-11-29T14:40:29.373763353Z","started_at":"2026-11-29T14:40:30.240325289Z","finished_at":null,"restart_count":0,"error":"","networks":{"shop_default":{"network_id":"dec89f0f9f9ea0c2a864e689ad65d959c2c387331a7b9e8d881cebd02c07312e","aliases":["shop-web-1","web","5427be82986d"],"ip_address":"172.20.0.4"}},"network_mode":"shop_default","pid_mode":"","ipc_mode":"private","mounts":[{"kind":"volume","name":"shop_data","source":"/var/lib/docker/volumes/shop_data/_data","target":"/data","read_write":true},{"kind":"bind","name":"","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf","target":"/etc/app.conf","read_write":false},{"kind":"bind","name":"","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf","target":"/etc/from-file","read_write":false},{"kind":"bind","name":"","source":"/etc/hostname","target":"/host-name","read_write":false},{"kind":"bind","name":"","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362","target":"/project","read_write":false},{"kind":"bind","name":"","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/secrets/db_password","target":"/run/secrets/db_password","read_write":false},{"kind":"bind","name":"","source":"/srv/core-monitor/stacks/shared","target":"/shared","read_write":true},{"kind":"bind","name":"","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/html","target":"/www","read_write":true}],"ports":[]}]');
CREATE TABLE plan (
    plan_id     TEXT    NOT NULL PRIMARY KEY,
    stack_id    TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    author      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    fingerprint TEXT    NOT NULL,
    plan        TEXT    NOT NULL, -- JSON
    impact      TEXT    NOT NULL, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;
INSERT INTO "plan" VALUES('01a227c0-13b3-77f6-b4a5-6e6d8aa831ea','01a227c0-076e-797e-9d36-e5ee0a98e362',1,'admin',1795963229107,1795963226043,'sha256:5cf11b8470272d9268b1e75a24a625cd1c03602ffd1f918a1a8f634c637b67f9','{"steps":[{"id":1,"action":{"op":"create_network","network":{"key":"default","name":"shop_default","external":false,"driver":null,"driver_opts":{},"labels":{},"internal":false,"attachable":false,"enable_ipv4":null,"enable_ipv6":null,"ipam_driver":null,"ipam_options":{},"ipam_pools":[]},"labels":{"com.docker.compose.network":"default","com.docker.compose.project":"shop","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.key":"default","io.core-monitor.spec":"a379251d589bc70b352e8acd250f47211419ee0b5aa7f4721e477b209476f965","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"}},"cause":{"kind":"missing"},"service":null,"slot":null,"after":[]},{"id":2,"action":{"op":"create_volume","volume":{"key":"data","name":"shop_data","external":false,"driver":"local","driver_opts":{"device":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/data","o":"bind","type":"none"},"labels":{}},"labels":{"com.docker.compose.project":"shop","com.docker.compose.volume":"data","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.key":"data","io.core-monitor.spec":"0af0a854aaed4de639c31871ecc63e98f7ea63ef22755688a92da26d58f2d6b1","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"}},"cause":{"kind":"missing"},"service":null,"slot":null,"after":[]},{"id":3,"action":{"op":"create_container","name":"shop-web-1","service":"web","slot":1,"image":"test/busybox:1","spec":{"image":"test/busybox:1","platform":null,"command":["sleep","1000000"],"entrypoint":null,"environment":{"FROM_ENV_FILE":"env-file-canary","PASSWORD":"variable-canary","TOKEN":"literal-env-canary"},"labels":{},"user":null,"group_add":[],"working_dir":null,"hostname":null,"domainname":null,"tty":false,"stdin_open":false,"read_only":false,"privileged":false,"init":true,"cap_add":[],"cap_drop":[],"security_opt":[],"devices":[],"device_cgroup_rules":[],"extra_hosts":[],"dns":[],"dns_search":[],"dns_opt":[],"ulimits":{},"sysctls":{},"shm_size":null,"storage_opt":{},"runtime":null,"cgroup_parent":null,"cgroup":null,"isolation":null,"annotations":{},"oom_kill_disable":false,"oom_score_adj":0,"mounts":[{"target":"/www","read_only":false,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/html","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/project","read_only":true,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/shared","read_only":false,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/shared","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/etc/app.conf","read_only":true,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/host-name","read_only":true,"kind":{"type":"bind","source":"/etc/hostname","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/data","read_only":false,"kind":{"type":"volume","name":"shop_data","nocopy":false,"subpath":null,"labels":{}},"consistency":null},{"target":"/etc/from-file","read_only":true,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf","create_host_path":false,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/run/secrets/db_password","read_only":true,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/secrets/db_password","create_host_path":false,"propagation":null,"selinux":null,"recursive":null},"consistency":null}],"files":[{"path":"/etc/from-content","content":"content-canary variable-canary","uid":0,"gid":0,"mode":292}],"post_start":[],"pre_stop":[],"tmpfs":{},"volumes_from":[],"ports":[],"expose":[],"healthcheck":null,"restart":{"kind":"unset"},"stop_signal":null,"stop_grace_ms":1000,"logging":null,"resources":{"memory":null,"memory_reservation":null,"memory_swap":null,"memory_swappiness":null,"nano_cpus":null,"cpu_shares":null,"cpu_period":null,"cpu_quota":null,"cpu_rt_period":null,"cpu_rt_runtime":null,"cpuset":null,"cpu_count":null,"cpu_percent":null,"pids":null,"blkio":null,"device_requests":[]},"network_mode":{"kind":"networks","attachments":[{"network":"shop_default","aliases":[],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}]},"pid":{"kind":"default"},"ipc":{"kind":"default"},"uts":null,"userns":null,"mac_address":null},"hash":"7e54d7413736b324bb54c8704dc663595d2f67d82506d6036230679869496d46","labels":{"com.docker.compose.config-hash":"7e54d7413736b324bb54c8704dc663595d2f67d82506d6036230679869496d46","com.docker.compose.container-number":"1","com.docker.compose.depends_on":"","com.docker.compose.oneoff":"False","com.docker.compose.project":"shop","com.docker.compose.service":"web","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.service":"web","io.core-monitor.slot":"1","io.core-monitor.spec":"7e54d7413736b324bb54c8704dc663595d2f67d82506d6036230679869496d46","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"},"attachments":[{"network":{"kind":"new","step":1,"name":"shop_default"},"attachment":{"network":"shop_default","aliases":["shop-web-1","web"],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}}],"inherited":[],"parents":{}},"cause":{"kind":"missing"},"service":"web","slot":1,"after":[1,2]},{"id":4,"action":{"op":"create_container","name":"shop-plain-1","service":"plain","slot":1,"image":"test/busybox:1","spec":{"image":"test/busybox:1","platform":null,"command":["sleep","1000000"],"entrypoint":null,"environment":{"PASSWORD":"variable-canary"},"labels":{},"user":null,"group_add":[],"working_dir":null,"hostname":null,"domainname":null,"tty":false,"stdin_open":false,"read_only":false,"privileged":false,"init":true,"cap_add":[],"cap_drop":[],"security_opt":[],"devices":[],"device_cgroup_rules":[],"extra_hosts":[],"dns":[],"dns_search":[],"dns_opt":[],"ulimits":{},"sysctls":{},"shm_size":null,"storage_opt":{},"runtime":null,"cgroup_parent":null,"cgroup":null,"isolation":null,"annotations":{},"oom_kill_disable":false,"oom_score_adj":0,"mounts":[{"target":"/host-name","read_only":true,"kind":{"type":"bind","source":"/etc/hostname","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null}],"files":[],"post_start":[],"pre_stop":[],"tmpfs":{},"volumes_from":[],"ports":[],"expose":[],"healthcheck":null,"restart":{"kind":"unset"},"stop_signal":null,"stop_grace_ms":1000,"logging":null,"resources":{"memory":null,"memory_reservation":null,"memory_swap":null,"memory_swappiness":null,"nano_cpus":null,"cpu_shares":null,"cpu_period":null,"cpu_quota":null,"cpu_rt_period":null,"cpu_rt_runtime":null,"cpuset":null,"cpu_count":null,"cpu_percent":null,"pids":null,"blkio":null,"device_requests":[]},"network_mode":{"kind":"networks","attachments":[{"network":"shop_default","aliases":[],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}]},"pid":{"kind":"default"},"ipc":{"kind":"default"},"uts":null,"userns":null,"mac_address":null},"hash":"f1db8de35a81ce6f933255e93f121e235fe8c6fcb3fba35bd57e57a7723af36e","labels":{"com.docker.compose.config-hash":"f1db8de35a81ce6f933255e93f121e235fe8c6fcb3fba35bd57e57a7723af36e","com.docker.compose.container-number":"1","com.docker.compose.depends_on":"","com.docker.compose.oneoff":"False","com.docker.compose.project":"shop","com.docker.compose.service":"plain","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.service":"plain","io.core-monitor.slot":"1","io.core-monitor.spec":"f1db8de35a81ce6f933255e93f121e235fe8c6fcb3fba35bd57e57a7723af36e","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"},"attachments":[{"network":{"kind":"new","step":1,"name":"shop_default"},"attachment":{"network":"shop_default","aliases":["shop-plain-1","plain"],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}}],"inherited":[],"parents":{}},"cause":{"kind":"missing"},"service":"plain","slot":1,"after":[1]},{"id":5,"action":{"op":"create_container","name":"shop-job-1","service":"job","slot":1,"image":"test/busybox:1","spec":{"image":"test/busybox:1","platform":null,"command":["true"],"entrypoint":null,"environment":{},"labels":{},"user":null,"group_add":[],"working_dir":null,"hostname":null,"domainname":null,"tty":false,"stdin_open":false,"read_only":false,"privileged":false,"init":null,"cap_add":[],"cap_drop":[],"security_opt":[],"devices":[],"device_cgroup_rules":[],"extra_hosts":[],"dns":[],"dns_search":[],"dns_opt":[],"ulimits":{},"sysctls":{},"shm_size":null,"storage_opt":{},"runtime":null,"cgroup_parent":null,"cgroup":null,"isolation":null,"annotations":{},"oom_kill_disable":false,"oom_score_adj":0,"mounts":[{"target":"/www","read_only":true,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/html","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null}],"files":[],"post_start":[],"pre_stop":[],"tmpfs":{},"volumes_from":[],"ports":[],"expose":[],"healthcheck":null,"restart":{"kind":"no"},"stop_signal":null,"stop_grace_ms":null,"logging":null,"resources":{"memory":null,"memory_reservation":null,"memory_swap":null,"memory_swappiness":null,"nano_cpus":null,"cpu_shares":null,"cpu_period":null,"cpu_quota":null,"cpu_rt_period":null,"cpu_rt_runtime":null,"cpuset":null,"cpu_count":null,"cpu_percent":null,"pids":null,"blkio":null,"device_requests":[]},"network_mode":{"kind":"networks","attachments":[{"network":"shop_default","aliases":[],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}]},"pid":{"kind":"default"},"ipc":{"kind":"default"},"uts":null,"userns":null,"mac_address":null},"hash":"281cd72722b2c4236bd8b319fe2df980e1c9fc09448dfbe709a688c60eafd805","labels":{"com.docker.compose.config-hash":"281cd72722b2c4236bd8b319fe2df980e1c9fc09448dfbe709a688c60eafd805","com.docker.compose.container-number":"1","com.docker.compose.depends_on":"","com.docker.compose.oneoff":"False","com.docker.compose.project":"shop","com.docker.compose.service":"job","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.service":"job","io.core-monitor.slot":"1","io.core-monitor.spec":"281cd72722b2c4236bd8b319fe2df980e1c9fc09448dfbe709a688c60eafd805","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"1"},"attachments":[{"network":{"kind":"new","step":1,"name":"shop_default"},"attachment":{"network":"shop_default","aliases":["shop-job-1","job"],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}}],"inherited":[],"parents":{}},"cause":{"kind":"missing"},"service":"job","slot":1,"after":[1]},{"id":6,"action":{"op":"copy_files","container":{"kind":"new","step":3,"name":"shop-web-1"},"files":[{"path":"/etc/from-content","content":"content-canary variable-canary","uid":0,"gid":0,"mode":292}]},"cause":{"kind":"missing"},"service":"web","slot":1,"after":[3]},{"id":7,"action":{"op":"start_container","container":{"kind":"new","step":3,"name":"shop-web-1"}},"cause":{"kind":"missing"},"service":"web","slot":1,"after":[6]},{"id":8,"action":{"op":"start_container","container":{"kind":"new","step":4,"name":"shop-plain-1"}},"cause":{"kind":"missing"},"service":"plain","slot":1,"after":[4]},{"id":9,"action":{"op":"start_container","container":{"kind":"new","step":5,"name":"shop-job-1"}},"cause":{"kind":"missing"},"service":"job","slot":1,"after":[5]},{"id":10,"action":{"op":"await_stable","container":{"kind":"new","step":3,"name":"shop-web-1"}},"cause":{"kind":"readiness"},"service":"web","slot":1,"after":[7]},{"id":11,"action":{"op":"await_stable","container":{"kind":"new","step":4,"name":"shop-plain-1"}},"cause":{"kind":"readiness"},"service":"plain","slot":1,"after":[8]},{"id":12,"action":{"op":"await_stable","container":{"kind":"new","step":5,"name":"shop-job-1"}},"cause":{"kind":"readiness"},"service":"job","slot":1,"after":[9]}],"problems":[],"notes":[]}','{"created":["job","plain","web"],"interrupted":[],"removed":[],"volumes_removed":[],"pulls":[],"builds":[]}');
INSERT INTO "plan" VALUES('01a227c0-387f-7a5c-b472-8a8c7d336233','01a227c0-076e-797e-9d36-e5ee0a98e362',1,'admin',1795963238527,1795963235250,'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','{"steps":[],"problems":[],"notes":[]}','{"created":[],"interrupted":[],"removed":[],"volumes_removed":[],"pulls":[],"builds":[]}');
INSERT INTO "plan" VALUES('01a227c0-3896-7bbf-9060-3fdf408ead66','01a227c0-076e-797e-9d36-e5ee0a98e362',2,'admin',1795963238550,1795963235250,'sha256:e84bd042bbde1afc613901631e4ebaecb685bda894e41b8b6ab68c6a4b5e58c9','{"steps":[{"id":1,"action":{"op":"create_container","name":"shop-web-1.next-e93008d7","service":"web","slot":1,"image":"test/busybox:1","spec":{"image":"test/busybox:1","platform":null,"command":["sleep","1000000"],"entrypoint":null,"environment":{"FROM_ENV_FILE":"env-file-canary","PASSWORD":"second-variable-canary","TOKEN":"second-env-canary"},"labels":{},"user":null,"group_add":[],"working_dir":null,"hostname":null,"domainname":null,"tty":false,"stdin_open":false,"read_only":false,"privileged":false,"init":true,"cap_add":[],"cap_drop":[],"security_opt":[],"devices":[],"device_cgroup_rules":[],"extra_hosts":[],"dns":[],"dns_search":[],"dns_opt":[],"ulimits":{},"sysctls":{},"shm_size":null,"storage_opt":{},"runtime":null,"cgroup_parent":null,"cgroup":null,"isolation":null,"annotations":{},"oom_kill_disable":false,"oom_score_adj":0,"mounts":[{"target":"/www","read_only":false,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/html","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/project","read_only":true,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/shared","read_only":false,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/shared","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/etc/app.conf","read_only":true,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/host-name","read_only":true,"kind":{"type":"bind","source":"/etc/hostname","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/data","read_only":false,"kind":{"type":"volume","name":"shop_data","nocopy":false,"subpath":null,"labels":{}},"consistency":null},{"target":"/etc/from-file","read_only":true,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/conf/app.conf","create_host_path":false,"propagation":null,"selinux":null,"recursive":null},"consistency":null},{"target":"/run/secrets/db_password","read_only":true,"kind":{"type":"bind","source":"/srv/core-monitor/stacks/01a227c0-076e-797e-9d36-e5ee0a98e362/secrets/db_password","create_host_path":false,"propagation":null,"selinux":null,"recursive":null},"consistency":null}],"files":[{"path":"/etc/from-content","content":"content-canary second-variable-canary","uid":0,"gid":0,"mode":292}],"post_start":[],"pre_stop":[],"tmpfs":{},"volumes_from":[],"ports":[],"expose":[],"healthcheck":null,"restart":{"kind":"unset"},"stop_signal":null,"stop_grace_ms":1000,"logging":null,"resources":{"memory":null,"memory_reservation":null,"memory_swap":null,"memory_swappiness":null,"nano_cpus":null,"cpu_shares":null,"cpu_period":null,"cpu_quota":null,"cpu_rt_period":null,"cpu_rt_runtime":null,"cpuset":null,"cpu_count":null,"cpu_percent":null,"pids":null,"blkio":null,"device_requests":[]},"network_mode":{"kind":"networks","attachments":[{"network":"shop_default","aliases":[],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}]},"pid":{"kind":"default"},"ipc":{"kind":"default"},"uts":null,"userns":null,"mac_address":null},"hash":"e93008d77eb1fc8628bdea07d61e9b8504e619d06f6a70ec3fd3a404a597e224","labels":{"com.docker.compose.config-hash":"e93008d77eb1fc8628bdea07d61e9b8504e619d06f6a70ec3fd3a404a597e224","com.docker.compose.container-number":"1","com.docker.compose.depends_on":"","com.docker.compose.oneoff":"False","com.docker.compose.project":"shop","com.docker.compose.service":"web","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.service":"web","io.core-monitor.slot":"1","io.core-monitor.spec":"e93008d77eb1fc8628bdea07d61e9b8504e619d06f6a70ec3fd3a404a597e224","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"2"},"attachments":[{"network":{"kind":"existing","id":"dec89f0f9f9ea0c2a864e689ad65d959c2c387331a7b9e8d881cebd02c07312e","name":"shop_default"},"attachment":{"network":"shop_default","aliases":["shop-web-1","web"],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}}],"inherited":[],"parents":{}},"cause":{"kind":"definition_changed","attributes":["environment","files"]},"service":"web","slot":1,"after":[]},{"id":2,"action":{"op":"create_container","name":"shop-plain-1.next-e4837d1a","service":"plain","slot":1,"image":"test/busybox:1","spec":{"image":"test/busybox:1","platform":null,"command":["sleep","1000000"],"entrypoint":null,"environment":{"PASSWORD":"second-variable-canary"},"labels":{},"user":null,"group_add":[],"working_dir":null,"hostname":null,"domainname":null,"tty":false,"stdin_open":false,"read_only":false,"privileged":false,"init":true,"cap_add":[],"cap_drop":[],"security_opt":[],"devices":[],"device_cgroup_rules":[],"extra_hosts":[],"dns":[],"dns_search":[],"dns_opt":[],"ulimits":{},"sysctls":{},"shm_size":null,"storage_opt":{},"runtime":null,"cgroup_parent":null,"cgroup":null,"isolation":null,"annotations":{},"oom_kill_disable":false,"oom_score_adj":0,"mounts":[{"target":"/host-name","read_only":true,"kind":{"type":"bind","source":"/etc/hostname","create_host_path":true,"propagation":null,"selinux":null,"recursive":null},"consistency":null}],"files":[],"post_start":[],"pre_stop":[],"tmpfs":{},"volumes_from":[],"ports":[],"expose":[],"healthcheck":null,"restart":{"kind":"unset"},"stop_signal":null,"stop_grace_ms":1000,"logging":null,"resources":{"memory":null,"memory_reservation":null,"memory_swap":null,"memory_swappiness":null,"nano_cpus":null,"cpu_shares":null,"cpu_period":null,"cpu_quota":null,"cpu_rt_period":null,"cpu_rt_runtime":null,"cpuset":null,"cpu_count":null,"cpu_percent":null,"pids":null,"blkio":null,"device_requests":[]},"network_mode":{"kind":"networks","attachments":[{"network":"shop_default","aliases":[],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}]},"pid":{"kind":"default"},"ipc":{"kind":"default"},"uts":null,"userns":null,"mac_address":null},"hash":"e4837d1a01c90d910f5387536e7663de512ef4e87d7a0f760a22e6d56a1373ea","labels":{"com.docker.compose.config-hash":"e4837d1a01c90d910f5387536e7663de512ef4e87d7a0f760a22e6d56a1373ea","com.docker.compose.container-number":"1","com.docker.compose.depends_on":"","com.docker.compose.oneoff":"False","com.docker.compose.project":"shop","com.docker.compose.service":"plain","io.core-monitor.instance":"01a227c0-069e-7b26-8416-756b3d6f6aaf","io.core-monitor.service":"plain","io.core-monitor.slot":"1","io.core-monitor.spec":"e4837d1a01c90d910f5387536e7663de512ef4e87d7a0f760a22e6d56a1373ea","io.core-monitor.stack":"01a227c0-076e-797e-9d36-e5ee0a98e362","io.core-monitor.version":"2"},"attachments":[{"network":{"kind":"existing","id":"dec89f0f9f9ea0c2a864e689ad65d959c2c387331a7b9e8d881cebd02c07312e","name":"shop_default"},"attachment":{"network":"shop_default","aliases":["shop-plain-1","plain"],"links":[],"ipv4_address":null,"ipv6_address":null,"link_local_ips":[],"mac_address":null,"driver_opts":{},"gw_priority":null,"interface_name":null}}],"inherited":[],"parents":{}},"cause":{"kind":"definition_changed","attributes":["environment"]},"service":"plain","slot":1,"after":[]},{"id":3,"action":{"op":"prepared"},"cause":{"kind":"safety"},"service":null,"slot":null,"after":[1,2]},{"id":4,"action":{"op":"stop_container","container":{"kind":"existing","id":"5427be82986d8e8b35187db0eaf086d821f6678e33d776ed2a4049e3ec5ab6f0","name":"shop-web-1"},"grace_ms":null},"cause":{"kind":"definition_changed","attributes":["environment","files"]},"service":"web","slot":1,"after":[3]},{"id":5,"action":{"op":"remove_container","container":{"kind":"existing","id":"5427be82986d8e8b35187db0eaf086d821f6678e33d776ed2a4049e3ec5ab6f0","name":"shop-web-1"},"anonymous_volumes":false},"cause":{"kind":"definition_changed","attributes":["environment","files"]},"service":"web","slot":1,"after":[4]},{"id":6,"action":{"op":"rename_container","container":{"kind":"new","step":1,"name":"shop-web-1.next-e93008d7"},"to":"shop-web-1"},"cause":{"kind":"wrong_name"},"service":"web","slot":1,"after":[1,5]},{"id":7,"action":{"op":"copy_files","container":{"kind":"new","step":1,"name":"shop-web-1"},"files":[{"path":"/etc/from-content","content":"content-canary second-variable-canary","uid":0,"gid":0,"mode":292}]},"cause":{"kind":"definition_changed","attributes":["environment","files"]},"service":"web","slot":1,"after":[6]},{"id":8,"action":{"op":"start_container","container":{"kind":"new","step":1,"name":"shop-web-1"}},"cause":{"kind":"definition_changed","attributes":["environment","files"]},"service":"web","slot":1,"after":[7]},{"id":9,"action":{"op":"stop_container","container":{"kind":"existing","id":"dd68fb5a9a9cda8ec3358917ef45a4ad0aa6c5011a9ecdceb86db3dc88c1b238","name":"shop-plain-1"},"grace_ms":null},"cause":{"kind":"definition_changed","attributes":["environment"]},"service":"plain","slot":1,"after":[3]},{"id":10,"action":{"op":"remove_container","container":{"kind":"existing","id":"dd68fb5a9a9cda8ec3358917ef45a4ad0aa6c5011a9ecdceb86db3dc88c1b238","name":"shop-plain-1"},"anonymous_volumes":false},"cause":{"kind":"definition_changed","attributes":["environment"]},"service":"plain","slot":1,"after":[9]},{"id":11,"action":{"op":"rename_container","container":{"kind":"new","step":2,"name":"shop-plain-1.next-e4837d1a"},"to":"shop-plain-1"},"cause":{"kind":"wrong_name"},"service":"plain","slot":1,"after":[2,10]},{"id":12,"action":{"op":"start_container","container":{"kind":"new","step":2,"name":"shop-plain-1"}},"cause":{"kind":"definition_changed","attributes":["environment"]},"service":"plain","slot":1,"after":[11]},{"id":13,"action":{"op":"await_stable","container":{"kind":"new","step":1,"name":"shop-web-1"}},"cause":{"kind":"readiness"},"service":"web","slot":1,"after":[8]},{"id":14,"action":{"op":"await_stable","container":{"kind":"new","step":2,"name":"shop-plain-1"}},"cause":{"kind":"readiness"},"service":"plain","slot":1,"after":[12]}],"problems":[],"notes":[]}','{"created":[],"interrupted":[{"service":"web","stop_grace_ms":10000,"because":["environment, files changed"]},{"service":"plain","stop_grace_ms":10000,"because":["environment changed"]}],"removed":[],"volumes_removed":[],"pulls":[],"builds":[]}');
CREATE TABLE token (
    token_id   TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO token VALUES('01a227c0-06a1-7892-972e-00f597689ddb','admin',X'bc8184c5eb9df5c0e03ad51c106df9d9c5845b996a381ec5616f9756ab5a1c17',1795963225761);
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
INSERT INTO setting VALUES('instance','01a227c0-069e-7b26-8416-756b3d6f6aaf');
CREATE TABLE adoption (
    stack_id   TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    containers TEXT    NOT NULL, -- JSON
    networks   TEXT    NOT NULL, -- JSON
    volumes    TEXT    NOT NULL, -- JSON
    FOREIGN KEY (stack_id, version) REFERENCES stack_version (stack_id, version)
) STRICT;
CREATE TABLE registry (
    host       TEXT    NOT NULL PRIMARY KEY,
    key_id     TEXT    NOT NULL CHECK (key_id <> ''),
    sealed     BLOB    NOT NULL CHECK (length(sealed) >= 40), -- nonce of 24 bytes, then at least a tag of 16
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE command_total (
    kind   TEXT    NOT NULL,
    status TEXT    NOT NULL,
    ended  INTEGER NOT NULL, -- how often; a command that is retried ends again
    timed  INTEGER NOT NULL, -- of those, how many a worker ended
    millis INTEGER NOT NULL, -- from the first start to the end, of those that a worker ended
    PRIMARY KEY (kind, status),
    CHECK (status IN ('DONE', 'FAILED', 'CANCELLED')),
    CHECK (timed BETWEEN 0 AND ended)
) STRICT, WITHOUT ROWID;
INSERT INTO command_total VALUES('APPLY','DONE',1,1,6093);
INSERT INTO command_total VALUES('CREATE','DONE',1,0,0);
INSERT INTO command_total VALUES('UPDATE','DONE',1,0,0);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('command',4);
INSERT INTO sqlite_sequence VALUES('command_event',28);
INSERT INTO sqlite_sequence VALUES('release',1);
CREATE UNIQUE INDEX stack_live_name ON stack (name) WHERE deleted_at IS NULL;
CREATE TRIGGER stack_is_kept BEFORE DELETE ON stack
BEGIN
    SELECT RAISE(ABORT, 'a stack is never removed, only marked deleted');
END;
CREATE TRIGGER stack_identity BEFORE UPDATE OF stack_id, name, created_by, created_at ON stack
BEGIN
    SELECT RAISE(ABORT, 'the identity of a stack does not change');
END;
CREATE TRIGGER stack_version_is_immutable BEFORE UPDATE ON stack_version
BEGIN
    SELECT RAISE(ABORT, 'a stack version is immutable');
END;
CREATE TRIGGER stack_version_is_kept BEFORE DELETE ON stack_version
BEGIN
    SELECT RAISE(ABORT, 'a stack version is immutable');
END;
CREATE TRIGGER blob_is_immutable BEFORE UPDATE ON blob
BEGIN
    SELECT RAISE(ABORT, 'the content of a file is immutable');
END;
CREATE TRIGGER blob_is_kept BEFORE DELETE ON blob
BEGIN
    SELECT RAISE(ABORT, 'the content of a file is immutable');
END;
CREATE TRIGGER stack_file_is_in_time BEFORE INSERT ON stack_file
WHEN EXISTS (SELECT 1 FROM stack_version WHERE stack_id = NEW.stack_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'the files of a stack version are immutable');
END;
CREATE TRIGGER stack_file_is_immutable BEFORE UPDATE ON stack_file
BEGIN
    SELECT RAISE(ABORT, 'the files of a stack version are immutable');
END;
CREATE TRIGGER stack_file_is_kept BEFORE DELETE ON stack_file
BEGIN
    SELECT RAISE(ABORT, 'the files of a stack version are immutable');
END;
CREATE UNIQUE INDEX one_running ON command ((1)) WHERE status = 'RUNNING';
CREATE UNIQUE INDEX command_idempotency ON command (principal, idem_key) WHERE idem_key IS NOT NULL;
CREATE INDEX command_open ON command (seq) WHERE status IN ('PENDING', 'RUNNING', 'FAILED');
CREATE INDEX command_of_stack ON command (stack_id, seq);
CREATE TRIGGER command_enters BEFORE INSERT ON command
WHEN NOT (
    (NEW.status = 'PENDING' AND NEW.kind NOT IN ('CREATE', 'UPDATE'))
    OR (NEW.status = 'DONE' AND NEW.kind IN ('CREATE', 'UPDATE'))
)
BEGIN
    SELECT RAISE(ABORT, 'a command enters the queue as PENDING');
END;
CREATE TRIGGER command_moves_stack AFTER INSERT ON command
BEGIN
    UPDATE stack SET last_seq = NEW.seq WHERE stack_id = NEW.stack_id;
END;
CREATE TRIGGER command_transition BEFORE UPDATE OF status ON command
WHEN NOT (
    (OLD.status = 'PENDING' AND NEW.status IN ('RUNNING', 'CANCELLED'))
    OR (OLD.status = 'RUNNING' AND NEW.status IN ('RUNNING', 'DONE', 'FAILED', 'CANCELLED'))
    OR (OLD.status = 'FAILED' AND NEW.status IN ('PENDING', 'CANCELLED'))
)
BEGIN
    SELECT RAISE(ABORT, 'illegal transition of a command');
END;
CREATE TRIGGER command_settled BEFORE UPDATE ON command
WHEN OLD.status IN ('DONE', 'CANCELLED')
BEGIN
    SELECT RAISE(ABORT, 'a command that is over does not change');
END;
CREATE TRIGGER command_identity
BEFORE UPDATE OF seq, command_id, stack_id, kind, payload, principal, idem_key, idem_fingerprint, created_at ON command
BEGIN
    SELECT RAISE(ABORT, 'what a command asks for does not change');
END;
CREATE TRIGGER command_is_kept BEFORE DELETE ON command
BEGIN
    SELECT RAISE(ABORT, 'a command is never removed');
END;
CREATE INDEX command_event_of_command ON command_event (seq, event_id);
CREATE TRIGGER command_event_is_immutable BEFORE UPDATE ON command_event
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;
CREATE TRIGGER command_event_is_kept BEFORE DELETE ON command_event
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only');
END;
CREATE TRIGGER worker_lease_epoch BEFORE UPDATE OF epoch ON worker_lease
WHEN NEW.epoch < OLD.epoch
BEGIN
    SELECT RAISE(ABORT, 'the epoch of the lease never goes back');
END;
CREATE TRIGGER worker_lease_is_kept BEFORE DELETE ON worker_lease
BEGIN
    SELECT RAISE(ABORT, 'the epoch of the lease never goes back');
END;
CREATE INDEX release_of_version ON release (stack_id, version, release_id);
CREATE INDEX release_of_stack ON release (stack_id, release_id);
CREATE TRIGGER release_is_immutable BEFORE UPDATE ON release
BEGIN
    SELECT RAISE(ABORT, 'a release is immutable');
END;
CREATE TRIGGER release_is_kept BEFORE DELETE ON release
BEGIN
    SELECT RAISE(ABORT, 'a release is immutable');
END;
CREATE TRIGGER plan_is_immutable BEFORE UPDATE ON plan
BEGIN
    SELECT RAISE(ABORT, 'a plan is immutable');
END;
CREATE TRIGGER adoption_is_immutable BEFORE UPDATE ON adoption
BEGIN
    SELECT RAISE(ABORT, 'an adoption is immutable');
END;
CREATE TRIGGER adoption_is_kept BEFORE DELETE ON adoption
BEGIN
    SELECT RAISE(ABORT, 'an adoption is immutable');
END;
CREATE TRIGGER command_event_is_counted AFTER INSERT ON command_event
WHEN NEW.kind IN ('DONE', 'FAILED', 'CANCELLED')
BEGIN
    INSERT INTO command_total (kind, status, ended, timed, millis)
    SELECT c.kind, NEW.kind, 1, NEW.epoch IS NOT NULL,
           IIF(NEW.epoch IS NULL, 0, MAX(NEW.at - COALESCE(c.started_at, NEW.at), 0))
    FROM command AS c WHERE c.seq = NEW.seq
    ON CONFLICT (kind, status) DO UPDATE SET
        ended = ended + 1, timed = timed + excluded.timed, millis = millis + excluded.millis;
END;
CREATE TRIGGER command_total_grows BEFORE UPDATE ON command_total
WHEN NEW.ended < OLD.ended OR NEW.timed < OLD.timed OR NEW.millis < OLD.millis
BEGIN
    SELECT RAISE(ABORT, 'a total never goes back');
END;
CREATE TRIGGER command_total_is_kept BEFORE DELETE ON command_total
BEGIN
    SELECT RAISE(ABORT, 'a total never goes back');
END;
COMMIT;
