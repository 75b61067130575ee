//! Services that do not take requests: who wants them, and when they start.

use crate::command::PowerCause;
use crate::on_demand::DoorKey;

use super::unit::Asked;
use super::{House, Moment, Now, Round, Stage, StartFailure};

/// After how many failed starts in a row a service that runs without answering is put to sleep.
const GIVEN_UP: u32 = 3;
/// After how many failures in a row whoever asks for another try still gets one at once.
const ASKED_AT_ONCE: u32 = 2;
/// How long they wait at most for one after that.
const ASKED_AFTER: Moment = Moment::from_secs(15);
/// How long a service is waited for that is only expected to be wanted.
const GUESS_HOLDS: Moment = Moment::from_mins(1);

impl House {
    /// Somebody wants a service who found it not awake.
    pub(super) fn knocked(&mut self, door: &DoorKey, cause: &PowerCause, again: bool, round: &mut Round<'_>) {
        let Some(unit) = self.units.get_mut(door) else { return };
        unit.last_cause = Some(cause.clone());
        unit.knocked_at = Some(round.now.elapsed);
        let rested = self.has_rested(door, round.now);
        match self.stage(door) {
            // What is found running is not started.
            Stage::Asleep if self.found_running(door) => {}
            Stage::Asleep => self.start(door, cause, round),
            Stage::Failed { until, .. } if (again && rested) || until <= round.now.elapsed => {
                self.start(door, cause, round);
            }
            Stage::FallingAsleep { .. } | Stage::Held { .. } => self.want_now(door, cause),
            Stage::Failed { .. } | Stage::Starting { .. } | Stage::Awake { .. } => {}
        }
    }

    /// Whether a service that has failed may be tried again because somebody asks for it. The first times it may at once; anybody can
    /// ask, and each start takes the engine's time.
    fn has_rested(&self, door: &DoorKey, now: Now) -> bool {
        let Some(unit) = self.units.get(door) else { return false };
        let Stage::Failed { until, .. } = unit.stage else { return true };
        if unit.failures <= ASKED_AT_ONCE {
            return true;
        }
        let rest = self.limits.rest(unit.failures);
        let failed_at = until.saturating_sub(rest);
        failed_at.saturating_add((rest / 2).min(ASKED_AFTER)) <= now.elapsed
    }

    /// Somebody asks for it who was not asked before.
    pub(super) fn want_now(&mut self, door: &DoorKey, cause: &PowerCause) {
        match self.stage_mut(door) {
            Some(Stage::FallingAsleep { wanted, .. }) => {
                wanted.get_or_insert_with(|| cause.clone());
            }
            Some(Stage::Held { cause: held_for, .. }) => held_for.clone_from(cause),
            _ => {}
        }
    }

    /// Somebody will probably want it soon.
    pub(super) fn pre_warm(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        if self.units.contains_key(door) && self.stage(door) == Stage::Asleep && !self.is_up(door) {
            let cause = PowerCause::Predicted { service: door.service.clone() };
            self.start(door, &cause, round);
        }
    }

    /// What can be done for a service that takes no requests.
    pub(super) fn settle_asleep(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        let stage = self.stage(door);
        if self.is_up(door) && self.settle_up(door, &stage, round) {
            return;
        }
        match stage {
            Stage::Held { cause, since, .. } if self.still_wanted(door, &cause, since, round) => {
                self.start(door, &cause, round);
            }
            Stage::Held { .. } => self.set(door, Stage::Asleep),
            Stage::Failed { until, .. } if until > round.now.elapsed => {}
            _ if self.schedule_begins(door, round.now) => {
                let cause = PowerCause::Schedule { service: door.service.clone() };
                self.start(door, &cause, round);
            }
            _ => self.put_left_overs_to_sleep(door, round),
        }
    }

    /// What follows for a service that runs although it does not count as up; whether anything does.
    fn settle_up(&mut self, door: &DoorKey, stage: &Stage, round: &mut Round<'_>) -> bool {
        if let Some(sleep) = self.sleep_ahead(door) {
            // Somebody before us has asked for it: another gateway that ran here.
            let wanted = match stage {
                Stage::Held { cause, .. } => Some(cause.clone()),
                _ => None,
            };
            let up = self.seen(door).map(|seen| seen.up.clone()).unwrap_or_default();
            let since = round.now.elapsed;
            self.set(door, Stage::FallingAsleep { asked: Asked::Command(sleep), since, up, wanted });
            return true;
        }
        match stage {
            Stage::Failed { until, .. } if *until > round.now.elapsed => return false,
            // What has failed again and again and is wanted by nobody does not run on for nothing.
            Stage::Failed { .. } if self.is_given_up(door, round) => {
                let cause = Self::idle_cause(door, self.last_wish(door, round.now), round.now);
                self.put_to_sleep(door, cause, round);
            }
            _ => self.adopt(door, None, round),
        }
        true
    }

    fn is_given_up(&self, door: &DoorKey, round: &Round<'_>) -> bool {
        let failures = self.units.get(door).map_or(0, |unit| unit.failures);
        failures >= GIVEN_UP && round.usage.waiting(door) == 0 && self.may_sleep(door, round.now)
    }

    fn last_wish(&self, door: &DoorKey, now: Now) -> Moment {
        self.units.get(door).and_then(|unit| unit.knocked_at).unwrap_or(now.elapsed)
    }

    /// Whether whoever wanted it when it was held still does.
    fn still_wanted(&self, door: &DoorKey, cause: &PowerCause, since: Moment, round: &Round<'_>) -> bool {
        let by_cause = match cause {
            PowerCause::Schedule { .. } => self.is_scheduled(door, round.now),
            PowerCause::Person { .. } => true,
            PowerCause::Predicted { .. } => since.saturating_add(GUESS_HOLDS) > round.now.elapsed,
            PowerCause::Request { .. }
            | PowerCause::NeededBy { .. }
            | PowerCause::Idle { .. }
            | PowerCause::Yields { .. } => false,
        };
        by_cause || self.is_wanted(door, round.now, round.usage)
    }

    /// What a service needs can be up without it: it has ended by itself, or did not start. Then that sleeps after the same time.
    fn put_left_overs_to_sleep(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        let left = self.left_over(door);
        let idle = self.declared(door).map(|declared| declared.times.idle).unwrap_or_default();
        let Some(unit) = self.units.get_mut(door) else { return };
        if !left {
            unit.left_since = None;
            return;
        }
        let since = *unit.left_since.get_or_insert(round.now.elapsed);
        let over = since.saturating_add(idle) <= round.now.elapsed;
        if over && !self.is_wanted(door, round.now, round.usage) && self.may_sleep(door, round.now) {
            self.put_to_sleep(door, Self::idle_cause(door, since, round.now), round);
        }
    }

    /// A start has failed.
    pub(super) fn fail(&mut self, door: &DoorKey, why: StartFailure, now: Now) {
        let limits = self.limits;
        if let Some(unit) = self.units.get_mut(door) {
            unit.failures = unit.failures.saturating_add(1);
            let until = now.elapsed.saturating_add(limits.rest(unit.failures));
            unit.stage = Stage::Failed { why, until };
        }
    }
}
