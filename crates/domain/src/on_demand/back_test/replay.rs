//! A service in fast motion: its uses, and a policy that puts it to sleep and starts it.

use std::time::Duration;

use crate::on_demand::policy::{Advice, Learned, Policy, Terms, advise};
use crate::time::Timestamp;

use super::{Hit, Tally};

/// The state of a service between its uses. What it learns, it learns while it goes on; the policy may change on the way.
///
/// A start takes no time here. All policies would wait the same time for each cold start, which the cost of it stands for.
#[derive(Debug, Clone)]
pub struct Replay<'a> {
    /// What is still to come, the oldest first.
    hits: &'a [Hit],
    terms: Terms,
    learned: Learned,
    /// How far it has got; `None` before the first use.
    now: Option<Timestamp>,
    up: bool,
    tally: Tally,
}

impl<'a> Replay<'a> {
    /// Before the first of these uses, asleep and knowing nothing. `hits` are in the order of their beginnings.
    pub fn new(hits: &'a [Hit], terms: Terms) -> Self {
        Self { hits, terms, learned: Learned::default(), now: None, up: false, tally: Tally::default() }
    }

    /// Goes on until a moment, not including a use that begins then. A use that began before is finished.
    pub fn run(&mut self, policy: Policy, until: Timestamp) {
        while let Some((hit, rest)) = self.hits.split_first().filter(|(hit, _)| hit.at < until) {
            self.pause(policy, hit.at);
            self.hits = rest;
            self.serve(*hit);
        }
        self.pause(policy, until);
    }

    /// What happened since the last call.
    pub fn take_tally(&mut self) -> Tally {
        std::mem::take(&mut self.tally)
    }

    /// What it has learned so far.
    pub fn learned(&self) -> &Learned {
        &self.learned
    }

    /// Follows the policy until a moment while nobody uses the service.
    fn pause(&mut self, policy: Policy, until: Timestamp) {
        let (Some(mut now), Some(last_use)) = (self.now, self.learned.last_use()) else {
            return;
        };
        let offset = self.terms.utc_offset;
        while now < until {
            self.learned.watched_until(now, offset);
            match advise(policy, &self.learned, &self.terms, last_use, now) {
                Advice::StayUp { until: end } => {
                    if !self.up {
                        self.up = true;
                        self.tally.prewarms += 1;
                        self.learned.prewarmed(now, &self.terms);
                    }
                    let end = end.min(until);
                    self.tally.idle += end.since(now);
                    now = end;
                }
                Advice::Sleep { prewarm_at } => {
                    if self.up {
                        self.up = false;
                        self.learned.slept(now, offset);
                    }
                    // Time is watched at least daily, as the gateway does it.
                    let tomorrow = now.plus(Duration::from_hours(24));
                    now = prewarm_at.unwrap_or(tomorrow).min(tomorrow).min(until);
                }
            }
        }
        self.now = Some(now);
    }

    fn serve(&mut self, hit: Hit) {
        let offset = self.terms.utc_offset;
        // While another use goes on, the service is up, and there was no pause.
        self.tally.cold_starts += u32::from(!self.up);
        self.learned.began(hit.at, offset, !self.up);
        self.up = true;
        let end = hit.at.plus(hit.duration);
        self.learned.ended(hit.at, end, offset);
        self.now = self.now.max(Some(end));
    }
}
