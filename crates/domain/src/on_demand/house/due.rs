//! When something follows from nothing but the time.

use crate::on_demand::DoorKey;

use super::unit::Held;
use super::{House, Moment, Now, Stage, Usage};

/// How often it is seen whether what cannot be told has changed: memory, and people who leave.
const RECHECK: Moment = Moment::from_secs(1);

impl House {
    /// When to tick next at the latest, if nothing happens before; always in the future.
    pub fn due(&self, now: Now, usage: &dyn Usage) -> Option<Moment> {
        let due = self.units.keys().filter_map(|door| self.due_of(door, now, usage)).min()?;
        // What is due and was not done waits for something that nobody tells: for somebody who is inside, for example.
        Some(if due > now.elapsed { due } else { now.elapsed.saturating_add(RECHECK) })
    }

    fn due_of(&self, door: &DoorKey, now: Now, usage: &dyn Usage) -> Option<Moment> {
        let unit = self.units.get(door)?;
        let idle = self.declared(door).map(|declared| declared.times.idle).unwrap_or_default();
        let left = unit.left_since.map(|since| since.saturating_add(idle));
        let by_stage = match &unit.stage {
            Stage::Starting { deadline, .. } => Some(*deadline),
            Stage::Awake { .. } => self.idle_at(door, now, usage),
            Stage::Failed { until, .. } if *until > now.elapsed => Some(*until),
            Stage::Failed { .. } | Stage::Asleep => left,
            Stage::Held { why: Held::Beside(..) | Held::Memory(..), .. } => {
                Some(now.elapsed.saturating_add(RECHECK))
            }
            Stage::Held { .. } => self.patience_ends(door).filter(|end| *end > now.elapsed),
            Stage::FallingAsleep { since, .. } => {
                Some(since.saturating_add(self.start_timeout(door))).filter(|due| *due > now.elapsed)
            }
        };
        let schedule = self.declared(door).and_then(|declared| declared.schedule.as_ref());
        let edges = schedule.and_then(|schedule| schedule.changes_at(now.clock));
        let wish = unit.awake_until.filter(|until| *until > now.clock);
        let at = |time: crate::time::Timestamp| now.elapsed.saturating_add(time.since(now.clock));
        [by_stage, edges.map(at), wish.map(at)].into_iter().flatten().min()
    }
}
