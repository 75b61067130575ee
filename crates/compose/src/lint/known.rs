//! Classifies well-known images by the last part of their name.

/// The role of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Stores data: a database, a persistent cache, an object store, a message broker.
    Store,
    /// A reverse proxy or tunnel.
    Proxy,
    /// Makes backups.
    Backup,
}

const STORES: &[&str] = &[
    "cassandra",
    "clickhouse",
    "clickhouse-server",
    "cockroach",
    "couchdb",
    "elasticsearch",
    "etcd",
    "influxdb",
    "kafka",
    "keydb",
    "mariadb",
    "memcached",
    "minio",
    "mongo",
    "mongodb",
    "mssql",
    "mysql",
    "mysql-server",
    "nats",
    "neo4j",
    "opensearch",
    "pgvector",
    "postgis",
    "postgres",
    "postgresql",
    "qdrant",
    "rabbitmq",
    "redis",
    "redis-stack",
    "redis-stack-server",
    "scylla",
    "timescaledb",
    "timescaledb-ha",
    "valkey",
    "zookeeper",
];

const PROXIES: &[&str] = &[
    "caddy",
    "cloudflared",
    "docker-gen",
    "envoy",
    "haproxy",
    "kong",
    "nginx",
    "nginx-proxy",
    "nginx-proxy-manager",
    "nginx-unprivileged",
    "openresty",
    "swag",
    "traefik",
    "varnish",
];

const BACKUPS: &[&str] = &[
    "autorestic",
    "borgmatic",
    "docker-volume-backup",
    "duplicati",
    "mysql-backup",
    "offen-backup",
    "pgbackrest",
    "postgres-backup-local",
    "postgres-backup-s3",
    "restic",
    "walg",
];

/// The role of a known image. `docker.io/bitnami/postgresql:16` is matched by `postgresql`.
pub(super) fn kind(image: &str) -> Option<Kind> {
    let name = repository(image).rsplit('/').next().unwrap_or_default();
    let table = [(STORES, Kind::Store), (PROXIES, Kind::Proxy), (BACKUPS, Kind::Backup)];
    table.iter().find(|(names, _)| names.contains(&name)).map(|(_, kind)| *kind)
}

/// The image without tag and digest.
pub(super) fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        // A colon before a slash is part of the registry's port.
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}

/// The tag of an image, if it has one.
pub(super) fn tag(image: &str) -> Option<&str> {
    let image = image.split('@').next().unwrap_or(image);
    image.get(repository(image).len()..)?.strip_prefix(':')
}

/// Ports that databases and brokers listen on.
pub(super) fn is_store_port(port: u16) -> bool {
    const PORTS: &[u16] = &[
        1433, 2379, 3306, 4222, 5432, 5433, 5672, 5984, 6333, 6379, 7000, 7474, 7687, 8086, 8123, 9042, 9092,
        9200, 9300, 11211, 26257, 27017,
    ];
    PORTS.contains(&port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_matched_by_the_last_part_of_their_name() {
        let check = |image: &str, expected: Option<Kind>| assert_eq!(kind(image), expected, "{image}");
        check("postgres", Some(Kind::Store));
        check("docker.io/bitnami/postgresql:16", Some(Kind::Store));
        check("localhost:5000/traefik@sha256:00", Some(Kind::Proxy));
        check("offen/docker-volume-backup:v2", Some(Kind::Backup));
        check("my-postgres", None);
    }

    #[test]
    fn a_registry_port_is_not_a_tag() {
        let check = |image: &str| (repository(image).to_owned(), tag(image).map(str::to_owned));
        assert_eq!(check("r.example:5000/a/b"), ("r.example:5000/a/b".to_owned(), None));
        assert_eq!(check("r.example:5000/a:1"), ("r.example:5000/a".to_owned(), Some("1".to_owned())));
        assert_eq!(check("a:1@sha256:00"), ("a".to_owned(), Some("1".to_owned())));
    }
}
