//! Tests the body of the create call. `tests/contracts` checks the result on a real engine.

use core_monitor_domain::desired::{
    Attachment, ContainerSpec, Healthcheck, HealthcheckTest, Mount, MountKind, NamespaceMode, NetworkMode,
    Port, Protocol,
};
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::plan::InheritedVolume;

use super::*;

const OLD: ApiVersion = ApiVersion { major: 1, minor: 41 };
const NEW: ApiVersion = ApiVersion { major: 1, minor: 44 };

fn new(spec: ContainerSpec) -> NewContainer {
    NewContainer {
        name: "web-1".into(),
        image: ImageRef::from("app:1"),
        spec,
        labels: [("k".to_owned(), "v".to_owned())].into(),
        attachments: Vec::new(),
        inherited: Vec::new(),
        parents: [].into(),
    }
}

fn check(new: &NewContainer, api: ApiVersion, pointer: &str, expected: &str) {
    let body = call(new, api).unwrap().body;
    let found = body.pointer(pointer).map(Value::to_string);
    assert_eq!(found.as_deref().unwrap_or("absent"), expected, "{pointer} of {body:#}");
}

#[test]
fn an_empty_list_clears_and_an_absent_one_keeps() {
    let keep = new(ContainerSpec::default());
    check(&keep, OLD, "/Cmd", "absent");
    check(&keep, OLD, "/Entrypoint", "absent");
    let clear = new(ContainerSpec {
        command: Some(Vec::new()),
        entrypoint: Some(Vec::new()),
        ..ContainerSpec::default()
    });
    check(&clear, OLD, "/Cmd", "[]");
    check(&clear, OLD, "/Entrypoint", "[]");
}

#[test]
fn a_variable_without_value_unsets() {
    let environment = [("A".to_owned(), None), ("B".to_owned(), Some(String::new()))].into();
    check(&new(ContainerSpec { environment, ..ContainerSpec::default() }), OLD, "/Env", r#"["A","B="]"#);
}

#[test]
fn ports_are_published_on_every_address_they_name() {
    let port = |host_ip: Option<&str>, published: Option<&str>| Port {
        target: 80,
        protocol: Protocol::Tcp,
        host_ip: host_ip.map(Into::into),
        published: published.map(Into::into),
    };
    let spec = ContainerSpec {
        ports: vec![port(None, Some("8000-8010")), port(Some("127.0.0.1"), None)],
        expose: vec!["90/udp".into()],
        ..ContainerSpec::default()
    };
    check(
        &new(spec.clone()),
        OLD,
        "/HostConfig/PortBindings",
        r#"{"80/tcp":[{"HostIp":"","HostPort":"8000-8010"},{"HostIp":"127.0.0.1","HostPort":""}]}"#,
    );
    check(&new(spec), OLD, "/ExposedPorts", r#"{"80/tcp":{},"90/udp":{}}"#);
}

fn mounted(kinds: &[(&str, MountKind)]) -> NewContainer {
    let mount = |(target, kind): &(&str, MountKind)| Mount {
        target: (*target).to_owned(),
        read_only: false,
        kind: kind.clone(),
        consistency: None,
    };
    new(ContainerSpec { mounts: kinds.iter().map(mount).collect(), ..ContainerSpec::default() })
}

fn volume(name: Option<&str>) -> MountKind {
    MountKind::Volume { name: name.map(Into::into), nocopy: false, subpath: None, labels: [].into() }
}

fn bind(source: &str, create_host_path: bool) -> MountKind {
    let source = source.to_owned();
    MountKind::Bind { source, create_host_path, propagation: None, selinux: None, recursive: None }
}

#[test]
fn binds_create_host_paths_and_mounts_do_not() {
    let new =
        mounted(&[("/b", bind("/src", true)), ("/a", volume(Some("data"))), ("/c", bind("/strict", false))]);
    check(&new, OLD, "/HostConfig/Binds", r#"["/src:/b:rw","data:/a:rw"]"#);
    let strict = r#"[{"BindOptions":{},"Source":"/strict","Target":"/c","Type":"bind"}]"#;
    check(&new, OLD, "/HostConfig/Mounts", strict);
}

#[test]
fn a_path_with_a_colon_is_not_a_bind() {
    let new = mounted(&[("/b", bind("/a:b", true))]);
    check(&new, OLD, "/HostConfig/Binds", "absent");
    check(&new, OLD, "/HostConfig/Mounts/0/Source", r#""/a:b""#);
}

#[test]
fn an_inherited_volume_replaces_an_anonymous_one() {
    let mut new = mounted(&[("/data", volume(None))]);
    check(&new, OLD, "/HostConfig/Mounts", r#"[{"Target":"/data","Type":"volume","VolumeOptions":{}}]"#);
    new.inherited = vec![InheritedVolume { name: "0ld".into(), target: "/data".into() }];
    check(&new, OLD, "/HostConfig/Mounts", r#"[{"Source":"0ld","Target":"/data","Type":"volume"}]"#);
}

#[test]
fn references_to_services_become_containers() {
    let mut new = new(ContainerSpec {
        network_mode: NetworkMode::Service { service: "db".parse().unwrap() },
        pid: NamespaceMode::Service { service: "db".parse().unwrap() },
        volumes_from: vec!["db:ro".into(), "container:other".into()],
        ..ContainerSpec::default()
    });
    let missing = call(&new, OLD).unwrap_err().to_string();
    assert_eq!(missing, "service `db` has no container to share a namespace with");
    new.parents = [("db".parse().unwrap(), ContainerId::from("d0"))].into();
    check(&new, OLD, "/HostConfig/NetworkMode", r#""container:d0""#);
    check(&new, OLD, "/HostConfig/PidMode", r#""container:d0""#);
    check(&new, OLD, "/HostConfig/VolumesFrom", r#"["d0:ro","other"]"#);
}

#[test]
fn the_mac_address_is_placed_according_to_the_api_version() {
    let mut new =
        new(ContainerSpec { mac_address: Some("02:42:00:00:00:01".into()), ..ContainerSpec::default() });
    let attachment = Attachment { network: "front".into(), ..Attachment::default() };
    new.attachments = vec![(NetworkId::from("f0"), attachment)];
    let mac = r#""02:42:00:00:00:01""#;
    let endpoint = "/NetworkingConfig/EndpointsConfig/front/MacAddress";
    check(&new, OLD, "/MacAddress", mac);
    check(&new, OLD, endpoint, "absent");
    check(&new, NEW, "/MacAddress", "absent");
    check(&new, NEW, endpoint, mac);
    check(&new, NEW, "/HostConfig/NetworkMode", r#""front""#);
    check(&new, NEW, "/NetworkingConfig/EndpointsConfig/front/NetworkID", r#""f0""#);
}

#[test]
fn health_checks_have_three_forms_and_nanoseconds() {
    let with = |test, start_interval_ms| {
        new(ContainerSpec {
            healthcheck: Some(Healthcheck {
                test,
                interval_ms: Some(1_500),
                timeout_ms: None,
                start_period_ms: None,
                start_interval_ms,
                retries: Some(3),
            }),
            ..ContainerSpec::default()
        })
    };
    let shell = with(HealthcheckTest::Shell("a && b".into()), None);
    let config = r#"{"Interval":1500000000,"Retries":3,"Test":["CMD-SHELL","a && b"]}"#;
    check(&shell, OLD, "/Healthcheck", config);
    let exec = with(HealthcheckTest::Exec(vec!["true".into()]), None);
    check(&exec, OLD, "/Healthcheck/Test", r#"["CMD","true"]"#);
    check(&with(HealthcheckTest::Disabled, None), OLD, "/Healthcheck/Test", r#"["NONE"]"#);
    check(&with(HealthcheckTest::Inherit, None), OLD, "/Healthcheck/Test", "absent");
    let quick = with(HealthcheckTest::Inherit, Some(100));
    check(&quick, NEW, "/Healthcheck/StartInterval", "100000000");
    let refused = call(&quick, OLD).unwrap_err().to_string();
    assert_eq!(refused, "`healthcheck.start_interval` needs engine API 1.44, but the engine has 1.41");
}

#[test]
fn capabilities_are_normalized_and_unique() {
    let cap_add = vec!["net_admin".into(), "CAP_NET_ADMIN".into(), "all".into()];
    let new = new(ContainerSpec { cap_add, ..ContainerSpec::default() });
    check(&new, OLD, "/HostConfig/CapAdd", r#"["ALL","CAP_NET_ADMIN"]"#);
}

#[test]
fn unmasking_is_applied_by_the_client() {
    let security_opt = vec!["systempaths=unconfined".into(), "no-new-privileges:true".into()];
    let new = new(ContainerSpec { security_opt, ..ContainerSpec::default() });
    check(&new, OLD, "/HostConfig/SecurityOpt", r#"["no-new-privileges:true"]"#);
    check(&new, OLD, "/HostConfig/MaskedPaths", "[]");
}

#[test]
fn the_platform_is_a_parameter() {
    let mut new = new(ContainerSpec { platform: Some("linux/arm64".into()), ..ContainerSpec::default() });
    new.name = "a b".into();
    assert_eq!(call(&new, OLD).unwrap().path, "/containers/create?name=a%20b&platform=linux%2Farm64");
}
