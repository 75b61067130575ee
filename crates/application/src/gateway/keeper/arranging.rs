//! The doors and the routes, and what those who wait are shown.

use std::sync::Arc;

use core_monitor_domain::on_demand::DoorKey;
use core_monitor_domain::on_demand::hosts::Clash;
use core_monitor_domain::on_demand::house::{Stage, StartFailure};
use core_monitor_domain::on_demand::reported::host_taken;
use tracing::warn;

use super::Keeper;
use crate::gateway::door::{Door, Face};
use crate::gateway::routes::Routes;
use crate::gateway::standing::{Progress, Standing};

impl Keeper {
    /// Makes the doors and the routes what the house has.
    pub(super) fn arrange(&mut self) {
        let mut declared = Vec::new();
        for stack in &self.stacks {
            let units = self.wished(&stack.units);
            for (service, door) in units.doors {
                let key = DoorKey { stack: units.id, service };
                declared.push((key, Face { stack: units.name.clone(), declared: door }));
            }
        }
        let is_gone = |door: &DoorKey| !declared.iter().any(|(known, _)| known == door);
        for (_, door) in self.doors.all.extract_if(.., |door, _| is_gone(door)) {
            // Whoever waits, or looks at a page, holds on to it.
            door.stand(Standing::Gone);
        }
        self.forget_books(&declared);
        let mut ordered = Vec::with_capacity(declared.len());
        for (key, face) in declared {
            let door = self.doors.all.entry(key.clone()).or_insert_with(|| {
                let clock = Arc::clone(&self.ports.clock);
                Arc::new(Door::new(key, face.clone(), self.doors.knocks.clone(), clock))
            });
            door.set_face(face);
            ordered.push(Arc::clone(door));
        }
        let (routes, clashes) = Routes::of(ordered);
        self.refused.clear();
        for Clash { host, path, taken_by, refused_to } in clashes {
            let [taken_by, refused] =
                [&taken_by, &refused_to].map(|door| format!("{}/{}", door.face().stack, door.key().service));
            warn!(%host, path, taken_by, refused_to = refused, "two services want the same requests");
            self.refused.insert(refused_to.key().clone(), host_taken(&host, &taken_by));
        }
        self.told.hurry();
        (self.signals.routes)(routes);
    }

    /// Shows those who wait how things stand.
    pub(super) fn show(&self) {
        let now = self.now();
        for (key, door) in &self.doors.all {
            let Some(unit) = self.house.unit(key) else { continue };
            door.stand(match &unit.stage {
                Stage::Asleep => Standing::Asleep,
                Stage::Held { why, .. } => Standing::held(why.clone()),
                Stage::Starting { start, since, running_since, .. } => Standing::Starting(Progress {
                    start: *start,
                    since: *since,
                    begun: self.house.has_begun(key),
                    running: running_since.is_some(),
                    usual: self.books.get(key).and_then(|book| book.experience.usual()),
                }),
                Stage::Awake { .. } => Standing::Awake,
                Stage::FallingAsleep { .. } => Standing::FallingAsleep,
                Stage::Failed { until, .. } if *until <= now.elapsed => Standing::Asleep,
                Stage::Failed { why, until } => {
                    let told = matches!(why, StartFailure::Command(_));
                    let lines = self.lines.get(&key.stack).filter(|_| told).cloned().unwrap_or_default();
                    Standing::Failed { why: why.clone(), lines, until: *until }
                }
            });
        }
    }
}
