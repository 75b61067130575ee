//! A deployment, killed at every write: the artifact is in the container and active in the end, as without. Programs are left
//! to the simulation: the proxy does not pass on what is no request.

use crate::harness::{Moment, Stack, docker};

use super::World;

/// A slot for a signal, and one for a restart.
const DEFINITION: &str = r#"
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'trap "cp /etc/web.conf /tmp/read" HUP; while :; do sleep 0.1; done']
    stop_grace_period: 0s
    x-core-monitor:
      deploy:
        conf: { target: /etc/web.conf, activate: { signal: HUP } }
        plugin: { target: /plugins/, as: plugin.so, activate: restart }
"#;

/// What a program prints in the container.
fn within(stack: &Stack, command: &[&str]) -> String {
    let name = format!("{}-web-1", stack.name);
    docker(&[&["exec", name.as_str()], command].concat())
}

/// What the slot's artifact has brought about.
fn effect(stack: &Stack, slot: &str) -> String {
    match slot {
        // The process reacts between two of its naps.
        "conf" => within(stack, &["sh", "-c", "sleep 0.5; cat /etc/web.conf /tmp/read"]),
        _ => within(stack, &["cat", "/plugins/plugin.so"]),
    }
}

#[test]
fn a_deployment_survives_the_death_of_the_worker_at_every_write() {
    let mut world = World::start();
    let stack = world.installation.create("crash-deploy", DEFINITION);
    stack.apply(1).done();
    let mut number = 10;
    for slot in ["conf", "plugin"] {
        let place = format!("web/{slot}");
        let writes = world.undisturbed(|| drop(stack.deploy(&place, "a", b"1").done()));
        assert!(writes.len() >= 2, "{writes:?}");
        for write in 1..=writes.len() {
            for moment in [Moment::Before, Moment::After] {
                number += 1;
                let bytes = number.to_string();
                let killed =
                    world.disturbed(write, moment, || stack.begin_deploy(&place, "a", bytes.as_bytes()));
                let killed = killed.unwrap_or_else(|reason| panic!("{slot}, write {write}: {reason}"));
                let expected = if slot == "conf" { format!("{number}{number}") } else { number.to_string() };
                assert_eq!(effect(&stack, slot), expected, "{slot}, killed at {killed}");
            }
        }
    }
}
