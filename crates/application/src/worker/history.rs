//! What a command's journal tells a worker who takes it up.

use std::collections::BTreeMap;

use core_monitor_domain::command::Failure;
use core_monitor_domain::command_event::{CommandEvent, EventEntry, EventKind};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::planner::Facts;
use core_monitor_domain::stack::RunId;
use serde::Deserialize;

use super::unknown::{RUNNING, begins_a_run};

/// `op` of the entry that marks the turn from converging to rolling back; its detail holds the failure.
pub(crate) const ROLLBACK: &str = "rollback";
/// `op` of the entry a worker leaves that was told to end. Being adopted after it is not a sign of a crash.
pub(crate) const HANDOVER: &str = "handover";

/// Adoptions in a row without one completed effect after which a command is given up.
pub(crate) const CRASH_LIMIT: u32 = 5;

/// Classes of errors after which an effect may have happened all the same.
const UNKNOWN: [&str; 2] = ["unavailable", "timeout"];

/// The journal of a command since its last retry, understood.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Facts for the planner.
    pub(crate) facts: Facts,
    /// Whether the runs to restart or the volumes to remove were noted; they are noted once, at the first claim.
    pub(crate) has_baseline: bool,
    /// Intents without an outcome: the worker that wrote them died before it knew, or before it could write it down.
    pub(crate) open: Vec<OpenIntent>,
    /// Whether any effect was begun.
    pub(crate) begun: bool,
    /// Effects that succeeded, as sentences, in order.
    pub(crate) done: Vec<String>,
    /// Containers whose stop was begun and that were not started since.
    pub(crate) stopping: Vec<ContainerId>,
    /// The largest effect number in use.
    pub(crate) last_effect: u64,
    /// Adoptions since the last completed effect.
    pub(crate) adoptions_in_vain: u32,
    /// The failure that made it roll back, when it has begun to.
    pub(crate) rolling_back: Option<Failure>,
}

/// An effect of which nobody knows whether it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenIntent {
    pub(crate) effect: u64,
    pub(crate) op: String,
    pub(crate) target: String,
    pub(crate) container: Option<ContainerId>,
    /// The hook's place among those of its stage.
    pub(crate) hook: Option<u32>,
}

/// The parts of an entry's detail that are read back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    effect: u64,
    ok: bool,
    action: String,
    class: String,
    observed: String,
    container: Option<ContainerId>,
    hook: Option<u32>,
    restarting: Option<Vec<RunId>>,
    doomed_volumes: Vec<String>,
    failure: Option<Failure>,
}

impl History {
    /// Reads the journal, oldest entry first.
    pub(crate) fn read(journal: &[CommandEvent]) -> Self {
        let mut history = Self::default();
        let mut open: BTreeMap<u64, (OpenIntent, String)> = BTreeMap::new();
        for event in journal {
            // A detail of another shape says nothing of what is looked for here.
            let detail = Detail::deserialize(&event.entry.detail).unwrap_or_default();
            match event.entry.kind {
                EventKind::Adopted => history.adoptions_in_vain += 1,
                EventKind::Planned => history.note_baseline(detail.restarting, detail.doomed_volumes),
                EventKind::Intent => {
                    history.note_intent(&event.entry, &detail);
                    let intent = OpenIntent {
                        effect: detail.effect,
                        op: event.entry.op.clone(),
                        target: event.entry.target.clone(),
                        container: detail.container,
                        hook: detail.hook,
                    };
                    open.insert(detail.effect, (intent, detail.action));
                }
                EventKind::Outcome if UNKNOWN.contains(&detail.class.as_str()) => {}
                EventKind::Outcome => {
                    let Some((intent, action)) = open.remove(&detail.effect) else { continue };
                    if detail.ok {
                        history.note_success(&intent, action, detail.container);
                    } else if detail.observed == RUNNING && begins_a_run(&intent.op) {
                        history.facts.note_started(intent.container);
                    }
                }
                EventKind::Progress => history.note_progress(&event.entry.op, detail.failure),
                _ => {}
            }
        }
        history.open = open.into_values().map(|(intent, _)| intent).collect();
        history
    }

    fn note_baseline(&mut self, restarting: Option<Vec<RunId>>, doomed_volumes: Vec<String>) {
        if let Some(runs) = restarting {
            self.has_baseline = true;
            self.facts.restarting = runs.into_iter().collect();
            self.facts.doomed_volumes = doomed_volumes.into_iter().collect();
        }
    }

    fn note_intent(&mut self, entry: &EventEntry, detail: &Detail) {
        self.begun = true;
        self.last_effect = self.last_effect.max(detail.effect);
        if entry.op == "stop_container" {
            self.stopping.extend(detail.container.clone());
        }
    }

    fn note_success(&mut self, intent: &OpenIntent, action: String, container: Option<ContainerId>) {
        self.adoptions_in_vain = 0;
        self.done.push(action);
        match intent.op.as_str() {
            "pull_image" => {
                self.facts.pulled.insert(ImageRef(intent.target.clone()));
            }
            "start_container" | "restart_container" => {
                let started = container.or_else(|| intent.container.clone());
                self.stopping.retain(|stopped| Some(stopped) != started.as_ref());
                self.facts.note_started(started);
            }
            "post_start" => {
                self.facts.hooked.extend(intent.container.clone().zip(intent.hook));
            }
            _ => {}
        }
    }

    fn note_progress(&mut self, op: &str, failure: Option<Failure>) {
        match op {
            HANDOVER => self.adoptions_in_vain = 0,
            ROLLBACK => {
                self.rolling_back = failure;
                // What the failed version's containers did says nothing about the earlier version's.
                self.facts.started.clear();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
