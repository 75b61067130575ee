//! One command from claim to finish.

use core_monitor_domain::command::{CommandPayload, CommandResult, Failure, FailureCode, OnFailure};
use core_monitor_domain::observation::Observation;
use core_monitor_domain::ports::{Finish, QueueError, StackChange};
use core_monitor_domain::stack::Stack;
use tracing::{info, warn};

use super::backoff::Backoff;
use super::chain;
use super::context::Context;
use super::converge::{Convergence, End};
use super::goal::{self, Goal, GoalKind, NoGoal};
use super::history::{CRASH_LIMIT, History};
use super::look::look;
use super::pass::Memory;
use super::release;
use super::tenure::Halt;

/// Carries out the claimed command and finishes it. An error leaves it `RUNNING` for the next worker, or for this one
/// under its next lease.
pub(crate) async fn execute(context: &Context<'_>) -> Result<(), Halt> {
    let finish = match (Execution { context }).outcome().await {
        Ok(finish) => finish,
        Err(Halt::Shutdown) => {
            context.journal.record(vec![context.journal.handover()]).await?;
            return Err(Halt::Shutdown);
        }
        Err(halt) => return Err(halt),
    };
    log(context, &finish);
    context
        .journal
        .guarded("finish the command", || {
            let (lease, finish) = (context.tenure.lease(), finish.clone());
            let (seq, now) = (context.command.seq, context.clock().now());
            async move { context.ports.queue.finish(&lease, seq, finish, now).await }
        })
        .await
}

struct Execution<'a> {
    context: &'a Context<'a>,
}

impl Execution<'_> {
    /// How the command ends; an error when it does not end now.
    async fn outcome(&self) -> Result<Finish, Halt> {
        let history = self.history().await?;
        self.context.journal.continue_after(history.last_effect);
        if history.adoptions_in_vain >= CRASH_LIMIT {
            return Ok(failed(crash_loop(history.adoptions_in_vain)));
        }
        let loaded = self
            .read("read the stack", || async {
                let stacks = &*self.context.ports.stacks;
                let stack = goal::stack(stacks, self.context.command).await?;
                let goal = goal::load(stacks, self.context.command, &stack).await?;
                Ok((stack, goal))
            })
            .await?;
        let (stack, goal) = match loaded {
            Ok(loaded) => loaded,
            Err(failure) => return Ok(failed(failure)),
        };
        let mut memory = remember(&history, &stack);
        if let Some(failure) = history.rolling_back {
            return self.roll_back(&stack, &goal, failure, memory).await;
        }
        let confirmed = match self.confirmed(history.begun).await? {
            Ok(fingerprint) => fingerprint,
            Err(failure) => return Ok(failed(failure)),
        };
        let begins_with_one = matches!(goal.kind, GoalKind::Restart(_) | GoalKind::Delete { volumes: true });
        let needs_baseline = begins_with_one && !history.has_baseline;
        let end = Convergence::new(self.context, &goal, &mut memory)
            .confirmed(confirmed)
            .with_baseline(needs_baseline)
            .run()
            .await;
        match end {
            End::Converged { observed, notes } => Ok(self.done(&stack, &goal, &observed, notes, memory)),
            End::Halted { halt: Halt::Cancel, undone } => Ok(self.cancelled(&stack, &memory, &undone).await),
            End::Halted { halt, .. } => Err(halt),
            End::Failed(failure) if self.rolls_back(&failure) => {
                self.context.journal.record(vec![self.context.journal.rolling_back(&failure)]).await?;
                memory.facts.started.clear();
                self.roll_back(&stack, &goal, failure, memory).await
            }
            End::Failed(failure) => Ok(failed(failure)),
        }
    }

    async fn history(&self) -> Result<History, Halt> {
        let journal = self
            .context
            .journal
            .guarded("read the journal", || async {
                self.context.ports.queue.journal(self.context.command.seq).await.map_err(QueueError::from)
            })
            .await?;
        Ok(History::read(&journal))
    }

    /// Repeats a read until the store answers.
    async fn read<T, F>(&self, what: &str, attempt: impl Fn() -> F) -> Result<Result<T, Failure>, Halt>
    where
        F: Future<Output = Result<T, NoGoal>>,
    {
        let mut backoff = Backoff::default();
        loop {
            match attempt().await {
                Ok(value) => return Ok(Ok(value)),
                Err(NoGoal::Failed(failure)) => return Ok(Err(failure)),
                Err(NoGoal::Store(error)) => {
                    warn!(error = %chain(&error), "cannot {what} for now");
                    self.context.tenure.sleep(backoff.next(self.context.ports.ids.jitter())).await?;
                }
            }
        }
    }

    /// The fingerprint of the plan a person has confirmed, as long as nothing was begun.
    async fn confirmed(&self, begun: bool) -> Result<Result<Option<String>, Failure>, Halt> {
        let options = self.context.command.payload.options();
        let Some(plan_id) = options.and_then(|options| options.plan_id).filter(|_| !begun) else {
            return Ok(Ok(None));
        };
        let found = self
            .read("read the plan", || async { Ok(self.context.ports.plans.find(plan_id).await?) })
            .await?;
        Ok(found.and_then(|plan| match plan {
            Some(plan) => Ok(Some(plan.fingerprint)),
            None => Err(Failure::new(FailureCode::PlanStale, "the confirmed plan is no longer stored")
                .with_hint("make a new plan, read it, and apply that one")),
        }))
    }

    /// A refusal before the first effect leaves nothing to go back from.
    fn rolls_back(&self, failure: &Failure) -> bool {
        let options = self.context.command.payload.options();
        options.is_some_and(|options| options.on_failure == OnFailure::Rollback)
            && !matches!(failure.code, FailureCode::PlanStale | FailureCode::Precondition)
    }

    /// Converges back to the last release. Only when that works too is the queue set free.
    async fn roll_back(
        &self,
        stack: &Stack,
        goal: &Goal,
        failure: Failure,
        mut memory: Memory,
    ) -> Result<Finish, Halt> {
        let stacks = &*self.context.ports.stacks;
        let way_back = self.read("read the last release", || goal::way_back(stacks, stack, goal)).await?;
        let back = match way_back {
            Ok(Some(back)) => back,
            Ok(None) => return Ok(failed(adding(failure, "there is no earlier release to roll back to"))),
            Err(trouble) => {
                return Ok(failed(adding(failure, &format!("cannot roll back: {}", trouble.message))));
            }
        };
        info!(seq = self.context.command.seq.0, code = %failure.code, version = ?back.version, "rolling back");
        match Convergence::new(self.context, &back, &mut memory).run().await {
            End::Converged { observed, .. } => {
                let version = back.version.unwrap_or(stack.latest_version);
                let notes = vec![format!("rolled back to version {version}")];
                let change = Box::new(self.change(stack, &back, &observed, &memory));
                Ok(Finish::Cancelled { failure: Some(failure), notes, change })
            }
            End::Halted { halt: Halt::Cancel, undone } => {
                let finish = self.cancelled(stack, &memory, &undone).await;
                Ok(match finish {
                    Finish::Cancelled { notes, change, .. } => {
                        Finish::Cancelled { failure: Some(failure), notes, change }
                    }
                    other => other,
                })
            }
            End::Halted { halt, .. } => Err(halt),
            End::Failed(again) => Ok(failed(adding(
                failure,
                &format!("the rollback failed too, {}: {}", again.code, again.message),
            ))),
        }
    }

    fn done(
        &self,
        stack: &Stack,
        goal: &Goal,
        observed: &Observation,
        mut notes: Vec<String>,
        memory: Memory,
    ) -> Finish {
        let change = Box::new(self.change(stack, goal, observed, &memory));
        let effects = u32::try_from(memory.done.len()).unwrap_or(u32::MAX);
        notes.extend(memory.notes);
        Finish::Done { result: CommandResult { effects, notes }, change }
    }

    fn change(&self, stack: &Stack, goal: &Goal, observed: &Observation, memory: &Memory) -> StackChange {
        let command = self.context.command;
        let deleted = matches!(goal.kind, GoalKind::Delete { .. });
        let version = goal.version.filter(|_| matches!(goal.kind, GoalKind::Converge(_)));
        let stopping = match goal.kind {
            GoalKind::Stop(_) => memory.stopping.as_slice(),
            _ => &[],
        };
        let mark = (command.stack_id, command.id, self.context.clock().now());
        StackChange {
            current_version: version,
            release: version.map(|version| release::release(goal, version, observed, mark)),
            stopped_runs: release::stopped_runs(stack, stopping, observed).filter(|_| !deleted),
            deleted,
        }
    }

    /// What was stopped on purpose stays known as such, if the engine can still be asked.
    async fn cancelled(&self, stack: &Stack, memory: &Memory, undone: &[String]) -> Finish {
        let done = memory.done.iter().map(|action| format!("done: {action}"));
        let undone = undone.iter().map(|action| format!("not done: {action}"));
        let notes = done.chain(undone).collect();
        let mut change = StackChange::default();
        if matches!(self.context.command.payload, CommandPayload::Stop { .. }) {
            let looked = look(self.context.ports, self.context.instance).await;
            if let Ok(observed) = looked {
                let observed = observed.narrowed(self.context.command.stack_id);
                change.stopped_runs = release::stopped_runs(stack, &memory.stopping, &observed);
            }
        }
        Finish::Cancelled { failure: None, notes, change: Box::new(change) }
    }
}

fn remember(history: &History, stack: &Stack) -> Memory {
    let mut memory = Memory::default();
    memory.facts = history.facts.clone();
    memory.done.clone_from(&history.done);
    memory.open.clone_from(&history.open);
    memory.stopping.clone_from(&history.stopping);
    memory.facts.stopped_runs = stack.stopped_runs.iter().cloned().collect();
    memory
}

fn failed(failure: Failure) -> Finish {
    Finish::Failed { failure }
}

fn adding(mut failure: Failure, words: &str) -> Failure {
    failure.message = format!("{}; {words}", failure.message);
    failure
}

fn crash_loop(adoptions: u32) -> Failure {
    let message = format!("{adoptions} workers in a row died at this command without completing one effect");
    Failure::new(FailureCode::WorkerCrashLoop, message)
        .with_hint("read the worker's log and the kernel's, mend the cause, then retry")
}

fn log(context: &Context<'_>, finish: &Finish) {
    let command = context.command;
    let (seq, kind, stack) = (command.seq.0, command.payload.kind(), command.stack_id);
    match finish {
        Finish::Done { result, .. } => info!(seq, %kind, %stack, effects = result.effects, "command done"),
        Finish::Failed { failure } => {
            warn!(seq, %kind, %stack, code = %failure.code, message = %failure.message, "command failed");
        }
        Finish::Cancelled { failure, .. } => {
            let code = failure.as_ref().map(|failure| failure.code.as_str());
            info!(seq, %kind, %stack, code, "command cancelled");
        }
    }
}
