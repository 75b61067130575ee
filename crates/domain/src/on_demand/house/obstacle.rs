//! What keeps a service that is wanted from starting.

use crate::command::PowerCause;
use crate::on_demand::DoorKey;

use super::unit::{Asked, Held};
use super::{House, Moment, Round, Stage};

impl House {
    /// Starts a service, or says what it waits for.
    pub(super) fn start(&mut self, door: &DoorKey, cause: &PowerCause, round: &mut Round<'_>) {
        if let Some(why) = self.obstacle(door, cause, round) {
            let held = match self.stage(door) {
                Stage::Held { since, .. } => Some(since),
                _ => None,
            };
            // What is only expected waits for nothing but what it needs itself.
            if held.is_some() || !is_guess(cause) || matches!(why, Held::Needs(..)) {
                let since = held.unwrap_or(round.now.elapsed);
                self.set(door, Stage::Held { cause: cause.clone(), why, since });
            }
            return;
        }
        let ticket = self.ask_to_wake(door, cause, round);
        self.begin(door, Some(cause.clone()), Asked::Ticket(ticket), round);
    }

    /// What keeps a service from starting now. What can be done about it is asked for.
    fn obstacle(&mut self, door: &DoorKey, cause: &PowerCause, round: &mut Round<'_>) -> Option<Held> {
        let schedule = self.declared(door)?.schedule.as_ref();
        if let Some(opens) = schedule.and_then(|schedule| schedule.opens_at(round.now.clock)) {
            return Some(Held::Closed(opens));
        }
        if let Some(other) = self.other_beside(door, round) {
            if !is_guess(cause) {
                self.send_away(&other, door, round);
            }
            return Some(Held::Beside(self.stack_name(other.stack)?.clone(), other.service));
        }
        if let Some(other) = self.asleep_before(door, round) {
            return Some(Held::Needs(self.stack_name(other.stack)?.clone(), other.service));
        }
        if self.starts_under_way() >= self.limits.starts.max(1) {
            return Some(Held::Turn);
        }
        self.lacks_memory(door, !is_guess(cause), round)
    }

    /// A service that must not run beside this one, and runs or was there first.
    fn other_beside(&self, door: &DoorKey, round: &Round<'_>) -> Option<DoorKey> {
        let mine = match self.stage(door) {
            Stage::Held { since, .. } => since,
            _ => round.now.elapsed,
        };
        let mut apart = self.relations.apart(door).into_iter();
        apart.find(|other| match self.stage(other) {
            Stage::Starting { .. } | Stage::Awake { .. } | Stage::FallingAsleep { .. } => true,
            // Both wait: who has waited longer goes first, unless something else holds it anyway.
            Stage::Held { why: Held::Beside(..) | Held::Turn, since, .. } => (since, other) < (mine, door),
            Stage::Asleep | Stage::Failed { .. } | Stage::Held { .. } => self.is_up(other),
        })
    }

    /// A service that has to be awake before this one and is not. It is woken.
    fn asleep_before(&mut self, door: &DoorKey, round: &mut Round<'_>) -> Option<DoorKey> {
        let mut first = None;
        for other in self.relations.before(door) {
            let stage = self.stage(&other);
            match stage {
                Stage::Awake { .. } => continue,
                Stage::Asleep if self.found_running(&other) => {
                    self.begin(&other, None, Asked::Nothing, round);
                }
                Stage::Asleep => self.wake_for(door, &other, round),
                Stage::Failed { until, .. } if until <= round.now.elapsed => {
                    self.wake_for(door, &other, round);
                }
                Stage::FallingAsleep { .. } => {
                    let cause = self.needed_by(door, &other);
                    self.want_now(&other, &cause);
                }
                Stage::Failed { .. } | Stage::Held { .. } | Stage::Starting { .. } => {}
            }
            first = first.or(Some(other));
        }
        first
    }

    fn wake_for(&mut self, door: &DoorKey, other: &DoorKey, round: &mut Round<'_>) {
        let cause = self.needed_by(door, other);
        self.start(other, &cause, round);
    }

    pub(super) fn needed_by(&self, door: &DoorKey, other: &DoorKey) -> PowerCause {
        let service = other.service.clone();
        match self.stack_name(door.stack) {
            Some(stack) => PowerCause::NeededBy { service, stack: stack.clone(), by: door.service.clone() },
            None => PowerCause::Schedule { service },
        }
    }

    /// How many starts others wait for. What was found running takes nobody's turn, and neither does what waits for somebody's
    /// write.
    fn starts_under_way(&self) -> usize {
        let asked = |stage: &Stage| {
            matches!(stage, Stage::Starting { asked: Asked::Ticket(_) | Asked::Command(_), .. })
        };
        self.units.iter().filter(|(door, unit)| asked(&unit.stage) && !self.is_writing(door.stack)).count()
    }

    /// Takes over a service that was found running, with all that it needs.
    pub(super) fn adopt(&mut self, door: &DoorKey, cause: Option<PowerCause>, round: &mut Round<'_>) {
        let asked = if self.is_undercut(door) {
            let last = || self.units.get(door)?.last_cause.clone();
            let why = cause.clone().or_else(last);
            let why = why.unwrap_or_else(|| PowerCause::Person { service: door.service.clone() });
            Asked::Ticket(self.ask_to_wake(door, &why, round))
        } else {
            Asked::Nothing
        };
        self.begin(door, cause, asked, round);
        self.asleep_before(door, round);
    }

    /// Begins to watch a start.
    pub(super) fn begin(
        &mut self,
        door: &DoorKey,
        cause: Option<PowerCause>,
        asked: Asked,
        round: &mut Round<'_>,
    ) {
        let start = self.next_start();
        let since = round.now.elapsed;
        let deadline = since.saturating_add(self.start_timeout(door));
        self.set(
            door,
            Stage::Starting { start, cause, asked, since, running_since: None, deadline, probed: None },
        );
        self.look_at_start(door, round);
    }

    /// How long a start of it may take.
    pub(super) fn start_timeout(&self, door: &DoorKey) -> Moment {
        let said = self.declared(door).and_then(|declared| declared.times.start);
        let learned = self.units.get(door).and_then(|unit| unit.learned.start_timeout);
        said.or(learned).unwrap_or(self.limits.start_timeout)
    }
}

/// Whether nobody has asked for it.
fn is_guess(cause: &PowerCause) -> bool {
    matches!(cause, PowerCause::Predicted { .. })
}
