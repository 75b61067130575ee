//! Room for a service that wakes: memory, and the absence of those that must not run beside it.

use crate::command::PowerCause;
use crate::on_demand::DoorKey;
use crate::on_demand::eviction::{Admission, HostMemory, Resident, admit, put_to_sleep};

use super::unit::{Asked, Held};
use super::{House, Moment, Round, Stage, Usage};

/// How long it takes at most until memory that was given back is counted as free.
const UNTIL_COUNTED: Moment = Moment::from_secs(2);

impl House {
    /// Whether there is too little memory for a service. If those that nobody uses have enough of it, the least valuable of them
    /// are put to sleep, provided that `others_may_yield`.
    pub(super) fn lacks_memory(
        &mut self,
        door: &DoorKey,
        others_may_yield: bool,
        round: &mut Round<'_>,
    ) -> Option<Held> {
        let host = round.usage.memory()?;
        let needed = round.usage.peak(door).unwrap_or(0);
        let promised = host.promised.saturating_add(self.promised(door, round.usage));
        let host = HostMemory { promised, ..host };
        let clock = round.now.clock;
        if admit::<DoorKey>(needed, &host, &[], clock) == Admission::Admitted {
            return None;
        }
        let free = host.available();
        let missing = needed.max(1).saturating_sub(free).saturating_sub(self.coming_free(round.usage));
        let counted =
            self.gave_back_at.is_none_or(|at| at.saturating_add(UNTIL_COUNTED) <= round.now.elapsed);
        if others_may_yield && missing > 0 && counted {
            let residents = self.residents(round);
            for chosen in put_to_sleep(missing, &residents, clock).unwrap_or_default() {
                if self.send_away(&chosen.id, door, round) {
                    self.age(chosen.value(), round);
                }
            }
        }
        Some(Held::Memory(needed, free))
    }

    /// What others that are on the way will take. It is not in use yet.
    fn promised(&self, door: &DoorKey, usage: &dyn Usage) -> u64 {
        let on_the_way =
            |stage: &Stage| matches!(stage, Stage::Starting { asked, .. } if *asked != Asked::Nothing);
        let others = self.units.iter().filter(|(other, unit)| *other != door && on_the_way(&unit.stage));
        others.filter_map(|(other, _)| usage.peak(other)).fold(0, u64::saturating_add)
    }

    /// What those that are being stopped will give back.
    fn coming_free(&self, usage: &dyn Usage) -> u64 {
        let falling = |stage: &Stage| matches!(stage, Stage::FallingAsleep { wanted: None, .. });
        let others = self.units.iter().filter(|(_, unit)| falling(&unit.stage));
        others
            .filter_map(|(other, _)| usage.worth(other))
            .fold(0, |sum, other| sum.saturating_add(other.memory))
    }

    /// Those that may be put to sleep for another one.
    fn residents(&self, round: &Round<'_>) -> Vec<Resident<DoorKey>> {
        let yielding = self.units.keys().filter(|door| self.may_yield(door, round));
        let known = yielding.filter_map(|door| {
            let used_at = self.aging.shown_to(door, self.last_use(door, round.usage)?);
            let worth = round.usage.worth(door)?;
            let stays_until = round.now.clock;
            Some(Resident { id: door.clone(), worth, used_at, in_flight: 0, always_on: false, stays_until })
        });
        known.collect()
    }

    /// The others grow older because one of this value sleeps.
    fn age(&mut self, value: f64, round: &Round<'_>) {
        let up = self.units.keys().filter_map(|door| Some((door.clone(), self.last_use(door, round.usage)?)));
        let up: Vec<(DoorKey, Moment)> = up.collect();
        self.aging.evicted(value, up.into_iter(), round.now.elapsed);
    }

    /// When a service that runs was last of use to somebody.
    pub(super) fn last_use(&self, door: &DoorKey, usage: &dyn Usage) -> Option<Moment> {
        let unit = self.units.get(door)?;
        let since = match unit.stage {
            Stage::Awake { since, .. } => since,
            // It runs, and answers nobody.
            Stage::Failed { .. } => Moment::ZERO,
            _ => return None,
        };
        Some([usage.last_used(door), unit.leased_at].into_iter().flatten().fold(since, Moment::max))
    }

    /// Whether a service that is awake may be put to sleep for another one although it is not time yet.
    fn may_yield(&self, door: &DoorKey, round: &Round<'_>) -> bool {
        match self.stage(door) {
            Stage::Awake { since, .. } => {
                self.may_sleep(door, round.now)
                    && since.saturating_add(self.least_up(door)) <= round.now.elapsed
            }
            // It runs, and does not answer anybody.
            Stage::Failed { .. } => {
                self.found_running(door) && round.usage.waiting(door) == 0 && self.may_sleep(door, round.now)
            }
            _ => false,
        }
    }

    /// Puts a service to sleep for another one, if nobody uses it and it may; whether it does.
    pub(super) fn send_away(&mut self, other: &DoorKey, door: &DoorKey, round: &mut Round<'_>) -> bool {
        if !self.may_yield(other, round) {
            return false;
        }
        let Some(stack) = self.stack_name(door.stack).cloned() else { return false };
        let awake = matches!(self.stage(other), Stage::Awake { .. });
        if awake && !round.usage.close_if_empty(other) {
            return false;
        }
        let cause = PowerCause::Yields { service: other.service.clone(), stack, to: door.service.clone() };
        self.put_to_sleep(other, cause, round);
        true
    }

    /// How long a service stays awake at least.
    pub(super) fn least_up(&self, door: &DoorKey) -> Moment {
        let said = self.declared(door).and_then(|declared| declared.times.min_up);
        let learned = self.units.get(door).and_then(|unit| unit.learned.min_up);
        said.or(learned).unwrap_or(self.limits.min_up)
    }
}
