//! Services that take requests: until nobody has used them for long enough, or until they are gone.

use crate::command::PowerCause;
use crate::on_demand::DoorKey;

use super::unit::Asked;
use super::{House, Moment, Now, Round, Stage, StartFailure, Usage};

/// A life shorter than this was no success: the service ends soon after it answers.
const TOO_SHORT: Moment = Moment::from_secs(5);

impl House {
    /// What follows for a service that takes requests.
    pub(super) fn settle_awake(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        let Stage::Awake { since, up, .. } = self.stage(door) else { return };
        let now = round.now.elapsed;
        let leased = self.is_leased(door);
        let lasted = now.saturating_sub(since) >= TOO_SHORT;
        if let Some(unit) = self.units.get_mut(door) {
            if leased {
                unit.leased_at = Some(now);
            }
            if lasted {
                unit.failures = 0;
            }
        }
        if let Some(command) = self.sleep_ahead(door) {
            // A sleep that nobody here knows of. Whoever is inside wants it revoked, unless a person has asked for it.
            let empty = round.usage.close_if_empty(door);
            Self::close(door, round);
            let forced = self.command(door.stack, command).is_some_and(|command| command.is_forced);
            let wanted = self.units.get(door).and_then(|unit| unit.last_cause.clone());
            let wanted = wanted.filter(|_| !empty && !forced);
            self.set(door, Stage::FallingAsleep { asked: Asked::Command(command), since: now, up, wanted });
            return;
        }
        if self.is_undercut(door) {
            // Somebody has started it while what it needs was about to stop.
            Self::close(door, round);
            return self.adopt(door, None, round);
        }
        let Some(seen) = self.seen(door).cloned() else { return };
        if seen.up != up {
            Self::close(door, round);
            // Who changes a stack, or stops a container by hand, may end what has just begun.
            let failed = seen.exit.filter(|_| !seen.stopped && !lasted && !self.is_writing(door.stack));
            if let Some(code) = failed.filter(|_| seen.up.is_empty()) {
                self.fail(door, StartFailure::Ended(code), round.now);
            } else if seen.up.is_empty() {
                self.set(door, Stage::Asleep);
            } else {
                // Other containers have taken their place: requests wait for the moment until these answer.
                self.begin(door, None, Asked::Nothing, round);
            }
            return;
        }
        let due = self.idle_at(door, round.now, round.usage);
        if due.is_some_and(|due| due <= now) && round.usage.close_if_empty(door) {
            let last = round.usage.last_used(door).unwrap_or(since).max(since);
            self.put_to_sleep(door, Self::idle_cause(door, last, round.now), round);
        }
    }

    /// When a service that is awake may go to sleep; `None` as long as something else than its use keeps it awake.
    pub fn idle_at(&self, door: &DoorKey, now: Now, usage: &dyn Usage) -> Option<Moment> {
        let unit = self.units.get(door)?;
        let Stage::Awake { since, .. } = unit.stage else { return None };
        if !self.may_sleep(door, now) {
            return None;
        }
        let last = self.last_use(door, usage)?;
        let not_before = since.saturating_add(self.least_up(door));
        if !self.is_open(door, now) {
            return Some(last.max(not_before));
        }
        let policy = unit.learned.policy;
        let idle = policy.map_or(self.declared(door)?.times.idle, |policy| policy.idle);
        let stays = policy.and_then(|policy| policy.stays_until).unwrap_or(now.clock);
        let stays = now.elapsed.saturating_add(stays.since(now.clock));
        // A wish for later than now; otherwise only the last use counts.
        let stays = if stays > now.elapsed { stays } else { Moment::ZERO };
        Some(last.saturating_add(idle).max(not_before).max(stays))
    }

    /// Nobody accepts connections at a service that was awake. The request that found out waits until that is settled.
    pub(super) fn unreachable(&mut self, door: &DoorKey, of: u64, cause: PowerCause, round: &mut Round<'_>) {
        let Some(unit) = self.units.get_mut(door) else { return };
        if !matches!(unit.stage, Stage::Awake { start, .. } if start == of) {
            return;
        }
        unit.last_cause = Some(cause);
        unit.knocked_at = Some(round.now.elapsed);
        Self::close(door, round);
        self.begin(door, None, Asked::Nothing, round);
    }
}
