//! Carrying out one plan.
//!
//! A step begins with the success of the last step it comes after; there are no rounds and no second look in between.
//! The first answer that is not a definite success ends the pass: nothing more is begun, what runs is waited for, and
//! whoever called looks at the engine again.

use std::collections::HashMap;
use std::time::Duration;

use core_monitor_domain::command_event::EventEntry;
use core_monitor_domain::desired::{DesiredStack, HookStage, ServiceSpec};
use core_monitor_domain::ids::{ContainerId, StepId};
use core_monitor_domain::observation::{Observation, ObservedContainer};
use core_monitor_domain::plan::{Action, Plan, Step};
use core_monitor_domain::planner::Facts;
use core_monitor_domain::ports::{EffectOutcome, EngineError};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::context::Context;
use super::goal::Goal;
use super::history::OpenIntent;
use super::perform::{Answer, Perform, container_of};
use super::resolve::Made;
use super::schedule::Schedule;
use super::setback::Setback;
use super::tenure::Halt;
use super::wait::{Met, Wait};

/// What the passes of one command remember.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// For the planner.
    pub(crate) facts: Facts,
    /// Effects that succeeded, as sentences, in order.
    pub(crate) done: Vec<String>,
    /// Effects of which nobody knows whether they happened.
    pub(crate) open: Vec<OpenIntent>,
    /// Containers whose stop was begun and that were not started since.
    pub(crate) stopping: Vec<ContainerId>,
    /// Elapsed time at which each wait began, so that a pass cut short does not prolong it.
    waiting_since: HashMap<(ContainerId, &'static str), Duration>,
    /// What a person should know although it worked.
    pub(crate) notes: Vec<String>,
}

impl Memory {
    /// A run that this command ended itself, to put a network right for instance, did not end by itself: whatever its
    /// exit code, the planner has to start the container again, also when a crash came in between.
    pub(crate) fn note_stopped(&mut self, observed: &Observation) {
        let ended = |c: &&ObservedContainer| !c.state.is_up() && self.stopping.contains(&c.id);
        for container in observed.containers.iter().filter(ended) {
            self.facts.started.remove(&container.id);
            self.facts.stopped_runs.extend(container.run());
        }
    }
}

/// What came of a pass.
#[derive(Debug)]
pub(crate) struct PassEnd {
    /// `None`: every step that could begin has succeeded.
    pub(crate) setback: Option<Setback>,
    /// Effects and waits that succeeded.
    pub(crate) succeeded: usize,
    /// Effects of the plan that were not done, as sentences.
    pub(crate) undone: Vec<String>,
}

/// One pass.
pub(crate) struct Pass<'a> {
    context: &'a Context<'a>,
    goal: &'a Goal,
    memory: &'a mut Memory,
    schedule: Schedule<'a>,
    made: Made,
    effects: FuturesUnordered<BoxFuture<'a, Answer<'a>>>,
    waits: FuturesUnordered<BoxFuture<'a, (StepId, Result<Met, Setback>)>>,
    end_pulls: CancellationToken,
    setback: Option<Setback>,
    succeeded: usize,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        goal: &'a Goal,
        plan: &'a Plan,
        memory: &'a mut Memory,
    ) -> Self {
        Self {
            context,
            goal,
            memory,
            schedule: Schedule::new(plan, context.settings.parallelism, |step| starts_port_range(goal, step)),
            made: Made::from_files(context.command.stack_id, goal.version),
            effects: FuturesUnordered::new(),
            waits: FuturesUnordered::new(),
            end_pulls: CancellationToken::new(),
            setback: None,
            succeeded: 0,
        }
    }

    /// `entries` are written together with the first intents.
    pub(crate) async fn run(mut self, mut entries: Vec<EventEntry>) -> PassEnd {
        loop {
            let begun = self.begin(&mut entries).await;
            entries.extend(self.context.journal.take_notes());
            if !entries.is_empty() && self.context.tenure.halt() != Some(Halt::LeaseLost) {
                // Intents are committed before their effects are sent, outcomes before anything relies on them.
                if let Err(halt) = self.context.journal.record(std::mem::take(&mut entries)).await {
                    self.end(Setback::Halted(halt));
                }
            }
            self.launch(begun);
            if self.effects.is_empty() && self.waits.is_empty() {
                break;
            }
            self.attend(&mut entries).await;
        }
        let undone = self.schedule.undone().iter().map(|step| step.action.to_string()).collect();
        PassEnd { setback: self.setback, succeeded: self.succeeded, undone }
    }

    /// Takes the steps that may begin and adds their intents to `entries`.
    async fn begin(&mut self, entries: &mut Vec<EventEntry>) -> Vec<Perform<'a>> {
        let mut begun = Vec::new();
        while self.setback.is_none() {
            let ready = self.schedule.take_ready();
            if ready.is_empty() {
                break;
            }
            let mut checkpoint = false;
            for step in ready {
                match (self.made.effect(&step.action), &step.action) {
                    (Ok(Some(effect)), _) => {
                        let container = container_of(&effect).cloned();
                        let (number, intent) = self.context.journal.intent(step, container.as_ref());
                        self.remember_intent(step, number, container);
                        entries.push(intent);
                        begun.push(Perform { context: self.context, goal: self.goal, step, number, effect });
                    }
                    (Ok(None), Action::Prepared) => {
                        checkpoint = true;
                        self.schedule.succeed(step.id);
                    }
                    (Ok(None), _) => self.wait(step),
                    (Err(unresolved), _) => {
                        self.schedule.abandon(step.id);
                        self.end(Setback::LookAgain { words: unresolved.to_string(), contested: None });
                    }
                }
            }
            // A checkpoint is passed at once, and what comes after it belongs to the same transaction.
            if !checkpoint {
                break;
            }
        }
        if !begun.is_empty()
            && let Err(halt) = self.context.tenure.may_act().await
        {
            self.end(Setback::Halted(halt));
        }
        if self.setback.is_some() {
            self.forget(entries, std::mem::take(&mut begun));
        }
        begun
    }

    /// Nothing of it was sent, so nothing of it is written.
    fn forget(&mut self, entries: &mut Vec<EventEntry>, begun: Vec<Perform<'a>>) {
        let intent = core_monitor_domain::command_event::EventKind::Intent;
        entries.retain(|entry| entry.kind != intent);
        for perform in begun {
            self.schedule.abandon(perform.step.id);
            self.memory.open.retain(|open| open.effect != perform.number);
        }
    }

    fn remember_intent(&mut self, step: &Step, number: u64, container: Option<ContainerId>) {
        if let (Action::StopContainer { .. }, Some(id)) = (&step.action, &container) {
            self.memory.stopping.push(id.clone());
        }
        let hook = match &step.action {
            Action::RunHook { index, .. } => Some(*index),
            _ => None,
        };
        self.memory.open.push(OpenIntent {
            effect: number,
            op: step.action.op().to_owned(),
            target: step.action.subject().to_owned(),
            container,
            hook,
        });
    }

    fn launch(&mut self, begun: Vec<Perform<'a>>) {
        // The transaction with the intents may have shown that the lease is lost.
        if matches!(self.setback, Some(Setback::Halted(_))) {
            for perform in begun {
                self.schedule.abandon(perform.step.id);
            }
            return;
        }
        for perform in begun {
            let end_pulls = self.end_pulls.clone();
            self.effects.push(async move { perform.run(&end_pulls).await }.boxed());
        }
    }

    fn wait(&mut self, step: &'a Step) {
        let container = step.action.container().map(|target| self.made.container(target));
        let Some(Ok(container)) = container else {
            let words = format!("nothing to wait for at `{}`", step.action.subject());
            return self.end(Setback::LookAgain { words, contested: None });
        };
        let key = (container.clone(), step.action.op());
        let now = self.context.clock().elapsed();
        let since = *self.memory.waiting_since.entry(key).or_insert(now);
        let service = service_of(&self.goal.desired, step);
        let wait = Wait { context: self.context, step, container, service, since };
        self.waits.push(async move { (wait.step.id, wait.run().await) }.boxed());
    }

    /// Waits until something happens.
    async fn attend(&mut self, entries: &mut Vec<EventEntry>) {
        let ending = self.setback.is_some();
        tokio::select! {
            biased;
            Some(answer) = self.effects.next() => {
                self.settle(answer, entries);
                while let Some(Some(answer)) = self.effects.next().now_or_never() {
                    self.settle(answer, entries);
                }
            }
            Some((step, end)) = self.waits.next() => self.settle_wait(step, end),
            () = self.context.journal.noted() => {}
            halt = self.context.tenure.halted(), if !ending => self.end(Setback::Halted(halt)),
            else => {}
        }
    }

    fn settle(&mut self, answer: Answer<'a>, entries: &mut Vec<EventEntry>) {
        let Answer { step, number, container, reply, took } = answer;
        let Some(reply) = reply else {
            self.schedule.abandon(step.id);
            self.memory.open.retain(|open| open.effect != number);
            let broken_off = Err(EngineError::Conflict { message: "broken off".to_owned() });
            entries.push(self.context.journal.outcome(number, step, &broken_off, took));
            return;
        };
        entries.push(self.context.journal.outcome(number, step, &reply, took));
        match reply {
            Ok(outcome) => {
                self.memory.open.retain(|open| open.effect != number);
                self.succeed(step, &outcome, container);
            }
            Err(EngineError::CommandFailed { code, .. }) if may_fail(&step.action) => {
                self.memory.open.retain(|open| open.effect != number);
                self.memory
                    .notes
                    .push(format!("went on although it ended with exit code {code}: {}", step.action));
                self.schedule.succeed(step.id);
            }
            Err(error) => {
                self.schedule.abandon(step.id);
                if !is_unknown(&error) {
                    self.memory.open.retain(|open| open.effect != number);
                }
                self.end(Setback::of(&step.action, &error));
            }
        }
    }

    fn succeed(&mut self, step: &Step, outcome: &EffectOutcome, container: Option<ContainerId>) {
        self.made.note(step.id, outcome);
        self.succeeded += 1;
        self.memory.done.push(step.action.to_string());
        let facts = &mut self.memory.facts;
        match &step.action {
            Action::PullImage { image, .. } => {
                facts.pulled.insert(image.clone());
            }
            Action::StartContainer { .. } | Action::RestartContainer { .. } => {
                self.memory.stopping.retain(|stopped| Some(stopped) != container.as_ref());
                facts.note_started(container);
            }
            Action::RunHook { stage: HookStage::PostStart, index, .. } => {
                facts.hooked.extend(container.map(|container| (container, *index)));
            }
            _ => {}
        }
        if let EffectOutcome::Container { warnings, .. } = outcome {
            let subject = step.action.subject();
            self.memory.notes.extend(warnings.iter().map(|warning| format!("`{subject}`: {warning}")));
        }
        self.schedule.succeed(step.id);
    }

    fn settle_wait(&mut self, step: StepId, end: Result<Met, Setback>) {
        match end {
            Ok(met) => {
                self.succeeded += 1;
                self.memory.facts.settled.extend(met.settled);
                if let Some(words) = met.excused {
                    info!(seq = self.context.command.seq.0, %words, "an optional dependency is not ready");
                    self.memory.notes.push(format!("went on without an optional dependency: {words}"));
                }
                self.schedule.succeed(step);
            }
            Err(setback) => {
                self.schedule.abandon(step);
                self.end(setback);
            }
        }
    }

    /// Begins nothing more. Waits change nothing and are dropped; effects are waited for.
    fn end(&mut self, setback: Setback) {
        let setback = match self.setback.take() {
            Some(earlier) => earlier.or(setback),
            None => setback,
        };
        if setback.ends_pulls() {
            self.end_pulls.cancel();
        }
        self.setback = Some(setback);
        self.waits.clear();
    }
}

/// A container that cannot prepare for its stop still has to stop: a broken hook must not keep a stack from being updated
/// or deleted.
fn may_fail(action: &Action) -> bool {
    matches!(action, Action::RunHook { stage: HookStage::PreStop, .. })
}

/// Whether the effect may have happened all the same.
pub(crate) fn is_unknown(error: &EngineError) -> bool {
    matches!(error, EngineError::Unavailable { .. } | EngineError::Timeout { .. })
}

fn service_of<'a>(desired: &'a DesiredStack, step: &Step) -> Option<&'a ServiceSpec> {
    step.service.as_ref().and_then(|name| desired.service(name))
}

/// The engine does not allocate ports from ranges atomically: two starts at once can get the same port.
fn starts_port_range(goal: &Goal, step: &Step) -> bool {
    let starts = matches!(step.action, Action::StartContainer { .. } | Action::RestartContainer { .. });
    starts
        && service_of(&goal.desired, step).is_some_and(|service| {
            service
                .container
                .ports
                .iter()
                .any(|port| port.published.is_some() && port.fixed_host_port().is_none())
        })
}

#[cfg(test)]
mod tests;
