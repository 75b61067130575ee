//! The loop that makes interrupted mean resumed: look, plan, carry out, until the plan is empty.
//!
//! Nothing is believed because a step was done. The command is done exactly when a plan made from a fresh look has
//! nothing in it, whoever brought the engine there.

use std::collections::HashMap;

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::command_event::EventEntry;
use core_monitor_domain::observation::{Observation, ObservedContainer};
use core_monitor_domain::plan::{Plan, Problem};
use core_monitor_domain::planner::{self, PlanningInput};
use core_monitor_domain::ports::EngineError;
use tracing::{debug, info, warn};

use super::backoff::{Backoff, RetryBudget};
use super::chain;
use super::context::Context;
use super::folder;
use super::goal::Goal;
use super::look::{LookError, look};
use super::pass::{Memory, Pass, PassEnd};
use super::setback::{Setback, Trouble, foreign_holder};
use super::tenure::Halt;
use super::{unknown, wait};

/// How often the same plan may come up before nobody believes in it any more. With the delays in between that is half a
/// minute, the time an engine may need to finish what it was doing when an answer got lost.
const SAME_PLAN_LIMIT: u32 = 8;

/// How converging ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The engine is as wanted; the stack as it was seen then, and what the plan had to say.
    Converged { observed: Box<Observation>, notes: Vec<String> },
    /// It cannot be.
    Failed(Failure),
    /// The worker was told to stop; the effects that the last plan still had.
    Halted { halt: Halt, undone: Vec<String> },
}

/// One goal of one command.
pub(crate) struct Convergence<'a> {
    context: &'a Context<'a>,
    goal: &'a Goal,
    memory: &'a mut Memory,
    /// The fingerprint a person has confirmed; checked before the first effect.
    confirmed: Option<String>,
    /// RESTART and DELETE: note the runs to end and the volumes to remove before the first effect.
    needs_baseline: bool,
    folder_is_right: bool,
    budget: RetryBudget,
    seen: HashMap<String, (u32, Backoff)>,
    words: Option<String>,
    contested: Option<String>,
    undone: Vec<String>,
    passes: u32,
}

impl<'a> Convergence<'a> {
    pub(crate) fn new(context: &'a Context<'a>, goal: &'a Goal, memory: &'a mut Memory) -> Self {
        let budget = RetryBudget::new(context.settings.retry_budget);
        Self {
            context,
            goal,
            memory,
            confirmed: None,
            needs_baseline: false,
            folder_is_right: false,
            budget,
            seen: HashMap::new(),
            words: None,
            contested: None,
            undone: Vec::new(),
            passes: 0,
        }
    }

    /// Refuses every other first plan.
    pub(crate) fn confirmed(mut self, fingerprint: Option<String>) -> Self {
        self.confirmed = fingerprint;
        self
    }

    /// Takes the runs and anonymous volumes of the first look as the ones to end and to remove.
    pub(crate) fn with_baseline(mut self, needed: bool) -> Self {
        self.needs_baseline = needed;
        self
    }

    pub(crate) async fn run(mut self) -> End {
        loop {
            let round = match self.round().await {
                Err(Setback::Transient(trouble)) => self.wait_for_the_engine(trouble).await.map(|()| None),
                round => round,
            };
            match round {
                Ok(None) => {}
                Ok(Some(end)) => return end,
                Err(Setback::Failed(failure)) => return End::Failed(*failure),
                Err(Setback::Halted(halt)) => return End::Halted { halt, undone: self.undone },
                Err(Setback::LookAgain { words, contested }) => {
                    debug!(seq = self.context.command.seq.0, %words, "looking again");
                    self.words = Some(words);
                    self.contested = contested;
                }
                Err(Setback::Transient(trouble)) => return End::Failed(trouble.give_up()),
            }
        }
    }

    async fn round(&mut self) -> Result<Option<End>, Setback> {
        if let Some(halt) = self.context.tenure.halt() {
            return Err(Setback::Halted(halt));
        }
        let observed = self.look().await?;
        let mut entries = unknown::settle(&self.context.journal, self.memory, &observed);
        if let Some(failure) = self.contested.take().and_then(|name| foreign_holder(&name, &observed)) {
            return Err(Setback::Failed(Box::new(failure)));
        }
        let baseline = std::mem::take(&mut self.needs_baseline);
        if baseline {
            let up = observed.containers.iter().filter(|container| container.state.is_up());
            self.memory.facts.restarting = up.filter_map(ObservedContainer::run).collect();
            let mounts = observed.containers.iter().flat_map(|container| &container.mounts);
            let anonymous = mounts.filter(|mount| mount.is_anonymous_volume());
            self.memory.facts.doomed_volumes = anonymous.map(|mount| mount.name.clone()).collect();
        }
        self.memory.note_stopped(&observed);
        let plan = self.plan(&observed);
        if self.confirmed.take().is_some_and(|confirmed| confirmed != plan.fingerprint()) {
            self.record(entries).await?;
            return Err(Setback::Failed(Box::new(stale())));
        }
        if plan.is_empty() {
            self.bring_folder(&mut entries).await?;
            self.record(entries).await?;
            folder::clear(self.context, self.goal, &mut self.memory.notes).await?;
            return Ok(Some(End::Converged { observed: Box::new(observed), notes: plan.notes }));
        }
        entries.push(self.context.journal.planned(&plan, baseline.then_some(&self.memory.facts)));
        self.check(&plan, &observed, &mut entries).await?;
        self.bring_folder(&mut entries).await?;
        let end = Pass::new(self.context, self.goal, &plan, self.memory).run(entries).await;
        self.digest(end).map(|()| None)
    }

    /// Once for each goal: what containers do there afterwards is their business.
    async fn bring_folder(&mut self, entries: &mut Vec<EventEntry>) -> Result<(), Setback> {
        if !std::mem::replace(&mut self.folder_is_right, true) {
            folder::bring(self.context, self.goal, entries, &mut self.memory.notes).await?;
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<Observation, Setback> {
        let looked = look(self.context.ports, self.context.instance).await;
        let observed = looked.map_err(|error| match error {
            LookError::Engine(error @ (EngineError::Unavailable { .. } | EngineError::Timeout { .. })) => {
                Setback::Transient(Trouble::of("look at the engine", &error))
            }
            // Reading has no state to conflict with; whatever it is, another look may do better.
            error => Setback::Transient(Trouble {
                words: format!("cannot look at the engine: {}", chain(&error)),
                code: FailureCode::EngineRefused,
            }),
        })?;
        if self.passes > 0 {
            self.context.observer.save(&observed).await;
        }
        Ok(observed.narrowed(self.context.command.stack_id))
    }

    fn plan(&self, observed: &Observation) -> Plan {
        planner::plan(&PlanningInput {
            intent: self.goal.intent(),
            observed,
            provenance: &self.context.provenance(self.goal),
            facts: &self.memory.facts,
        })
    }

    /// Everything that speaks against carrying the plan out. What was to be written is written in any case.
    async fn check(
        &mut self,
        plan: &Plan,
        observed: &Observation,
        entries: &mut Vec<EventEntry>,
    ) -> Result<(), Setback> {
        if let [first, others @ ..] = plan.problems.as_slice() {
            self.record(std::mem::take(entries)).await?;
            let failure = self.in_the_way(first, others, observed).await;
            return Err(Setback::Failed(Box::new(failure)));
        }
        let (times, backoff) = self.seen.entry(plan.fingerprint()).or_default();
        *times += 1;
        let times = *times;
        if times == 1 {
            self.log_plan(plan);
            return Ok(());
        }
        let delay = backoff.next(0.0);
        self.record(std::mem::take(entries)).await?;
        if times > SAME_PLAN_LIMIT {
            return Err(Setback::Failed(Box::new(self.no_progress(plan))));
        }
        self.context.tenure.sleep(delay).await.map_err(Setback::Halted)
    }

    /// The first problem decides the code; all are told. Where a container's end is the problem, its lines are added.
    async fn in_the_way(&self, first: &Problem, others: &[Problem], observed: &Observation) -> Failure {
        let mut message = first.message.clone();
        for other in others {
            message = format!("{message}; also {}: {}", other.code, other.message);
        }
        let mut failure = Failure::new(first.code, message).about(&first.subject);
        failure.hint.clone_from(&first.hint);
        match observed.containers.iter().find(|container| container.name == first.subject) {
            Some(container) if first.code == FailureCode::ServiceExited => {
                wait::with_logs(self.context.engine(), &container.id, failure).await
            }
            _ => failure,
        }
    }

    fn digest(&mut self, end: PassEnd) -> Result<(), Setback> {
        self.passes += 1;
        self.undone = end.undone;
        if end.succeeded > 0 {
            self.budget.refill();
        }
        match end.setback {
            None => Ok(()),
            Some(setback) => {
                if matches!(setback, Setback::Transient(_)) {
                    // The engine's silence says nothing about the plan.
                    self.seen.clear();
                }
                Err(setback)
            }
        }
    }

    /// Sleeps until the next attempt; gives the trouble back when it has gone on for too long.
    async fn wait_for_the_engine(&mut self, trouble: Trouble) -> Result<(), Setback> {
        let now = self.context.clock().elapsed();
        let Some(delay) = self.budget.spend(now, self.context.ports.ids.jitter()) else {
            return Err(Setback::Transient(trouble));
        };
        let seq = self.context.command.seq.0;
        warn!(seq, words = %trouble.words, delay_ms = delay.as_millis(), "trying again");
        self.record(vec![self.context.journal.retrying(&trouble.words, delay)]).await?;
        self.context.tenure.sleep(delay).await.map_err(Setback::Halted)
    }

    async fn record(&self, entries: Vec<EventEntry>) -> Result<(), Setback> {
        if entries.is_empty() {
            return Ok(());
        }
        self.context.journal.record(entries).await.map_err(Setback::Halted)
    }

    fn no_progress(&self, plan: &Plan) -> Failure {
        let next = plan.steps.iter().find(|step| !step.action.is_wait()).or(plan.steps.first());
        let next = next.map_or_else(String::new, |step| step.action.to_string());
        let words = self
            .words
            .as_ref()
            .map_or_else(String::new, |words| format!("; the engine's last words: {words}"));
        let message =
            format!("the same plan came up {SAME_PLAN_LIMIT} times, beginning with `{next}`{words}");
        // Engines before 25 sometimes keep an endpoint of a container that is gone (moby#43286).
        let leaked = self.words.as_ref().is_some_and(|words| words.contains("active endpoints"));
        Failure::new(FailureCode::NoProgress, message).with_hint(if leaked {
            "the engine keeps an endpoint of a container that is gone; restart the engine, then retry"
        } else {
            "something else may be changing the same containers; find out what, then retry"
        })
    }

    fn log_plan(&self, plan: &Plan) {
        let (seq, steps, effects) = (self.context.command.seq.0, plan.steps.len(), plan.effects());
        info!(seq, steps, effects, "planned");
    }
}

fn stale() -> Failure {
    Failure::new(
        FailureCode::PlanStale,
        "the host is no longer as it was when the plan was confirmed; nothing was touched",
    )
    .with_hint("make a new plan, read it, and apply that one")
}
