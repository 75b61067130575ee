//! Looks from time to time at what nobody tells: who uses what, how much memory there is, and what the policies say.

use std::collections::BTreeMap;
use std::time::Duration;

use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::on_demand::DoorKey;
use core_monitor_domain::on_demand::eviction::{HostMemory, Worth};
use core_monitor_domain::on_demand::house::{Event, Learned, Moment, Now, PolicyAdvice, Stage};
use core_monitor_domain::on_demand::policy::{Advice, Host, Standing as Guess, prewarm_leave};
use core_monitor_domain::on_demand::reported::{SPEAKS, wall};
use core_monitor_domain::statistics::Step;
use core_monitor_domain::time::Timestamp;
use tracing::info;

use super::Keeper;
use crate::gateway::ledger::Named;

/// How old a figure of the host's memory may be when something is decided by it.
const FRESH: Duration = Duration::from_secs(1);
/// The part of the host's memory that no service is started into.
const RESERVE: u64 = 20;
/// The share of the host's memory that services may take which were started ahead, in per cent.
const AHEAD_SHARE: u8 = 20;
/// How often the memory of services is looked at; the worker stores it every five minutes.
const MEMORY_EVERY: Duration = Duration::from_mins(1);
/// From how long before a moment on figures tell of it.
const FIGURES: Duration = Duration::from_mins(11);

/// When what was looked at last.
#[derive(Debug, Default)]
pub(super) struct Noticed {
    at: Option<Moment>,
    host_at: Option<Moment>,
    memory_at: Option<Moment>,
    pub(super) total: Option<u64>,
    pub(super) free: Option<u64>,
    /// What each service is to do by its policy, as it was last told to the house.
    told: BTreeMap<DoorKey, Learned>,
    /// When each is started ahead.
    pub(super) wakes_at: BTreeMap<DoorKey, Timestamp>,
}

impl Keeper {
    /// In what time it is to be looked again.
    pub(super) fn notice_in(&self, now: Now) -> Duration {
        let due = self.noticed.at.map_or(Duration::ZERO, |at| at.saturating_add(SPEAKS));
        due.saturating_sub(now.elapsed).min(self.told.due_in(now))
    }

    /// Looks, and stores what there is to store.
    pub(super) async fn notice(&mut self) {
        let now = self.now();
        if self.noticed.at.is_none_or(|at| at.saturating_add(SPEAKS) <= now.elapsed) {
            self.noticed.at = Some(now.elapsed);
            self.measure_host().await;
            self.count(now);
            self.measure_services(now).await;
            self.follow_policies(now).await;
            self.compare(now).await;
        }
        self.save().await;
    }

    /// How much memory the host has.
    pub(super) async fn measure_host(&mut self) {
        let now = self.ports.clock.elapsed();
        if self.noticed.host_at.is_some_and(|at| at.saturating_add(FRESH) > now) {
            return;
        }
        self.noticed.host_at = Some(now);
        let Some(host) = self.ports.host.read(None).await else { return };
        self.noticed.total = Some(host.memory_total);
        self.noticed.free = Some(host.memory_available);
        let reserve = host.memory_total / RESERVE;
        self.doors.memory = Some(HostMemory { free: host.memory_available, reserve, promised: 0 });
    }

    /// Who used what since the last time.
    fn count(&mut self, now: Now) {
        for (key, door) in &self.doors.all {
            let Some(unit) = self.house.unit(key) else { continue };
            let asleep = matches!(unit.stage, Stage::Asleep | Stage::Held { .. } | Stage::Failed { .. });
            let offset = self.house.declared(key).map_or(0, |declared| declared.utc_offset(now.clock));
            let last = door.last_used().map_or(now.clock, |last| wall(last, now));
            let Some(book) = self.books.get_mut(key) else { continue };
            book.pass(asleep, now.clock);
            let face = door.face();
            let named = Named { stack: &face.stack, service: &key.service };
            self.ports.ledger.asleep(named, book.asleep, book.saved);
            if let Some(turnout) = book.count(door.requests(), door.inside() > 0, last, now.clock, offset) {
                let outcome = turnout.outcome();
                self.ports.ledger.predicted(named, outcome);
                let what = outcome.map_or("missed", |outcome| outcome.as_str());
                info!(stack = %face.stack, service = %key.service, outcome = what, "what came of a prediction");
            }
        }
    }

    /// How much memory services use, as the worker has stored it.
    async fn measure_services(&mut self, now: Now) {
        if self.noticed.memory_at.is_some_and(|at| at.saturating_add(MEMORY_EVERY) > now.elapsed) {
            return;
        }
        self.noticed.memory_at = Some(now.elapsed);
        let doors: Vec<DoorKey> = self.books.keys().cloned().collect();
        for door in doors {
            let lives = self.books.get_mut(&door).map(|book| book.lives_to_look_at(now.clock));
            for (began, ended) in lives.unwrap_or_default() {
                let peak = self.memory_of(&door, began.minus(Step::STORED.length()), ended).await;
                if let (Some(bytes), Some(book)) = (peak, self.books.get_mut(&door)) {
                    book.peaked(bytes);
                }
            }
            let up = self.house.unit(&door).is_some_and(|unit| unit.stage.is_up());
            let memory =
                if up { self.memory_of(&door, now.clock.minus(FIGURES), now.clock).await } else { None };
            if let Some(book) = self.books.get_mut(&door) {
                book.memory = memory;
            }
            self.weigh(&door, memory);
        }
    }

    /// What a service is worth, and what it needs, for decisions about memory.
    fn weigh(&mut self, door: &DoorKey, memory: Option<u64>) {
        let Some(book) = self.books.get(door) else { return };
        match book.experience.peaks.p90() {
            Some(peak) => self.doors.peaks.insert(door.clone(), peak),
            None => self.doors.peaks.remove(door),
        };
        let worth = memory.map(|memory| Worth {
            uses_per_day: book.experience.traffic.week.uses_per_day(),
            start: book.experience.starts.p50().unwrap_or_default(),
            memory,
        });
        match worth {
            Some(worth) => self.doors.worth.insert(door.clone(), worth),
            None => self.doors.worth.remove(door),
        };
    }

    /// The most memory that a service and all that wakes with it used at one time between two moments.
    async fn memory_of(&self, door: &DoorKey, from: Timestamp, to: Timestamp) -> Option<u64> {
        let services = self.services(door.stack, &door.service);
        let history = self.ports.statistics.history(door.stack, None, from, to, Step::STORED).await.ok()?;
        let mut sums: BTreeMap<Timestamp, u64> = BTreeMap::new();
        for series in history.series.iter().filter(|series| services.contains(&series.place.service)) {
            for point in &series.points {
                let sum = sums.entry(point.start).or_default();
                *sum = sum.saturating_add(point.memory_max);
            }
        }
        sums.into_values().max()
    }

    fn services(&self, stack: StackId, service: &ServiceName) -> std::collections::BTreeSet<ServiceName> {
        let stack = self.stacks.iter().find(|known| known.units.id == stack);
        stack.map(|stack| stack.units.household.wakes(service)).unwrap_or_default()
    }

    /// What the policies say, told to the house.
    async fn follow_policies(&mut self, now: Now) {
        let doors: Vec<DoorKey> = self.doors.all.keys().cloned().collect();
        for door in doors {
            let Some(terms) = self.terms(&door) else { continue };
            let Some(book) = self.books.get_mut(&door) else { continue };
            let said = book.advice(&terms, now.clock);
            let (policy, ahead) = match said {
                Some((policy, Advice::Sleep { prewarm_at })) => (Some(policy), prewarm_at),
                Some((policy, Advice::StayUp { .. })) => (Some(policy), Some(now.clock)),
                None => (None, None),
            };
            if let Some(event) = self.lesson_with(&door, policy) {
                self.tell(event).await;
            }
            self.expect(&door, ahead, now).await;
        }
    }

    /// A service is to be up at a moment although nobody has asked for it.
    async fn expect(&mut self, door: &DoorKey, ahead: Option<Timestamp>, now: Now) {
        let asleep = self.house.unit(door).is_some_and(|unit| unit.stage == Stage::Asleep);
        match ahead.filter(|_| asleep && self.may_start_ahead(door)) {
            Some(at) if at <= now.clock => {
                self.noticed.wakes_at.remove(door);
                self.tell(Event::PreWarm { door: door.clone() }).await;
            }
            Some(at) => drop(self.noticed.wakes_at.insert(door.clone(), at)),
            None => drop(self.noticed.wakes_at.remove(door)),
        }
    }

    /// Whether a guess may start a service.
    pub(super) fn may_start_ahead(&self, door: &DoorKey) -> bool {
        let Some(unit) = self.house.unit(door) else { return false };
        let standing = match unit.stage {
            Stage::Held { .. } => Guess::Held,
            Stage::Failed { .. } => Guess::Failed,
            // What is up was not always: its policy is asked as if it slept.
            Stage::Asleep | Stage::Awake { .. } | Stage::Starting { .. } | Stage::FallingAsleep { .. } => {
                Guess::Sleeping
            }
        };
        let memory = self.doors.peaks.get(door).copied().unwrap_or(0);
        let guessed = self.house.units().filter(|(other, unit)| {
            let unused = self.books.get(*other).is_some_and(super::Book::is_unused_guess);
            *other != door && unit.stage.is_up() && unused
        });
        let prewarmed = guessed.filter_map(|(other, _)| self.doors.peaks.get(other)).sum();
        let total = self.noticed.total.unwrap_or(0);
        let host = Host { memory: total, prewarmed, share: AHEAD_SHARE };
        prewarm_leave(standing, memory, &host).is_ok()
    }

    /// What experience says about a service, if that is something new.
    pub(super) fn lesson(&mut self, door: &DoorKey) -> Option<Event> {
        let policy = self.noticed.told.get(door).and_then(|told| told.policy);
        self.lesson_with(door, policy)
    }

    fn lesson_with(&mut self, door: &DoorKey, policy: Option<PolicyAdvice>) -> Option<Event> {
        let learned = Learned { policy, ..self.books.get(door)?.experience.lesson() };
        if self.noticed.told.get(door).copied().unwrap_or_default() == learned {
            return None;
        }
        self.noticed.told.insert(door.clone(), learned);
        Some(Event::Learned { door: door.clone(), learned })
    }

    /// What was said about services that are gone is forgotten.
    pub(super) fn forget_noticed(&mut self, is_there: impl Fn(&DoorKey) -> bool) {
        self.noticed.told.retain(|door, _| is_there(door));
        self.noticed.wakes_at.retain(|door, _| is_there(door));
        self.doors.peaks.retain(|door, _| is_there(door));
        self.doors.worth.retain(|door, _| is_there(door));
    }
}
