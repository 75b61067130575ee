//! The resolved model of a version, for the `OpenAPI` document: as far as a client draws it. The rest is there too.

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// The schemas of objects that have more than what is described here.
pub(crate) const OPEN: [&str; 7] = [
    "ComposeModel",
    "ComposeService",
    "ComposeDependency",
    "ComposeMount",
    "ComposePort",
    "ComposeNetwork",
    "ComposeVolume",
];

/// The resolved model, in the format of `docker compose config --format json`. It has more than what is described here.
#[derive(ToSchema)]
#[schema(as = ComposeModel)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct ModelSchema {
    #[schema(example = "shop")]
    name: String,
    services: BTreeMap<String, ServiceSchema>,
    networks: Option<BTreeMap<String, NetworkSchema>>,
    volumes: Option<BTreeMap<String, VolumeSchema>>,
}

/// A service of the model.
#[derive(ToSchema)]
#[schema(as = ComposeService)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct ServiceSchema {
    #[schema(example = "nginx:1.27")]
    image: Option<String>,
    /// What it waits for, by service.
    depends_on: Option<BTreeMap<String, DependencySchema>>,
    /// How it is on its networks, by network; null for the defaults.
    networks: Option<BTreeMap<String, serde_json::Value>>,
    volumes: Option<Vec<MountSchema>>,
    ports: Option<Vec<PortSchema>>,
}

/// What a service waits for.
#[derive(ToSchema)]
#[schema(as = ComposeDependency)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct DependencySchema {
    /// `service_started`, `service_healthy` or `service_completed_successfully`.
    #[schema(example = "service_healthy")]
    condition: String,
    /// Whether the service must exist.
    #[schema(example = true)]
    required: Option<bool>,
    /// Whether it is restarted with the other one.
    #[schema(example = false)]
    restart: Option<bool>,
}

/// A mount of a service.
#[derive(ToSchema)]
#[schema(as = ComposeMount)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct MountSchema {
    /// `volume`, `bind`, `tmpfs` or another kind of mount.
    #[serde(rename = "type")]
    #[schema(example = "volume")]
    kind: String,
    /// The volume, or the path on the host.
    #[schema(example = "data")]
    source: Option<String>,
    /// The path in the container.
    #[schema(example = "/data")]
    target: String,
    #[schema(example = false)]
    read_only: Option<bool>,
}

/// A published port of a service.
#[derive(ToSchema)]
#[schema(as = ComposePort)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct PortSchema {
    /// The port of the container.
    #[schema(example = 80)]
    target: u32,
    /// The port of the host, or a range of them; absent for any free port.
    #[schema(example = "8081")]
    published: Option<String>,
    /// The address of the host.
    #[schema(example = "127.0.0.1")]
    host_ip: Option<String>,
    #[schema(example = "tcp")]
    protocol: Option<String>,
}

/// A network of the model.
#[derive(ToSchema)]
#[schema(as = ComposeNetwork)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct NetworkSchema {
    /// Its name on the engine.
    #[schema(example = "shop_default")]
    name: Option<String>,
    #[schema(example = "bridge")]
    driver: Option<String>,
    /// It is made by somebody else.
    #[schema(example = false)]
    external: Option<bool>,
    /// It has no way to the outside.
    #[schema(example = false)]
    internal: Option<bool>,
}

/// A volume of the model.
#[derive(ToSchema)]
#[schema(as = ComposeVolume)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct VolumeSchema {
    /// Its name on the engine.
    #[schema(example = "shop_data")]
    name: Option<String>,
    #[schema(example = "local")]
    driver: Option<String>,
    /// It is made by somebody else.
    #[schema(example = false)]
    external: Option<bool>,
}
