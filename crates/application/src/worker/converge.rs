//! The convergence loop: observe, plan, carry out, until the plan is empty.
//!
//! A step that succeeded proves nothing. The command is done exactly when a plan made from a fresh observation is
//! empty, no matter who brought the engine to that state. This is also why an interrupted command can be resumed.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::ids::StepId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::journal::{Baseline, Entry};
use core_monitor_domain::observation::Observation;
use core_monitor_domain::plan::{Blocker, ConfirmedPlan, OwnObjects, Plan, Step};
use core_monitor_domain::planner::{self, PlanningInput};
use core_monitor_domain::stack::{RunId, Stack};
use core_monitor_message::Message;
use tracing::{debug, info, warn};

use super::backoff::{Backoff, RetryBudget};
use super::context::Context;
use super::folder;
use super::goal::{Goal, GoalKind};
use super::journal::{Draft, Journal};
use super::look::look_to_plan;
use super::outage;
use super::pass::{Marks, Pass, PassEnd};
use super::prune;
use super::said;
use super::setback::{Setback, Trouble, foreign_holder};
use super::tenure::Halt;
use super::wait::{self, Patience};

/// How often the same plan may come up before the command gives up. With the delays in between this takes half a
/// minute, the time an engine may need to finish what it was doing when its answer got lost.
const SAME_PLAN_LIMIT: u32 = 8;

/// How converging ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The engine matches the goal: the stack as last observed, and the notes of the plan.
    Converged { observed: Box<Observation>, notes: Vec<Message> },
    /// The goal cannot be reached.
    Failed(Failure),
    /// The worker was told to stop; the effects that remained in the last plan.
    Halted { halt: Halt, undone: Vec<Message> },
}

/// One goal of one command.
pub(crate) struct Convergence<'a> {
    context: &'a Context<'a>,
    goal: &'a Goal,
    journal: &'a mut Journal,
    patience: Patience,
    /// The runs that a STOP of the stack ended.
    stopped_runs: &'a [RunId],
    /// The confirmed plan; checked before every effect.
    confirmed: Option<ConfirmedPlan>,
    /// RESTART and DELETE: record the runs to end and the volumes to remove before the first effect.
    needs_baseline: bool,
    folder_is_right: bool,
    budget: RetryBudget,
    seen: HashMap<String, (u32, Backoff)>,
    words: Option<Message>,
    /// What the engine failed at without a reason. It is the failure if the same plan keeps coming up.
    unexplained: Option<Failure>,
    /// Images that the host has only for another platform.
    other_platform: BTreeSet<ImageRef>,
    contested: Option<String>,
    undone: Vec<Message>,
    passes: u32,
}

impl<'a> Convergence<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        goal: &'a Goal,
        stack: &'a Stack,
        journal: &'a mut Journal,
    ) -> Self {
        let budget = RetryBudget::new(context.settings.retry_budget);
        Self {
            context,
            goal,
            journal,
            patience: Patience::default(),
            stopped_runs: &stack.stopped_runs,
            confirmed: None,
            needs_baseline: false,
            folder_is_right: false,
            budget,
            seen: HashMap::new(),
            words: None,
            unexplained: None,
            other_platform: BTreeSet::new(),
            contested: None,
            undone: Vec::new(),
            passes: 0,
        }
    }

    /// Restricts the effects to those of this plan.
    pub(crate) fn confirmed(mut self, plan: Option<ConfirmedPlan>) -> Self {
        self.confirmed = plan;
        self
    }

    /// Makes the runs and anonymous volumes of the first observation the ones to end and to remove.
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
                    debug!(seq = self.context.command.seq.0, %words, "observing the engine again");
                    self.words = Some(words);
                    self.contested = contested;
                    self.unexplained = None;
                }
                Err(Setback::WrongPlatform { image, failure }) => {
                    if !self.other_platform.insert(image) {
                        return End::Failed(*failure);
                    }
                }
                Err(Setback::Unexplained(failure)) => {
                    debug!(seq = self.context.command.seq.0, message = %failure.message, "the engine failed; observing it again");
                    self.unexplained = Some(*failure);
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
        let sightings = self.journal.sightings(&observed);
        self.journal.record(self.context, sightings).await?;
        if let Some(failure) = self.contested.take().and_then(|name| foreign_holder(&name, &observed)) {
            return Err(Setback::Failed(Box::new(failure)));
        }
        let wanted = self.needs_baseline && !self.journal.memory().has_baseline();
        let baseline = wanted.then(|| Baseline::of(&observed, &self.goal.desired));
        let plan = match (&self.goal.kind, &self.confirmed) {
            (GoalKind::Prune, Some(confirmed)) => {
                prune::plan(self.context, &observed, confirmed, self.journal).await?
            }
            _ => self.plan(&observed, baseline.as_ref()),
        };
        let marks = self.marks(&plan, &observed);
        let ids = self.confirmed_ids(&marks);
        // The plan of a PRUNE is a part of the confirmed one from the beginning.
        if let Some(confirmed) = self.confirmed.as_ref().filter(|_| self.goal.kind != GoalKind::Prune) {
            self.compare(confirmed, &plan, &marks)?;
        }
        let mut drafts = Vec::new();
        if plan.is_empty() {
            self.bring_folder(&mut drafts).await?;
            self.journal.record(self.context, drafts).await?;
            folder::clear(self.context, self.goal, self.journal).await?;
            return Ok(Some(End::Converged { observed: Box::new(observed), notes: plan.notes }));
        }
        drafts.push(Draft::planned(&plan, baseline));
        self.check(&plan, &observed, &mut drafts).await?;
        self.bring_folder(&mut drafts).await?;
        let pass = Pass::new(self.context, self.goal, &plan, self.journal, &mut self.patience)
            .marked(marks)
            .numbered(ids);
        let end = pass.run(drafts).await;
        self.digest(end).map(|()| None)
    }

    /// Enforces that only the confirmed plan runs: the first plan must be the confirmed one, and every later plan may
    /// only contain effects of it. Resuming an interrupted step is allowed, since objects that the command created
    /// count as the ones it was to create.
    fn compare(&self, confirmed: &ConfirmedPlan, plan: &Plan, marks: &Marks) -> Result<(), Setback> {
        let memory = self.journal.memory();
        if !memory.has_begun() {
            return if confirmed.is(plan) {
                Ok(())
            } else {
                Err(Setback::Failed(Box::new(stale(confirmed, plan))))
            };
        }
        for step in &plan.steps {
            // What has no mark belongs to every plan: waits, and the removal of what the command made twice.
            let Some(mark) = marks.get(&step.id) else { continue };
            let (action, cause) = (step.action.message(), step.cause.message());
            let message = if !confirmed.has(mark) {
                said::step_not_in_confirmed_plan(action, cause)
            } else if memory.has_done(mark) {
                said::step_of_confirmed_plan_undone(action, cause)
            } else {
                continue;
            };
            return Err(Setback::Failed(Box::new(not_confirmed(step, message))));
        }
        Ok(())
    }

    /// The ids that the marked steps have in the confirmed plan.
    fn confirmed_ids(&self, marks: &Marks) -> HashMap<StepId, StepId> {
        let Some(confirmed) = &self.confirmed else { return HashMap::new() };
        marks.iter().filter_map(|(id, mark)| Some((*id, confirmed.id_of(mark)?))).collect()
    }

    /// The marks of the effects of `plan`, if a plan was confirmed.
    fn marks(&self, plan: &Plan, observed: &Observation) -> Marks {
        let Some(confirmed) = &self.confirmed else { return Marks::new() };
        let made = OwnObjects::by(self.context.command.id, observed);
        let effects = plan.steps.iter().filter(|step| !step.action.is_wait() && !made.has_surplus(step));
        effects.map(|step| (step.id, confirmed.mark(step, &made))).collect()
    }

    /// Runs once per goal: what containers write there afterwards is up to them.
    async fn bring_folder(&mut self, drafts: &mut Vec<Draft>) -> Result<(), Setback> {
        if !std::mem::replace(&mut self.folder_is_right, true) {
            folder::bring(self.context, self.goal, self.journal, drafts).await?;
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<Observation, Setback> {
        let observed = look_to_plan(self.context).await?;
        if self.passes > 0 {
            self.context.observer.save(&observed).await;
        }
        Ok(observed.narrowed(self.context.command.stack_id))
    }

    /// `baseline` is not yet in the journal.
    fn plan(&self, observed: &Observation, baseline: Option<&Baseline>) -> Plan {
        let memory = self.journal.memory();
        let mut facts = memory.facts(observed, self.stopped_runs, self.patience.settled_runs());
        facts.other_platform.clone_from(&self.other_platform);
        if let Some(baseline) = baseline {
            facts.restarting.clone_from(&baseline.restarting);
            facts.doomed_volumes.clone_from(&baseline.doomed_volumes);
        }
        planner::plan(&PlanningInput {
            objective: self.goal.objective(),
            observed,
            provenance: &self.context.provenance(self.goal),
            facts: &facts,
            rules: &self.goal.rules,
        })
    }

    /// Everything that prevents the plan from being carried out. The drafts are written in any case.
    async fn check(
        &mut self,
        plan: &Plan,
        observed: &Observation,
        drafts: &mut Vec<Draft>,
    ) -> Result<(), Setback> {
        if let [first, others @ ..] = plan.blockers.as_slice() {
            self.journal.record(self.context, std::mem::take(drafts)).await?;
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
        if let Some(failure) = self.unexplained.as_ref().filter(|_| times <= SAME_PLAN_LIMIT) {
            drafts.push(retrying(failure.message.clone(), delay).into());
        }
        self.journal.record(self.context, std::mem::take(drafts)).await?;
        if times > SAME_PLAN_LIMIT {
            let failure = self.unexplained.take().unwrap_or_else(|| self.no_progress(plan));
            return Err(Setback::Failed(Box::new(failure)));
        }
        self.context.tenure.sleep(delay).await.map_err(Setback::Halted)
    }

    /// The first blocker decides the code; the next ones are named too. If a container's exit is the blocker, its log
    /// lines are added.
    async fn in_the_way(&self, first: &Blocker, others: &[Blocker], observed: &Observation) -> Failure {
        let others = others.iter().map(|other| said::also_blocked(other.code, other.message.clone()));
        let mut failure =
            Failure::new(first.code, first.message.clone()).and_all(others).about(first.subject.as_str());
        failure.hint.clone_from(&first.hint);
        match observed.containers.iter().find(|container| container.name == first.subject) {
            Some(container) if first.code == FailureCode::ServiceExited => {
                wait::with_logs(self.context.engine(), &container.id, failure, &self.goal.secrets).await
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
                    // An unreachable engine says nothing about the plan.
                    self.seen.clear();
                }
                Err(setback)
            }
        }
    }

    /// Sleeps until the next attempt, or until an engine that was away answers again; returns the error if it has
    /// persisted for too long.
    async fn wait_for_the_engine(&mut self, trouble: Trouble) -> Result<(), Setback> {
        let now = self.context.clock().elapsed();
        let Some(delay) = self.budget.spend(now, self.context.ports.ids.jitter()) else {
            return Err(Setback::Transient(trouble));
        };
        let seq = self.context.command.seq.0;
        warn!(seq, words = %trouble.words, delay_ms = delay.as_millis(), "retrying");
        let retrying = retrying(trouble.words, delay);
        self.journal.record(self.context, vec![retrying.into()]).await?;
        let limit = self.budget.left(now);
        if outage::pause(self.context, delay, limit).await.map_err(Setback::Halted)? {
            self.budget.answered();
        }
        Ok(())
    }

    fn no_progress(&self, plan: &Plan) -> Failure {
        let next = plan.steps.iter().find(|step| !step.action.is_wait()).or(plan.steps.first());
        let mut message = match next {
            Some(step) => said::same_plan_again(SAME_PLAN_LIMIT, step.action.message()),
            None => said::same_plan_without_steps(SAME_PLAN_LIMIT),
        };
        if let Some(words) = &self.words {
            message = said::engine_said_last(message, words.clone());
        }
        // Engines before 25 sometimes keep the endpoint of a removed container (moby#43286).
        let leaked = self.words.as_ref().is_some_and(|words| words.text().contains("active endpoints"));
        Failure::new(FailureCode::NoProgress, message).with_hint(if leaked {
            said::restart_engine_for_endpoint()
        } else {
            said::find_the_other_program()
        })
    }

    fn log_plan(&self, plan: &Plan) {
        let (seq, steps, effects) = (self.context.command.seq.0, plan.steps.len(), plan.effects());
        info!(seq, steps, effects, "planned");
    }
}

fn retrying(message: Message, delay: Duration) -> Entry {
    Entry::Retrying { message, delay_ms: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX) }
}

fn stale(confirmed: &ConfirmedPlan, plan: &Plan) -> Failure {
    Failure::new(FailureCode::PlanStale, said::host_changed_since_plan())
        .and_all(confirmed.differences(plan))
        .with_hint(said::make_a_new_plan())
}

fn not_confirmed(step: &Step, message: Message) -> Failure {
    Failure::new(FailureCode::PlanStale, message)
        .about(step.action.subject())
        .with_hint(said::cancel_and_make_a_new_plan())
}
