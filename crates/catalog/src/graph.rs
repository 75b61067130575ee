//! The graph of a file: services, what they keep and where they meet.

use core_monitor_compose::outline::Node as Value;

use crate::render::Rendered;

/// Services, volumes and networks with what joins them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// The objects.
    pub nodes: Vec<Node>,
    /// What joins them.
    pub edges: Vec<Edge>,
}

/// An object of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Unique in the graph: kind and name, such as `volume/data`.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// Its name.
    pub label: String,
    /// The index of the component that wrote it.
    pub component: Option<usize>,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A service.
    Service,
    /// A volume.
    Volume,
    /// A network.
    Network,
}

impl NodeKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Service, Self::Volume, Self::Network];

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Volume => "volume",
            Self::Network => "network",
        }
    }

    fn section(self) -> &'static str {
        match self {
            Self::Service => "services",
            Self::Volume => "volumes",
            Self::Network => "networks",
        }
    }

    fn id(self, name: &str) -> String {
        format!("{}/{name}", self.as_str())
    }
}

/// What joins two objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The id of the one that needs the other.
    pub source: String,
    /// The id of the other.
    pub target: String,
    /// How.
    pub link: Link,
    /// The condition of a dependency.
    pub condition: Option<String>,
}

/// How two objects are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A service starts after another.
    DependsOn,
    /// A service keeps data in a volume.
    Mounts,
    /// A service is in a network.
    Joins,
}

impl Link {
    /// Every way.
    pub const ALL: &'static [Self] = &[Self::DependsOn, Self::Mounts, Self::Joins];

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DependsOn => "depends_on",
            Self::Mounts => "mounts",
            Self::Joins => "joins",
        }
    }
}

/// The graph of a compose file, also of one that is not valid; it is empty if the text is no YAML.
pub fn graph(rendered: &Rendered, text: &str) -> Graph {
    let limits = core_monitor_compose::Limits::default();
    let Ok(outline) = Value::read("compose.yaml", text, &limits) else { return Graph::default() };
    let mut graph = Graph::default();
    for kind in [NodeKind::Service, NodeKind::Volume, NodeKind::Network] {
        for entry in outline.get(kind.section()).map(Value::entries).unwrap_or_default() {
            graph.add(kind, &entry.key, rendered);
        }
    }
    for service in outline.get("services").map(Value::entries).unwrap_or_default() {
        graph.dependencies(&service.key, &service.value);
        graph.mounts(&service.key, &service.value);
        graph.networks(&service.key, &service.value, rendered);
    }
    graph
}

impl Graph {
    fn add(&mut self, kind: NodeKind, name: &str, rendered: &Rendered) {
        let id = kind.id(name);
        if self.nodes.iter().any(|node| node.id == id) {
            return;
        }
        let writer = rendered.section(kind.section()).find(|object| object.name == name);
        let component = writer.map(|object| object.chosen);
        self.nodes.push(Node { id, kind, label: name.to_owned(), component });
    }

    fn join(&mut self, service: &str, to: (NodeKind, &str), link: Link, condition: Option<String>) {
        let (source, target) = (NodeKind::Service.id(service), to.0.id(to.1));
        if self.nodes.iter().any(|node| node.id == target) {
            self.edges.push(Edge { source, target, link, condition });
        }
    }

    fn dependencies(&mut self, name: &str, service: &Value) {
        let Some(dependencies) = service.get("depends_on") else { return };
        for entry in dependencies.entries() {
            let condition = entry.value.get("condition").and_then(Value::text).map(str::to_owned);
            self.join(name, (NodeKind::Service, &entry.key), Link::DependsOn, condition);
        }
        for item in dependencies.items().iter().filter_map(Value::text) {
            let started = Some("service_started".to_owned());
            self.join(name, (NodeKind::Service, item), Link::DependsOn, started);
        }
    }

    fn mounts(&mut self, name: &str, service: &Value) {
        let mounts = service.get("volumes").map(Value::items).unwrap_or_default();
        for mount in mounts {
            let source = match mount.text() {
                Some(short) => short.split(':').next(),
                None => mount.get("source").and_then(Value::text),
            };
            if let Some(source) = source {
                self.join(name, (NodeKind::Volume, source), Link::Mounts, None);
            }
        }
    }

    fn networks(&mut self, name: &str, service: &Value, rendered: &Rendered) {
        if service.get("network_mode").is_some() {
            return;
        }
        let joined: Vec<String> = match service.get("networks") {
            Some(networks) => {
                let short = networks.items().iter().filter_map(Value::text).map(str::to_owned);
                short.chain(networks.entries().iter().map(|entry| entry.key.clone())).collect()
            }
            None => vec!["default".to_owned()],
        };
        for network in joined {
            if network == "default" {
                self.add(NodeKind::Network, &network, rendered);
            }
            self.join(name, (NodeKind::Network, &network), Link::Joins, None);
        }
    }
}
