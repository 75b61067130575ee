//! Compares the policies of a service on its own traffic, once a day for each.

use std::collections::BTreeMap;
use std::time::Duration;

use core_monitor_domain::on_demand::back_test::{BackTest, Comparison, Hit, TRAINING, WINDOW, compare};
use core_monitor_domain::on_demand::house::Now;
use core_monitor_domain::on_demand::policy::{Policy, Terms};
use core_monitor_domain::on_demand::{Day, DayNumber, DoorKey};
use core_monitor_domain::time::Timestamp;
use tokio::task::JoinSet;
use tracing::info;

use super::Keeper;

/// How often.
const EVERY: Duration = Duration::from_hours(24);

/// The comparison that is being made.
#[derive(Debug, Default)]
pub(super) struct Comparing {
    running: JoinSet<Compared>,
}

/// A comparison that was made.
#[derive(Debug)]
pub(super) struct Compared {
    door: DoorKey,
    at: Timestamp,
    comparison: Comparison,
}

/// What a comparison is made from.
struct Traffic {
    hits: Vec<Hit>,
    known_since: Timestamp,
    terms: Terms,
    cold_start_worth: f64,
}

impl Comparing {
    /// The next one that was made; waits for ever as long as there is none.
    pub(super) async fn next(&mut self) -> Compared {
        loop {
            match self.running.join_next().await {
                Some(Ok(compared)) => return compared,
                // One that was lost is made again tomorrow.
                Some(Err(_)) => {}
                None => std::future::pending::<()>().await,
            }
        }
    }
}

impl Keeper {
    /// Begins a comparison for a service whose last one is a day old. One at a time: it takes a processor for a moment.
    pub(super) async fn compare(&mut self, now: Now) {
        if !self.comparing.running.is_empty() {
            return;
        }
        let due = |at: Option<Timestamp>| at.is_none_or(|at| now.clock.since(at) >= EVERY);
        let next = self.doors.all.keys().find(|door| {
            let compared = |door| Some(self.books.get(door)?.experience.compared.as_ref()?.0);
            due(compared(*door)) && self.is_known_long(door, now)
        });
        let Some(door) = next.cloned() else { return };
        let since = DayNumber::of(now.clock.minus(WINDOW + TRAINING));
        let Ok(mut days) = self.ports.on_demand.days(Some(door.stack), since).await else { return };
        let days = days.remove(&door).unwrap_or_default();
        let Some(traffic) = self.traffic(&door, &days) else { return };
        let at = now.clock;
        self.comparing.running.spawn_blocking(move || {
            let Traffic { hits, known_since, terms, cold_start_worth } = traffic;
            let input = BackTest { hits: &hits, known_since, now: at, terms, cold_start_worth };
            Compared { door, at, comparison: compare(&input) }
        });
    }

    /// Whether there is enough to compare anything by. Before that, nothing is made of it.
    fn is_known_long(&self, door: &DoorKey, now: Now) -> bool {
        let since = self.books.get(door).and_then(|book| book.experience.known_since);
        since.is_some_and(|since| now.clock.since(since) >= EVERY)
    }

    fn traffic(&self, door: &DoorKey, days: &BTreeMap<DayNumber, Day>) -> Option<Traffic> {
        let declared = self.house.declared(door)?;
        let experience = &self.books.get(door)?.experience;
        let offset = self.utc_offset(door);
        Some(Traffic {
            hits: days.iter().flat_map(|(number, day)| day.uses(*number)).collect(),
            known_since: experience.known_since?,
            terms: experience.terms(declared.times.idle, offset, true),
            cold_start_worth: experience.cold_start_worth(declared.cold_start_worth),
        })
    }

    /// A comparison was made.
    pub(super) fn compared(&mut self, compared: Compared) {
        let Compared { door, at, comparison } = compared;
        let configured = self.house.declared(&door).map_or(Duration::ZERO, |declared| declared.times.idle);
        let Some(book) = self.books.get_mut(&door) else { return };
        let before = book.experience.policy(configured);
        book.experience.compared = Some((at, comparison));
        book.experience_unsaved = true;
        let now = book.experience.policy(configured);
        if before != now {
            say(&door, before, now);
        }
    }
}

fn say(door: &DoorKey, before: Policy, now: Policy) {
    info!(
        service = %door.service,
        stack = %door.stack,
        %before,
        %now,
        "sleeps by another policy, which would have cost less in the last two weeks"
    );
}
