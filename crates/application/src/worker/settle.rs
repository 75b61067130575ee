//! Before a converging command ends early: nothing that ran before it stays down on its account.
//!
//! The planner decides what is brought back and how, see [`Objective::Settle`]. This is best effort: a container that
//! cannot be brought back is named, and the others are brought back all the same.

use std::collections::BTreeSet;
use std::time::Duration;

use core_monitor_domain::command::Failure;
use core_monitor_domain::ids::{ContainerId, Slot, StepId};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::Observation;
use core_monitor_domain::plan::{Cause, ConfirmedPlan, OwnObjects, Plan, Step, StepAction, Target};
use core_monitor_domain::planner::{self, Hopeless, Objective, PlanningInput};
use core_monitor_domain::stack::Stack;
use core_monitor_message::Message;
use tracing::{info, warn};

use super::backoff::Backoff;
use super::context::Context;
use super::goal::Goal;
use super::journal::{Draft, Journal};
use super::pass::{Marks, Pass};
use super::said;
use super::setback::Setback;
use super::tenure::Halt;
use super::wait::Patience;

/// How often in a row the engine may fail without a reason or not answer. With the delays in between this takes about half a
/// minute; a command that has failed should not occupy the queue for much longer.
const SETBACKS: u32 = 8;
/// Rounds in which something was done. More than anything needs, so that this ends in any case.
const ROUNDS: u32 = 100;

/// What the command was doing.
#[derive(Clone, Copy)]
pub(crate) struct Course<'a> {
    pub(crate) stack: &'a Stack,
    pub(crate) goal: &'a Goal,
    /// The confirmed plan, if there is one: apart from starting former containers again, nothing else happens.
    pub(crate) confirmed: Option<&'a ConfirmedPlan>,
}

impl<'a> Course<'a> {
    pub(crate) fn new(stack: &'a Stack, goal: &'a Goal) -> Self {
        Self { stack, goal, confirmed: None }
    }
}

/// Brings back what the command has interrupted. Returns what a person should know about it.
pub(crate) async fn settle(
    context: &Context<'_>,
    course: Course<'_>,
    journal: &mut Journal,
    failure: Option<&Failure>,
) -> Result<Vec<Message>, Halt> {
    context.tenure.conclude();
    let memory = journal.memory();
    if !memory.is_settling() && !memory.has_interrupted() {
        return Ok(Vec::new());
    }
    let begins = !memory.is_settling();
    let mut settlement = Settlement {
        context,
        course,
        journal,
        hopeless: Hopeless::default(),
        backoff: Backoff::default(),
        notes: Vec::new(),
    };
    if begins {
        // Should this worker die, the next one goes on here, and knows why the command ends.
        settlement.record(vec![Draft::settling(failure)]).await?;
    }
    info!(seq = context.command.seq.0, "bringing back what the command has interrupted");
    settlement.run().await
}

struct Settlement<'a> {
    context: &'a Context<'a>,
    course: Course<'a>,
    journal: &'a mut Journal,
    hopeless: Hopeless,
    backoff: Backoff,
    /// What could not be brought back.
    notes: Vec<Message>,
}

/// How a round ended.
enum Round {
    /// Nothing is left to do.
    Settled,
    /// Something was done.
    Again,
    /// The engine refused something, which is left out from now on.
    LeftOut,
    /// The engine did not do what was asked, for a reason that may pass.
    Later(Trouble),
}

/// Why something did not happen.
struct Trouble {
    words: Message,
    /// What to leave out if the reason does not pass; nothing if the engine does not answer at all.
    instead: Option<BTreeSet<Lost>>,
}

/// Something that stays down.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Lost {
    Container(ContainerId),
    Slot(ServiceName, Slot),
}

impl Settlement<'_> {
    async fn run(mut self) -> Result<Vec<Message>, Halt> {
        let mut done = 0;
        while done < ROUNDS {
            match self.round().await? {
                Round::Settled => break,
                Round::LeftOut => {}
                Round::Again => {
                    done += 1;
                    self.backoff.reset();
                }
                Round::Later(trouble) if self.backoff.failures() >= SETBACKS => {
                    if !self.leave_out(trouble) {
                        break;
                    }
                }
                Round::Later(_) => {
                    let delay = self.backoff.next(self.context.ports.ids.jitter());
                    self.context.tenure.sleep(delay.min(Duration::from_secs(5))).await?;
                }
            }
        }
        // What is down comes first: there may be more to say than is kept.
        let back = self.journal.memory().brought_back().map(said::brought_back);
        Ok(self.notes.into_iter().chain(back).collect())
    }

    async fn round(&mut self) -> Result<Round, Halt> {
        if let Some(halt) = self.context.tenure.halt() {
            return Err(halt);
        }
        let observed = match self.context.look().await {
            Ok(observed) => observed.narrowed(self.context.command.stack_id),
            Err(error) => return Ok(Round::Later(Trouble { words: error.message(), instead: None })),
        };
        let sightings = self.journal.sightings(&observed);
        self.record(sightings).await?;
        let plan = self.plan(&observed);
        if plan.is_empty() {
            return Ok(Round::Settled);
        }
        let marks = self.marks(&plan, &observed);
        if !self.is_confirmed(&plan, &marks) {
            self.notes.push(said::rest_not_confirmed());
            return Ok(Round::Settled);
        }
        let confirmed_id = |mark| self.course.confirmed.and_then(|confirmed| confirmed.id_of(mark));
        let ids = marks.iter().filter_map(|(id, mark)| Some((*id, confirmed_id(mark)?))).collect();
        let mut patience = Patience::default();
        let pass = Pass::new(self.context, self.course.goal, &plan, self.journal, &mut patience)
            .marked(marks)
            .numbered(ids);
        let end = pass.run(vec![Draft::planned(&plan, None)]).await;
        Ok(match end.setback {
            None => Round::Again,
            Some(Setback::Halted(halt)) => return Err(halt),
            Some(Setback::Failed(failure) | Setback::WrongPlatform { failure, .. }) => {
                let (words, instead) = (failure.message.clone(), Some(lost(&plan, &failure)));
                if self.leave_out(Trouble { words: words.clone(), instead }) {
                    Round::LeftOut
                } else {
                    Round::Later(Trouble { words, instead: None })
                }
            }
            // Whether it happened is unknown, and the next look tells.
            Some(Setback::Unexplained(failure)) => {
                let instead = Some(lost(&plan, &failure));
                Round::Later(Trouble { words: failure.message, instead })
            }
            Some(Setback::Transient(trouble)) => {
                Round::Later(Trouble { words: trouble.words, instead: None })
            }
            Some(Setback::LookAgain { words, .. }) => {
                Round::Later(Trouble { words, instead: Some(starts(&plan).flat_map(lost_with).collect()) })
            }
        })
    }

    /// What identifies the effects under the confirmed plan.
    fn marks(&self, plan: &Plan, observed: &Observation) -> Marks {
        let Some(confirmed) = self.course.confirmed else { return Marks::new() };
        let made = OwnObjects::by(self.context.command.id, observed);
        let effects = plan.steps.iter().filter(|step| step.cause != Cause::Restored);
        effects.map(|step| (step.id, confirmed.mark(step, &made))).collect()
    }

    /// Finishing a replacement takes only effects of the confirmed plan that have not been done before.
    fn is_confirmed(&self, plan: &Plan, marks: &Marks) -> bool {
        let Some(confirmed) = self.course.confirmed else { return true };
        plan.steps
            .iter()
            .filter_map(|step| marks.get(&step.id))
            .all(|mark| confirmed.has(mark) && !self.journal.memory().has_done(mark))
    }

    fn plan(&self, observed: &Observation) -> Plan {
        let facts = self.journal.memory().facts(observed, &self.course.stack.stopped_runs, &BTreeSet::new());
        planner::plan(&PlanningInput {
            objective: Objective::Settle {
                desired: &self.course.goal.desired,
                previous: self.course.goal.previous.as_ref(),
                pins: &self.course.goal.pins,
                recreate: &self.course.goal.recreate,
                only: self.course.goal.only.as_ref(),
                hopeless: &self.hopeless,
            },
            observed,
            provenance: &self.context.provenance(self.course.goal),
            facts: &facts,
            rules: &self.course.goal.rules,
        })
    }

    /// Says what did not work and leaves it out from now on. Returns whether there is still something to go on with.
    fn leave_out(&mut self, trouble: Trouble) -> bool {
        let words = &trouble.words;
        warn!(seq = self.context.command.seq.0, %words, "cannot bring back everything that was interrupted");
        let mut new = false;
        for lost in trouble.instead.into_iter().flatten() {
            new |= match lost {
                Lost::Container(id) => self.hopeless.containers.insert(id),
                Lost::Slot(service, slot) => self.hopeless.slots.insert((service, slot)),
            };
        }
        let note = said::not_brought_back(trouble.words);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        new
    }

    async fn record(&mut self, drafts: Vec<Draft>) -> Result<(), Halt> {
        match self.journal.record(self.context, drafts).await {
            Err(Setback::Halted(halt)) => Err(halt),
            _ => Ok(()),
        }
    }
}

/// What stays down because the engine did not do what `failure` is about.
fn lost(plan: &Plan, failure: &Failure) -> BTreeSet<Lost> {
    let subject = failure.subject.as_deref();
    let of_subject = |step: &&Step| subject == Some(step.action.subject());
    let refused: BTreeSet<StepId> = plan.steps.iter().filter(of_subject).map(|step| step.id).collect();
    let needing = starts(plan).filter(|start| needs(plan, start, &refused));
    let lost: BTreeSet<Lost> = needing.flat_map(lost_with).collect();
    if lost.is_empty() { starts(plan).flat_map(lost_with).collect() } else { lost }
}

fn starts(plan: &Plan) -> impl Iterator<Item = &Step> {
    plan.steps.iter().filter(|step| step.action.op().begins_a_run())
}

/// Whether one of these steps leads to `start`, without another start in between.
fn needs(plan: &Plan, start: &Step, steps: &BTreeSet<StepId>) -> bool {
    let mut seen = BTreeSet::new();
    let mut pending = vec![start.id];
    while let Some(id) = pending.pop() {
        let Some(step) = plan.step(id).filter(|_| seen.insert(id)) else { continue };
        let another = step.action.op().begins_a_run() && id != start.id;
        // Everything is prepared before anything is stopped, whether it is needed or not.
        if another || matches!(step.action, StepAction::Prepared) {
            continue;
        }
        if steps.contains(&id) {
            return true;
        }
        pending.extend(&step.after);
    }
    false
}

/// What stays down if this start does not come about. Where a former container is lost, its replacement can still be finished.
fn lost_with(start: &Step) -> impl Iterator<Item = Lost> {
    let container = start.action.container().and_then(Target::existing).cloned().map(Lost::Container);
    let place = start.service.clone().zip(start.slot).filter(|_| start.cause != Cause::Restored);
    container.into_iter().chain(place.map(|(service, slot)| Lost::Slot(service, slot)))
}
