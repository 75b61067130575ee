//! Many power changes next to a write, with a database that has a single write connection: nothing may block it.

use std::time::Duration;

use core_monitor_application::server::{CreateStack, Form};
use core_monitor_domain::actor::{Actor, SystemPart};
use core_monitor_domain::command::{
    ApplyOptions, CommandPayload, CommandStatus, NewCommand, OnFailure, PowerChange, SleepMode,
};
use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::ports::{Clock as _, Enqueued};
use core_monitor_domain::stack_version::Source;
use core_monitor_host::SystemClock;
use core_monitor_simulation::engine::SimImage;
use uuid::Uuid;

use crate::installation::Installation;

/// As many as a worker wakes at once, plus some that wait.
const STACKS: u128 = 8;
/// Nothing here takes seconds. A worker that waits for itself waits forever.
const FOR_EVER: Duration = Duration::from_mins(2);

async fn create(installation: &Installation, actor: &Actor, name: String) -> StackId {
    let text = "services: { web: { image: 'web:1', restart: always, scale: 6 } }";
    let request = CreateStack {
        name: Some(name),
        on_failure: OnFailure::Hold,
        form: Form::Text,
        source: Source::single("compose.yaml", text),
        comment: String::new(),
        idempotency: None,
    };
    installation.server.create_stack(actor, request).await.unwrap().saved.stack.id
}

fn apply() -> CommandPayload {
    CommandPayload::Apply { version: VersionNumber(1), options: ApplyOptions::default() }
}

#[tokio::test]
async fn power_changes_and_a_write_share_the_write_connection() {
    let installation = Installation::new().await;
    installation.engine.add_image(SimImage::new("web:1"));
    let actor = Actor::from_stored("alice");
    let mut stacks = Vec::new();
    for number in 0..STACKS {
        let stack = create(&installation, &actor, format!("stack-{number}")).await;
        let applied = installation.carry_out(&actor, stack, apply()).await;
        assert_eq!(applied.status, CommandStatus::Done, "{:?}", applied.failure);
        stacks.push(stack);
    }
    let other = create(&installation, &actor, "other".to_owned()).await;
    for (round, change) in [PowerChange::sleep(SleepMode::Stop), PowerChange::wake()].into_iter().enumerate()
    {
        let mut commands = Vec::new();
        for (number, stack) in (0_u128..).zip(&stacks) {
            let id = CommandId(Uuid::from_u128(1_000 * (1 + round as u128) + number));
            let command =
                NewCommand::power(id, *stack, change.clone(), SystemPart::Gateway, None, SystemClock.now());
            let Enqueued::New(command) =
                installation.database.command_queue().enqueue(command).await.unwrap()
            else {
                panic!("it was asked for before")
            };
            commands.push(command.id);
        }
        commands.push(installation.enqueue(&actor, other, apply()).await);
        let settled = tokio::time::timeout(FOR_EVER, installation.settle_all(&commands)).await;
        for command in settled.expect("the worker waits for itself") {
            assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
        }
    }
}
