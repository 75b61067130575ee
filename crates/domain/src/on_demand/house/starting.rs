//! Services on the way: until they answer, end, or take too long.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::command::PowerCause;
use crate::on_demand::DoorKey;
use crate::on_demand::settings::ReadinessGate;
use crate::stack::RunId;

use super::look::Progress;
use super::unit::{Asked, LastStart};
use super::{Act, House, Moment, Now, Round, Stage, StartFailure};

impl House {
    /// What follows from how far a start is.
    pub(super) fn settle_starting(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        let Stage::Starting { asked, .. } = self.stage(door) else { return };
        let begun = matches!(self.progress(door, asked), Progress::Done);
        if let Some(sleep) = self.sleep_ahead(door).filter(|_| begun) {
            // Somebody stops what has not answered yet. That is no failure, and whoever waits wants it still. A person is not
            // contradicted by those who were there a moment ago.
            let up = self.seen(door).map(|seen| seen.up.clone()).unwrap_or_default();
            let forced = self.command(door.stack, sleep).is_some_and(|command| command.is_forced);
            let wanted = self.wish(door, round).filter(|_| !forced || round.usage.waiting(door) > 0);
            let (asked, since) = (Asked::Command(sleep), round.now.elapsed);
            return self.set(door, Stage::FallingAsleep { asked, since, up, wanted });
        }
        self.look_at_start(door, round);
        let Stage::Starting { asked: Asked::Nothing, .. } = self.stage(door) else { return };
        if !self.is_up(door) {
            self.start_over(door, round);
        } else if self.is_undercut(door) {
            self.adopt(door, None, round);
        }
    }

    pub(super) fn look_at_start(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        let Stage::Starting { asked, .. } = self.stage(door) else { return };
        let writing = self.is_writing(door.stack);
        match self.progress(door, asked) {
            Progress::Waits => self.wait_longer(door, round.now),
            Progress::Untold | Progress::Unseen => {}
            Progress::Begun => self.look_at_containers(door, round),
            Progress::Done if self.is_up(door) => self.look_at_containers(door, round),
            Progress::Done if asked == Asked::Nothing => {}
            // Whoever changes the stack decides what runs.
            Progress::Done if writing => self.set_asked(door, Asked::Nothing),
            Progress::Done => {
                let seen = self.seen(door).cloned().unwrap_or_default();
                let why = if seen.exists {
                    StartFailure::Ended(seen.exit.unwrap_or_default())
                } else {
                    StartFailure::NoContainer
                };
                return self.fail(door, why, round.now);
            }
            Progress::Cancelled if writing => self.wait_longer(door, round.now),
            Progress::Cancelled if self.is_up(door) => self.set_asked(door, Asked::Nothing),
            Progress::Cancelled => return self.start_over(door, round),
            Progress::Failed(why) => return self.fail(door, StartFailure::Command(why), round.now),
        }
        self.give_up_late(door, round.now);
    }

    /// What was asked for is void, or what was found running does not run any more. Whoever waits for it wants it still.
    fn start_over(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        let wish = self.wish(door, round);
        self.set(door, Stage::Asleep);
        if let Some(cause) = wish {
            self.start(door, &cause, round);
        }
    }

    /// Why somebody still wants it, if anybody does.
    fn wish(&self, door: &DoorKey, round: &Round<'_>) -> Option<PowerCause> {
        let Stage::Starting { cause, .. } = self.stage(door) else { return None };
        let needed = || self.lessee(door).map(|other| self.needed_by(other, door));
        let cause = cause.or_else(|| self.units.get(door)?.last_cause.clone()).or_else(needed);
        let cause = cause.unwrap_or_else(|| PowerCause::Schedule { service: door.service.clone() });
        self.is_wanted(door, round.now, round.usage).then_some(cause)
    }

    /// Asks whether containers that run answer.
    fn look_at_containers(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        let Some(seen) = self.seen(door).filter(|seen| !seen.up.is_empty()).cloned() else { return };
        let by_health = self.declared(door).is_some_and(|door| door.readiness.gate == ReadinessGate::Health);
        let Some(Stage::Starting { start, running_since, probed, .. }) = self.stage_mut(door) else { return };
        running_since.get_or_insert(round.now.elapsed);
        if seen.healthy == Some(false) || (by_health && seen.healthy.is_none()) {
            return;
        }
        if probed.as_ref() != Some(&seen.up) {
            *probed = Some(seen.up.clone());
            round.acts.push(Act::Probe { door: door.clone(), start: *start, up: seen.up });
        }
    }

    /// The service answers.
    pub(super) fn ready(
        &mut self,
        door: &DoorKey,
        answered: u64,
        answering: BTreeMap<RunId, IpAddr>,
        round: &mut Round<'_>,
    ) {
        let same = self.seen(door).is_some_and(|seen| seen.up == answering);
        let stops = self.sleep_ahead(door).is_some();
        let now = round.now.elapsed;
        let begun_at = self.begun_at(door, round.now);
        let Some(unit) = self.units.get_mut(door) else { return };
        let Stage::Starting { start, cause, since, running_since, probed, .. } = &mut unit.stage else {
            return;
        };
        if *start != answered || !same {
            return;
        }
        if stops {
            // It answers, but not for long. If it goes on nevertheless, it is asked again.
            *probed = None;
            return;
        }
        let running = running_since.unwrap_or(now);
        let begun = begun_at.map_or(*since, |at| at.max(*since));
        unit.last_start = Some(LastStart {
            start: answered,
            cause: cause.clone(),
            until_running: running.saturating_sub(begun),
            until_ready: now.saturating_sub(running),
        });
        round.acts.push(Act::Open { door: door.clone(), start: answered, up: answering.clone() });
        unit.stage = Stage::Awake { start: answered, since: now, up: answering };
        unit.leased_at = None;
        unit.left_since = None;
    }

    /// When the worker began what was asked of it. Until then the start has waited for others, or for a worker, which says nothing
    /// about the service.
    fn begun_at(&self, door: &DoorKey, now: Now) -> Option<Moment> {
        let Stage::Starting { asked: Asked::Command(id), .. } = self.stage(door) else { return None };
        let began = self.command(door.stack, id)?.started_at?;
        Some(now.elapsed.saturating_sub(now.clock.since(began)))
    }

    /// The time of a start counts from its own turn.
    pub(super) fn wait_longer(&mut self, door: &DoorKey, now: Now) {
        let limit = self.start_timeout(door);
        if let Some(Stage::Starting { deadline, .. }) = self.stage_mut(door) {
            *deadline = now.elapsed.saturating_add(limit);
        }
    }

    fn give_up_late(&mut self, door: &DoorKey, now: Now) {
        let Stage::Starting { deadline, .. } = self.stage(door) else { return };
        if deadline > now.elapsed {
            return;
        }
        let unhealthy = self.seen(door).is_some_and(|seen| seen.healthy == Some(false));
        let limit = self.start_timeout(door);
        let why = if unhealthy { StartFailure::Unhealthy } else { StartFailure::Silent(limit) };
        self.fail(door, why, now);
    }
}
