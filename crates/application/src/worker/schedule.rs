//! Decides which steps of a plan may begin.

use std::collections::{BTreeSet, HashMap, HashSet};

use core_monitor_domain::ids::StepId;
use core_monitor_domain::plan::{Plan, Step};

/// The steps of one plan as a graph. A step becomes ready as soon as all its `after` steps have succeeded; there are no
/// rounds.
pub(crate) struct Schedule<'p> {
    steps: HashMap<StepId, &'p Step>,
    /// How many of a step's `after` steps have not succeeded yet.
    missing: HashMap<StepId, usize>,
    dependants: HashMap<StepId, Vec<StepId>>,
    ready_effects: BTreeSet<StepId>,
    ready_waits: BTreeSet<StepId>,
    /// Steps of which only one may run at a time.
    serial: HashSet<StepId>,
    /// Running effects. Waits cost the engine nothing and are not limited.
    running: HashSet<StepId>,
    succeeded: HashSet<StepId>,
    parallelism: usize,
}

impl<'p> Schedule<'p> {
    /// Steps for which `serial` holds exclude each other.
    pub(crate) fn new(plan: &'p Plan, parallelism: usize, serial: impl Fn(&Step) -> bool) -> Self {
        let mut schedule = Self {
            steps: plan.steps.iter().map(|step| (step.id, step)).collect(),
            missing: HashMap::new(),
            dependants: HashMap::new(),
            ready_effects: BTreeSet::new(),
            ready_waits: BTreeSet::new(),
            serial: plan.steps.iter().filter(|step| serial(step)).map(|step| step.id).collect(),
            running: HashSet::new(),
            succeeded: HashSet::new(),
            parallelism: parallelism.max(1),
        };
        for step in &plan.steps {
            let after: BTreeSet<_> = step.after.iter().copied().collect();
            if after.is_empty() {
                schedule.make_ready(step.id);
            }
            schedule.missing.insert(step.id, after.len());
            for earlier in after {
                schedule.dependants.entry(earlier).or_default().push(step.id);
            }
        }
        schedule
    }

    /// Takes the steps that may begin now, in plan order, as far as the limits allow.
    pub(crate) fn take_ready(&mut self) -> Vec<&'p Step> {
        let mut serial_free = self.serial.is_disjoint(&self.running);
        let mut taken = BTreeSet::new();
        for id in &self.ready_effects {
            if self.running.len() >= self.parallelism {
                break;
            }
            let serial = self.serial.contains(id);
            if serial && !serial_free {
                continue;
            }
            serial_free &= !serial;
            self.running.insert(*id);
            taken.insert(*id);
        }
        for id in &taken {
            self.ready_effects.remove(id);
        }
        taken.append(&mut self.ready_waits);
        taken.iter().filter_map(|id| self.steps.get(id).copied()).collect()
    }

    fn make_ready(&mut self, id: StepId) {
        let wait = self.steps.get(&id).is_some_and(|step| step.action.is_wait());
        if wait {
            self.ready_waits.insert(id)
        } else {
            self.ready_effects.insert(id)
        };
    }

    /// Marks a step as succeeded.
    pub(crate) fn succeed(&mut self, id: StepId) {
        self.running.remove(&id);
        if !self.succeeded.insert(id) {
            return;
        }
        for dependant in self.dependants.remove(&id).unwrap_or_default() {
            let Some(missing) = self.missing.get_mut(&dependant) else { continue };
            *missing -= 1;
            if *missing == 0 {
                self.make_ready(dependant);
            }
        }
    }

    /// Marks a step as ended without success; the steps after it never begin.
    pub(crate) fn abandon(&mut self, id: StepId) {
        self.running.remove(&id);
    }

    /// The effects that have not succeeded, in plan order.
    pub(crate) fn undone(&self) -> Vec<&'p Step> {
        let mut undone: Vec<_> = self
            .steps
            .values()
            .copied()
            .filter(|step| !step.action.is_wait() && !self.succeeded.contains(&step.id))
            .collect();
        undone.sort_unstable_by_key(|step| step.id);
        undone
    }
}

#[cfg(test)]
mod tests;
