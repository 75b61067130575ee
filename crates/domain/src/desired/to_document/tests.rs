use core_monitor_compose::{LoadOptions, ProjectFiles, load};

use crate::desired::DesiredStack;

fn read(text: &str) -> DesiredStack {
    let loaded = load(&ProjectFiles::single("compose.yml", text), &LoadOptions::default()).unwrap();
    DesiredStack::from_project(&loaded.project).unwrap()
}

/// The written file means the same as the original.
fn check(text: &str) {
    let stack = read(text);
    let written = stack.to_compose();
    assert_eq!(read(&written), stack, "{written}");
}

#[test]
fn a_stack_parses_its_own_document() {
    check("name: a\nservices: {web: {image: nginx}}");
    check(
        r#"
name: shop
services:
  db:
    image: postgres:17
    environment: {PASSWORD: "p$$ss: #1", EMPTY: "", LINES: "a\nb"}
    volumes: [data:/var/lib, "/srv/x:/x:ro,rslave,z", /anonymous, other:/o:nocopy]
    healthcheck: {test: "pg_isready || exit 1", interval: 90s, retries: 3, start_period: 1500ms}
    networks: {back: {aliases: [d], ipv4_address: 10.5.0.7}}
    restart: on-failure:3
    stop_grace_period: 1m30s
    shm_size: 128m
  web:
    image: registry.example:5000/app@sha256:0000000000000000000000000000000000000000000000000000000000000000
    entrypoint: ["/bin/sh", "-c"]
    command: ["echo $$HOME; exec x", ""]
    depends_on: {db: {condition: service_healthy, restart: true}}
    ports: ["8080:80", "127.0.0.1:5000-5002:5000/udp", "[::1]:1:2", "127.0.0.1::9", "7000"]
    networks: {back: {priority: 5}, away: {}}
    links: [db:database]
    external_links: [elsewhere:e]
    extra_hosts: ["h:10.0.0.1", "v6=::1"]
    cap_add: [NET_ADMIN]
    security_opt: [no-new-privileges]
    devices: ["/dev/null:/dev/x:r"]
    ulimits: {nofile: {soft: 1, hard: 2}, nproc: 5}
    sysctls: {net.core.somaxconn: "5"}
    tmpfs: [/run, "/t:size=1m"]
    cpus: 1.25
    mem_limit: 1025
    memswap_limit: -1
    logging: {driver: local, options: {max-size: 10m}}
    blkio_config: {weight: 300, device_read_bps: [{path: /dev/sda, rate: 1mb}]}
    deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: all}]}}}
    labels: {a.b: "c"}
    scale: 2
  side:
    image: busybox
    network_mode: service:db
    pid: service:db
    ipc: host
    volumes_from: ["db:ro", "container:x"]
    healthcheck: {disable: true}
    restart: "no"
    volumes:
      - {type: bind, source: /a, target: /a, bind: {create_host_path: false}}
      - {type: tmpfs, target: /m, tmpfs: {size: 1m, mode: 01770}}
      - {type: volume, source: data, target: /d, volume: {subpath: x}}
networks:
  back: {driver: bridge, ipam: {config: [{subnet: 10.5.0.0/16, gateway: 10.5.0.1}]}, internal: true}
  away: {external: true, name: far}
volumes:
  data: {driver: local, driver_opts: {type: tmpfs, device: tmpfs}}
  other: {name: chosen, labels: {x: "y"}}
"#,
    );
}

#[test]
fn defaults_are_omitted() {
    let text = "name: shop\n\nservices:\n  web:\n    image: nginx\n    ports:\n      - \"8080:80\"\n";
    assert_eq!(read(text).to_compose(), text);
}
