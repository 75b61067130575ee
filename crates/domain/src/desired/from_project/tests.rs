use core_monitor_compose::Project;
use serde_json::json;

use super::*;
use crate::desired::{HealthcheckTest, MountKind, NetworkMode, RestartPolicy};
use crate::ids::Slot;

fn desired(model: serde_json::Value) -> Result<DesiredStack, DesiredError> {
    DesiredStack::from_project(&serde_json::from_value::<Project>(model).unwrap())
}

fn one_service(service: serde_json::Value) -> Result<ServiceSpec, DesiredError> {
    let mut service = service;
    service["image"] = "app:1".into();
    let stack = desired(json!({
        "name": "shop",
        "services": { "app": service },
        "networks": { "back": { "name": "shop_back" }, "front": { "name": "shop_front" } },
        "volumes": { "data": { "name": "shop_data" } },
    }))?;
    Ok(stack.services[0].clone())
}

fn refusal(service: serde_json::Value) -> String {
    one_service(service).unwrap_err().to_string()
}

#[test]
fn names_are_those_of_docker_compose() {
    let service = one_service(json!({})).unwrap();
    let stack = "shop".parse().unwrap();
    assert_eq!(service.container_name(&stack, Slot(2)), "shop-app-2");
    let service = one_service(json!({ "container_name": "mine" })).unwrap();
    assert_eq!(service.container_name(&stack, Slot(1)), "mine");
}

#[test]
fn the_network_with_the_highest_priority_is_joined_first() {
    let service = one_service(json!({ "networks": { "back": null, "front": { "priority": 5 } } })).unwrap();
    let names: Vec<_> =
        service.container.network_mode.attachments().iter().map(|a| a.network.as_str()).collect();
    assert_eq!(names, ["shop_front", "shop_back"]);
}

#[test]
fn a_volume_is_mounted_under_its_name_on_the_engine() {
    let service =
        one_service(json!({ "volumes": [{ "type": "volume", "source": "data", "target": "/d" }] })).unwrap();
    assert!(
        matches!(&service.container.mounts[0].kind, MountKind::Volume { name: Some(name), .. } if name == "shop_data")
    );
}

#[test]
fn the_deploy_section_wins() {
    let service = one_service(json!({
        "restart": "always",
        "mem_limit": "100",
        "cpus": 2.0,
        "deploy": {
            "replicas": 3,
            "restart_policy": { "condition": "on-failure", "max_attempts": 4 },
            "resources": { "limits": { "memory": "200", "cpus": 0.5 } },
            "placement": {},
        },
    }))
    .unwrap();
    assert_eq!(service.replicas, 3);
    assert_eq!(service.container.restart, RestartPolicy::OnFailure { max: 4 });
    assert_eq!(service.container.resources.memory, Some(200));
    assert_eq!(service.container.resources.nano_cpus, Some(500_000_000));
}

#[test]
fn a_job_is_declared_or_waited_for() {
    let jobs = desired(json!({
        "name": "shop",
        "services": {
            "migrate": { "image": "a" },
            "seed": { "image": "a", "restart": "no" },
            "web": { "image": "a", "depends_on": {
                "migrate": { "condition": "service_completed_successfully", "required": true } } },
        },
    }))
    .unwrap();
    let jobs: Vec<_> = jobs.services.iter().map(|s| (s.name.as_str(), s.is_job)).collect();
    assert_eq!(jobs, [("migrate", true), ("seed", true), ("web", false)]);
}

#[test]
fn shared_namespaces_stay_references() {
    let service = one_service(json!({ "network_mode": "service:db", "pid": "host" })).unwrap();
    assert_eq!(service.container.network_mode, NetworkMode::Service { service: "db".parse().unwrap() });
}

#[test]
fn a_health_check_keeps_its_form() {
    let test = |test: serde_json::Value| {
        one_service(json!({ "healthcheck": { "test": test } }))
            .unwrap()
            .container
            .healthcheck
            .clone()
            .unwrap()
            .test
    };
    assert_eq!(test(json!(["CMD-SHELL", "curl -f x"])), HealthcheckTest::Shell("curl -f x".into()));
    assert_eq!(test(json!(["CMD", "a", "b"])), HealthcheckTest::Exec(vec!["a".into(), "b".into()]));
    assert_eq!(test(json!(["NONE"])), HealthcheckTest::Disabled);
    assert_eq!(test(json!([])), HealthcheckTest::Inherit);
}

#[test]
fn values_the_engine_would_reject_are_reported() {
    assert_eq!(
        refusal(json!({ "restart": "sometimes" })),
        "restart of `app`: `sometimes` is not a policy; use `no`, `always`, `unless-stopped` or `on-failure[:N]`"
    );
    assert_eq!(
        refusal(json!({ "labels": { "io.core-monitor.stack": "x" } })),
        "labels of `app`: `io.core-monitor.stack` is reserved; choose another prefix"
    );
    assert_eq!(
        refusal(json!({ "pull_policy": "weekly" })),
        "pull_policy of `app`: `weekly` is not supported yet; use `always`, `missing` or `never`"
    );
}

#[test]
fn gpus_are_requested_as_docker_compose_does() {
    let requests = |service| one_service(service).unwrap().container.resources.device_requests.clone();
    let all = requests(json!({ "gpus": [{ "count": -1 }] }));
    assert_eq!((all[0].count, &all[0].capabilities), (-1, &vec![vec!["gpu".to_owned()]]));
    let some = requests(
        json!({ "gpus": [{ "capabilities": ["utility"], "device_ids": ["0"], "driver": "nvidia" }] }),
    );
    assert_eq!((some[0].count, some[0].driver.as_str()), (0, "nvidia"));
    assert_eq!(some[0].capabilities, [["utility", "gpu"]]);
    // Reserved devices say themselves what they need.
    let devices = json!({ "resources": { "reservations": { "devices": [{ "capabilities": ["tpu"] }] } } });
    assert_eq!(requests(json!({ "deploy": devices }))[0].capabilities, [["tpu"]]);
}

#[test]
fn each_field_of_a_device_request_counts() {
    let hash = |gpu: serde_json::Value| one_service(json!({ "gpus": [gpu] })).unwrap().hash;
    let plain = hash(json!({ "count": 1 }));
    for other in [
        json!({ "count": 2 }),
        json!({ "count": 1, "driver": "nvidia" }),
        json!({ "count": 1, "device_ids": ["0"] }),
        json!({ "count": 1, "capabilities": ["utility"] }),
        json!({ "count": 1, "options": { "a": "b" } }),
    ] {
        assert_ne!(plain, hash(other.clone()), "{other}");
    }
}
