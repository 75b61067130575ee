//! `deploy` and `gpus`.

use super::said;
use crate::Code;
use crate::cursor::Cursor;
use crate::model::{
    Deploy, DeployResources, DeviceRequest, DiscreteResource, GenericResource, Placement,
    PlacementPreference, ResourceLimits, ResourceReservations, RestartPolicy, UpdateConfig,
};

pub(super) fn deploy(cursor: &Cursor<'_>) -> Deploy {
    Deploy {
        mode: cursor.text_at("mode"),
        replicas: cursor.integer_at("replicas"),
        labels: cursor.labels_at("labels"),
        update_config: cursor.get("update_config").map(|config| update_config(&config)),
        rollback_config: cursor.get("rollback_config").map(|config| update_config(&config)),
        resources: cursor.get("resources").map(|resources| self::resources(&resources)).unwrap_or_default(),
        restart_policy: cursor.get("restart_policy").map(|policy| restart_policy(&policy)),
        placement: cursor.get("placement").map(|placement| self::placement(&placement)).unwrap_or_default(),
        endpoint_mode: cursor.text_at("endpoint_mode"),
        extensions: cursor.extensions(),
    }
}

fn update_config(cursor: &Cursor<'_>) -> UpdateConfig {
    UpdateConfig {
        parallelism: cursor.integer_at("parallelism"),
        delay: cursor.duration_at("delay"),
        failure_action: cursor.text_at("failure_action"),
        monitor: cursor.duration_at("monitor"),
        max_failure_ratio: cursor.float_at("max_failure_ratio"),
        order: cursor.text_at("order"),
        extensions: cursor.extensions(),
    }
}

fn resources(cursor: &Cursor<'_>) -> DeployResources {
    DeployResources {
        limits: cursor.get("limits").map(|limits| ResourceLimits {
            cpus: limits.float_at("cpus"),
            memory: limits.bytes_at("memory"),
            pids: limits.count_at("pids"),
            extensions: limits.extensions(),
        }),
        reservations: cursor.get("reservations").map(|reservations| ResourceReservations {
            cpus: reservations.float_at("cpus"),
            memory: reservations.bytes_at("memory"),
            devices: reservations
                .get("devices")
                .map(|devices| devices.items().map(|device| device_request(&device)).collect())
                .unwrap_or_default(),
            generic_resources: reservations
                .get("generic_resources")
                .map(|list| list.items().map(|item| generic_resource(&item)).collect())
                .unwrap_or_default(),
            extensions: reservations.extensions(),
        }),
        extensions: cursor.extensions(),
    }
}

fn generic_resource(cursor: &Cursor<'_>) -> GenericResource {
    GenericResource {
        discrete_resource_spec: cursor.get("discrete_resource_spec").map(|discrete| DiscreteResource {
            kind: discrete.text_at("kind").unwrap_or_default(),
            value: discrete.integer_at("value").unwrap_or_default(),
            extensions: discrete.extensions(),
        }),
        extensions: cursor.extensions(),
    }
}

fn restart_policy(cursor: &Cursor<'_>) -> RestartPolicy {
    RestartPolicy {
        condition: cursor.text_at("condition"),
        delay: cursor.duration_at("delay"),
        max_attempts: cursor.integer_at("max_attempts"),
        window: cursor.duration_at("window"),
        extensions: cursor.extensions(),
    }
}

fn placement(cursor: &Cursor<'_>) -> Placement {
    Placement {
        constraints: cursor.strings_at("constraints"),
        preferences: cursor
            .get("preferences")
            .map(|list| {
                list.items()
                    .map(|item| PlacementPreference {
                        spread: item.text_at("spread"),
                        extensions: item.extensions(),
                    })
                    .collect()
            })
            .unwrap_or_default(),
        max_replicas_per_node: cursor.integer_at("max_replicas_per_node"),
        extensions: cursor.extensions(),
    }
}

/// `gpus: all`, or a list of requests.
pub(super) fn gpus(service: &Cursor<'_>) -> Vec<DeviceRequest> {
    let Some(written) = service.get("gpus") else { return Vec::new() };
    if written.text() == Some("all") {
        return vec![DeviceRequest { count: Some(ALL), ..DeviceRequest::default() }];
    }
    written.items().map(|item| device_request(&item)).collect()
}

const ALL: i64 = -1;

fn device_request(cursor: &Cursor<'_>) -> DeviceRequest {
    let device_ids = cursor.strings_at("device_ids");
    let count = match cursor.get("count") {
        Some(count) if count.text() == Some("all") => Some(ALL),
        Some(count) => {
            if cursor.get("device_ids").is_some() {
                let message = said::count_with_device_ids(count.describe());
                count.fail(Code::Conflict, message);
            }
            cursor.integer_at("count")
        }
        None if device_ids.is_empty() => Some(ALL),
        None => None,
    };
    DeviceRequest {
        capabilities: cursor.strings_at("capabilities"),
        driver: cursor.text_at("driver"),
        count,
        device_ids,
        options: cursor.labels_at("options"),
    }
}
