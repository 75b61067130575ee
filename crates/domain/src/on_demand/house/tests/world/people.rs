//! What people do.

use super::*;
use crate::command::PowerCause;

impl World {
    /// Somebody comes and waits if the door is not open; whether they came in at once.
    pub(in super::super) fn visit(&mut self, path: &str) -> bool {
        let door = self.door(path);
        self.visit_at(&door)
    }

    pub(in super::super) fn visit_at(&mut self, door: &DoorKey) -> bool {
        if self.doors.enter(door) {
            return true;
        }
        self.doors.at(door).waiting += 1;
        self.knock(door, false);
        false
    }

    /// Somebody looks at a page, and does not wait at the door.
    pub(in super::super) fn glance(&mut self, path: &str) {
        let door = self.door(path);
        self.knock(&door, false);
    }

    pub(in super::super) fn retry(&mut self, path: &str) {
        let door = self.door(path);
        self.knock(&door, true);
    }

    fn knock(&mut self, door: &DoorKey, again: bool) {
        let now = self.elapsed;
        self.doors.at(door).knocked = Some(now);
        let cause = PowerCause::request(door.service.clone(), "shop.example.org", "/");
        self.tell(Event::Knocked { door: door.clone(), cause, again });
    }

    /// Whoever waits knocks every second, unless it is known to be in vain.
    pub(super) fn knock_again(&mut self, door: &DoorKey) {
        let entrance = self.doors.at(door);
        let due = entrance.knocked.is_none_or(|at| at + Duration::from_secs(1) <= self.elapsed);
        if entrance.waiting > 0 && due && !matches!(self.stage(door), Stage::Awake { .. }) {
            self.knock(door, false);
        }
    }

    /// Everybody inside leaves, and whoever waits gives up.
    pub(in super::super) fn all_leave(&mut self) {
        for door in self.keys() {
            self.doors.at(&door).waiting = 0;
            while self.doors.inside(&door) > 0 {
                self.doors.leave(&door, self.elapsed);
            }
        }
    }

    pub(in super::super) fn give_up(&mut self, path: &str) {
        let door = self.door(path);
        self.doors.at(&door).waiting = 0;
    }

    /// Somebody visits, stays for a moment and leaves, and the service is awake.
    pub(in super::super) fn woken(&mut self, path: &str) {
        self.visit(path);
        let door = self.door(path);
        for _ in 0..300 {
            if self.doors.is_open(&door) {
                break;
            }
            self.step(Duration::from_millis(100));
        }
        assert!(self.doors.is_open(&door), "{path} did not wake: {}", self.stands());
        self.doors.leave(&door, self.elapsed);
    }

    pub(in super::super) fn docker_stop(&mut self, path: &str) {
        let door = self.door(path);
        self.engine.stop(door.stack, &door.service, self.elapsed);
    }

    pub(in super::super) fn docker_start(&mut self, path: &str) {
        let door = self.door(path);
        self.engine.start(door.stack, &door.service, self.elapsed);
    }

    pub(in super::super) fn seconds(&mut self, seconds: u64) {
        self.run(Duration::from_secs(seconds));
    }

    pub(in super::super) fn is_up(&self, path: &str) -> bool {
        let door = self.door(path);
        self.engine.is_up(door.stack, &door.service)
    }
}
