//! Ports and networks.

use core_monitor_domain::desired::{Attachment, ContainerSpec, IpamPool, NetworkSpec, Port, Protocol};
use core_monitor_domain::effect::{Effect, EffectOutcome};
use serde_json::json;

use super::{check, compare, docker_bench, get, strings, words};
use crate::bench::idle;

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
async fn endpoints() {
    docker_bench("endpoints", |bench| {
        Box::pin(async move {
            let network = NetworkSpec {
                name: bench.name("front"),
                internal: true,
                attachable: true,
                driver_opts: strings(&[("com.docker.network.bridge.enable_icc", "false")]),
                ipam_options: strings(&[("pool", "small")]),
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
                ("/IPAM/Options", json!({"pool": "small"})),
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
