//! What is stored.

use std::collections::BTreeMap;

use core_monitor_domain::adoption::Adoption;
use core_monitor_domain::command::{Command, CommandStatus};
use core_monitor_domain::command_event::{CommandEvent, EventEntry, EventKind};
use core_monitor_domain::ids::{CommandId, Epoch, InstanceId, PlanId, Seq, StackId, VersionNumber, WorkerId};
use core_monitor_domain::observation::{HostObservation, ObservedContainer};
use core_monitor_domain::ports::{Idempotency, StoreError, StoredPlan, StoredRegistry, Token};
use core_monitor_domain::registry::RegistryHost;
use core_monitor_domain::release::Release;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::{SourceFile, StackVersion};
use core_monitor_domain::time::Timestamp;

use super::refused;

/// The tables.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) stacks: BTreeMap<StackId, Stack>,
    pub(super) versions: BTreeMap<(StackId, VersionNumber), StackVersion>,
    pub(super) files: BTreeMap<(StackId, VersionNumber), BTreeMap<String, SourceFile>>,
    pub(super) releases: Vec<Release>,
    pub(super) adoptions: BTreeMap<StackId, Adoption>,
    pub(super) registries: BTreeMap<RegistryHost, StoredRegistry>,
    /// By seq: gapless, from 1.
    pub(super) commands: Vec<StoredCommand>,
    /// By id: gapless, from 1.
    pub(super) events: Vec<CommandEvent>,
    pub(super) lease: Option<StoredLease>,
    pub(super) host: Option<HostObservation>,
    pub(super) containers: BTreeMap<StackId, Vec<ObservedContainer>>,
    pub(super) plans: BTreeMap<PlanId, StoredPlan>,
    pub(super) tokens: BTreeMap<String, Token>,
    pub(super) instance: Option<InstanceId>,
}

#[derive(Debug)]
pub(super) struct StoredCommand {
    pub(super) command: Command,
    pub(super) idempotency: Option<Idempotency>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StoredLease {
    pub(super) worker: WorkerId,
    pub(super) epoch: Epoch,
    pub(super) expires_at: Timestamp,
}

/// What an idempotency key was used for before.
pub(super) enum Replay {
    New,
    Same(Box<Command>),
    Other,
}

impl State {
    pub(super) fn live_stack(&self, id: StackId) -> Option<&Stack> {
        self.stacks.get(&id).filter(|stack| stack.deleted_at.is_none())
    }

    pub(super) fn command(&self, id: CommandId) -> Option<&Command> {
        self.commands.iter().map(|stored| &stored.command).find(|command| command.id == id)
    }

    /// The oldest command that is neither `DONE` nor `CANCELLED`.
    pub(super) fn head(&self) -> Option<&Command> {
        self.commands.iter().map(|stored| &stored.command).find(|command| !command.status.releases_queue())
    }

    pub(super) fn command_at(&mut self, seq: Seq) -> Option<&mut Command> {
        let place = usize::try_from(seq.0.checked_sub(1)?).ok()?;
        self.commands.get_mut(place).map(|stored| &mut stored.command)
    }

    pub(super) fn replay(&self, principal: &str, idempotency: Option<&Idempotency>) -> Replay {
        let Some(wanted) = idempotency else { return Replay::New };
        let same_key = |stored: &&StoredCommand| {
            stored.command.principal == principal
                && stored.idempotency.as_ref().is_some_and(|used| used.key == wanted.key)
        };
        match self.commands.iter().find(same_key) {
            None => Replay::New,
            Some(stored) if stored.idempotency.as_ref() == Some(wanted) => {
                Replay::Same(Box::new(stored.command.clone()))
            }
            Some(_) => Replay::Other,
        }
    }

    /// Puts a command at the end of the queue, with its events, and moves the revision of its stack.
    pub(super) fn append(
        &mut self,
        command: Command,
        idempotency: Option<Idempotency>,
    ) -> Result<Command, StoreError> {
        self.check_new(&command)?;
        let last = self.commands.last().map_or(0, |stored| stored.command.seq.0);
        let command = Command { seq: Seq(last + 1), ..command };
        self.commands.push(StoredCommand { command: command.clone(), idempotency });
        let event = |kind| EventEntry::status(kind, &command.principal);
        self.record(&command, event(EventKind::Enqueued), command.created_at);
        if command.status == CommandStatus::Done {
            self.record(&command, event(EventKind::Done), command.created_at);
        }
        if let Some(stack) = self.stacks.get_mut(&command.stack_id) {
            stack.last_seq = command.seq;
        }
        Ok(command)
    }

    /// What [`append`](Self::append) refuses, to be asked before anything that goes with it is changed.
    pub(super) fn check_new(&self, command: &Command) -> Result<(), StoreError> {
        if self.command(command.id).is_some() {
            return Err(refused(format_args!("the command id `{}` is taken", command.id)));
        }
        let expected =
            if command.payload.kind().is_immediate() { CommandStatus::Done } else { CommandStatus::Pending };
        if command.status != expected {
            return Err(refused("a command enters the queue as PENDING"));
        }
        Ok(())
    }

    pub(super) fn record(&mut self, command: &Command, entry: EventEntry, at: Timestamp) {
        let id = self.events.last().map_or(1, |event| event.id + 1);
        self.events.push(CommandEvent {
            id,
            command_id: command.id,
            seq: command.seq,
            stack_id: command.stack_id,
            at,
            entry: entry.bounded(),
        });
    }
}
