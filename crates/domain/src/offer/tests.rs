use super::*;
use crate::actor::Actor;
use crate::command::{Cancelling, CommandPayload};
use crate::ids::{CommandId, StackId};
use crate::time::Timestamp;
use uuid::Uuid;

fn command(status: CommandStatus) -> Command {
    let payload = CommandPayload::Start { service: None };
    let (id, stack, now) = (CommandId(Uuid::nil()), StackId(Uuid::nil()), Timestamp::from_millis(0).unwrap());
    let saved = Command::saved(id, stack, payload, &Actor::worker(), now).command;
    Command { status, ..saved }
}

#[test]
fn what_is_offered_is_what_is_accepted() {
    let now = Timestamp::from_millis(1).unwrap();
    for status in CommandStatus::ALL {
        let command = command(status);
        assert_eq!(
            command.refusal(Action::RetryCommand).is_none(),
            command.retry(&Actor::worker()).is_some(),
            "{status}"
        );
        let too_late = matches!(command.cancel(&Actor::worker(), now), Cancelling::TooLate);
        assert_eq!(command.refusal(Action::CancelCommand).is_some(), too_late, "{status}");
    }
}

#[test]
fn a_command_is_asked_to_stop_once() {
    let mut command = command(CommandStatus::Running);
    assert_eq!(command.refusal(Action::CancelCommand), None);
    command.cancel_requested_at = Timestamp::from_millis(1);
    assert_eq!(command.refusal(Action::CancelCommand), Some(Unavailable::AskedToStop));
}

#[test]
fn only_an_applied_stack_has_something_to_start() {
    let refused = |applied, apply_ahead| {
        let offers = Standing { applied, apply_ahead }.offers();
        let refused = offers.into_iter().filter(|offer| offer.unavailable.is_some());
        refused.map(|offer| offer.action).collect::<Vec<_>>()
    };
    let actions = [
        Action::DeployArtifact,
        Action::StartStack,
        Action::StopStack,
        Action::RestartStack,
        Action::ScaleService,
    ];
    assert_eq!(refused(false, false), actions);
    assert_eq!(refused(true, false), []);
    assert_eq!(refused(false, true), [], "the version is applied first");
    assert_eq!(Unavailable::NotApplied.message(), "the stack has never been applied");
}

#[test]
fn nothing_starts_in_a_container_that_does_not_run() {
    use ContainerState::{Created, Dead, Exited, Paused, Removing, Restarting, Running};
    let offered = |state: ContainerState| {
        let offers = state.offers().into_iter().filter(|offer| offer.unavailable.is_none());
        offers.map(|offer| offer.action).collect::<Vec<_>>()
    };
    assert_eq!(offered(Running), OF_A_CONTAINER);
    assert_eq!(offered(Paused), [Action::ListProcesses]);
    for state in [Created, Restarting, Exited { code: 0 }, Removing, Dead] {
        assert_eq!(offered(state), [], "{state:?}");
    }
    assert_eq!(Running.refusal(Action::ShowContainerLogs), None);
    assert_eq!(Dead.refusal(Action::ShowContainerLogs), None, "what it wrote is still there");
    assert_eq!(Unavailable::NotRunning.message(), "the container is not running, or is paused");
}
