//! Applying what is there already.

use serde_json::{Value, json};

use crate::harness::{Installation, docker};

const STACK: &str = "
services:
  web: {image: 'test/busybox:1', command: [idle], networks: [a, b], volumes: ['data:/data'], stop_grace_period: 1s}
  volatile: {image: 'test/volume:1', command: [idle], stop_grace_period: 1s}
  job: {image: 'test/busybox:1', command: ['true'], depends_on: [web]}
networks: {a: {}, b: {}}
volumes: {data: {}}
";

#[test]
fn nothing_is_touched_when_nothing_has_changed() {
    let installation = Installation::start();
    let stack = installation.create("again", STACK);
    stack.apply(1).done();
    let before = (stack.containers(), stack.networks(), stack.volumes());

    let plan = stack.plan(1);
    assert_eq!((&plan["empty"], &plan["steps"]), (&json!(true), &json!([])), "{}", plan["text"]);
    let command = stack.apply(1).done();
    assert_eq!(command.effects(), 0);
    assert!(command.intents().is_empty());
    assert_eq!(
        (stack.containers(), stack.networks(), stack.volumes()),
        before,
        "not a byte of any inspect has changed"
    );
}

#[test]
fn a_new_version_that_means_the_same_touches_nothing_either() {
    let installation = Installation::start();
    let stack = installation.create("same", STACK);
    stack.apply(1).done();
    let runs = stack.runs();

    let command = stack.update(&format!("# the same, with a comment\n{STACK}")).done();
    assert_eq!(command.effects(), 0);
    assert_eq!(stack.runs(), runs);
    assert_eq!(stack.show()["current_version"], 2, "applied is what was applied");
}

#[test]
fn what_somebody_broke_by_hand_is_repaired_and_nothing_else() {
    let installation = Installation::start();
    let stack = installation.create("repair", STACK);
    stack.apply(1).done();
    let mut runs = stack.runs();
    let name = stack.name.as_str();
    docker(&["network", "disconnect", &format!("{name}_b"), &format!("{name}-web-1")]);
    // Attached again, under the wrong names, to one network: with a stranger's name, and without its service's.
    let (network, web) = (format!("{name}_a"), format!("{name}-web-1"));
    docker(&["network", "disconnect", &network, &web]);
    docker(&["network", "connect", "--alias", "volatile", &network, &web]);
    docker(&["rm", "--force", "--volumes", &format!("{name}-volatile-1")]);

    let intents = stack.apply(1).done().intents();
    // The two have nothing to do with each other, so their steps may come in any order.
    let of = |slot: &str| {
        let container = format!(" {name}-{slot}");
        let ops = intents.iter().filter_map(|intent| intent.strip_suffix(container.as_str()));
        ops.collect::<Vec<_>>()
    };
    assert_eq!(of("volatile-1"), ["create_container", "start_container"]);
    assert_eq!(of("web-1"), ["disconnect_network", "connect_network", "connect_network"]);
    assert_eq!(intents.len(), 5, "{intents:?}");
    let mut repaired = stack.runs();
    assert_ne!(repaired.remove("volatile-1"), runs.remove("volatile-1"));
    assert_eq!(repaired, runs);
    let web = stack.container("web-1");
    let attached = web["NetworkSettings"]["Networks"].as_object().unwrap();
    assert_eq!(attached.len(), 2);
    for (network, end) in attached {
        let mut aliases: Vec<_> =
            end["Aliases"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        aliases.retain(|alias| web["Id"].as_str().unwrap().get(..12) != Some(*alias));
        assert_eq!(aliases, [&format!("{name}-web-1"), "web"], "{network}");
    }
    assert_eq!(stack.apply(1).done().effects(), 0);
}

#[test]
fn wrong_aliases_of_what_publishes_ports_are_repaired_while_it_is_stopped() {
    let installation = Installation::start();
    let published = STACK.replace("services:\n  web: {", "services:\n  web: {ports: ['127.0.0.1::7'], ");
    let stack = installation.create("aliases", &published);
    stack.apply(1).done();
    let name = stack.name.as_str();
    docker(&["network", "disconnect", &format!("{name}_a"), &format!("{name}-web-1")]);
    docker(&["network", "connect", &format!("{name}_a"), &format!("{name}-web-1")]);
    assert_eq!(
        stack.apply(1).done().intents(),
        ["stop_container", "disconnect_network", "connect_network", "start_container"]
            .map(|op| format!("{op} {name}-web-1"))
    );
    let ports = stack.container("web-1")["NetworkSettings"]["Ports"]["7/tcp"].as_array().map(Vec::len);
    assert_eq!(ports, Some(1), "they are published again");
    assert_eq!(stack.apply(1).done().effects(), 0);
}
