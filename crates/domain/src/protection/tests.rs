use std::collections::BTreeMap;

use core_monitor_compose::{LoadOptions, ProjectFiles, load};

use super::*;
use crate::desired::{DesiredStack, VolumeSpec};
use crate::ids::ContainerId;
use crate::observation::{ApiVersion, EngineFacts, HostObservation, Occupant};
use crate::time::Timestamp;

const FOLDER: &str = "/var/lib/core-monitor/stacks/1";

fn protected() -> Protected {
    let installation =
        vec!["/var/lib/core-monitor".to_owned(), "/etc/core-monitor/core-monitor.toml".to_owned()];
    Protected::new(installation, Some("/run/user/1000/docker.sock"), vec!["proxy-*".parse().unwrap()])
}

/// A definition as the engine's host would carry it out.
fn desired(yaml: &str) -> DesiredStack {
    let options = LoadOptions {
        project_name: Some("shop".to_owned()),
        project_directory: FOLDER.to_owned(),
        ..LoadOptions::default()
    };
    let loaded = load(&ProjectFiles::single("compose.yml", yaml), &options).unwrap();
    DesiredStack::from_project(&loaded.project).unwrap()
}

/// What is refused of one service of `stack` with these lines.
fn of_service(stack: &str, lines: &str) -> Vec<Refused> {
    let stack: StackName = stack.parse().unwrap();
    let desired = desired(&format!("services:\n  web:\n    image: x\n{lines}"));
    let asking = Asking { stack: &stack, folder: FOLDER };
    let refusals = protected().of_container(asking, "web", &desired.services[0].container);
    refusals.iter().map(|refusal| refusal.what).collect()
}

fn of_bind(stack: &str, source: &str) -> Vec<Refused> {
    let short = of_service(stack, &format!("    volumes: ['{source}:/x:ro']\n"));
    let long = format!("    volumes:\n      - {{type: bind, source: '{source}', target: /x}}\n");
    assert_eq!(of_service(stack, &long), short, "both forms of `{source}` are the same");
    short
}

/// What is refused of the first volume of the definition.
fn of_volume(options: &[(&str, &str)]) -> Vec<Refused> {
    let options: BTreeMap<String, String> =
        options.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let volume = VolumeSpec { driver_opts: options, ..VolumeSpec::default() };
    let source = VolumeSource { driver: volume.driver.as_deref(), options: &volume.driver_opts };
    let stack: StackName = "shop".parse().unwrap();
    let refusals = protected().of_volume(Asking { stack: &stack, folder: FOLDER }, "data", source);
    refusals.iter().map(|refusal| refusal.what).collect()
}

#[test]
fn no_bind_reaches_the_data_and_keys_however_it_is_written() {
    for source in [
        "../../secret.key",
        "../..",
        "..",
        "../2",
        "./../2/conf",
        "/var/lib/core-monitor",
        "/var/lib/core-monitor/",
        "//var//lib/./core-monitor/secret.key",
        "/srv/../var/lib/core-monitor/core-monitor.db-wal",
        "/var/lib/core-monitor/stacks/1/../2",
        "/var/lib",
        "/",
        "/etc/core-monitor/core-monitor.toml",
        "/etc",
    ] {
        assert_eq!(of_bind("shop", source), [Refused::Installation], "{source}");
    }
}

#[test]
fn the_own_folder_and_what_has_nothing_to_do_with_it_are_allowed() {
    for source in [
        ".",
        "./conf",
        "./conf/../data",
        "/var/lib/core-monitor/stacks/1/conf",
        "/var/lib/core-monitor-2",
        "/var/lib/other",
        "/VAR/lib/core-monitor",
        "/srv/data",
        "/etc/localtime",
        "/proc",
    ] {
        assert_eq!(of_bind("shop", source), [], "{source}");
    }
}

#[test]
fn no_stack_has_the_socket_but_those_that_are_named() {
    for source in [
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/run",
        "/var/run",
        "/run/user/1000/docker.sock",
        "/run/user",
        "/run/containerd",
        "/run/containerd/containerd.sock",
    ] {
        assert_eq!(of_bind("shop", source), [Refused::Socket], "{source}");
        assert_eq!(of_bind("proxy", source), [Refused::Socket], "{source}");
        assert_eq!(of_bind("proxy-1", source), [], "{source}");
    }
    assert_eq!(of_bind("proxy-1", "/"), [Refused::Installation], "the socket is all that it has more");
    assert_eq!(of_bind("shop", "/run/secrets"), []);
}

#[test]
fn no_bind_leads_through_the_folder_of_a_process() {
    for source in ["/proc/1/root", "/proc/self/root/var/lib/core-monitor", "/proc/1/cwd", "/dev/fd/3"] {
        assert_eq!(of_bind("proxy-1", source), [Refused::Process], "{source}");
    }
}

// CVE-2026-44849: the kind of a mount was looked at, and not the options of a volume.
#[test]
fn no_volume_is_a_folder_in_disguise() {
    let bind = |device| of_volume(&[("type", "none"), ("o", "bind"), ("device", device)]);
    assert_eq!(bind("/"), [Refused::Installation]);
    assert_eq!(bind("/var/lib/core-monitor/secret.key"), [Refused::Installation]);
    assert_eq!(bind("var/lib/core-monitor"), [Refused::Installation]);
    assert_eq!(bind("../var/lib"), [Refused::Installation]);
    assert_eq!(bind("/run/docker.sock"), [Refused::Socket]);
    assert_eq!(bind("/srv/data"), []);
    assert_eq!(bind(&format!("{FOLDER}/data")), []);
    let rbind = of_volume(&[("o", "ro,rbind"), ("device", "/var")]);
    assert_eq!(rbind, [Refused::Installation]);
    let overlay = "lowerdir=/srv/a:/var/lib/core-monitor,upperdir=/srv/u,workdir=/run";
    let overlay = of_volume(&[("type", "overlay"), ("o", overlay), ("device", "overlay")]);
    assert_eq!(overlay, [Refused::Installation, Refused::Socket]);
    let nfs = of_volume(&[("type", "nfs"), ("o", "addr=10.0.0.1,rw"), ("device", ":/var/lib/core-monitor")]);
    assert_eq!(nfs, [], "that is a folder of another host");
    assert_eq!(of_volume(&[("type", "tmpfs"), ("device", "tmpfs")]), []);
}

#[test]
fn a_driver_of_somebody_else_has_no_paths_of_this_host() {
    let options = BTreeMap::from([("device".to_owned(), "/".to_owned())]);
    let of = |driver| VolumeSource { driver, options: &options }.host_paths();
    assert_eq!(of(Some("rclone")), [""; 0]);
    assert_eq!((of(None), of(Some("local"))), (vec!["/".to_owned()], vec!["/".to_owned()]));
}

#[test]
fn a_config_and_a_secret_are_no_way_around_it() {
    let yaml = "services:\n  web:\n    image: x\n    configs: [key]\n    secrets: [all]\n\
                configs:\n  key: {file: ../../secret.key}\nsecrets:\n  all: {file: /run/docker.sock}\n";
    let (stack, desired) = ("shop".parse().unwrap(), desired(yaml));
    let asking = Asking { stack: &stack, folder: FOLDER };
    let refusals = protected().of_container(asking, "web", &desired.services[0].container);
    let what: Vec<_> = refusals.iter().map(|refusal| refusal.what).collect();
    assert_eq!(what, [Refused::Installation, Refused::Socket]);
}

#[test]
fn a_folder_that_is_not_known_makes_nothing_its_own() {
    let stack = "shop".parse().unwrap();
    for folder in ["", "/", "."] {
        let asking = Asking { stack: &stack, folder };
        assert!(protected().of_path(asking, "web", "/var/lib/core-monitor").is_some(), "{folder}");
    }
}

#[test]
fn nothing_is_refused_before_the_worker_has_reported() {
    let (stack, nothing) = ("shop".parse().unwrap(), Protected::default());
    assert!(nothing.is_empty() && !protected().is_empty());
    assert_eq!(nothing.of_path(Asking { stack: &stack, folder: FOLDER }, "web", "/"), None);
}

fn occupant(id: &str, name: &str, component: bool) -> Occupant {
    Occupant {
        id: ContainerId::from(id),
        name: name.to_owned(),
        image: "x".to_owned(),
        owner: None,
        ours: false,
        component,
        up: true,
        started_at: None,
        shares_network_of: None,
        networks: Vec::new(),
        ports: Vec::new(),
    }
}

#[test]
fn own_containers_are_known_by_name_by_id_and_by_its_beginning() {
    let engine = EngineFacts {
        id: "engine".into(),
        version: "25.0.0".into(),
        api: ApiVersion { major: 1, minor: 44 },
        os: "linux".into(),
        arch: "amd64".into(),
    };
    let mut host = HostObservation::empty(Timestamp(jiff::Timestamp::UNIX_EPOCH), engine);
    host.occupants = vec![
        occupant("abc123", "core-monitor-worker-1", true),
        occupant("abd456", "vpn", false),
        occupant("fff000", "ab", false),
    ];
    let own = |reference| own_container(&host, reference).map(|one| one.name.as_str());
    for reference in ["core-monitor-worker-1", "/core-monitor-worker-1", "abc123", "abc", "a"] {
        assert_eq!(own(reference), Some("core-monitor-worker-1"), "{reference}");
    }
    // A name comes before the beginning of an id.
    for reference in ["vpn", "abd456", "ab", "core-monitor-worker", "nobody", ""] {
        assert_eq!(own(reference), None, "{reference}");
    }
}

#[test]
fn every_way_to_name_another_container_is_seen() {
    let shared = |lines: &str| {
        let desired = desired(&format!("services:\n  web:\n    image: x\n{lines}  db: {{image: y}}\n"));
        let web = desired.services.iter().find(|service| service.name.as_str() == "web").unwrap();
        let shared = shared_containers(&web.container, |name| name == "db");
        shared.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(shared("    network_mode: 'container:a'\n"), ["a"]);
    assert_eq!(shared("    pid: 'container:a'\n    ipc: 'container:b'\n"), ["a", "b"]);
    assert_eq!(shared("    volumes_from: ['container:a:ro', 'db:ro', db, 'container:db']\n"), ["a", "db"]);
    assert_eq!(shared("    network_mode: host\n    pid: host\n"), [""; 0]);
}

#[test]
fn a_refusal_says_what_to_try() {
    let stack: StackName = "shop".parse().unwrap();
    let asking = Asking { stack: &stack, folder: FOLDER };
    let refusal = protected().of_path(asking, "web", "/var/run/docker.sock").unwrap();
    assert_eq!(
        (refusal.message().text(), refusal.hint().text()),
        (
            "`web` may not mount `/var/run/docker.sock`: whoever has the socket of the engine has the host",
            "do without the socket, or add `shop` to the setting `socket_stacks` of the worker",
        )
    );
    let own = Refusal::of_container(&stack, "web", "core-monitor-worker-1");
    assert_eq!(
        own.message().text(),
        "`web` may not share namespaces or volumes with `core-monitor-worker-1`, which runs Core Monitor itself"
    );
}

#[test]
fn what_is_protected_is_read_back_as_it_was_reported() {
    let text = serde_json::to_string(&protected()).unwrap();
    assert_eq!(serde_json::from_str::<Protected>(&text).unwrap(), protected());
}
