use core_monitor_compose::{LoadOptions, ProjectFiles, load};

use super::*;
use crate::desired::DesiredStack;

fn declared(services: &str) -> Result<Vec<(ServiceName, OnDemand)>, String> {
    let text = format!("name: shop\nservices:\n{services}");
    let mut files = ProjectFiles::new();
    files.add_compose("compose.yaml", text.into_bytes());
    let options = LoadOptions { project_directory: "/shop".to_owned(), ..LoadOptions::default() };
    let loaded = load(&files, &options).map_err(|rejected| rejected.errors[0].message.to_string())?;
    DesiredStack::from_project(&loaded.project).map_err(|error| error.message().to_string())?;
    declared_on_demand(&loaded.project).map_err(|error| error.message().to_string())
}

fn web(on_demand: &str) -> Result<OnDemand, String> {
    let services = format!(
        "  web:\n    image: demo\n    ports: [8080]\n    x-core-monitor:\n      on-demand: {on_demand}\n  db: {{image: demo}}\n"
    );
    declared(&services).map(|mut all| all.remove(0).1)
}

#[test]
fn everything_that_can_be_said_is_read() {
    let door = web(
        r#"{hosts: [Shop.example.org, "*.shop.example.org"], path: /app/, port: 9500, mode: blocking, theme: hackerTerminal, show-logs: true,
            idle-timeout: 3m, start-timeout: 90s, block-timeout: 45s, min-up: 2m, websocket-idle: 1h,
            readiness: {path: /up, expect: [200, 204], after: 2s}, stop: pause, always-on: true, wake: authenticated,
            schedule: {time-zone: Europe/Paris, open: "mon-fri 08:00-19:00", awake: ["mon 08:00-09:00"]},
            ignore-user-agents: [Uptime-Kuma], companions: [db], needs: [shared/db], not-with: [ai/xtts], cold-start-worth: 30m}"#,
    )
    .unwrap();
    let hosts: Vec<_> = door.hosts.iter().map(HostPattern::as_str).collect();
    assert_eq!(hosts, ["shop.example.org", "*.shop.example.org"]);
    assert_eq!((door.paths, door.port, door.mode), (vec!["/app".to_owned()], 9500, WaitMode::Blocking));
    assert_eq!((door.theme.as_str(), door.show_logs, door.stop), ("hackerTerminal", true, SleepMode::Pause));
    let seconds = Duration::from_secs;
    assert_eq!(
        door.times,
        OnDemandTimes {
            idle: seconds(180),
            start: Some(seconds(90)),
            block: seconds(45),
            min_up: Some(seconds(120)),
            websocket_idle: Some(seconds(3600)),
        }
    );
    let gate = ReadinessGate::Http { path: "/up".to_owned(), expect: vec![200, 204] };
    assert_eq!(door.readiness, Readiness { gate, after: seconds(2) });
    assert!(door.always_on && door.wake == WakeBy::Authenticated);
    assert_eq!(door.schedule.map(|schedule| schedule.zone().to_owned()).as_deref(), Some("Europe/Paris"));
    assert_eq!(door.ignore_user_agents, ["uptime-kuma"]);
    assert_eq!(door.companions, BTreeSet::from(["db".parse().unwrap()]));
    assert_eq!(door.needs, BTreeSet::from([("shared".parse().unwrap(), "db".parse().unwrap())]));
    assert_eq!(door.not_with, BTreeSet::from([("ai".parse().unwrap(), "xtts".parse().unwrap())]));
    assert_eq!(door.cold_start_worth, Some(seconds(1800)));
}

#[test]
fn what_is_left_out_has_defaults_and_the_only_port_is_taken() {
    let door = web("{hosts: shop.example.org}").unwrap();
    assert_eq!((door.port, door.mode, door.theme.as_str()), (8080, WaitMode::Dynamic, "plain"));
    assert_eq!(door.times, OnDemandTimes::DEFAULT);
    assert_eq!(door.readiness, Readiness::default());
    assert!(!door.show_logs && !door.always_on && door.wake == WakeBy::Anyone);
    assert_eq!(declared("  web: {image: demo}\n"), Ok(Vec::new()));
    let off = "  web: {image: demo, x-core-monitor: {on-demand: {enabled: false}}}\n";
    assert_eq!(declared(off), Ok(Vec::new()), "switched off");
}

#[test]
fn a_mistake_is_said_with_its_place() {
    for (on_demand, said) in [
        (
            "{hosts: [http://a.b]}",
            "x-core-monitor.on-demand.hosts[0] of `web`: `http://a.b` is not a host name",
        ),
        ("{idle: 3m}", "x-core-monitor.on-demand.idle of `web`: `idle` is not known here"),
        (
            "{idle-timeout: 180000}",
            "x-core-monitor.on-demand.idle-timeout of `web`: this has to be a duration from 5s",
        ),
        (
            "{idle-timeout: 1s}",
            "x-core-monitor.on-demand.idle-timeout of `web`: this has to be a duration from 5s",
        ),
        (
            "{start-timeout: 2h}",
            "x-core-monitor.on-demand.start-timeout of `web`: this has to be a duration from 1s to 1h",
        ),
        (
            "{block-timeout: 2h}",
            "x-core-monitor.on-demand.block-timeout of `web`: this has to be a duration from 1s to 1h",
        ),
        (
            "{hosts: ['']}",
            "x-core-monitor.on-demand.hosts[0] of `web`: this has to be a text of 1 to 1024 characters",
        ),
        ("{port: 0}", "x-core-monitor.on-demand.port of `web`: this has to be a number from 1"),
        ("{mode: eager}", "x-core-monitor.on-demand.mode of `web`: `eager` is not one of dynamic, blocking"),
        ("{theme: ../x}", "x-core-monitor.on-demand.theme of `web`: `../x` is not the name of a theme"),
        ("{path: /api}", "x-core-monitor.on-demand of `web`: `path` needs `hosts`"),
        ("{readiness: ready}", "x-core-monitor.on-demand.readiness of `web`: `ready` is not one of tcp"),
        (
            "{readiness: {gate: tcp, path: /up}}",
            "x-core-monitor.on-demand.readiness of `web`: `path` and `expect` are for `http`",
        ),
        ("{stop: kill}", "x-core-monitor.on-demand.stop of `web`: `kill` is not one of stop, pause"),
        ("{wake: me}", "x-core-monitor.on-demand.wake of `web`: `me` is not one of anyone"),
        ("{schedule: {time-zone: UTC}}", "x-core-monitor.on-demand.schedule of `web`: a schedule needs"),
        (
            "{schedule: {time-zone: Mars/Olympus, open: daily 08:00-09:00}}",
            "x-core-monitor.on-demand.schedule of `web`: `Mars/Olympus` is not a time zone",
        ),
        ("{schedule: {open: [8-9]}}", "x-core-monitor.on-demand.schedule of `web`: `8-9` is not a window"),
        (
            "{companions: [web]}",
            "x-core-monitor.on-demand.companions[0] of `web`: `web` is not another service",
        ),
        (
            "{needs: [db]}",
            "x-core-monitor.on-demand.needs[0] of `web`: write the name of a stack and of a service",
        ),
        ("[]", "x-core-monitor.on-demand of `web`: this has to be a mapping"),
    ] {
        let refused = web(on_demand).unwrap_err();
        assert!(refused.starts_with(said), "{on_demand}: {refused}");
    }
}

#[test]
fn a_service_without_a_single_port_has_to_name_one() {
    for ports in ["", "ports: [80, 443]", "expose: [80, 81]"] {
        let services =
            format!("  web:\n    image: demo\n    x-core-monitor: {{on-demand: {{}}}}\n    {ports}\n");
        assert!(declared(&services).unwrap_err().contains("`port` is missing"), "{ports}");
    }
    let exposed = "  web: {image: demo, expose: [\"9000/tcp\"], x-core-monitor: {on-demand: {hosts: a.b}}}\n";
    assert_eq!(declared(exposed).unwrap()[0].1.port, 9000);
}

#[test]
fn one_request_is_for_one_service() {
    let two = |path: &str| {
        format!(
            "  a: {{image: demo, expose: [80], x-core-monitor: {{on-demand: {{hosts: [x.org], path: /a}}}}}}\n  \
             b: {{image: demo, expose: [80], x-core-monitor: {{on-demand: {{hosts: [X.org], path: {path}}}}}}}\n"
        )
    };
    assert!(declared(&two("/a/")).unwrap_err().contains("is already taken by the service `a`"));
    assert_eq!(declared(&two("/b")).unwrap().len(), 2);
    for (on_demand, said) in [
        ("{hosts: [x.test, X.test]}", "x-core-monitor.on-demand of `web`: `x.test` is listed twice"),
        (
            "{hosts: [x.test, X.test], path: [/a, /b]}",
            "x-core-monitor.on-demand of `web`: `x.test` is listed twice",
        ),
        ("{hosts: [x.test], path: [/a, /a/]}", "x-core-monitor.on-demand of `web`: `/a` is listed twice"),
    ] {
        assert_eq!(web(on_demand).unwrap_err(), said);
    }
}

#[test]
fn all_companions_are_those_that_nothing_else_wakes() {
    let services = "  web: {image: demo, expose: [80], x-core-monitor: {on-demand: {hosts: a.b, companions: all}}}\n  \
                    api: {image: demo, expose: [80], x-core-monitor: {on-demand: {hosts: c.d}}}\n  \
                    db: {image: demo}\n  job: {image: demo}\n";
    let all = declared(services).unwrap();
    assert_eq!(all[0].1.companions, BTreeSet::from(["db".parse().unwrap(), "job".parse().unwrap()]));
}

#[test]
fn how_a_service_wakes_is_no_part_of_its_container() {
    let hash = |on_demand: &str| {
        let text = format!(
            "name: shop\nservices:\n  web: {{image: demo, expose: [80], x-core-monitor: {{on-demand: {on_demand}}}}}\n"
        );
        let mut files = ProjectFiles::new();
        files.add_compose("compose.yaml", text.into_bytes());
        let options = LoadOptions { project_directory: "/shop".to_owned(), ..LoadOptions::default() };
        let loaded = load(&files, &options).unwrap();
        DesiredStack::from_project(&loaded.project).unwrap().services[0].hash.clone()
    };
    assert_eq!(hash("{hosts: a.b, idle-timeout: 3m}"), hash("{hosts: c.d, idle-timeout: 9m}"));
}
