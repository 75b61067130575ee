//! How a command ends.

use core_monitor_domain::command::{CommandKind, CommandResult, Failure};
use core_monitor_domain::journal::Memory;
use core_monitor_domain::ports::{Finish, StackChange};
use tracing::{info, warn};

use super::context::Context;
use super::{said, taken_back};

/// The effects performed in all attempts.
pub(super) fn effects(memory: &Memory) -> u32 {
    u32::try_from(memory.done().len()).unwrap_or(u32::MAX)
}

/// The end of a DELETE that leaves the engine as it is: with the stack, everything that says that its objects are ours goes.
pub(super) fn forgotten() -> Finish {
    let result = CommandResult { effects: 0, notes: vec![said::left_on_the_engine()], rolled_back_to: None };
    Finish::Done { result, change: Box::new(StackChange { deleted: true, ..StackChange::default() }) }
}

/// The queue waits for a person.
pub(super) fn failed(failure: Failure) -> Finish {
    Finish::Failed { failure }
}

/// The queue goes on although the command has failed. Everything stays as the command left it.
pub(super) fn given_up(failure: Failure, kind: CommandKind, memory: &Memory) -> Finish {
    let failure = Some(taken_back::advised(failure, kind));
    let result = CommandResult { effects: effects(memory), ..CommandResult::default() };
    Finish::Cancelled { failure, result, change: Box::default() }
}

/// Says in the log how a command ended.
pub(super) fn log(context: &Context<'_>, finish: &Finish) {
    let command = context.command;
    let (seq, kind, stack) = (command.seq.0, command.payload.kind(), command.stack_id);
    match finish {
        Finish::Done { result, .. } => info!(seq, %kind, %stack, effects = result.effects, "command done"),
        Finish::Failed { failure } => {
            warn!(seq, %kind, %stack, code = %failure.code, message = failure.text(), "command failed");
        }
        Finish::Cancelled { failure, .. } => {
            let code = failure.as_ref().map(|failure| failure.code.as_str());
            info!(seq, %kind, %stack, code, "command cancelled");
        }
    }
}
