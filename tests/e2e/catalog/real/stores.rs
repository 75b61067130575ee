//! Databases, caches and brokers, used by an application that the wizard has connected to them.

use serde_json::json;

use super::{applied, is_wanted, shell, with_new_containers, worker};
use crate::harness::{Installation, docker, free_port};

#[test]
fn postgresql_in_each_version_with_extensions() {
    if !is_wanted() {
        return;
    }
    let installation = Installation::start();
    let port = free_port();
    let stack = applied(
        &installation,
        "postgres",
        &json!([
            {"entry": "postgres", "as": "db18", "version": "18", "options": {"publish": port, "max_connections": 42}, "connect": {}},
            {"entry": "postgres", "as": "db17", "version": "17", "options": {"database": "shop", "user": "keeper"}, "connect": {}},
            {"entry": "postgres", "as": "db16", "version": "16", "options": {}, "connect": {}},
            {"entry": "postgis", "as": "maps", "options": {}, "connect": {}},
            {"entry": "timescaledb", "as": "series", "options": {}, "connect": {}},
            worker("on18", &json!({"database": "db18"})),
            worker("on17", &json!({"database": "db17"})),
            worker("on16", &json!({"database": "db16"})),
            worker("onmaps", &json!({"database": "maps"})),
            worker("onseries", &json!({"database": "series"})),
        ]),
    );
    let ask =
        |service: &str, sql: &str| shell(&stack, service, &format!("psql \"$DATABASE_URL\" -qAtc \"{sql}\""));
    let who = "SELECT current_user || ' ' || current_database()";
    assert_eq!(ask("on18", who), "app app");
    assert_eq!(ask("on17", who), "keeper shop");
    assert_eq!(ask("on18", "SHOW max_connections"), "42");
    assert!(ask("onmaps", "SELECT postgis_version()").starts_with("3."));
    assert_eq!(ask("onmaps", "SELECT ST_Distance('POINT(0 0)'::geometry, 'POINT(3 4)')"), "5");
    ask("onseries", "CREATE TABLE m (at timestamptz NOT NULL)");
    assert!(ask("onseries", "SELECT create_hypertable('m', 'at')").contains("public,m"));
    assert_eq!(ask("onseries", "SHOW timescaledb.telemetry_level"), "off");

    // The parts of the connection say the same as its address, and nobody comes in without the password.
    let parts = "PGPASSWORD=$DATABASE_PASSWORD psql -h $DATABASE_HOST -p $DATABASE_PORT -U $DATABASE_USER -At -c 'SELECT 1' $DATABASE_NAME";
    assert_eq!(shell(&stack, "on17", parts), "1");
    let wrong = "PGPASSWORD=wrong psql -h db18 -U app -c 'SELECT 1' app 2>&1 || true";
    assert!(shell(&stack, "on18", wrong).contains("password authentication failed"));
    // A network of its own each.
    assert!(shell(&stack, "on18", "getent hosts db17 || echo unknown").contains("unknown"));
    let password = shell(&stack, "db18", "cat /run/secrets/db18_password");
    let address = format!("postgres://app:{password}@127.0.0.1:{port}/app");
    let host = ["run", "--rm", "--network", "host", "test/catalog/worker:1", "psql", &address, "-Atc", who];
    assert_eq!(docker(&host), "app app");

    let all = ["on18", "on17", "on16", "onmaps", "onseries"];
    for service in all {
        ask(service, "CREATE TABLE kept AS SELECT 7 AS n");
    }
    with_new_containers(&stack);
    for service in all {
        assert_eq!(ask(service, "SELECT n FROM kept"), "7", "{service} lost its data");
    }
}

#[test]
fn mariadb_in_each_version() {
    if !is_wanted() {
        return;
    }
    let installation = Installation::start();
    let stack = applied(
        &installation,
        "mariadb",
        &json!([
            {"entry": "mariadb", "as": "new", "version": "11.8", "options": {"database": "shop", "user": "keeper"}, "connect": {}},
            {"entry": "mariadb", "as": "old", "version": "11.4", "options": {"upgrade": false}, "connect": {}},
            worker("onnew", &json!({"database": "new"})),
            worker("onold", &json!({"database": "old"})),
        ]),
    );
    let client = "mariadb -h $DATABASE_HOST -P $DATABASE_PORT -u $DATABASE_USER $DATABASE_NAME -BN";
    let ask = |service: &str, sql: &str| {
        shell(&stack, service, &format!("MYSQL_PWD=$DATABASE_PASSWORD {client} -e '{sql}'"))
    };
    assert_eq!(ask("onnew", "SELECT CURRENT_USER(), DATABASE()"), "keeper@%\tshop");
    let wrong = format!("MYSQL_PWD=wrong {client} -e 'SELECT 1' 2>&1 || true");
    assert!(shell(&stack, "onnew", &wrong).contains("Access denied"));
    let root =
        "MYSQL_PWD=$(cat /run/secrets/new_root_password) mariadb -h 127.0.0.1 -u root -BN -e 'SELECT 1'";
    assert_eq!(shell(&stack, "new", root), "1");
    for service in ["onnew", "onold"] {
        ask(service, "CREATE TABLE kept AS SELECT 7 AS n");
    }
    with_new_containers(&stack);
    assert_eq!(ask("onnew", "SELECT n FROM kept"), "7");
    assert_eq!(ask("onold", "SELECT n FROM kept"), "7");
}

#[test]
fn caches() {
    if !is_wanted() {
        return;
    }
    let installation = Installation::start();
    let stack = applied(
        &installation,
        "caches",
        &json!([
            {"entry": "redis", "as": "redis", "options": {}, "connect": {}},
            {"entry": "redis", "as": "passing", "options": {"persistent": false}, "connect": {}},
            {"entry": "valkey", "as": "valkey", "options": {"eviction": "allkeys-lru"}, "connect": {}},
            {"entry": "memcached", "as": "memcached", "options": {"max_item": 2}, "connect": {}},
            worker("onredis", &json!({"cache": "redis"})),
            worker("onpassing", &json!({"cache": "passing"})),
            worker("onvalkey", &json!({"cache": "valkey"})),
            worker("onmemcached", &json!({"cache": "memcached"})),
        ]),
    );
    for (service, server) in [("onredis", "redis"), ("onpassing", "passing"), ("onvalkey", "valkey")] {
        let ask = |words: &str| {
            shell(&stack, service, &format!("redis-cli -u \"$REDIS_URL\" --no-auth-warning {words}"))
        };
        assert_eq!(ask("ping"), "PONG");
        assert_eq!(ask("set kept 7"), "OK");
        let stranger = shell(&stack, service, &format!("redis-cli -h {server} ping 2>&1"));
        assert!(stranger.contains("NOAUTH"), "{stranger}");
        assert!(ask("config get maxmemory").ends_with(&(192 * 1024 * 1024).to_string()));
    }
    let policy = "redis-cli -u \"$REDIS_URL\" --no-auth-warning config get maxmemory-policy";
    assert!(shell(&stack, "onvalkey", policy).ends_with("allkeys-lru"));
    // An item above the usual limit of 1 MB.
    let large = "(printf 'set k 0 0 1500000\\r\\n'; head -c 1500000 /dev/zero; printf '\\r\\nquit\\r\\n') \
                 | busybox nc $MEMCACHED_HOST $MEMCACHED_PORT";
    assert_eq!(shell(&stack, "onmemcached", large), "STORED");

    with_new_containers(&stack);
    let kept =
        |service: &str| shell(&stack, service, "redis-cli -u \"$REDIS_URL\" --no-auth-warning get kept");
    assert_eq!(kept("onredis"), "7");
    assert_eq!(kept("onvalkey"), "7");
    assert_eq!(kept("onpassing"), "");
}

/// Opens a connection with AMQP 0-9-1 and prints the last answer's class and method: 10 41 is "opened".
const AMQP: &str = r#"
import os, socket, struct, urllib.parse
address = urllib.parse.urlparse(os.environ["AMQP_URL"])
server = socket.create_connection((address.hostname, address.port), 10)
def answer():
    kind, channel, size = struct.unpack(">BHI", receive(7))
    payload = receive(size + 1)
    return struct.unpack(">HH", payload[:4]), payload[4:-1]
def receive(size):
    found = b""
    while len(found) < size:
        part = server.recv(size - len(found))
        if not part: raise SystemExit("refused")
        found += part
    return found
def say(klass, method, arguments):
    payload = struct.pack(">HH", klass, method) + arguments
    server.sendall(struct.pack(">BHI", 1, 0, len(payload)) + payload + b"\xce")
short = lambda text: struct.pack(">B", len(text)) + text
long = lambda text: struct.pack(">I", len(text)) + text
server.sendall(b"AMQP\x00\x00\x09\x01")
assert answer()[0] == (10, 10)
login = b"\x00" + address.username.encode() + b"\x00" + address.password.encode()
say(10, 11, long(b"") + short(b"PLAIN") + long(login) + short(b"en_US"))
tune = answer()
say(10, 31, tune[1])
say(10, 40, short(address.path[1:].encode()) + short(b"") + b"\x00")
print(*answer()[0])
"#;

#[test]
fn brokers() {
    if !is_wanted() {
        return;
    }
    let installation = Installation::start();
    let (page, amqp) = (free_port(), free_port());
    let stack = applied(
        &installation,
        "brokers",
        &json!([
            {"entry": "rabbitmq", "as": "rabbit", "options": {"publish": page, "publish_amqp": amqp}, "connect": {}},
            {"entry": "mosquitto", "as": "devices", "options": {}, "connect": {}},
            {"entry": "nats", "as": "nats", "options": {}, "connect": {}},
            worker("onrabbit", &json!({"broker": "rabbit"})),
            worker("ondevices", &json!({"broker": "devices"})),
            worker("onnats", &json!({"broker": "nats"})),
        ]),
    );
    assert_eq!(crate::deploy::within(&stack, "onrabbit-1", &["python3", "-c", AMQP]), "10 41");
    // The management page on this host, with the same account: a queue with a message that stays.
    let manage = |rest: &str| {
        let login = shell(&stack, "onrabbit", "echo \"$AMQP_URL\" | sed 's,amqp://\\(.*\\)@.*,\\1,'");
        let mut curl = crate::harness::command("curl");
        curl.args(["--silent", "--show-error", "--fail", "--user", &login]);
        let output = curl.args(rest.replace("PAGE", &format!("http://127.0.0.1:{page}")).split('|')).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    manage("--request|PUT|--data|{\"durable\": true}|PAGE/api/queues/app/kept");
    let message = r#"{"properties": {"delivery_mode": 2}, "routing_key": "kept", "payload": "seven", "payload_encoding": "string"}"#;
    let routed = manage(&format!("--data|{message}|PAGE/api/exchanges/app/amq.default/publish"));
    assert_eq!(routed, r#"{"routed":true}"#);

    // A retained message, published and read with the address of the connection.
    let publish = "mosquitto_pub -L \"$MQTT_URL/room\" -m warm -r -q 1";
    let read = "mosquitto_sub -L \"$MQTT_URL/room\" -C 1 -W 10";
    shell(&stack, "ondevices", publish);
    assert_eq!(shell(&stack, "ondevices", read), "warm");
    let stranger = shell(&stack, "ondevices", "mosquitto_pub -h devices -t room -m cold 2>&1 || true");
    assert!(stranger.contains("not authori"), "{stranger}");

    // NATS has no client in Debian, but words that a person could type.
    let nats = "login=${NATS_URL#nats://}; login=${login%@*}; printf 'CONNECT {\"verbose\":true,\"user\":\"%s\",\"pass\":\"%s\"}\\r\\nSUB room 1\\r\\nPUB room 4\\r\\nwarm\\r\\n' \
                \"${login%%:*}\" \"${login#*:}\" | timeout 3 busybox nc nats 4222 || true";
    let said = shell(&stack, "onnats", nats);
    assert!(said.contains("MSG room 1 4\r\nwarm"), "{said}");
    assert!(said.contains("\"jetstream\":true"), "{said}");
    let stranger = "printf 'CONNECT {}\\r\\nPING\\r\\n' | timeout 3 busybox nc nats 4222 || true";
    assert!(shell(&stack, "onnats", stranger).contains("Authorization Violation"));

    // Mosquitto writes what it retains when it is told to stop, and every minute; the others survive being killed.
    docker(&["stop", stack.containers()["devices-1"]["Id"].as_str().unwrap()]);
    with_new_containers(&stack);
    assert_eq!(shell(&stack, "ondevices", read), "warm");
    let kept = r#"{"count": 1, "ackmode": "ack_requeue_false", "encoding": "auto"}"#;
    let found = manage(&format!("--data|{kept}|PAGE/api/queues/app/kept/get"));
    assert!(found.contains("seven"), "{found}");
}
