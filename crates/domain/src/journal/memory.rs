//! What a worker knows about the command it is running.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_message::Message;

use super::attachment::{Attachment, Baseline};
use super::entry::{Entry, Intent};
use super::outcome::{Answer, ErrorClass, Outcome};
use super::said;
use super::sighting::Sighting;
use super::tally::Tally;
use super::{CommandEvent, EffectNumber, JournalLine};
use crate::command::Failure;
use crate::ids::{ContainerId, Seq};
use crate::image::ImageRef;
use crate::observation::{Observation, ObservedContainer};
use crate::plan::{Fingerprint, Operation};
use crate::planner::Facts;
use crate::stack::RunId;

/// The journal of a command since its last retry, folded.
///
/// Only [`apply`](Self::apply) changes it. A worker whose lines could not be stored discards it, so a worker that takes
/// over a command has the same memory as the previous worker had after its last write.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memory {
    facts: Facts,
    baseline: bool,
    open: BTreeMap<EffectNumber, Intent>,
    last_effect: EffectNumber,
    done: Vec<Message>,
    tally: Tally,
    steps: BTreeSet<Fingerprint>,
    stopping: BTreeSet<ContainerId>,
    crashes: u32,
    /// Whether the current attempt has nothing left to do but wait.
    waiting: bool,
    /// Workers that died while they did nothing but wait.
    interrupted_waits: u32,
    /// The highest of both counts so far.
    worst: Deaths,
    rolling_back: Option<Failure>,
    settling: Option<Settling>,
    notes: Vec<Message>,
    /// Artifacts may have been put in.
    puts: bool,
}

/// The command is ending early.
#[derive(Debug, Clone, PartialEq, Default)]
struct Settling {
    failure: Option<Failure>,
    /// The effects that had succeeded before.
    done: usize,
    /// Interrupted containers that were started since, by name.
    brought_back: BTreeSet<String>,
}

/// Workers that died, without an effect completed in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deaths {
    /// While they did something.
    pub working: u32,
    /// While they did nothing but wait.
    pub waiting: u32,
}

/// A line that contradicts the previous ones, or that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// This version does not know the form of the line.
    #[error("{0}")]
    Unreadable(String),
    /// An outcome of an effect that was never started or has already ended.
    #[error("effect {} has an outcome but no open intent", .0.0)]
    NoIntent(EffectNumber),
    /// An intent whose number is already used.
    #[error("effect {} has two intents", .0.0)]
    IntentAgain(EffectNumber),
    /// The attachment of the line is missing or has the wrong type.
    #[error("its attachment is missing")]
    NoAttachment,
}

/// A journal that cannot be folded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {event} of command {seq} cannot be read")]
pub struct JournalError {
    /// The event's id.
    pub event: i64,
    /// The command's place in the queue.
    pub seq: Seq,
    /// What is wrong with it.
    pub source: Mismatch,
}

impl Memory {
    /// Folds a journal, oldest event first.
    pub fn read(journal: &[CommandEvent]) -> Result<Self, JournalError> {
        let mut memory = Self::default();
        for event in journal {
            memory.apply(&event.line).map_err(|source| JournalError {
                event: event.id,
                seq: event.seq,
                source,
            })?;
        }
        Ok(memory)
    }

    /// Applies a line that is about to be stored, or that an earlier worker stored. An invalid line changes nothing.
    pub fn apply(&mut self, line: &JournalLine) -> Result<(), Mismatch> {
        match &line.entry {
            Entry::Unreadable(unreadable) => return Err(Mismatch::Unreadable(unreadable.reason.clone())),
            Entry::Adopted => self.note_crash(),
            Entry::Handover => self.note_progress(),
            Entry::Planned(planned) if planned.baseline => {
                let Some(Attachment::Baseline(baseline)) = &line.attachment else {
                    return Err(Mismatch::NoAttachment);
                };
                self.note_baseline(baseline);
            }
            Entry::Planned(planned) if planned.effects == 0 && planned.steps > 0 => self.waiting = true,
            Entry::Progress(progress) if self.open.is_empty() && progress.operation.is_wait() => {
                self.waiting = true;
            }
            Entry::Intent(intent) => self.note_intent(intent)?,
            Entry::Outcome(outcome) => self.note_outcome(outcome)?,
            Entry::RollingBack { failure, lines } => {
                self.note_rollback(complete(failure, *lines, line.attachment.as_ref())?);
            }
            Entry::Settling { failure, lines } => {
                let complete = |failure: &Failure| complete(failure, *lines, line.attachment.as_ref());
                let failure = failure.as_deref().map(complete).transpose()?;
                self.settling = Some(Settling { failure, done: self.done.len(), ..Settling::default() });
            }
            Entry::Folder(change) => {
                let paths = change.overwritten.iter().map(ToString::to_string);
                self.facts.overwritten.extend(paths);
            }
            Entry::Noted(note) => self.notes.push(note.clone()),
            // Lines for people and status changes contain nothing about the engine.
            Entry::Planned(_)
            | Entry::Verified(_)
            | Entry::Progress(_)
            | Entry::Retrying { .. }
            | Entry::Enqueued
            | Entry::Held(_)
            | Entry::Claimed
            | Entry::CancelRequested
            | Entry::Retried
            | Entry::Done(_)
            | Entry::Failed { .. }
            | Entry::Cancelled(_) => {}
        }
        Ok(())
    }

    fn note_baseline(&mut self, baseline: &Baseline) {
        self.baseline = true;
        self.facts.restarting.clone_from(&baseline.restarting);
        self.facts.doomed_volumes.clone_from(&baseline.doomed_volumes);
    }

    /// A worker died. If it only waited, the command was not what killed it.
    fn note_crash(&mut self) {
        if std::mem::take(&mut self.waiting) {
            self.interrupted_waits += 1;
        } else {
            self.crashes += 1;
        }
        self.worst.working = self.worst.working.max(self.crashes);
        self.worst.waiting = self.worst.waiting.max(self.interrupted_waits);
    }

    fn note_progress(&mut self) {
        self.crashes = 0;
        self.interrupted_waits = 0;
    }

    fn note_intent(&mut self, intent: &Intent) -> Result<(), Mismatch> {
        if intent.effect <= self.last_effect {
            return Err(Mismatch::IntentAgain(intent.effect));
        }
        self.last_effect = intent.effect;
        self.waiting = false;
        self.puts |= intent.operation == Operation::PutArtifact;
        if intent.operation.ends_a_run() {
            self.stopping.extend(intent.container.clone());
            let stopped = intent.container.clone().map(|container| (container, intent.target.to_string()));
            self.facts.interrupted.extend(stopped);
        }
        self.open.insert(intent.effect, intent.clone());
        Ok(())
    }

    fn note_outcome(&mut self, outcome: &Outcome) -> Result<(), Mismatch> {
        let effect = outcome.effect;
        let intent = self.open.remove(&effect).ok_or(Mismatch::NoIntent(effect))?;
        if self.tally.counts(intent.operation, &intent.action, &outcome.answer) {
            self.done.push(intent.action.clone());
        }
        match &outcome.answer {
            Answer::Succeeded { warnings, .. } => self.note_success(intent, warnings),
            Answer::Failed { class, .. } if class.is_unknown() => {
                self.open.insert(effect, intent);
            }
            Answer::Failed { message, tolerated: true, .. } => {
                self.notes.push(said::continued_although(message.clone(), intent.action));
            }
            Answer::Failed { class, .. } => self.note_failure(intent, *class),
            Answer::Seen(sighting) => self.note_seen(&intent, *sighting),
        }
        Ok(())
    }

    /// What the engine refuses to bring up stays down. A former container was up before, so only its start speaks against it.
    fn note_failure(&mut self, intent: Intent, class: ErrorClass) {
        let Some(container) = intent.container.filter(|_| class.is_lasting()) else { return };
        let is_former = self.facts.interrupted.contains_key(&container);
        let prepares = matches!(
            intent.operation,
            Operation::ConnectNetwork | Operation::CopyFiles | Operation::PutArtifact
        );
        if intent.operation.begins_a_run() || (prepares && !is_former) {
            self.facts.unstartable.insert(container);
        }
    }

    fn note_started(&mut self, intent: &Intent) {
        if let Some(container) = &intent.container {
            self.stopping.remove(container);
        }
        let target = intent.target.as_str();
        let was_interrupted = self.facts.interrupted.values().any(|name| name == target);
        if let Some(settling) = self.settling.as_mut().filter(|_| was_interrupted) {
            settling.brought_back.insert(target.to_owned());
        }
        self.facts.note_started(intent.container.clone());
    }

    fn note_seen(&mut self, intent: &Intent, sighting: Sighting) {
        if sighting == Sighting::Running && intent.operation.begins_a_run() {
            self.note_progress();
            self.note_started(intent);
        }
    }

    fn note_success(&mut self, intent: Intent, warnings: &[Message]) {
        self.note_progress();
        let target = &intent.target;
        self.notes.extend(warnings.iter().map(|warning| said::warned_about(target, warning.clone())));
        match intent.operation {
            Operation::PullImage => {
                self.facts.pulled.insert(ImageRef(target.to_string()));
            }
            Operation::PostStart => {
                self.facts.hooked.extend(intent.container.zip(intent.hook));
            }
            operation if operation.begins_a_run() => self.note_started(&intent),
            _ => {}
        }
        if !intent.operation.prepares_the_next_step() {
            self.steps.extend(intent.step);
        }
    }

    fn note_rollback(&mut self, failure: Failure) {
        self.rolling_back = Some(failure);
        // What happened to the failed version's containers does not apply to the earlier version's.
        self.facts.started.clear();
    }

    /// The facts for the planner. `stopped_runs` are those of the stack; `settled` are the runs that were watched for
    /// the stability period. The latter are not stored: losing them only repeats a wait.
    ///
    /// A run that this command ended itself, for example to repair a network, did not exit by itself: whatever its exit
    /// code, the planner has to start the container again, even after a crash in between.
    pub fn facts(&self, observed: &Observation, stopped_runs: &[RunId], settled: &BTreeSet<RunId>) -> Facts {
        let mut facts = self.facts.clone();
        facts.settled.clone_from(settled);
        facts.stopped_runs = stopped_runs.iter().cloned().collect();
        let ended = |c: &&ObservedContainer| !c.state.is_up() && self.stopping.contains(&c.id);
        for container in observed.containers.iter().filter(ended) {
            facts.started.remove(&container.id);
            facts.stopped_runs.extend(container.run());
        }
        facts
    }

    /// Whether the baseline was recorded. It is recorded once, with the first plan.
    pub fn has_baseline(&self) -> bool {
        self.baseline
    }

    /// Whether any effect was started.
    pub fn has_begun(&self) -> bool {
        self.last_effect != EffectNumber::default()
    }

    /// Whether an artifact may have been put into a container.
    pub fn has_put(&self) -> bool {
        self.puts
    }

    /// Effects whose result is unknown, oldest first.
    pub fn open(&self) -> impl Iterator<Item = &Intent> {
        self.open.values()
    }

    /// The largest number in use.
    pub fn last_effect(&self) -> EffectNumber {
        self.last_effect
    }

    /// Effects that succeeded, as texts, in order.
    pub fn done(&self) -> &[Message] {
        &self.done
    }

    /// Those of them that succeeded before the command was ending.
    pub fn done_before_the_end(&self) -> &[Message] {
        let before = self.settling.as_ref().map_or(self.done.len(), |settling| settling.done);
        self.done.get(..before).unwrap_or(&self.done)
    }

    /// Whether this step of a confirmed plan has succeeded and must not come again, see
    /// [`Operation::prepares_the_next_step`].
    pub fn has_done(&self, step: &Fingerprint) -> bool {
        self.steps.contains(step)
    }

    /// Containers whose stop was started and that were not started again since.
    pub fn stopping(&self) -> &BTreeSet<ContainerId> {
        &self.stopping
    }

    /// Workers that died while running the command, since its last completed effect. Those that only waited are not
    /// counted.
    pub fn crashes(&self) -> u32 {
        self.crashes
    }

    /// The most workers that died without completing an effect, at any time of the command: what follows from it stays
    /// decided, whatever succeeds afterwards.
    pub fn worst(&self) -> Deaths {
        self.worst
    }

    /// Whether the command is ending early, and brings back what it has interrupted.
    pub fn is_settling(&self) -> bool {
        self.settling.is_some()
    }

    /// The failure that it is ending with, if it is ending with one.
    pub fn settling(&self) -> Option<&Failure> {
        self.settling.as_ref()?.failure.as_ref()
    }

    /// Interrupted containers that were started since the command is ending, by name.
    pub fn brought_back(&self) -> impl Iterator<Item = &str> {
        self.settling.iter().flat_map(|settling| &settling.brought_back).map(String::as_str)
    }

    /// Whether a container was stopped and not started again since.
    pub fn has_interrupted(&self) -> bool {
        !self.facts.interrupted.is_empty()
    }

    /// Workers that died while they only waited, since the last completed effect.
    pub fn interrupted_waits(&self) -> u32 {
        self.interrupted_waits
    }

    /// Why the command goes back to the earlier release, if it does.
    pub fn rolling_back(&self) -> Option<&Failure> {
        self.rolling_back.as_ref()
    }

    /// What a person should know although it succeeded.
    pub fn notes(&self) -> &[Message] {
        &self.notes
    }
}

/// The failure with its last output.
fn complete(failure: &Failure, lines: u32, attachment: Option<&Attachment>) -> Result<Failure, Mismatch> {
    let mut failure = failure.clone();
    match attachment {
        Some(Attachment::Lines { lines }) => failure.logs.clone_from(lines),
        None if lines == 0 => {}
        _ => return Err(Mismatch::NoAttachment),
    }
    Ok(failure)
}
