//! kill -9 of the worker at every write to the engine: interrupted means resumed.
//!
//! A proxy on the engine's socket kills the worker just before or just after its k-th write. The next worker must bring
//! the engine to the state that an undisturbed run reaches: names, numbers, labels, networks by id, aliases, volumes
//! and their content, images, running containers. It must leave the containers of others alone.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Blow, Command, Installation, Moment, Proxy, Stack, Stranger, Trap, docker, unique};

mod deployed;
mod frozen;
mod large;
mod refusals;
mod state;

use state::{difference, state};

/// Three services, two networks, a named and an anonymous volume, a health check, two replicas.
fn definition(release: u32) -> String {
    format!(
        "
services:
  db:
    image: test/busybox:{release}
    volumes: ['rows:/rows', /scratch]
    healthcheck: {{test: [CMD, 'true'], interval: 200ms, timeout: 10s, retries: 50}}
    stop_grace_period: 1s
  app:
    image: test/busybox:1
    environment: {{RELEASE: '{release}'}}
    networks: {{default: {{}}, back: {{aliases: [application]}}}}
    depends_on: {{db: {{condition: service_healthy}}}}
    stop_grace_period: 1s
  web:
    image: test/busybox:1
    environment: {{RELEASE: '{release}'}}
    deploy: {{replicas: 2}}
    depends_on: [app]
    stop_grace_period: 1s
networks: {{back: {{}}}}
volumes: {{rows: {{}}}}
"
    )
}

/// Whether the tests that take a sample of the writes take all of them (`just enumerate-engine`).
pub(crate) fn every_write() -> bool {
    std::env::var_os("EVERY_WRITE").is_some()
}

/// An installation whose worker reaches the engine through the proxy.
struct World {
    proxy: Proxy,
    installation: Installation,
}

impl World {
    fn start() -> Self {
        let proxy = Proxy::start();
        let settings = [
            ("DOCKER_HOST", proxy.address()),
            ("CORE_MONITOR_STABLE_FOR", "100ms".to_owned()),
            ("CORE_MONITOR_LEASE_TTL", "1s".to_owned()),
        ];
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let installation = Installation::with(&settings);
        Self { proxy, installation }
    }

    /// The writes of an undisturbed run.
    fn undisturbed(&self, run: impl FnOnce()) -> Vec<String> {
        self.proxy.take_writes();
        run();
        self.proxy.take_writes()
    }

    /// Kills the worker at a write of the command, starts another one, and waits until the command has ended. Returns
    /// where the worker was killed.
    fn killed(
        &mut self,
        write: usize,
        moment: Moment,
        begin: impl FnOnce() -> Command,
    ) -> Result<(String, Command), String> {
        let victim = self.installation.worker().pid();
        self.proxy.arm(Trap { blow: Blow::Kill(victim), write, moment });
        let command = begin();
        let Some(killed_at) = self.proxy.sprung_within(Duration::from_mins(1)) else {
            return Err(format!("there was no write {write}: {:#}", command.ended().body));
        };
        self.installation.worker().ended();
        self.installation.start_worker();
        Ok((killed_at, command.ended()))
    }

    /// The same, for a command that must end `DONE`.
    fn disturbed(
        &mut self,
        write: usize,
        moment: Moment,
        begin: impl FnOnce() -> Command,
    ) -> Result<String, String> {
        let (killed_at, ended) = self.killed(write, moment, begin)?;
        if ended.status() == "DONE" {
            Ok(killed_at)
        } else {
            Err(format!("at {killed_at}: {:#}", ended.body))
        }
    }
}

/// An update and its rollback, killed at every write.
struct Update {
    world: World,
    stack: Stack,
    stranger: Stranger,
    stranger_before: Value,
    scratch: String,
}

impl Update {
    fn start() -> Self {
        let world = World::start();
        let stack = world.installation.create("crash", &definition(1));
        let project = format!("com.docker.compose.project={}", stack.name);
        let stranger = Stranger::run(&["--label", &project, "test/busybox:1"]);
        stack.apply(1).done();
        stack.save(&definition(2));
        docker(&[
            "exec",
            &format!("{}-db-1", stack.name),
            "sh",
            "-c",
            "echo rows > /rows/mark; echo scratch > /scratch/mark",
        ]);
        let stranger_before = stranger.inspected();
        let scratch = anonymous_volume(&stack);
        Self { world, stack, stranger, stranger_before, scratch }
    }

    /// Describes what differs from `expected`; empty if nothing does.
    fn check(&self, expected: &Value) -> Vec<String> {
        let mut wrong = difference(expected, &state(&self.stack));
        let marks =
            docker(&["exec", &format!("{}-db-1", self.stack.name), "cat", "/rows/mark", "/scratch/mark"]);
        if marks != "rows\nscratch" {
            wrong.push(format!("what was in the volumes is now `{marks}`"));
        }
        if anonymous_volume(&self.stack) != self.scratch {
            wrong.push("the database has another anonymous volume".to_owned());
        }
        if self.stranger.inspected() != self.stranger_before {
            wrong.push("a foreign container was touched".to_owned());
        }
        wrong
    }
}

fn anonymous_volume(stack: &Stack) -> String {
    let mounts = stack.container("db-1")["Mounts"].clone();
    let scratch =
        mounts.as_array().unwrap().iter().find(|mount| mount["Destination"] == "/scratch").unwrap().clone();
    scratch["Name"].as_str().unwrap().to_owned()
}

/// Kills on one side of writes of the update and of the rollback: at a sample of them, or at every one. The simulation takes all
/// of them.
fn enumerate_updates(moment: Moment) {
    let mut update = Update::start();
    // The first way back inherits volumes as every later one does; the very first apply could not.
    let mut expected = [Value::Null, Value::Null];
    let mut writes = [0, 0];
    for (way, version) in [2, 1].into_iter().enumerate() {
        let made = update.world.undisturbed(|| {
            update.stack.apply(version).done();
        });
        writes[way] = made.len();
        expected[way] = state(&update.stack);
        assert_eq!(update.check(&expected[way]), [""; 0]);
    }
    assert!(writes.iter().all(|writes| *writes >= 12), "{writes:?}");

    let samples = writes.map(|writes| sample(writes, moment));
    let (mut points, mut diverged) = (0, Vec::new());
    for round in 0..samples[0].len().max(samples[1].len()) {
        for (way, version) in [2, 1].into_iter().enumerate() {
            let Some(&write) = samples[way].get(round) else {
                update.stack.apply(version).done();
                continue;
            };
            points += 1;
            let stack = &update.stack;
            let wrong = match update.world.disturbed(write, moment, || stack.begin_apply(version)) {
                Ok(killed_at) => {
                    let wrong = update.check(&expected[way]).into_iter();
                    wrong
                        .map(|wrong| {
                            format!(
                                "killed {moment:?} write {write} to version {version}, {killed_at}: {wrong}"
                            )
                        })
                        .collect()
                }
                Err(failure) => {
                    vec![format!("killed {moment:?} write {write} to version {version}: {failure}")]
                }
            };
            diverged.extend(wrong);
        }
    }
    eprintln!("update, killed {moment:?}: {points} points, {} diverged", diverged.len());
    assert_eq!(diverged, [""; 0]);
}

/// The writes at which the worker is killed: the first, the last, and every sixth one. The sides take turns, so that every third
/// write is a point on one of them.
fn sample(writes: usize, moment: Moment) -> Vec<usize> {
    if every_write() {
        return (1..=writes).collect();
    }
    let offset = if moment == Moment::Before { 3 } else { 0 };
    (1..=writes).filter(|write| [1, writes].contains(write) || write % 6 == offset).collect()
}

#[test]
fn an_update_killed_before_a_write_ends_the_same() {
    enumerate_updates(Moment::Before);
}

#[test]
fn an_update_killed_after_a_write_ends_the_same() {
    enumerate_updates(Moment::After);
}

#[test]
fn a_first_apply_and_a_delete_end_the_same_wherever_they_are_killed() {
    let mut world = World::start();
    // The same name each time, because hashes of definitions depend on it.
    let name = unique("crash-");
    let stack = world.installation.create_named(&name, &definition(1));
    let applying = world.undisturbed(|| {
        stack.apply(1).done();
    });
    let expected = state(&stack);
    let deleting = world.undisturbed(|| {
        stack.ask("delete", &json!({"volumes": true})).done();
    });
    // Newer engines attach to several networks as they create.
    assert!(applying.len() >= 10 && deleting.len() >= 10, "{applying:?} {deleting:?}");

    let (mut points, mut diverged) = (0, Vec::new());
    for (apply_at, delete_at, moment) in births_and_deaths(applying.len(), deleting.len()) {
        let stack = world.installation.create_named(&name, &definition(1));
        points += 2;
        match world.disturbed(apply_at, moment, || stack.begin_apply(1)) {
            Ok(killed_at) => {
                let wrong = difference(&expected, &state(&stack)).into_iter();
                diverged.extend(
                    wrong.map(|wrong| format!("first apply, killed {moment:?} {killed_at}: {wrong}")),
                );
            }
            Err(failure) => {
                diverged.push(format!("first apply, killed {moment:?} write {apply_at}: {failure}"));
            }
        }
        match world.disturbed(delete_at, moment, || stack.ask_for("delete", &json!({"volumes": true}))) {
            Ok(killed_at) => {
                let left = (stack.containers(), stack.networks(), stack.volumes());
                if !(left.0.is_empty() && left.1.is_empty() && left.2.is_empty()) {
                    diverged.push(format!("delete, killed {moment:?} {killed_at}: {left:?} is left"));
                }
            }
            Err(failure) => diverged.push(format!("delete, killed {moment:?} write {delete_at}: {failure}")),
        }
    }
    eprintln!("first apply and delete: {points} points, {} diverged", diverged.len());
    assert_eq!(diverged, [""; 0]);
}

/// The writes of the first apply and of the delete at which a worker is killed, one of each for a stack: every third one with the
/// last, on either side in turn, or every one on both sides.
fn births_and_deaths(applying: usize, deleting: usize) -> Vec<(usize, usize, Moment)> {
    let both = [Moment::Before, Moment::After];
    if every_write() {
        let writes = 1..=applying.max(deleting);
        let pairs = writes.flat_map(|write| both.map(|moment| (write, moment)));
        return pairs.map(|(write, moment)| (write.min(applying), write.min(deleting), moment)).collect();
    }
    let every_third = |writes: usize| (1..writes).step_by(3).chain([writes]).collect::<Vec<_>>();
    let (applies, deletes) = (every_third(applying), every_third(deleting));
    let turns = 0..applies.len().max(deletes.len());
    turns
        .map(|turn| (applies[turn % applies.len()], deletes[turn % deletes.len()], both[turn % both.len()]))
        .collect()
}
