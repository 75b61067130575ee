//! What was told already, and what is due now.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Alert, AlertKey, Fact, Facts};
use crate::time::Timestamp;

mod limit;
mod restarts;
mod story;

use limit::Limit;
use restarts::RestartCounts;
use story::{Due, Story};

/// How long until what lasts is told again.
pub const REMIND_EVERY: Duration = Duration::from_hours(24);

/// How often something may begin within [`FLAPPING_WITHIN`] before it counts as coming and going.
pub const FLAPS: usize = 3;

/// The time in which beginnings are counted, and for which something that came and went must be gone to be over.
pub const FLAPPING_WITHIN: Duration = Duration::from_mins(30);

/// How many alerts are told at most within [`LIMIT_WITHIN`]. One more says how many were left out.
pub const LIMIT: usize = 20;

/// The time that [`LIMIT`] is about.
pub const LIMIT_WITHIN: Duration = Duration::from_hours(1);

/// How many restarts of a service within [`LOOP_WITHIN`] are a crash loop.
pub const LOOP_RESTARTS: u32 = 3;

/// The time in which restarts are counted, and for which there must be none for a crash loop to be over.
pub const LOOP_WITHIN: Duration = Duration::from_mins(10);

/// What a [`Watch`] remembers. Stored between two looks, so that a restart neither repeats nor forgets an alert. A state that
/// cannot be read is no disaster: what is the case then begins once more.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WatchState {
    stories: BTreeMap<AlertKey, Story>,
    restarts: RestartCounts,
    limit: Limit,
}

/// Finds out which alerts are due.
///
/// It is shown the facts again and again, every few seconds. What happens between two looks is not seen, and neither is whether
/// anybody looked for a while.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Watch {
    state: WatchState,
}

impl Watch {
    /// Goes on where an earlier one has stopped.
    pub fn resume(state: WatchState) -> Self {
        Self { state }
    }

    /// What has to be stored for that. It must be stored before the alerts are sent, or with them: otherwise a crash in between
    /// tells them twice.
    pub fn state(&self) -> &WatchState {
        &self.state
    }

    /// The alerts that are due, in the order in which they should be told. Each counts as told.
    pub fn look(&mut self, facts: &Facts, now: Timestamp) -> Vec<Alert> {
        let state = &mut self.state;
        state.limit.not_later_than(now);
        let mut holding = holding(facts, state.restarts.look(facts, now));
        for (key, story) in &mut state.stories {
            story.not_later_than(now);
            match holding.remove(key) {
                Some(fact) => story.goes_on(fact, now),
                None if facts.unseen.hides(story.fact()) => story.is_out_of_sight(),
                None => story.is_gone(now),
            }
        }
        let begin = holding.into_iter().map(|(key, fact)| (key, Story::of(fact, now)));
        state.stories.extend(begin);
        let alerts = state.tell(now);
        state.stories.retain(|_, story| !story.is_over(now));
        alerts
    }
}

impl WatchState {
    /// Tells what is due, the worst first, as far as the limit allows. What it does not allow stays due.
    fn tell(&mut self, now: Timestamp) -> Vec<Alert> {
        let mut due: Vec<(Due, &AlertKey, &mut Story)> = Vec::new();
        for (key, story) in &mut self.stories {
            match story.due(now) {
                Some(found) => due.push((found, key, story)),
                None => story.is_held_back = false,
            }
        }
        due.sort_by(|(a, key_of_a, _), (b, key_of_b, _)| (a.order(), key_of_a).cmp(&(b.order(), key_of_b)));
        let mut alerts = Vec::new();
        let mut is_complete = true;
        for (due, key, story) in due {
            if self.limit.takes(now) {
                alerts.push(story.tell(key, due, now));
            } else {
                is_complete = false;
                if !std::mem::replace(&mut story.is_held_back, true) {
                    self.limit.leaves_out(now);
                }
            }
        }
        alerts.extend(self.limit.summary(is_complete, now));
        alerts
    }
}

/// What is the case, by key. Whoever keeps crashing has also failed, now and then, which is not worth an alert of its own.
fn holding(facts: &Facts, loops: Vec<Fact>) -> BTreeMap<AlertKey, Fact> {
    let crashing: BTreeSet<_> =
        loops.iter().map(Fact::subject).map(|subject| (subject.stack, subject.service)).collect();
    let is_news = |fact: &&Fact| {
        let subject = fact.subject();
        !matches!(fact, Fact::ServiceFailed { .. }) || !crashing.contains(&(subject.stack, subject.service))
    };
    let told = facts.holding.iter().filter(is_news).cloned();
    told.chain(loops).map(|fact| (fact.key(), fact)).collect()
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
