//! Stores what was learned, and reports how things stand.

use std::collections::BTreeMap;
use std::time::Duration;

use core_monitor_domain::attention::OBSERVATION_OLD;
use core_monitor_domain::on_demand::house::{Moment, Now, Stage};
use core_monitor_domain::on_demand::reported::{SPEAKS, nobody_starts, wall};
use core_monitor_domain::on_demand::{Day, DayNumber, DoorKey, GatewayReport, Reported};
use core_monitor_domain::ports::{OnDemandNews, StoreError, within};
use core_monitor_domain::time::Timestamp;
use tracing::warn;

use super::{Addresses, Keeper};
use crate::gateway::book::Book;
use crate::gateway::door::Face;
use crate::gateway::ledger::Named;

/// How soon a change of a state is reported.
const SOON: Duration = Duration::from_millis(100);
/// How long the database may take: whoever knocks waits meanwhile.
const PATIENCE: Duration = Duration::from_secs(2);
/// After how long without a sign of a worker a start that it has not begun is one that nobody begins.
const LEFT_LYING: Duration = Duration::from_secs(15);
/// For how many days it is kept what happened.
const KEPT: u32 = 90;

/// What was told, and when.
#[derive(Debug)]
pub(super) struct Told {
    addresses: Addresses,
    started_at: Timestamp,
    at: Option<Moment>,
    /// Something has changed that people look at.
    hurried: bool,
    failing: bool,
    /// Services that are not declared any more.
    gone: Vec<DoorKey>,
    /// The day on which old days were last forgotten.
    forgot_on: Option<DayNumber>,
}

impl Told {
    /// Nothing yet.
    pub(super) fn new(addresses: Addresses, now: Timestamp) -> Self {
        let (gone, hurried, failing) = (Vec::new(), false, false);
        Self { addresses, started_at: now, at: None, hurried, failing, gone, forgot_on: None }
    }

    /// What people look at has changed.
    pub(super) fn hurry(&mut self) {
        self.hurried = true;
    }

    /// In what time something is to be told.
    pub(super) fn due_in(&self, now: Now) -> Duration {
        let soon = if self.hurried && !self.failing { SOON } else { SPEAKS };
        self.at.map_or(Duration::ZERO, |at| at.saturating_add(soon).saturating_sub(now.elapsed))
    }
}

impl Keeper {
    /// Reads what is known of services that have no book yet.
    pub(super) async fn open_books(&mut self) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        let mut missing: Vec<(DoorKey, i32)> = Vec::new();
        for stack in &self.stacks {
            for (service, declared) in &stack.units.doors {
                let key = DoorKey { stack: stack.units.id, service: service.clone() };
                let offset = declared.utc_offset(now);
                if !self.books.contains_key(&key) {
                    missing.push((key, offset));
                }
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let mut experience = self.ports.on_demand.experience(None).await?;
        let mut days = self.ports.on_demand.days(None, DayNumber::of(now).before(1)).await?;
        let mut reports = self.ports.on_demand.reports().await?;
        for (door, utc_offset) in missing {
            let learned = experience.remove(&door).unwrap_or_default();
            let days = days.remove(&door).unwrap_or_default();
            let mut book = Book::resume(learned, days, now, utc_offset);
            book.reported = reports.remove(&door);
            if let Some(peak) = book.experience.peaks.p90() {
                self.doors.peaks.insert(door.clone(), peak);
            }
            self.books.insert(door, book);
        }
        Ok(())
    }

    /// Only these services are left.
    pub(super) fn forget_books(&mut self, declared: &[(DoorKey, Face)]) {
        let is_there = |door: &DoorKey| declared.iter().any(|(known, _)| known == door);
        let gone: Vec<DoorKey> = self.books.keys().filter(|door| !is_there(door)).cloned().collect();
        for door in gone {
            self.books.remove(&door);
            self.told.gone.push(door);
            self.told.hurry();
        }
        self.told.gone.retain(|door| !is_there(door));
        self.forget_noticed(is_there);
        self.ports.ledger.keep_only(&|named: Named<'_>| {
            declared.iter().any(|(door, face)| door.service == *named.service && face.stack == *named.stack)
        });
    }

    /// Stores what is new. What cannot be stored now is stored later.
    pub(super) async fn save(&mut self) {
        let now = self.now();
        let (mut news, days) = self.news(now);
        self.told.at = Some(now.elapsed);
        self.told.hurried = false;
        news.days = days
            .iter()
            .flat_map(|(door, days)| days.iter().map(|(number, day)| (door.clone(), *number, day.clone())))
            .collect();
        let stored = within(&*self.ports.clock, PATIENCE, self.ports.on_demand.report(&news)).await;
        match stored {
            Some(Ok(())) => self.stored(news, now),
            failed => self.not_stored(news, days, failed.and_then(Result::err).as_ref()),
        }
    }

    fn news(&mut self, now: Now) -> (OnDemandNews, BTreeMap<DoorKey, Vec<(DayNumber, Day)>>) {
        let mut news = OnDemandNews { gone: self.told.gone.clone(), ..OnDemandNews::default() };
        let mut days = BTreeMap::new();
        let doors: Vec<DoorKey> = self.doors.all.keys().cloned().collect();
        for door in doors {
            let Some(report) = self.report_of(&door, now) else { continue };
            let Some(book) = self.books.get_mut(&door) else { continue };
            if book.reported.as_ref() != Some(&report) {
                news.reports.push((door.clone(), report));
            }
            let (experience, unsaved) = book.take_unsaved();
            news.experience.extend(experience.map(|experience| (door.clone(), experience)));
            if !unsaved.is_empty() {
                days.insert(door, unsaved);
            }
        }
        news.gateway = Some(GatewayReport {
            started_at: self.told.started_at,
            seen_at: now.clock,
            http: self.told.addresses.http,
            https: self.told.addresses.https,
            memory_free: self.noticed.free,
            memory_total: self.noticed.total,
        });
        let today = DayNumber::of(now.clock);
        if self.told.forgot_on != Some(today) {
            news.forget_before = Some(today.before(KEPT));
        }
        (news, days)
    }

    fn stored(&mut self, news: OnDemandNews, now: Now) {
        self.told.failing = false;
        self.told.gone.retain(|door| !news.gone.contains(door));
        self.told.forgot_on = Some(DayNumber::of(now.clock));
        for (door, report) in news.reports {
            if let Some(book) = self.books.get_mut(&door) {
                book.reported = Some(report);
            }
        }
    }

    fn not_stored(
        &mut self,
        news: OnDemandNews,
        mut days: BTreeMap<DoorKey, Vec<(DayNumber, Day)>>,
        error: Option<&StoreError>,
    ) {
        if !self.told.failing {
            let reason = error.map_or_else(|| "it takes too long".to_owned(), ToString::to_string);
            warn!(%reason, "cannot store what was learned; it is tried again");
        }
        self.told.failing = true;
        let learned: Vec<DoorKey> = news.experience.into_iter().map(|(door, _)| door).collect();
        for (door, book) in &mut self.books {
            book.unsave(learned.contains(door), days.remove(door).unwrap_or_default());
        }
    }

    /// Whether nobody has looked at the engine for so long that nobody will start anything.
    pub(super) fn is_worker_silent(&self, now: Now) -> bool {
        let looked = self.marks.as_ref().and_then(|marks| marks.observed_at);
        looked.is_none_or(|at| now.clock.since(at) >= OBSERVATION_OLD)
    }

    /// Whether a start waits in the queue although nothing keeps a worker from it, which takes it at once.
    fn is_left_lying(&self, key: &DoorKey, now: Now) -> bool {
        let Some(Stage::Starting { since, .. }) = self.house.unit(key).map(|unit| &unit.stage) else {
            return false;
        };
        let looked = self.marks.as_ref().and_then(|marks| marks.observed_at);
        !self.house.has_begun(key)
            && !self.house.is_writing(key.stack)
            && since.saturating_add(LEFT_LYING) <= now.elapsed
            && looked.is_none_or(|at| now.clock.since(at) >= LEFT_LYING)
    }

    fn report_of(&self, key: &DoorKey, now: Now) -> Option<Reported> {
        let (unit, book) = (self.house.unit(key)?, self.books.get(key)?);
        let door = self.doors.all.get(key)?;
        let mut report = Reported::of(unit, book.reported.as_ref(), now);
        if let Stage::Awake { .. } = unit.stage {
            report.in_flight = door.inside();
            let last = door.last_used().map(|last| wall(last, now));
            report.last_used = last.max(report.last_used);
            let due = self.house.idle_at(key, now, &self.doors).filter(|_| report.in_flight == 0);
            report.sleeps_at = due.map(|due| wall(due, now));
        }
        let starts = matches!(unit.stage, Stage::Starting { .. } | Stage::Held { .. });
        if starts && (self.is_worker_silent(now) || self.is_left_lying(key, now)) {
            report.reason = Some(nobody_starts());
        } else if report.reason.is_none() {
            report.reason = self.refused.get(key).cloned();
        }
        report.waiting = u64::try_from(door.waiting()).unwrap_or(u64::MAX);
        report.wakes_at = self.noticed.wakes_at.get(key).copied();
        report.memory = book.memory;
        Some(report)
    }
}
