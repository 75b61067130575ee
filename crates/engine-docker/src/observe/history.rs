//! Who ended a run, from the events that the engine still remembers.
//!
//! An inspect shows only the exit code, which is 0 too for a process that was asked to stop and did so properly. The engine
//! keeps its last 256 events: a run that ended without a signal to end before its end ended by itself. What the events no
//! longer show stays unknown.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use core_monitor_domain::observation::{ObservedContainer, RunEnding};
use core_monitor_domain::ports::{Clock, EngineError, within};
use core_monitor_domain::time::Timestamp;

use super::stop_signal::{ENDING, StopSignal, number};
use crate::event_lines::{Event, EventLines};
use crate::session::Session;

/// Time between the end of a process and the event about it, generously.
const EVENT_DELAY: Duration = Duration::from_secs(2);

/// Longest time between the signal of a stop and the end of the process that is taken into account: without an event this
/// much older than the end, the signal may have been forgotten.
const REACH: Duration = Duration::from_secs(30);

/// Longest time to read the events. They are in the engine's memory; only a clock that was set back makes it wait.
const PATIENCE: Duration = Duration::from_secs(4);

/// Most bytes that are read: 256 events are a tenth of it.
const MAX_BYTES: usize = 4 << 20;

/// Fills in who ended the last runs of those that exited with 0. Where the engine cannot tell, it stays unknown: the
/// observation does not fail over it.
pub(crate) async fn fill_in<'c>(
    session: &Session,
    clock: &dyn Clock,
    containers: impl IntoIterator<Item = (&'c mut ObservedContainer, StopSignal)>,
) {
    let mut ended: Vec<_> = containers.into_iter().filter(|(c, _)| c.exited_with_success()).collect();
    let Some(last) = ended.iter().filter_map(|(container, _)| container.finished_at).max() else { return };
    let starts = |c: &ObservedContainer| (c.id.0.clone(), c.started_at.map_or(i128::MIN, nanos));
    let runs = ended.iter().map(|(container, _)| starts(container)).collect();
    let read = within(clock, PATIENCE, History::read(session, last.plus(EVENT_DELAY), Runs::new(runs))).await;
    match read {
        Some(Ok(history)) => {
            for (container, stop) in &mut ended {
                container.ending = history.ending_of(container, *stop);
            }
        }
        Some(Err(error)) => tracing::debug!(%error, "cannot read past events; how runs ended stays unknown"),
        None => tracing::debug!("past events take too long; how runs ended stays unknown"),
    }
}

/// Past events of some containers.
#[derive(Debug, Default)]
struct History {
    events: Vec<Event>,
    /// When the oldest remembered event of the engine happened, in nanoseconds.
    reaches_back_to: Option<i128>,
}

impl Event {
    /// Whether the engine asked the process to end, or made it. Other signals mean what the process makes of them: to read
    /// its settings again, for example.
    fn ends(&self, stop: StopSignal) -> bool {
        match (self.action.as_str(), self.actor.attributes.get("signal").map(String::as_str).and_then(number))
        {
            ("stop", _) | ("kill", None) => true,
            ("kill", Some(signal)) => stop == StopSignal(Some(signal)) || ENDING.contains(&signal),
            _ => false,
        }
    }
}

impl History {
    /// Reads everything up to `until`, or until all runs are known to have ended.
    async fn read(session: &Session, until: Timestamp, mut runs: Runs) -> Result<Self, EngineError> {
        let seconds = until.as_millis() / 1000 + 1;
        // Events of all kinds: the oldest one shows how far the memory reaches back.
        let query = format!("since=1&until={seconds}");
        let mut lines = EventLines::open(session, &query).await?.at_most(MAX_BYTES);
        let mut history = Self::default();
        while runs.are_open()
            && let Some(event) = lines.next().await?
        {
            history.reaches_back_to.get_or_insert(i128::from(event.nanos));
            if event.kind == "container" && runs.note(&event) {
                history.events.push(event);
            }
        }
        Ok(history)
    }

    fn ending_of(&self, container: &ObservedContainer, stop: StopSignal) -> RunEnding {
        let (Some(started), Some(finished)) = (container.started_at, container.finished_at) else {
            return RunEnding::Unknown;
        };
        let (started, finished) = (nanos(started), nanos(finished));
        let of_run = || {
            self.events
                .iter()
                .filter(|event| event.actor.id == container.id.0 && i128::from(event.nanos) >= started)
        };
        if of_run().any(|event| event.ends(stop)) {
            return RunEnding::Stopped;
        }
        let actions: BTreeSet<&str> = of_run().map(|event| event.action.as_str()).collect();
        let reach = i128::try_from(REACH.as_nanos()).unwrap_or(i128::MAX);
        let far_enough = self.reaches_back_to.is_some_and(|oldest| oldest <= finished - reach);
        let whole_run = actions.contains("start") || far_enough;
        if actions.contains("die") && whole_run { RunEnding::ByItself } else { RunEnding::Unknown }
    }
}

/// The runs whose endings are looked for.
struct Runs {
    /// When the last run of each container started, in nanoseconds.
    started: HashMap<String, i128>,
    /// The containers whose last run has not ended yet, as far as the events were read.
    open: BTreeSet<String>,
}

impl Runs {
    fn new(started: HashMap<String, i128>) -> Self {
        Self { open: started.keys().cloned().collect(), started }
    }

    fn are_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether the event is about one of the containers. The end of an earlier run ends nothing: the events go on.
    fn note(&mut self, event: &Event) -> bool {
        let Some(started) = self.started.get(&event.actor.id) else { return false };
        if event.action == "die" && i128::from(event.nanos) >= *started {
            self.open.remove(&event.actor.id);
        }
        true
    }
}

fn nanos(at: Timestamp) -> i128 {
    at.0.as_nanosecond()
}

#[cfg(test)]
mod tests;
