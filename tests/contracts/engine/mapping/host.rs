//! Access to the host.

use core_monitor_domain::desired::{
    Blkio, ContainerSpec, Device, DeviceRequest, NamespaceMode, NetworkMode, Resources, Ulimit,
};
use serde_json::{Value, json};

use super::{check, docker_bench, strings, words};
use crate::bench::idle;

#[tokio::test]
async fn rights() {
    docker_bench("rights", |bench| {
        Box::pin(async move {
            let spec = ContainerSpec {
                cap_add: words(&["NET_ADMIN"]),
                cap_drop: words(&["ALL"]),
                read_only: true,
                group_add: words(&["7"]),
                security_opt: words(&["no-new-privileges:true"]),
                devices: vec![Device {
                    host: "/dev/null".into(),
                    container: "/dev/nothing".into(),
                    permissions: "r".into(),
                }],
                device_cgroup_rules: words(&["c 1:3 r"]),
                sysctls: strings(&[("net.core.somaxconn", "1024")]),
                ulimits: [("nofile".to_owned(), Ulimit { soft: 100, hard: 200 })].into(),
                ..idle()
            };
            let expected = [
                ("/HostConfig/CapAdd", json!(["CAP_NET_ADMIN"])),
                ("/HostConfig/CapDrop", json!(["ALL"])),
                ("/HostConfig/ReadonlyRootfs", json!(true)),
                ("/HostConfig/GroupAdd", json!(["7"])),
                ("/HostConfig/SecurityOpt", json!(["no-new-privileges:true"])),
                (
                    "/HostConfig/Devices",
                    json!([{"PathOnHost": "/dev/null", "PathInContainer": "/dev/nothing", "CgroupPermissions": "r"}]),
                ),
                ("/HostConfig/DeviceCgroupRules", json!(["c 1:3 r"])),
                ("/HostConfig/Sysctls", json!({"net.core.somaxconn": "1024"})),
                ("/HostConfig/Ulimits", json!([{"Name": "nofile", "Soft": 100, "Hard": 200}])),
            ];
            check(bench, bench.container("web", spec), &expected).await;
            let spec = ContainerSpec {
                privileged: true,
                security_opt: words(&["systempaths=unconfined", "seccomp=unconfined"]),
                ..idle()
            };
            let expected = [
                ("/HostConfig/Privileged", json!(true)),
                ("/HostConfig/MaskedPaths", json!([])),
                ("/HostConfig/ReadonlyPaths", json!([])),
            ];
            check(bench, bench.container("root", spec), &expected).await;
        })
    })
    .await;
}

#[tokio::test]
async fn namespaces() {
    docker_bench("namespaces", |bench| {
        Box::pin(async move {
            let spec = ContainerSpec {
                pid: NamespaceMode::Engine { mode: "host".into() },
                ipc: NamespaceMode::Engine { mode: "shareable".into() },
                uts: Some("host".into()),
                cgroup: Some("private".into()),
                userns: Some("host".into()),
                network_mode: NetworkMode::Host,
                ..idle()
            };
            let expected = [
                ("/HostConfig/PidMode", json!("host")),
                ("/HostConfig/IpcMode", json!("shareable")),
                ("/HostConfig/UTSMode", json!("host")),
                ("/HostConfig/CgroupnsMode", json!("private")),
                ("/HostConfig/UsernsMode", json!("host")),
                ("/HostConfig/NetworkMode", json!("host")),
            ];
            let parent = check(bench, bench.container("parent", spec), &expected).await;
            let db = || "db".parse().unwrap();
            let spec = ContainerSpec {
                pid: NamespaceMode::Service { service: db() },
                ipc: NamespaceMode::Service { service: db() },
                network_mode: NetworkMode::Service { service: db() },
                ..idle()
            };
            let mut child = bench.container("child", spec);
            child.parents = [(db(), parent.clone())].into();
            let shared = json!(format!("container:{parent}"));
            let expected = [
                ("/HostConfig/PidMode", shared.clone()),
                ("/HostConfig/IpcMode", shared.clone()),
                ("/HostConfig/NetworkMode", shared),
            ];
            check(bench, child, &expected).await;
        })
    })
    .await;
}

#[tokio::test]
async fn resources() {
    docker_bench("resources", |bench| {
        Box::pin(async move {
            let resources = Resources {
                memory: Some(64 << 20),
                memory_reservation: Some(32 << 20),
                nano_cpus: Some(500_000_000),
                cpu_shares: Some(512),
                cpuset: Some("0".into()),
                pids: Some(99),
                blkio: Some(Blkio::default()),
                device_requests: vec![DeviceRequest {
                    count: -1,
                    capabilities: vec![words(&["gpu"])],
                    ..DeviceRequest::default()
                }],
                ..Resources::default()
            };
            let spec = ContainerSpec { resources, shm_size: Some(1 << 20), oom_score_adj: 100, ..idle() };
            let expected = [
                ("/HostConfig/Memory", json!(64 << 20)),
                ("/HostConfig/MemoryReservation", json!(32 << 20)),
                ("/HostConfig/NanoCpus", json!(500_000_000)),
                ("/HostConfig/CpuShares", json!(512)),
                ("/HostConfig/CpusetCpus", json!("0")),
                ("/HostConfig/PidsLimit", json!(99)),
                ("/HostConfig/DeviceRequests/0/Count", json!(-1)),
                ("/HostConfig/DeviceRequests/0/Capabilities", json!([["gpu"]])),
                ("/HostConfig/ShmSize", json!(1 << 20)),
                ("/HostConfig/OomScoreAdj", json!(100)),
            ];
            check(bench, bench.container("web", spec), &expected).await;
            let quota = Resources {
                cpu_period: Some(100_000),
                cpu_quota: Some(50_000),
                pids: Some(0),
                ..Resources::default()
            };
            let expected = [
                ("/HostConfig/CpuPeriod", json!(100_000)),
                ("/HostConfig/CpuQuota", json!(50_000)),
                ("/HostConfig/PidsLimit", Value::Null),
            ];
            let spec = ContainerSpec { resources: quota, ..idle() };
            check(bench, bench.container("quota", spec), &expected).await;
        })
    })
    .await;
}
