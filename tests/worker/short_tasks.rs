//! Tasks that end by themselves at once: a command starts each of them at most once, whatever the engine remembers.

use core_monitor_domain::command::{CommandPayload, CommandStatus};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::ApiVersion;
use core_monitor_simulation::engine::{Behaviour, SimImage};

use crate::installation::{Installation, apply};
use crate::runtime;

/// A service that stays up, and two tasks that nothing waits for.
fn definition(restart: &str) -> String {
    format!(
        "services:
  app: {{ image: 'app:1', restart: always }}
  migrate: {{ image: 'task:1', command: migrate{restart} }}
  seed: {{ image: 'task:1', command: seed{restart} }}
"
    )
}

struct Bench {
    installation: Installation,
    stack: StackId,
    context: String,
}

impl Bench {
    async fn new(restart: &str, ticks: u64, forgetful: bool) -> Self {
        let installation = Installation::new(ApiVersion { major: 1, minor: 44 });
        installation.engine.add_image(SimImage::new("app:1"));
        installation.engine.add_image(SimImage::new("task:1"));
        for command in ["migrate", "seed"] {
            installation.engine.script(command, Behaviour::exits(ticks, 0));
        }
        installation.engine.set_forgetful(forgetful);
        let stack = installation.create(&definition(restart)).await;
        let context = format!("{restart:?}, {ticks} ticks, forgetful: {forgetful}");
        Self { installation, stack, context }
    }

    fn starts(&self, service: &str) -> u32 {
        let id = self.installation.engine.container_named(&format!("shop-{service}-1"));
        id.and_then(|id| self.installation.engine.starts().get(&id).copied()).unwrap_or_default()
    }

    /// How often the command started each task.
    async fn started_by(&self, payload: CommandPayload) -> [u32; 2] {
        let before = [self.starts("migrate"), self.starts("seed")];
        let named = format!("{payload:?}");
        let command = self.installation.carry_out(self.stack, payload).await;
        let failure = command.failure;
        assert_eq!(command.status, CommandStatus::Done, "{named} of {}: {failure:?}", self.context);
        [self.starts("migrate") - before[0], self.starts("seed") - before[1]]
    }
}

fn start(service: Option<&str>) -> CommandPayload {
    CommandPayload::Start { service: service.map(|name| name.parse().unwrap()) }
}

fn restart(service: Option<&str>) -> CommandPayload {
    CommandPayload::Restart { service: service.map(|name| name.parse().unwrap()) }
}

#[test]
fn a_command_starts_a_short_task_at_most_once() {
    for policy in ["", ", restart: 'no'", ", restart: on-failure"] {
        for ticks in [0, 1, 2] {
            runtime().block_on(async {
                let bench = Bench::new(policy, ticks, false).await;
                assert_eq!(bench.started_by(apply(1)).await, [1, 1], "{}", bench.context);
                for payload in [
                    apply(1),
                    restart(None),
                    CommandPayload::Stop { service: None },
                    start(None),
                    start(None),
                ] {
                    let started = bench.started_by(payload.clone()).await;
                    assert_eq!(started, [0, 0], "what is done stays done: {payload:?}, {}", bench.context);
                }
                // Asked for by name, it runs again, once.
                assert_eq!(bench.started_by(restart(Some("migrate"))).await, [1, 0], "{}", bench.context);
                assert_eq!(bench.started_by(start(Some("seed"))).await, [0, 1], "{}", bench.context);
                assert_eq!(bench.started_by(start(None)).await, [0, 0], "{}", bench.context);
            });
        }
    }
}

#[test]
fn an_engine_that_cannot_say_how_a_task_ended_makes_no_command_run_it_twice() {
    for policy in ["", ", restart: 'no'", ", restart: on-failure"] {
        for ticks in [0, 1, 2] {
            runtime().block_on(async {
                let bench = Bench::new(policy, ticks, true).await;
                for payload in [
                    apply(1),
                    apply(1),
                    restart(None),
                    CommandPayload::Stop { service: None },
                    start(None),
                    start(None),
                    restart(Some("seed")),
                ] {
                    let started = bench.started_by(payload.clone()).await;
                    assert!(
                        started.iter().all(|times| *times <= 1),
                        "{payload:?}: {started:?}, {}",
                        bench.context
                    );
                }
                // Nobody knows that they have done their work, so they are down, and somebody is told.
                let command = bench.installation.carry_out(bench.stack, apply(1)).await;
                let notes = command.result.unwrap().notes;
                let told =
                    notes.iter().filter(|note| note.text().contains("no longer says whether by itself"));
                assert_eq!(told.count(), 2, "{}: {notes:?}", bench.context);
                assert!(!bench.installation.planned(bench.stack, &apply(1)).await.is_empty());
            });
        }
    }
}
