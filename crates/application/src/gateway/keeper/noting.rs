//! Writes down what happens: for what is learned from it, and for what the operator counts.

use std::collections::BTreeMap;

use core_monitor_domain::command::{PowerCause, PowerScope};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::on_demand::DoorKey;
use core_monitor_domain::on_demand::house::{Event, LastStart, Stage};
use core_monitor_domain::on_demand::policy::Terms;
use tracing::info;

use super::Keeper;
use crate::gateway::ledger::Named;

impl Keeper {
    /// How everything stands.
    pub(super) fn stages(&self) -> BTreeMap<DoorKey, Stage> {
        self.house.units().map(|(door, unit)| (door.clone(), unit.stage.clone())).collect()
    }

    /// The queue is asked for a change.
    pub(super) fn note_change(&mut self, stack: StackId, sleeps: bool, scope: &PowerScope) {
        let Some(cause) = &scope.cause else { return };
        let door = DoorKey { stack, service: cause.service().clone() };
        let Some(name) = self.house.stack_name(stack).cloned() else { return };
        let named = Named { stack: &name, service: &door.service };
        if sleeps {
            self.ports.ledger.slept(named, Some(cause));
            return;
        }
        self.ports.ledger.started(named, Some(cause));
        let now = self.ports.clock.now();
        if let Some(terms) = self.terms(&door)
            && let Some(book) = self.books.get_mut(&door)
        {
            book.woken(cause, &terms, now);
        }
        if matches!(cause, PowerCause::Predicted { .. }) {
            info!(stack = %name, service = %door.service, "started ahead, since it is expected to be used");
        }
    }

    /// A start succeeded. What it teaches is told to the house.
    pub(super) fn note_start(&mut self, door: &DoorKey, start: &LastStart) -> Option<Event> {
        let now = self.ports.clock.now();
        let name = self.house.stack_name(door.stack).cloned()?;
        let named = Named { stack: &name, service: &door.service };
        match &start.cause {
            Some(_) => self.ports.ledger.start_took(named, start.until_running, start.until_ready),
            None => self.ports.ledger.started(named, None),
        }
        let definition = self.definition(door).unwrap_or_default();
        self.books.get_mut(door)?.ready(&definition, start, now);
        self.lesson(door)
    }

    /// What has become of services since these stages.
    pub(super) fn note(&mut self, before: &BTreeMap<DoorKey, Stage>) {
        let after = self.stages();
        for (door, stage) in &after {
            let earlier = before.get(door).unwrap_or(&Stage::Asleep);
            self.note_hold(door, earlier, stage);
            if std::mem::discriminant(earlier) == std::mem::discriminant(stage) {
                continue;
            }
            self.told.hurry();
            if let Stage::Failed { why, .. } = stage {
                self.note_failure(door, earlier, why);
            }
            if matches!(earlier, Stage::Awake { .. }) && !matches!(stage, Stage::Starting { .. }) {
                self.note_sleep(door, matches!(stage, Stage::FallingAsleep { .. }));
            }
        }
    }

    /// What a service waits for, if that has changed.
    fn note_hold(&self, door: &DoorKey, earlier: &Stage, stage: &Stage) {
        let why = |stage: &Stage| match stage {
            Stage::Held { why, .. } => Some(why.clone()),
            _ => None,
        };
        let (before, now) = (why(earlier), why(stage));
        if before.as_ref().map(std::mem::discriminant) == now.as_ref().map(std::mem::discriminant) {
            return;
        }
        if let Some(name) = self.house.stack_name(door.stack) {
            self.ports.ledger.held(Named { stack: name, service: &door.service }, now.as_ref());
        }
    }

    fn note_failure(
        &mut self,
        door: &DoorKey,
        earlier: &Stage,
        why: &core_monitor_domain::on_demand::house::StartFailure,
    ) {
        let Some(name) = self.house.stack_name(door.stack).cloned() else { return };
        let now = self.now();
        let (cause, took) = match earlier {
            Stage::Starting { cause, since, .. } => (cause.clone(), now.elapsed.saturating_sub(*since)),
            _ => (None, core_monitor_domain::on_demand::house::Moment::ZERO),
        };
        self.ports.ledger.start_failed(Named { stack: &name, service: &door.service }, why, took);
        let definition = self.definition(door).unwrap_or_default();
        if let Some(book) = self.books.get_mut(door) {
            book.failed(&definition, why, cause, took, now.clock);
        }
    }

    fn note_sleep(&mut self, door: &DoorKey, asked_for: bool) {
        let Some(name) = self.house.stack_name(door.stack).cloned() else { return };
        let named = Named { stack: &name, service: &door.service };
        if !asked_for {
            self.ports.ledger.slept(named, None);
        }
        let offset = self.utc_offset(door);
        let now = self.ports.clock.now();
        let Some(book) = self.books.get_mut(door) else { return };
        if let Some(outcome) = book.slept(now, offset) {
            self.ports.ledger.predicted(named, Some(outcome));
            info!(stack = %name, service = %door.service, outcome = outcome.as_str(), "what came of a start ahead");
        }
    }

    /// What does not depend on the traffic of a service.
    pub(super) fn terms(&self, door: &DoorKey) -> Option<Terms> {
        let configured = self.house.declared(door)?.times.idle;
        let may_prewarm = self.may_start_ahead(door);
        Some(self.books.get(door)?.experience.terms(configured, self.utc_offset(door), may_prewarm))
    }

    /// By how many minutes the time of a service is ahead of UTC: that of its schedule.
    pub(super) fn utc_offset(&self, door: &DoorKey) -> i32 {
        let now = self.ports.clock.now();
        self.house.declared(door).map_or(0, |declared| declared.utc_offset(now))
    }

    /// What a service is made from, as a fingerprint.
    fn definition(&self, door: &DoorKey) -> Option<String> {
        let stack = self.stacks.iter().find(|stack| stack.units.id == door.stack)?;
        stack.definitions.get(&door.service).cloned()
    }
}
