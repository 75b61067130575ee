use core_monitor_compose::{LoadOptions, ProjectFiles, load};

use super::*;
use crate::desired::DesiredStack;

const FOLDER: &str = "/var/lib/core-monitor/stacks/1";

/// What a definition asks, as `what owner value`.
fn asked(yaml: &str) -> Vec<String> {
    let demands = demands(&desired(yaml), FOLDER);
    demands.iter().map(|Demand { what, owner, value, .. }| format!("{what} {owner} {value}")).collect()
}

fn desired(yaml: &str) -> DesiredStack {
    let options = LoadOptions {
        project_name: Some("shop".to_owned()),
        project_directory: FOLDER.to_owned(),
        ..LoadOptions::default()
    };
    let loaded = load(&ProjectFiles::single("compose.yml", yaml), &options).unwrap();
    DesiredStack::from_project(&loaded.project).unwrap()
}

/// What one service with these lines asks besides its image.
fn of_service(lines: &str) -> Vec<String> {
    let mut asked = asked(&format!("services:\n  web:\n    image: x\n{lines}  db: {{image: y}}\n"));
    asked.retain(|one| !one.starts_with("images "));
    asked
}

fn rules(preset: Preset) -> Rules {
    Rules::of(preset, &[])
}

#[test]
fn everything_that_reaches_the_host_is_asked_for() {
    let cases: &[(&str, &[&str])] = &[
        ("    privileged: true\n", &["privileged web container"]),
        ("    post_start:\n      - {command: a, privileged: true}\n", &["privileged web hook"]),
        ("    pre_stop:\n      - {command: a, privileged: true}\n", &["privileged web hook"]),
        ("    network_mode: host\n", &["namespaces web network"]),
        ("    pid: host\n    ipc: host\n", &["namespaces web pid", "namespaces web ipc"]),
        ("    network_mode: bridge\n", &["networks web bridge"]),
        ("    uts: host\n    userns_mode: host\n", &["namespaces web uts", "namespaces web user"]),
        ("    cgroup: host\n", &["namespaces web cgroup"]),
        (
            "    cap_add: [net_admin, CAP_SYS_ADMIN, ALL]\n",
            &["capabilities web ALL", "capabilities web SYS_ADMIN", "capabilities web NET_ADMIN"],
        ),
        ("    devices: ['/dev/kvm:/dev/kvm']\n", &["devices web /dev/kvm"]),
        ("    device_cgroup_rules: ['c 1:3 mr']\n", &["devices web c 1:3 mr"]),
        ("    gpus: all\n", &["devices web gpu"]),
        (
            "    security_opt: ['seccomp:unconfined', 'label=disable', 'no-new-privileges:true']\n",
            &["security_options web seccomp=unconfined", "security_options web label=disable"],
        ),
        ("    sysctls: {net.core.somaxconn: 1}\n", &["sysctls web net.core.somaxconn"]),
        ("    volumes: ['/srv:/x']\n", &["binds web /srv"]),
        ("    volumes: ['./conf:/x', './data:/all', /anonymous]\n", &[]),
        ("    volumes: ['./conf:/x', '.:/all:ro']\n", &[]),
        ("    volumes: ['../2:/x']\n", &["binds web /var/lib/core-monitor/stacks/2"]),
        ("    network_mode: 'container:a'\n", &["containers web a"]),
        ("    volumes_from: ['container:a', db]\n", &["containers web a"]),
        (
            "    ports: ['80:80', '127.0.0.1:8080:80', '81', '9000-9001:90-91']\n",
            &[
                "ports web 80",
                "addresses web 0.0.0.0",
                "ports web 8080",
                "addresses web 127.0.0.1",
                "addresses web 0.0.0.0",
                "ports web 9000",
                "addresses web 0.0.0.0",
                "ports web 9001",
                "addresses web 0.0.0.0",
            ],
        ),
        ("    volumes: ['/srv:/x:ro']\n", &["binds web /srv:ro"]),
        ("    volumes: ['/srv:/x:ro,Z']\n", &["binds web /srv"]),
        (
            "    logging: {driver: syslog, options: {syslog-address: 'tcp://10.0.0.1:1'}}\n",
            &["log_drivers web syslog"],
        ),
        ("    logging: {options: {max-size: 1m}}\n    oom_score_adj: 5\n", &[]),
        (
            "    oom_score_adj: -1\n    oom_kill_disable: true\n",
            &["oom_protection web oom_score_adj", "oom_protection web oom_kill_disable"],
        ),
        ("    annotations: {run.oci.x: y}\n", &["annotations web run.oci.x"]),
        (
            "    networks: {default: {driver_opts: {com.docker.network.endpoint.sysctls: x}}}\n",
            &["network_options web com.docker.network.endpoint.sysctls"],
        ),
        ("    runtime: runsc\n    cgroup_parent: /a\n", &["runtimes web runsc", "cgroup_parents web /a"]),
    ];
    for (lines, expected) in cases {
        let mut found = of_service(lines);
        let mut expected: Vec<String> = expected.iter().map(|one| (*one).to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{lines}");
    }
}

#[test]
fn a_network_that_is_the_hosts_is_a_namespace() {
    let yaml = "services:\n  web: {image: x, networks: [h]}\nnetworks: {h: {external: true, name: host}}\n";
    assert!(asked(yaml).contains(&"namespaces web network".to_owned()), "{:?}", asked(yaml));
}

#[test]
fn what_a_container_can_exchange_for_a_link_is_not_the_stacks_own() {
    let of = |volumes: &str, more: &str| {
        let yaml = format!("services:\n  web:\n    image: x\n    volumes: [{volumes}]\n{more}");
        let mut demands = demands(&desired(&yaml), FOLDER);
        demands.retain(|demand| demand.what == Restricted::Binds);
        demands.into_iter().map(|one| (one.value, one.is_exchangeable)).collect::<Vec<_>>()
    };
    let below = |path: &str| vec![(format!("{FOLDER}/{path}"), true)];
    assert_eq!(of("'.:/all', './conf:/x'", ""), below("conf"));
    assert_eq!(of("'./data:/all', './data/./a/../conf:/x:ro'", ""), below("data/conf:ro"));
    assert_eq!(of("'./conf/a:/x'", "  db: {image: y, volumes: ['./conf:/c']}\n"), below("conf/a"));
    // A volume that no service uses is not made.
    let volume = format!(
        "  db: {{image: y, volumes: ['conf:/c']}}\nvolumes: {{conf: {{driver_opts: {{type: none, o: bind, device: {FOLDER}/conf}}}}}}\n"
    );
    assert_eq!(of("'./conf/a:/x'", &volume), below("conf/a"));
    assert_eq!(of("'.:/all'", &volume), below("conf"));
    assert_eq!(of("'./data:/all', './data:/again', './database:/x'", ""), []);
    let sentence = Finding(Demand {
        what: Restricted::Binds,
        owner: "web".into(),
        value: "/x".into(),
        path: String::new(),
        is_exchangeable: true,
    });
    assert!(sentence.message().text().contains("could put a link"), "{}", sentence.message().text());
}

#[test]
fn a_network_is_what_its_options_make_of_it() {
    let of = |lines: &str| {
        let yaml = format!("services: {{web: {{image: x, networks: [n]}}}}\nnetworks:\n  n:\n{lines}");
        let mut asked = asked(&yaml);
        asked.retain(|one| !one.starts_with("images "));
        asked
    };
    assert_eq!(
        of("    driver_opts: {com.docker.network.bridge.name: br0}\n"),
        ["network_options n com.docker.network.bridge.name"]
    );
    assert_eq!(
        of("    driver: macvlan\n    driver_opts: {parent: eth0}\n"),
        ["network_drivers n macvlan", "network_options n parent"]
    );
    assert_eq!(
        of("    ipam: {driver: dhcp, options: {a: b}, config: [{subnet: 0.0.0.0/1}]}\n"),
        ["network_options n ipam:dhcp", "network_options n a", "subnets n 0.0.0.0/1"]
    );
    assert_eq!(of("    ipam: {driver: default}\n"), [""; 0]);
    let careful = rules(Preset::Careful);
    assert!(careful.allow(Restricted::NetworkOptions, "com.docker.network.driver.mtu"));
    assert!(!careful.allow(Restricted::NetworkOptions, "com.docker.network.bridge.gateway_mode_ipv4"));
}

// CVE-2026-44849: a volume can be a folder of the host.
#[test]
fn a_volume_is_what_it_is_made_of() {
    let of = |lines: &str| {
        let yaml =
            format!("services: {{web: {{image: x, volumes: ['data:/v']}}}}\nvolumes:\n  data:\n{lines}");
        let mut asked = asked(&yaml);
        asked.retain(|one| !one.starts_with("images "));
        asked
    };
    let bind = "    driver_opts: {type: none, o: bind, device: /etc}\n";
    assert_eq!(of(bind), ["binds data /etc"]);
    assert_eq!(
        of("    driver_opts: {type: ext4, device: /dev/sda1}\n"),
        ["binds data /dev/sda1", "volume_drivers data local:ext4"]
    );
    // These file systems do not look at the device, so one that is the stack's own says nothing.
    for kind in ["proc", "sysfs", "devtmpfs", "cgroup2"] {
        let own = format!("    driver_opts: {{type: {kind}, device: {FOLDER}/x}}\n");
        assert_eq!(of(&own), [format!("volume_drivers data local:{kind}")]);
    }
    let hidden =
        format!("    driver_opts: {{type: nfs, o: 'addr=10.0.0.1,lowerdir={FOLDER}/x', device: ':/x'}}\n");
    assert_eq!(of(&hidden), ["volume_drivers data local:nfs"]);
    assert_eq!(
        of("    driver_opts: {type: nfs, o: 'addr=10.0.0.1', device: ':/x'}\n"),
        ["volume_drivers data local:nfs"]
    );
    assert_eq!(of("    driver_opts: {type: tmpfs, device: tmpfs}\n"), [""; 0]);
    assert_eq!(of("    driver: rclone\n"), ["volume_drivers data rclone"]);
    assert_eq!(of("    driver: local\n"), [""; 0]);
    assert_eq!(of("    external: true\n"), ["volumes web data"]);
}

#[test]
fn an_ordinary_application_is_careful() {
    let yaml = "services:\n  web:\n    image: nginx:1.29\n    ports: ['8080:80']\n    volumes: [./conf:/conf, 'data:/d']\n    \
                cap_drop: [ALL]\n    cap_add: [CHOWN]\n    security_opt: ['no-new-privileges:true']\n    \
                sysctls: {net.core.somaxconn: 9}\n    networks: [front, default]\n  \
                db: {image: 'postgres:15', network_mode: 'service:web'}\n\
                volumes: {data: {}}\nnetworks: {front: {external: true, name: proxy}}\n";
    assert_eq!(rules(Preset::Careful).findings(demands(&desired(yaml), FOLDER)), []);
}

#[test]
fn a_locked_application_has_digests_and_loopback() {
    let locked = |image: &str, port: &str| {
        let yaml = format!("services: {{web: {{image: '{image}', ports: ['{port}']}}}}");
        let findings = rules(Preset::Locked).findings(demands(&desired(&yaml), FOLDER));
        findings.iter().map(|finding| finding.0.what).collect::<Vec<_>>()
    };
    let digest = format!("nginx@sha256:{}", "a".repeat(64));
    assert_eq!(locked(&digest, "127.0.0.1:8080:80"), []);
    assert_eq!(locked("nginx:1.29", "8080:80"), [Restricted::Addresses, Restricted::Images]);
}

#[test]
fn the_first_rule_that_is_for_somebody_decides() {
    let rule = |roles: &[Role], stacks: &[&str], preset| PolicyRule {
        roles: roles.iter().copied().collect(),
        stacks: stacks.iter().map(|pattern| pattern.parse().unwrap()).collect(),
        preset,
        allow: Vec::new(),
    };
    let policy = Policy {
        rules: vec![
            rule(&[Role::Deployer], &["proxy-*"], Preset::Open),
            rule(&[Role::Deployer, Role::Operator], &[], Preset::Careful),
            rule(&[], &["lab"], Preset::Open),
        ],
    };
    let of = |role, stack| policy.rules(Some(role), stack);
    assert_eq!(of(Role::Deployer, "proxy-1"), Rules::Everything);
    assert_eq!(of(Role::Operator, "proxy-1"), rules(Preset::Careful));
    assert_eq!(of(Role::Deployer, "lab"), rules(Preset::Careful));
    assert_eq!(of(Role::Viewer, "lab"), Rules::Everything);
    assert_eq!(of(Role::Administrator, "shop"), rules(Preset::Locked), "nothing is for them");
    assert_eq!(policy.rules(None, "lab"), rules(Preset::Locked), "nobody");
    assert_eq!(policy.own_rules("lab"), Rules::Everything);
}

#[test]
fn what_comes_with_the_program_is_careful_with_everybody_but_administrators() {
    let policy = Policy::default();
    assert_eq!(policy.rules(Some(Role::Administrator), "shop"), Rules::Everything);
    for role in [Role::Viewer, Role::Operator, Role::Deployer] {
        assert_eq!(policy.rules(Some(role), "shop"), rules(Preset::Careful), "{role}");
    }
    assert_eq!(policy.clone().checked(), Ok(policy));
}

#[test]
fn an_allowance_replaces_what_the_preset_says() {
    let allow =
        |what, values: &[&str]| Allowance { what, values: values.iter().map(|v| (*v).to_owned()).collect() };
    let some = Rules::of(
        Preset::Careful,
        &[allow(Restricted::Ports, &["80"]), allow(Restricted::Devices, &["/dev/*"])],
    );
    assert!(some.allow(Restricted::Ports, "80") && !some.allow(Restricted::Ports, "8080"));
    assert!(some.allow(Restricted::Devices, "/dev/kvm") && !some.allow(Restricted::Privileged, "container"));
    let open = Rules::of(Preset::Open, &[allow(Restricted::Privileged, &[])]);
    assert!(!open.allow(Restricted::Privileged, "container") && open.allow(Restricted::Binds, "/"));
}

#[test]
fn a_preset_allows_only_what_can_be_a_value() {
    for preset in Preset::ALL {
        let allow = Restricted::ALL
            .map(|what| Allowance {
                what,
                values: preset.allows(what).iter().map(|v| (*v).to_owned()).collect(),
            })
            .to_vec();
        let rule = PolicyRule { roles: BTreeSet::new(), stacks: BTreeSet::new(), preset, allow };
        assert!(Policy { rules: vec![rule] }.checked().is_ok(), "{preset}");
        assert_eq!(preset.as_str().parse(), Ok(preset));
    }
    assert!(Restricted::ALL.iter().all(|what| what.as_str().parse() == Ok(*what)));
}

#[test]
fn each_finding_has_a_sentence_of_its_own() {
    let finding = |what| {
        Finding(Demand {
            what,
            owner: "web".into(),
            value: "v".into(),
            path: String::new(),
            is_exchangeable: false,
        })
    };
    let sentences: BTreeSet<String> =
        Restricted::ALL.iter().map(|what| finding(*what).message().text().to_owned()).collect();
    assert_eq!(sentences.len(), Restricted::ALL.len());
    assert_eq!(
        finding(Restricted::Binds).hint().text(),
        "do without it, or have an administrator apply it or allow it in the policy under `binds`"
    );
}
