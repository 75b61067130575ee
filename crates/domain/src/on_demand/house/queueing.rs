//! What is asked of the queue, and what it answers.
//!
//! The newest power change of a stack takes the place of those that wait. So whatever is asked for says everything that is still
//! wanted, and a stack is never asked to sleep while a wake of it waits.

use std::collections::BTreeSet;

use crate::command::{CommandStatus, PowerCause, PowerScope, SleepMode};
use crate::ids::{CommandId, StackId};
use crate::names::ServiceName;
use crate::on_demand::DoorKey;

use super::unit::Asked;
use super::{Act, House, Now, Round, Stage, StartFailure};

/// The newest power change of a stack that was asked for, as long as no look has told of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Untold {
    ticket: u64,
    pub(super) wakes: bool,
    /// The command, once the queue has answered.
    pub(super) command: Option<CommandId>,
    pub(super) services: BTreeSet<ServiceName>,
}

impl House {
    /// Asks the queue to wake a service, and with it every other one of its stack that is on the way.
    pub(super) fn ask_to_wake(&mut self, door: &DoorKey, cause: &PowerCause, round: &mut Round<'_>) -> u64 {
        let ticket = self.next_ticket();
        let waiting: Vec<DoorKey> = self
            .of_stack(door.stack)
            .filter(|other| matches!(self.stage(other), Stage::Starting { asked, .. } if self.waits(door.stack, asked)))
            .collect();
        let Some(stack) = self.stacks.get(&door.stack) else { return ticket };
        let mut services = BTreeSet::new();
        for other in waiting.iter().chain([door]) {
            services.extend(stack.household.wakes(&other.service));
            // No services would be all of them.
            services.insert(other.service.clone());
        }
        for other in &waiting {
            self.set_asked(other, Asked::Ticket(ticket));
        }
        let untold = Untold { ticket, wakes: true, command: None, services: services.clone() };
        self.untold.insert(door.stack, untold);
        let scope = PowerScope { services, cause: Some(cause.clone()) };
        round.acts.push(Act::Queue { stack: door.stack, ticket, sleep: None, scope });
        ticket
    }

    /// Asks the queue to put a service to sleep, and with it every other one of its stack that is on the way there. It must not
    /// let anybody in any more.
    pub(super) fn put_to_sleep(&mut self, door: &DoorKey, cause: PowerCause, round: &mut Round<'_>) {
        let up = self.seen(door).map(|seen| seen.up.clone()).unwrap_or_default();
        let since = round.now.elapsed;
        self.set(door, Stage::FallingAsleep { asked: Asked::Nothing, since, up, wanted: None });
        let mode = self.sleep_mode(door);
        let (falling, others): (Vec<DoorKey>, Vec<DoorKey>) =
            self.of_stack(door.stack).filter(|other| self.lives(other)).partition(|other| {
                matches!(self.stage(other), Stage::FallingAsleep { .. }) && self.sleep_mode(other) == mode
            });
        let ticket = self.next_ticket();
        let Some(stack) = self.stacks.get(&door.stack) else { return };
        let awake: Vec<&ServiceName> = others.iter().map(|other| &other.service).collect();
        let mut services = BTreeSet::new();
        for other in &falling {
            services.extend(stack.household.sleeps(&other.service, awake.iter().copied()));
            services.insert(other.service.clone());
        }
        for other in &falling {
            self.set_asked(other, Asked::Ticket(ticket));
        }
        let untold = Untold { ticket, wakes: false, command: None, services: services.clone() };
        self.untold.insert(door.stack, untold);
        let scope = PowerScope { services, cause: Some(cause) };
        round.acts.push(Act::Queue { stack: door.stack, ticket, sleep: Some(mode), scope });
    }

    /// The queue has answered.
    pub(super) fn queued(
        &mut self,
        stack: StackId,
        ticket: u64,
        command: &Result<CommandId, String>,
        now: Now,
    ) {
        match (self.untold.get_mut(&stack).filter(|untold| untold.ticket == ticket), command) {
            (Some(untold), Ok(id)) => untold.command = Some(*id),
            (Some(_), Err(_)) => drop(self.untold.remove(&stack)),
            (None, _) => {}
        }
        self.forget_what_is_told();
        let doors: Vec<DoorKey> = self.of_stack(stack).collect();
        for door in doors {
            let stage = self.stage(&door);
            match (stage, command) {
                (Stage::Starting { asked, .. } | Stage::FallingAsleep { asked, .. }, _)
                    if asked != Asked::Ticket(ticket) => {}
                (Stage::Starting { .. } | Stage::FallingAsleep { .. }, Ok(id)) => {
                    self.set_asked(&door, Asked::Command(*id));
                    self.wait_longer(&door, now);
                }
                (Stage::Starting { .. }, Err(why)) => {
                    self.fail(&door, StartFailure::Queue(why.clone()), now);
                }
                // It runs on, and is found like that.
                (Stage::FallingAsleep { .. }, Err(_)) => self.set_asked(&door, Asked::Nothing),
                _ => {}
            }
        }
    }

    /// The looks tell of what was asked for.
    pub(super) fn forget_what_is_told(&mut self) {
        let looks = &self.looks;
        self.untold.retain(|stack, untold| {
            let told = looks.get(stack).into_iter().flat_map(|look| &look.commands);
            !told.into_iter().any(|command| Some(command.id) == untold.command)
        });
    }

    /// Whether what was asked has not begun: whatever is asked next takes its place.
    fn waits(&self, stack: StackId, asked: Asked) -> bool {
        match asked {
            Asked::Nothing => false,
            Asked::Ticket(_) => true,
            Asked::Command(id) => {
                self.command(stack, id).is_none_or(|command| command.status == CommandStatus::Pending)
            }
        }
    }

    pub(super) fn of_stack(&self, stack: StackId) -> impl Iterator<Item = DoorKey> {
        self.units.keys().filter(move |door| door.stack == stack).cloned()
    }

    pub(super) fn sleep_mode(&self, door: &DoorKey) -> SleepMode {
        self.declared(door).map(|declared| declared.stop).unwrap_or_default()
    }

    pub(super) fn set_asked(&mut self, door: &DoorKey, now_asked: Asked) {
        if let Some(Stage::Starting { asked, .. } | Stage::FallingAsleep { asked, .. }) = self.stage_mut(door)
        {
            *asked = now_asked;
        }
    }
}
