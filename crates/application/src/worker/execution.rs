//! One command from claim to finish.

use core_monitor_domain::command::{CommandPayload, CommandResult, Failure, FailureCode, OnFailure};
use core_monitor_domain::journal::{Entry, Memory};
use core_monitor_domain::observation::Observation;
use core_monitor_domain::plan::{ConfirmedPlan, PlanKey};
use core_monitor_domain::ports::{Finish, StackChange};
use core_monitor_domain::stack::Stack;
use core_monitor_message::Message;
use tracing::{info, warn};

use super::backoff::Backoff;
use super::chain;
use super::context::Context;
use super::converge::{Convergence, End};
use super::finish::{effects, failed, forgotten, given_up, log};
use super::giving_up;
use super::goal::{self, Goal, GoalKind, NoGoal};
use super::journal::{Draft, Journal};
use super::last_look;
use super::release;
use super::right;
use super::rules;
use super::said;
use super::setback::Setback;
use super::settle::{self, Course};
use super::taken_back;
use super::tenure::Halt;

/// Carries out the claimed command and finishes it. On an error it stays `RUNNING` for the next worker, or for this one
/// under its next lease.
pub(crate) async fn execute(context: &Context<'_>) -> Result<(), Halt> {
    let finish = match Journal::open(context).await? {
        Ok(mut journal) => match (Execution { context }).outcome(&mut journal).await {
            Ok(finish) => {
                last_look::close(context, &mut journal).await?;
                last_look::show(context, journal.memory(), &finish).await;
                finish
            }
            Err(Halt::Shutdown) => return Err(hand_over(context, &mut journal).await),
            Err(halt) => return Err(halt),
        },
        Err(failure) => failed(failure),
    };
    log(context, &finish);
    context
        .guarded("finish the command", || {
            let (lease, finish) = (context.tenure.lease(), finish.clone());
            let (seq, now) = (context.command.seq, context.clock().now());
            async move { context.ports.queue.finish(&lease, seq, finish, now).await }
        })
        .await
}

/// Records for the next worker that this one did not crash.
async fn hand_over(context: &Context<'_>, journal: &mut Journal) -> Halt {
    match journal.record(context, vec![Entry::Handover.into()]).await {
        Err(Setback::Halted(halt)) => halt,
        _ => Halt::Shutdown,
    }
}

struct Execution<'a> {
    context: &'a Context<'a>,
}

impl Execution<'_> {
    /// How the command ends; an error if it does not end now.
    async fn outcome(&self, journal: &mut Journal) -> Result<Finish, Halt> {
        if let Some(failure) = giving_up::at_once(journal.memory()) {
            return Ok(failed(failure));
        }
        let ending = giving_up::ending(journal.memory());
        let loaded = self
            .read("read the stack", || async {
                let stacks = &*self.context.ports.stacks;
                let Some(stack) = goal::stack(stacks, self.context.command).await? else { return Ok(None) };
                let vault = &*self.context.ports.vault;
                let stacks_dir = self.context.ports.folders.root();
                let command = self.context.command;
                let rules = rules::of(self.context.ports, command, &stack).await?;
                let goal = goal::load(stacks, vault, &stacks_dir, command, &stack, rules).await?;
                Ok(Some((stack, goal)))
            })
            .await?;
        let (stack, goal) = match loaded {
            Ok(Some(loaded)) => loaded,
            Ok(None) => return Ok(Finish::without_stack(self.context.command.payload.kind())),
            Err(trouble) => {
                return Ok(failed(match ending {
                    Some(failure) => failure.and(said::not_brought_back(trouble.message)),
                    None => trouble,
                }));
            }
        };
        if goal.kind == GoalKind::Forget {
            return Ok(forgotten());
        }
        if !journal.memory().has_begun()
            && let Some(finish) = self.cannot_begin(&stack).await?
        {
            return Ok(finish);
        }
        if let Some(failure) = ending {
            return self.give_up(&stack, &goal, failure, journal).await;
        }
        if let Some(failure) = journal.memory().rolling_back().cloned() {
            return self.roll_back(&stack, &goal, failure, journal).await;
        }
        let confirmed = match self.confirmed().await? {
            Ok(confirmed) => confirmed,
            Err(failure) => return self.failed(Course::new(&stack, &goal), failure, journal).await,
        };
        let needs_baseline =
            matches!(goal.kind, GoalKind::Restart(_) | GoalKind::Delete { volumes: true, .. });
        let end = Convergence::new(self.context, &goal, &stack, journal)
            .confirmed(confirmed.clone())
            .with_baseline(needs_baseline)
            .run()
            .await;
        let course = Course { confirmed: confirmed.as_ref(), ..Course::new(&stack, &goal) };
        match end {
            End::Converged { observed, notes } => {
                Ok(self.done(&stack, &goal, &observed, notes, journal.memory()))
            }
            End::Halted { halt: Halt::Cancel, undone } => self.cancelled(course, journal, &undone).await,
            End::Halted { halt, .. } => Err(halt),
            End::Failed(failure) if self.rolls_back(&failure, journal.memory()) => {
                match journal.record(self.context, vec![Draft::rolling_back(&failure)]).await {
                    Ok(()) => self.roll_back(&stack, &goal, failure, journal).await,
                    Err(Setback::Halted(halt)) => Err(halt),
                    Err(_) => Ok(failed(failure)),
                }
            }
            End::Failed(failure) => self.failed(course, failure, journal).await,
        }
    }

    /// The end of a command whose requester has lost the right to it since, and of a DEPLOY whose version was made from one that was
    /// taken back meanwhile. Nothing was done, and nobody has to decide anything. What has begun is carried on.
    async fn cannot_begin(&self, stack: &Stack) -> Result<Option<Finish>, Halt> {
        let (ports, command) = (self.context.ports, self.context.command);
        let read = || async {
            let lost = right::lost(ports.granted(), command, stack).await?;
            match lost {
                Some(failure) => Ok(Some(failure)),
                None => goal::lost_base(&*ports.stacks, command, stack).await,
            }
        };
        Ok(match self.read("read what the command needs", read).await? {
            Ok(None) => None,
            Ok(Some(failure)) => {
                let (result, change) = (CommandResult::default(), Box::default());
                Some(Finish::Cancelled { failure: Some(failure), result, change })
            }
            Err(trouble) => Some(failed(trouble)),
        })
    }

    /// The command has failed; what it has interrupted runs again first. Then the queue waits for a person, unless it is to go on.
    async fn failed(
        &self,
        course: Course<'_>,
        failure: Failure,
        journal: &mut Journal,
    ) -> Result<Finish, Halt> {
        let notes = self.settle(course, journal, Some(&failure)).await?;
        let failure = failure.and_all(notes);
        let kind = self.context.command.payload.kind();
        let goes_on = self.asks_for(OnFailure::Continue);
        Ok(if goes_on { given_up(failure, kind, journal.memory()) } else { failed(failure) })
    }

    /// The command is not tried again: workers died of it, or an earlier one was ending it. What it has interrupted runs again
    /// first.
    async fn give_up(
        &self,
        stack: &Stack,
        goal: &Goal,
        failure: Failure,
        journal: &mut Journal,
    ) -> Result<Finish, Halt> {
        if journal.memory().rolling_back().is_some()
            && let Ok(Some(back)) = self.way_back(stack, goal).await?
        {
            return self.failed(Course::new(stack, &back), failure, journal).await;
        }
        match self.confirmed().await? {
            Ok(confirmed) => {
                let course = Course { confirmed: confirmed.as_ref(), ..Course::new(stack, goal) };
                self.failed(course, failure, journal).await
            }
            // Without the plan, nobody knows what was confirmed.
            Err(stale) => Ok(failed(failure.and(stale.message))),
        }
    }

    /// The goal of a rollback.
    async fn way_back(&self, stack: &Stack, goal: &Goal) -> Result<Result<Option<Goal>, Failure>, Halt> {
        let (stacks, vault) = (&*self.context.ports.stacks, &*self.context.ports.vault);
        let stacks_dir = self.context.ports.folders.root();
        self.read("read the last release", || async {
            // It brings back what somebody was allowed to apply, so it is nobody's wish.
            let rules = rules::own(self.context.ports, stack).await?;
            goal::rollback_goal(stacks, vault, &stacks_dir, stack, goal, rules).await
        })
        .await
    }

    /// Only what changes a stack has replacements to finish: a STOP or a DELETE is meant to leave containers stopped.
    async fn settle(
        &self,
        course: Course<'_>,
        journal: &mut Journal,
        failure: Option<&Failure>,
    ) -> Result<Vec<Message>, Halt> {
        match course.goal.kind {
            GoalKind::Converge(_) => settle::settle(self.context, course, journal, failure).await,
            _ => Ok(Vec::new()),
        }
    }

    /// Retries a read until the store answers.
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
                    warn!(error = %chain(&error), "cannot {what}, retrying");
                    let delay = backoff.next(self.context.ports.ids.jitter());
                    self.context.tenure.sleep_although_cancelled(delay).await?;
                }
            }
        }
    }

    /// The confirmed plan.
    async fn confirmed(&self) -> Result<Result<Option<ConfirmedPlan>, Failure>, Halt> {
        let Some(plan_id) = self.context.command.payload.plan_id() else { return Ok(Ok(None)) };
        let found = self
            .read("read the plan", || async { Ok(self.context.ports.plans.find(plan_id).await?) })
            .await?;
        Ok(match found {
            Ok(Some(plan)) => Ok(Some(ConfirmedPlan::new(&plan.plan, self.plan_key()))),
            Ok(None) => Err(Failure::new(FailureCode::PlanStale, said::confirmed_plan_gone())
                .with_hint(said::make_a_new_plan())),
            Err(failure) => Err(failure),
        })
    }

    fn plan_key(&self) -> PlanKey {
        PlanKey::new(self.context.ports.vault.derive(PlanKey::PURPOSE))
    }

    /// A missing precondition leaves nothing to roll back, and neither does what the policy has refused before anything was done. Of
    /// a stale plan nobody has confirmed the way back.
    fn rolls_back(&self, failure: &Failure, memory: &Memory) -> bool {
        let is_in_vain = match failure.code {
            FailureCode::PlanStale | FailureCode::Precondition => true,
            FailureCode::RefusedByPolicy => memory.done().is_empty(),
            _ => false,
        };
        self.asks_for(OnFailure::Rollback) && !is_in_vain
    }

    fn asks_for(&self, choice: OnFailure) -> bool {
        self.context.command.payload.options().is_some_and(|options| options.on_failure == choice)
    }

    /// Converges back to the last release. The queue goes on only if that succeeds too.
    async fn roll_back(
        &self,
        stack: &Stack,
        goal: &Goal,
        failure: Failure,
        journal: &mut Journal,
    ) -> Result<Finish, Halt> {
        let back = match self.way_back(stack, goal).await? {
            Ok(Some(back)) => back,
            Ok(None) => {
                let failure = failure.and(said::no_release_to_roll_back_to());
                return self.failed(Course::new(stack, goal), failure, journal).await;
            }
            Err(trouble) => {
                let failure = failure.and(said::cannot_roll_back(trouble.message));
                return self.failed(Course::new(stack, goal), failure, journal).await;
            }
        };
        info!(seq = self.context.command.seq.0, code = %failure.code, version = ?back.version, "rolling back");
        let kind = self.context.command.payload.kind();
        match Convergence::new(self.context, &back, stack, journal).run().await {
            End::Converged { observed, .. } => {
                let version = back.version.unwrap_or(stack.latest_version);
                let notes = vec![said::rolled_back_to(version)];
                let change = Box::new(self.change(stack, &back, &observed, journal.memory()));
                let result = CommandResult {
                    effects: effects(journal.memory()),
                    notes,
                    rolled_back_to: Some(version),
                };
                let failure = Some(taken_back::advised(failure, kind));
                Ok(Finish::Cancelled { failure, result, change })
            }
            End::Halted { halt: Halt::Cancel, undone } => {
                let finish = self.cancelled(Course::new(stack, &back), journal, &undone).await?;
                Ok(match finish {
                    Finish::Cancelled { result, change, .. } => {
                        let failure = Some(taken_back::advised(failure, kind));
                        Finish::Cancelled { failure, result, change }
                    }
                    other => other,
                })
            }
            End::Halted { halt, .. } => Err(halt),
            End::Failed(again) => {
                let too = said::rollback_failed_too(again.code, again.message);
                let failure = failure.and(too).and_all(again.also.all());
                self.failed(Course::new(stack, &back), failure, journal).await
            }
        }
    }

    fn done(
        &self,
        stack: &Stack,
        goal: &Goal,
        observed: &Observation,
        mut notes: Vec<Message>,
        memory: &Memory,
    ) -> Finish {
        let change = Box::new(self.change(stack, goal, observed, memory));
        notes.extend_from_slice(memory.notes());
        let result = CommandResult { effects: effects(memory), notes, rolled_back_to: None };
        Finish::Done { result, change }
    }

    fn change(&self, stack: &Stack, goal: &Goal, observed: &Observation, memory: &Memory) -> StackChange {
        let command = self.context.command;
        let (deleted, unapplied) = match goal.kind {
            GoalKind::Delete { definition, .. } => (definition, !definition),
            _ => (false, false),
        };
        let version = goal.version.filter(|_| matches!(goal.kind, GoalKind::Converge(_)));
        let stopping = release::stopping(&goal.kind, memory.stopping(), observed);
        let key = release::ReleaseKey {
            stack_id: command.stack_id,
            command_id: command.id,
            at: self.context.clock().now(),
        };
        StackChange {
            current_version: version,
            release: version.map(|version| release::release(goal, version, observed, key)),
            stopped_runs: release::stopped_runs(stack, &stopping, observed).filter(|_| !deleted),
            unapplied,
            deleted,
        }
    }

    /// Brings back what was interrupted, and records which containers were stopped on purpose, if the engine still
    /// answers.
    async fn cancelled(
        &self,
        course: Course<'_>,
        journal: &mut Journal,
        undone: &[Message],
    ) -> Result<Finish, Halt> {
        let settled = self.settle(course, journal, None).await?;
        let memory = journal.memory();
        // What brought something back is said as such.
        let done = memory.done_before_the_end().iter().map(|action| said::step_done(action.clone()));
        let undone = undone.iter().map(|action| said::step_not_done(action.clone()));
        let notes = done.chain(undone).chain(settled).collect();
        let mut change = StackChange::default();
        if matches!(self.context.command.payload, CommandPayload::Stop { .. } | CommandPayload::Sleep { .. })
        {
            let looked = self.context.look().await;
            if let Ok(observed) = looked {
                let observed = observed.narrowed(self.context.command.stack_id);
                change.stopped_runs = release::stopped_runs(course.stack, memory.stopping(), &observed);
            }
        }
        let result = CommandResult { effects: effects(memory), notes, rolled_back_to: None };
        Ok(Finish::Cancelled { failure: None, result, change: Box::new(change) })
    }
}
