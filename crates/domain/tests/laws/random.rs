//! Random definitions.

use std::collections::BTreeSet;

use core_monitor_compose::Project;
use proptest::prelude::*;
use serde_json::{Value, json};

#[derive(Debug, Clone)]
pub(super) struct ServiceCase {
    pub(super) image: u8,
    replicas: u32,
    environment: u8,
    networks: [bool; 2],
    volume: bool,
    anonymous: bool,
    job: bool,
    /// For each earlier service: nothing, started, healthy, completed, started with restart.
    needs: Vec<u8>,
    shares_network_of_first: bool,
    renamed: bool,
    /// A config with inline content, and hooks.
    extras: bool,
    /// Built from one of these definitions instead of pulled.
    build: Option<u8>,
}

#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) services: Vec<Option<ServiceCase>>,
    internal: [bool; 2],
}

fn service_case() -> impl Strategy<Value = ServiceCase> {
    (
        (0..3u8, 0..3u32, 0..3u8, any::<[bool; 2]>()),
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2)),
        prop::collection::vec(0..6u8, 4),
        (
            prop::bool::weighted(0.4),
            prop::bool::weighted(0.15),
            prop::bool::weighted(0.3),
            prop::option::weighted(0.3, 0..3u8),
        ),
    )
        .prop_map(
            |((image, replicas, environment, networks), (volume, anonymous, job), needs, others)| {
                let (shares, renamed, extras, build) = others;
                ServiceCase {
                    image,
                    replicas,
                    environment,
                    networks,
                    volume,
                    anonymous,
                    job,
                    needs,
                    shares_network_of_first: shares,
                    renamed,
                    extras,
                    build,
                }
            },
        )
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    (prop::collection::vec(prop::option::weighted(0.8, service_case()), 4), any::<[bool; 2]>())
        .prop_map(|(services, internal)| Case { services, internal })
}

/// The case as a project from the loader.
pub(super) fn project(case: &Case) -> Project {
    let mut services = serde_json::Map::new();
    for (index, service) in case.services.iter().enumerate() {
        if let Some(service) = service {
            services.insert(format!("s{index}"), service_json(case, index, service));
        }
    }
    serde_json::from_value(json!({
        "name": "law",
        "services": services,
        "networks": {
            "n0": { "name": "law_n0", "internal": case.internal[0] },
            "n1": { "name": "law_n1", "internal": case.internal[1] },
        },
        "volumes": { "data": { "name": "law_data" } },
        "configs": { "page": { "name": "law_page", "content": "hello" } },
    }))
    .unwrap()
}

fn service_json(case: &Case, index: usize, service: &ServiceCase) -> Value {
    let mut depends_on = serde_json::Map::new();
    for (earlier, need) in service.needs.iter().enumerate().take(index) {
        let Some(Some(other)) = case.services.get(earlier) else { continue };
        let condition = match need {
            1 | 4 => "service_started",
            2 if !other.job => "service_healthy",
            3 if other.job => "service_completed_successfully",
            _ => continue,
        };
        depends_on.insert(
            format!("s{earlier}"),
            json!({ "condition": condition, "restart": *need == 4, "required": true }),
        );
    }
    let mut networks = serde_json::Map::new();
    for (n, member) in service.networks.iter().enumerate() {
        if *member {
            networks.insert(format!("n{n}"), Value::Null);
        }
    }
    let mut json = json!({
        "image": format!("app:{}", service.image),
        "scale": service.replicas,
        "environment": { "E": service.environment.to_string() },
        "volumes": [],
    });
    if service.job {
        json["restart"] = "no".into();
    } else {
        json["restart"] = "always".into();
        json["healthcheck"] = json!({ "test": ["CMD", "true"] });
    }
    if service.volume {
        json["volumes"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "type": "volume", "source": "data", "target": "/d" }));
    }
    if service.anonymous {
        json["volumes"].as_array_mut().unwrap().push(json!({ "type": "volume", "target": "/anonymous" }));
    }
    if let Some(generation) = service.build {
        // A separate name, since two builds with one name are rejected.
        json["image"] = format!("built:{index}").into();
        json["build"] = json!({ "context": "/law", "dockerfile_inline": format!("FROM base:{generation}") });
    }
    if service.extras {
        json["configs"] = json!([{ "source": "page" }]);
        json["post_start"] = json!([{ "command": ["one"] }, { "command": ["two"] }]);
        json["pre_stop"] = json!([{ "command": ["flush"] }]);
    }
    if service.renamed && service.replicas == 1 {
        json["container_name"] = format!("chosen{}", service.environment).into();
    }
    if service.replicas == 1 {
        json["ports"] = json!([{ "target": 80, "published": (8000 + index + usize::from(service.environment)).to_string(), "protocol": "tcp", "mode": "ingress" }]);
    }
    let first = case.services.first().and_then(Option::as_ref);
    if index > 0 && service.shares_network_of_first && first.is_some_and(|first| first.replicas > 0) {
        json["network_mode"] = "service:s0".into();
        json.as_object_mut().unwrap().remove("ports");
        depends_on
            .entry("s0")
            .or_insert(json!({ "condition": "service_started", "restart": true, "required": true }));
    } else {
        json["networks"] = networks.into();
    }
    json["depends_on"] = depends_on.into();
    json
}

/// Two services with the same port or name are rejected deliberately; such cases are skipped.
pub(super) fn is_plannable(case: &Case) -> bool {
    let single = |service: &&ServiceCase| service.replicas == 1;
    let mut ports = BTreeSet::new();
    let mut names = BTreeSet::new();
    case.services
        .iter()
        .enumerate()
        .filter_map(|(i, s)| Some((i, s.as_ref()?)))
        .filter(|(_, s)| single(s))
        .all(|(index, service)| {
            let port = ports.insert(index + usize::from(service.environment));
            let name = !service.renamed || names.insert(service.environment);
            port && name
        })
}
