//! Crash loops. Between two restarts a service looks as if it ran, so that only the engine's count shows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{LOOP_RESTARTS, LOOP_WITHIN};
use crate::alerts::{Fact, Facts, Restarts, StackRef};
use crate::ids::ContainerId;
use crate::time::Timestamp;

/// How often the containers were restarted lately.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct RestartCounts(BTreeMap<ContainerId, Counted>);

/// The restarts of a container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Counted {
    stack: StackRef,
    service: String,
    /// The engine's count at the last look.
    count: u32,
    /// By how much it grew, and when that was noticed; the last ones.
    growth: Vec<(Timestamp, u32)>,
    is_loop: bool,
}

/// So many of them are enough to see a loop.
const GROWTHS: usize = 16;

impl RestartCounts {
    /// The crash loops at this look.
    pub(super) fn look(&mut self, facts: &Facts, now: Timestamp) -> Vec<Fact> {
        let hides = |stack: &StackRef| facts.unseen.hides_services_of(stack.id);
        self.0.retain(|id, known| {
            hides(&known.stack) || facts.restarts.iter().any(|found| found.container == *id)
        });
        for found in facts.restarts.iter().filter(|found| !hides(&found.stack)) {
            self.0.entry(found.container.clone()).or_insert_with(|| Counted::of(found)).count(found, now);
        }
        let mut services: BTreeMap<(&StackRef, &str), u32> = BTreeMap::new();
        for counted in self.0.values().filter(|counted| counted.is_loop && !hides(&counted.stack)) {
            *services.entry((&counted.stack, &counted.service)).or_default() += counted.recent(now);
        }
        let looping = services.into_iter().map(|((stack, service), restarts)| Fact::ServiceCrashLooping {
            stack: stack.clone(),
            service: service.to_owned(),
            restarts,
        });
        looping.collect()
    }
}

impl Counted {
    /// What happened before the first look is not counted: it may be long ago.
    fn of(found: &Restarts) -> Self {
        Self {
            stack: found.stack.clone(),
            service: found.service.clone(),
            count: found.count,
            growth: Vec::new(),
            is_loop: false,
        }
    }

    fn count(&mut self, found: &Restarts, now: Timestamp) {
        self.growth.iter_mut().for_each(|(at, _)| *at = now.min(*at));
        self.growth.retain(|(at, _)| now.since(*at) < LOOP_WITHIN);
        // The engine counts from 0 again when somebody starts the container.
        let grown = found.count.saturating_sub(self.count);
        if grown > 0 {
            self.growth.push((now, grown));
            let extra = self.growth.len().saturating_sub(GROWTHS);
            self.growth.drain(..extra);
        }
        self.count = found.count;
        self.stack.clone_from(&found.stack);
        self.is_loop = match self.recent(now) {
            0 => false,
            LOOP_RESTARTS.. => true,
            _ => self.is_loop,
        };
    }

    fn recent(&self, now: Timestamp) -> u32 {
        let recent = self.growth.iter().filter(|(at, _)| now.since(*at) < LOOP_WITHIN);
        recent.fold(0, |sum, (_, grown)| sum.saturating_add(*grown))
    }
}
