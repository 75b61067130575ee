//! Carries out one plan.
//!
//! A step begins as soon as all steps it depends on have succeeded; there are no rounds, and the engine is not observed
//! in between. The first answer that is not a definite success ends the pass: no more steps begin, running effects are
//! waited for, and the caller observes the engine again.

use std::collections::{BTreeSet, HashMap};

use core_monitor_domain::artifact::SlotName;
use core_monitor_domain::creation::CreationMark;
use core_monitor_domain::desired::HookStage;
use core_monitor_domain::ids::{ContainerId, StepId};
use core_monitor_domain::journal::{Entry, EventKind, Intent, Made};
use core_monitor_domain::placement::SlotPlace;
use core_monitor_domain::plan::{Fingerprint, Plan, Step, StepAction, Target};
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::secret_variable::SecretName;
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::context::Context;
use super::goal::Goal;
use super::journal::{Draft, Journal};
use super::perform::{Perform, Reply};
use super::resolve::Results;
use super::said;
use super::schedule::Schedule;
use super::setback::Setback;
use super::tenure::Halt;
use super::verify::Verify;
use super::wait::{Met, Patience, Wait};

/// The result of a pass.
#[derive(Debug)]
pub(crate) struct PassEnd {
    /// `None`: every step that could begin has succeeded.
    pub(crate) setback: Option<Setback>,
    /// Effects and waits that succeeded.
    pub(crate) succeeded: usize,
    /// Effects of the plan that were not carried out, as sentences.
    pub(crate) undone: Vec<Message>,
}

/// What identifies each effect of a plan under the confirmed one.
pub(crate) type Marks = HashMap<StepId, Fingerprint>;

/// One pass.
pub(crate) struct Pass<'a> {
    context: &'a Context<'a>,
    goal: &'a Goal,
    journal: &'a mut Journal,
    patience: &'a mut Patience,
    schedule: Schedule<'a>,
    made: Results,
    effects: FuturesUnordered<BoxFuture<'a, Reply<'a>>>,
    waits: FuturesUnordered<BoxFuture<'a, (StepId, Result<Met, Setback>)>>,
    end_pulls: CancellationToken,
    setback: Option<Setback>,
    succeeded: usize,
    marks: Marks,
    /// The ids in the confirmed plan, by those in this one.
    confirmed_ids: HashMap<StepId, StepId>,
    /// Where the logs of containers ended before artifacts were put into them.
    log_marks: HashMap<(ContainerId, SlotName), Option<Timestamp>>,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        goal: &'a Goal,
        plan: &'a Plan,
        journal: &'a mut Journal,
        patience: &'a mut Patience,
    ) -> Self {
        Self {
            context,
            goal,
            journal,
            patience,
            schedule: Schedule::new(plan, context.settings.parallelism, |step| goal.starts_port_range(step)),
            made: Results::from_files(context.command.stack_id, goal.version, context.clock().now()),
            effects: FuturesUnordered::new(),
            waits: FuturesUnordered::new(),
            end_pulls: CancellationToken::new(),
            setback: None,
            succeeded: 0,
            marks: Marks::new(),
            confirmed_ids: HashMap::new(),
            log_marks: HashMap::new(),
        }
    }

    /// Writes down with each intent which step of the confirmed plan it carries out.
    pub(crate) fn marked(mut self, marks: Marks) -> Self {
        self.marks = marks;
        self
    }

    /// The ids that the steps have in the confirmed plan: intents name the step that was confirmed.
    pub(crate) fn numbered(mut self, confirmed_ids: HashMap<StepId, StepId>) -> Self {
        self.confirmed_ids = confirmed_ids;
        self
    }

    /// `drafts` are written together with the first intents.
    pub(crate) async fn run(mut self, mut drafts: Vec<Draft>) -> PassEnd {
        loop {
            let begun = self.begin(&mut drafts).await;
            drafts.extend(self.context.mailbox.take().into_iter().map(Draft::from));
            // Intents are committed before their effects are sent, outcomes before anything relies on them.
            let recorded = self.record(std::mem::take(&mut drafts)).await;
            self.launch(begun, recorded);
            if self.effects.is_empty() && self.waits.is_empty() {
                break;
            }
            self.attend(&mut drafts).await;
        }
        let undone = not_carried_out(&self.schedule.undone());
        PassEnd { setback: self.setback, succeeded: self.succeeded, undone }
    }

    /// Returns whether the drafts were stored; otherwise the pass ends.
    async fn record(&mut self, drafts: Vec<Draft>) -> bool {
        if self.context.tenure.halt() == Some(Halt::LeaseLost) {
            return false;
        }
        match self.journal.record(self.context, drafts).await {
            Ok(()) => true,
            Err(setback) => {
                self.end(setback);
                false
            }
        }
    }

    /// Takes the steps that may begin and adds their intents to `drafts`.
    async fn begin(&mut self, drafts: &mut Vec<Draft>) -> Vec<Perform<'a>> {
        let mut begun = Vec::new();
        while self.setback.is_none() {
            let ready = self.schedule.take_ready();
            if ready.is_empty() {
                break;
            }
            let mut checkpoint = false;
            for step in ready {
                if let Some(missing) = self.missing_secret(step) {
                    drafts.push(Entry::Noted(said::hook_skipped(step.action.subject(), missing)).into());
                    checkpoint = true;
                    self.schedule.succeed(step.id);
                    continue;
                }
                match (self.made.effect(&step.action), &step.action) {
                    (Ok(Some(effect)), _) => {
                        let number = self.journal.next_effect();
                        let mut intent = Intent::of(number, step, effect.container().cloned());
                        intent.step = self.marks.get(&step.id).cloned();
                        if self.context.command.payload.plan_id().is_some() {
                            // Under a confirmed plan, the number of a step in another plan would mislead.
                            intent.step_id = self.confirmed_ids.get(&step.id).copied();
                        }
                        let effect = effect.marked(&CreationMark::of(self.context.command, number));
                        drafts.push(Entry::Intent(intent).into());
                        let goes_back = self.journal.memory().rolling_back().is_some();
                        let (context, goal) = (self.context, self.goal);
                        begun.push(Perform { context, goal, step, number, effect, goes_back });
                    }
                    (Ok(None), StepAction::Prepared) => {
                        checkpoint = true;
                        self.schedule.succeed(step.id);
                    }
                    (Ok(None), _) => self.wait(step),
                    (Err(unresolved), _) => {
                        self.schedule.abandon(step.id);
                        self.end(Setback::LookAgain {
                            words: said::step_without_result(unresolved.0),
                            contested: None,
                        });
                    }
                }
            }
            // A checkpoint succeeds at once, and the steps after it belong to the same transaction.
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
            // Nothing was sent, so nothing is recorded.
            drafts.retain(|draft| draft.entry.kind() != EventKind::Intent);
            self.abandon(std::mem::take(&mut begun));
        }
        begun
    }

    /// The secret without which a step that may fail cannot be carried out: stopping and deleting need no key.
    fn missing_secret(&self, step: &Step) -> Option<SecretName> {
        let StepAction::RunHook { hook, .. } = &step.action else { return None };
        let missing = hook.missing_secret(&self.goal.secrets)?;
        may_fail(&step.action).then_some(missing.0)
    }

    fn abandon(&mut self, begun: Vec<Perform<'a>>) {
        for perform in begun {
            self.schedule.abandon(perform.step.id);
        }
    }

    /// Sends the effects whose intents are stored.
    fn launch(&mut self, begun: Vec<Perform<'a>>, recorded: bool) {
        // Writing the intents may have shown that the lease is lost.
        if !recorded {
            return self.abandon(begun);
        }
        for perform in begun {
            let end_pulls = self.end_pulls.clone();
            self.effects.push(async move { perform.run(&end_pulls).await }.boxed());
        }
    }

    fn wait(&mut self, step: &'a Step) {
        let container = step.action.container().map(|target| self.made.container(target));
        let Some(Ok(container)) = container else {
            let words = said::no_container_to_wait_for(step.action.subject());
            return self.end(Setback::LookAgain { words, contested: None });
        };
        let now = self.context.clock().elapsed();
        let since = self.patience.since(&container, step.action.op(), now);
        let service = self.goal.service_of(step);
        let secrets = &self.goal.secrets;
        if let StepAction::VerifyArtifact { slot, verification, log_from, .. } = &step.action {
            let put = self.log_marks.get(&(container.clone(), slot.clone()));
            let log_from = put.copied().unwrap_or(*log_from);
            let context = self.context;
            let verify =
                Verify { context, step, container, slot, how: verification, log_from, secrets, since };
            self.waits.push(async move { (verify.step.id, verify.run().await) }.boxed());
            return;
        }
        let wait = Wait { context: self.context, step, container, service, secrets, since };
        self.waits.push(async move { (wait.step.id, wait.run().await) }.boxed());
    }

    /// Waits until something happens.
    async fn attend(&mut self, drafts: &mut Vec<Draft>) {
        let ending = self.setback.is_some();
        tokio::select! {
            biased;
            Some(reply) = self.effects.next() => {
                self.settle(reply, drafts);
                while let Some(Some(reply)) = self.effects.next().now_or_never() {
                    self.settle(reply, drafts);
                }
            }
            Some((step, end)) = self.waits.next() => self.settle_wait(step, end, drafts),
            () = self.context.mailbox.arrived() => {}
            halt = self.context.tenure.halted(), if !ending => self.end(Setback::Halted(halt)),
            else => {}
        }
    }

    fn settle(&mut self, reply: Reply<'a>, drafts: &mut Vec<Draft>) {
        let step = reply.step;
        let tolerated = may_fail(&step.action);
        drafts.extend(reply.outcome(tolerated).map(|outcome| Entry::Outcome(outcome).into()));
        if let Some(Made::Placed(placed)) = &reply.made {
            let SlotPlace { container, slot } = placed.place.clone();
            self.log_marks.insert((container, slot), placed.log_from);
        }
        match reply.answer {
            Some(Ok(outcome)) => {
                self.made.note(step.id, &outcome);
                self.succeeded += 1;
                self.schedule.succeed(step.id);
            }
            Some(Err(EngineError::CommandFailed { .. })) if tolerated => self.schedule.succeed(step.id),
            Some(Err(error)) => {
                self.schedule.abandon(step.id);
                self.end(Setback::of(&step.action, &error));
            }
            None => self.schedule.abandon(step.id),
        }
    }

    fn settle_wait(&mut self, step: StepId, end: Result<Met, Setback>, drafts: &mut Vec<Draft>) {
        match end {
            Ok(met) => {
                self.succeeded += 1;
                self.patience.settled(met.settled);
                drafts.extend(met.verified.map(|place| Entry::Verified(place).into()));
                if let Some(words) = met.excused {
                    info!(seq = self.context.command.seq.0, %words, "continuing without an optional dependency");
                    let note = said::continued_without_dependency(words);
                    drafts.push(Entry::Noted(note).into());
                }
                self.schedule.succeed(step);
            }
            Err(setback) => {
                self.schedule.abandon(step);
                self.end(setback);
            }
        }
    }

    /// Stops beginning steps. Waits change nothing and are dropped; running effects are waited for.
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

/// The steps that were not carried out. As long as a container was not renamed, another one may have the name that the plan
/// knows it by.
fn not_carried_out(undone: &[&Step]) -> Vec<Message> {
    let unnamed: BTreeSet<&ContainerId> = undone.iter().filter_map(|step| renamed(&step.action)).collect();
    let sentence = |step: &&Step| {
        let action = step.action.message();
        match step.action.container() {
            Some(Target::New { .. }) => said::with_the_new_container(action),
            Some(Target::Existing { id, .. }) if unnamed.contains(id) => said::with_the_new_container(action),
            _ => action,
        }
    };
    undone.iter().map(sentence).collect()
}

/// The container that a step gives its final name.
fn renamed(action: &StepAction) -> Option<&ContainerId> {
    match action {
        StepAction::RenameContainer { container: Target::Existing { id, .. }, .. } => Some(id),
        _ => None,
    }
}

/// A failed `pre_stop` hook does not prevent the stop: a broken hook must not keep a stack from being updated or
/// deleted.
fn may_fail(action: &StepAction) -> bool {
    matches!(action, StepAction::RunHook { stage: HookStage::PreStop, .. })
}

#[cfg(test)]
mod tests;
