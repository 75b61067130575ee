//! The stored state.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::actor::{Actor, ActorName};
use core_monitor_domain::adoption::Adoption;
use core_monitor_domain::audit::{AuditEntry, AuditRecord, ChainHead};
use core_monitor_domain::command::{
    Command, CommandStatus, Decision, FailureScope, OpenQueue, OpenWrite, WriteLane,
};
use core_monitor_domain::creation::Creations;
use core_monitor_domain::ids::{
    CommandId, Epoch, InstanceId, PlanId, Seq, SessionId, StackId, VersionNumber, WorkerId,
};
use core_monitor_domain::journal::{Attachment, CommandEvent, Entry, JournalLine};
use core_monitor_domain::observation::{HostObservation, ObservedContainer};
use core_monitor_domain::ports::{
    Idempotency, SealedSecret, StoreError, StoredPlan, StoredPolicy, StoredRegistry, Token,
};
use core_monitor_domain::registry::RegistryHost;
use core_monitor_domain::release::Release;
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::session::Session;
use core_monitor_domain::shared_objects::shared_objects;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::{SourceFile, StackVersion, VersionTag};
use core_monitor_domain::time::Timestamp;
use core_monitor_domain::user::{User, UserName};

use super::alert_store::AlertTables;
use super::instance_store::{Instances, MadeVersions};
use super::key_list_store::KeyLists;
use super::on_demand_store::OnDemandTables;
use super::record_store::Notes;
use super::rollout_store::Rollouts;
use super::secret_store::SecretTables;
use super::statistics_store::Blocks;
use super::template_store::TemplateTables;
use super::{refused, saved_versions};

/// The tables.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) stacks: BTreeMap<StackId, Stack>,
    pub(super) versions: BTreeMap<(StackId, VersionNumber), StackVersion>,
    pub(super) files: BTreeMap<(StackId, VersionNumber), BTreeMap<String, SourceFile>>,
    pub(super) tags: BTreeMap<(StackId, VersionNumber), VersionTag>,
    pub(super) secrets: BTreeMap<(StackId, SecretRef), SealedSecret>,
    pub(super) releases: Vec<Release>,
    pub(super) adoptions: BTreeMap<StackId, Adoption>,
    pub(super) creations: Creations,
    pub(super) registries: BTreeMap<RegistryHost, StoredRegistry>,
    /// By sequence number. The newest one never leaves.
    pub(super) commands: Vec<StoredCommand>,
    /// By id.
    pub(super) events: Vec<CommandEvent>,
    /// The largest id of an event so far, of those that have left too.
    last_event: i64,
    pub(super) lease: Option<StoredLease>,
    pub(super) failure_scope: FailureScope,
    pub(super) host: Option<HostObservation>,
    pub(super) containers: BTreeMap<StackId, Vec<ObservedContainer>>,
    pub(super) plans: BTreeMap<PlanId, StoredPlan>,
    pub(super) statistics: Blocks,
    pub(super) tokens: BTreeMap<ActorName, Token>,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    pub(super) users: BTreeMap<UserName, User>,
    pub(super) policy: StoredPolicy,
    pub(super) named: SecretTables,
    /// By id.
    pub(super) audit: Vec<AuditRecord>,
    /// Where its chain stands, whatever of it has left.
    pub(super) audit_head: ChainHead,
    pub(super) notes: Notes,
    pub(super) on_demand: OnDemandTables,
    pub(super) alerts: AlertTables,
    pub(super) templates: TemplateTables,
    pub(super) instances: Instances,
    pub(super) made_versions: MadeVersions,
    pub(super) key_lists: KeyLists,
    pub(super) rollouts: Rollouts,
    pub(super) instance: Option<InstanceId>,
    /// When the newest backup was made.
    pub(super) backed_up_at: Option<Timestamp>,
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

/// The earlier use of an idempotency key.
pub(super) enum Replay {
    New,
    Same(Box<Command>),
    Other,
}

impl State {
    pub(super) fn live_stack(&self, id: StackId) -> Option<&Stack> {
        self.stacks.get(&id).filter(|stack| stack.deleted_at.is_none())
    }

    pub(super) fn version(&self, stack: StackId, version: VersionNumber) -> Option<StackVersion> {
        self.versions.get(&(stack, version)).map(saved_versions::shown)
    }

    pub(super) fn command(&self, id: CommandId) -> Option<&Command> {
        self.commands.iter().map(|stored| &stored.command).find(|command| command.id == id)
    }

    /// The part of the queue that decides what may start.
    pub(super) fn open_queue(&self) -> OpenQueue {
        let next = self.write_lane().next().map(|next| next.seq);
        let write = self.open(false).find(|command| Some(command.seq) == next);
        OpenQueue { write: write.cloned(), power: self.open(true).cloned().collect() }
    }

    /// The lane of writes.
    pub(super) fn write_lane(&self) -> WriteLane {
        let objects = self.open(false).map(|command| (command.stack_id, self.objects(command.stack_id)));
        // Without any object nothing is known of the stack, as in a database from before they were recorded.
        let objects = objects.filter(|(_, objects)| !objects.is_empty());
        WriteLane {
            scope: self.failure_scope,
            open: self.open(false).map(OpenWrite::from).collect(),
            objects: objects.collect(),
        }
    }

    fn objects(&self, stack: StackId) -> BTreeSet<String> {
        let versions = self.versions.range((stack, VersionNumber(0))..=(stack, VersionNumber(u32::MAX)));
        versions.flat_map(|(_, version)| shared_objects(&version.model)).collect()
    }

    /// The open commands of the power lanes, or of the lane of writes, oldest first.
    pub(super) fn open(&self, power: bool) -> impl Iterator<Item = &Command> {
        let commands = self.commands.iter().map(|stored| &stored.command);
        commands.filter(move |command| !command.status.releases_queue() && command.lane().is_power() == power)
    }

    pub(super) fn command_at(&mut self, seq: Seq) -> Option<&mut Command> {
        let place = self.commands.binary_search_by_key(&seq, |stored| stored.command.seq).ok()?;
        self.commands.get_mut(place).map(|stored| &mut stored.command)
    }

    pub(super) fn replay(&self, by: &Actor, idempotency: Option<&Idempotency>) -> Replay {
        let Some(wanted) = idempotency else { return Replay::New };
        let same_key = |stored: &&StoredCommand| {
            stored.command.principal == *by
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

    /// T1: appends a command to the queue, with its lines. A write changes the revision of its stack.
    pub(super) fn append(
        &mut self,
        accepted: Decision,
        idempotency: Option<Idempotency>,
    ) -> Result<Command, StoreError> {
        let Decision { command, lines, .. } = accepted;
        self.check_new(&command)?;
        let last = self.commands.last().map_or(0, |stored| stored.command.seq.0);
        let command = Command { seq: Seq(last + 1), ..command };
        self.commands.push(StoredCommand { command: command.clone(), idempotency });
        for line in lines {
            self.record(&command, line, command.created_at);
        }
        if let Some(stack) = self.stacks.get_mut(&command.stack_id).filter(|_| !command.lane().is_power()) {
            stack.last_seq = command.seq;
        }
        Ok(command)
    }

    /// T2 to T9: stores a decision about a command, with its lines.
    pub(super) fn save(&mut self, decision: Decision, now: Timestamp) -> Command {
        let Decision { command, lines, .. } = decision;
        if let Some(stored) = self.command_at(command.seq) {
            stored.clone_from(&command);
        }
        for line in lines {
            self.record(&command, line, now);
        }
        command
    }

    /// Tells a command that has just joined the queue if it waits behind a failed one, in its record.
    pub(super) fn tell(&mut self, command: &Command, by: &Actor, now: Timestamp) {
        if let Some(line) = self.write_lane().held(command, by) {
            self.record(command, line, now);
        }
    }

    /// Tells those that wait behind a command which has just failed.
    pub(super) fn tell_waiting(&mut self, failed: &Command, now: Timestamp) {
        let writes: Vec<Command> = self.open(false).cloned().collect();
        for (seq, line) in self.write_lane().held_by(failed, &writes) {
            if let Some(command) = writes.iter().find(|command| command.seq == seq) {
                self.record(command, line, now);
            }
        }
    }

    /// The checks of [`append`](Self::append), to be made before anything related is changed.
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

    /// Adds an entry to the audit.
    pub(super) fn audit(&mut self, entry: AuditEntry) {
        let record = self.audit_head.next(entry);
        self.audit_head = self.audit_head.after(&record);
        self.audit.push(record);
    }

    /// Stores a line in its encoded form, so that an unreadable line shows here too.
    pub(super) fn record(&mut self, command: &Command, line: JournalLine, at: Timestamp) {
        self.last_event += 1;
        let (entry, inline) = Entry::decode(line.entry.encode());
        let stored = line.attachment.map(|attachment| attachment.encode().to_string());
        let attachment = stored.and_then(|stored| Attachment::decode(&stored).ok()).or(inline);
        self.events.push(CommandEvent {
            id: self.last_event,
            command_id: command.id,
            seq: command.seq,
            stack_id: command.stack_id,
            at,
            line: JournalLine { entry, attachment, ..line },
        });
    }
}
