//! From definition to `docker inspect`: every attribute arrives on the real engine as it would from docker compose.
//! The expectations were read off containers made by docker compose v2.40.3 from the same definitions.

use std::collections::BTreeMap;

use core_monitor_domain::desired::{
    Attachment, Blkio, ContainerSpec, Device, Healthcheck, HealthcheckTest, IpamPool, Logging, Mount,
    MountKind, NamespaceMode, NetworkMode, NetworkSpec, Port, Protocol, Resources, RestartPolicy, Ulimit,
    VolumeSpec,
};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::plan::InheritedVolume;
use core_monitor_domain::ports::{Effect, EffectOutcome, NewContainer};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use crate::bench::{Bench, WITH_VOLUME, idle};
use crate::docker;

/// The engine's own JSON, which models of it may not know all of.
async fn get(path: &str) -> Value {
    let request = format!("GET {path} HTTP/1.0\r\nHost: engine\r\n\r\n");
    let address = docker::address();
    let mut answer = Vec::new();
    if let Some(socket) = address.strip_prefix("unix://") {
        let mut stream = UnixStream::connect(socket).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_to_end(&mut answer).await.unwrap();
    } else {
        let mut stream = TcpStream::connect(address.trim_start_matches("tcp://")).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_to_end(&mut answer).await.unwrap();
    }
    let text = String::from_utf8(answer).unwrap();
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// Makes a container and compares parts of what the engine has.
async fn check(bench: &Bench, new: NewContainer, expected: &[(&str, Value)]) -> ContainerId {
    let id = bench.make(new).await;
    compare(&get(&format!("/containers/{id}/json")).await, expected);
    id
}

fn compare(found: &Value, expected: &[(&str, Value)]) {
    for (pointer, value) in expected {
        let part = found.pointer(pointer).unwrap_or(&Value::Null);
        assert_eq!(part, value, "{pointer} of {found:#}");
    }
}

fn strings(map: &[(&str, &str)]) -> BTreeMap<String, String> {
    map.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

async fn docker_bench(test: &str, run: impl for<'a> FnOnce(&'a Bench) -> futures::future::BoxFuture<'a, ()>) {
    let bench = Bench::docker(test).await;
    bench.run(run).await;
}

#[tokio::test]
async fn the_process() {
    docker_bench("the_process", |bench| {
        Box::pin(async move {
            let spec = ContainerSpec {
                command: Some(words(&["-c", "exec idle"])),
                entrypoint: Some(words(&["/bin/sh"])),
                environment: [("A".to_owned(), Some("1".to_owned())), ("PATH".to_owned(), None)].into(),
                user: Some("65534:65534".into()),
                working_dir: Some("/tmp".into()),
                hostname: Some("here".into()),
                domainname: Some("example.org".into()),
                tty: true,
                stdin_open: true,
                init: Some(true),
                stop_signal: Some("SIGINT".into()),
                stop_grace_ms: Some(1_500),
                runtime: Some("runc".into()),
                network_mode: NetworkMode::None,
                ..ContainerSpec::default()
            };
            let expected = [
                ("/Config/Cmd", json!(["-c", "exec idle"])),
                ("/Config/Entrypoint", json!(["/bin/sh"])),
                ("/Config/Env", json!(["A=1", "PATH"])),
                ("/Config/User", json!("65534:65534")),
                ("/Config/WorkingDir", json!("/tmp")),
                ("/Config/Hostname", json!("here")),
                ("/Config/Domainname", json!("example.org")),
                ("/Config/Tty", json!(true)),
                ("/Config/OpenStdin", json!(true)),
                ("/Config/StdinOnce", json!(false)),
                ("/Config/AttachStdin", json!(false)),
                ("/Config/AttachStdout", json!(true)),
                ("/Config/AttachStderr", json!(true)),
                ("/HostConfig/Init", json!(true)),
                ("/Config/StopSignal", json!("SIGINT")),
                ("/Config/StopTimeout", json!(2)),
                ("/HostConfig/Runtime", json!("runc")),
                ("/HostConfig/NetworkMode", json!("none")),
                ("/Config/Labels/io.core-monitor.slot", json!("1")),
            ];
            check(bench, bench.container("web", spec), &expected).await;
        })
    })
    .await;
}

#[tokio::test]
async fn what_a_definition_leaves_out() {
    docker_bench("what_a_definition_leaves_out", |bench| {
        Box::pin(async move {
            let expected = [
                ("/Config/Cmd", json!(["idle"])),
                ("/Config/Entrypoint", Value::Null),
                ("/Config/Env", json!(["PATH=/bin"])),
                ("/Config/Healthcheck", Value::Null),
                ("/Config/ExposedPorts", Value::Null),
                ("/HostConfig/Binds", Value::Null),
                ("/HostConfig/Mounts", Value::Null),
                ("/HostConfig/Init", Value::Null),
                ("/HostConfig/Memory", json!(0)),
                ("/HostConfig/PidsLimit", Value::Null),
                ("/HostConfig/OomKillDisable", json!(false)),
                ("/HostConfig/LogConfig/Type", json!("json-file")),
                ("/HostConfig/RestartPolicy", json!({"Name": "", "MaximumRetryCount": 0})),
                ("/HostConfig/ShmSize", json!(67_108_864)),
                ("/HostConfig/IpcMode", json!("private")),
                ("/HostConfig/PidMode", json!("")),
                ("/HostConfig/Privileged", json!(false)),
                ("/HostConfig/ReadonlyRootfs", json!(false)),
            ];
            let new = bench.container("web", ContainerSpec { command: None, ..idle() });
            check(bench, new, &expected).await;
        })
    })
    .await;
}

#[tokio::test]
async fn ports() {
    docker_bench("ports", |bench| {
        Box::pin(async move {
            let port = |target, protocol, host_ip: Option<&str>, published: Option<&str>| Port {
                target,
                protocol,
                host_ip: host_ip.map(Into::into),
                published: published.map(Into::into),
            };
            let spec = ContainerSpec {
                ports: vec![
                    port(80, Protocol::Tcp, Some("127.0.0.1"), Some("0")),
                    port(99, Protocol::Udp, None, Some("9999")),
                    port(22, Protocol::Tcp, None, Some("9300-9310")),
                    port(23, Protocol::Tcp, None, None),
                ],
                expose: words(&["7000/tcp"]),
                ..idle()
            };
            let expected = [
                (
                    "/HostConfig/PortBindings",
                    json!({
                        "22/tcp": [{"HostIp": "", "HostPort": "9300-9310"}],
                        "23/tcp": [{"HostIp": "", "HostPort": ""}],
                        "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "0"}],
                        "99/udp": [{"HostIp": "", "HostPort": "9999"}],
                    }),
                ),
                (
                    "/Config/ExposedPorts",
                    json!({"22/tcp": {}, "23/tcp": {}, "7000/tcp": {}, "80/tcp": {}, "99/udp": {}}),
                ),
            ];
            check(bench, bench.container("web", spec), &expected).await;
        })
    })
    .await;
}

#[tokio::test]
async fn health_checks() {
    docker_bench("health_checks", |bench| {
        Box::pin(async move {
            let with = |test| ContainerSpec {
                healthcheck: Some(Healthcheck {
                    test,
                    interval_ms: Some(5_000),
                    timeout_ms: Some(1_500),
                    start_period_ms: Some(250),
                    start_interval_ms: None,
                    retries: Some(4),
                }),
                ..idle()
            };
            let shell = json!({
                "Test": ["CMD-SHELL", "a && b"],
                "Interval": 5_000_000_000_i64,
                "Timeout": 1_500_000_000,
                "StartPeriod": 250_000_000,
                "Retries": 4,
            });
            let new = bench.container("shell", with(HealthcheckTest::Shell("a && b".into())));
            check(bench, new, &[("/Config/Healthcheck", shell)]).await;
            let new = bench.container("exec", with(HealthcheckTest::Exec(words(&["a", "b"]))));
            check(bench, new, &[("/Config/Healthcheck/Test", json!(["CMD", "a", "b"]))]).await;
            let new = bench.container("none", with(HealthcheckTest::Disabled));
            check(bench, new, &[("/Config/Healthcheck/Test", json!(["NONE"]))]).await;
        })
    })
    .await;
}

fn mount(target: &str, read_only: bool, kind: MountKind) -> Mount {
    Mount { target: target.to_owned(), read_only, kind, consistency: None }
}

fn bind(source: &str, create_host_path: bool, propagation: Option<&str>) -> MountKind {
    MountKind::Bind {
        source: source.to_owned(),
        create_host_path,
        propagation: propagation.map(Into::into),
        selinux: None,
        recursive: None,
    }
}

fn volume(name: Option<&str>, nocopy: bool) -> MountKind {
    MountKind::Volume { name: name.map(Into::into), nocopy, subpath: None, labels: [].into() }
}

#[tokio::test]
async fn mounts() {
    docker_bench("mounts", |bench| {
        Box::pin(async move {
            let name = bench.make_volume("data").await;
            let folder = tempfile::tempdir().unwrap();
            let made = folder.path().join("made").to_string_lossy().into_owned();
            let there = folder.path().to_string_lossy().into_owned();
            let spec = ContainerSpec {
                image: ImageRef::from(WITH_VOLUME),
                mounts: vec![
                    mount("/named", false, volume(Some(&name), false)),
                    mount("/anonymous", false, volume(None, false)),
                    mount("/short", true, bind(&made, true, None)),
                    mount("/long", false, bind(&there, false, None)),
                    mount("/uncopied", false, volume(Some(&name), true)),
                    mount("/memory", false, MountKind::Tmpfs { size: Some(1 << 20), mode: Some(0o700) }),
                    mount("/shared", false, bind(&there, true, Some("rprivate"))),
                ],
                tmpfs: strings(&[("/x", ""), ("/y", "size=1m")]),
                ..idle()
            };
            let expected = [
                ("/HostConfig/Binds", json!([format!("{name}:/named:rw"), format!("{made}:/short:ro")])),
                (
                    "/HostConfig/Mounts",
                    json!([
                        {"Type": "volume", "Target": "/anonymous", "VolumeOptions": {}},
                        {"Type": "bind", "Source": there, "Target": "/long", "BindOptions": {}},
                        {"Type": "tmpfs", "Target": "/memory", "TmpfsOptions": {"SizeBytes": 1_048_576, "Mode": 448}},
                        {"Type": "bind", "Source": there, "Target": "/shared",
                         "BindOptions": {"Propagation": "rprivate"}},
                        {"Type": "volume", "Source": name, "Target": "/uncopied",
                         "VolumeOptions": {"NoCopy": true}},
                    ]),
                ),
                ("/HostConfig/Tmpfs", json!({"/x": "", "/y": "size=1m"})),
            ];
            let id = check(bench, bench.container("web", spec), &expected).await;
            assert_eq!(bench.start(&id).await, "done");
            assert!(folder.path().join("made").is_dir(), "the engine makes the path of a short bind");
        })
    })
    .await;
}

#[tokio::test]
async fn volumes_of_others() {
    docker_bench("volumes_of_others", |bench| {
        Box::pin(async move {
            let parent = bench.make(bench.container("parent", idle())).await;
            let spec = ContainerSpec { volumes_from: words(&["db:ro"]), ..idle() };
            let mut child = bench.container("child", spec);
            child.parents = [("db".parse().unwrap(), parent.clone())].into();
            let expected = json!([format!("{parent}:ro")]);
            check(bench, child, &[("/HostConfig/VolumesFrom", expected)]).await;
        })
    })
    .await;
}

#[tokio::test]
async fn inherited_volumes() {
    docker_bench("inherited_volumes", |bench| {
        Box::pin(async move {
            let name = bench.make_volume("old").await;
            let spec = ContainerSpec {
                image: ImageRef::from(WITH_VOLUME),
                mounts: vec![mount("/anonymous", false, volume(None, false))],
                ..idle()
            };
            let mut new = bench.container("web", spec);
            let inherit = |target: &str| InheritedVolume { name: name.clone(), target: target.to_owned() };
            new.inherited = vec![inherit("/data"), inherit("/anonymous")];
            let expected = json!([
                {"Type": "volume", "Source": name, "Target": "/anonymous"},
                {"Type": "volume", "Source": name, "Target": "/data"},
            ]);
            check(bench, new, &[("/HostConfig/Mounts", expected)]).await;
        })
    })
    .await;
}

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
                ("/HostConfig/CapAdd", json!(["NET_ADMIN"])),
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

#[tokio::test]
async fn restart_and_logging() {
    docker_bench("restart_and_logging", |bench| {
        Box::pin(async move {
            let policies = [
                ("always", RestartPolicy::Always, json!({"Name": "always", "MaximumRetryCount": 0})),
                (
                    "unless",
                    RestartPolicy::UnlessStopped,
                    json!({"Name": "unless-stopped", "MaximumRetryCount": 0}),
                ),
                (
                    "failure",
                    RestartPolicy::OnFailure { max: 3 },
                    json!({"Name": "on-failure", "MaximumRetryCount": 3}),
                ),
            ];
            for (part, restart, expected) in policies {
                let new = bench.container(part, ContainerSpec { restart, ..idle() });
                check(bench, new, &[("/HostConfig/RestartPolicy", expected)]).await;
            }
            let logging = |driver: Option<&str>, options: &[(&str, &str)]| ContainerSpec {
                logging: Some(Logging { driver: driver.map(Into::into), options: strings(options) }),
                ..idle()
            };
            let new = bench.container("default", logging(None, &[("max-size", "1m")]));
            let expected = json!({"Type": "json-file", "Config": {"max-size": "1m"}});
            check(bench, new, &[("/HostConfig/LogConfig", expected)]).await;
            let new = bench.container("none", logging(Some("none"), &[]));
            check(bench, new, &[("/HostConfig/LogConfig/Type", json!("none"))]).await;
        })
    })
    .await;
}

#[tokio::test]
async fn endpoints() {
    docker_bench("endpoints", |bench| {
        Box::pin(async move {
            let network = NetworkSpec {
                name: bench.name("front"),
                internal: true,
                attachable: true,
                driver_opts: strings(&[("com.docker.network.bridge.enable_icc", "false")]),
                ipam_pools: vec![IpamPool {
                    subnet: Some("10.248.0.0/24".into()),
                    ip_range: Some("10.248.0.128/25".into()),
                    gateway: Some("10.248.0.1".into()),
                    aux_addresses: strings(&[("router", "10.248.0.5")]),
                }],
                ..NetworkSpec::default()
            };
            let made = bench.perform(Effect::CreateNetwork { network, labels: bench.labels() }).await;
            let Ok(EffectOutcome::Network { id }) = made else { panic!("no network: {made:?}") };
            let expected = [
                ("/Internal", json!(true)),
                ("/Attachable", json!(true)),
                ("/Driver", json!("bridge")),
                ("/EnableIPv6", json!(false)),
                ("/Options", json!({"com.docker.network.bridge.enable_icc": "false"})),
                (
                    "/IPAM/Config",
                    json!([{
                        "Subnet": "10.248.0.0/24",
                        "IPRange": "10.248.0.128/25",
                        "Gateway": "10.248.0.1",
                        "AuxiliaryAddresses": {"router": "10.248.0.5"},
                    }]),
                ),
                ("/Labels/io.core-monitor.service", json!("web")),
            ];
            compare(&get(&format!("/networks/{id}")).await, &expected);
            let mut new = bench.attached("web", &[(&id, "front")]);
            new.spec.dns = words(&["1.1.1.1"]);
            new.spec.dns_search = words(&["example.org"]);
            new.spec.dns_opt = words(&["ndots:1"]);
            new.spec.extra_hosts = words(&["db:10.0.0.1"]);
            new.spec.mac_address = Some("02:42:ac:11:65:43".into());
            new.attachments[0].1 = Attachment {
                aliases: words(&["web", "api"]),
                ipv4_address: Some("10.248.0.200".into()),
                ..bench.attachment("front")
            };
            let end = format!("/NetworkSettings/Networks/{}", bench.name("front"));
            let at = |field: &str| format!("{end}/{field}");
            let (ipam, net, mac) = (at("IPAMConfig"), at("NetworkID"), at("MacAddress"));
            let expected = [
                (ipam.as_str(), json!({"IPv4Address": "10.248.0.200"})),
                (net.as_str(), json!(id.as_str())),
                ("/HostConfig/NetworkMode", json!(bench.name("front"))),
                ("/HostConfig/Dns", json!(["1.1.1.1"])),
                ("/HostConfig/DnsSearch", json!(["example.org"])),
                ("/HostConfig/DnsOptions", json!(["ndots:1"])),
                ("/HostConfig/ExtraHosts", json!(["db:10.0.0.1"])),
            ];
            let id = check(bench, new, &expected).await;
            assert_eq!(bench.start(&id).await, "done");
            let expected = [(mac.as_str(), json!("02:42:ac:11:65:43"))];
            compare(&get(&format!("/containers/{id}/json")).await, &expected);
        })
    })
    .await;
}

#[tokio::test]
async fn links() {
    docker_bench("links", |bench| {
        Box::pin(async move {
            let network = bench.make_network("front").await;
            let other = bench.make(bench.attached("db", &[(&network, "front")])).await;
            assert_eq!(bench.start(&other).await, "done");
            let mut new = bench.attached("web", &[(&network, "front")]);
            new.attachments[0].1.links = vec![format!("{}:database", bench.name("db"))];
            let pointer = format!("/NetworkSettings/Networks/{}/Links", bench.name("front"));
            let expected = json!([format!("{}:database", bench.name("db"))]);
            let id = check(bench, new, &[(pointer.as_str(), expected)]).await;
            assert_eq!(bench.start(&id).await, "done");
        })
    })
    .await;
}

#[tokio::test]
async fn volumes() {
    docker_bench("volumes", |bench| {
        Box::pin(async move {
            let volume = VolumeSpec {
                name: bench.name("data"),
                driver: Some("local".into()),
                driver_opts: strings(&[("type", "tmpfs"), ("device", "tmpfs"), ("o", "size=1m")]),
                ..VolumeSpec::default()
            };
            let effect = Effect::CreateVolume { volume, labels: bench.labels() };
            assert_eq!(bench.act(effect).await, "done");
            let expected = [
                ("/Driver", json!("local")),
                ("/Options", json!({"type": "tmpfs", "device": "tmpfs", "o": "size=1m"})),
                ("/Labels", json!(bench.labels())),
            ];
            compare(&get(&format!("/volumes/{}", bench.name("data"))).await, &expected);
        })
    })
    .await;
}

#[tokio::test]
async fn a_terminals_output_is_read_whole() {
    docker_bench("a_terminals_output_is_read_whole", |bench| {
        Box::pin(async move {
            let spec = ContainerSpec {
                command: Some(words(&["sh", "-c", "printf '\\033[31mred\\033[0m\\nrest'"])),
                tty: true,
                ..idle()
            };
            let id = bench.make(bench.container("web", spec)).await;
            assert_eq!(bench.start(&id).await, "done");
            bench.wait(&id, "the end", |c| !c.state.is_up()).await;
            let lines = bench.engine.tail_logs(&id, 10).await.unwrap();
            let shown: Vec<_> = lines.iter().map(|line| (line.stderr, line.text.as_str())).collect();
            assert_eq!(shown, [(false, "red"), (false, "rest")]);
        })
    })
    .await;
}
